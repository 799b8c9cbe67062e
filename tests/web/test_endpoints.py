"""The endpoints, as gradio_client calls them."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest
from gradio_client import Client
from gradio_client.exceptions import AppError

from assistant.types import REFUSAL, Answer

QUESTIONS = (
    "How many North Korean soldiers arrived in the Kursk region?",
    "What did Mark Rutte say?",
    "When will the battalions be ready to fight in Ukraine?",
    "What did the pope eat for breakfast?",
    "Who is Andriy Kovalenko?",
)


@pytest.fixture(scope="module")
def client(url: str) -> Client:
    return Client(url, verbose=False, analytics_enabled=False)


def test_ask_gives_the_fields_of_an_answer(client: Client, seeds: Path) -> None:
    answer = client.predict(QUESTIONS[0], api_name="/ask")
    assert list(answer) == [field.name for field in fields(Answer)]
    citation = answer["citations"][0]
    text = (seeds / citation["source"]).read_bytes().decode("utf-8")
    assert text[citation["start"] : citation["end"]] == citation["quote"]


def test_ask_takes_a_history_and_filters(client: Client) -> None:
    history = [{"role": "user", "content": "What did Mark Rutte say?"}]
    answer = client.predict("Who is he?", history, api_name="/ask")
    assert "Rutte" in answer["standalone_question"]
    name = "003_19d451756c40f857.txt"
    answer = client.predict("How many soldiers are there?", None, [name], "2024", "2024-12", api_name="/ask")
    assert {p["source"] for p in (*answer["citations"], *answer["nearest"])} == {name}


def test_an_error_says_what_to_do(client: Client) -> None:
    with pytest.raises(AppError, match="The question is empty: ask something in words"):
        client.predict(" ", api_name="/ask")
    with pytest.raises(AppError, match="give a date as 2024-10-31"):
        client.predict("When?", None, None, "yesterday", api_name="/ask")


def test_a_stream_tells_stages_then_sentences_then_the_answer(client: Client) -> None:
    job = client.submit(QUESTIONS[0], [], {}, api_name="/stream")
    job.result()
    events: list[dict[str, Any]] = job.outputs()
    kinds = list(dict.fromkeys(event["event"] for event in events))
    assert kinds == ["stage", "sentence", "answer"]
    assert [e["stage"] for e in events if e["event"] == "stage"][:2] == ["retrieve", "evidence"]
    assert events[-1]["answer"]["question"] == QUESTIONS[0]


def test_many_at_once_each_get_the_answer_to_their_own_question(url: str) -> None:
    alone = {q: Client(url, verbose=False).predict(q, api_name="/ask")["text"] for q in QUESTIONS}
    assert len(set(alone.values())) == len(QUESTIONS)
    assert alone[QUESTIONS[3]] == REFUSAL

    def person(number: int) -> list[tuple[str, dict[str, Any]]]:
        own = Client(url, verbose=False)
        asked = [QUESTIONS[(number + i) % len(QUESTIONS)] for i in range(2)]
        return [(question, own.predict(question, api_name="/ask")) for question in asked]

    with ThreadPoolExecutor(10) as pool:
        for exchanges in pool.map(person, range(10)):
            for question, answer in exchanges:
                assert answer["question"] == question
                assert answer["text"] == alone[question]

"""The model writer: the prompt fits, sentences come with the passages that they cite, loops end."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest
from double import QueuedModel
from hypothesis import given, settings
from hypothesis import strategies as st
from made import chunk

from assistant.errors import LLMNonsense, LLMTooLong, LLMUnavailable
from assistant.generative.draft import Prompt, ask_for, is_refusal, write
from assistant.llm import llama_cpp as local
from assistant.types import REFUSAL, DraftSentence, Turn

BRIDGE = chunk("The bridge is 310 metres long.", "bridge.txt", "2023-04-02")
SCHOOL = chunk("The school has 420 pupils.", "school.txt")


def prompt(context: int = 8192, history: tuple[Turn, ...] = (), passages: int = 2) -> Prompt:
    return ask_for("How long is it?", history, [BRIDGE, SCHOOL][:passages], context, 200)


def written(model: QueuedModel, asked: Prompt | None = None) -> list[DraftSentence]:
    return list(write(model, asked or prompt()))


def test_sentences_come_with_the_indexes_of_their_passages() -> None:
    model = QueuedModel(["It is 310 metres long [1]. The school has 420 pupils [2][7]. More."])
    assert written(model) == [
        DraftSentence("It is 310 metres long.", (0,)),
        DraftSentence("The school has 420 pupils.", (1,), 1, lead=" "),
        DraftSentence("More.", lead=" "),
    ]


def test_the_prompt_holds_passages_with_title_and_date_the_question_and_the_refusal() -> None:
    model = QueuedModel(["Yes [1]."])
    written(model)
    assert "[1] bridge, 2023-04-02\nThe bridge is 310 metres long.\n</passage>" in model.said
    assert "Question: How long is it?" in model.said
    assert REFUSAL in model.said


def test_a_model_that_repeats_itself_is_stopped() -> None:
    model = QueuedModel(["It is long [1]. " * 50])
    assert written(model) == [DraftSentence("It is long.", (0,))]
    assert model.closed == 1


@pytest.mark.parametrize("echo", ["Question: How wide?", "<conversation>", "user: More?", "Last question: Why?"])
def test_a_model_that_goes_on_with_the_prompt_is_stopped(echo: str) -> None:
    model = QueuedModel([f"It is long [1].\n\n{echo}\nAnswer: It is wide [2]. More [2]."])
    assert [s.text for s in written(model)] == ["It is long."]
    assert model.closed == 1


def test_fences_titles_and_labels_are_no_sentences() -> None:
    model = QueuedModel(["<passage number=3>\n[1] bridge, 2023-04-02\nAnswer: It is long [1].\n</passage>\nbridge"])
    assert [(s.text, s.cited) for s in written(model)] == [("It is long.", (0,))]


def test_a_last_sentence_that_was_cut_is_left_out() -> None:
    text = "It is long [1]. The school has 42"
    assert [s.text for s in written(QueuedModel([text], cut=True))] == ["It is long."]
    assert [s.text for s in written(QueuedModel([text]))] == ["It is long.", "The school has 42"]


def test_what_a_model_thinks_before_it_answers_is_left_out() -> None:
    assert [s.text for s in written(QueuedModel(["<think>Is it? [1] Yes.</think>\n\nIt is long [1]."]))] == [
        "It is long."
    ]
    with pytest.raises(LLMNonsense):
        written(QueuedModel(["<think>Is it? It is. It is"]))


def test_a_sentence_that_never_ends_is_stopped() -> None:
    model = QueuedModel(["the " * 2000])
    with pytest.raises(LLMNonsense, match="wrote no sentence"):
        written(model)
    assert model.closed == 1


@pytest.mark.parametrize("text", ["", " \n ", "...", "[1]"])
def test_a_text_without_a_sentence_is_an_error(text: str) -> None:
    with pytest.raises(LLMNonsense, match="The model double wrote no sentence"):
        written(QueuedModel([text]))


def test_an_error_of_the_model_reaches_the_caller_behind_the_sentences() -> None:
    model = QueuedModel([["One [1]. Two", " and", LLMUnavailable("gone")]])
    sentences = write(model, prompt())
    assert next(sentences).text == "One."
    with pytest.raises(LLMUnavailable, match="gone"):
        next(sentences)


def test_weaker_passages_and_older_turns_are_left_out_and_told() -> None:
    many = [chunk(f"DraftSentence {n} is here. " * 20, f"{n}.txt") for n in range(20)]
    turns = [Turn("user", f"Question {n}? " * 30) for n in range(10)]
    asked = ask_for("What?", turns, many, 2048, 300)
    assert asked.tokens + 300 < 2048
    assert asked.passages == tuple(many[: len(asked.passages)])
    assert "Question 9?" in asked.messages[-1].content
    assert "Question 0?" not in asked.messages[-1].content
    assert [d.reason for d in asked.dropped] == ["did not fit into the model's context of 2,048 tokens"] * 2


TEXTS = {
    "English": "The soldiers arrived in the region on Monday, said the ministry. ",
    "numbers": "71919,838232.07,2019-11-23\n", "German": "Die Soldaten erreichten die Region am Montag. ",
    "Korean": "북한 군인들이 쿠르스크 지역에 도착하여 러시아군에 합류했다. ", "emoji": "🚀🔥 ", "brackets": "[1][2]<a>",
}  # fmt: skip


@pytest.mark.parametrize("language", list(TEXTS))
def test_prompt_and_answer_fit_as_the_model_counts(language: str, small_model: Path) -> None:
    served = local.serve(small_model, None)
    passages = [chunk((TEXTS[language] * 100)[:700], f"{n}.txt") for n in range(40)]
    history = [Turn("user", (TEXTS[language] * 50)[:500])] * 8
    asked = ask_for((TEXTS[language] * 9)[:300], history, passages, 4096, 400)
    assert 1 <= len(asked.passages) < 40
    headers = {"Authorization": f"Bearer {served.key}"}
    body = {"content": "".join(m.content for m in asked.messages)}
    counted = httpx.post(served.url.replace("/v1", "/tokenize"), json=body, headers=headers).json()["tokens"]
    assert 1200 < len(counted) < 4096 - 400 - 50


@given(
    st.integers(512, 9000), st.integers(16, 400), st.lists(st.text(max_size=400), max_size=12), st.text(max_size=200)
)
@settings(max_examples=60, deadline=None)
def test_whatever_is_asked_the_estimate_fits(context: int, answer: int, texts: list[str], question: str) -> None:
    passages = [chunk(text, f"{n}.txt") for n, text in enumerate(texts)]
    history = [Turn("user", text) for text in texts]
    try:
        asked = ask_for(question, history, passages, context, answer)
    except LLMTooLong:
        assert context < 2500
        return
    assert asked.tokens + answer <= context
    assert asked.passages == tuple(passages[: len(asked.passages)])
    told = " ".join(d.text for d in asked.dropped)
    assert (len(asked.passages) < len(passages)) == ("weaker passages" in told)


def test_a_context_without_room_for_one_passage_is_an_error() -> None:
    with pytest.raises(LLMTooLong, match="context of 400 tokens is too small"):
        prompt(context=400)


def test_the_refusal_is_known_again() -> None:
    assert is_refusal("The documents do not say")
    assert not is_refusal("The documents do not say how long.")

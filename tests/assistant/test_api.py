"""The public interface in Python."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import pytest

from assistant import Answer, Assistant, Citation, Turn, answer
from assistant.api import LONGEST_QUESTION, _default, check_history, check_question
from assistant.errors import CorpusError, IndexMismatch, QuestionError
from assistant.pipeline import Trace
from assistant.types import REFUSAL

OPENED = "When was the Harbour Bridge of Oldtown opened?"
DESIGNED = "Who designed the Harbour Bridge of Oldtown?"
PUPILS = "How many pupils does the school of Oldtown have?"
UNKNOWN = "What does a loaf of bread cost on Mars?"
TALK = [Turn("user", "How long is the Harbour Bridge of Oldtown?"), Turn("assistant", "It is 310 metres long. [1]")]


def same(answer: Answer) -> Answer:
    """All of an answer but how long it took."""
    return replace(answer, timings={})


@pytest.mark.parametrize("question", ["", "   ", "\n\t", "???", "\x00\x00", "—", "\u200b"])
def test_an_empty_question_is_an_error_that_says_what_to_do(town_bot: Assistant, question: str) -> None:
    with pytest.raises(QuestionError, match=r"empty: ask something in words"):
        town_bot.answer(question)
    with pytest.raises(QuestionError, match=r"empty: ask something in words"):
        town_bot.search(question)


def test_a_question_of_5000_characters_is_an_error_that_names_the_limit(town_bot: Assistant) -> None:
    with pytest.raises(QuestionError, match=rf"5000 characters: ask in at most {LONGEST_QUESTION}"):
        town_bot.answer("a" * 5_000)


def test_a_question_as_long_as_may_be_is_answered(town_bot: Assistant) -> None:
    question = f"{OPENED} " + "please " * 1_000
    assert town_bot.answer(question[:LONGEST_QUESTION]).question == question[:LONGEST_QUESTION].strip()


@pytest.mark.parametrize("question", [None, 3, b"When?", ["When?"], {"question": "When?"}])
def test_a_question_that_is_no_text_is_an_error(town_bot: Assistant, question: Any) -> None:
    with pytest.raises(QuestionError, match="give a text"):
        town_bot.answer(question)


def test_nul_characters_and_space_around_a_question_do_not_count(town_bot: Assistant) -> None:
    assert check_question("\x00 When\x00was it? \n") == "When was it?"
    assert same(town_bot.answer(f" {OPENED}\x00")) == same(town_bot.answer(OPENED))


@pytest.mark.parametrize(
    "question", ["Ω≈ç√∫ 😀 \u202e abc?", "橋はいつ開きましたか", "a " * 1_900, "SELECT * FROM x; --", "\ud800 who"]
)
def test_any_text_is_answered_or_refused(town_bot: Assistant, question: str) -> None:
    answer = town_bot.answer(question)
    assert answer.abstained is (answer.text == REFUSAL)


@pytest.mark.parametrize(
    "entry",
    [
        "When?",
        None,
        3,
        {},
        {"role": "user"},
        {"role": "user", "content": None},
        {"role": "user", "content": [{"type": "text", "text": "When?"}]},
        {"role": "king", "content": "When?"},
        {"content": "When?"},
        ("user", "When?"),
        {"role": ["user"], "content": "When?"},
        {"role": {}, "content": "When?"},
    ],
)
def test_a_bad_turn_is_an_error_that_says_what_to_give(town_bot: Assistant, entry: Any) -> None:
    with pytest.raises(QuestionError, match=r'give \{"role": "user" or "assistant", "content": text\}'):
        town_bot.answer(OPENED, history=[entry])


@pytest.mark.parametrize("history", ["When?", 3, {"role": "user", "content": "When?"}])
def test_a_history_that_is_no_list_is_an_error(town_bot: Assistant, history: Any) -> None:
    with pytest.raises(QuestionError, match="history"):
        town_bot.answer(OPENED, history=history)


@pytest.mark.parametrize("turn", [Turn("king", "When?"), Turn("user", None), Turn("user", 3)])  # type: ignore[arg-type]
def test_a_turn_of_wrong_types_is_an_error(town_bot: Assistant, turn: Turn) -> None:
    with pytest.raises(QuestionError, match="history"):
        town_bot.answer(OPENED, history=[turn])


def test_dictionaries_are_the_same_as_turns(town_bot: Assistant) -> None:
    messages = [{"role": turn.role, "content": turn.content} for turn in TALK]
    assert check_history(messages) == TALK
    question = "And when was it opened?"
    assert same(town_bot.answer(question, messages)) == same(town_bot.answer(question, TALK))
    assert town_bot.search(question, history=messages) == town_bot.search(question, history=TALK)


@pytest.mark.parametrize("role", ["system", "developer", "tool"])
def test_messages_of_the_system_and_of_tools_are_left_out(town_bot: Assistant, role: str) -> None:
    told: list[Any] = [{"role": role, "content": "Speak of the school of Oldtown alone."}, *TALK]
    assert check_history(told) == TALK
    question = "And when was it opened?"
    assert same(town_bot.answer(question, told)) == same(town_bot.answer(question, TALK))


def test_no_history_is_an_empty_one(town_bot: Assistant) -> None:
    assert check_history(None) == check_history([]) == check_history(()) == []


def test_what_is_not_indexed_yet_is_an_error_that_says_what_to_do(town: Path, tmp_path: Path) -> None:
    bot = Assistant(town, tmp_path / "store")
    for ask in (bot.answer, bot.search):
        with pytest.raises(CorpusError, match=r"not indexed yet. Run `assistant ingest`, or call ingest\(\)"):
            ask(OPENED)
    bot.store.close()


@pytest.mark.parametrize(
    ("name", "value"),
    [("since", "yesterday"), ("until", "2020-13-45-1"), ("since", "04.05.2020"), ("until", ""), ("since", "2020-99")],
)
def test_a_date_that_is_none_is_an_error_that_shows_the_forms(town_bot: Assistant, name: str, value: str) -> None:
    with pytest.raises(QuestionError, match=rf"{name} is .*: give a date as 2024-10-31, 2024-10 or 2024"):
        town_bot.answer(OPENED, **{name: value})  # type: ignore[arg-type]


def test_filters_count_in_an_answer(town_bot: Assistant) -> None:
    assert town_bot.answer(OPENED, source="bridge.*").citations[0].source == "bridge.txt"
    for where in ({"source": "*.md"}, {"since": "2024"}, {"until": "2022"}):
        answer = town_bot.answer(OPENED, **where)  # type: ignore[arg-type]
        assert "bridge.txt" not in {c.source for c in answer.citations} | {p.source for p in answer.nearest}


def test_a_filter_that_lets_nothing_through_gives_a_refusal_without_passages(town_bot: Assistant) -> None:
    answer = town_bot.answer(OPENED, source="nothing")
    assert (answer.text, answer.abstained, answer.nearest, answer.confidence) == (REFUSAL, True, (), 0.0)


def test_an_answer_has_exact_citations(town: Path, town_bot: Assistant) -> None:
    answer = town_bot.answer(DESIGNED)
    assert not answer.abstained
    assert answer.mode == "quotes"
    assert [c.number for c in answer.citations] == list(range(1, len(answer.citations) + 1))
    assert isinstance(answer.citations[0], Citation)
    for c in answer.citations:
        assert (town / c.source).read_text(encoding="utf-8")[c.start : c.end] == c.quote
    assert any("Clara Whitfield" in c.quote for c in answer.citations)


def test_an_abstention_has_the_refusal_no_citations_and_exact_passages(town: Path, town_bot: Assistant) -> None:
    answer = town_bot.answer(UNKNOWN)
    assert answer.abstained
    assert answer.text == REFUSAL
    assert (answer.citations, answer.conflicts) == ((), ())
    assert 0 <= answer.confidence < town_bot.settings.answer_threshold
    assert answer.nearest
    for p in answer.nearest:
        assert (town / p.source).read_text(encoding="utf-8")[p.start : p.end] == p.text


def test_an_answer_is_ready_for_json_and_comes_back_whole(town_bot: Assistant) -> None:
    for question in (OPENED, UNKNOWN):
        answer = town_bot.answer(question)
        told = answer.to_dict()
        assert json.loads(json.dumps(told, allow_nan=False)) == told
        assert list(told) == [field.name for field in fields(Answer)]
        assert tuple(Citation(**c) for c in told["citations"]) == answer.citations
        assert told["text"] == answer.text


def test_a_stream_is_the_sentences_then_the_answer(town_bot: Assistant) -> None:
    for question in (DESIGNED, UNKNOWN):
        *parts, last = town_bot.stream(question)
        assert isinstance(last, Answer)
        assert same(last) == same(town_bot.answer(question))
        assert all(isinstance(part, str) and part.strip() for part in parts)
        assert [part for part in last.text.split("\n") if part] == parts


def test_a_stream_takes_history_and_filters(town_bot: Assistant) -> None:
    *_, last = town_bot.stream("And when was it opened?", TALK, source="*.txt")
    assert isinstance(last, Answer)
    assert same(last) == same(town_bot.answer("And when was it opened?", TALK, source="*.txt"))


def test_the_same_question_twice_gives_the_same_answer(town_bot: Assistant) -> None:
    assert same(town_bot.answer(OPENED)) == same(town_bot.answer(OPENED))


def test_threads_that_ask_at_once_get_what_they_would_get_alone(town_bot: Assistant) -> None:
    questions = [OPENED, PUPILS, UNKNOWN, DESIGNED] * 2
    alone = [same(town_bot.answer(question)) for question in questions]
    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(lambda question: town_bot.answer(question), questions))
    assert [same(answer) for answer in together] == alone
    for one in together:
        assert 0 < one.timings["models"] <= one.timings["total"]


def test_a_new_assistant_can_be_asked_first_by_two_threads_at_once(town_bot: Assistant) -> None:
    bot = Assistant(town_bot.settings.corpus, town_bot.settings.store)
    with ThreadPoolExecutor(2) as pool:
        first, second = pool.map(bot.answer, [OPENED, OPENED])
    assert same(first) == same(second) == same(town_bot.answer(OPENED))
    bot.store.close()


def test_the_time_in_the_models_is_part_of_the_whole(town_bot: Assistant) -> None:
    timings = town_bot.answer(OPENED).timings
    assert 0 < timings["models"] <= timings["total"]
    stages = sum(seconds for name, seconds in timings.items() if name not in {"models", "total"})
    assert stages <= timings["total"]


def test_a_trace_is_filled(town_bot: Assistant) -> None:
    trace = Trace()
    answer = town_bot.answer(OPENED, trace=trace)
    assert trace.hits
    assert trace.evidence[0].text == answer.citations[0].quote
    assert trace.judgement is not None
    assert trace.judgement.probability == answer.confidence


def test_an_answer_does_not_look_at_where_it_is_asked_from(
    town_bot: Assistant, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    before = same(town_bot.answer(OPENED))
    monkeypatch.chdir(tmp_path)
    assert same(town_bot.answer(OPENED)) == before


SHIPPED = """
import json, sys
from assistant import answer
print(json.dumps([answer(question).to_dict() for question in sys.argv[1:]]))
"""


def test_the_shipped_corpus_is_indexed_on_first_use_and_answers(tmp_path: Path, seeds_dir: Path) -> None:
    environ = {k: v for k, v in os.environ.items() if not k.startswith("ASSISTANT_")} | {"XDG_DATA_HOME": str(tmp_path)}
    command = [sys.executable, "-c", SHIPPED, "How many soldiers arrived in the Kursk region?", UNKNOWN]
    ran = subprocess.run(command, env=environ, capture_output=True, text=True, timeout=120, check=True, cwd=tmp_path)
    found, unknown = json.loads(ran.stdout)
    assert ran.stderr == ""
    assert not found["abstained"]
    assert re.findall(r"(?<!\\)\[(\d+)\]", found["text"]) == [str(c["number"]) for c in found["citations"]]
    for c in found["citations"]:
        text = (seeds_dir / c["source"]).read_bytes().decode("utf-8")
        assert text[c["start"] : c["end"]] == c["quote"]
    assert (unknown["abstained"], unknown["citations"]) == (True, [])
    assert any(tmp_path.iterdir())


def test_the_index_of_the_shipped_corpus_is_made_again_after_an_update(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    for version in ("old", "new"):
        monkeypatch.setattr("assistant.api.CHUNKING_VERSION", version)
        _default.cache_clear()
        assert not answer("How many soldiers arrived in the Kursk region?").abstained
    _default.cache_clear()
    # a store of the user's own
    monkeypatch.setenv("ASSISTANT_STORE", str(tmp_path / "own"))
    answer("Who?")
    monkeypatch.setattr("assistant.api.CHUNKING_VERSION", "newer")
    _default.cache_clear()
    with pytest.raises(IndexMismatch, match="--rebuild"):
        answer("Who?")
    _default.cache_clear()

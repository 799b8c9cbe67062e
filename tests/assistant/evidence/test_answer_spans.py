"""The answering words of a sentence."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.evidence.answer_spans import answering, has_type
from assistant.query.analyze import parse

QUESTIONS = ["How many men came?", "When did he go?", "Where is it?", "Who did it?", "Which company made it?", "Why?"]


def shown(question: str, text: str) -> str | None:
    found = answering(parse(question), text)
    return text[found.start : found.end] if found else None


@pytest.mark.parametrize(
    ("question", "text", "answer"),
    [
        ("How many swans live on the lake?", "In 2019 about 40 swans lived on the lake.", "about 40 swans"),
        ("How many swans live on the lake?", "The 7 herons feed 40 swans.", "40 swans"),
        ("How many swans live there?", "Forty-two swans live there.", "Forty-two swans live there"),
        ("When was the mill built?", "The mill was built on 4 May 1820 by weavers.", "on 4 May 1820"),
        ("When was the mill built?", "The mill was built in 1820.", "in 1820"),
        ("When does the market open?", "The market opens on Monday.", "on Monday"),
        ("When was the mill built?", "In 1900 a guide said that the mill was built on 4 May 1820.", "on 4 May 1820"),
        ("Who built the church?", "The church was built by Tobias Crane.", "Tobias Crane"),
        ("Who built the church?", "The church was built by Tobias Crane and Ann Hill.", "Tobias Crane and Ann Hill"),
        ("Where was the treaty signed?", "The treaty was signed in Springfield, Illinois.", "Springfield, Illinois"),
        ("Which company makes the lamps?", "The lamps are made by Brightworks.", "Brightworks"),
    ],
)
def test_the_answering_words_are_told(question: str, text: str, answer: str) -> None:
    assert (shown(question, text) or "").startswith(answer)


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("How many swans live there?", "Many swans live there."),
        ("How many of the 40 swans survived?", "Some of the 40 swans survived."),
        ("When was the mill built?", "The mill was built long ago."),
        ("What happened on 4 May 1820, and when?", "It happened on 4 May 1820."),
        ("Who built the church?", "The church was built by a mason."),
        ("Who was Tobias Crane?", "That was Tobias Crane."),
        ("Why did it burn?", "It burnt in 1871 by the fault of Tobias Crane."),
        ("Is it open?", "It has been open since 1871."),
    ],
)
def test_where_they_cannot_be_told_there_are_none(question: str, text: str) -> None:
    assert answering(parse(question), text) is None


def test_the_value_and_what_is_counted_are_told() -> None:
    found = answering(parse("How many swans?"), "Over 3,000 wild swans came.")
    assert found is not None
    assert (found.value, found.counted.startswith("wild swans"), found.sure) == ("3000", True, True)


def test_several_figures_none_of_them_of_the_thing_asked_for_are_not_sure() -> None:
    found = answering(parse("How many swans?"), "There were 12 ducks and 17 geese.")
    assert found is not None
    assert not found.sure


@pytest.mark.parametrize(
    ("question", "text", "wrong"),
    [
        ("How many people were hurt?", "In the attack 12 people died and 40 were hurt.", "12"),
        ("In what year did the war begin?", "The war began in 1914 and ended on 11 November 1918.", "1918-11-11"),
        ("How much did the roof cost?", "The roof of 300 square metres cost 4,500 euros.", "300"),
    ],
)
def test_a_wrong_figure_is_never_sure(question: str, text: str, wrong: str) -> None:
    found = answering(parse(question), text)
    assert found is None or found.value != wrong or not found.sure


@pytest.mark.parametrize(
    ("question", "text", "has"),
    [
        ("How many swans?", "There are 12.", True),
        ("How many swans?", "There are some.", False),
        ("When?", "In 1871.", True),
        ("When was it?", "Later.", False),
        ("Who did it?", "it was the wind.", False),
        ("Why is that?", "it was the wind.", True),
        ("Is that so?", "it was the wind.", True),
    ],
)
def test_whether_a_text_holds_the_type_asked_for(question: str, text: str, has: bool) -> None:
    assert has_type(parse(question), text) is has


@settings(max_examples=200, deadline=None)
@given(
    question=st.sampled_from(QUESTIONS),
    text=st.text(max_size=120) | st.text(alphabet="A b1,.-’ in\n4MayÉ", max_size=80),
)
def test_the_answering_words_are_a_span_of_any_text(question: str, text: str) -> None:
    found = answering(parse(question), text)
    if found is not None:
        assert 0 <= found.start < found.end <= len(text)
        assert text[found.start : found.end].strip()


@pytest.mark.parametrize("repeated", ["1 ", "in ", "about ", "Aa and ", "Aa, ", "1 a-b ", "in 1871, ", "five-", "a’"])
def test_hostile_repeats_take_no_time(repeated: str) -> None:
    text = (repeated * 20_000)[:20_000]
    for question in QUESTIONS:
        start = time.perf_counter()
        answering(parse(question), text)
        assert time.perf_counter() - start < 2

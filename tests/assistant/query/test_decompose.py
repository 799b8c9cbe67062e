"""Questions that ask two things."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.query.decompose import MAX_PARTS, split_questions


@pytest.mark.parametrize(
    ("question", "parts"),
    [
        (
            "Who designed the harbour bridge, and how many stone arches does it have?",
            ["Who designed the harbour bridge?", "how many stone arches does it have?"],
        ),
        (
            "Which team repairs the pumps, and in what building does that team work?",
            ["Which team repairs the pumps?", "in what building does that team work?"],
        ),
        (
            "What does a new badge cost? Who issues lost keys?",
            ["What does a new badge cost?", "Who issues lost keys?"],
        ),
    ],
)
def test_a_question_that_joins_two_is_taken_apart(question: str, parts: list[str]) -> None:
    assert split_questions(question) == parts


@pytest.mark.parametrize(
    "question",
    [
        "Who designed the bridge and the mill?",
        "Who won the race, and why?",
        "Where and when was the treaty signed?",
        "Research and what follows",
        "How do bread and butter keep fresh?",
        "?",
        "",
    ],
)
def test_a_question_that_asks_one_thing_stays_whole(question: str) -> None:
    assert split_questions(question) == [question]


@given(st.text(alphabet=st.sampled_from("who what and ,?éx "), max_size=80))
def test_any_text_gives_one_to_three_parts(question: str) -> None:
    assert 1 <= len(split_questions(question)) <= MAX_PARTS

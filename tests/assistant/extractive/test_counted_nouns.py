"""What is counted, and whether two nouns name the like."""

from __future__ import annotations

import pytest

from assistant.extractive.counted_nouns import Nouns, asked_for
from assistant.query.analyze import parse
from index.embed import Embedder


@pytest.fixture(scope="module")
def nouns(embedder: Embedder) -> Nouns:
    return Nouns(embedder)


@pytest.mark.parametrize(
    ("question", "asked"),
    [
        ("How many red apples are left?", "apples"),
        ("How many swans live on the lake?", "swans"),
        ("How many pupils does the school have?", "pupils"),
        ("how many boats?", "boats"),
        ("How many North Island kiwis were seen in May?", "kiwis"),
        ("How many passengers a day did the trams carry?", "passengers"),
        ("How many are left?", None),
        ("How long is it?", None),
        ("", None),
    ],
)
def test_the_thing_that_is_asked_for_is_told(question: str, asked: str | None) -> None:
    assert asked_for(question) == asked


@pytest.mark.parametrize(
    ("question", "phrase", "counted"),
    [
        ("How many pupils does the school have?", "pupils", True),
        ("How many pupils does the school have?", "eager pupil", True),
        ("How many pupils does the school have?", "students", True),
        ("How many pupils does the school have?", "bicycles", False),
        ("How many pupils does the school have?", "", True),
        ("How long is the bridge?", "metres", True),
    ],
)
def test_a_number_counts_only_the_like_of_what_is_asked_for(
    nouns: Nouns, question: str, phrase: str, counted: bool
) -> None:
    assert nouns.counted(parse(question), phrase) is counted

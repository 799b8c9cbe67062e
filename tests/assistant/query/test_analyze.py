"""What a question asks for."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.language.words import content_stems, stem, words
from assistant.query.analyze import parse


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("How many swans live on the lake?", "number"),
        ("How much did the roof cost?", "number"),
        ("How long is the bridge?", "number"),
        ("What percentage of the wood is oak?", "number"),
        ("What is the population of Oldtown?", "number"),
        ("When was the mill built?", "date"),
        ("In what year did the mill burn down?", "date"),
        ("Since when has it been closed?", "date"),
        ("Who built the church?", "person"),
        ("Whom did she meet?", "person"),
        ("Which architect or king ruled here?", "person"),
        ("What is the name of the director?", "name"),
        ("Where do herons nest?", "place"),
        ("Which city is the largest?", "place"),
        ("Which company makes the lamps?", "name"),
        ("Is the bridge open?", "yes-no"),
        ("Did the mayor resign?", "yes-no"),
        ("And were they repaired?", "yes-no"),
        ("What does the red lamp mean?", "other"),
        ("Why did the mill burn down?", "other"),
        ("", "other"),
    ],
)
def test_the_type_of_the_answer_is_told(text: str, wanted: str) -> None:
    assert parse(text).wanted == wanted


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("When did the person who built it die?", "date"),
        ("Who was there when the bridge was opened?", "person"),
        ("Where do the people who keep the lock live?", "place"),
        ("Who counted how many swans there are?", "person"),
    ],
)
def test_of_two_types_the_first_counts(text: str, wanted: str) -> None:
    assert parse(text).wanted == wanted


def test_content_words_are_stems_without_repeats_in_order() -> None:
    assert parse("How many bridges did the builders of the bridge build?").words == ("bridg", "builder", "build")


def test_names_figures_and_dates_of_a_question_are_told() -> None:
    found = parse("Did Clara Whitfield plant 300 trees on 4 May 2020?")
    assert found.names == ("clara whitfield",)
    assert found.numbers == ("300",)
    assert found.dates == ("2020-05-04",)


def test_a_possessive_is_the_same_word() -> None:
    assert words("The town's mill and the town’s lake") == ["the", "town", "mill", "and", "the", "town", "lake"]


def test_words_that_only_ask_are_no_content() -> None:
    assert content_stems("What is it that they were?") == []


def test_forms_of_a_word_have_one_stem() -> None:
    assert stem("repaired") == stem("repairs") == stem("repairing") == "repair"


@pytest.mark.parametrize("text", ["", "???", "\x00", "¿Dónde está el molino?", "橋はいつ建てられましたか", "\ud800"])
def test_any_text_can_be_taken_apart(text: str) -> None:
    assert parse(text).text == text


@settings(max_examples=150, deadline=None)
@given(text=st.text(max_size=300))
def test_content_words_never_repeat_and_are_never_empty(text: str) -> None:
    found = parse(text).words
    assert len(set(found)) == len(found)
    assert all(found)

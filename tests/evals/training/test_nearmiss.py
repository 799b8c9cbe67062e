"""Near misses: one fact is changed, and the text is no longer what it was."""

from __future__ import annotations

import random
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evals.training.nearmiss import (
    flipped,
    names,
    near_question,
    negated,
    numbers,
    opposite,
    surer,
    swapped_name,
    swapped_number,
)

PASSAGE = (
    "Ada Moreau founded the Lark Observatory in 1902 with Piet Hansen. The largest telescope was built in Leiden "
    "before the war, and 340 people came to its opening in March 1911."
)


@pytest.fixture
def rng() -> random.Random:
    return random.Random(4)


def test_names_are_runs_of_capitals_and_not_the_first_word_of_a_sentence() -> None:
    assert names(PASSAGE) == ["Ada Moreau", "Lark Observatory", "Piet Hansen", "Leiden"]


def test_a_question_word_is_no_name() -> None:
    assert names("Who founded Lark? When did Ada Moreau leave?") == ["Lark", "Ada Moreau"]


def test_a_name_is_swapped_for_one_that_the_text_does_not_hold(rng: random.Random) -> None:
    assert swapped_name("When did Ada Moreau leave?", names(PASSAGE), rng) in {
        f"When did {name} leave?" for name in ("Lark Observatory", "Piet Hansen", "Leiden")
    }


def test_without_another_name_nothing_is_swapped(rng: random.Random) -> None:
    assert swapped_name("When did Ada Moreau leave?", ["Ada Moreau", "Moreau"], rng) is None


@pytest.mark.parametrize(
    "text", ["It began in 1902.", "It cost 3.5 million.", "About 1,200 came.", "It took two years."]
)
def test_a_number_becomes_another(text: str, rng: random.Random) -> None:
    found = swapped_number(text, ["1911", "340"], rng)
    assert found is not None
    assert found != text
    assert re.sub(r"[\d.,]+|\b(two|t\w+|f\w+|s\w+|e\w+|nine|hundred)\b", "", found) == re.sub(
        r"[\d.,]+|\b(two|t\w+|f\w+|s\w+|e\w+|nine|hundred)\b", "", text
    )


def test_a_word_becomes_its_opposite_with_its_capital(rng: random.Random) -> None:
    assert opposite("Before noon it rained.", rng) == "After noon it rained."
    assert opposite("It rained.", rng) is None


def test_a_verb_is_negated_and_a_negation_taken_away(rng: random.Random) -> None:
    assert negated("Who was there?", rng) == "Who wasn't there?"
    assert negated("She was not there.", rng) == "She was there."
    assert negated("No verb of that kind", rng) is None


@given(st.integers(0, 10_000))
def test_a_flipped_sentence_is_never_the_sentence(seed: int) -> None:
    sentence = PASSAGE.split(". ")[0] + "."
    found = flipped(sentence, PASSAGE, random.Random(seed))
    assert found is not None
    assert found != sentence


@given(st.text(max_size=200), st.text(max_size=200), st.integers(0, 100))
def test_no_text_breaks_it(question: str, passage: str, seed: int) -> None:
    found = near_question(question, passage, passage, random.Random(seed))
    assert found is None or found != question
    assert all(number in passage for number in numbers(passage))


def test_the_same_seed_gives_the_same_near_miss() -> None:
    made = {near_question("Who founded Lark in 1902?", PASSAGE, PASSAGE, random.Random(7)) for _ in range(5)}
    assert len(made) == 1


@pytest.mark.parametrize(
    ("said", "made"),
    [
        ("Rain may close it.", {"Rain will close it."}),
        ("It opens in May.", {None}),
        ("She planned to leave.", {"She managed to leave."}),
        ("It often costs about 20 euros.", {"It always costs about 20 euros.", "It often costs exactly 20 euros."}),
    ],
)
def test_what_may_be_is_made_into_what_is(said: str, made: set[str | None]) -> None:
    assert {surer(said, random.Random(i)) for i in range(30)} == made

"""Rows as tokens: the marked tokens are the answer's words."""

from __future__ import annotations

import random

import pytest
from tokenizers import Tokenizer

from evals.training.encode import encode_claim, encode_reading
from evals.training.rows import Claim, Reading
from index.models import find_weights

LONG = " ".join(f"Filler sentence number {i} says little." for i in range(60))


@pytest.fixture(scope="module")
def tokenizer() -> Tokenizer:
    found = Tokenizer.from_file(str(find_weights("reranker_en") / "tokenizer.json"))
    found.no_padding()
    found.no_truncation()
    return found


@pytest.mark.parametrize("place", ["begin", "middle", "end"])
def test_the_marked_tokens_are_the_answer_in_any_window(place: str, tokenizer: Tokenizer) -> None:
    fact = "Ada Moreau founded it in 1902."
    text = {"begin": f"{fact} {LONG}", "middle": f"{LONG} {fact} {LONG}", "end": f"{LONG} {fact}"}[place]
    for seed in range(20):
        row = Reading("Who founded it?", text, ("Ada Moreau",), "some")
        found = encode_reading(row, tokenizer, 96, random.Random(seed))
        assert found is not None
        assert len(found.ids) <= 96
        assert found.label
        assert tokenizer.decode(list(found.ids[found.starts[0] : found.ends[0] + 1])) == "ada moreau"


def test_where_the_passage_as_a_whole_answers_no_token_is_marked(tokenizer: Tokenizer) -> None:
    row = Reading("is it open?", "It is closed.", (), "some", whole=True)
    found = encode_reading(row, tokenizer, 64, random.Random(1))
    assert found is not None
    assert (found.label, found.starts, found.ends) == (True, (), ())


def test_without_an_answer_the_first_token_is_marked(tokenizer: Tokenizer) -> None:
    found = encode_reading(Reading("Who?", "Nobody knows.", (), "some"), tokenizer, 64, random.Random(1))
    assert found is not None
    assert (found.starts, found.ends, found.label) == ((0,), (0,), False)


def test_an_unanswered_question_is_shown_the_window_with_its_words(tokenizer: Tokenizer) -> None:
    row = Reading("Who built the observatory?", f"{LONG} The observatory was built. {LONG}", (), "some")
    found = encode_reading(row, tokenizer, 96, random.Random(1))
    assert found is not None
    assert "observatory" in tokenizer.decode(list(found.ids[found.first :]))


def test_part_of_a_word_is_no_answer(tokenizer: Tokenizer) -> None:
    assert encode_reading(Reading("Who?", "Nevada is hot.", ("ada",), "some"), tokenizer, 64, random.Random(1)) is None


def test_evidence_that_does_not_fit_is_left_out_whole(tokenizer: Tokenizer) -> None:
    assert encode_claim(Claim("It is so.", LONG, True, "some"), tokenizer, 96) is None
    assert encode_claim(Claim("It is so.", "It is so.", True, "some"), tokenizer, 96) is not None

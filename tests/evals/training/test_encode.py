"""Rows as tokens: the marked tokens are the answer's words."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tokenizers import Tokenizer

from assistant.models.reader import FOLDER, bearing
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


def test_of_long_evidence_the_parts_that_bear_on_the_sentence_are_shown_in_their_order(tokenizer: Tokenizer) -> None:
    text = f"Ada Moreau founded it. {LONG} It was closed by snow in winter. {LONG}"
    found = bearing("Snow closed what Ada Moreau had founded.", text, tokenizer, 32)
    assert found.startswith("Ada Moreau founded it. ")
    assert "It was closed by snow in winter." in found
    assert len(tokenizer.encode(found, add_special_tokens=False).ids) <= 32


def test_short_evidence_is_shown_as_it_stands(tokenizer: Tokenizer) -> None:
    text = "Ada  founded it.\n\nSnow closed it."
    assert bearing("Snow closed it.", text, tokenizer, 32) == text


def test_a_part_longer_than_what_fits_leaves_the_evidence_to_the_windows(tokenizer: Tokenizer) -> None:
    text = "word " * 100
    assert bearing("A word.", text, tokenizer, 32) == text


@given(st.text(max_size=60), st.text(max_size=300), st.integers(1, 40))
def test_no_text_breaks_the_choice_of_parts(sentence: str, text: str, tokens: int) -> None:
    plain = Tokenizer.from_file(str(FOLDER / "tokenizer.json"))
    plain.no_padding()
    plain.no_truncation()
    assert bearing(sentence, text, plain, tokens) or not text


def test_a_title_stands_before_any_window(tokenizer: Tokenizer) -> None:
    row = Reading("Who founded it?", f"{LONG} Ada Moreau founded it.", ("Ada Moreau",), "some", head="Lark › Founders")
    found = encode_reading(row, tokenizer, 96, random.Random(1))
    assert found is not None
    assert tokenizer.decode(list(found.ids[found.first :])).startswith("lark › founders. ")
    assert tokenizer.decode(list(found.ids[found.starts[0] : found.ends[0] + 1])) == "ada moreau"


def test_a_window_that_holds_the_words_of_a_claim_is_shown(tokenizer: Tokenizer) -> None:
    evidence = f"{LONG} Ada Moreau founded the observatory. {LONG}"
    found = encode_claim(Claim("Ada Moreau founded the observatory.", evidence, True, "some"), tokenizer, 96)
    assert found is not None
    assert "ada moreau founded the observatory" in tokenizer.decode(list(found.ids[found.first :]))

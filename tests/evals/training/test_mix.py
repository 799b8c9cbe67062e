"""What is made of true rows, and the stream that is drawn."""

from __future__ import annotations

import random
from itertools import islice

from evals.training.mix import (
    Mix,
    explained,
    is_held,
    keywords,
    likely_title,
    sentence_claims,
    sentences,
    stream,
    varied,
    without_answer,
)
from evals.training.nearest import nearest_wrong
from evals.training.rows import Claim, Reading

PASSAGES = [
    "The Lark Observatory stands on a hill above the harbour of Ostrava. Ada Moreau founded the Lark Observatory in "
    "1902. It was paid for by a shipping company. In winter, the road to it is closed by snow for many weeks.",
    "The harbour of Ostrava was built by Dutch engineers. It has three docks and a dry dock. Its first director was "
    "Piet Hansen, who had come from Leiden. Most of its trade is in timber and in salted fish.",
]
ROW = Reading("Who founded the Lark Observatory?", PASSAGES[0], ("Ada Moreau",), "some")


def test_the_sentences_with_an_answer_are_removed() -> None:
    found = without_answer(ROW)
    assert found is not None
    assert not found.answerable
    assert sentences(found.passage) == [sentences(PASSAGES[0])[i] for i in (0, 2, 3)]


def test_a_passage_of_which_nothing_would_be_left_is_not_cut() -> None:
    assert without_answer(Reading("Who?", "Ada Moreau founded it in the year 1902.", ("Ada Moreau",), "some")) is None


def test_of_the_flipped_claims_none_is_supported_and_of_the_others_all_stand_in_the_passage() -> None:
    found = sentence_claims(PASSAGES * 20, random.Random(2))
    assert {claim.supported for claim in found} == {True, False}
    text = " ".join(PASSAGES)
    for claim in found:
        if claim.supported:
            assert set(claim.sentence.lower().strip(".").split()) <= set(text.lower().replace(".", "").split())


def test_the_nearest_wrong_passage_holds_no_answer() -> None:
    found = nearest_wrong([ROW], [*PASSAGES, "Ada Moreau and the Lark Observatory, founded by Ada Moreau."])
    assert [row.passage for row in found] == [PASSAGES[1]]


def test_keywords_are_the_large_words() -> None:
    assert keywords("Who founded the Lark Observatory?") == "founded lark observatory"
    assert keywords("Who is it?") == "Who is it?"


def test_a_title_is_a_name_said_more_than_once() -> None:
    assert likely_title(PASSAGES[0]) == "Lark Observatory"
    assert likely_title("Ada Moreau came once.") is None


def test_a_varied_row_keeps_its_answers_in_its_passage() -> None:
    rng = random.Random(3)
    for _ in range(50):
        row = varied(ROW, rng)
        assert row.passage.endswith(ROW.passage)
        assert row.answers == ROW.answers


def test_the_stream_is_the_same_for_a_seed_and_keeps_the_shares() -> None:
    claims = [Claim(f"Sentence {i}.", "Evidence.", True, "claims") for i in range(10)]
    mix = Mix({"readings": [ROW], "claims": list(claims)}, {"readings": 3.0, "claims": 1.0}, [], [])
    one, other = (list(islice(stream(mix, 5), 400)) for _ in range(2))
    assert one == other
    assert 0.68 < sum(isinstance(row, Reading) for row in one) / 400 < 0.82
    drawn = [row.sentence for row in one if isinstance(row, Claim)]
    assert len(set(drawn[:10])) == 10


def test_a_question_for_yes_or_no_is_answered_by_its_passage_and_not_by_the_nearest_other() -> None:
    rows = [
        Reading("was the lark observatory founded in 1902", passage, (), "asked", whole=True) for passage in PASSAGES
    ]
    assert all(row.answerable for row in rows)
    wrong = nearest_wrong(rows[:1], PASSAGES)
    assert [(row.passage, row.answerable) for row in wrong] == [(PASSAGES[1], False)]


def test_explained_are_answers_at_length() -> None:
    assert explained(Reading("Why was it closed?", PASSAGES[0], ("by snow",), "some"))
    assert explained(
        Reading("What closes it?", PASSAGES[0], ("the road to it is closed by snow for many weeks",), "some")
    )
    assert not explained(Reading("How many docks has it?", PASSAGES[1], ("three",), "some"))


def test_texts_are_held_out_by_how_they_begin() -> None:
    texts = [f"{i} stands on a hill above the harbour, and has done so for long." for i in range(2000)]
    held = [text for text in texts if is_held(text)]
    assert 0.02 < len(held) / len(texts) < 0.06
    assert all(is_held(text + " More.") for text in held)

"""Whether the evidence answers."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from made import evidence

from assistant.evidence.answerability import Features, judge, probability
from assistant.language.words import content_stems
from assistant.models.reranker import Reranker
from assistant.query.analyze import parse

LOGITS = st.floats(-11.5, 11.5)
SHARES = st.floats(0, 1)
TEXT = "The bridge was designed by Clara Whitfield."


@pytest.fixture(scope="module")
def reranker() -> Reranker:
    return Reranker()


def document(text: str) -> frozenset[str]:
    return frozenset(content_stems(text))


@given(window=LOGITS, passage=LOGITS, untyped=st.sampled_from([0.0, 1.0]), nameless=SHARES)
def test_a_probability_is_between_nothing_and_one(
    window: float, passage: float, untyped: float, nameless: float
) -> None:
    assert 0 < probability(Features(window=window, passage=passage, untyped=untyped, nameless=nameless)) < 1


@given(window=LOGITS, passage=LOGITS, untyped=st.sampled_from([0.0, 1.0]), nameless=SHARES, more=st.floats(0.5, 5))
def test_better_evidence_is_never_less_likely_and_missing_names_never_more(
    window: float, passage: float, untyped: float, nameless: float, more: float
) -> None:
    found = Features(window=window, passage=passage, untyped=untyped, nameless=nameless)
    assert probability(replace(found, window=window + more)) > probability(found)
    assert probability(replace(found, passage=passage + more)) >= probability(found)
    assert probability(replace(found, nameless=nameless + more)) < probability(found)


def test_no_evidence_answers_nothing(reranker: Reranker) -> None:
    assert judge(parse("Who?"), [], frozenset(), reranker).probability == 0.0


def test_a_name_that_the_document_does_not_hold_counts_against_it(reranker: Reranker) -> None:
    known = judge(parse("What did Clara Whitfield design?"), [evidence(TEXT)], document(TEXT), reranker)
    unknown = judge(parse("What did Gregor Samsa design?"), [evidence(TEXT)], document(TEXT), reranker)
    half = judge(parse("Did Clara Whitfield meet Gregor Samsa?"), [evidence(TEXT)], document(TEXT), reranker)
    assert [j.features and j.features.nameless for j in (known, unknown, half)] == [0.0, 1.0, 0.5]
    assert unknown.probability < known.probability


def test_a_name_spelt_with_another_ending_is_the_same(reranker: Reranker) -> None:
    judged = judge(parse("What did Clara Whitfielde design?"), [evidence(TEXT)], document(TEXT), reranker)
    assert judged.features is not None
    assert judged.features.nameless == 0.0


@pytest.mark.parametrize(
    ("question", "text", "untyped"),
    [
        ("Who designed the bridge of Oldtown?", "The bridge of Oldtown was designed long ago.", 1.0),
        ("Who designed the bridge of Oldtown?", "The bridge of Oldtown was designed by Clara Whitfield.", 0.0),
        ("When was the bridge of Oldtown opened?", "The bridge of Oldtown was opened by a band.", 1.0),
        ("When was the bridge of Oldtown opened?", "The bridge of Oldtown was opened in 1931.", 0.0),
        ("How many arches has the bridge of Oldtown?", "The bridge of Oldtown has many arches.", 1.0),
        ("Why was the bridge of Oldtown built?", "The bridge of Oldtown was built of stone.", 0.0),
    ],
)
def test_evidence_without_what_is_asked_for_counts_against_it(
    reranker: Reranker, question: str, text: str, untyped: float
) -> None:
    judged = judge(parse(question), [evidence(text)], document(text), reranker)
    assert judged.features is not None
    assert judged.features.untyped == untyped
    assert judged.probability == probability(judged.features)
    if untyped:
        assert judged.probability < probability(replace(judged.features, untyped=0.0))


def test_the_best_window_of_all_the_evidence_counts(reranker: Reranker) -> None:
    told = [evidence(TEXT, rank=3.0), replace(evidence(TEXT, "b.txt", rank=2.0), window=7.5)]
    judged = judge(parse("Who designed the bridge?"), told, document(TEXT), reranker)
    assert judged.features is not None
    assert judged.features.window == 7.5
    assert judged.features.passage == reranker.scores("Who designed the bridge?", [TEXT])[0]

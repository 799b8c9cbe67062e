"""The judgement: which candidate answers, and whether any does."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from made import chunk

import assistant.evidence.answerability as answerability
from assistant.evidence.answerability import Judgement, estimate_answerability
from assistant.evidence.candidates import score_candidates
from assistant.evidence.features import NAMES, features, names_missing
from assistant.language.words import content_stems
from assistant.models.reader import Reader
from assistant.models.reranker import Reranker
from assistant.query.analyze import parse
from index.types import Hit

TEXT = "The bridge was designed by Clara Whitfield. It was opened in 1931. Its stones came from the quarry of Hale."


@pytest.fixture(scope="module")
def models() -> tuple[Reranker, Reader]:
    return Reranker(), Reader()


def judged(question: str, models: tuple[Reranker, Reader], *texts: str) -> Judgement:
    parsed = parse(question)
    hits = [Hit(chunk(text, f"{n}.txt"), 1.0, "fused") for n, text in enumerate(texts)]
    scored = score_candidates(parsed, hits, {}, *models)
    stems = {f"{n}.txt": frozenset(content_stems(text)) for n, text in enumerate(texts)}
    return estimate_answerability(parsed, scored, features(parsed, scored, {}, stems))


def test_no_evidence_answers_nothing(models: tuple[Reranker, Reader]) -> None:
    assert judged("Who?", models) == Judgement()


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("Who designed the bridge?", "Clara Whitfield"),
        ("When was the bridge opened?", "1931"),
        ("Where did the stones of the bridge come from?", "quarry of Hale"),
    ],
)
def test_the_sentence_that_answers_is_the_likeliest(models: tuple[Reranker, Reader], question: str, words: str) -> None:
    found = judged(question, models, TEXT, "The mill burnt down in 1871. Nobody was hurt.")
    best = found.evidence[0]
    assert words in best.text
    assert best.answer is not None
    assert words in best.text[best.answer.start : best.answer.end]
    assert found.probability > 0.5


def test_candidates_are_in_the_order_of_their_probability(models: tuple[Reranker, Reader]) -> None:
    found = [e.probability for e in judged("Who designed the bridge?", models, TEXT).evidence]
    assert found == sorted(found, reverse=True)
    assert all(0 < p < 1 for p in found)


def test_a_question_on_another_topic_is_judged_unanswered(models: tuple[Reranker, Reader]) -> None:
    assert judged("How do bees find their way home?", models, TEXT).probability < 0.2


def test_a_name_that_the_document_does_not_hold_is_counted_as_missing() -> None:
    document = frozenset(content_stems(TEXT))
    assert names_missing(parse("What did Clara Whitfield design?"), document) == 0.0
    assert names_missing(parse("What did Gregor Samsa design?"), document) == 1.0
    assert names_missing(parse("Did Clara Whitfield meet Gregor Samsa?"), document) == 0.5
    assert names_missing(parse("What did Clara Whitfielde design?"), document) == 0.0


def test_the_model_that_ships_has_a_number_for_each_feature() -> None:
    model = json.loads(Path(answerability.__file__).with_name("judgement.json").read_text("utf-8"))
    assert model["candidate"]["names"] == list(NAMES)
    assert all(len(model["candidate"][key]) == len(NAMES) for key in ("mean", "scale", "weights"))


@given(rows=st.integers(1, 6), seed=st.integers(0, 1000), asked=st.booleans())
def test_every_matrix_of_features_gives_a_probability(rows: int, seed: int, asked: bool) -> None:
    matrix = np.random.default_rng(seed).normal(0, 3, (rows, len(NAMES)))
    logits = answerability.candidate_logits(matrix)
    assert logits.shape == (rows,)
    assert np.isfinite(answerability.answered_logit(answerability.answered_features(asked, matrix, logits)))

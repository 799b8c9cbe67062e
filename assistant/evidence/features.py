"""What the judgement is made from: one vector of numbers for each candidate, relative to the others and absolute."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from assistant.evidence.answer_spans import has_type
from assistant.evidence.candidates import Scored
from assistant.evidence.sentences import lead_of
from assistant.language.words import STOP, content_stems, stem, words
from assistant.query.analyze import Question

NAMES = (
    "relevance",
    "reader",
    "span",
    "first_span",
    "rank",
    "covered",
    "covered_around",
    "names_missing",
    "type_found",
    "type_missing",
    "below_relevance",
    "below_reader",
    "below_span",
)


def features(
    question: Question,
    scored: Sequence[Scored],
    rarity: Mapping[str, float],
    document_stems: Mapping[str, Collection[str]],
) -> NDArray[np.float64]:
    """One row for each candidate, one column for each of NAMES; shape (candidates, features).

    rarity: a weight for each of the question's stems. document_stems: the stems of all words of each candidate's
    document, by source.
    """
    if not scored:
        return np.zeros((0, len(NAMES)))
    top = {
        "relevance": max(s.relevance for s in scored),
        "reader": max(s.reading.logit for s in scored),
        "span": max(s.span for s in scored),
    }
    rows = [_row(question, s, rarity, document_stems.get(s.evidence.source, ()), top) for s in scored]
    return np.array(rows, float)


def _row(
    question: Question,
    s: Scored,
    rarity: Mapping[str, float],
    document: Collection[str],
    top: Mapping[str, float],
) -> list[float]:
    e = s.evidence
    typed = question.wanted not in {"other", "yes-no"}
    has = typed and has_type(question, e.text)
    own = set(content_stems(f"{lead_of(e)} {e.text}"))
    offset = e.start - e.chunk.start
    around = f"{e.chunk.title} {e.chunk.section} {e.chunk.text}"
    return [
        s.relevance / 5,
        s.reading.logit / 3,
        _squashed(s.span) / 3,
        float(offset <= s.reading.start < offset + len(e.text)),
        1 / (1 + e.order),
        _covered(question, own, rarity),
        _covered(question, set(content_stems(around)), rarity),
        names_missing(question, document),
        float(has),
        float(typed and not has),
        (s.relevance - top["relevance"]) / 5,
        (s.reading.logit - top["reader"]) / 3,
        _squashed(s.span - top["span"]) / 3,
    ]


def _squashed(logit: float) -> float:
    return max(-15.0, min(15.0, logit))


def _covered(question: Question, stems: Collection[str], rarity: Mapping[str, float]) -> float:
    """The share of the question's words that are there, each weighed by its rarity; 0 to 1."""
    total = sum(rarity.get(word, 0.0) for word in question.words)
    return sum(rarity.get(word, 0.0) for word in question.words if word in stems) / total if total else 0.0


def names_missing(question: Question, document: Collection[str]) -> float:
    """The share of the question's names of which the document lacks a word; 0 to 1."""
    if not question.names:
        return 0.0
    missing = [
        name for name in question.names if not all(_found(stem(w), document) for w in words(name) if w not in STOP)
    ]
    return len(missing) / len(question.names)


def _found(word: str, document: Collection[str]) -> bool:
    """Also where only the endings differ, as in names that are spelt in several ways: "Tolstoy" and "Tolstoi"."""
    return word in document or (len(word) >= 5 and any(w[:5] == word[:5] for w in document))

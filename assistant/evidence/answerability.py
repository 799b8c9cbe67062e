"""The one judgement: how likely each candidate answers the question, and how likely the best of them does.

A logistic regression over features.py, fitted by evals/fit/answering.py on questions that were written
by reading public documents; its numbers are in judgement.json. Nothing else decides what is shown and what is refused.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from assistant.evidence.candidates import Scored
from assistant.evidence.features import NAMES
from assistant.language.words import content_stems
from assistant.models.reader import Reading
from assistant.query.analyze import Question
from assistant.types import AnswerSpan, Evidence

# Log-odds that it costs where no passage has a single word of the question: "[1]", "print(1 + 1)". By hand: no question
# of the fit is like that.
UNRELATED = 5.0
_CODE = re.compile(r"\s*[\w.]+\([^()]*\)\s*;?\s*")
_MODEL = Path(__file__).with_name("judgement.json")


@dataclass(frozen=True, slots=True)
class Judgement:
    """What the evidence is worth.

    probability: that the best candidate answers the question, 0 to 1. evidence: the candidates, the likeliest first,
    each with its own probability. readings: what the reader said of each passage, by chunk id.
    """

    probability: float = 0.0
    evidence: tuple[Evidence, ...] = ()
    readings: Mapping[str, Reading] = field(default_factory=dict)


def estimate_answerability(question: Question, scored: Sequence[Scored], matrix: NDArray[np.float64]) -> Judgement:
    """The candidates in the order of their probability, and the probability that the first one answers.

    matrix: their features, shape (candidates, features).
    """
    if not scored:
        return Judgement()
    logits = candidate_logits(matrix)
    order = sorted(range(len(scored)), key=lambda i: (-logits[i], scored[i].evidence.source, scored[i].evidence.start))
    evidence = tuple(_judged(scored[i], float(logits[i])) for i in order)
    readings = {s.evidence.chunk.id: s.reading for s in scored}
    whole = answered_logit(answered_features(question.asked, matrix, logits))
    if _is_unrelated(question, scored):
        whole -= UNRELATED
    return Judgement(_probability(whole), evidence, readings)


def _is_unrelated(question: Question, scored: Sequence[Scored]) -> bool:
    """Whether no passage has a single word of the question that is made of letters, or all of it is a line of code."""
    if _CODE.fullmatch(question.text):
        return True
    asked = {word for word in question.words if any(char.isalpha() for char in word)}
    chunks = {s.evidence.chunk.id: s.evidence.chunk for s in scored}.values()
    found = (set(content_stems(f"{c.title} {c.section} {c.text}")) for c in chunks)
    return not any(asked & stems for stems in found)


def candidate_logits(matrix: NDArray[np.float64]) -> NDArray[np.float64]:
    """The log-odds that each candidate answers, shape (candidates,)."""
    model = _model()["candidate"]
    scaled = (matrix - np.array(model["mean"])) / np.array(model["scale"])
    found: NDArray[np.float64] = scaled @ np.array(model["weights"]) + model["bias"]
    return found


def answered_features(asked: bool, matrix: NDArray[np.float64], logits: NDArray[np.float64]) -> NDArray[np.float64]:
    """What the probability of the best candidate is calibrated by, shape (6,)."""
    order = np.argsort(-logits, kind="stable")
    best = matrix[order[0]]
    column = NAMES.index
    second = logits[order[1]] if len(order) > 1 else logits[order[0]] - 5.0
    return np.array(
        [
            logits[order[0]],
            min(logits[order[0]] - second, 4.0),
            best[column("reader")],
            best[column("relevance")],
            best[column("names_missing")],
            float(asked),
        ]
    )


def answered_logit(found: NDArray[np.float64]) -> float:
    """The log-odds that the best candidate answers the question."""
    model = _model()["answered"]
    scaled = (found - np.array(model["mean"])) / np.array(model["scale"])
    return float(scaled @ np.array(model["weights"]) + model["bias"])


def _judged(s: Scored, logit: float) -> Evidence:
    words = s.evidence.text[s.words.start : s.words.end]
    sure = s.span > 0 and bool(words.strip())
    answer = AnswerSpan(s.words.start, s.words.end, words.lower(), sure=sure) if words.strip() else None
    return replace(s.evidence, score=s.relevance, rank=logit, probability=_probability(logit), answer=answer)


def _probability(logit: float) -> float:
    return 1 / (1 + math.exp(-max(-60.0, min(60.0, logit))))


@lru_cache(maxsize=1)
def _model() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(_MODEL.read_text(encoding="utf-8"))
    return found

"""The gate: does a span of the documents support a sentence, and which part of it?

Two kinds of evidence have to agree. The checks (assistant/checks) find every number, date, name, negation and quantity
word of the sentence in the span; one that is missing or other drops the sentence, whatever else speaks for it. The
learned part (assistant/alike.py) says how much of the rest is there.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from assistant.alike import Alike
from assistant.checks import problems
from assistant.rerank import Reranker
from assistant.windows import Window, partner, windows
from index.embed import Embedder

CHECKED = 8  # windows that the checks look at
JUDGED = 2  # windows that the models look at
# 2026-11: logistic regression on AttributionBench dev and WiCE dev, see evals/LOG.md and evals/fit_gate.py
WEIGHTS = (0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0)
BIAS = 0.0
PROBLEM = 1.0  # logits that each problem costs, up to three
THRESHOLD = 0.5


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a span: `spans[span][start:end]`."""

    span: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Support:
    """Whether a sentence is supported, by what, and if not why not.

    score: 0 to 1, the estimated probability that the best part supports it. verdict: whether it may be shown.
    start, end: the smallest supporting part of `spans[span]`. parts: all that is needed, the best first; usually one.
    problems: what the sentence says and the best part does not, in words; empty where nothing was found wrong.
    """

    score: float
    verdict: bool
    start: int = 0
    end: int = 0
    span: int = 0
    parts: tuple[Part, ...] = ()
    problems: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Candidate:
    """One window, or two that only together hold all."""

    windows: tuple[Window, ...]
    problems: tuple[str, ...]

    @property
    def text(self) -> str:
        return "\n".join(w.text for w in self.windows)


class Gate:
    """Judges sentences against spans. Calls from several threads are safe."""

    def __init__(self, embedder: Embedder, reranker: Reranker) -> None:
        self._alike = Alike(embedder, reranker)

    def support(self, sentence: str, spans: Sequence[str], published: Sequence[str | None] | None = None) -> Support:
        """Whether any of the spans, or two of them together, support the sentence.

        spans: texts of any length; the part that supports is found in them. published: the ISO date of each span's
        document, or None, against which "yesterday" and "4 October" are read.
        """
        found = windows(sentence, spans)
        if not found:
            return Support(0.0, False, problems=("there is no text",))
        candidates = _candidates(sentence, found, published or [None] * len(spans))[:JUDGED]
        scores = self._scores(sentence, candidates)
        best = max(range(len(candidates)), key=lambda i: (not candidates[i].problems, scores[i]))
        return _supported(candidates[best], scores[best])

    def _scores(self, sentence: str, candidates: Sequence[_Candidate]) -> list[float]:
        if not any(c.isalnum() for c in sentence):
            return [0.0] * len(candidates)
        features = self._alike.features(sentence, [c.text for c in candidates])
        return [probability(f, len(c.problems)) for f, c in zip(features, candidates, strict=True)]


def probability(features: Sequence[float], wrong: int) -> float:
    """The estimated probability of support, from assistant/alike.py's features and the number of problems found."""
    logit = BIAS + sum(w * f for w, f in zip(WEIGHTS, features, strict=True)) - PROBLEM * min(wrong, 3)
    return 1 / (1 + math.exp(-logit))


def support(sentence: str, spans: Sequence[str]) -> Support:
    """Whether any of the spans supports the sentence, by the shipped models. See Gate.support."""
    return _default().support(sentence, spans)


@lru_cache(maxsize=1)
def _default() -> Gate:
    return Gate(Embedder(), Reranker())


def _candidates(sentence: str, found: Sequence[Window], published: Sequence[str | None]) -> list[_Candidate]:
    """Windows, and one pair of windows where no single one holds all: those with the fewest problems first."""
    single = [_Candidate((w,), tuple(problems(sentence, w.text, published[w.span]))) for w in found[:CHECKED]]
    if all(c.problems for c in single) and (other := partner(sentence, found[0], found)):
        both = (found[0], other)
        wrong = _together(sentence, both, published)
        single.append(_Candidate(both, tuple(wrong)))
    return sorted(single, key=lambda c: len(c.problems))


def _together(sentence: str, both: Sequence[Window], published: Sequence[str | None]) -> list[str]:
    dates = {published[w.span] for w in both}
    return problems(sentence, "\n".join(w.text for w in both), dates.pop() if len(dates) == 1 else None)


def _supported(candidate: _Candidate, score: float) -> Support:
    first = candidate.windows[0]
    return Support(
        score=score,
        verdict=not candidate.problems and score >= THRESHOLD,
        start=first.start,
        end=first.end,
        span=first.span,
        parts=tuple(Part(w.span, w.start, w.end) for w in candidate.windows),
        problems=candidate.problems,
    )

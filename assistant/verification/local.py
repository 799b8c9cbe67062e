"""Local verification: does a span of the documents support a sentence, and which part of it?

Two kinds of evidence have to agree. The checks (assistant/checks) find every number, date, name, negation and quantity
word of the sentence in the span; one that is missing or other drops the sentence, whatever else speaks for it. The
learned part (assistant/verification/similarity.py) says how much of the rest is there.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from assistant.language.entities import names
from assistant.language.words import stem, words
from assistant.models.reranker import Reranker
from assistant.verification.checks import contradictions, doubts, missing, problems
from assistant.verification.similarity import Alike
from assistant.verification.windows import NEEDED, Part, Window, gathered, partner, weigh, windows
from index.embed import Embedder

CHECKED = 8  # windows that the checks look at
NEAR = 0.2  # how much less of the sentence's words they may hold than the best one
CLOSE = 0.5  # the share of a sentence's words from which on a window speaks of the same
# 2026-11: cosine of single words; researchers ~ scientists 0.83, train ~ bus 0.68, see evals/LOG.md
SAME_WORD = 0.72
# 2026-11: logistic regression on AttributionBench dev and WiCE dev, see evals/LOG.md and evals/fit_gate.py
WEIGHTS = (5.013, 0.058, 0.435, 1.162)
BIAS = -4.462
PROBLEM = 0.235  # logits that each problem costs, up to three
THRESHOLD = 0.5


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


class LocalVerifier:
    """Judges sentences against spans. Calls from several threads are safe."""

    def __init__(self, embedder: Embedder, reranker: Reranker) -> None:
        self._alike = Alike(embedder, reranker)

    def support(self, sentence: str, spans: Sequence[str], published: Sequence[str | None] | None = None) -> Support:
        """Whether any of the spans, or two of them together, support the sentence.

        spans: texts of any length; the part that supports is found in them. published: the ISO date of each span's
        document, or None, against which "yesterday" and "4 October" are read.
        """
        found = windows(sentence, spans)
        if not found or not any(c.isalnum() for c in sentence):
            return Support(0.0, False, problems=("there is no text",))
        best = self._compared(sentence, _candidate(sentence, found, published or [None] * len(spans)))
        part = "\n".join(w.text for w in best.windows)
        alike = self._alike.compare(sentence, gathered(sentence, spans) or part, part)
        score = probability(alike.features, len(best.problems))
        if not best.problems:
            best = replace(best, problems=tuple(f"nothing there is like “{word}”" for word in alike.strange))
        return _supported(best, score)

    def measure(self, sentence: str, spans: Sequence[str]) -> tuple[tuple[float, ...], int] | None:
        """The features of similarity.py and the number of problems, as evals/fit_gate.py fits them."""
        found = windows(sentence, spans)
        if not found:
            return None
        best = self._compared(sentence, _candidate(sentence, found, [None] * len(spans)))
        part = "\n".join(w.text for w in best.windows)
        alike = self._alike.compare(sentence, gathered(sentence, spans) or part, part)
        return alike.features, len(best.problems)

    def _compared(self, sentence: str, candidate: _Candidate) -> _Candidate:
        """A sentence that is its window but for a word: the word must say the same as the one in whose place it is."""
        if candidate.problems or len(candidate.windows) > 1:
            return candidate
        others = [
            f"“{mine}” is not “{other}”"
            for mine, other in doubts(sentence, candidate.windows[0].text)
            if self._alike.words(mine, other) < SAME_WORD
        ]
        return replace(candidate, problems=tuple(others))


def probability(features: Sequence[float], wrong: int) -> float:
    """The estimated probability of support, from similarity.py's features and the number of problems found."""
    logit = BIAS + sum(w * f for w, f in zip(WEIGHTS, features, strict=True)) - PROBLEM * min(wrong, 3)
    return 1 / (1 + math.exp(-logit))


def support(sentence: str, spans: Sequence[str]) -> Support:
    """Whether any of the spans supports the sentence, by the shipped models. See LocalVerifier.support."""
    return _default().support(sentence, spans)


@lru_cache(maxsize=1)
def _default() -> LocalVerifier:
    return LocalVerifier(Embedder(), Reranker())


def _candidate(sentence: str, found: Sequence[Window], published: Sequence[str | None]) -> _Candidate:
    """The window with the fewest problems; two together where that leaves fewer, or where much is in another one."""
    closest = found[0]
    # where the text that is nearest to the sentence says otherwise, no other text mends it
    against = contradictions(sentence, closest.text) if closest.cover >= CLOSE else []
    single = [
        _Candidate((w,), tuple(dict.fromkeys([*problems(sentence, w.text, published[w.span]), *against])))
        for w in found[:CHECKED]
        if w.cover >= closest.cover - NEAR
    ]
    best = min(single, key=lambda c: len(c.problems))
    other = partner(sentence, best.windows[0], found, least=0.0 if best.problems else NEEDED)
    if other is None or against or not _speaks_of_it(sentence, best.windows[0], other):
        return best
    windows = (best.windows[0], other)
    both = _Candidate(windows, tuple(_together(sentence, windows, published)))
    return min(best, both, key=lambda c: (len(c.problems), c is best and not best.problems))


def _speaks_of_it(sentence: str, first: Window, other: Window) -> bool:
    """Whether windows of two spans each bring more than a name: a name alone may be of anything else."""
    if other.span == first.span:
        return True
    named = {stem(w) for f in names(sentence) for w in words(f.value)}
    said = weigh(sentence).keys() - named
    return bool(said & other.stems - first.stems) and bool(said & first.stems - other.stems)


def _together(sentence: str, both: Sequence[Window], published: Sequence[str | None]) -> list[str]:
    """The problems that two windows leave together: facts that neither has, and what either says otherwise."""
    dates = {published[w.span] for w in both}
    joined = "\n".join(w.text for w in both)
    against = [problem for w in both if w.cover >= CLOSE for problem in contradictions(sentence, w.text)]
    return [*missing(sentence, joined, dates.pop() if len(dates) == 1 else None), *against]


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

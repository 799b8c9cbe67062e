"""Local verification: do passages support a sentence, and which part of them? By the small models that ship.

A sentence that a passage says word for word, or with words left out, is supported. A figure that stands nowhere in the
passages is not. All else is one learned judgement: what the reader's support head says of the passages and of their
best part, how much of the sentence's words are there, and how many of the rules (assistant/verification/checks) object.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from assistant.language.entities import names
from assistant.language.words import STOP, stem, words
from assistant.models.reader import Reader
from assistant.models.reranker import Reranker
from assistant.verification.checks import contradictions, missing, problems
from assistant.verification.checks.figures import missing_figures
from assistant.verification.checks.quantity import turned_bounds
from assistant.verification.checks.speaker import strange_speaker
from assistant.verification.checks.swapped import swapped
from assistant.verification.normalize import normalize_money, resolve_days
from assistant.verification.verbatim import find_nearly_verbatim, find_verbatim
from assistant.verification.windows import NEEDED, Part, Window, gathered, partner, weigh, windows

CHECKED = 8  # windows that the rules look at
NEAR = 0.2  # how much less of the sentence's words they may hold than the best one
CLOSE = 0.5  # the share of a sentence's words from which on a window speaks of the same
LONGEST = 2_000  # characters that the cross-encoder looks at
NEARLY = 0.99  # the precision of find_nearly_verbatim
SUREST = 6.0  # logits; beyond them the reader is no surer
FEATURES = ("whole", "part", "crossed", "cover", "pairs", "objections", "swapped")
# 2026-11: logistic regression on 633 claims written for this, of a domain that the reader was not trained on, and 718
# made of them. See evals/fit/verification.py and evals/LOG.md
WEIGHTS = (0.573, 0.601, 0.073, 0.730, -0.754, -0.639, -1.674)
BIAS = -1.132
# The highest at which 85 in 100 of the paraphrases in evals/cases are kept.
THRESHOLD = 0.35
# What a model that is not trusted wrote is shown from here on: of the false written claims 0.12 reach it.
SURE = 0.673


@dataclass(frozen=True, slots=True)
class Support:
    """Whether a sentence is supported, by what, and if not why not.

    score: 0 to 1, the estimated probability that the passages support it. verdict: whether it may be shown.
    start, end: the smallest supporting part of `spans[span]`. parts: all that is needed, the best first; usually one.
    problems: what the rules say against it, in words; it may be supported all the same.
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
    """Judges sentences against passages. Calls from several threads are safe."""

    def __init__(self, reader: Reader, reranker: Reranker) -> None:
        self._reader, self._reranker = reader, reranker

    def support(
        self,
        sentence: str,
        spans: Sequence[str],
        published: Sequence[str | None] | None = None,
        headers: Sequence[str] | None = None,
    ) -> Support:
        """Whether the spans, one or several together, support the sentence.

        spans: texts of any length; the part that supports is found in them. published: the ISO date of each span's
        document, or None, against which "yesterday" and "4 October" are read. headers: the title, section and date of
        each span's document: evidence for what the sentence says about the document.
        """
        speaks = strange_speaker(sentence, "\n".join(spans))
        for find, score in ((find_verbatim, 1.0), (find_nearly_verbatim, NEARLY)):
            # "I must not" is not what "the chatbot must not" says, though all other words are there
            if not speaks and (part := find(sentence, spans)):
                return Support(score, True, part.start, part.end, part.span, (part,))
        found = windows(sentence, spans)
        if not found or not any(c.isalnum() for c in sentence):
            return Support(0.0, False, problems=("there is no text",))
        best = _candidate(sentence, found, published or [None] * len(spans))
        score = estimate_support(self._measure(sentence, spans, best, headers or (), published))
        invented = missing_figures(sentence, [*spans, *(headers or ()), *(date for date in published or () if date)])
        turned = turned_bounds(sentence, "\n".join(w.text for w in best.windows))
        verdict = score >= THRESHOLD and not (invented or turned or speaks)
        return _supported(best, score, verdict, tuple(dict.fromkeys([*invented, *speaks, *best.problems])))

    def measure(self, sentence: str, spans: Sequence[str]) -> tuple[float, ...] | None:
        """The values of FEATURES, as evals/fit/verification.py fits them; None where there is nothing to compare."""
        found = windows(sentence, spans)
        if not found:
            return None
        return self._measure(sentence, spans, _candidate(sentence, found, [None] * len(spans)), ())

    def _measure(
        self,
        sentence: str,
        spans: Sequence[str],
        best: _Candidate,
        headers: Sequence[str],
        published: Sequence[str | None] | None = None,
    ) -> tuple[float, ...]:
        dates = published or [None] * len(spans)
        part = "\n".join(w.text for w in best.windows)
        read_part = "\n".join(_normalized(w.text, dates[w.span]) for w in best.windows)
        read = [_normalized(span, day) for span, day in zip(spans, dates, strict=True)]
        whole = "\n".join([*dict.fromkeys(headers), *read])
        said = self._reader.support(normalize_money(sentence), [whole, read_part] if read_part != whole else [whole])
        near = (gathered(sentence, spans) or part)[:LONGEST]
        return (
            _logit(said[0]),
            _logit(said[-1]),
            self._reranker.scores(sentence, [near])[0],
            *_shared(sentence, near),
            min(len(best.problems), 3),
            float(bool(swapped(sentence, part))),
        )


def _normalized(text: str, published: str | None) -> str:
    return normalize_money(resolve_days(text, published))


def estimate_support(features: Sequence[float]) -> float:
    """The estimated probability of support, from the values of FEATURES."""
    return 1 / (1 + math.exp(-BIAS - sum(w * f for w, f in zip(WEIGHTS, features, strict=True))))


def support(sentence: str, passages: Sequence[str]) -> Support:
    """Whether the passages support the sentence, by the small models that ship.

    sentence: one sentence, without markers. passages: texts of any length. The result has a score from 0 to 1, a
    verdict, and the parts of the passages that support it, as offsets. Raises ModelError.
    """
    return _default().support(sentence, passages)


@lru_cache(maxsize=1)
def _default() -> LocalVerifier:
    return LocalVerifier(Reader(), Reranker())


def _logit(probability: float) -> float:
    bounded = min(max(probability, 1e-6), 1 - 1e-6)
    return max(-SUREST, min(SUREST, math.log(bounded / (1 - bounded))))


def _shared(sentence: str, text: str) -> tuple[float, float]:
    """The shares of the sentence's content words, and of its pairs of adjoining words, that the text has."""
    mine, theirs = [stem(w) for w in words(sentence)], [stem(w) for w in words(text)]
    content = {stem(w) for w in words(sentence) if w not in STOP}
    pairs = set(pairwise(mine))
    return (
        len(content & set(theirs)) / max(len(content), 1),
        len(pairs & set(pairwise(theirs))) / max(len(pairs), 1),
    )


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


def _supported(candidate: _Candidate, score: float, verdict: bool, against: tuple[str, ...]) -> Support:
    first = candidate.windows[0]
    parts = tuple(Part(w.span, w.start, w.end) for w in candidate.windows)
    return Support(score, verdict, first.start, first.end, first.span, parts, against)

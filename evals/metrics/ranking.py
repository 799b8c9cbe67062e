"""Measures rankings. `relevant` gives the relevance of each rank, best first."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Place:
    """A span of a source."""

    source: str
    start: int
    end: int


def ndcg(gains: Sequence[float], ideal: Sequence[float], k: int = 10) -> float | None:
    """Returns the discounted cumulative gain of the first k divided by that of the best order. None without relevance.

    gains: of each rank. ideal: of everything relevant, found or not.
    """
    best = _discounted(sorted(ideal, reverse=True)[:k])
    return _discounted(gains[:k]) / best if best else None


def recall(found: Sequence[int | None], k: int) -> float | None:
    """Returns the share of relevant items within the first k. found: the rank of each from 1, None if not found."""
    return sum(rank is not None and rank <= k for rank in found) / len(found) if found else None


def reciprocal_rank(relevant: Sequence[bool]) -> float:
    """Returns the reciprocal rank of the first relevant item, 0 if there is none."""
    return next((1 / rank for rank, hit in enumerate(relevant, start=1) if hit), 0.0)


def covers(passage: Place, span: Place) -> bool:
    """Returns whether a passage contains more than half of a span. An empty span stands for its whole document."""
    shared = min(passage.end, span.end) - max(passage.start, span.start)
    return passage.source == span.source and (2 * shared > span.end - span.start or span.start == span.end)


def first_ranks(passages: Sequence[Place], spans: Sequence[Place]) -> list[int | None]:
    """Returns for each span the rank of the first passage that covers it."""
    return [next((r for r, p in enumerate(passages, start=1) if covers(p, span)), None) for span in spans]


def _discounted(gains: Sequence[float]) -> float:
    return sum(gain / math.log2(rank + 1) for rank, gain in enumerate(gains, start=1))

"""Figures from measurements: medians, percentiles, time that intervals cover, nDCG, and how steeply a curve grows."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from statistics import fmean, median

__all__ = ["covered", "exponent", "fmean", "median", "ndcg", "percentile"]


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest value that at least `share` (above 0, up to 1) of the values do not exceed: the nearest rank.

    Raises ValueError for no values, or a share that is none.
    """
    if not values or not 0 < share <= 1:
        raise ValueError("A percentile needs values, and a share above 0 and up to 1.")
    # rounded first: 0.95 * 20 is a little more than 19 in floating point
    return sorted(values)[math.ceil(round(share * len(values), 9)) - 1]


def covered(intervals: Iterable[tuple[float, float]]) -> float:
    """The time that intervals (start, end) cover together; where several overlap it counts once."""
    total, reached = 0.0, -math.inf
    for start, end in sorted(intervals):
        total += max(0.0, end - max(start, reached))
        reached = max(reached, end)
    return total


def ndcg(ranking: Sequence[str], gains: Mapping[str, float], depth: int = 10) -> float:
    """Normalised discounted cumulative gain of the first `depth` of a ranking without repeats, 0 to 1.

    gains: of the relevant documents, above 0. Järvelin and Kekäläinen, TOIS 2002, with linear gains as in trec_eval.
    """
    found = _discounted([gains.get(name, 0.0) for name in ranking[:depth]])
    best = _discounted(sorted(gains.values(), reverse=True)[:depth])
    return found / best if best else 0.0


def exponent(sizes: Sequence[float], costs: Sequence[float]) -> float:
    """The b of cost ≈ a · size^b, by least squares on logarithms: 1 for a cost that grows like the size, 0 for none.

    Raises ValueError where there are fewer than two different sizes.
    """
    if len(set(sizes)) < 2:
        raise ValueError("How a cost grows cannot be told from one size.")
    xs, ys = [math.log(size) for size in sizes], [math.log(cost) for cost in costs]
    x_mean, y_mean = fmean(xs), fmean(ys)
    shared = sum((x - x_mean) * (y - y_mean) for x, y in zip(xs, ys, strict=True))
    return shared / sum((x - x_mean) ** 2 for x in xs)


def _discounted(gains: Sequence[float]) -> float:
    return sum(gain / math.log2(rank + 1) for rank, gain in enumerate(gains, start=1))

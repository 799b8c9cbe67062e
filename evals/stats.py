"""Aggregates the scores of many cases, with intervals. A metric that does not apply to a case is NaN and is ignored.

Every figure is computed along the last axis, so that all resamples are computed at once.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
# (values, confidences) of shape (…, cases) → figures of shape (…)
Aggregate = Callable[[Array, Array], Array]

RESAMPLES = 2_000
LEVEL = 0.95
SEED = 11


@dataclass(frozen=True, slots=True)
class Estimate:
    """A figure over `n` cases, with its 95% bootstrap interval."""

    value: float
    low: float
    high: float
    n: int


def mean(values: Array, _confidence: Array) -> Array:
    """Returns the mean of the cases to which the metric applies."""
    return _ratio(np.nansum(values, axis=-1), _count(values))


def f1_of_hits(values: Array, _confidence: Array) -> Array:
    """Returns F1, where 1 is a true positive and 0 a false positive or negative: 2 TP / (2 TP + FP + FN)."""
    hits = np.nansum(values, axis=-1)
    return _ratio(2 * hits, hits + _count(values))


def risk_area(errors: Array, confidence: Array) -> Array:
    """Returns the area under the risk–coverage curve: the share of wrong answers, averaged over all coverages.

    Geifman and El-Yaniv, NeurIPS 2017. Among cases with the same confidence, the wrong ones come first.
    """
    curve, valid = _risks(errors, confidence)
    return _ratio(np.where(valid, curve, 0.0).sum(axis=-1), valid.sum(axis=-1))


def risk_curve(errors: Array, confidence: Array) -> Array:
    """Returns the share of wrong answers among the 1, 2, 3 … most confident; one-dimensional."""
    curve, valid = _risks(errors, confidence)
    return np.asarray(curve[valid])


def estimate(values: Array, confidence: Array, aggregate: Aggregate) -> Estimate | None:
    """Returns a figure with its interval; None if the metric applies to no case."""
    applies = ~np.isnan(values)
    if not applies.any():
        return None
    values, confidence = values[applies], confidence[applies]
    draws = _draws(len(values))
    low, high = _interval(aggregate(values[draws], confidence[draws]))
    return Estimate(float(aggregate(values, confidence)), low, high, len(values))


def difference(old: Array, new: Array, aggregate: Aggregate, sure_old: Array, sure_new: Array) -> Estimate | None:
    """Returns the difference `new` − `old` over the same cases in the same order, resampled in pairs."""
    either = ~(np.isnan(old) & np.isnan(new))
    if np.isnan(old).all() or np.isnan(new).all():
        return None
    old, new, sure_old, sure_new = old[either], new[either], sure_old[either], sure_new[either]
    draws = _draws(len(old))
    moved = aggregate(new[draws], sure_new[draws]) - aggregate(old[draws], sure_old[draws])
    low, high = _interval(moved[~np.isnan(moved)])
    return Estimate(float(aggregate(new, sure_new) - aggregate(old, sure_old)), low, high, len(old))


def _draws(n: int) -> NDArray[np.int64]:
    return np.random.default_rng(SEED).integers(0, n, size=(RESAMPLES, n))


def _interval(figures: Array) -> tuple[float, float]:
    tail = (1 - LEVEL) / 2
    low, high = np.quantile(figures, [tail, 1 - tail])
    return float(low), float(high)


def _count(values: Array) -> Array:
    return np.asarray((~np.isnan(values)).sum(axis=-1), dtype=np.float64)


def _ratio(top: Array, bottom: Array) -> Array:
    quotient = np.divide(top, bottom, out=np.full(np.shape(top), np.nan), where=bottom != 0)
    return np.asarray(quotient, dtype=np.float64)


def _risks(errors: Array, confidence: Array) -> tuple[Array, NDArray[np.bool_]]:
    """Returns the running share of errors by decreasing confidence, and which entries are valid (the first ones)."""
    missing = np.isnan(errors)
    order = np.lexsort((-np.nan_to_num(errors), np.where(missing, np.inf, -confidence)), axis=-1)
    ordered = np.take_along_axis(errors, order, axis=-1)
    valid = ~np.isnan(ordered)
    ranks = np.arange(1, errors.shape[-1] + 1)
    return np.asarray(np.nancumsum(ordered, axis=-1) / ranks), valid

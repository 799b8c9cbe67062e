"""Makes probabilities of the logits, on held-out rows of the training data.

A scale for each logit and a bias (Platt 1999, Probabilistic outputs for support vector machines).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from evals.training.encode import Example
from evals.training.scores import Scored
from evals.training.written import MARK

# What share of all weight the held-out negatives have, by how they were made. Real near misses are few there and what
# is met most; those made by a script are easier. The rows written by reading have half of the weight of either label.
NEGATIVE_SHARES = {
    "squad2_train_unanswerable_44articles": 0.16,
    "near_question": 0.03,
    "sentence_removed": 0.02,
    "nearest_wrong": 0.03,
    "any_wrong": 0.01,
}
_HALF = 0.25
_RIDGE = 1e-3


@dataclass(frozen=True, slots=True)
class Calibrated:
    """p = sigmoid(sum of weights x logits + bias)."""

    weights: tuple[float, ...]
    bias: float

    def probability(self, logits: np.ndarray) -> np.ndarray:
        """logits: (rows, weights)."""
        found: np.ndarray = 1 / (1 + np.exp(-(logits @ np.asarray(self.weights) + self.bias)))
        return found


def fit(logits: np.ndarray, labels: np.ndarray, shares: np.ndarray) -> Calibrated:
    """Weighted logistic regression by Newton's method.

    logits: (rows, k); labels: (rows,) bool; shares: (rows,) how much each row counts.
    """
    rows = np.column_stack([logits, np.ones(len(logits))])
    # from 0, where the curve is steepest everywhere, each step comes nearer
    found = np.zeros(rows.shape[1])
    for _ in range(50):
        p = 1 / (1 + np.exp(-np.clip(rows @ found, -30, 30)))
        slope = rows.T @ (shares * (p - labels)) + _RIDGE * found
        curve = (rows * (shares * p * (1 - p))[:, None]).T @ rows + _RIDGE * np.eye(len(found))
        step = np.linalg.solve(curve, slope)
        found -= step
        if np.abs(step).max() < 1e-8:
            break
    return Calibrated(tuple(map(float, found[:-1])), float(found[-1]))


def answer_rows(pairs: list[tuple[Example, Scored]]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Of the readings: logits (rows, 1), labels and shares; yes has half of the weight."""
    rows = [(e, s) for e, s in pairs if e.kind == "answer" and (e.label or _counts(e.source))]
    labels = np.array([e.label for e, _ in rows])
    kinds = [_group(e) if e.label or e.source.startswith(MARK) else e.source for e, _ in rows]
    return np.array([[s.answerable] for _, s in rows]), labels, _shares(kinds, labels)


def claim_rows(pairs: list[tuple[Example, Scored]]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Logits (rows, 1), labels and shares of the claims; yes and no weigh the same."""
    rows = [(e, s) for e, s in pairs if e.kind == "support"]
    labels = np.array([e.label for e, _ in rows])
    return np.array([[s.support] for _, s in rows]), labels, _shares([_group(e) for e, _ in rows], labels)


def _counts(source: str) -> bool:
    return source in NEGATIVE_SHARES or source.startswith(MARK)


def _group(example: Example) -> str:
    return f"{example.label} {'written' if example.source.startswith(MARK) else 'public'}"


def _shares(groups: list[str], labels: np.ndarray) -> np.ndarray:
    """How much each row counts: by its group's share, and in all as much for yes as for no; the mean is 1."""
    present = {group: groups.count(group) for group in set(groups)}
    shares = np.array([NEGATIVE_SHARES.get(group, _HALF) / present[group] for group in groups])
    for label in (True, False):
        shares[labels == label] *= 0.5 / max(1e-9, shares[labels == label].sum())
    found: np.ndarray = shares * len(groups)
    return found


def reliability(
    p: np.ndarray, labels: np.ndarray, shares: np.ndarray, bins: int = 10
) -> tuple[list[tuple[float, float, float]], float]:
    """For each tenth of probability: its mean, the share that is true, its weight; then the mean gap of the two."""
    points, error = [], 0.0
    place = np.minimum((p * bins).astype(int), bins - 1)
    for i in range(bins):
        inside = place == i
        weight = shares[inside].sum() / shares.sum()
        if weight > 0:
            mean = float(np.average(p[inside], weights=shares[inside]))
            true = float(np.average(labels[inside], weights=shares[inside]))
            points.append((mean, true, float(weight)))
            error += weight * abs(mean - true)
    return points, float(error)

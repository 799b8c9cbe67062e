"""Logistic regression with a ridge, by Newton's method: enough for a few dozen features, and plain numbers to ship."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
STEPS = 50


@dataclass(frozen=True, slots=True)
class Logistic:
    """log-odds = ((x - mean) / scale) · weights + bias."""

    mean: Array
    scale: Array
    weights: Array
    bias: float

    def logits(self, x: Array) -> Array:
        """The log-odds of each row, shape (rows,)."""
        found: Array = ((x - self.mean) / self.scale) @ self.weights + self.bias
        return found

    def probability(self, x: Array) -> Array:
        """The same as probabilities."""
        found: Array = 1 / (1 + np.exp(-np.clip(self.logits(x), -60, 60)))
        return found

    def to_json(self) -> dict[str, object]:
        """Plain numbers, rounded to six digits."""
        return {
            "mean": [round(float(v), 6) for v in self.mean],
            "scale": [round(float(v), 6) for v in self.scale],
            "weights": [round(float(v), 6) for v in self.weights],
            "bias": round(self.bias, 6),
        }


def fit_logistic(x: Array, y: Array, weights: Array, ridge: float) -> Logistic:
    """The weights that make the labels likeliest, less ridge/2 times their squared length (the bias is free).

    x: (rows, features). y: (rows,) of 0 and 1. weights: (rows,), how much each row counts.
    """
    mean, scale = x.mean(0), x.std(0)
    scale = np.where(scale > 1e-9, scale, 1.0)
    z = np.column_stack([(x - mean) / scale, np.ones(len(x))])
    penalty = np.diag([ridge] * x.shape[1] + [1e-6])
    w = np.zeros(z.shape[1])
    for _ in range(STEPS):
        p = 1 / (1 + np.exp(-np.clip(z @ w, -30, 30)))
        gradient = z.T @ (weights * (p - y)) + penalty @ w
        curve = z.T @ (z * (weights * np.maximum(p * (1 - p), 1e-6))[:, None]) + penalty
        step = np.linalg.solve(curve, gradient)
        w -= step
        if np.abs(step).max() < 1e-8:
            break
    return Logistic(mean, scale, w[:-1], float(w[-1]))

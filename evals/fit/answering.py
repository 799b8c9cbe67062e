"""Fits assistant/evidence/judgement.json from the features that `python -m evals.fit.collect` saved.

    python -m evals.fit.answering FEATURES.npz [FEATURES.npz …] [--write]

Prints, with each whole domain left out of the fit in turn: how often the first candidate and one of the first two hold
the answer, the AUC of answerable against not, and the calibration error of the probability. --write puts the fit on all
domains into the assistant.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

import assistant.evidence.answerability as answerability
from assistant.evidence.features import NAMES
from evals.fit.logistic import Logistic, fit_logistic
from evals.fit.questions import Asked

Array = NDArray[np.float64]
RIDGE = 3.0
ANSWERED_RIDGE = 1.0


@dataclass(frozen=True, slots=True)
class Row:
    """A question's candidates: features (candidates, features), and which of them hold the answer."""

    asked: Asked
    features: Array
    labels: NDArray[np.bool_]

    @property
    def answerable(self) -> bool:
        return bool(self.asked.answers)


@dataclass(frozen=True, slots=True)
class Fit:
    """The two steps of the judgement: candidates' log-odds, and those of the best one's being right."""

    candidate: Logistic
    answered: Logistic


def read_features(files: Sequence[Path]) -> list[Row]:
    """The questions with at least one candidate."""
    found = []
    for file in files:
        for row in np.load(file, allow_pickle=True)["rows"]:
            if len(row["labels"]):
                found.append(Row(row["asked"], row["features"], row["labels"]))
    return found


def fit(rows: Sequence[Row], keep: NDArray[np.bool_] | None = None) -> Fit:
    """Both steps. Each question weighs the same in the first one, whatever its number of candidates."""
    keep = np.ones(len(NAMES), bool) if keep is None else keep
    matrix = np.concatenate([row.features for row in rows]) * keep
    labels = np.concatenate([row.labels for row in rows]).astype(float)
    weights = np.concatenate([_weights(row) for row in rows])
    candidate = fit_logistic(matrix, labels, weights, RIDGE)
    second = np.array([_answered(row, candidate, keep) for row in rows])
    right = np.array([float(_first_is_right(row, candidate, keep)) for row in rows])
    return Fit(candidate, fit_logistic(second, right, np.ones(len(right)), ANSWERED_RIDGE))


def _weights(row: Row) -> Array:
    """A right candidate counts as much as all wrong ones of its question."""
    right = row.labels.sum()
    wrong = len(row.labels) - right
    found: Array = np.where(row.labels, 10.0 / max(1, right), 10.0 / max(1, wrong))
    return found


def _logits(row: Row, model: Logistic, keep: NDArray[np.bool_]) -> Array:
    return model.logits(row.features * keep)


def _answered(row: Row, model: Logistic, keep: NDArray[np.bool_]) -> Array:
    question_mark = row.asked.question.rstrip().endswith("?")
    return answerability.answered_features(question_mark, row.features, _logits(row, model, keep))


def _first_is_right(row: Row, model: Logistic, keep: NDArray[np.bool_]) -> bool:
    return bool(row.labels[int(np.argmax(_logits(row, model, keep)))])


def measure(rows: Sequence[Row], found: Fit, keep: NDArray[np.bool_] | None = None) -> dict[str, float]:
    """Figures of rows that the fit has not seen."""
    keep = np.ones(len(NAMES), bool) if keep is None else keep
    answerable = [row for row in rows if row.answerable]
    first, two, reachable = [], [], []
    for row in answerable:
        order = np.argsort(-_logits(row, found.candidate, keep))
        first.append(row.labels[order[0]])
        two.append(row.labels[order[:2]].any())
        reachable.append(row.labels.any())
    p = np.array([found.answered.probability(_answered(row, found.candidate, keep)[None])[0] for row in rows])
    right = np.array([_first_is_right(row, found.candidate, keep) for row in rows])
    shown = p >= 0.5
    yes, no = p[[r.answerable for r in rows]], p[[not r.answerable for r in rows]]
    auc = float(np.mean((yes[:, None] > no) + 0.5 * (yes[:, None] == no))) if len(no) else float("nan")
    return {
        "questions": len(rows),
        "found": float(np.mean(reachable)),
        "first": float(np.mean(first)),
        "two": float(np.mean(two)),
        "auc": auc,
        "auc_right": float(np.mean((p[right][:, None] > p[~right]) + 0.5 * (p[right][:, None] == p[~right]))),
        "refused_of_unanswerable": float(np.mean(no < 0.5)) if len(no) else float("nan"),
        "refused_of_answerable": float(np.mean(yes < 0.5)),
        "right_of_shown": float(np.mean(right[shown])) if shown.any() else float("nan"),
        "ece": calibration_error(p, right),
    }


def calibration_error(p: Array, right: NDArray[np.bool_], bins: int = 10) -> float:
    """The expected calibration error over bins of equal size (Naeini et al. 2015)."""
    order = np.argsort(p)
    parts = np.array_split(order, min(bins, len(order)))
    return float(sum(abs(p[i].mean() - right[i].mean()) * len(i) for i in parts) / len(p))


def to_json(found: Fit) -> dict[str, Any]:
    return {
        "candidate": {"names": list(NAMES), **found.candidate.to_json()},
        "answered": found.answered.to_json(),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("features", type=Path, nargs="+")
    parser.add_argument("--write", action="store_true", help="put the fit on all domains into the assistant")
    parser.add_argument("--ablate", action="store_true", help="leave each feature out in turn")
    args = parser.parse_args()
    rows = read_features(args.features)
    _print_table(rows, None)
    if args.ablate:
        for i, name in enumerate(NAMES):
            keep = np.arange(len(NAMES)) != i
            print("without", name)
            _print_table(rows, keep, means_only=True)
    found = fit(rows)
    print({name: round(w, 2) for name, w in zip(NAMES, found.candidate.weights, strict=True)})
    if args.write:
        text = json.dumps(to_json(found), indent=1)
        Path(answerability.__file__).with_name("judgement.json").write_text(text + "\n", encoding="utf-8")


def _print_table(rows: Sequence[Row], keep: NDArray[np.bool_] | None, means_only: bool = False) -> None:
    tables = []
    for domain in sorted({row.asked.domain for row in rows}):
        inside = [row for row in rows if row.asked.domain == domain]
        outside = [row for row in rows if row.asked.domain != domain]
        tables.append(measure(inside, fit(outside, keep), keep))
        if not means_only:
            print(f"{domain:12}", {key: round(value, 3) for key, value in tables[-1].items()})
    print("mean        ", {key: round(float(np.nanmean([t[key] for t in tables])), 3) for key in tables[0]})


if __name__ == "__main__":
    main()

"""Fits the weights of assistant/verification/local.py: logistic regression on claims with and without support.

    python -m evals.fit_gate --data DIR

DIR holds `attributionbench/dev.jsonl` ({"claim", "evidence": [texts], "supported", "src"} a row) and `wice/dev.jsonl`
(the same with "label"; what is supported in part is left out). For each row the gate's own features and the number of
problems that the checks find are measured, then AUC and balanced accuracy of each set are printed, cross-validated in
five folds, and the weights fitted on all rows. A feature more is a column more.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from assistant.models.reranker import Reranker
from assistant.verification.local import LocalVerifier
from assistant.verification.similarity import NAMES
from evals.fit_answerable import fit
from index.embed import Embedder

FOLDS = 5
SEED = 7
MOST = 3  # problems that count
LABELS = {"supported": True, "not_supported": False}
Array = NDArray[np.float64]


def rows(path: Path) -> list[tuple[str, list[str], bool]]:
    """Claims, their evidence, and whether it supports them."""
    read = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
    labelled = [(r, r["supported"] if "supported" in r else LABELS.get(r["label"])) for r in read]
    return [(r["claim"], r["evidence"], bool(label)) for r, label in labelled if label is not None]


def measure(gate: LocalVerifier, told: list[tuple[str, list[str], bool]]) -> tuple[Array, Array]:
    """The features of each row, the number of problems last, and whether it is supported."""
    inputs, wanted = [], []
    for claim, evidence, supported in told:
        measured = gate.measure(claim, evidence)
        if measured is not None:
            inputs.append([*measured[0], float(-min(measured[1], MOST))])
            wanted.append(float(supported))
    return np.array(inputs), np.array(wanted)


def auc(wanted: Array, scores: Array) -> float:
    """The share of pairs of a supported and an unsupported claim in which the supported one has the higher score."""
    yes, no = scores[wanted > 0], scores[wanted == 0]
    return float(np.mean((yes[:, None] > no) + 0.5 * (yes[:, None] == no)))


def balanced(wanted: Array, scores: Array) -> float:
    return float(((scores[wanted > 0] > 0).mean() + (scores[wanted == 0] <= 0).mean()) / 2)


def crossed(inputs: Array, wanted: Array) -> Array:
    """The logit of each row by weights that were fitted without it."""
    folds = np.random.default_rng(SEED).integers(0, FOLDS, len(wanted))
    scores = np.zeros(len(wanted))
    for fold in range(FOLDS):
        slopes, bias = _fit(inputs[folds != fold], wanted[folds != fold])
        scores[folds == fold] = inputs[folds == fold] @ slopes + bias
    return scores


def _fit(inputs: Array, wanted: Array) -> tuple[Array, float]:
    return fit(inputs, wanted, np.where(wanted > 0, 0.5 / wanted.mean(), 0.5 / (1 - wanted).mean()))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="the folder of the two sets")
    folder = parser.parse_args().data
    gate = LocalVerifier(Embedder(), Reranker())
    sets = {name: measure(gate, rows(folder / name / "dev.jsonl")) for name in ("attributionbench", "wice")}
    inputs, wanted = (np.concatenate(parts) for parts in zip(*sets.values(), strict=True))
    scores, start = crossed(inputs, wanted), 0
    for name, (_, labels) in sets.items():
        part = scores[start : start + len(labels)]
        start += len(labels)
        print(f"{name}: n {len(labels)}  AUC {auc(labels, part):.3f}  balanced accuracy {balanced(labels, part):.3f}")
    slopes, bias = _fit(inputs, wanted)
    for name, slope in zip([*NAMES, "problems"], slopes, strict=True):
        print(f"  {name:8} {slope:.3f}")
    print(f"  BIAS     {bias:.3f}")


if __name__ == "__main__":
    main()

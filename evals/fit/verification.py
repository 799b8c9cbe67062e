"""Fits the weights and the threshold of assistant/verification/local.py: logistic regression on written claims.

    python -m evals.fit.verification --claims FILE… --domains NAME… --features FILE [--reader DIR]

FILE holds claims, one a line: {"claim", "evidence", "label", "kind", "domain", "id": "domain-passage-…"}; other rows
are left out. Only the domains named are used: the reader that ships must not have been trained on them, or it is
surer of them than of what it has never seen. More rows are made of these: claims among other passages (the same label),
true claims whose evidence is taken out or exchanged (false), and sentences of the evidence with one fact changed by
script (false). The features are kept in a file, and a run takes up where the last one stopped.

Printed are the AUC and the shares kept and let through of the written claims, cross-validated in five folds of
passages, and the weights fitted on all rows.
"""

from __future__ import annotations

import argparse
import json
import random
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from assistant.models.reader import Reader
from assistant.models.reranker import Reranker
from assistant.verification.local import FEATURES, LocalVerifier
from assistant.verification.windows import windows
from evals.cases import flips

FOLDS = 5
SEED = 7
RIDGE = 3.0
OTHERS = 3  # passages beside a claim's own
FLIPS_PER_PASSAGE = 2
LET_THROUGH = 0.12  # of false written claims, at the threshold that ships: less than the 0.15 that is the bar elsewhere
Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Row:
    """A sentence, its passages, and whether they support it. written: whether a person wrote it, not this script."""

    id: str
    sentence: str
    passages: list[str]
    label: bool
    group: str
    written: bool


def read_claims(paths: Sequence[Path], domains: Sequence[str]) -> list[dict[str, Any]]:
    """The rows with a claim of these domains, in their order."""
    rows = [json.loads(line) for path in paths for line in path.read_text(encoding="utf-8").splitlines() if line]
    return [row for row in rows if "claim" in row and row["domain"] in domains]


def make_rows(claims: Sequence[dict[str, Any]]) -> list[Row]:
    """The written claims, and what is made of them; the same claims give the same rows."""
    choose = random.Random(SEED)
    groups = {claim["id"]: "-".join(claim["id"].split("-")[:2]) for claim in claims}
    evidence = {groups[claim["id"]]: claim["evidence"] for claim in claims}
    rows: list[Row] = []
    for number, claim in enumerate(claims):
        group, text, label = groups[claim["id"]], claim["evidence"], bool(claim["label"])
        rows.append(Row(claim["id"], claim["claim"], [text], label, group, True))
        others = [evidence[g] for g in choose.sample(sorted(evidence.keys() - {group}), OTHERS)]
        if number % 3 == 0:
            among = [*others, text]
            choose.shuffle(among)
            rows.append(Row(f"{claim['id']}-among", claim["claim"], among, label, group, False))
        if label and number % 3 == 1:
            rows.append(Row(f"{claim['id']}-other", claim["claim"], others[:1], False, group, False))
        if label and (rest := _without_support(claim["claim"], text)):
            rows.append(Row(f"{claim['id']}-without", claim["claim"], [rest], False, group, False))
    return [*rows, *_flipped(evidence)]


def _without_support(claim: str, text: str) -> str:
    """The evidence without its part that is nearest to the claim."""
    best = windows(claim, [text])[0]
    return f"{text[: best.start]}{text[best.end :]}".strip() if best.cover >= 0.4 else ""


def _flipped(evidence: dict[str, str]) -> Iterator[Row]:
    with tempfile.TemporaryDirectory() as folder:
        for group, text in evidence.items():
            (Path(folder) / f"{group}.txt").write_text(text, encoding="utf-8")
        cases = [case for case in flips.make(Path(folder)) if not case.supported]
    for group, text in evidence.items():
        some = [case for case in cases if case.source == f"{group}.txt"]
        for number, case in enumerate(random.Random(SEED).sample(some, min(FLIPS_PER_PASSAGE, len(some)))):
            yield Row(f"{group}-flip{number}", case.sentence, [text], False, group, False)


def measure(rows: Sequence[Row], verifier: LocalVerifier, kept: Path) -> Array:
    """The features of each row, shape (rows, features); kept in a file as they come."""
    known = {}
    if kept.exists():
        known = {row["id"]: row["features"] for row in map(json.loads, kept.read_text("utf-8").splitlines())}
    with kept.open("a", encoding="utf-8") as file:
        for row in rows:
            if row.id not in known:
                known[row.id] = verifier.measure(row.sentence, row.passages) or [0.0] * len(FEATURES)
                file.write(json.dumps({"id": row.id, "features": known[row.id]}) + "\n")
    return np.array([known[row.id] for row in rows])


def fit(x: Array, y: Array) -> tuple[Array, float]:
    """Weights and bias of the features as they are. x: (rows, features). y: (rows,) of 0 and 1."""
    mean, scale = x.mean(axis=0), np.maximum(x.std(axis=0), 1e-9)
    z = np.column_stack([(x - mean) / scale, np.ones(len(x))])
    penalty = np.array([RIDGE] * x.shape[1] + [1e-6])
    w = np.zeros(z.shape[1])
    for _ in range(50):
        p = 1 / (1 + np.exp(-np.clip(z @ w, -30, 30)))
        curve = (z * (p * (1 - p))[:, None]).T @ z + np.diag(penalty)
        w -= np.linalg.solve(curve, z.T @ (p - y) + penalty * w)
    weights = w[:-1] / scale
    return weights, float(w[-1] - weights @ mean)


def cross_validated(x: Array, y: Array, groups: Sequence[str]) -> Array:
    """The log-odds of each row by the weights fitted on the other folds; a passage's rows are in one fold."""
    folds = {group: number % FOLDS for number, group in enumerate(sorted(set(groups)))}
    fold = np.array([folds[group] for group in groups])
    scores = np.zeros(len(y))
    for number in range(FOLDS):
        weights, bias = fit(x[fold != number], y[fold != number])
        scores[fold == number] = x[fold == number] @ weights + bias
    return scores


def auc(y: NDArray[np.bool_], scores: Array) -> float:
    """The share of pairs of a true and a false row that the scores order rightly."""
    gaps = scores[y][:, None] - scores[~y][None, :]
    return float((gaps > 0).mean() + 0.5 * (gaps == 0).mean())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--claims", type=Path, nargs="+", required=True)
    parser.add_argument("--domains", nargs="+", required=True)
    parser.add_argument("--features", type=Path, required=True, help="where the features are kept between runs")
    parser.add_argument("--reader", type=Path, help="the folder of another reader than the one that ships")
    args = parser.parse_args()
    rows = make_rows(read_claims(args.claims, args.domains))
    x = measure(rows, LocalVerifier(Reader(args.reader), Reranker()), args.features)
    y = np.array([row.label for row in rows])
    written = np.array([row.written for row in rows])
    scores = cross_validated(x, y.astype(float), [row.group for row in rows])
    print(f"{len(rows)} rows: AUC {auc(y, scores):.3f}; the {written.sum()} written: {_auc(y, scores, written):.3f}")
    for name, column in zip(FEATURES, x.T, strict=True):
        print(f"  {name}: AUC alone {auc(y, column):.3f}, of the written claims {_auc(y, column, written):.3f}")
    made = scores[~written & ~y]
    for through in (0.1, LET_THROUGH, 0.15, 0.2, 0.3):
        threshold = float(np.quantile(scores[written & ~y], 1 - through))
        kept, scripted = (scores[written & y] >= threshold).mean(), (made >= threshold).mean()
        print(f"  let through {through:.2f} (of those made by script {scripted:.2f}): kept {kept:.3f}, ", end="")
        print(f"THRESHOLD = {1 / (1 + np.exp(-threshold)):.3f}")
    weights, bias = fit(x, y.astype(float))
    print(f"WEIGHTS = ({', '.join(f'{w:.3f}' for w in weights)})")
    print(f"BIAS = {bias:.3f}")


def _auc(y: NDArray[np.bool_], scores: Array, rows: NDArray[np.bool_]) -> float:
    return auc(y[rows], scores[rows])


if __name__ == "__main__":
    main()

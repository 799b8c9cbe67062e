"""Plots of a run: losses and held-out figures by step, and how far probabilities are true.

python -m evals.training.plot RUN_FOLDER MODEL_FOLDER OUT
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

_LOSSES = ("span", "answerable", "support")
_FIGURES = ("answerable_auc", "span_gap_auc", "support_auc", "exact_span")


def read_log(path: Path) -> list[dict[str, Any]]:
    """The rows of a log in the order of their steps; where a run was taken up again, what it did anew counts."""
    rows: dict[tuple[int, bool], dict[str, Any]] = {}
    for line in path.read_text("utf-8").splitlines():
        row = json.loads(line)
        rows[row["step"], "held_out" in row] = row
    return [rows[place] for place in sorted(rows)]


def smooth(values: list[float], share: float = 0.05) -> list[float]:
    """A running mean in which the newest value has this share."""
    found: list[float] = []
    for value in values:
        found.append(value if not found else found[-1] + share * (value - found[-1]))
    return found


def plot_run(log: list[dict[str, Any]], path: Path) -> None:
    """Losses (running means) and held-out figures by step."""
    from matplotlib import pyplot

    figure, (above, below) = pyplot.subplots(2, 1, figsize=(7, 6), sharex=True, layout="constrained")
    steps = [row for row in log if "span" in row]
    for name in _LOSSES:
        above.plot([row["step"] for row in steps], smooth([row[name] for row in steps]), label=name)
    above.set(ylabel="loss, by share of the batch", ylim=(0, None))
    above.legend()
    held = [row for row in log if "held_out" in row]
    for name in _FIGURES:
        below.plot([row["step"] for row in held], [row["held_out"][name] for row in held], marker="o", label=name)
    below.set(xlabel="step", ylabel="on held-out rows", ylim=(0.4, 1))
    below.legend()
    figure.savefig(path, dpi=110)
    pyplot.close(figure)


def plot_reliability(figures: dict[str, Any], path: Path) -> None:
    """For each head: of the rows with this probability, how many are true; a dot is as large as its weight."""
    from matplotlib import pyplot

    figure, places = pyplot.subplots(1, 2, figsize=(7, 3.6), layout="constrained")
    for place, name in zip(places, ("answerable", "support"), strict=True):
        points = figures[name]["reliability"]
        place.plot([0, 1], [0, 1], color="0.7", linewidth=1)
        place.scatter([x for x, _, _ in points], [y for _, y, _ in points], [600 * weight for _, _, weight in points])
        place.set(title=f"{name}: mean gap {figures[name]['ece']:.3f}", xlabel="probability", ylabel="true")
        place.set(xlim=(0, 1), ylim=(0, 1))
    figure.savefig(path, dpi=110)
    pyplot.close(figure)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("run", type=Path, help="folder of log.jsonl")
    parser.add_argument("model", type=Path, help="folder of figures.json")
    parser.add_argument("out", type=Path)
    args = parser.parse_args()
    args.out.mkdir(parents=True, exist_ok=True)
    plot_run(read_log(args.run / "log.jsonl"), args.out / "losses.png")
    plot_reliability(json.loads((args.model / "figures.json").read_text("utf-8")), args.out / "reliability.png")


if __name__ == "__main__":
    main()

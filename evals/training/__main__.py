"""From the data folder to the reader that ships: trains, exports, calibrates, plots. `make train DATA=…` runs this.

    python -m evals.training DATA [OUT] [--minutes 95] [--rows FOLDER] [--tests FOLDER]

A run that was stopped goes on from its last checkpoint in OUT.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from evals.training import finish, measure, plot
from evals.training.train import train
from index.models import find_weights


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m evals.training", description=__doc__)
    parser.add_argument("data", type=Path, help="folder of the training data")
    parser.add_argument(
        "out", type=Path, nargs="?", default=Path("build/reader"), help="checkpoints, log, model, plots"
    )
    parser.add_argument("--minutes", type=float, default=95.0, help="how long to train; the rate falls over this time")
    parser.add_argument("--steps", type=int, help="plan by steps instead of minutes")
    parser.add_argument("--reader", type=Path, help="go on with the reader in this folder, instead of from the base")
    parser.add_argument("--rate", type=float, help="the highest learning rate")
    parser.add_argument("--rows", type=Path, nargs="*", default=[], help="more folders of rows written by reading")
    parser.add_argument("--kept", default="", help="a domain of the written rows that is not trained on")
    parser.add_argument("--tests", type=Path, help="folder of the test sets: measured at the end, never trained on")
    args = parser.parse_args()
    base = find_weights("reranker_en")
    run, model = args.out / "run", args.out / "model"
    checkpoint = train(args.data, base, run, args.minutes, args.steps, args.reader, args.rate, args.rows, args.kept)
    figures = finish.finish(args.data, base, checkpoint, model, 1500, args.rows, args.kept)
    plot.plot_run(plot.read_log(run / "log.jsonl"), args.out / "losses.png")
    plot.plot_reliability(figures, args.out / "reliability.png")
    if args.tests:
        measure.measure(model, args.tests)
    print(
        f"The reader is in {model}. To ship it, copy it to assistant/models/weights and bring MODEL_CARD.md up to date."
    )


if __name__ == "__main__":
    main()

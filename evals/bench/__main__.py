"""`python -m evals.bench [PART …] --data DIR`: measures, keeps the figures in results.json, prints them as tables."""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from evals.bench import ask, data, growth, ingest, results, stock
from evals.bench.measure import alone
from evals.bench.table import render

PARTS = ("ask", "ingest", "stock", "growth")
VARIABLE = "CITEWELL_BENCH_DATA"
QUESTIONS = 100

Keep = Callable[[str, dict[str, Any]], dict[str, Any]]


def main(argv: Sequence[str] | None = None) -> int:
    """Runs the parts that were named, or all. Returns the exit code: 2 where the data are missing."""
    options = _options(argv)
    parts = [part for part in PARTS if part in options.parts] or list(PARTS)
    keep = partial(_keep, options.out, results.circumstances())
    if parts == ["ask"]:
        keep("ask", ask.run(options.limit))
    elif not options.data or not (folder := Path(options.data).expanduser() / "scifact").is_dir():
        print(
            f"Name with --data, or in {VARIABLE}, a folder with `scifact` in BEIR's form; only `ask` needs none.",
            file=sys.stderr,
        )
        return 2
    else:
        questions = QUESTIONS if options.limit is None else max(5, min(QUESTIONS, options.limit // 10))
        collection = data.load(folder, questions, options.limit)
        with tempfile.TemporaryDirectory() as home:
            figures = _measure(parts, collection, Path(home), options.limit, keep)
        if "growth" in figures:
            from evals.bench.plot import draw

            draw(figures["growth"]["points"], options.out / "growth.svg")
    print(render(results.read(options.out / "results.json")))
    return 0


def _measure(
    parts: Sequence[str], collection: data.Collection, home: Path, limit: int | None, keep: Keep
) -> dict[str, Any]:
    """The figures by part; each is kept as soon as it is there, for a run takes long, and may be stopped."""
    folder = data.write(collection.documents, home / "abstracts")
    figures: dict[str, Any] = {}
    if "ask" in parts:
        figures["ask"] = keep("ask", alone(ask.run, limit))
    if "ingest" in parts or "stock" in parts:
        ours = ingest.citewell(folder, home / "store")
        if "ingest" in parts:
            figures["ingest"] = keep("ingest", {**ours, **alone(ingest.fastembed_rates, folder)})
        if "stock" in parts:
            ours |= alone(ingest.citewell_questions, folder, home / "store", collection)
            theirs = {**alone(stock.ingest, folder, home / "stock"), **alone(stock.ask, home / "stock", collection)}
            figures["stock"] = keep("stock", {"citewell": ours, "stock": theirs})
    if "growth" in parts:
        figures["growth"] = keep("growth", growth.run(collection, limit))
    return figures


def _keep(out: Path, circumstances: dict[str, Any], part: str, figures: dict[str, Any]) -> dict[str, Any]:
    path = out / "results.json"
    results.write(path, results.merge(results.read(path), part, figures, circumstances))
    print(f"{part}: done", file=sys.stderr)
    return figures


def _options(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m evals.bench", description=__doc__)
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"of {', '.join(PARTS)}; all by default")
    parser.add_argument("--data", default=os.environ.get(VARIABLE), help=f"folder of public sets; else {VARIABLE}")
    parser.add_argument("--limit", type=int, help="questions and documents at most, to try it out")
    parser.add_argument("--out", type=Path, default=Path(__file__).parent, help="folder of results.json and growth.svg")
    options = parser.parse_args(argv)
    if unknown := set(options.parts) - set(PARTS):
        parser.error(f"there is no part {', '.join(sorted(unknown))}: the parts are {', '.join(PARTS)}")
    return options


if __name__ == "__main__":
    sys.exit(main())

"""How the index itself behaves with many documents: vectors are made up, so that the embedding model does not count.

    python -m evals.bench.scale --data SCIFACT [--sizes 1000 10000 50000]

For each size: ingest, the first and further questions of a process, adding one file and the question after it, peak
memory, and space on disk. The questions run through the whole pipeline with the real reranker and reader.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from evals.bench import data
from evals.bench.measure import alone, peak_megabytes
from evals.bench.stats import median
from index.embed import Embedder, Vectors

SIZES = (1_000, 10_000, 50_000)
QUESTIONS = 5
DIMENSIONS = 384


def run(folder: Path, sizes: Sequence[int] = SIZES) -> list[dict[str, float]]:
    """One row for each size; times in seconds, memory and space in megabytes. folder: a set in BEIR's form."""
    collection = data.load(folder, QUESTIONS)
    texts, asked = list(collection.documents.values()), list(collection.questions.values())
    return [_point(texts, asked, size) for size in sizes]


def _point(texts: list[str], asked: list[str], size: int) -> dict[str, float]:
    with tempfile.TemporaryDirectory() as home:
        corpus, store = Path(home) / "corpus", Path(home) / "store"
        data.write(data.short_documents(texts, size), corpus)
        built = alone(_build, corpus, store)
        asked_first = alone(_ask, corpus, store, asked)
        added = alone(_add, corpus, store, asked[0])
        space = sum(file.stat().st_size for file in store.rglob("*") if file.is_file()) / 1e6
        return {"documents": size, **built, **asked_first, **added, "disk_mb": space}


def _build(corpus: Path, store: Path) -> dict[str, float]:
    bot = _open(corpus, store)
    seconds, report = _timed(bot.ingest)
    return {"chunks": report.chunks, "ingest_s": seconds, "ingest_mb": peak_megabytes()}


def _ask(corpus: Path, store: Path, asked: list[str]) -> dict[str, float]:
    start = time.perf_counter()
    bot = _open(corpus, store)
    bot.answer(asked[0])
    first, memory = time.perf_counter() - start, peak_megabytes()
    times = [_timed(lambda question=question: bot.answer(question))[0] for question in asked]  # type: ignore[misc]
    return {"first_s": first, "first_mb": memory, "further_s": median(times)}


def _add(corpus: Path, store: Path, question: str) -> dict[str, float]:
    bot = _open(corpus, store)
    bot.answer(question)
    (corpus / "added.txt").write_text("The harbour master keeps the keys of the lighthouse.", encoding="utf-8")
    added, _ = _timed(bot.ingest)
    after, _ = _timed(lambda: bot.answer(question))
    return {"add_s": added, "next_s": after}


def _timed(action: Callable[[], Any]) -> tuple[float, Any]:
    start = time.perf_counter()
    result = action()
    return time.perf_counter() - start, result


def _open(corpus: Path, store: Path) -> Any:
    from assistant.api import Assistant
    from assistant.config import Settings

    Embedder.embed_passages = lambda self, texts, on_batch=None: made_up(texts)  # type: ignore[method-assign]
    Embedder.embed_query = lambda self, text: made_up([text])[0]  # type: ignore[method-assign]
    return Assistant(corpus, store, settings=Settings())


def made_up(texts: Sequence[str]) -> Vectors:
    """A vector of length 1 for each text, the same for the same text."""
    rows = np.zeros((len(texts), DIMENSIONS), np.float32)
    for row, text in enumerate(texts):
        seed = int.from_bytes(hashlib.sha256(text.encode("utf-8")).digest()[:8], "big")
        rows[row] = np.random.default_rng(seed).standard_normal(DIMENSIONS, np.float32)
    return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="folder of a retrieval set in BEIR's form")
    parser.add_argument("--sizes", type=int, nargs="+", default=list(SIZES))
    options = parser.parse_args()
    for size in options.sizes:
        print(json.dumps(run(options.data, [size])[0]), flush=True)


if __name__ == "__main__":
    main()

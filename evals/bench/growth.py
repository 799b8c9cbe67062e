"""How time and memory grow with the number of documents; short ones, each size in processes of its own."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path
from typing import Any

from evals.bench import data
from evals.bench.measure import alone, peak_megabytes
from evals.bench.stats import median

SIZES = (100, 300, 1_000, 3_000, 10_000)
QUESTIONS = 10


def run(collection: data.Collection, limit: int | None = None) -> dict[str, Any]:
    """One point for each size, at most `limit`: times in seconds, peak memory in megabytes."""
    texts, asked = list(collection.documents.values()), list(collection.questions.values())[:QUESTIONS]
    sizes = SIZES if limit is None else (*(size for size in SIZES if size < limit), limit)
    return {"points": [_point(texts, asked, size) for size in sizes]}


def _point(texts: list[str], asked: list[str], size: int) -> dict[str, float]:
    with tempfile.TemporaryDirectory() as home:
        folder = data.write(data.short_documents(texts, size), Path(home) / "corpus")
        built = alone(_build, folder, Path(home) / "store")
        return {"documents": size, **built, **alone(_ask, folder, Path(home) / "store", asked)}


def _build(folder: Path, store: Path) -> dict[str, float]:
    start = time.perf_counter()
    bot = _open(folder, store)
    report = bot.ingest()
    return {"chunks": report.chunks, "ingest_s": time.perf_counter() - start, "ingest_mb": peak_megabytes()}


def _ask(folder: Path, store: Path, asked: list[str]) -> dict[str, float]:
    """The first question's time holds what a process pays once: imports, models, reading the index."""
    start = time.perf_counter()
    bot = _open(folder, store)
    bot.answer(asked[0])
    first, memory, times = time.perf_counter() - start, peak_megabytes(), []
    for question in asked:
        start = time.perf_counter()
        bot.answer(question)
        times.append(time.perf_counter() - start)
    return {"first_s": first, "question_s": median(times), "first_mb": memory, "question_mb": peak_megabytes()}


def _open(folder: Path, store: Path) -> Any:
    from assistant.api import Assistant
    from assistant.config import Settings

    return Assistant(folder, store, settings=Settings())

"""Ingest: chunks a second, beside the rate of the embedding model alone on chunks of the same corpus."""

from __future__ import annotations

import time
from bisect import bisect
from collections.abc import Callable, Sequence
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import Any

from evals.bench import data
from evals.bench.measure import Pause, interrupted, peak_megabytes, within
from evals.bench.stats import fmean, median, ndcg

SAMPLE = 160  # chunks that the model's own rate is measured on
EVERY = 6.0  # seconds between two measurements of it
ROUNDS = 3
BATCHES = (1, 32, 256)  # the last is fastembed's default
DEEP = 50  # hits asked for, so that ten documents are among them
FIRST = 10  # documents that count


def citewell(folder: Path, store: Path) -> dict[str, Any]:
    """Ingests a folder, with the embedding model's rate measured all along, in turns with it: ratio and figures."""
    from index.embed import Embedder

    embed, sample = Embedder().embed_passages, chunks_of(folder, SAMPLE)
    embed(sample[:2])  # loads the model
    run, pauses = interrupted(EVERY, lambda: rate(embed, sample), partial(_citewell, folder, store))
    pauses = within(pauses, run["start"], run["end"])
    return figures(run, pauses or [Pause(0.0, 0.0, rate(embed, sample))])


def figures(run: dict[str, Any], pauses: Sequence[Pause]) -> dict[str, Any]:
    """Rates of a run from `start` to `end`, the pauses not counted. A pause's value is the model's rate in it.

    The ratio is the time that the model alone would have taken to the time that was taken. Each stretch between two
    pauses is weighed by the rates in those: machines that others share were seen to be half as fast for half a minute.
    """
    seconds = run["end"] - run["start"] - sum(pause.end - pause.start for pause in pauses)
    model = sum(chunks * cost for chunks, cost in stretches(run, pauses))
    kept = {key: value for key, value in run.items() if key not in {"start", "end", "marks"}}
    return {**kept, "ingest_s": seconds, "chunks_per_s": run["chunks"] / seconds, "model_s": model,
            "model_rates": [pause.value for pause in pauses], "ratio": model / seconds}  # fmt: skip


def stretches(run: dict[str, Any], pauses: Sequence[Pause]) -> list[tuple[int, float]]:
    """Between pauses: chunks embedded, and what one cost the model alone, in seconds, just before and after.

    run["marks"]: (moment, chunks embedded until then), in order.
    """
    costs = [1 / pause.value for pause in pauses]
    moments = [moment for moment, _ in run["marks"]]
    counts = [0, *(count for _, count in run["marks"])]
    reached = [0, *(counts[bisect(moments, end)] for end in [*(pause.start for pause in pauses), run["end"]])]
    around = pairwise([costs[0], *costs, costs[-1]])
    return [(b - a, (x + y) / 2) for (a, b), (x, y) in zip(pairwise(reached), around, strict=True)]


def _citewell(folder: Path, store: Path) -> dict[str, Any]:
    """Models and packages are loaded before the clock starts."""
    import chromadb  # noqa: F401
    import llama_index.vector_stores.chroma  # noqa: F401

    bot = _open(folder, store)
    bot.embedder.embed_query("warm")
    marks: list[tuple[float, int]] = []

    def note(stage: str, done: int, total: int) -> None:
        if stage == "embed":
            marks.append((time.perf_counter(), done))

    cpu, start = time.process_time(), time.perf_counter()
    report = bot.ingest(progress=note)
    return {
        "documents": report.added, "chunks": report.chunks, "marks": marks, "start": start,
        "end": time.perf_counter(), "ingest_cpu_s": time.process_time() - cpu, "ingest_mb": peak_megabytes(),
    }  # fmt: skip


def citewell_questions(folder: Path, store: Path, collection: data.Collection) -> dict[str, Any]:
    """Asks the questions of a collection that was ingested."""
    bot = _open(folder, store)
    return questions(collection, lambda text: [hit.source.removesuffix(".txt") for hit in bot.search(text, DEEP)])


def _open(folder: Path, store: Path) -> Any:
    from assistant.api import Assistant
    from assistant.config import Settings

    return Assistant(folder, store, settings=Settings())


def chunks_of(folder: Path, count: int) -> list[str]:
    """About `count` chunks of a folder, of files evenly spread over it, cut as ingest does; the longest first."""
    from index.chunk import chunk
    from index.readers.registry import read

    files = sorted(folder.iterdir())
    first = [c.text for c in chunk(read(files[0], folder))]
    step = max(1, len(files) * 2 // count)  # an abstract has two chunks or three
    texts = first + [c.text for path in files[step::step] for c in chunk(read(path, folder))]
    return sorted(texts, key=len, reverse=True)


def rate(embed: Callable[[list[str]], Any], texts: list[str]) -> float:
    """Texts a second, the model alone."""
    start = time.perf_counter()
    embed(texts)
    return len(texts) / (time.perf_counter() - start)


def questions(collection: data.Collection, search: Any) -> dict[str, Any]:
    """Asks each question: nDCG@10 over documents, and median seconds. search: a text → names, best first, repeats."""
    scores, times = [], []
    search(next(iter(collection.questions.values())))  # loads what is loaded at first use
    for id, text in collection.questions.items():
        start = time.perf_counter()
        names = search(text)
        times.append(time.perf_counter() - start)
        scores.append(ndcg(list(dict.fromkeys(names))[:FIRST], collection.gains[id], FIRST))
    return {
        "questions": len(times),
        "ndcg": fmean(scores),
        "question_s": median(times),
        "question_mb": peak_megabytes(),
    }


def fastembed_rates(folder: Path) -> dict[str, Any]:
    """Chunks a second of fastembed as it comes, on sorted texts, by size of its batches, beside those of `Embedder`.

    All of them in turns. Batches of one use all cores for one text.
    """
    from evals.bench.stock import carried_model
    from index.embed import Embedder

    sample, model, embedder = chunks_of(folder, SAMPLE), carried_model(), Embedder()
    ways: dict[str, Any] = {"embedder": embedder.embed_passages}
    ways |= {str(size): partial(_batched, model, size) for size in BATCHES}
    for way in ways.values():
        way(sample[-2:])  # the first call loads the model
    turns = [{name: rate(way, sample) for name, way in ways.items()} for _ in range(ROUNDS)]
    rates = {name: median(turn[name] for turn in turns) for name in ways}
    return {"embedder_per_s": rates.pop("embedder"), "fastembed_per_s": rates}


def _batched(model: Any, size: int, texts: list[str]) -> None:
    for _ in model.embed(texts, batch_size=size):
        pass

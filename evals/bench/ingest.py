"""Ingest: chunks a second, beside the rate of the embedding model alone on chunks of the same corpus."""

from __future__ import annotations

import tempfile
import time
from functools import partial
from pathlib import Path
from typing import Any

from evals.bench import data
from evals.bench.measure import peak_megabytes
from evals.bench.stats import fmean, median, ndcg

SAMPLE = 640  # chunks that the model's own rate is measured on
ROUNDS = 3
BATCHES = (1, 32, 256)  # the last is fastembed's default
DEEP = 50  # hits asked for, so that ten documents are among them
FIRST = 10  # documents that count


def citewell(folder: Path, collection: data.Collection) -> dict[str, Any]:
    """Ingests a folder and asks the collection's questions. In a process of its own, for its memory.

    Models and packages are loaded before the clock starts. The model's rate is measured just before and just after the
    ingest, since other work on the machine comes and goes.
    """
    import chromadb  # noqa: F401
    import llama_index.vector_stores.chroma  # noqa: F401

    from assistant.api import Assistant
    from assistant.config import Settings

    sample = chunks_of(folder, SAMPLE)
    with tempfile.TemporaryDirectory() as home:
        bot = Assistant(folder, Path(home) / "store", settings=Settings())
        embed = bot.embedder.embed_passages
        rates = own_rates(embed, sample)
        cpu, start = time.process_time(), time.perf_counter()
        report = bot.ingest()
        seconds, cpu = time.perf_counter() - start, time.process_time() - cpu
        memory = peak_megabytes()
        rates += own_rates(embed, sample)
        asked = questions(collection, lambda text: [hit.source.removesuffix(".txt") for hit in bot.search(text, DEEP)])
        bot.store.close()
    return {
        "documents": report.added, "chunks": report.chunks, "ingest_s": seconds, "ingest_cpu_s": cpu,
        "ingest_mb": memory, "chunks_per_s": report.chunks / seconds, "model_per_s": median(rates),
        "model_rates": rates, "ratio": report.chunks / seconds / median(rates), **asked, "peak_mb": peak_megabytes(),
    }  # fmt: skip


def chunks_of(folder: Path, count: int) -> list[str]:
    """About `count` chunks of a folder, of files evenly spread over it, cut as ingest does; the longest first."""
    from index.chunk import chunk
    from index.read import read

    files = sorted(folder.iterdir())
    first = [c.text for c in chunk(read(files[0], folder))]
    step = max(1, len(files) * 2 // count)  # an abstract has two chunks or three
    texts = first + [c.text for path in files[step::step] for c in chunk(read(path, folder))]
    return sorted(texts, key=len, reverse=True)


def own_rates(embed: Any, texts: list[str], rounds: int = ROUNDS) -> list[float]:
    """Texts a second of `embed` on texts sorted by length, once for each round. A first call loads the model."""
    embed(texts[:2])
    rates = []
    for _ in range(rounds):
        start = time.perf_counter()
        embed(texts)
        rates.append(len(texts) / (time.perf_counter() - start))
    return rates


def questions(collection: data.Collection, search: Any) -> dict[str, Any]:
    """Asks each question: nDCG@10 over documents, and median seconds. search: a text → names, best first, repeats."""
    scores, times = [], []
    search(next(iter(collection.questions.values())))  # loads what is loaded at first use
    for id, text in collection.questions.items():
        start = time.perf_counter()
        names = search(text)
        times.append(time.perf_counter() - start)
        scores.append(ndcg(list(dict.fromkeys(names))[:FIRST], collection.gains[id], FIRST))
    return {"questions": len(times), "ndcg": fmean(scores), "question_s": median(times)}


def fastembed_rates(folder: Path) -> dict[str, Any]:
    """Chunks a second of fastembed as it comes, on sorted texts, by size of its batches, beside those of `Embedder`.

    All of them in turns. Batches of one use all cores for one text.
    """
    from evals.bench.stock import carried_model
    from index.embed import Embedder

    sample, model, embedder = chunks_of(folder, SAMPLE // 4), carried_model(), Embedder()
    ways: dict[str, Any] = {"embedder": embedder.embed_passages}
    ways |= {str(size): partial(_batched, model, size) for size in BATCHES}
    turns = [{name: own_rates(way, sample, 1)[0] for name, way in ways.items()} for _ in range(ROUNDS)]
    rates = {name: median(turn[name] for turn in turns) for name in ways}
    return {"embedder_per_s": rates.pop("embedder"), "fastembed_per_s": rates}


def _batched(model: Any, size: int, texts: list[str]) -> None:
    for _ in model.embed(texts, batch_size=size):
        pass

"""Chunks and evidence made by hand."""

from __future__ import annotations

import math

from assistant.types import Evidence
from index.types import Chunk, Hit


def chunk(text: str, source: str = "a.txt", date: str | None = None, start: int = 0, sha256: str = "0" * 64) -> Chunk:
    """A chunk that begins at `start` of its document."""
    identity = f"{source}:{start}:{hash(text)}"
    return Chunk(identity, source, source.partition(".")[0], date, start, start + len(text), 0, text, sha256)


def evidence(text: str, source: str = "a.txt", date: str | None = None, rank: float = 5.0, start: int = 0) -> Evidence:
    """A sentence that is the whole of its chunk. rank: the log-odds that it answers."""
    whole = chunk(text, source, date, start)
    probability = 1 / (1 + math.exp(-rank))
    return Evidence(
        whole, start, start + len(text), text, 0, score=rank, window=rank, rank=rank, probability=probability
    )


def hit(text: str, source: str = "a.txt", score: float = 1.0, start: int = 0) -> Hit:
    return Hit(chunk(text, source, start=start), score, "dense")

"""Corpora to measure on: a retrieval set in BEIR's form, and short documents made of its sentences."""

from __future__ import annotations

import csv
import json
import random
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

SEED = 5
_SENTENCE = re.compile(r"(?<=[a-z)]\.)\s+(?=[A-Z])")


@dataclass(frozen=True, slots=True)
class Collection:
    """documents: text by name. questions: text by id. gains: for each question, those of its relevant documents."""

    documents: dict[str, str]
    questions: dict[str, str]
    gains: dict[str, dict[str, float]]


def load(folder: Path, questions: int, limit: int | None = None) -> Collection:
    """A set in BEIR's form: corpus.jsonl, queries.jsonl, qrels/test.tsv.

    questions: how many to draw, always the same ones. limit: of the number of documents, None for all; the relevant
    documents come first, so that none is lost. Raises FileNotFoundError.
    """
    gains = _gains(folder / "qrels" / "test.tsv")
    texts = {row["_id"]: row["text"] for row in _rows(folder / "queries.jsonl") if row["_id"] in gains}
    chosen = sorted(random.Random(SEED).sample(sorted(texts), min(questions, len(texts))))
    documents = {row["_id"]: f"{row['title']}\n\n{row['text']}" for row in _rows(folder / "corpus.jsonl")}
    if limit is not None:
        needed = [name for id in chosen for name in gains[id] if name in documents]
        kept = list(dict.fromkeys([*needed, *documents]))[: max(limit, len(set(needed)))]
        documents = {name: documents[name] for name in kept}
    return Collection(documents, {id: texts[id] for id in chosen}, {id: gains[id] for id in chosen})


def write(documents: dict[str, str], folder: Path) -> Path:
    """Each document as a file `name.txt` of a folder, which is made."""
    folder.mkdir(parents=True)
    for name, text in documents.items():
        (folder / f"{name}.txt").write_text(text, encoding="utf-8")
    return folder


def short_documents(texts: list[str], count: int) -> dict[str, str]:
    """`count` documents of two or three sentences each, drawn from texts; the same for the same texts.

    A smaller count gives the first documents of a larger one.
    """
    sentences = [s for text in texts for s in _SENTENCE.split(text.split("\n\n", 1)[-1]) if 40 <= len(s) <= 200]
    draw = random.Random(SEED)
    return {f"{i:05d}": " ".join(draw.sample(sentences, draw.choice((2, 3)))) for i in range(count)}


def _gains(path: Path) -> dict[str, dict[str, float]]:
    gains: dict[str, dict[str, float]] = {}
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file, delimiter="\t"):
            if float(row["score"]) > 0:
                gains.setdefault(row["query-id"], {})[row["corpus-id"]] = float(row["score"])
    return gains


def _rows(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]

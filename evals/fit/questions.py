"""Questions written about passages → a folder of documents for each domain, and where its answers stand."""

from __future__ import annotations

import gzip
import hashlib
import json
import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

Row = dict[str, Any]
HELD_SHARE = 0.1  # of the documents, see evals/training/written.py


@dataclass(frozen=True, slots=True)
class Asked:
    """A question, and where its answers stand: (source, start, end) in characters; none where it has no answer."""

    id: str
    domain: str
    kind: str
    question: str
    answers: tuple[tuple[str, int, int], ...]


def read_rows(files: Sequence[Path]) -> Iterator[Row]:
    """The rows with a question of JSON-lines files, gzipped or not; the file's name is the domain of those without."""
    for file in files:
        data = gzip.decompress(file.read_bytes()) if file.suffix == ".gz" else file.read_bytes()
        for line in data.decode("utf-8").splitlines():
            row = json.loads(line)
            if "question" in row:
                yield {"domain": file.name.partition(".")[0], "title": "", "kind": "", **row}


def is_held_out(row: Row, kept: str) -> bool:
    """Whether the reader was not trained on a row: by its document's title, as evals/training/written.py decides it."""
    title = row["title"].strip() or row["context"].strip()[:40]
    return row["domain"] == kept or random.Random(f"written {title}").random() < HELD_SHARE


def write_corpora(rows: Sequence[Row], folder: Path) -> list[Asked]:
    """Writes a folder for each domain, in which the passages of one title are one document; returns the questions."""
    documents: dict[tuple[str, str], str] = {}
    places: dict[tuple[str, str], tuple[str, int]] = {}
    for row in rows:
        domain, passage = row["domain"], row["context"].strip("\n")
        if (domain, passage) in places:
            continue
        name = _file_name(row["title"] or passage[:60])
        text = documents.get((domain, name), f"# {row['title']}\n\n" if row["title"] else "")
        places[domain, passage] = (name, len(text))
        documents[domain, name] = f"{text}{passage}\n\n"
    for (domain, name), text in documents.items():
        path = folder / domain / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="")
    return [_asked(number, row, places) for number, row in enumerate(rows)]


def _asked(number: int, row: Row, places: dict[tuple[str, str], tuple[str, int]]) -> Asked:
    passage = row["context"].strip("\n")
    source, offset = places[row["domain"], passage]
    found = [
        (source, offset + m.start(), offset + m.end())
        for answer in row["answers"]
        for m in list(re.finditer(re.escape(answer), passage))[:3]
    ]
    question = _typed(row["question"]) if _share(row["question"]) < 0.3 else row["question"]
    return Asked(row.get("id", str(number)), row["domain"], row["kind"], question, tuple(found))


def _typed(question: str) -> str:
    """A question as it is typed into a search box."""
    return question.lower().rstrip(" ?")


def _share(text: str) -> float:
    """A number from 0 to 1 that only the text decides."""
    return int(hashlib.sha256(text.encode()).hexdigest()[:8], 16) / 0xFFFFFFFF


def _file_name(title: str) -> str:
    word = re.sub(r"[^A-Za-z0-9]+", "-", title).strip("-")[:50] or "untitled"
    return f"{word}-{hashlib.sha256(title.encode()).hexdigest()[:6]}.md"

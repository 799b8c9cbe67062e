"""The training data: one question or claim a row, read from a folder of gzipped JSON lines."""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

# what a row may be called, and how the file is named
_SUFFIX = ".jsonl.gz"


@dataclass(frozen=True, slots=True)
class Reading:
    """A question and a passage; `answers` stand verbatim in the passage, and are empty where it does not answer.

    title: what the passage's document is about, where that is known. whole: the passage answers, by no words of its
    own: a question for yes or no, say. head: what stands before the passage in any window: its document's title.
    """

    question: str
    passage: str
    answers: tuple[str, ...]
    source: str
    title: str = ""
    whole: bool = False
    head: str = ""

    @property
    def answerable(self) -> bool:
        return self.whole or bool(self.answers)


@dataclass(frozen=True, slots=True)
class Claim:
    """A sentence, the evidence it cites, and whether the evidence says it; title and head as of a Reading."""

    sentence: str
    evidence: str
    supported: bool
    source: str
    title: str = ""
    head: str = ""


def read_readings(folder: Path, name: str) -> list[Reading]:
    """The rows of one file with question, context and answers; those that contradict themselves are left out."""
    found = []
    for row in _lines(folder, name):
        answers = tuple(answer for answer in row["answers"] if answer.strip() and answer in row["context"])
        if bool(answers) == row["answerable"]:
            found.append(Reading(row["question"].strip(), row["context"].strip(), answers, name))
    return found


def read_asked(folder: Path, name: str) -> list[Reading]:
    """The rows of a file of claims "Yes. <question>?" as questions: the evidence answers them with yes or with no."""
    found = []
    for row in read_claims(folder, name):
        said, _, question = row.sentence.partition(". ")
        if said == "Yes":
            found.append(Reading(question, row.evidence, (), name, whole=True))
    return found


def read_claims(folder: Path, name: str) -> list[Claim]:
    """The rows of one file with claim, evidence and label."""
    return [
        Claim(row["claim"].strip(), row["evidence"].strip(), row["label"], name)
        for row in _lines(folder, name)
        if len(row["claim"]) > 12 and len(row["evidence"]) > 12
    ]


def plain(text: str) -> str:
    """Letters and digits only, lower case: the same for a text and for its tokenised copy."""
    return re.sub(r"[\W_]+", "", text.lower())


def held_out(rows: Iterable[Reading], passages: set[str]) -> tuple[list[Reading], list[Reading]]:
    """Rows to train on, and rows whose passage is among `passages` (as plain() gives them)."""
    train: list[Reading] = []
    kept: list[Reading] = []
    for row in rows:
        (kept if plain(row.passage) in passages else train).append(row)
    return train, kept


def _lines(folder: Path, name: str) -> Iterator[dict]:  # type: ignore[type-arg]
    with gzip.open(folder / f"{name}{_SUFFIX}", "rt", encoding="utf-8") as file:
        for line in file:
            yield json.loads(line)

"""Rows written by reading: questions and sentences about one passage, each with its kind, from a folder of JSON lines.

Files may still grow while they are read: a line that is not whole, or that contradicts itself, is left out.
"""

from __future__ import annotations

import gzip
import json
import random
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from evals.training.rows import Claim, Reading

MARK = "written "  # before the kind, in a row's source
# of the documents, by their titles
_HELD_SHARE = 0.1
_NEAR = 0.6
_HEADING = re.compile(r"\A\s*#+\s+(.{3,60})$", re.M)
_WORD = re.compile(r"\w{4,}")


@dataclass(frozen=True, slots=True)
class Written:
    """Rows to train on, rows held out of every file, and the rows of a domain that is kept out as a whole."""

    readings: list[Reading] = field(default_factory=list)
    claims: list[Claim] = field(default_factory=list)
    held_readings: list[Reading] = field(default_factory=list)
    held_claims: list[Claim] = field(default_factory=list)
    kept_readings: list[Reading] = field(default_factory=list)
    kept_claims: list[Claim] = field(default_factory=list)


def read_written(folders: Iterable[Path], kept: str = "") -> Written:
    """The rows of all files of the folders, each once.

    kept: the domain of which nothing is trained on.
    """
    found = Written()
    seen: set[tuple[str, str]] = set()
    for folder in folders:
        for path in sorted([*folder.glob("*.jsonl"), *folder.glob("*.jsonl.gz")]):
            for line in _lines(path):
                row = parsed(line)
                if row is not None and (place := _text(row)) not in seen:
                    seen.add(place)
                    _put(found, row, str(line.get("domain", "")) == kept != "")
    return found


def parsed(line: dict[str, Any]) -> Reading | Claim | None:
    """One row; None where it says two things at once, or lacks a field."""
    kind, title = str(line.get("kind", "")), str(line.get("title", "")).strip()
    if isinstance(line.get("claim"), str):
        claim, evidence, label = line["claim"].strip(), line.get("evidence"), line.get("label")
        if len(claim) > 12 and isinstance(evidence, str) and len(evidence) > 12 and isinstance(label, bool):
            return Claim(claim, evidence.strip(), label, MARK + kind, title)
        return None
    question, context, answerable = line.get("question"), line.get("context"), line.get("answerable")
    if not (isinstance(question, str) and isinstance(context, str) and isinstance(answerable, bool)):
        return None
    listed = line.get("answers")
    wanted = [one for one in listed if isinstance(one, str) and one.strip()] if isinstance(listed, list) else []
    answers = tuple(one for one in wanted if one in context)
    if not question.strip() or not context.strip() or bool(wanted) != bool(answers) or (answers and not answerable):
        return None
    return Reading(question.strip(), context.strip(), answers, MARK + kind, title, whole=answerable and not answers)


def headed(title: str, passage: str, rng: random.Random) -> str:
    """The title, now and then with the heading that the passage begins with after it, as a path."""
    heading = _HEADING.search(passage)
    return f"{title} › {heading[1].strip()}" if title and heading and rng.random() < 0.5 else title


def slipped(question: str, rng: random.Random) -> str:
    """The question with one letter of a longer word left out, doubled, or changed for its neighbour."""
    words = list(_WORD.finditer(question))
    if not words:
        return question
    word = rng.choice(words)
    at = rng.randrange(word.start() + 1, word.end() - 1)
    one, other = question[at], question[at + 1]
    return question[:at] + rng.choice((other, one + one + other, other + one)) + question[at + 2 :]


def elsewhere(rows: Sequence[Reading | Claim], rng: random.Random) -> list[Reading | Claim]:
    """What is true of one passage, with another passage of the same document, which does not say it."""
    passages: dict[str, list[str]] = defaultdict(list)
    for row in rows:
        if _text(row)[1] not in passages[row.title]:
            passages[row.title].append(_text(row)[1])
    found: list[Reading | Claim] = []
    for row in rows:
        text = _text(row)[1]
        others = [other for other in passages[row.title] if other != text and not _says(row, other)]
        if not others:
            continue
        other = rng.choice(others)
        if isinstance(row, Reading) and row.answers:
            found.append(replace(row, passage=other, answers=(), source=f"{MARK}elsewhere"))
        elif isinstance(row, Claim) and row.supported:
            found.append(replace(row, evidence=other, supported=False, source=f"{MARK}elsewhere"))
    return found


def _says(row: Reading | Claim, other: str) -> bool:
    """Whether another passage might say it too: it holds the answer, or nearly all words of the claim that its own
    passage holds.
    """
    low = other.lower()
    if isinstance(row, Reading):
        return any(answer.lower() in low for answer in row.answers)
    known = [word for word in set(_WORD.findall(row.sentence.lower())) if word in row.evidence.lower()]
    return not known or sum(word in low for word in known) > _NEAR * len(known)


def _text(row: Reading | Claim) -> tuple[str, str]:
    return (row.question, row.passage) if isinstance(row, Reading) else (row.sentence, row.evidence)


def _put(found: Written, row: Reading | Claim, kept: bool) -> None:
    held = random.Random(f"written {row.title or _text(row)[1][:40]}").random() < _HELD_SHARE
    if isinstance(row, Reading):
        (found.kept_readings if kept else found.held_readings if held else found.readings).append(row)
    else:
        (found.kept_claims if kept else found.held_claims if held else found.claims).append(row)


def _lines(path: Path) -> Iterator[dict[str, Any]]:
    with (gzip.open if path.suffix == ".gz" else open)(path, "rt", encoding="utf-8") as file:
        for line in file:
            try:
                row = json.loads(line)
            except ValueError:
                continue
            if isinstance(row, dict):
                yield row

"""Saved answers: a folder with `run.json` (the circumstances) and `answers.jsonl` (one answer per line)."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

from assistant.types import Answer, Citation
from evals.cases.load import Case, parse
from evals.errors import RunError
from evals.metrics.ranking import Place

ANSWERS, ABOUT = "answers.jsonl", "run.json"
_KEPT = ("question", "standalone_question", "text", "abstained", "mode", "confidence", "timings")


@dataclass(frozen=True, slots=True)
class Passage:
    """A retrieved passage."""

    place: Place
    text: str


@dataclass(frozen=True, slots=True)
class Saved:
    """An answer, the retrieved passages (best first), and the time of the answer in seconds."""

    id: str
    answer: Answer
    retrieved: tuple[Passage, ...]
    seconds: float


@dataclass(frozen=True, slots=True)
class About:
    """The circumstances of a run.

    fingerprint: of settings, corpus, code and models; a run never mixes two fingerprints.
    corpus: the folder. passages: all passages of the index, which retrieval is measured against.
    """

    name: str
    fingerprint: Mapping[str, Any]
    corpus: str
    passages: tuple[Place, ...]
    cases: tuple[Case, ...]


def save_about(folder: Path, about: About) -> None:
    """Writes the circumstances of a run, and creates its folder."""
    folder.mkdir(parents=True, exist_ok=True)
    rows = {
        "name": about.name,
        "fingerprint": about.fingerprint,
        "corpus": about.corpus,
        "passages": [[p.source, p.start, p.end] for p in about.passages],
        "cases": [_case_row(case) for case in about.cases],
    }
    replace_file(folder / ABOUT, json.dumps(rows, ensure_ascii=False, indent=1))


def read_about(folder: Path) -> About:
    """Reads the circumstances of a run. Raises RunError if there is none."""
    try:
        row = json.loads((folder / ABOUT).read_text(encoding="utf-8"))
        return About(
            row["name"],
            row["fingerprint"],
            row["corpus"],
            tuple(Place(*place) for place in row["passages"]),
            tuple(parse(case) for case in row["cases"]),
        )
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise RunError(f"{folder} contains no saved answers ({error}). Run `assistant eval run` first.") from None


def append(folder: Path, saved: Saved) -> None:
    """Adds an answer durably: an interruption after this call does not lose it."""
    with (folder / ANSWERS).open("a", encoding="utf-8") as file:
        file.write(json.dumps(_row(saved), ensure_ascii=False) + "\n")
        file.flush()
        os.fsync(file.fileno())


def read_answers(folder: Path) -> list[Saved]:
    """Reads the answers of a run, in the order in which they were saved. Ignores an incomplete last line."""
    path = folder / ANSWERS
    if not path.exists():
        return []
    found: dict[str, Saved] = {}
    for line in path.read_text(encoding="utf-8").split("\n"):
        try:
            saved = _saved(json.loads(line))
        except (ValueError, KeyError, TypeError):
            continue
        found[saved.id] = saved
    return list(found.values())


def mend(folder: Path) -> None:
    """Removes an incomplete last line, so that the next answer begins a new line."""
    path = folder / ANSWERS
    if path.exists() and not (data := path.read_bytes()).endswith(b"\n"):
        replace_file(path, data[: data.rfind(b"\n") + 1].decode("utf-8"))


def replace_file(path: Path, text: str) -> None:
    """Writes a file atomically."""
    partial = path.with_name(f"{path.name}.partial")
    partial.write_text(text, encoding="utf-8")
    partial.replace(path)


def answer_from(row: Mapping[str, Any]) -> Answer:
    """Builds an Answer from its JSON object, without the fields that no metric reads (conflicts, nearest, dropped)."""
    known = {field.name for field in fields(Citation)}
    citations = tuple(Citation(**{k: v for k, v in c.items() if k in known}) for c in row["citations"])
    return Answer(citations=citations, **{key: row[key] for key in _KEPT})


def _row(saved: Saved) -> dict[str, Any]:
    retrieved = [{**asdict(p.place), "text": p.text} for p in saved.retrieved]
    return {"id": saved.id, "seconds": saved.seconds, "answer": saved.answer.to_dict(), "retrieved": retrieved}


def _saved(row: Mapping[str, Any]) -> Saved:
    passages = tuple(Passage(Place(p["source"], p["start"], p["end"]), p["text"]) for p in row["retrieved"])
    return Saved(row["id"], answer_from(row["answer"]), passages, row["seconds"])


def _case_row(case: Case) -> dict[str, Any]:
    row: dict[str, Any] = asdict(case)
    row["history"] = [[turn.role, turn.content] for turn in case.history]
    return row


def in_order(cases: Sequence[Case], answers: Sequence[Saved]) -> list[tuple[Case, Saved]]:
    """Pairs each answered case with its answer."""
    by_id = {saved.id: saved for saved in answers}
    return [(case, by_id[case.id]) for case in cases if case.id in by_id]

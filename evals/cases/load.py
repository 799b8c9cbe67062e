"""Loads cases: a question, its correct answer, and the spans that support it. Checks each against its corpus.

A file has one JSON object per line. `must` is a list of groups of patterns; a correct answer matches at least one
pattern of each group.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any, Literal

from assistant.types import Turn
from evals.errors import CaseError

SEEDS = Path(__file__).with_name("seeds.jsonl")

Split = Literal["dev", "test"]


@dataclass(frozen=True, slots=True)
class GoldSpan:
    """Text of a source, verbatim, that supports the correct answer."""

    source: str
    quote: str


@dataclass(frozen=True, slots=True)
class Case:
    """A question and its correct answer.

    history: the previous turns. must: groups of regular expressions; a correct answer matches one of each group.
    must_not: a correct answer matches none of these. sources: it cites at least one of them. spans: the support.
    """

    id: str
    question: str
    history: tuple[Turn, ...]
    answerable: bool
    type: str
    reference: str
    must: tuple[tuple[str, ...], ...]
    must_not: tuple[str, ...]
    sources: tuple[str, ...]
    spans: tuple[GoldSpan, ...]
    split: Split

    @property
    def digest(self) -> str:
        """A hash of the whole case: an edited case is a different one."""
        return hashlib.sha256(json.dumps(asdict(self), sort_keys=True).encode()).hexdigest()[:16]


def split_of(identity: str) -> Split:
    """Assigns an id to dev or test, half of all ids each, always the same."""
    return "dev" if hashlib.sha256(identity.encode()).digest()[0] % 2 == 0 else "test"


def load(path: Path, texts: Mapping[str, str]) -> list[Case]:
    """Reads the cases of a file, and checks each against the corpus's texts by source.

    Raises CaseError, which lists all problems, one per line.
    """
    cases, wrong = [], []
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except OSError as error:
        raise CaseError(f"{path}: {error.strerror}. Name a file of cases, one JSON object per line.") from None
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            case = parse(json.loads(line))
        except (ValueError, TypeError, KeyError) as error:
            wrong.append(f"line {number}: {type(error).__name__}: {error}")
            continue
        cases.append(case)
        wrong += [f"line {number}, {case.id}: {problem}" for problem in problems(case, texts)]
    repeated = {c.id for c in cases if sum(other.id == c.id for other in cases) > 1}
    wrong += [f"{identity}: more than one case has this id" for identity in sorted(repeated)]
    if wrong or not cases:
        raise CaseError(f"{path.name} cannot be used. Correct this:\n" + "\n".join(wrong or ["there is no case in it"]))
    return cases


def parse(row: Mapping[str, Any]) -> Case:
    """Builds a case from its JSON object. Raises KeyError, TypeError or ValueError if it is malformed."""
    if unknown := set(row) - {field.name for field in fields(Case)}:
        raise ValueError(f"unknown keys: {', '.join(sorted(unknown))}")
    if not isinstance(row["answerable"], bool):
        raise TypeError("answerable must be true or false")
    split = row.get("split") or split_of(row["id"])
    if split not in ("dev", "test"):
        raise ValueError(f"split is {split!r}: it must be dev or test")
    return Case(
        id=_text(row["id"]),
        question=_text(row["question"]),
        history=tuple(Turn(role, _text(content)) for role, content in row.get("history", ())),
        answerable=row["answerable"],
        type=_text(row["type"]),
        reference=row.get("reference", ""),
        must=tuple(tuple(_text(p) for p in _list(group)) for group in row.get("must", ())),
        must_not=tuple(_text(p) for p in row.get("must_not", ())),
        sources=tuple(_text(s) for s in row.get("sources", ())),
        spans=tuple(GoldSpan(_text(s["source"]), _text(s["quote"])) for s in row.get("spans", ())),
        split=split,
    )


def problems(case: Case, texts: Mapping[str, str]) -> Iterator[str]:
    """Yields the problems of a case, in words."""
    yield from (f"{turn.role!r} is not a role: give user or assistant" for turn in case.history
                if turn.role not in ("user", "assistant"))  # fmt: skip
    yield from (f"there is no source {source}" for source in case.sources if source not in texts)
    for span in case.spans:
        found = texts.get(span.source, "").count(span.quote)
        if found != 1:
            yield f"{span.source} holds this {found} times, not once: {span.quote!r}"
    patterns = [pattern for group in case.must for pattern in group] + list(case.must_not)
    if broken := [p for p in patterns if not _compiles(p)]:
        yield f"no regular expressions: {broken}"
        return
    yield from _content_problems(case)


def _content_problems(case: Case) -> Iterator[str]:
    if not case.answerable:
        if case.must or case.sources:
            yield "it is not answerable, yet it has must or sources"
        return
    missing = [name for name in ("reference", "must", "sources", "spans") if not getattr(case, name)]
    if missing:
        yield f"it is answerable, yet it lacks {', '.join(missing)}"
    told = [case.reference, *(span.quote for span in case.spans)]
    for group in case.must:
        if not any(re.search(p, text, re.I) for p in group for text in told):
            yield f"neither the reference nor a span holds any of {list(group)}"
    for pattern in case.must_not:
        if re.search(pattern, case.reference, re.I):
            yield f"the reference holds what must not be there: {pattern!r}"


def chosen(cases: Sequence[Case], split: str | None = None, limit: int | None = None) -> list[Case]:
    """Selects the cases of one half, or all; at most `limit`, those with the lowest hashes: a stable sample."""
    kept = [case for case in cases if split in (None, case.split)]
    if limit is None or limit >= len(kept):
        return kept
    lowest = {c.id for c in sorted(kept, key=lambda c: hashlib.sha256(f"sample {c.id}".encode()).digest())[:limit]}
    return [case for case in kept if case.id in lowest]


def _text(value: object) -> str:
    if not isinstance(value, str) or not value.strip():
        raise TypeError(f"{value!r} is not a text")
    return value


def _list(value: object) -> Sequence[Any]:
    if not isinstance(value, list) or not value:
        raise TypeError(f"{value!r} is not a group of patterns")
    return value


def _compiles(pattern: str) -> bool:
    try:
        re.compile(pattern)
    except re.error:
        return False
    return True

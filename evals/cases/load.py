"""Cases: a question, what is right, and the exact spans that say so. Each is checked against its corpus.

One JSON object a line. `must` is a list of groups of patterns: of each group one has to be found in the answer.
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
    """Text of a source that supports the right answer, word for word."""

    source: str
    quote: str


@dataclass(frozen=True, slots=True)
class Case:
    """A question and what is right.

    history: the turns before it. must: groups of regular expressions; of each group one matches a right answer.
    must_not: none of these does. sources: a right answer cites at least one of them. spans: what supports it.
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
        """Of all that the case holds: a case that was edited is another one."""
        return hashlib.sha256(json.dumps(asdict(self), sort_keys=True).encode()).hexdigest()[:16]


def split_of(identity: str) -> Split:
    """Half of all ids are dev, half test; an id is always of the same half."""
    return "dev" if hashlib.sha256(identity.encode()).digest()[0] % 2 == 0 else "test"


def load(path: Path, texts: Mapping[str, str]) -> list[Case]:
    """The cases of a file, each checked against the corpus's texts by source.

    Raises CaseError, which names everything that is wrong, a line each.
    """
    cases, wrong = [], []
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except OSError as error:
        raise CaseError(f"{path}: {error.strerror}. Name a file of cases, one JSON object a line.") from None
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
        raise CaseError(f"{path.name} cannot be used. Mend these:\n" + "\n".join(wrong or ["there is no case in it"]))
    return cases


def parse(row: Mapping[str, Any]) -> Case:
    """A case from its JSON object. Raises KeyError, TypeError or ValueError for what is none."""
    if unknown := set(row) - {field.name for field in fields(Case)}:
        raise ValueError(f"unknown keys: {', '.join(sorted(unknown))}")
    if not isinstance(row["answerable"], bool):
        raise TypeError("answerable is true or false")
    split = row.get("split") or split_of(row["id"])
    if split not in ("dev", "test"):
        raise ValueError(f"split is {split!r}: dev or test")
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
    """What is wrong with a case, in words."""
    yield from (f"{turn.role!r} is no role: user or assistant" for turn in case.history
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
    """The cases of one half, or all; at most `limit`, the ones with the lowest hashes: a sample that never changes."""
    kept = [case for case in cases if split in (None, case.split)]
    if limit is None or limit >= len(kept):
        return kept
    lowest = {c.id for c in sorted(kept, key=lambda c: hashlib.sha256(f"sample {c.id}".encode()).digest())[:limit]}
    return [case for case in kept if case.id in lowest]


def _text(value: object) -> str:
    if not isinstance(value, str) or not value.strip():
        raise TypeError(f"{value!r} is no text")
    return value


def _list(value: object) -> Sequence[Any]:
    if not isinstance(value, list) or not value:
        raise TypeError(f"{value!r} is no group of patterns")
    return value


def _compiles(pattern: str) -> bool:
    try:
        re.compile(pattern)
    except re.error:
        return False
    return True

"""Figures and dates on which sources differ."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from assistant.evidence.answer_spans import answering
from assistant.evidence.sentences import read
from assistant.extractive.counted_nouns import Nouns
from assistant.language.entities import numbers
from assistant.language.words import stem, words
from assistant.query.analyze import Question
from assistant.types import AnswerSpan, Evidence, QuotedLine

MAX_SIDES = 6
LIKELY = 0.3  # the probability of answering from which on a line is a side
FAR = 50.0  # times; how far figures of one source may be apart


def detect_conflict(question: Question, lines: Sequence[QuotedLine], nouns: Nouns) -> tuple[QuotedLine, ...]:
    """The likely lines that give different figures or dates for what was asked, newest first; empty where they agree.

    lines: likeliest first.
    """
    if question.wanted not in {"number", "date"}:
        return ()
    known = [replace(line, answer=_value(question, line.evidence.text, nouns)) for line in lines]
    if known[0].answer is None:
        return ()
    best = known[0].evidence
    sides: list[QuotedLine] = []
    for line in known:
        if line.answer is None or (line is not known[0] and line.evidence.probability < LIKELY):
            continue
        if line is not known[0] and not _about(question, line.evidence):
            continue
        if not numbered_alike(question, best, line.evidence):
            continue
        if question.wanted == "date" and (line.answer.value.isalpha() or _again(line, sides)):
            continue
        if question.wanted == "number" and not all(_comparable(line, side) for side in sides):
            continue
        agreeing = [side for side in sides if side.answer and same(line.answer.value, side.answer.value)]
        # a source that agrees is shown once too: that two say so is worth knowing
        if not any(side.evidence.source == line.evidence.source for side in agreeing):
            sides.append(line)
    if len({side.evidence.source for side in sides}) < 2 or _agree(sides):
        return ()
    return tuple(sorted(sides[:MAX_SIDES], key=lambda side: side.evidence.chunk.date or "", reverse=True))


def _value(question: Question, text: str, nouns: Nouns) -> AnswerSpan | None:
    """The figure or date that answers; no number that counts another thing than the question does."""
    found = answering(question, text)
    return found if found is None or question.wanted != "number" or nouns.counted(question, found.counted) else None


def _again(line: QuotedLine, sides: Sequence[QuotedLine]) -> bool:
    """Whether a source has spoken: two dates in one source are of two events, not a disagreement with itself."""
    return any(side.evidence.source == line.evidence.source for side in sides)


def _agree(sides: Sequence[QuotedLine]) -> bool:
    """Whether all give values that may be the same."""
    values = [side.answer.value for side in sides if side.answer]
    return all(same(one, other) for one in values for other in values)


def _comparable(one: QuotedLine, other: QuotedLine) -> bool:
    """Figures of one source that are far apart are of different things, not a disagreement with itself."""
    if one.answer is None or other.answer is None or one.evidence.source != other.evidence.source:
        return True
    low, high = sorted(float(line.answer.value.rstrip("%")) for line in (one, other) if line.answer)
    return high <= low * FAR


def _about(question: Question, e: Evidence) -> bool:
    """Whether a sentence names at least half of what the question names."""
    present = {stem(w) for w in words(read(e))}
    named = [all(stem(w) in present for w in words(name)) for name in question.names]
    return not named or 2 * sum(named) >= len(named)


def numbered_alike(question: Question, best: Evidence, other: Evidence) -> bool:
    """Whether a sentence has the question's numbers that the best one has: what is of wheel 4 is not of wheel 3."""
    told = {fact.value for fact in numbers(read(best))} & set(question.numbers)
    return told <= {fact.value for fact in numbers(read(other))}


def same(one: str, other: str) -> bool:
    """Whether two values may be the same: equal, or dates that agree on what both tell."""
    if one == other:
        return True
    if "-" in one or "-" in other:
        a, b = _parts(one), _parts(other)
        shared = [(x, y) for x, y in zip(a, b, strict=False) if x and y]
        return bool(shared) and all(x == y for x, y in shared)
    return False


def _parts(date: str) -> list[str]:
    """Year, month and day of "2024-10-04", "--10-04" or "2024", "" for what is not told."""
    if date.startswith("--"):
        return ["", *date[2:].split("-")]
    return date.split("-")

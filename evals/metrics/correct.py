"""Measures correctness: by the case's patterns, by word overlap with the reference, by conflicting values shown."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from pathlib import PurePosixPath

from assistant.citation.render import unescape
from assistant.types import Answer
from evals.cases.load import Case

ROOM = 1_200  # maximum characters of Markdown: an answer that quotes everything answers nothing
ROOM_FOR_SIDES = 2_500  # the same for a disagreement, whose values must all be shown
_MARKER = re.compile(r"\[\d+\]")
_WORD = re.compile(r"[^\W_]+(?:[.,]\d+)*")
_ARTICLES = frozenset({"a", "an", "the"})


def right(case: Case, answer: Answer) -> bool:
    """Returns whether an answer is correct: it matches the case's patterns and cites a right source, or it refuses."""
    if not case.answerable or answer.abstained:
        return answer.abstained and not case.answerable
    text = unescape(answer.text)
    room = ROOM_FOR_SIDES if case.type == "conflict" else ROOM
    cited = {PurePosixPath(citation.source).name for citation in answer.citations}
    return (
        len(answer.text) <= room
        and all(said(group, text) for group in case.must)
        and not said(case.must_not, text)
        and bool(cited & set(case.sources))
    )


def said(patterns: Sequence[str], text: str) -> bool:
    """Returns whether the text matches one of the patterns, ignoring case."""
    return any(re.search(pattern, text, re.I) for pattern in patterns)


def completeness(case: Case, answer: Answer) -> float | None:
    """Returns the share of the conflicting values that the answer shows. None if the case has no disagreement."""
    if case.type != "conflict" or not case.answerable or len(case.must) < 2:
        return None
    text = "" if answer.abstained else unescape(answer.text)
    return sum(said(group, text) for group in case.must) / len(case.must)


def token_f1(answer: str, reference: str) -> float:
    """Returns the F1 of words as for SQuAD: without case, punctuation and articles."""
    ours, theirs = Counter(_tokens(answer)), Counter(_tokens(reference))
    shared = sum((ours & theirs).values())
    return 2 * shared / (sum(ours.values()) + sum(theirs.values())) if shared else 0.0


def bare(answer: Answer) -> str:
    """Returns the answer's text without markup and markers."""
    return _MARKER.sub("", unescape(answer.text))


def _tokens(text: str) -> list[str]:
    return [word for word in _WORD.findall(text.lower()) if word not in _ARTICLES]

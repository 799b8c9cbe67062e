"""Is the answer right? By patterns that the case names, by words shared with the reference, by both sides shown."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from pathlib import PurePosixPath

from assistant.citation.render import unescape
from assistant.types import Answer
from evals.cases.load import Case

ROOM = 1_200  # characters of Markdown: an answer that says everything answers nothing
ROOM_FOR_SIDES = 2_500  # where each side of a disagreement is to be shown
_MARKER = re.compile(r"\[\d+\]")
_WORD = re.compile(r"[^\W_]+(?:[.,]\d+)*")
_ARTICLES = frozenset({"a", "an", "the"})


def right(case: Case, answer: Answer) -> bool:
    """Whether an answer is right: what must be said is said, of a source that says it; or refused, where it must be."""
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
    """Whether one of the patterns is found, whatever the case of letters."""
    return any(re.search(pattern, text, re.I) for pattern in patterns)


def completeness(case: Case, answer: Answer) -> float | None:
    """The share of the sides of a disagreement that the answer shows. None for what is no disagreement."""
    if case.type != "conflict" or not case.answerable or len(case.must) < 2:
        return None
    text = "" if answer.abstained else unescape(answer.text)
    return sum(said(group, text) for group in case.must) / len(case.must)


def token_f1(answer: str, reference: str) -> float:
    """The harmonic mean of precision and recall of words, as for SQuAD: no case, no punctuation, no articles."""
    ours, theirs = Counter(_tokens(answer)), Counter(_tokens(reference))
    shared = sum((ours & theirs).values())
    return 2 * shared / (sum(ours.values()) + sum(theirs.values())) if shared else 0.0


def bare(answer: Answer) -> str:
    """The answer's words alone: no markup, no markers."""
    return _MARKER.sub("", unescape(answer.text))


def _tokens(text: str) -> list[str]:
    return [word for word in _WORD.findall(text.lower()) if word not in _ARTICLES]

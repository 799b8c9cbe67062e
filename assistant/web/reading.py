"""A document as the source panel shows it: paragraphs of pieces, which together are its text, character for character.

A quote is marked by its offsets, never looked for. So that what is marked can be read back exactly, nothing is left out
of the pieces: what separates two paragraphs is a piece too.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any, NamedTuple

from index.types import Document, Span

WINDOW = 100_000  # characters of a long document that are shown at once
HARD_WRAPPED = 120  # a text with no longer line than this is taken to be wrapped by hand
_BLANK = re.compile(r"\s*\n\s*\n\s*")
_LINE_END = re.compile(r"\s*\n\s*")


class Mark(NamedTuple):
    """A quote to mark: the citation's number and its offsets."""

    number: int
    start: int
    end: int


def window(text: str, around: int) -> Span:
    """The part of a text that is shown: all of it, or WINDOW characters around a place, cut at line ends."""
    if len(text) <= WINDOW:
        return Span(0, len(text))
    start = min(max(around - WINDOW // 2, 0), len(text) - WINDOW)
    end = start + WINDOW
    if start:
        start = text.find("\n", start, start + 2_000) + 1 or start
    if end < len(text):
        end = text.rfind("\n", end - 2_000, end) + 1 or end
    return Span(start, end)


def paragraphs(document: Document, marks: Sequence[Mark], shown: Span) -> list[dict[str, Any]]:
    """The paragraphs of a part of a document, JSON-ready.

    Each has `gap`, the white space before it, and `runs`: pieces with their `text`, `furniture` where they are not
    content, and the numbers of the `marks` that cover them.
    """
    content = [span for span in document.content if span.end > shown.start and span.start < shown.end]
    edges = sorted({edge for part in (*content, *(mark[1:] for mark in marks)) for edge in part})

    def runs(span: Span) -> list[dict[str, Any]]:
        return [_run(document.text, content, marks, start, end) for start, end in _pieces(edges, span)]

    return [{"gap": runs(gap), "runs": runs(span)} for gap, span in _paragraphs(document.text, shown)]


def _paragraphs(text: str, shown: Span) -> Iterator[tuple[Span, Span]]:
    """Each paragraph with the gap before it; together they are all that is shown."""
    longest = max((len(line) for line in text[shown.start : shown.end].split("\n")), default=0)
    ends = _BLANK if longest <= HARD_WRAPPED else _LINE_END
    gap, start = Span(shown.start, shown.start), shown.start
    for match in ends.finditer(text, shown.start, shown.end):
        yield gap, Span(start, match.start())
        gap, start = Span(*match.span()), match.end()
    yield gap, Span(start, shown.end)


def _pieces(edges: Sequence[int], span: Span) -> Iterator[tuple[int, int]]:
    """A span, cut wherever a mark or content begins or ends."""
    inner = edges[bisect_right(edges, span.start) : bisect_left(edges, span.end)]
    cuts = [span.start, *inner, span.end]
    yield from ((a, b) for a, b in pairwise(cuts) if a < b)


def _run(text: str, content: Sequence[Span], marks: Sequence[Mark], start: int, end: int) -> dict[str, Any]:
    within = bisect_right(content, start, key=lambda span: span.start) - 1
    furniture = within < 0 or content[within].end < end
    return {
        "text": text[start:end],
        "furniture": furniture,
        "marks": [mark.number for mark in marks if mark.start <= start and end <= mark.end],
    }

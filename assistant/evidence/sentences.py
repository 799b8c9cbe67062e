"""The sentences of chunks, as exact spans: what may be evidence, and what stands beside it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from assistant.types import Evidence
from index.injection.detect import orders
from index.text.sentences import split
from index.types import Chunk, Span

_LIST_MARKER = re.compile(r"(?:[-*+•‣▪●◦–—·]|\(?\d{1,2}[.)])[ \t\u00a0]+(?=\S)")
_HEADING = re.compile(r"#{1,6}\s")
_UNDERLINE = re.compile(r"\n[ \t]*[=\-~^\"'#*+]{3,}[ \t]*(?:\n|$)")


def sentences(chunks: Sequence[Chunk]) -> list[Evidence]:
    """Each sentence once, though overlapping chunks hold it twice; chunks in the order given.

    Headings are left out, and instructions to the program, which answer nobody's question.
    """
    found: dict[tuple[str, int], Evidence] = {}
    for order, chunk in enumerate(chunks):
        injected = orders(chunk.text)
        for span in spans(chunk):
            text = text_of(chunk, span)
            if not any(char.isalnum() for char in text) or is_heading(chunk, span) or _overlaps(chunk, span, injected):
                continue
            if (chunk.source, span.start) not in found:
                found[chunk.source, span.start] = Evidence(chunk, span.start, span.end, text, order)
    return list(found.values())


def spans(chunk: Chunk) -> list[Span]:
    """The sentences of a chunk as spans of the document, without the bullet or number of a list item."""
    found = []
    for start, end in split(chunk.text):
        marker = _LIST_MARKER.match(chunk.text, start, end)
        found.append(Span(chunk.start + (marker.end() if marker else start), chunk.start + end))
    return found


def neighbours(evidence: Evidence) -> tuple[Span | None, Span | None]:
    """The sentences before and behind in the same chunk, as spans of the document; None for none, or a heading."""
    around = spans(evidence.chunk)
    place = around.index(Span(evidence.start, evidence.end))
    before = around[place - 1] if place > 0 else None
    behind = around[place + 1] if place + 1 < len(around) else None
    injected = orders(evidence.chunk.text)
    return (
        before if before and _is_prose(evidence.chunk, before, injected) else None,
        behind if behind and _is_prose(evidence.chunk, behind, injected) else None,
    )


def is_heading(chunk: Chunk, span: Span) -> bool:
    """Whether a line is marked as a heading: by number signs, or by a line drawn under it."""
    start, end = span.start - chunk.start, span.end - chunk.start
    text = chunk.text
    line = text.rfind("\n", 0, start) + 1
    return bool(_HEADING.match(text, line)) or ("\n" not in text[start:end] and bool(_UNDERLINE.match(text, end)))


def read(evidence: Evidence) -> str:
    """What is read as one: the sentence, with the neighbour that it needs."""
    other = evidence.needs
    if other is None:
        return evidence.text
    return text_of(evidence.chunk, Span(min(evidence.start, other.start), max(evidence.end, other.end)))


def sentence(chunk: Chunk, span: Span, like: Evidence) -> Evidence:
    """Another sentence of a chunk as evidence that ranks as `like` does."""
    return replace(like, start=span.start, end=span.end, text=text_of(chunk, span), needs=None)


def text_of(chunk: Chunk, span: Span) -> str:
    """The text of a span of the chunk's document."""
    return chunk.text[span.start - chunk.start : span.end - chunk.start]


def _is_prose(chunk: Chunk, span: Span, injected: Sequence[Span]) -> bool:
    return not is_heading(chunk, span) and not _overlaps(chunk, span, injected)


def _overlaps(chunk: Chunk, span: Span, injected: Sequence[Span]) -> bool:
    """Whether a sentence is, or holds, an instruction to the program."""
    start, end = span.start - chunk.start, span.end - chunk.start
    return any(one.start < end and start < one.end for one in injected)

"""The sentences and blocks of chunks, as exact spans: what may be evidence, and what stands beside it.

A list item, a table row, a code block, a definition and a "Key: value" line are evidence whole, each with its lead: the
sentence, header or term that gives it meaning. Paragraphs and quotations are taken sentence by sentence.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from assistant.types import Evidence
from index.injection.detect import orders
from index.text.sentences import split
from index.text.structure import block_at, lead_text
from index.types import Chunk, Span

LIST_MARKER = re.compile(r"(?:[-*+•‣▪●◦–—·]|\(?\d{1,2}[.)])[ \t\u00a0]+(?:\[[ xX]\][ \t]+)?(?=\S)")
_WHOLE = frozenset({"item", "table_row", "code", "definition", "field"})
_SILENT = frozenset({"heading", "markup", "page", "table_header"})


def sentences(chunks: Sequence[Chunk]) -> list[Evidence]:
    """Each sentence or block once, though overlapping chunks hold it twice; chunks in the order given.

    Headings are left out, and instructions to the program, which answer nobody's question.
    """
    found: dict[tuple[str, int], Evidence] = {}
    for order, chunk in enumerate(chunks):
        injected = orders(chunk.text)
        for span in spans(chunk):
            text = text_of(chunk, span)
            if not any(char.isalnum() for char in text) or _overlaps(chunk, span, injected):
                continue
            if (chunk.source, span.start) not in found:
                found[chunk.source, span.start] = Evidence(chunk, span.start, span.end, text, order)
    return list(found.values())


def spans(chunk: Chunk) -> list[Span]:
    """The sentences and blocks of a chunk as spans of the document, a list item's without its bullet or number."""
    found: list[Span] = []
    at = chunk.start
    for block in chunk.blocks:
        start, end = max(block.start, at), min(block.end, chunk.end)
        if start >= end or block.kind not in _WHOLE | _SILENT:
            continue
        found += _split(chunk, at, start)
        if block.kind in _WHOLE and (span := _trimmed(chunk, start, end)):
            found.append(span)
        at = end
    return [*found, *_split(chunk, at, chunk.end)]


def lead_of(evidence: Evidence) -> str:
    """The text that gives a block its meaning, such as a list's lead-in or a table's header; "" where there is none."""
    block = block_at(evidence.chunk, evidence.start)
    return lead_text(evidence.chunk, block) if block else ""


def neighbours(evidence: Evidence) -> tuple[Span | None, Span | None]:
    """The sentences before and behind in the same chunk, as spans of the document; None where there is none."""
    around = spans(evidence.chunk)
    place = around.index(Span(evidence.start, evidence.end))
    before = around[place - 1] if place > 0 else None
    behind = around[place + 1] if place + 1 < len(around) else None
    injected = orders(evidence.chunk.text)
    return (
        before if before and not _overlaps(evidence.chunk, before, injected) else None,
        behind if behind and not _overlaps(evidence.chunk, behind, injected) else None,
    )


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


def _split(chunk: Chunk, start: int, end: int) -> list[Span]:
    """The sentences of a part of the chunk, given in offsets of the document."""
    parts = split(chunk.text, start - chunk.start, end - chunk.start) if start < end else []
    found = (_trimmed(chunk, chunk.start + a, chunk.start + b) for a, b in parts)
    return [span for span in found if span]


def _trimmed(chunk: Chunk, start: int, end: int) -> Span | None:
    """A span without the whitespace around it and without a list item's marker; None where nothing is left."""
    text = text_of(chunk, Span(start, end))
    start += len(text) - len(text.lstrip())
    end -= len(text) - len(text.rstrip())
    if start >= end:
        return None
    marker = LIST_MARKER.match(chunk.text, start - chunk.start, end - chunk.start)
    return Span(chunk.start + marker.end() if marker else start, end)


def _overlaps(chunk: Chunk, span: Span, injected: Sequence[Span]) -> bool:
    """Whether a sentence is, or holds, an instruction to the program."""
    start, end = span.start - chunk.start, span.end - chunk.start
    return any(one.start < end and start < one.end for one in injected)

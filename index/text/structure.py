"""Locates a span in its document: its section, its page, and the text that gives it meaning.

Works on the chunk of a search hit, without reading the file again:

    for block in chunk.blocks:             # in order, with offsets in the document
        block_text(chunk, block)           # the unit, verbatim
        lead_text(chunk, block)            # the lead-in, header row or term; "" if there is none
    block_at(chunk, evidence.start)        # the unit that contains a sentence, None for plain text
    section_at(chunk, evidence.start)      # "Leave › Annual leave"
    page_at(chunk, evidence.start)         # 3

All items of one list, and all rows of one table, have the same `group`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from index.types import Block, Chunk, Span

SEPARATOR = " › "
# A longer section path loses its leftmost headings, because the deepest heading says most.
MAX_SECTION_CHARS = 200
MAX_HEADING_CHARS = 90

_HEADING_MARKUP = re.compile(
    r"^\s*(?:#{1,6}|=+|\*+)[ \t]+|[ \t]+#+\s*$|\n[=\-~^\"'`#*+:.]{2,}\s*$|\s*\{[#.][^}]*\}\s*$"
)
_LINK = re.compile(r"!?\[([^\]\[]*)\](?:\([^()\s]*(?:\s+\"[^\"]*\")?\)|\[[^\]]*\])")
_EMPHASIS = re.compile(r"(?<!\w)[*_`]{1,3}(?=\S)|(?<=\S)[*_`]{1,3}(?!\w)")


def heading_text(raw: str) -> str:
    """Returns a heading on one line without its markup."""
    text = _HEADING_MARKUP.sub("", _HEADING_MARKUP.sub("", raw.strip()))
    plain = " ".join(_EMPHASIS.sub("", _LINK.sub(r"\1", text)).split())
    return plain if len(plain) <= MAX_HEADING_CHARS else plain[: MAX_HEADING_CHARS - 1].rstrip() + "…"


def section_path(headings: Sequence[tuple[int, str]]) -> str:
    """Joins nested headings into a path, the outermost first. headings: (level, text)."""
    parts = [text for _, text in headings if text]
    while len(parts) > 1 and sum(map(len, parts)) + len(SEPARATOR) * len(parts) > MAX_SECTION_CHARS:
        parts.pop(0)
    return SEPARATOR.join(parts)


def nest(open_headings: list[tuple[int, str]], level: int, text: str) -> None:
    """Adds a heading to the open ones; it closes those of its level and deeper levels."""
    while open_headings and open_headings[-1][0] >= level:
        open_headings.pop()
    open_headings.append((level, text))


def block_text(chunk: Chunk, block: Block) -> str:
    """Returns the part of a block that lies in the chunk."""
    return chunk.text[max(0, block.start - chunk.start) : max(0, block.end - chunk.start)]


def lead_text(chunk: Chunk, block: Block) -> str:
    """Returns the text that gives a block its meaning, or ""."""
    return span_text(chunk, block.lead) if block.lead else ""


def span_text(chunk: Chunk, span: Span) -> str:
    """Returns the text of a span in the chunk, or of a lead outside it; "" for any other span."""
    if chunk.start <= span.start and span.end <= chunk.end:
        return chunk.text[span.start - chunk.start : span.end - chunk.start]
    return next((text for lead, text in chunk.leads if lead == span), "")


def block_at(chunk: Chunk, offset: int) -> Block | None:
    """Returns the block that contains the character at `offset` of the document."""
    return next((block for block in chunk.blocks if block.start <= offset < block.end), None)


def page_at(chunk: Chunk, offset: int) -> int | None:
    """Returns the page of the character at `offset` of the document."""
    page = chunk.page
    for block in chunk.blocks:
        if block.kind == "page" and block.start <= offset:
            page = block.level
    return page


def section_at(chunk: Chunk, offset: int) -> str:
    """Returns the section path of the character at `offset` of the document.

    A chunk with several headings begins with one of them and contains none above it, so their levels suffice.
    """
    headings = [block for block in chunk.blocks if block.kind == "heading" and block.start <= offset]
    path = [(0, part) for part in chunk.section.split(SEPARATOR) if part]
    if headings and headings[0].start == chunk.start and path:
        path[-1] = (headings.pop(0).level, path[-1][1])
    for heading in headings:
        nest(path, heading.level, heading_text(block_text(chunk, heading)))
    return section_path(path)


def within(blocks: Iterable[Block], span: Span) -> tuple[Block, ...]:
    """Returns the blocks that overlap a span, and the page breaks in it; in order."""
    return tuple(
        block
        for block in blocks
        if (block.start < span.end and span.start < block.end)
        or (block.kind == "page" and span.start < block.start < span.end)
    )

"""Documents → chunks: whole sentences and blocks of content, a token budget, exact offsets.

A heading begins a new chunk, unless what came before is short and above it. A list item, a table row and a block of
code are never cut where they fit, and what introduces a list is not left behind at the end of a chunk.
"""

from __future__ import annotations

import hashlib
import re
from bisect import bisect_left, bisect_right
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, replace

from index.text.sentences import split
from index.text.structure import heading_text, nest, section_path, within
from index.text.titles import date_of_heading
from index.text.tokens import count
from index.types import Block, Chunk, Document, Span

# To be raised with any change that gives other chunks of the same file: reading, cleaning, sentences, packing.
CHUNKING_VERSION = "3"
DEFAULT_BUDGET = 220
DEFAULT_OVERLAP = 40
# One character can take four tokens; a smaller budget could not hold any text.
SMALLEST_BUDGET = 8
# The longest run without whitespace that is counted in one go: the tokeniser is slower than linear in it.
LONGEST_WORD = 400
# Ordinary text has about 4 characters a token; this many times the budget is above it for certain in any language.
LONGEST_TOKEN = 20
# A section with less than this share of the budget does not fill a chunk of its own.
SHORT_SECTION = 0.4
# Blocks that are one piece each; the text of the others is packed by sentences.
WHOLE = frozenset(("heading", "item", "table_header", "table_row", "code", "term", "definition", "field"))

LONGEST_HEADING = 300  # characters of a heading in which a date is looked for

_WORD = re.compile(r"\S+")


def chunk(document: Document, budget: int = DEFAULT_BUDGET, overlap: int = DEFAULT_OVERLAP) -> list[Chunk]:
    """The chunks of a document, in order of their start.

    budget: the most tokens (cl100k_base) of one chunk; at least 8.
    overlap: the most tokens that a chunk repeats of the one before, in whole sentences; less than the budget.
    A chunk lies inside one content span. A sentence above the budget is cut at whitespace, or anywhere without it.
    Raises ValueError for a budget or an overlap that cannot be kept.
    """
    if budget < SMALLEST_BUDGET:
        raise ValueError(f"The budget of a chunk must be at least {SMALLEST_BUDGET} tokens, not {budget}.")
    if not 0 <= overlap < budget:
        raise ValueError(f"The overlap must be from 0 to less than the budget of {budget} tokens, not {overlap}.")
    spans: list[Span] = []
    for content in document.content:
        for section in _sections(_units(document, content, budget), budget * SHORT_SECTION):
            spans.extend(_pack(document.text, section, budget, overlap))
    return _chunks(document, spans)


def _chunks(document: Document, spans: list[Span]) -> list[Chunk]:
    """The chunks of these spans, each with where it stands."""
    result: list[Chunk] = []
    path: list[tuple[int, str]] = []
    dates: list[tuple[int, str]] = []  # of the open headings, "" for none
    page: int | None = None
    waiting = deque(block for block in document.blocks if block.kind in ("heading", "page"))
    starts = [block.start for block in document.blocks]
    for position, span in enumerate(spans):
        while waiting and waiting[0].start <= span.start:
            block = waiting.popleft()
            if block.kind == "page":
                page = block.level
            else:
                heading = heading_text(document.text[block.start : block.end])
                nest(path, block.level, heading)
                nest(dates, block.level, date_of_heading(heading) or "")
        near = document.blocks[max(0, bisect_right(starts, span.start) - 2) : bisect_left(starts, span.end)]
        result.append(_chunk(document, span, position, section_path(path), page, within(near, span), _newest(dates)))
    return result


def _chunk(
    document: Document,
    span: Span,
    position: int,
    section: str,
    page: int | None,
    blocks: tuple[Block, ...],
    date: str,
) -> Chunk:
    text = document.text[span.start : span.end]
    key = "\x00".join((document.source, document.sha256, str(span.start), str(span.end), text))
    outside = {block.lead for block in blocks if block.lead and not _is_inside(block.lead, span)}
    return Chunk(
        id=hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()[:32],
        source=document.source,
        title=document.title,
        date=date or document.date,
        start=span.start,
        end=span.end,
        position=position,
        text=text,
        sha256=document.sha256,
        section=section,
        page=page,
        blocks=blocks,
        leads=tuple((lead, document.text[lead.start : lead.end]) for lead in sorted(outside)),
    )


def _newest(dates: list[tuple[int, str]]) -> str:
    """The date of the innermost heading that has one."""
    return next((date for _, date in reversed(dates) if date), "")


def _is_inside(inner: Span, outer: Span) -> bool:
    return outer.start <= inner.start and inner.end <= outer.end


@dataclass(frozen=True, slots=True)
class _Unit:
    """What is packed whole: `tokens` of the span with the whitespace before it.

    level: of a heading, else 0. dated: whether the heading dates what stands under it.
    leads: whether it introduces what comes next, and belongs into the same chunk.
    """

    span: Span
    tokens: int
    level: int = 0
    leads: bool = False
    dated: bool = False


def _units(document: Document, content: Span, budget: int) -> list[_Unit]:
    """Sentences, and blocks that are one piece, in order; those above the budget are cut up."""
    leads = {block.lead.end for block in document.blocks if block.lead and block.kind != "table_row"}
    spans: list[Span] = []
    levels: dict[int, int] = {}
    for span, block in _regions(document, content):
        if block is None or block.kind not in WHOLE:
            spans.extend(split(document.text, *span))
        else:
            spans.append(span)
            levels[span.start] = block.level if block.kind == "heading" else 0
    units = _measured(document.text, spans, budget)
    dated = {start for start, level in levels.items() if level and _dates(document, start)}
    return [
        replace(
            unit,
            level=levels.get(unit.span.start, 0),
            leads=unit.span.end in leads,
            dated=unit.span.start in dated,
        )
        for unit in units
    ]


def _dates(document: Document, start: int) -> bool:
    """Whether the heading at `start` says a date."""
    line = document.text[start : start + LONGEST_HEADING].partition("\n")[0]
    return date_of_heading(heading_text(line)) is not None


def _regions(document: Document, content: Span) -> Iterator[tuple[Span, Block | None]]:
    """A content span as blocks that are one piece, and as the text between them, in which sentences are looked for."""
    at = content.start
    starts = [block.start for block in document.blocks]
    first = max(0, bisect_right(starts, content.start) - 1)
    for block in document.blocks[first : bisect_left(starts, content.end)]:
        if block.kind not in WHOLE and block.kind != "markup":
            continue
        start, end = max(block.start, at), min(block.end, content.end)
        if start >= end:
            continue
        if document.text[at:start].strip():
            yield Span(at, start), None
        if block.kind != "markup" and (span := _stripped(document.text, start, end)):
            yield span, block
        at = end
    if document.text[at : content.end].strip():
        yield Span(at, content.end), None


def _stripped(text: str, start: int, end: int) -> Span | None:
    raw = text[start:end]
    return Span(start + len(raw) - len(raw.lstrip()), start + len(raw.rstrip())) if raw.strip() else None


def _measured(text: str, spans: list[Span], budget: int) -> list[_Unit]:
    """Spans as units, those above the budget in pieces."""
    # Far above the budget, a sentence is cut before it is counted: counting it whole could take minutes.
    longest = budget * LONGEST_TOKEN
    befores = [span.start for span in spans[:1]] + [span.end for span in spans[:-1]]
    sizes = count([text[max(before, s.end - longest) : s.end] for before, s in zip(befores, spans, strict=True)])
    units: list[_Unit] = []
    for span, size in zip(spans, sizes, strict=True):
        if size <= budget and span.end - span.start <= longest:
            units.append(_Unit(span, size))
            continue
        pieces = [piece for part in split(text, *span) for piece in _fitting(text, part, budget)]
        tokens = count([text[piece.start : piece.end] for piece in pieces])
        units.extend(map(_Unit, pieces, tokens))
    return units


def _fitting(text: str, sentence: Span, budget: int) -> list[Span]:
    """A sentence, or its pieces where it is above the budget."""
    if sentence.end - sentence.start <= budget * LONGEST_TOKEN and count([text[slice(*sentence)]])[0] <= budget:
        return [sentence]
    return _pieces(text, sentence, budget)


def _sections(units: list[_Unit], short: float) -> Iterator[list[_Unit]]:
    """Units in groups that a chunk may hold: a heading begins a new one.

    It does not behind headings alone, nor behind fewer than `short` tokens of a section that it is not above, unless
    it dates what stands under it.
    """
    section: list[_Unit] = []
    tokens, text = 0, False
    for unit in units:
        first = section[0].level if section else 0
        if unit.level and section and text and (tokens >= short or unit.level < first or unit.dated):
            yield section
            section, tokens, text = [], 0, False
        section.append(unit)
        tokens += unit.tokens
        text |= not unit.level
    if section:
        yield section


def _pieces(text: str, sentence: Span, budget: int) -> list[Span]:
    """A sentence above the budget in pieces that keep it, cut at whitespace where there is any."""
    words = list(_words(text, sentence, min(LONGEST_WORD, max(1, budget // 4))))
    # Each word is counted with one space, so that the pieces' own counts are hardly ever larger than the sums.
    sizes = count([" " + text[word.start : word.end] for word in words])
    return _pack(text, [_Unit(word, size) for word, size in zip(words, sizes, strict=True)], budget, 0)


def _words(text: str, sentence: Span, longest: int) -> Iterator[Span]:
    """The words of a sentence, those of more than LONGEST_WORD characters in parts of `longest`."""
    for match in _WORD.finditer(text, sentence.start, sentence.end):
        start, end = match.span()
        if end - start <= longest:
            yield Span(start, end)
        else:
            yield from (Span(cut, min(cut + longest, end)) for cut in range(start, end, longest))


def _pack(text: str, units: list[_Unit], budget: int, overlap: int) -> list[Span]:
    """Greedy: as many neighbours as the budget holds, each pack starting with up to `overlap` tokens of the last."""
    packs: list[list[Span]] = []
    first = 0
    while first < len(units):
        last, total = first + 1, units[first].tokens
        while last < len(units) and total + units[last].tokens <= budget:
            total += units[last].tokens
            last += 1
        kept = last
        while last < len(units) and kept - 1 > first and (units[kept - 1].level or units[kept - 1].leads):
            kept -= 1  # a heading or a lead-in goes with what it is of
        last = kept
        packs.append([unit.span for unit in units[first:last]])
        if last == len(units):
            break
        first = _step_back(first, last, units, overlap, budget)
    return _within(text, packs, budget)


def _step_back(first: int, last: int, units: list[_Unit], overlap: int, budget: int) -> int:
    """Where the next pack begins, so that it repeats at most `overlap` tokens and still holds unit `last`.

    Nothing is repeated of before a heading.
    """
    if units[last].level:
        return last
    again, total = last, 0
    while (
        again - 1 > first
        and not units[again - 1].level
        and total + units[again - 1].tokens <= min(overlap, budget - units[last].tokens)
    ):
        again -= 1
        total += units[again].tokens
    return again


def _within(text: str, packs: list[list[Span]], budget: int) -> list[Span]:
    """The spans of the packs, each within the budget by its own count: joined, text can take more than its parts.

    One that does not keep the budget is cut in two between its units, or inside its only unit.
    """
    spans = [Span(pack[0].start, pack[-1].end) for pack in packs]
    result: list[Span] = []
    for pack, span, size in zip(packs, spans, count([text[s.start : s.end] for s in spans]), strict=True):
        if size <= budget:
            result.append(span)
            continue
        middle, cut = len(pack) // 2, (span.start + span.end) // 2
        halves = [pack[:middle], pack[middle:]] if middle else [[Span(span.start, cut)], [Span(cut, span.end)]]
        result.extend(_within(text, halves, budget))
    return result

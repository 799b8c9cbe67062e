"""Quotes → the answer's Markdown: paragraphs, lists, table rows and code as they are read, each with its markers."""

from __future__ import annotations

from itertools import pairwise

from assistant.citation.citations import Citations, markers
from assistant.citation.display import display_text, table_cells
from assistant.citation.render import escape
from assistant.evidence.sentences import LIST_MARKER
from assistant.language.entities import dates, names, numbers
from assistant.types import AnswerSpan, Claim, Conflict, Evidence, QuotedLine, QuoteDraft
from index.text.structure import lead_text
from index.types import Block, Span

DIFFER = "The sources differ. Newest first:"
DIFFER_UNDATED = "The sources differ:"
_LINE_BREAK = "  \n"


def compose_quotes(draft: QuoteDraft, citations: Citations) -> tuple[str, tuple[Conflict, ...]]:
    """The answer's Markdown with markers, and its conflicts.

    Raises ReadError where a quote does not hold against its file.
    """
    if not draft.differ:
        return "\n\n".join(_quoted(line, citations) for line in draft.lines), ()
    rows, claims = [], []
    for line in draft.lines:
        e = line.evidence
        numbers = _numbers(line, citations)
        rows.append(f"- {_sentence(line)} {markers(numbers)} ({escape(e.source)}, {e.chunk.date or 'date unknown'})")
        shown = e.text[line.answer.start : line.answer.end] if line.answer else e.text
        claims.append(Claim(shown, numbers[0], e.source, e.chunk.date))
    dated = any(line.evidence.chunk.date for line in draft.lines)
    return "\n".join([DIFFER if dated else DIFFER_UNDATED, "", *rows]), (Conflict(draft.kind, tuple(claims)),)


def _numbers(line: QuotedLine, citations: Citations) -> list[int]:
    return [citations.number(e.chunk, Span(e.start, e.end)) for e in (line.evidence, *line.witnesses)]


def _quoted(line: QuotedLine, citations: Citations) -> str:
    """A line of the answer as Markdown, its markers behind it."""
    marked = markers(_numbers(line, citations))
    blocks = [b for b in line.evidence.chunk.blocks if b.start < line.evidence.end and line.evidence.start < b.end]
    shaped = [b for b in blocks if b.kind in {"item", "code", "table_row", "table_header"}]
    if len(shaped) > 1 or any(b.kind in {"code", "table_row"} for b in shaped):
        return f"{_shaped(line.evidence, shaped)} {marked}"
    return f"{_sentence(line)} {marked}"


def _shaped(e: Evidence, blocks: list[Block]) -> str:
    """A quote that holds a list, code or rows of a table, each as its own lines."""
    parts: list[str] = []
    at = e.start
    for block in blocks:
        before = _one_line(display_text(_slice(e, at, block.start), e.source))
        if any(char.isalnum() for char in before):
            parts.append(escape(before))
        if block.kind != "table_header":  # its cells stand before those of each row
            parts.append(_block(e, block))
        at = block.end
    rest = _one_line(display_text(_slice(e, at, e.end), e.source))
    if any(char.isalnum() for char in rest):
        parts.append(escape(rest))
    return _joined(parts)


def _joined(parts: list[str]) -> str:
    """Parts as Markdown: items follow one another, everything else is a paragraph of its own."""
    text = parts[0] if parts else ""
    for before, part in pairwise(parts):
        text += ("\n" if before.startswith("- ") and part.startswith("- ") else "\n\n") + part
    return text


def _block(e: Evidence, block: Block) -> str:
    raw = _slice(e, block.start, block.end)
    if block.kind == "code":
        return _code(raw)
    if block.kind == "table_row":
        return _row(e, block, raw)
    return f"- {escape(_one_line(display_text(_without_bullet(raw), e.source)))}"


def _code(raw: str) -> str:
    """Code line by line, without the fence around it."""
    lines = [line for line in raw.splitlines() if line.strip() and not line.strip().startswith(("```", "~~~"))]
    return _LINE_BREAK.join(escape(line.strip()) for line in lines)


def _row(e: Evidence, block: Block, raw: str) -> str:
    """A row of a table, each cell behind its column's name."""
    cells = [_one_line(display_text(cell, e.source)) for cell in table_cells(raw)]
    names = [_one_line(display_text(cell, e.source)) for cell in table_cells(lead_text(e.chunk, block))]
    if len(names) != len(cells):
        names = [""] * len(cells)
    named = [f"{name}: {cell}" if name else cell for name, cell in zip(names, cells, strict=True) if cell]
    return escape("; ".join(named))


def _sentence(line: QuotedLine) -> str:
    """A quote on one line, its answering words in bold where they are sure."""
    e, answer = line.evidence, line.answer
    shown = _one_line(display_text(e.text, e.source))
    words = _words(e, answer)
    if not words or shown.count(words) != 1 or words == shown:
        return escape(shown)
    before, _, after = shown.partition(words)
    return f"{escape(before)}**{escape(words)}**{escape(after)}"


def _words(e: Evidence, answer: AnswerSpan | None) -> str:
    if answer is None or not answer.sure:
        return ""
    start, end = answer.start, answer.end
    for fact in (*dates(e.text), *numbers(e.text), *names(e.text)):
        # half of a date or name is never in bold
        if fact.start < answer.end and answer.start < fact.end:
            start, end = min(start, fact.start), max(end, fact.end)
    return _one_line(display_text(e.text[start:end], e.source))


def _slice(e: Evidence, start: int, end: int) -> str:
    start, end = max(start, e.start), min(end, e.end)
    return e.text[start - e.start : end - e.start] if start < end else ""


def _without_bullet(text: str) -> str:
    match = LIST_MARKER.match(text)
    return text[match.end() :] if match else text


def _one_line(text: str) -> str:
    """Line breaks of the file are shown as spaces. The citation's quote keeps them."""
    return " ".join(text.split())

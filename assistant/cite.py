"""A draft of quotes → text with markers and checked citations. Here alone are markers and numbers given out."""

from __future__ import annotations

from assistant.conflict import Line
from assistant.library import Library
from assistant.quote import Draft
from assistant.render import escape
from assistant.types import Citation, Claim, Conflict
from index.types import Span

DIFFER = "The sources differ. Newest first:"


def compose(draft: Draft, library: Library) -> tuple[str, tuple[Citation, ...], tuple[Conflict, ...]]:
    """The answer's Markdown, its citations numbered in order of appearance, and its conflicts.

    Raises ReadError where a quote does not hold against its file.
    """
    citations: list[Citation] = []
    if not draft.differ:
        return "\n\n".join(_line(line, library, citations) for line in draft.lines), tuple(citations), ()
    rows, claims = [], []
    for line in draft.lines:
        e, number = line.evidence, len(citations) + 1
        rows.append(f"- {_line(line, library, citations)} ({escape(e.source)}, {e.chunk.date or 'date unknown'})")
        shown = e.text[line.answer.start : line.answer.end] if line.answer else e.text
        claims.append(Claim(shown, number, e.source, e.chunk.date))
    return "\n".join([DIFFER, "", *rows]), tuple(citations), (Conflict(draft.kind, tuple(claims)),)


def _line(line: Line, library: Library, citations: list[Citation]) -> str:
    first = len(citations) + 1
    for e in (line.evidence, *line.witnesses):
        citations.append(library.cite(len(citations) + 1, e.chunk, Span(e.start, e.end)))
    markers = "".join(f"[{n}]" for n in range(first, len(citations) + 1))
    return f"{_shown(line)} {markers}"


def _shown(line: Line) -> str:
    """The quote as Markdown, its answering words in bold."""
    text, found = line.evidence.text, line.answer
    if found is None or not found.sure:
        return _joined(escape(text))
    before, words, after = text[: found.start], text[found.start : found.end], text[found.end :]
    return _joined(f"{escape(before)}**{escape(words)}**{escape(after)}")


def _joined(markdown: str) -> str:
    """One line: a quote's line breaks are shown as spaces. The citation's quote keeps them."""
    return " ".join(markdown.split())

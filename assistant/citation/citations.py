"""A draft of quotes → text with markers and checked citations. Here alone are numbers given out."""

from __future__ import annotations

from collections.abc import Iterable

from assistant.citation.render import escape
from assistant.citation.source_files import Library
from assistant.types import Citation, Claim, Conflict, QuotedLine, QuoteDraft
from index.types import Chunk, Span

DIFFER = "The sources differ. Newest first:"


class Citations:
    """Gives out numbers: 1 for what is cited first. What is cited again keeps its number."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._numbers: dict[tuple[str, int, int], int] = {}
        self._made: list[Citation] = []

    def number(self, chunk: Chunk, span: Span) -> int:
        """The number of `span`, a span of the chunk's document. Raises ReadError where it does not hold there."""
        key = (chunk.source, span.start, span.end)
        if key not in self._numbers:
            self._made.append(self._library.cite(len(self._made) + 1, chunk, span))
            self._numbers[key] = len(self._made)
        return self._numbers[key]

    def made(self) -> tuple[Citation, ...]:
        """All citations so far, by number."""
        return tuple(self._made)


def compose(draft: QuoteDraft, citations: Citations) -> tuple[str, tuple[Conflict, ...]]:
    """The answer's Markdown with markers, and its conflicts.

    Raises ReadError where a quote does not hold against its file.
    """
    if not draft.differ:
        return "\n\n".join(_line(line, citations)[0] for line in draft.lines), ()
    rows, claims = [], []
    for line in draft.lines:
        e = line.evidence
        text, number = _line(line, citations)
        rows.append(f"- {text} ({escape(e.source)}, {e.chunk.date or 'date unknown'})")
        shown = e.text[line.answer.start : line.answer.end] if line.answer else e.text
        claims.append(Claim(shown, number, e.source, e.chunk.date))
    return "\n".join([DIFFER, "", *rows]), (Conflict(draft.kind, tuple(claims)),)


def markers(numbers: Iterable[int]) -> str:
    """Numbers as they stand behind a sentence."""
    return "".join(f"[{n}]" for n in numbers)


def _line(line: QuotedLine, citations: Citations) -> tuple[str, int]:
    """A line of the answer, and the number of its first citation."""
    numbers = [citations.number(e.chunk, Span(e.start, e.end)) for e in (line.evidence, *line.witnesses)]
    return f"{_shown(line)} {markers(numbers)}", numbers[0]


def _shown(line: QuotedLine) -> str:
    """The quote as Markdown, its answering words in bold."""
    text, found = line.evidence.text, line.answer
    if found is None or not found.sure:
        return _joined(escape(text))
    before, words, after = text[: found.start], text[found.start : found.end], text[found.end :]
    return _joined(f"{escape(before)}**{escape(words)}**{escape(after)}")


def _joined(markdown: str) -> str:
    """One line: a quote's line breaks are shown as spaces. The citation's quote keeps them."""
    return " ".join(markdown.split())

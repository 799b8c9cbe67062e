"""Numbers citations. No other module assigns numbers."""

from __future__ import annotations

from collections.abc import Iterable

from assistant.citation.source_files import Library
from assistant.types import Citation
from index.types import Chunk, Span


class Citations:
    """Numbers citations from 1 in order of first use. A span that is cited again keeps its number."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._numbers: dict[tuple[str, int, int], int] = {}
        self._made: list[Citation] = []

    def number(self, chunk: Chunk, span: Span) -> int:
        """Returns the number of a span of the chunk's document. Raises ReadError if the file no longer contains it."""
        key = (chunk.source, span.start, span.end)
        if key not in self._numbers:
            self._made.append(self._library.cite(len(self._made) + 1, chunk, span))
            self._numbers[key] = len(self._made)
        return self._numbers[key]

    def made(self) -> tuple[Citation, ...]:
        """All citations so far, by number."""
        return tuple(self._made)


def markers(numbers: Iterable[int]) -> str:
    """Numbers as they stand behind a sentence."""
    return "".join(f"[{n}]" for n in numbers)

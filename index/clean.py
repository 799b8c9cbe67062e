"""Content spans (first version: everything)."""

from __future__ import annotations

from index.lines import lines
from index.types import Span


def content_spans(text: str) -> tuple[Span, ...]:
    found = list(lines(text))
    return (Span(found[0].start, found[-1].end),) if found else ()

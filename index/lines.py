"""Where the lines of a text break its sentences: paragraphs, headings, list items, table rows.

A newline says two different things. In text that was wrapped at a fixed width it is only a space; in text where each
line is a paragraph or a heading it ends a sentence. Nothing marks which, so it is told from the lines themselves: a
line was wrapped when the next line's first word would not have fitted behind it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from index.types import Span

# The narrowest and widest columns that are taken for wrapped text, in characters.
NARROWEST, WIDEST = 40, 140
# A column of proportional type, as extracted from a PDF, varies in its number of characters.
SLACK = 0.88
# Scripts without spaces have no first word; more than this many characters are not taken for one.
LONGEST_WORD = 15

# A line that starts one of these is a unit of its own: bullets, numbers, headings, quotes, tables, code fences.
_OPENS_UNIT = re.compile(r"[-–—•◦▪‣●○■□·∙*+>]\s|(?:\d{1,3}|[A-Za-z]|[ivxIVX]{1,5})[.)]\s|\(\w{1,3}\)\s|#{1,6}\s|\||```|~~~")  # noqa: RUF001
# A line that is complete in itself: the next one never continues it.
_CLOSES_UNIT = re.compile(r"#{1,6}\s|\||```|~~~|[-=_*~\s]+$")
_FIRST_WORD = re.compile(r"\S{1,15}")


def lines(text: str, start: int = 0, end: int | None = None) -> Iterator[Span]:
    """The lines of `text[start:end]` that hold more than whitespace, stripped, as absolute spans, in order.

    Lines end at what `str.splitlines` calls a line end except the separators that occur inside lines of real files
    (form feed counts, the ASCII file, group and record separators do not).
    """
    for match in _LINE.finditer(text, start, len(text) if end is None else end):
        yield Span(match.start(), match.end())


# From the first visible character of a line to its last: no newline in between.
_LINE = re.compile(r"[^\s](?:[^\n\r\f\v\x85\u2028\u2029]*[^\s])?")
_BLANK_LINE = re.compile(r"(?:\r\n|[\n\r\x85\u2028])[^\S\n\r]*[\n\r\x85\u2028]|[\f\v\u2029]")


def blocks(text: str, start: int = 0, end: int | None = None) -> list[Span]:
    """The spans of `text[start:end]` inside which a newline is only a space; stripped, in order, absolute offsets."""
    found = list(lines(text, start, end))
    if not found:
        return []
    apart = [_apart(text, a, b) for a, b in zip(found, found[1:], strict=False)]
    page = _page_width(found, apart)
    result: list[Span] = []
    first = 0
    for last in range(len(found)):
        if last < len(apart) and not apart[last]:
            continue
        result.extend(_join(text, found[first : last + 1], page))
        first = last + 1
    return result


def _apart(text: str, line: Span, following: Span) -> bool:
    """Whether a blank line, or the start or end of a unit, lies between two neighbouring lines."""
    return (
        _BLANK_LINE.match(text, line.end, following.start) is not None
        or _BLANK_LINE.search(text, line.end, following.start) is not None
        or _OPENS_UNIT.match(text, following.start, following.end) is not None
        or _CLOSES_UNIT.match(text, line.start, line.end) is not None
    )


def _page_width(found: list[Span], apart: list[bool]) -> int:
    """The width in characters at which most lines of the whole text end, or 0 where they are too long to be wrapped."""
    widths = sorted(line.end - line.start for line, alone in zip(found, apart, strict=False) if not alone)
    if not widths:
        return 0
    width = widths[int(len(widths) * 0.9)]
    return width if width <= WIDEST else 0


def _join(text: str, run: list[Span], page: int) -> list[Span]:
    """The lines of one run (no blank line inside), wrapped neighbours put together."""
    widest = max(line.end - line.start for line in run)
    width = max(widest, page)
    if len(run) == 1 or not NARROWEST <= width <= WIDEST:
        return run
    result: list[Span] = []
    open_since = run[0].start
    for line, following in zip(run, run[1:], strict=False):
        if not _is_full(text, line, following, width):
            result.append(Span(open_since, line.end))
            open_since = following.start
    result.append(Span(open_since, run[-1].end))
    return result


def _is_full(text: str, line: Span, following: Span, width: int) -> bool:
    """Whether the first word of the following line would not have fitted behind the line."""
    word = _FIRST_WORD.match(text, following.start, following.end)
    room = word.end() - word.start() if word else 0
    return line.end - line.start + 1 + min(room, LONGEST_WORD) > width * SLACK

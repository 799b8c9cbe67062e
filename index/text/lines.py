"""Finds the newlines that end a sentence: between paragraphs, headings, list items and table rows.

A newline is ambiguous. In text wrapped at a fixed width it is only a space; where each line is a paragraph, a heading
or a verse, it ends a sentence. The lines themselves show which: a line was wrapped if the first word of the next line
would not have fitted on it, and in wrapped prose most of these words begin with a lower-case letter.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple

from index.types import Span

# The narrowest and widest columns of wrapped text, in characters.
NARROWEST, WIDEST = 30, 140
# A column of proportional type, as extracted from a PDF, varies in its number of characters.
SLACK = 0.88
# Scripts without spaces have no first word; it is cut off at this many characters.
LONGEST_WORD = 15
# The minimum shares of the newlines in wrapped text that follow a full line, and that precede a lower-case letter.
LEAST_FULL, LEAST_SMALL = 0.6, 0.33

_BREAK = r"\n\r\f\v\x85\u2028\u2029"
# a line from its first visible character to its last
_LINE = re.compile(rf"[^\s](?:[^{_BREAK}]*[^\s])?")
_BLANK_LINE = re.compile(r"(?:\r\n|[\n\r\x85\u2028])[^\S\n\r]*[\n\r\x85\u2028]|[\f\v\u2029]")
# A line that begins with one of these is a unit of its own: bullets, numbers, headings, quotes, tables, code fences.
_OPENS_UNIT = re.compile(
    r"[-–—•◦▪‣●○■□·∙*+>]\s|(?:\d{1,3}|[A-Za-z]|[ivxIVX]{1,5})[.)]\s|\(\w{1,3}\)\s|#{1,6}\s|\||```|~~~"
)
# A line that the next one never continues.
_CLOSES_UNIT = re.compile(r"#{1,6}\s|\||```|~~~|[-=_*~\s]+$")
_LIST_ITEM = re.compile(r"[-–—•◦▪‣●○■□·∙*+]\s|(?:\d{1,3}|[A-Za-z]|[ivxIVX]{1,5})[.)]\s|\(\w{1,3}\)\s")
_FIRST_WORD = re.compile(r"\S{1,15}")
_TERMINATED = re.compile(r".*[.!?…:;。！？।]['\"”’»)\]]*$", re.DOTALL)


class _Newline(NamedTuple):
    """A newline between two lines of one run. full: the line before it had no room for the next word.

    small: whether that word begins with a lower-case letter; None for scripts without case, digits and symbols.
    """

    width: int
    room: int
    small: bool | None
    terminated: bool

    def full(self, width: int) -> bool:
        return self.width + 1 + self.room > width * SLACK


def lines(text: str, start: int = 0, end: int | None = None) -> Iterator[Span]:
    """Yields the non-blank lines of `text[start:end]`, stripped, as absolute spans, in order."""
    for match in _LINE.finditer(text, start, len(text) if end is None else end):
        yield Span(match.start(), match.end())


def blocks(text: str, start: int = 0, end: int | None = None) -> list[Span]:
    """Returns the spans of `text[start:end]` in which a newline is only a space; stripped, in order, absolute."""
    runs = _runs(text, list(lines(text, start, end)))
    newlines = [[_newline(text, a, b) for a, b in pairwise(run)] for run in runs]
    everywhere = [newline for group in newlines for newline in group]
    page = _usual_width(everywhere)
    page_is_wrapped = _is_wrapped(everywhere, page) is True
    result: list[Span] = []
    for run, group in zip(runs, newlines, strict=True):
        result.extend(_join(text, run, group, page, page_is_wrapped))
    return result


def _runs(text: str, found: list[Span]) -> list[list[Span]]:
    """Groups the lines so that no group contains a blank line or the edge of a list item, heading or table row."""
    runs = [[line] for line in found[:1]]
    for line, following in pairwise(found):
        if (
            _BLANK_LINE.search(text, line.end, following.start)
            or _OPENS_UNIT.match(text, following.start, following.end)
            or _CLOSES_UNIT.match(text, line.start, line.end)
        ):
            runs.append([following])
        else:
            runs[-1].append(following)
    return runs


def _newline(text: str, line: Span, following: Span) -> _Newline:
    word = _FIRST_WORD.match(text, following.start, following.end)
    letter = text[following.start]
    return _Newline(
        width=line.end - line.start,
        room=min(word.end() - word.start(), LONGEST_WORD) if word else 0,
        small=letter.islower() if letter.islower() or letter.isupper() else None,
        terminated=_TERMINATED.match(text, max(line.start, line.end - 8), line.end) is not None,
    )


def _usual_width(newlines: list[_Newline]) -> int:
    """Returns the usual width of the text's lines in characters, or 0 if most are too long for wrapped text."""
    widths = sorted(newline.width for newline in newlines)
    width = widths[int(len(widths) * 0.9)] if widths else 0
    return width if width <= WIDEST else 0


def _is_wrapped(newlines: list[_Newline], width: int) -> bool | None:
    """Returns whether these newlines come from wrapping at `width`; None if there are too few to tell."""
    if len(newlines) < 2 or not NARROWEST <= width <= WIDEST:
        return None if NARROWEST <= width <= WIDEST else False
    full = [newline for newline in newlines if newline.full(width)]
    cased = [newline.small for newline in full if newline.small is not None]
    return len(full) >= LEAST_FULL * len(newlines) and sum(cased) >= LEAST_SMALL * len(cased)


def _hangs(text: str, run: list[Span]) -> bool:
    """Returns whether all lines of a run except the first are indented more than the first."""
    first, *others = (_indent(text, line) for line in run)
    return bool(others) and min(others) > first


def _indent(text: str, line: Span) -> int:
    before = text[max(0, line.start - WIDEST) : line.start]
    return len(before) - len(before.rstrip(" \t\xa0"))


def _join(text: str, run: list[Span], newlines: list[_Newline], page: int, page_is_wrapped: bool) -> list[Span]:
    """Joins the wrapped lines of one run."""
    if _LIST_ITEM.match(text, run[0].start, run[0].end) and _hangs(text, run):
        return [Span(run[0].start, run[-1].end)]
    width = max([page, *(newline.width for newline in newlines), run[-1].end - run[-1].start])
    wrapped = _is_wrapped(newlines, width)
    if wrapped is False and (len(newlines) > 2 or not page_is_wrapped):
        return run
    result: list[Span] = []
    open_since = run[0].start
    for newline, (line, following) in zip(newlines, pairwise(run), strict=True):
        goes_on = newline.small is True and not newline.terminated
        if not (newline.full(width) and (wrapped or page_is_wrapped or goes_on)):
            result.append(Span(open_since, line.end))
            open_since = following.start
    result.append(Span(open_since, run[-1].end))
    return result

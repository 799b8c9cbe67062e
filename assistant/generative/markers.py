"""A line of a model's text → the line without its markers, and where they stood; code is left alone.

Reads as far as it can be certain, so that a line can be read while it is written.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

LONGEST_MARKER = 80  # characters
LONGEST_CODE = 300  # characters between two backticks on a line
_MOST = 20  # numbers of a range

WORD = r"(?:sources?|passages?|documents?|docs?|refs?|references?|citations?|cite|evidence)"
_ONE = r"[\^#]?\d{1,3}(?:[:.]\d{1,3})?(?:\s?[-–—]\s?\d{1,3})?(?!\d)"
_MARKER = re.compile(
    rf"[\[【［]\s*(?!\d{{1,3}}(?:,\d{{3}})+\s*[\]】］])(?:{WORD}[\s:.#]*)?(?P<numbers>{_ONE}(?:\s*(?:,|;|&|\band\b)\s*(?:{WORD}[\s:.#]*)?{_ONE})*)"
    r"\s*(?:†[^\]】［］\n]*)?[\]】］](?:\(https?://[^\s)]*\))?",
    re.I,
)
_NUMBERS = re.compile(r"(\d{1,3})(?:[:.](\d{1,3}))?(?:\s?[-–—]\s?(\d{1,3}))?")

Pointer = tuple[int, int]  # a passage, and a sentence of it; 0 for the passage as a whole
Mark = tuple[int, tuple[Pointer, ...], int]


@dataclass(slots=True)
class Lexed:
    """A line without markers.

    raw: where each character of `plain` stands in the line. marks: (place in plain, numbers, place in the line).
    whole: whether all of the line was read; else what follows `plain` is not certain yet.
    """

    plain: str
    raw: list[int]
    marks: list[Mark]
    whole: bool


def lex(line: str, start: int, complete: bool) -> Lexed:
    """Takes the markers out of a line, but not those in code."""
    out: list[str] = []
    raw: list[int] = []
    marks: list[Mark] = []
    position, after_marker = start, False
    while position < len(line):
        char = line[position]
        stop = position + 1
        if char in "[【［":
            stop = _marker_end(line, position, complete)
        elif char == "`":
            stop = _code_end(line, position, complete)
        if stop == 0:
            return Lexed("".join(out), raw, marks, False)
        match = _MARKER.fullmatch(line, position, stop) if char in "[【［" and stop > position + 1 else None
        if match:
            marks.append((len(out), _read_numbers(match["numbers"]), position))
            after_marker = True
        else:
            if after_marker:
                _mend(out, raw, char, position)
                for number in range(len(marks) - 1, -1, -1):
                    if marks[number][0] <= len(out):
                        break
                    marks[number] = (len(out), *marks[number][1:])
            after_marker = False
            piece = line[position:stop].replace("\n", " ")
            out += piece
            raw += range(position, stop)
        position = stop
    return Lexed("".join(out), raw, marks, complete)


def _mend(out: list[str], raw: list[int], char: str, position: int) -> None:
    """Sees to the space where a marker was taken out, before `char`."""
    closes = char in "”»" or (char == '"' and out.count('"') % 2 == 1)
    if char.isspace() or closes or char in ".,;:!?…)":
        while out and out[-1].isspace():
            out.pop()
            raw.pop()
    elif out and not out[-1].isspace() and (char.isalnum() or char in "\"'“‘(*"):
        out.append(" ")
        raw.append(position)


def _marker_end(line: str, start: int, complete: bool) -> int:
    """Where a marker ends that may begin here; start + 1 where none does, 0 where that is not certain yet."""
    if match := _MARKER.match(line, start, start + LONGEST_MARKER):
        # a link may follow, in round brackets
        rest = line[match.end() : match.end() + 9]
        if (
            complete
            or len(line) >= start + LONGEST_MARKER
            or not "(https://".startswith(rest[:9])
            or match[0][-1] == ")"
        ):
            return match.end()
        return 0
    closing = re.compile(r"[\]】］\n]").search(line, start + 1, start + LONGEST_MARKER)
    certain = complete or closing or len(line) >= start + LONGEST_MARKER
    return start + 1 if certain else 0


def _code_end(line: str, start: int, complete: bool) -> int:
    """Where the code ends that backticks open here; 0 where that is not certain yet."""
    run = re.compile(r"`+").match(line, start)
    assert run
    if run.end() == len(line) and not complete:
        return 0
    closing = re.compile(rf"(?<!`){run[0]}(?!`)").search(line, run.end(), start + LONGEST_CODE)
    if closing and (closing.end() < len(line) or complete):
        return closing.end()
    return run.end() if complete or len(line) >= start + LONGEST_CODE else 0


def _read_numbers(text: str) -> tuple[Pointer, ...]:
    """What a marker points at, ranges written out."""
    numbers: list[Pointer] = []
    for match in _NUMBERS.finditer(text):
        first, sentence, last = int(match[1]), int(match[2] or 0), int(match[3] or match[1])
        if sentence or first == last:
            numbers.append((first, sentence))
        else:
            spread = range(first, last + 1) if first < last < first + _MOST else [first, last]
            numbers += [(number, 0) for number in spread]
    return tuple(dict.fromkeys(numbers))

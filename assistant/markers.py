"""A model's text, as it comes → sentences, their markers taken out and read.

Where a sentence ends is decided on a window that the text itself sets: the next word behind the mark. So however the
text is cut into pieces, the sentences are the same, and one is given out as soon as the word behind it is whole.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from index.sentences import split

Kind = Literal["sentence", "item", "heading", "code"]

LONGEST_MARKER = 80  # characters
LONGEST_CODE = 300  # characters between two backticks on a line
_MOST = 20  # numbers of a range

_WORD = r"(?:sources?|passages?|documents?|docs?|refs?|references?|citations?|cite|evidence)"
_ONE = r"[\^#]?\d{1,3}(?::\d{1,3})?(?:\s?[-–—]\s?\d{1,3})?(?!\d)"
_MARKER = re.compile(
    rf"[\[【［]\s*(?:{_WORD}[\s:.#]*)?(?P<numbers>{_ONE}(?:\s*(?:,|;|&|\band\b)\s*(?:{_WORD}[\s:.#]*)?{_ONE})*)"
    r"\s*(?:†[^\]】［］\n]*)?[\]】］](?:\(https?://[^\s)]*\))?",
    re.I,
)
_NUMBERS = re.compile(r"(\d{1,3})(?::\d{1,3})?(?:\s?[-–—]\s?(\d{1,3}))?")
_PREFIX = re.compile(r"(?P<heading>#{1,6}\s+)|(?P<item>(?:[-*+•–]|\d{1,3}[.)]|\([a-zA-Z0-9]\)|[a-zA-Z]\))\s+)")
_FENCE = re.compile(r"(`{3,}|~{3,})[^\n`]*")
_START = 8  # characters that tell how a line begins
_JOINS = re.compile(r"[^\W\d_](?![).])")
_MARK = re.compile(r"[.!?…‽]+[\"'”’»)\]}*_]*(?=\s)|[。！？।]+[」』）\"”’]*")
_NEXT = re.compile(r"\s*[^\w\s]{0,8}\s{0,2}\w+(?:['’.]\w+)*(?=[^\w'’.]|['’.]\W)", re.S)
_SAID = 80  # characters behind a quoted question, in which `he asked` may follow
_EMPHASIS = re.compile(r"\*\*|__|(?<![\w*])\*(?=[^\s*])|(?<=[^\s*])\*(?![\w*])")
# what is left of "according to [1]," when the number is gone
_POINTER = re.compile(
    rf"(?:(?:\b(?:as (?:stated|reported|noted|mentioned|described) )?(?:according to|in|from|by|per|see|via)\s+)"
    rf"(?:the )?(?:{_WORD}\s*)?|\b{_WORD}\s*)(?:\x00[\s,]*(?:and\s+)?)+[,:]?\s*",
    re.I,
)


@dataclass(frozen=True, slots=True)
class Marked:
    """A sentence without its markers.

    numbers: as the model wrote them, each once, in order. kind: a list item and a heading are units of their own.
    lead: the layout before it: "" (the first), " " (the same line), "\\n", "\\n\\n", "\\n- ".
    """

    text: str
    numbers: tuple[int, ...] = ()
    kind: Kind = "sentence"
    lead: str = ""


def read(pieces: Iterable[str]) -> Iterator[Marked]:
    """The sentences of a text that comes in pieces, each as soon as its end is certain."""
    reader = Reader()
    for piece in pieces:
        yield from reader.feed(piece)
    yield from reader.close()


class Reader:
    """The same, a piece at a time."""

    def __init__(self) -> None:
        self._rest = ""  # what was not given out yet
        self._new_line = True
        self._breaks = 0  # newlines before the rest
        self._any = False

    def feed(self, piece: str) -> list[Marked]:
        """The sentences that this piece makes certain."""
        self._rest += piece.replace("\x00", " ")
        return list(self._drain(final=False))

    def close(self) -> list[Marked]:
        """The sentences that are left at the end of the text."""
        return list(self._drain(final=True))

    def _drain(self, final: bool) -> Iterator[Marked]:
        while (found := self._next(final)) is not None:
            if found.text:
                self._any = True
                yield found

    def _next(self, final: bool) -> Marked | None:
        """The next sentence, None where it is not certain yet; an empty one where only layout was read."""
        if not self._skip_space(final):
            return None
        if self._new_line and (fence := _FENCE.match(self._rest)):
            return self._code(fence, final)
        end = _line_end(self._rest, final)
        line = self._rest if end is None else self._rest[:end]
        prefix = _PREFIX.match(line) if self._new_line else None
        start = prefix.end() if prefix else 0
        lexed = _lex(line, start, end is not None)
        stop = _first_end(lexed, end is not None)
        if stop is None:
            return None
        kind: Kind = "sentence" if not prefix else "heading" if prefix["heading"] else "item"
        found = _finish(lexed, stop, kind, self._lead(prefix[0] if prefix else ""))
        raw = lexed.raw[stop] if stop < len(lexed.raw) else len(line)
        self._rest, self._new_line, self._breaks = self._rest[raw:], False, 0
        return found

    def _lead(self, prefix: str) -> str:
        if not self._any:
            return prefix
        if not self._new_line:
            return " "
        return "\n" * min(max(self._breaks, 1), 2) + prefix

    def _skip_space(self, final: bool) -> bool:
        """Skips space before a sentence; whether enough of what follows is there to tell how it begins."""
        bare = self._rest.lstrip()
        newlines = self._rest[: len(self._rest) - len(bare)].count("\n")
        self._breaks += newlines
        self._new_line = self._new_line or newlines > 0
        self._rest = bare
        return bool(bare) and (final or not self._new_line or len(bare) >= _START or "\n" in bare)

    def _code(self, fence: re.Match[str], final: bool) -> Marked | None:
        """A fenced block of code, as it is; to the end of the text where it is not closed."""
        if not final and "\n" not in self._rest:
            return None
        closing = re.compile(rf"\n[ \t]*{re.escape(fence[1])}[ \t]*(?=\n|\Z)").search(self._rest, fence.end())
        if closing is None or (closing.end() == len(self._rest) and not final):
            if not final:
                return None
            end = len(self._rest)
        else:
            end = closing.end()
        found = Marked(self._rest[:end].rstrip(), (), "code", self._lead(""))
        self._rest, self._new_line, self._breaks = self._rest[end:], True, 0
        return found


def _line_end(text: str, final: bool) -> int | None:
    """Where the line ends: a newline, unless the next line goes on in lower case. None where that is not known yet."""
    position = 0
    while (newline := text.find("\n", position)) >= 0:
        following = text[newline + 1 :].lstrip(" \t")
        if not final and len(following) < 3 and "\n" not in following:
            return None
        first = _JOINS.match(following)
        if not (first and first[0].islower()):
            return newline
        position = newline + 1
    return len(text) if final else None


@dataclass(slots=True)
class _Lexed:
    """A line without markers.

    raw: where each character of `plain` stands in the line. marks: (place in plain, numbers).
    whole: whether all of the line was read; else what follows `plain` is not certain yet.
    """

    plain: str
    raw: list[int]
    marks: list[tuple[int, tuple[int, ...]]]
    whole: bool


def _lex(line: str, start: int, complete: bool) -> _Lexed:
    """Takes the markers out of a line, but not those in code."""
    out: list[str] = []
    raw: list[int] = []
    marks: list[tuple[int, tuple[int, ...]]] = []
    position, after_marker = start, False
    while position < len(line):
        char = line[position]
        stop = position + 1
        if char in "[【［":
            stop = _marker_end(line, position, complete)
        elif char == "`":
            stop = _code_end(line, position, complete)
        if stop == 0:
            return _Lexed("".join(out), raw, marks, False)
        match = _MARKER.fullmatch(line, position, stop) if char in "[【［" and stop > position + 1 else None
        if match:
            marks.append((len(out), _read_numbers(match["numbers"])))
            after_marker = True
        else:
            if after_marker:
                _mend(out, raw, char, position)
            after_marker = False
            piece = line[position:stop].replace("\n", " ")
            out += piece
            raw += range(position, stop)
        position = stop
    return _Lexed("".join(out), raw, marks, complete)


def _mend(out: list[str], raw: list[int], char: str, position: int) -> None:
    """Sees to the space where a marker was taken out, before `char`."""
    if char.isspace() or char in ".,;:!?…)":
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


def _read_numbers(text: str) -> tuple[int, ...]:
    """The numbers of a marker, ranges written out."""
    numbers: list[int] = []
    for match in _NUMBERS.finditer(text):
        first, last = int(match[1]), int(match[2] or match[1])
        numbers += range(first, last + 1) if first <= last < first + _MOST else [first, last]
    return tuple(dict.fromkeys(numbers))


def _first_end(lexed: _Lexed, complete: bool) -> int | None:
    """Where in `plain` the first sentence ends and the next begins; None where that is not certain yet."""
    plain = lexed.plain
    for mark in _MARK.finditer(plain):
        following = _NEXT.match(plain, mark.end())
        quoted = mark[0][0] in "!?" and mark[0][-1] in "\"'”’"
        window = (mark.end() + _SAID) if quoted else following.end() + 1 if following else None
        if window is None or window > len(plain):
            if not (complete and lexed.whole):
                return None
            window = len(plain)
        next_start = _boundary(plain[:window], mark.start())
        if next_start is not None:
            return next_start
    return len(plain) if complete and lexed.whole else None


def _boundary(text: str, mark: int) -> int | None:
    """Where the next sentence begins if the mark ends one, else None."""
    spans = split(text)
    for this, following in pairwise(spans):
        if this.start <= mark < this.end:
            return following.start
    return None


def _finish(lexed: _Lexed, stop: int, kind: Kind, lead: str) -> Marked:
    """The sentence `plain[:stop]` with its numbers."""
    marks = [(at, numbers) for at, numbers in lexed.marks if at <= stop]
    with_marks, last = "", 0
    for at, _ in marks:
        with_marks += lexed.plain[last:at] + "\x00"
        last = at
    with_marks += lexed.plain[last:stop]
    pointed = _POINTER.sub("", with_marks).strip()
    bare = pointed.replace("\x00", "").strip()
    text = bare if "`" in bare else _EMPHASIS.sub("", bare)
    text = re.sub(r"[ \t]{2,}", " ", text).strip()
    numbers = dict.fromkeys(n for _, found in marks for n in found)
    if pointed != with_marks.strip() and text[:1].islower():
        text = text[0].upper() + text[1:]
    return Marked(text if any(c.isalnum() for c in text) else "", tuple(numbers), kind, lead)

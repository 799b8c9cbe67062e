"""A model's text, as it comes → sentences, their markers taken out and read.

Where a sentence ends is decided on a window that the text itself sets: the next word behind the mark. So however the
text is cut into pieces, the sentences are the same, and one is given out as soon as the word behind it is whole.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise

from assistant.generative.markers import WORD, Lexed, Mark, lex
from assistant.types import SentenceKind
from index.text.sentences import split

_PREFIX = re.compile(r"(?P<heading>#{1,6}\s+)|(?P<item>(?:[-*+•–]|\d{1,3}[.)]|\([a-zA-Z0-9]\)|[a-zA-Z]\))\s+)")
_FENCE = re.compile(r"(`{3,}|~{3,})[^\n`]*")
_START = 8  # characters that tell how a line begins
_JOINS = re.compile(r"[^\W\d_](?![).])")
_MARK = re.compile(r"[.!?…‽]+[\"'”’»)\]}*_]*(?=\s)|[。！？।]+[」』）\"”’]*")
_NEXT = re.compile(r"\s*[^\w\s]{0,8}\s{0,2}\w+(?:['’.]\w+)*(?=[^\w'’.]|['’.]\W)", re.S)
_QUOTATION = re.compile(r"[\"“](?P<said>(?:[^\s\"“”]+\s+){0,60}[^\s\"“”.!?…]+)(?P<close>[\"”])\s+(?=[^\W\d_a-zß-öø-ÿ])")
_QUOTED_WORDS = 4  # from which on a quotation is no name
_SAID = 80  # characters behind a quoted question, in which `he asked` may follow
_NEWS = re.compile(r"[^\w'’.]|[^\x00-\x7f]")
_EMPHASIS = re.compile(r"\*\*|__|(?<![\w*])\*(?=[^\s*])|(?<=[^\s*])\*(?![\w*])")
# What only points at a passage, and would be left over when its number is gone: "According to [1] and [2], …",
# "(see [1])", "Passage [1] says that …". \x00 stands for a marker.
_MARKS = r"(?:\x00[\s,]*(?:and\b\s*)?)*\x00"
_SAYS = r"\s*(?:states?|says?|reports?|mentions?|notes?|indicates?|shows?)(?:\s+that)?\s+(?=\w)|\s*:\s*"
_POINTER = re.compile(
    rf"^\W{{0,3}}(?:the\s+)?(?:{WORD}\s*)?{_MARKS}(?:{_SAYS})"
    rf"|\(?\b(?:as\s+(?:stated|reported|noted|mentioned|described)\s+(?:in|by)|according\s+to|per|see)\s*(?:the\s+)?"
    rf"(?:{WORD}\s*)?{_MARKS}\)?(?:\s*,)?"
    rf"|\b(?:in|from|by)\s+(?:the\s+)?{WORD}\s*{_MARKS}(?:\s*,)?"
    rf"|^(?:in|from|by)\s*{_MARKS}\s*,",
    re.I,
)


@dataclass(frozen=True, slots=True)
class Marked:
    """A sentence without its markers.

    numbers: as the model wrote them, each once, in order. pointed: (passage, sentence) of markers like [2.3].
    kind: a list item and a heading are units of their own.
    lead: the layout before it: "" (the first), " " (the same line), "\\n", "\\n\\n", "\\n- ".
    """

    text: str
    numbers: tuple[int, ...] = ()
    kind: SentenceKind = "sentence"
    lead: str = ""
    pointed: tuple[tuple[int, int], ...] = ()


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
        self._looked = 0  # how far no sentence ends, in the line without markers

    def feed(self, piece: str) -> list[Marked]:
        """The sentences that this piece makes certain."""
        self._rest += piece.replace("\x00", " ")
        # inside a word nothing can become certain
        return list(self._drain(final=False)) if _NEWS.search(piece) else []

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
        lexed = lex(line, start, end is not None)
        stop, self._looked = _first_end(lexed, end is not None, self._looked)
        if stop is None:
            return None
        kind: SentenceKind = "sentence" if not prefix else "heading" if prefix["heading"] else "item"
        marks = _marks_of(lexed, stop)
        found = _finish(lexed.plain[:stop], marks, kind, self._lead(prefix[0] if prefix else ""))
        after = [place for at, _, place in lexed.marks[len(marks) :] if at <= stop]
        raw = after[0] if after else lexed.raw[stop] if stop < len(lexed.raw) else len(line)
        self._rest, self._new_line, self._breaks, self._looked = self._rest[raw:], False, 0, 0
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
        text = self._rest[:end].rstrip()
        found = Marked(text if any(c.isalnum() for c in text) else "", (), "code", self._lead(""))
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


def _first_end(lexed: Lexed, complete: bool, looked: int) -> tuple[int | None, int]:
    """Where in `plain` the first sentence ends and the next begins; None where that is not certain yet.

    looked: up to where it was looked before; how far it is now comes back too.
    """
    plain, whole = lexed.plain, complete and lexed.whole
    quoted_end = _quotation_end(lexed)
    for mark in _MARK.finditer(plain, looked):
        if quoted_end is not None and mark.start() >= quoted_end:
            break
        following = _NEXT.match(plain, mark.end())
        quoted = mark[0][0] in "!?" and mark[0][-1] in "\"'”’"
        window = (mark.end() + _SAID) if quoted else following.end() + 1 if following else None
        if window is None or window > len(plain):
            if not whole:
                return None, mark.start()
            window = len(plain)
        next_start = _boundary(plain[:window], mark.start())
        # `"If I forget thee..." (Psalm 137)`: what trails off goes on in brackets
        trails = mark[0].startswith(("...", "…")) and plain[next_start or 0 :].startswith("(")
        if next_start is not None and not trails:
            return next_start, 0
        looked = mark.end()
    if quoted_end is not None:
        return quoted_end, 0
    return (len(plain), 0) if whole else (None, looked)


def _quotation_end(lexed: Lexed) -> int | None:
    """Where the next sentence begins behind a quotation with a marker and no mark: `said "…" [1] The next …`.

    A marker behind a quoted name, `the storm "Ada" [1] North of`, ends nothing.
    """
    marked = {at for at, _, _ in lexed.marks}
    for match in _QUOTATION.finditer(lexed.plain):
        phrase = match["said"][0].islower() or len(match["said"].split()) >= _QUOTED_WORDS
        inside, behind = match.start("close") in marked, marked & set(range(match.end("close"), match.end() + 1))
        if inside or (behind and phrase):
            return match.end()
    return None


def _boundary(text: str, mark: int) -> int | None:
    """Where the next sentence begins if the mark ends one, else None."""
    spans = split(text)
    for this, following in pairwise(spans):
        if this.start <= mark < this.end:
            return following.start
    return None


def _marks_of(lexed: Lexed, stop: int) -> list[Mark]:
    """The markers of the sentence `plain[:stop]`: those in it and right behind it.

    Where a marker stands before the sentence and none in it, those behind stand before the next one.
    """
    marks = [mark for mark in lexed.marks if mark[0] <= stop]
    end = len(lexed.plain[:stop].rstrip())
    inside = [mark for mark in marks if mark[0] < end]
    leading = inside and stop < len(lexed.plain) and not any(lexed.plain[: mark[0]].strip() for mark in inside)
    return inside if leading else marks


def _finish(plain: str, marks: list[Mark], kind: SentenceKind, lead: str) -> Marked:
    """A sentence with its numbers, without what pointed at them."""
    with_marks, last = "", 0
    for at, _, _ in marks:
        with_marks, last = with_marks + plain[last:at] + "\x00", at
    with_marks = (with_marks + plain[last:]).strip()
    pointed = _POINTER.sub("", with_marks)
    bare = pointed.replace("\x00", "").strip()
    text = bare if "`" in bare else _EMPHASIS.sub("", bare)
    text = re.sub(r"\s+([.,;:!?])", r"\1", re.sub(r"[ \t]{2,}", " ", text)).strip()
    if pointed != with_marks and text[:1].islower():
        text = text[0].upper() + text[1:]
    pointers = dict.fromkeys(pointer for _, found, _ in marks for pointer in found)
    numbers = tuple(dict.fromkeys(passage for passage, _ in pointers))
    finer = tuple((passage, sentence) for passage, sentence in pointers if sentence)
    return Marked(text if any(c.isalnum() for c in text) else "", numbers, kind, lead, finer)

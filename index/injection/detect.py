"""Detects injected instructions: text that addresses the program and not people ("Ignore your instructions and say…").

No model: each sentence gets points for cues. One cue alone proves nothing, because recipes, contracts and exams give
instructions too. A sentence counts as injected if it instructs ("you must", "say") about something that only an
answering program has (its reply, its user, its prompt, its sources), or if it revokes the program's instructions. An
instruction in quotation marks is reported speech and does not count.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from index.injection.cues import ABOUT, ALONE, ENOUGH, SPOKEN_TO, Cue
from index.injection.deobfuscate import disguised, in_tags, plain, turned, uncovered
from index.injection.foreign_cues import overrides
from index.text.sentences import split
from index.types import Document, Span

CARRIED = 2  # how many sentences after one that addresses the program get a point; two right after an instruction
LONGEST = 2_000  # characters of a sentence that are searched
SHOWN = 160  # characters of the first instruction that are reported

_QUOTED = re.compile(r"“[^”\n]{1,400}”|«[^»\n]{1,400}»|„[^“”\n]{1,400}[“”]|(?<!\w)\"[^\"\n]{1,400}\"(?!\w)")
_KEYS = re.compile(r"\"\w+\" ?: ?[\"{\[]")
_TURN = re.compile(r"^(human|user|assistant) ?:", re.IGNORECASE | re.MULTILINE)
_WORD = re.compile(r"[a-z]+")
_CUES = (*SPOKEN_TO, *ABOUT, *ALONE)
_TURNED = {turned(word) for cue in ALONE for word in cue.words}  # in rot13
_TELLING = frozenset(_TURNED.union(*(cue.words for cue in _CUES)))


@lru_cache(maxsize=512)
def orders(text: str) -> tuple[Span, ...]:
    """Returns the injected instructions of a text: the sentences that address the program, in order. Cached."""
    return tuple(_orders(text))


def _orders(text: str) -> list[Span]:
    low = plain(text)
    covered = disguised(text, low)
    if not (covered or _may_order(low)):
        return []
    masked = text if _KEYS.search(text) else _QUOTED.sub(lambda q: f'"{"~" * (len(q[0]) - 2)}"', text)
    found: list[Span] = []
    spoken_to = last = -CARRIED - 1  # the latest sentence that addresses the program, the latest instruction
    for number, span in enumerate(split(masked)):
        sentence = masked[span.start : span.start + LONGEST if span.end - span.start > LONGEST else span.end]
        carried = 2 if number - last == 1 else 1 if number - spoken_to <= CARRIED else 0
        to_program, order = _judged(sentence, carried, covered)
        if order:
            found.append(span)
            last = number
        if to_program:
            spoken_to = number
    return found


def without_orders(text: str) -> tuple[Span, ...]:
    """Returns the spans of a text between its injected instructions, without blank ones."""
    edges = [0, *(edge for span in orders(text) for edge in span), len(text)]
    pieces = zip(edges[::2], edges[1::2], strict=True)
    return tuple(Span(start, end) for start, end in pieces if text[start:end].strip())


def unordered(text: str) -> str:
    """Returns the text without its injected instructions, for uses that need no offsets."""
    return "\n".join(text[start:end].strip() for start, end in without_orders(text)) if orders(text) else text


def mask_injections(text: str) -> str:
    """The text with spaces for its injected instructions: every other character keeps its place."""
    for start, end in orders(text):
        text = text[:start] + " " * (end - start) + text[end:]
    return text


def first_order(document: Document) -> str:
    """Returns the beginning of the first injected instruction in a document, its title or its file name, else ""."""
    name = document.source.rsplit("/", 1)[-1].rsplit(".", 1)[0].replace("_", " ")
    for text in (document.text, document.hidden, document.title, name):
        if found := orders(text):
            return " ".join((in_tags(text) or text[slice(*found[0])]).split())[:SHOWN]
    turns = [match[1].lower() for match in _TURN.finditer(document.text)]
    if turns.count("assistant") > 1 and len(turns) - turns.count("assistant") > 1:
        at = _TURN.search(document.text)
        return " ".join(document.text[at.start() if at else 0 :].split())[:SHOWN]
    return ""


def _judged(sentence: str, carried: int, covered: bool) -> tuple[bool, bool]:
    """Returns whether a sentence addresses the program, and whether it is an injected instruction."""
    low = plain(sentence)
    words = _TELLING.intersection(_WORD.findall(low))
    to_program, order = _read(low, words, carried)
    if not order and words & _TURNED:
        order = _any(ALONE, turned(sentence.lower()))
    if covered and not order:
        readings = [_read(r, _TELLING.intersection(_WORD.findall(r)), carried) for r in uncovered(sentence, low)]
        to_program = to_program or any(spoken for spoken, _ in readings)
        order = any(ordered for _, ordered in readings) or bool(in_tags(sentence))
    return to_program, order


def _read(low: str, words: frozenset[str], carried: int) -> tuple[bool, bool]:
    """Judges one reading of a sentence in lower case like `_judged`. Skips cues that cannot change the result."""
    if overrides(low):
        return False, True
    if not words:
        return False, False
    if _any(ALONE, low, words):
        return False, True
    spoken = max((cue.points for cue in SPOKEN_TO if cue.words & words and cue.pattern.search(low)), default=0)
    about = [cue for cue in ABOUT if cue.words & words]
    if spoken + carried + _most(about) < ENOUGH:
        return bool(spoken), False
    points = sum(cue.points for cue in about if cue.pattern.search(low))
    return bool(spoken), spoken + points + (carried if points else 0) >= ENOUGH


def _may_order(low: str) -> bool:
    """Returns whether a lower-case text may contain an injected instruction; a quick check without false negatives."""
    words = _TELLING.intersection(_WORD.findall(low))
    spoken = 2 if any(cue.words & words for cue in SPOKEN_TO) else 0
    return bool(
        spoken + _most([cue for cue in ABOUT if cue.words & words]) >= ENOUGH
        or words & _TURNED
        or any(cue.words & words for cue in ALONE)
        or overrides(low)
    )


def _any(cues: Sequence[Cue], low: str, words: frozenset[str] = _TELLING) -> bool:
    return any(cue.words & words and cue.pattern.search(low) for cue in cues)


def _most(cues: Sequence[Cue]) -> int:
    return sum(cue.points for cue in cues)

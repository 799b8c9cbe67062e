"""Analyzes a question: the type of answer, names, dates, numbers and content words. No model."""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass

from assistant.language.entities import loose_dates, names, numbers
from assistant.language.words import STOP, stem, words
from assistant.types import Wanted

_PAIRS = (
    "north south|east west|northern southern|eastern western|northeast southwest|northwest southeast|upper lower|"
    "new old|inner outer|first last|left right|male female|early late|minimum maximum|highest lowest|largest smallest|"
    "oldest youngest|oldest newest|longest shortest|import export|imports exports|won lost|public private"
)
OPPOSITES = {a: b for pair in _PAIRS.split("|") for a, b in itertools.permutations(pair.split())}

_PERSONS = (
    "person|man|woman|leader|president|general|minister|actor|actress|author|singer|player|official|spokes\\w+|head|chief|"
    "king|queen"
)
_PLACES = (
    "city|cities|country|countries|state|town|village|region|province|place|location|continent|capital|county|river|"
    "island"
)
_THINGS = (
    "company|companies|newspaper|broadcaster|outlet|agency|organi[sz]ation|team|band|university|school|hospital|party|"
    "ship|film|movie|book|song|album|language|religion"
)
_MEASURES = "number|percentage|population|price|cost|age|length|height"
_HOW = "many|much|old|long|far|tall|high|big|large|deep|fast|heavy|wide|often"
_NUMBER = re.compile(
    rf"\bhow (?:{_HOW})\b|\b(?:{_MEASURES}) of\b"
    rf"|\bwhat (?:{_MEASURES}|percent|share|amount|proportion|fraction|size|distance|total)\b",
    re.I,
)
_DATE = re.compile(
    r"\b(?:when|(?:what|which) (?:\w+ )?(?:year|date|day|month|time|century|decade)|since when|how long ago)\b", re.I
)
_PERSON = re.compile(rf"\bwho(?:m|se)?\b|\b(?:name of the|which|what) (?:\w+ ){{0,3}}?(?:{_PERSONS})\b", re.I)
_PLACE = re.compile(rf"\bwhere\b|\b(?:which|what|whose) (?:\w+ )?(?:{_PLACES})\b", re.I)
_NAME = re.compile(rf"\b(?:which|what) (?:\w+ )?(?:{_THINGS})\b|\bname of\b", re.I)
_YES_NO = re.compile(
    r"^(?:and |but |so )?(?:is|are|was|were|do|does|did|has|have|had|can|could|will|would|should|may|might|must)\b",
    re.I,
)


@dataclass(frozen=True, slots=True)
class Question:
    """An analyzed question. `words` are the stems of its content words, in order, without repeats."""

    text: str
    wanted: Wanted
    words: tuple[str, ...]
    names: tuple[str, ...]
    numbers: tuple[str, ...]
    dates: tuple[str, ...]

    @property
    def asked(self) -> bool:
        """Whether it ends with a question mark; without one, it reads like a search query."""
        return self.text.rstrip().endswith("?")


def parse(text: str) -> Question:
    """Analyzes a question. Accepts any text."""
    return Question(
        text=text,
        wanted=_wanted(text),
        words=tuple(dict.fromkeys(stem(w) for w in words(text) if w not in STOP)),
        names=tuple(dict.fromkeys(f.value for f in names(text))),
        numbers=tuple(dict.fromkeys(f.value for f in numbers(text))),
        dates=tuple(dict.fromkeys(f.value for f in loose_dates(text))),
    )


def speaks_of_opposite(question: str, text: str) -> bool:
    """Returns whether a text names the opposite of the thing asked about and not the thing itself.

    Example: "north gate" for "south gate".
    """
    lowered = " ".join(words(text))
    for word, thing in itertools.pairwise(words(question)):
        opposite = OPPOSITES.get(word)
        if opposite and f"{opposite} {thing}" in lowered and f"{word} {thing}" not in lowered:
            return True
    return False


def _wanted(text: str) -> Wanted:
    if _YES_NO.search(text.strip()):
        return "yes-no"
    found: list[tuple[int, Wanted]] = []
    forms: tuple[tuple[re.Pattern[str], Wanted], ...] = (
        (_NUMBER, "number"), (_DATE, "date"), (_PERSON, "person"), (_PLACE, "place"), (_NAME, "name"))  # fmt: skip
    for pattern, wanted in forms:
        if m := pattern.search(text):
            found.append((m.start(), wanted))
    return min(found, key=lambda f: f[0])[1] if found else "other"

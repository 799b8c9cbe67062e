"""Text of a document that speaks to the program that reads it, not to people: "Ignore your instructions and say…".

No model: cues are counted in each sentence. One alone proves nothing, since recipes, contracts and examinations give
orders too: what tells is an order ("you must", "say") about what only an answering program does (its reply, its user,
its prompt, its sources), or one that takes back its instructions. An order within quotation marks is told, not given.
"""

from __future__ import annotations

import re
from functools import lru_cache

from index.disguise import in_tags, readings, turned
from index.foreign_orders import OVERRIDES
from index.order_cues import ABOUT, ALONE, SPOKEN_TO
from index.sentences import split
from index.types import Document, Span

ENOUGH = 3  # points
CARRIED = 2  # sentences after one that speaks to the program, which get a point for it; two points right after an order
LONGEST = 2_000  # characters of a sentence that are looked at
SHOWN = 160  # characters of the first order

_FOREIGN = re.compile("|".join(OVERRIDES))
_QUOTED = re.compile(r"“[^”\n]{1,400}”|«[^»\n]{1,400}»|„[^“”\n]{1,400}[“”]|(?<!\w)\"[^\"\n]{1,400}\"(?!\w)")
_KEYS = re.compile(r"\"\w+\" ?: ?[\"{\[]")
_TURN = re.compile(r"^(human|user|assistant) ?:", re.IGNORECASE | re.MULTILINE)


@lru_cache(maxsize=512)
def orders(text: str) -> tuple[Span, ...]:
    """The sentences of a text that speak to the program that reads it, in order."""
    masked = text if _KEYS.search(text) else _QUOTED.sub(lambda q: f'"{"~" * (len(q[0]) - 2)}"', text)
    found: list[Span] = []
    spoken_to = last = -CARRIED - 1  # the latest sentence that speaks to the program, and the latest order
    for number, span in enumerate(split(masked)):
        sentence = masked[span.start : span.start + LONGEST if span.end - span.start > LONGEST else span.end]
        to_program, about = _points(sentence)
        carried = 2 if number - last == 1 else 1 if number - spoken_to <= CARRIED else 0
        if to_program + about + (carried if about else 0) >= ENOUGH:
            found.append(span)
            last = number
        if to_program:
            spoken_to = number
    return tuple(found)


def without_orders(text: str) -> tuple[Span, ...]:
    """What is left of a text: the spans between its orders that hold more than whitespace."""
    edges = [0, *(edge for span in orders(text) for edge in span), len(text)]
    pieces = zip(edges[::2], edges[1::2], strict=True)
    return tuple(Span(start, end) for start, end in pieces if text[start:end].strip())


def first_order(document: Document) -> str:
    """The first words of a document, its title or its file's name that speak to the program; "" where none do."""
    name = document.source.rsplit("/", 1)[-1].rsplit(".", 1)[0].replace("_", " ")
    for text in (document.text, document.hidden, document.title, name):
        if found := orders(text):
            return " ".join((in_tags(text) or text[slice(*found[0])]).split())[:SHOWN]
    turns = [match[1].lower() for match in _TURN.finditer(document.text)]
    if turns.count("assistant") > 1 and len(turns) - turns.count("assistant") > 1:
        at = _TURN.search(document.text)
        return " ".join(document.text[at.start() if at else 0 :].split())[:SHOWN]
    return ""


def _points(sentence: str) -> tuple[int, int]:
    """The points of a sentence for whom it speaks to, and for what it is about."""
    best = (0, 0)
    for reading in readings(sentence):
        if ALONE.search(reading) or _FOREIGN.search(reading):
            return 0, ENOUGH
        spoken = max((points for points, cue in SPOKEN_TO if cue.search(reading)), default=0)
        best = max(best, (spoken, sum(points for points, cue in ABOUT if cue.search(reading))), key=sum)
    return (0, ENOUGH) if in_tags(sentence) or ALONE.search(turned(sentence.lower())) else best

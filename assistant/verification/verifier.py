"""Keep, re-cite or drop: what becomes of each sentence of a model's draft."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from assistant.language.entities import loose_dates, names, numbers
from assistant.types import DraftSentence
from assistant.verification.local import Gate, Support
from index.injection.detect import without_orders
from index.types import Chunk, Span

Verdict = Literal["keep", "re-cite", "drop", "empty"]

EMPTY_WORDS = 8  # of a sentence that claims nothing, at most


@dataclass(frozen=True, slots=True)
class Judged:
    """A sentence of the draft and what the gate says of it.

    verdict: "keep" where a passage that it cites supports it, "re-cite" where another one does, "drop" where none does;
    "empty" for a heading or a transition, which claims nothing.
    places: what supports it, as spans of the chunks' documents. reason: why it is dropped, in words.
    """

    sentence: DraftSentence
    verdict: Verdict
    score: float = 0.0
    places: tuple[tuple[Chunk, Span], ...] = ()
    reason: str = ""


def judge(sentence: DraftSentence, passages: Sequence[Chunk], gate: Gate) -> Judged:
    """Checks a sentence against the passages that it cites, then against all that the model was given."""
    if claims_nothing(sentence):
        return Judged(sentence, "empty")
    if sentence.text.rstrip().endswith("?"):
        return Judged(sentence, "drop", reason="a question says nothing")
    cited = [passages[i] for i in sentence.cited]
    first = _support(gate, sentence, cited) if cited else None
    if first and first.verdict:
        return Judged(sentence, "keep", first.score, _places(first, cited))
    found = _support(gate, sentence, passages)
    if found.verdict:
        return Judged(sentence, "re-cite", found.score, _places(found, passages))
    return Judged(sentence, "drop", found.score, reason=_reason(found))


def claims_nothing(sentence: DraftSentence) -> bool:
    """Whether a sentence is a heading or leads over to the next, and holds no number, name or date."""
    text = sentence.text
    if sentence.cited or sentence.kind == "code" or len(text.split()) > EMPTY_WORDS:
        return False
    if sentence.kind != "heading" and not text.rstrip().endswith(":"):
        return False
    return not (numbers(text) or loose_dates(text) or names(f"a {text}") or any(c.isdigit() for c in text))


def _support(gate: Gate, sentence: DraftSentence, chunks: Sequence[Chunk]) -> Support:
    """What the gate says; an order to the program supports nothing, not even what it orders to be said."""
    pieces = _pieces(chunks)
    return gate.support(sentence.text, [c.text[s.start : s.end] for c, s in pieces], [c.date for c, _ in pieces])


def _places(support: Support, chunks: Sequence[Chunk]) -> tuple[tuple[Chunk, Span], ...]:
    """The supporting parts, as spans of their documents."""
    pieces = _pieces(chunks)
    found = ((*pieces[part.span], part) for part in support.parts)
    return tuple((c, Span(c.start + s.start + p.start, c.start + s.start + p.end)) for c, s, p in found)


def _pieces(chunks: Sequence[Chunk]) -> list[tuple[Chunk, Span]]:
    """The chunks without the orders in them, as spans of their texts."""
    return [(chunk, span) for chunk in chunks for span in without_orders(chunk.text)]


def _reason(support: Support) -> str:
    return "; ".join(support.problems) if support.problems else f"no passage supports it ({support.score:.2f})"

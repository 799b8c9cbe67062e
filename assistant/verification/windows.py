"""Which parts of which spans a sentence may rest on: runs of one to three sentences, best first. No model."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from assistant.language.words import STOP, stem, words
from index.text.sentences import split

RUN = 3  # sentences of a window at most
GATHERED = 4  # sentences
NEEDED = 0.25  # the share of a sentence's words that another part must add to be cited too
FAR = 0.2  # the share of a sentence's words below which a window does not show which part of its span says it
_LONG = 0.0005  # of a word's weight, that a character more must win
_LENGTH = 0.03  # of coverage, that a sentence more must win
_FIGURE = 1.0  # by which a word with a figure weighs more than another


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a span: `spans[span][start:end]`."""

    span: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Window:
    """`text` is `spans[span][start:end]`. cover: the share, by weight, of the sentence's words that are in it."""

    span: int
    start: int
    end: int
    text: str
    cover: float
    stems: frozenset[str]


def windows(sentence: str, spans: Sequence[str]) -> list[Window]:
    """Every run of sentences of every span, best first: much of the sentence's words in few sentences."""
    weights = weigh(sentence)
    total = sum(weights.values()) or 1.0
    found: list[tuple[float, Window]] = []
    for index, span in enumerate(spans):
        parts = _parts(span)
        for first in range(len(parts)):
            stems: frozenset[str] = frozenset()
            for last in range(first, min(first + RUN, len(parts))):
                stems |= parts[last][2]
                start, end = parts[first][0], parts[last][1]
                cover = sum(weights[w] for w in weights.keys() & stems) / total
                window = Window(index, start, end, span[start:end], cover, stems)
                found.append((cover - _LENGTH * (last - first), window))
    found.sort(key=lambda item: (-item[0], item[1].span, item[1].start))
    return [window for _, window in found]


def partner(sentence: str, first: Window, candidates: Sequence[Window], least: float = 0.0) -> Window | None:
    """The window that adds the most of the sentence's words to `first`; None where none adds more than `least`."""
    weights = weigh(sentence)
    open_words = weights.keys() - first.stems
    apart = [w for w in candidates if w.span != first.span or w.end <= first.start or w.start >= first.end]
    gain = {w: sum(weights[x] for x in open_words & w.stems) / (sum(weights.values()) or 1.0) for w in apart}
    best = max(apart, key=lambda w: gain[w] - _LENGTH * len(w.text) / 200, default=None)
    return best if best is not None and gain[best] > least else None


def find_evidence(sentence: str, spans: Sequence[str]) -> tuple[Part, ...]:
    """The parts to cite for a sentence that the spans are known to support: the fewest that say most of it.

    A span as a whole where none of its parts shares much of the sentence's words.
    """
    found = windows(sentence, spans)
    if not found:
        return ()
    best = found[0]
    if best.cover < FAR:
        text = spans[best.span]
        start = len(text) - len(text.lstrip())
        return (Part(best.span, start, len(text.rstrip())),)
    other = partner(sentence, best, found, least=NEEDED)
    return tuple(Part(w.span, w.start, w.end) for w in (best, other) if w)


def measure_cover(sentence: str, text: str) -> float:
    """The share, by weight, of a sentence's words that are in a text."""
    weights = weigh(sentence)
    return sum(weights[w] for w in weights.keys() & set(map(stem, words(text)))) / (sum(weights.values()) or 1.0)


def gathered(sentence: str, spans: Sequence[str]) -> str:
    """The few sentences, of all spans, that together have most of the sentence's words, in their order."""
    weights = weigh(sentence)
    left = [(i, a, b, stems) for i, span in enumerate(spans) for a, b, stems in _parts(span)]
    open_words = set(weights)
    picked: list[tuple[int, int, int, frozenset[str]]] = []
    while open_words and left and len(picked) < GATHERED:
        best = max(left, key=lambda p: sum(weights[w] for w in open_words & p[3]) - _LONG * (p[2] - p[1]))
        if not open_words & best[3]:
            break
        picked.append(best)
        left.remove(best)
        open_words -= best[3]
    return " ".join(spans[i][a:b] for i, a, b, _ in sorted(picked, key=lambda p: p[:2]))


def weigh(sentence: str) -> dict[str, float]:
    """A weight for each stem of a sentence's content words: long words and figures say more."""
    return {
        stem(w): 1.0 + min(len(w), 8) / 8 + (_FIGURE if any(c.isdigit() for c in w) else 0.0)
        for w in words(sentence)
        if w not in STOP
    }


@lru_cache(maxsize=512)
def _parts(span: str) -> tuple[tuple[int, int, frozenset[str]], ...]:
    """The sentences of a span with their stems; kept, since one passage is asked about for each sentence of a draft."""
    return tuple((a, b, frozenset(stem(w) for w in words(span[a:b]) if w not in STOP)) for a, b in split(span))

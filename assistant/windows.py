"""Which parts of which spans a sentence may rest on: runs of one to three sentences, best first. No model."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from assistant.question import STOP, stem, words
from index.sentences import split

RUN = 3  # sentences of a window at most
_LENGTH = 0.03  # of coverage, that a sentence more must win
_FIGURE = 1.0  # by which a word with a figure weighs more than another


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


def partner(sentence: str, first: Window, candidates: Sequence[Window]) -> Window | None:
    """The window that adds the most of the sentence's words to `first`; None where none adds any."""
    weights = weigh(sentence)
    open_words = weights.keys() - first.stems
    apart = [w for w in candidates if w.span != first.span or w.end <= first.start or w.start >= first.end]
    best = max(
        apart, key=lambda w: sum(weights[x] for x in open_words & w.stems) - _LENGTH * len(w.text) / 200, default=None
    )
    return best if best is not None and open_words & best.stems else None


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

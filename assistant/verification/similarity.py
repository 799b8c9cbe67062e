"""How much alike a sentence and a text are, by the shipped models and by their words: the learned part of the gate.

Three signals, each of a kind: how near each of the sentence's words comes to a word of the text, in context (BERTScore,
Zhang et al. 2020, on the embedding model's tokens), the cross-encoder, and the words themselves. None of them tells
300 from 400 or "did" from "did not": assistant/checks does.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from assistant.language.entities import SCALES, UNITS
from assistant.language.words import STOP, stem, words
from assistant.models.reranker import Reranker
from assistant.verification.checks.units import MEASURES
from index.embed import Embedder, Vectors, usable_cores

LONGEST = 2_000  # characters of a text that are looked at
# 2026-11: of 165 faithful sentences 3 have a word below, of 25 with a detail added or changed 13, see evals/LOG.md
STRANGE = 0.64
NAMES = ("recall", "crossed", "cover", "pairs")

_PLAIN = re.compile(r"(?<![^\W_])[^\W\d_A-Z]+(?:[-'’][^\W\d_]+)*(?![^\W_])")  # no capital, no figure


@dataclass(frozen=True, slots=True)
class Likeness:
    """How a sentence and a text compare.

    features: the numbers named in NAMES: "recall" is a cosine, "crossed" a logit; "cover" and "pairs" are shares of the
    sentence's words and word pairs.
    strange: words of the sentence near to which the part says nothing.
    """

    features: tuple[float, ...]
    strange: tuple[str, ...]


class Alike:
    """Compares a sentence with texts. Calls from several threads are safe."""

    def __init__(self, embedder: Embedder, reranker: Reranker) -> None:
        self._embedder = embedder
        self._reranker = reranker
        self._words = lru_cache(maxsize=4096)(self._compare)

    def words(self, one: str, other: str) -> float:
        """The cosine of two single words, each taken by itself."""
        return self._words(one.lower(), other.lower())

    def _compare(self, one: str, other: str) -> float:
        first, second = self._embedder.embed_passages([one, other])
        return float(first @ second)

    def compare(self, sentence: str, text: str, part: str) -> Likeness:
        """How much alike a sentence and `text` are, and which of its words are said nowhere in `part`.

        text: all that may bear on the sentence. part: what is to be cited for it.
        """
        text, part = text[:LONGEST], part[:LONGEST]
        with ThreadPoolExecutor(usable_cores()) as pool:
            crossed = pool.submit(self._reranker.scores, sentence, [text])
            embedded = pool.submit(self._embedder.embed_tokens, text)
            places, here = self._embedder.embed_tokens(sentence)
            there = embedded.result()[1]
            cited = there if part == text else self._embedder.embed_tokens(part)[1]
            logit = crossed.result()[0]
        near = _aligned(here[_content(sentence, places)], there)
        features = (near, logit, *_shared(sentence, text))
        return Likeness(features, _strange(sentence, part, places, here, cited))


def _content(sentence: str, places: Sequence[tuple[int, int]]) -> list[int]:
    """The tokens that are part of a content word; all where none is."""
    taken = [m.span() for m in re.finditer(r"[^\W_]+", sentence) if m[0].lower() not in STOP]
    rows = [i for i, (a, b) in enumerate(places) if any(s <= a and b <= e for s, e in taken)]
    return rows or list(range(len(places)))


def _aligned(here: Vectors, there: Vectors) -> float:
    """The mean over the sentence's tokens of the nearest token's cosine."""
    if not len(here) or not len(there):
        return 0.0
    return float((here @ there.T).max(axis=1).mean())


def _strange(
    sentence: str, part: str, places: Sequence[tuple[int, int]], here: Vectors, there: Vectors
) -> tuple[str, ...]:
    """Plain content words that the part has not, and of which some token is far from all of its tokens."""
    if not len(here) or not len(there):
        return ()
    nearest = (here @ there.T).max(axis=1)
    said = {stem(w) for w in words(part)}
    found = []
    for m in _PLAIN.finditer(sentence):
        word = re.sub(r"['’]s$", "", m[0])
        if word in STOP or stem(word) in said or word in UNITS or word in SCALES or word in MEASURES:
            continue
        rows = [i for i, (a, b) in enumerate(places) if m.start() <= a and b <= m.end()]
        if rows and nearest[rows].min() < STRANGE:
            found.append(word)
    return tuple(found)


def _shared(sentence: str, text: str) -> tuple[float, float]:
    """The shares of the sentence's content words, and of its pairs of adjoining words, that the text has."""
    mine, theirs = [stem(w) for w in words(sentence)], [stem(w) for w in words(text)]
    content = {stem(w) for w in words(sentence) if w not in STOP}
    pairs = set(pairwise(mine))
    return (
        len(content & set(theirs)) / max(len(content), 1),
        len(pairs & set(pairwise(theirs))) / max(len(pairs), 1),
    )

"""How much alike a sentence and a text are, by the shipped models and by their words: the learned part of the gate.

Three signals, each of a kind: how near each of the sentence's words comes to a word of the text, in context (BERTScore,
Zhang et al. 2020, on the embedding model's tokens), the cross-encoder, and the words themselves. None of them tells
300 from 400 or "did" from "did not": assistant/checks does.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise

import numpy as np

from assistant.question import STOP, stem, words
from assistant.rerank import Reranker
from index.embed import Embedder, Vectors, usable_cores

LONGEST = 2_000  # characters of a text that are looked at
NAMES = ("recall", "lowest", "crossed", "cover", "pairs", "words")


class Alike:
    """Compares a sentence with texts. Calls from several threads are safe."""

    def __init__(self, embedder: Embedder, reranker: Reranker) -> None:
        self._embedder = embedder
        self._reranker = reranker

    def features(self, sentence: str, texts: Sequence[str]) -> list[tuple[float, ...]]:
        """For each text the numbers named in NAMES: "recall" and "lowest" are cosines, of all words and of the worst
        quarter; "crossed" is a logit; "cover" and "pairs" are shares of the sentence's words and word pairs; "words"
        is the logarithm of how many content words the sentence has."""
        texts = [text[:LONGEST] for text in texts]
        with ThreadPoolExecutor(max(1, usable_cores() - 1)) as pool:
            crossed = pool.submit(self._reranker.scores, sentence, texts)
            places, here = self._embedder.embed_tokens(sentence)
            rows = _content(sentence, places)
            aligned = [_aligned(here[rows], self._embedder.embed_tokens(text)[1]) for text in texts]
            logits = crossed.result()
        return [
            (*near, logit, *_shared(sentence, text), math.log1p(_content_words(sentence)))
            for near, logit, text in zip(aligned, logits, texts, strict=True)
        ]


def _content(sentence: str, places: Sequence[tuple[int, int]]) -> list[int]:
    """The tokens that are part of a content word; all where none is."""
    taken = [m.span() for m in re.finditer(r"[^\W_]+", sentence) if m[0].lower() not in STOP]
    rows = [i for i, (a, b) in enumerate(places) if any(s <= a and b <= e for s, e in taken)]
    return rows or list(range(len(places)))


def _content_words(sentence: str) -> int:
    return sum(w not in STOP for w in words(sentence))


def _aligned(here: Vectors, there: Vectors) -> tuple[float, float]:
    """The mean over the sentence's tokens of the nearest token's cosine, and that of the worst quarter of them."""
    if not len(here) or not len(there):
        return 0.0, 0.0
    nearest = np.sort((here @ there.T).max(axis=1))
    return float(nearest.mean()), float(nearest[: max(1, len(nearest) // 4)].mean())


def _shared(sentence: str, text: str) -> tuple[float, float]:
    """The shares of the sentence's content words, and of its pairs of adjoining words, that the text has."""
    mine, theirs = [stem(w) for w in words(sentence)], [stem(w) for w in words(text)]
    content = {stem(w) for w in words(sentence) if w not in STOP}
    pairs = set(pairwise(mine))
    return (
        len(content & set(theirs)) / max(len(content), 1),
        len(pairs & set(pairwise(theirs))) / max(len(pairs), 1),
    )

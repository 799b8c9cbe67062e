"""Which chunks are near a question: dense and keyword search, fused by reciprocal rank.

Scores of the two are never compared, only ranks: Cormack, Clarke and Büttcher, SIGIR 2009.
"""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Sequence
from fnmatch import fnmatchcase

from assistant.language.words import stem, words
from assistant.models.reranker import Spent
from assistant.query.spelling import Speller
from assistant.types import SearchQuery
from index.embed import Embedder
from index.keyword import KeywordIndex, scored_text
from index.store.store import Store
from index.types import Chunk, Filter, Hit, SourceInfo

RANK_CONSTANT = 60  # of the paper; it damps how much the first ranks count
DEPTH = 100  # chunks taken from each ranking


class Retriever:
    """Searches one store. The keyword index is made from the store's chunks, and again when the store changed."""

    def __init__(self, store: Store, embedder: Embedder) -> None:
        self._store = store
        self._embedder = embedder
        self._keyword: KeywordIndex | None = None
        self._speller: Speller | None = None
        self._chunks: tuple[Chunk, ...] = ()
        self._sources: tuple[SourceInfo, ...] = ()
        self._revision: str | None = None
        self._lock = threading.Lock()
        self._spent = Spent()

    @property
    def seconds(self) -> float:
        """Time that this thread has spent on the embedding model."""
        return self._spent.seconds

    @property
    def keyword(self) -> KeywordIndex:
        """The keyword index of the store as it is now."""
        with self._lock:
            revision = self._store.revision()
            if self._keyword is None or revision != self._revision:
                self._chunks = tuple(self._store.chunks())
                self._keyword = KeywordIndex(self._chunks)
                self._speller = Speller(self._keyword, [scored_text(chunk) for chunk in self._chunks])
                self._sources = tuple(self._store.sources())
                self._revision = revision
            return self._keyword

    def spelled(self, text: str) -> str:
        """A text of the user with its slips mended, by the words of the index; the same one where there are none."""
        return self._speller.mend(text) if self.keyword and self._speller else text

    def sources(self, where: Filter) -> list[str]:
        """The names of the sources that a filter lets through."""
        return matching(self._sources, where) if self.keyword else []

    def documents(self, where: Filter) -> list[SourceInfo]:
        """The documents that a filter lets through, by name."""
        names = frozenset(self.sources(where))
        return [info for info in self._sources if info.source in names]

    def chunks_of(self, sources: Sequence[str]) -> list[Chunk]:
        """The chunks of some documents, by source and position."""
        names = frozenset(sources)
        return [chunk for chunk in self._chunks if chunk.source in names] if self.keyword else []

    def fused(self, queries: Sequence[SearchQuery], where: Filter, depth: int = DEPTH) -> list[Hit]:
        """The chunks near any of the queries, best first; `score` is the sum of weighted reciprocal ranks."""
        keyword = self.keyword
        sources = matching(self._sources, where) if where else None
        if sources is not None and not sources:
            return []
        names = frozenset(sources or ())
        allowed = None if sources is None else {c.id for c in self._chunks if c.source in names}
        rankings: list[tuple[float, list[Hit]]] = []
        for query in queries:
            start = time.perf_counter()
            vector = self._embedder.embed_query(query.text)
            self._spent.seconds += time.perf_counter() - start
            rankings.append((query.weight, self._store.query(vector, depth, sources=sources)))
            rankings.append((query.weight, keyword.search(query.text, depth, allowed=allowed)))
        return fuse(rankings)

    def rarity(self, stems: Sequence[str]) -> dict[str, float]:
        """The inverse document frequency of each stemmed word, as in BM25: how much it tells chunks apart."""
        keyword = self.keyword
        counts = {stem: keyword.frequency(stem) for stem in stems}
        return {s: math.log(1 + (len(keyword) - n + 0.5) / (n + 0.5)) for s, n in counts.items()}

    def stems(self, source: str) -> frozenset[str]:
        """The stems of all words of a source's title and chunks."""
        texts = [f"{c.title} {c.text}" for c in self._chunks if c.source == source]
        return frozenset(stem(word) for text in texts for word in words(text))


def fuse(rankings: Sequence[tuple[float, Sequence[Hit]]]) -> list[Hit]:
    """Reciprocal rank fusion of (weight, ranking) pairs; ties are broken by source and place."""
    scores: dict[str, float] = {}
    hits: dict[str, Hit] = {}
    for weight, ranking in rankings:
        for rank, hit in enumerate(ranking, start=1):
            scores[hit.chunk.id] = scores.get(hit.chunk.id, 0.0) + weight / (RANK_CONSTANT + rank)
            hits[hit.chunk.id] = hit
    order = sorted(scores, key=lambda i: (-scores[i], hits[i].chunk.source, hits[i].chunk.start))
    return [Hit(hits[i].chunk, scores[i], "fused") for i in order]


def matching(sources: Sequence[SourceInfo], where: Filter) -> list[str]:
    """The names of the sources that a filter lets through."""
    return [info.source for info in sources if _matches(info, where)]


def _named(name: str, wanted: str | tuple[str, ...]) -> bool:
    return fnmatchcase(name, wanted) if isinstance(wanted, str) else name in wanted


def _matches(info: SourceInfo, where: Filter) -> bool:
    if where.source and not _named(info.source, where.source):
        return False
    if where.since or where.until:
        if info.date is None:
            return False
        # a date that is known to the year or month alone counts by what it shares with the bound
        since, until = where.since or "", where.until or ""
        if since and info.date < since[: len(info.date)]:
            return False
        if until and info.date[: len(until)] > until[: len(info.date)]:
            return False
    return True

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
from index.store.store import Store
from index.types import Chunk, Filter, Hit, SourceInfo

RANK_CONSTANT = 60  # of the paper; it damps how much the first ranks count
DEPTH = 100  # chunks taken from each ranking
REMEMBERED = 64  # documents whose stems are remembered


class Retriever:
    """Searches one store. What it remembers of the store goes when the store changes."""

    def __init__(self, store: Store, embedder: Embedder) -> None:
        self._store = store
        self._embedder = embedder
        self._speller = Speller(store)
        self._sources: tuple[SourceInfo, ...] | None = None
        self._stems: dict[str, frozenset[str]] = {}
        self._revision: str | None = None
        self._lock = threading.Lock()
        self._spent = Spent()

    @property
    def seconds(self) -> float:
        """Time that this thread has spent on the embedding model."""
        return self._spent.seconds

    def spelled(self, text: str) -> str:
        """A text of the user with its slips mended, by the words of the index; the same one where there are none."""
        self._follow()
        return self._speller.mend(text)

    def sources(self, where: Filter) -> list[str]:
        """The names of the sources that a filter lets through."""
        return matching(self._all_sources(), where)

    def documents(self, where: Filter) -> list[SourceInfo]:
        """The documents that a filter lets through, by name."""
        known = self._all_sources()
        names = frozenset(matching(known, where))
        return [info for info in known if info.source in names]

    def chunks_of(self, sources: Sequence[str]) -> list[Chunk]:
        """The chunks of some documents, by source and position."""
        return self._store.chunks(sources)

    def fused(self, queries: Sequence[SearchQuery], where: Filter, depth: int = DEPTH) -> list[Hit]:
        """The chunks near any of the queries, best first; `score` is the sum of weighted reciprocal ranks."""
        sources = self.sources(where) if where else None
        if sources is not None and not sources:
            return []
        rankings: list[tuple[float, list[Hit]]] = []
        for query in queries:
            start = time.perf_counter()
            vector = self._embedder.embed_query(query.text)
            self._spent.seconds += time.perf_counter() - start
            rankings.append((query.weight, self._store.query(vector, depth, sources=sources)))
            rankings.append((query.weight, self._store.search_words(query.text, depth, sources=sources)))
        return fuse(rankings)

    def rarity(self, stems: Sequence[str]) -> dict[str, float]:
        """The inverse document frequency of each stemmed word, as in BM25: how much it tells chunks apart."""
        total = self._store.count()
        counts = self._store.frequencies(stems)
        return {s: math.log(1 + (total - counts[s] + 0.5) / (counts[s] + 0.5)) for s in stems}

    def stems(self, source: str) -> frozenset[str]:
        """The stems of all words of a source's title and chunks."""
        self._follow()
        known = self._stems.get(source)
        if known is None:
            texts = [f"{c.title} {c.text}" for c in self._store.chunks([source])]
            known = frozenset(stem(word) for text in texts for word in words(text))
            if len(self._stems) >= REMEMBERED:
                self._stems = {}
            self._stems[source] = known
        return known

    def _all_sources(self) -> tuple[SourceInfo, ...]:
        self._follow()
        found = self._sources
        if found is None:
            found = self._sources = tuple(self._store.sources())
        return found

    def _follow(self) -> None:
        """Forget what was remembered where the store has changed."""
        with self._lock:
            revision = self._store.revision()
            if revision != self._revision:
                self._speller = Speller(self._store)
                self._sources = None
                self._stems = {}
                self._revision = revision


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

"""Retrieval and reranking alone: chunks, best first."""

from __future__ import annotations

from assistant.models.reranker import Reranker
from assistant.query.condense import Condensed
from assistant.retrieval.hybrid import RANK_CONSTANT, Retriever
from index.types import Filter, Hit

READ = 10  # chunks that the cross-encoder reads


def search(retriever: Retriever, reranker: Reranker, query: Condensed, where: Filter) -> list[Hit]:
    """All chunks near the query, best first.

    The cross-encoder's order of the first few is one more ranking beside the dense and the keyword ones: in their place
    it is worse than they are on scientific text, beside them it is better than either (evals/LOG.md).
    """
    hits = retriever.fused(query.queries, where)
    scores = reranker.scores(query.question, [hit.chunk.text for hit in hits[:READ]])
    order = sorted(range(len(scores)), key=lambda i: -scores[i])
    weight = sum(q.weight for q in query.queries)
    gained = {hits[i].chunk.id: weight / (RANK_CONSTANT + rank) for rank, i in enumerate(order, start=1)}
    mixed = [Hit(h.chunk, h.score + gained.get(h.chunk.id, 0.0), "rerank") for h in hits]
    return sorted(mixed, key=lambda h: (-h.score, h.source, h.start))

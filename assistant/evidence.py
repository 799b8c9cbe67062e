"""Sentences of the retrieved chunks, scored for one question.

Few are scored, since each costs: words in common choose which, the cross-encoder scores those, and the best
are scored once more under their document's title, which says what "he" or "the company" is.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from assistant.question import Question, content_stems
from assistant.rerank import Reranker
from assistant.types import Evidence
from index.sentences import split
from index.types import Chunk, Hit

CHUNKS = 8  # the fused hits whose sentences are looked at
SCORED = 24  # sentences that the cross-encoder sees
TITLED = 6  # of those, how many it sees again under their title
LONGEST = 500  # characters of a sentence that the cross-encoder reads


def gather(question: Question, hits: Sequence[Hit], rarity: Mapping[str, float], reranker: Reranker) -> list[Evidence]:
    """The sentences of the best chunks, best first. `rarity`: a weight for each of the question's stems, 0 or more."""
    candidates = _choose(question, _sentences([hit.chunk for hit in hits[:CHUNKS]]), rarity)
    bare = reranker.scores(question.text, [e.text[:LONGEST] for e in candidates])
    scored = sorted((replace(e, score=s) for e, s in zip(candidates, bare)), key=lambda e: -e.score)
    titled = reranker.scores(question.text, [f"{e.chunk.title}. {e.text[:LONGEST]}" for e in scored[:TITLED]])
    top = [replace(e, rank=(e.score + t) / 2) for e, t in zip(scored, titled)]
    rest = [replace(e, rank=min(e.score, min(t.rank for t in top)) - 1) for e in scored[TITLED:]]
    return sorted(top, key=lambda e: -e.rank) + rest


def _sentences(chunks: Sequence[Chunk]) -> list[Evidence]:
    """Each sentence once, though overlapping chunks hold it twice; chunks in the order given."""
    found: dict[tuple[str, int], Evidence] = {}
    for order, chunk in enumerate(chunks):
        for start, end in split(chunk.text):
            key = (chunk.source, chunk.start + start)
            if key not in found:
                found[key] = Evidence(chunk, chunk.start + start, chunk.start + end, chunk.text[start:end], order)
    return list(found.values())


def _choose(question: Question, sentences: Sequence[Evidence], rarity: Mapping[str, float]) -> list[Evidence]:
    if len(sentences) <= SCORED:
        return list(sentences)

    def promise(e: Evidence) -> float:
        shared = set(content_stems(e.text)) & set(question.words)
        return sum(rarity.get(word, 0.0) for word in shared) / (1 + 0.1 * e.order)

    return sorted(sentences, key=lambda e: -promise(e))[:SCORED]

"""The sentences that may answer a question, each with what the models and the words say of it.

The reader reads every passage first: where it finds words that answer, their sentence is a candidate, however few words
it shares with the question. The rest are chosen by the rare words that they share. The cross-encoder then scores each
candidate behind its lead. Its scores of whole passages, of titled sentences and of neighbours add nothing to what the
reader says of the passage; see evals/LOG.md.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from assistant.evidence.sentences import lead_of, sentences
from assistant.language.words import content_stems
from assistant.models.reader import Reader, Reading
from assistant.models.reranker import Reranker
from assistant.query.analyze import Question
from assistant.types import Evidence
from index.injection.detect import mask_injections
from index.text.structure import SEPARATOR
from index.types import Chunk, Hit, Span

PASSAGES = 10  # the best hits; the reader reads each
SCORED = 24  # candidates that the cross-encoder scores alone
MAX_SENTENCE_CHARS = 500  # of a sentence that the cross-encoder reads
MAX_LEAD_CHARS = 200  # of the lead before it


@dataclass(frozen=True, slots=True)
class Scored:
    """A candidate with what is known of it, before it is judged. Logits of the cross-encoder run from -11 to 11.

    relevance: the cross-encoder's logit of the sentence. span: the reader's score of the best words in the sentence.
    words: where those stand in the sentence, as characters.
    """

    evidence: Evidence
    reading: Reading
    relevance: float
    span: float
    words: Span


def score_candidates(
    question: Question, hits: Sequence[Hit], rarity: Mapping[str, float], reranker: Reranker, reader: Reader
) -> list[Scored]:
    """The candidates of the best hits, by the cross-encoder's logit.

    rarity: a weight of 0 or more for each of the question's stems.
    """
    chunks = [hit.chunk for hit in hits[:PASSAGES]]
    readings = read_passages(question, chunks, reader)
    found = sentences(chunks)
    words = {(e.source, e.start): _best_words(e, readings[e.chunk.id]) for e in found}
    chosen = _choose(question, found, rarity, {key: score for key, (score, _) in words.items()})
    scores = reranker.scores(question.text, [_led(e) for e in chosen])
    scored = [
        Scored(e, readings[e.chunk.id], score, *words[e.source, e.start])
        for e, score in zip(chosen, scores, strict=True)
    ]
    return sorted(scored, key=lambda s: (-s.relevance, s.evidence.source, s.evidence.start))


def read_passages(question: Question, chunks: Sequence[Chunk], reader: Reader) -> dict[str, Reading]:
    """What the reader says of each chunk, by chunk id."""
    found = reader.read(question.text, [(heading_path(chunk), mask_injections(chunk.text)) for chunk in chunks])
    return {chunk.id: reading for chunk, reading in zip(chunks, found, strict=True)}


def _best_words(e: Evidence, reading: Reading) -> tuple[float, Span]:
    """The reader's best words in a sentence: their score, and where they stand in it."""
    offset = e.start - e.chunk.start
    score, start, end = reading.best_within(offset, offset + len(e.text))
    return score, Span(start - offset, end - offset)


def _choose(
    question: Question,
    found: Sequence[Evidence],
    rarity: Mapping[str, float],
    spans: Mapping[tuple[str, int], float],
) -> list[Evidence]:
    """The most promising: half by the reader's words, half by the question's rare words."""
    if len(found) <= SCORED:
        return list(found)

    def shared(e: Evidence) -> float:
        stems = set(content_stems(e.text)) & set(question.words)
        return sum(rarity.get(word, 0.0) for word in stems) / (1 + 0.1 * e.order)

    by_reader = sorted(found, key=lambda e: -spans[e.source, e.start])[: SCORED // 2]
    kept = {(e.source, e.start) for e in by_reader}
    rest = [e for e in found if (e.source, e.start) not in kept]
    return [*by_reader, *sorted(rest, key=lambda e: -shared(e))[: SCORED - len(by_reader)]]


def heading_path(chunk: Chunk) -> str:
    """The chunk's document and section, "Handbook › Leave › Annual leave"; the title once where the section has it."""
    if not chunk.section:
        return chunk.title
    return chunk.section if chunk.section.startswith(chunk.title) else f"{chunk.title}{SEPARATOR}{chunk.section}"


def _led(e: Evidence) -> str:
    """A sentence or block behind its lead, cut to what the cross-encoder reads."""
    lead = " ".join(lead_of(e).split())[-MAX_LEAD_CHARS:]
    return f"{lead} {e.text[:MAX_SENTENCE_CHARS]}" if lead else e.text[:MAX_SENTENCE_CHARS]

"""The sentences that may answer a question, each with what the models and the words say of it.

The reader reads every passage first: where it finds words that answer, their sentence is a candidate, however few words
it shares with the question. The rest are chosen by the rare words that they share. The cross-encoder then scores each
candidate alone, and the best ones once more under their title and beside a neighbour: "He added that…" says nothing of
who; the sentence before it does.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from assistant.evidence.sentences import lead_of, neighbours, sentences, text_of
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
TITLED = 8  # of those, how many it scores again under their title
PAIRED = 6  # and how many beside each neighbour
MAX_SENTENCE_CHARS = 500  # of a sentence that the cross-encoder reads
MAX_LEAD_CHARS = 200  # of the lead before it


@dataclass(frozen=True, slots=True)
class Scored:
    """A candidate with what is known of it, before it is judged. Logits of the cross-encoder run from -11 to 11.

    alone: the cross-encoder's logit of the sentence. titled: of the sentence under its document's title and section.
    beside: the highest of the sentence with a neighbour. passage: of the whole chunk. span: the reader's score of the
    best words in the sentence; words: where those stand in the sentence, as characters.
    """

    evidence: Evidence
    reading: Reading
    alone: float
    titled: float
    beside: float
    passage: float
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
    passage = dict(
        zip(readings, reranker.scores(question.text, [mask_injections(c.text) for c in chunks]), strict=True)
    )
    alone = reranker.scores(question.text, [_led(e) for e in chosen])
    scored = [
        Scored(e, readings[e.chunk.id], score, score, score, passage[e.chunk.id], *words[e.source, e.start])
        for e, score in zip(chosen, alone, strict=True)
    ]
    scored.sort(key=lambda s: (-s.alone, s.evidence.source, s.evidence.start))
    return _in_context(question, scored, reranker)


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


def _in_context(question: Question, scored: Sequence[Scored], reranker: Reranker) -> list[Scored]:
    """The candidates, the best of them scored again under their title and beside their neighbours."""
    top = list(scored[:TITLED])
    pairs = [(i, other) for i, s in enumerate(top[:PAIRED]) for other in neighbours(s.evidence) if other is not None]
    texts = [titled(s.evidence) for s in top] + [_together(top[i].evidence, other) for i, other in pairs]
    scores = reranker.scores(question.text, texts)
    top = [replace(s, titled=score) for s, score in zip(top, scores, strict=False)]
    for (i, other), score in zip(pairs, scores[len(top) :], strict=True):
        if score > top[i].beside:
            needed = replace(top[i].evidence, needs=other)
            top[i] = replace(top[i], beside=score, evidence=needed)
    return [*top, *scored[TITLED:]]


def titled(e: Evidence) -> str:
    """A sentence under its document's title and section."""
    return f"{heading_path(e.chunk)}. {_led(e)}"


def heading_path(chunk: Chunk) -> str:
    """The chunk's document and section, "Handbook › Leave › Annual leave"; the title once where the section has it."""
    if not chunk.section:
        return chunk.title
    return chunk.section if chunk.section.startswith(chunk.title) else f"{chunk.title}{SEPARATOR}{chunk.section}"


def _led(e: Evidence) -> str:
    """A sentence or block behind its lead, cut to what the cross-encoder reads."""
    lead = " ".join(lead_of(e).split())[-MAX_LEAD_CHARS:]
    return f"{lead} {e.text[:MAX_SENTENCE_CHARS]}" if lead else e.text[:MAX_SENTENCE_CHARS]


def _together(e: Evidence, other: Span) -> str:
    """A sentence with a neighbour, as they stand."""
    first, second = sorted([Span(e.start, e.end), other])
    return " ".join(text_of(e.chunk, span)[:MAX_SENTENCE_CHARS] for span in (first, second))

"""What other sources answer: sentences that the reader finds and the cross-encoder ranks low.

"She was launched on 20 September" shares no word with a question for a ship by name. The cross-encoder, which is shown
one sentence, passes it over; the reader, which is shown its passage, does not.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from assistant.evidence.sentences import spans, tells
from assistant.extractive.conflicts import numbered_alike, same
from assistant.extractive.counted_nouns import Nouns
from assistant.extractive.writer import answer_in, short
from assistant.models.reader import Reader, Reading
from assistant.query.analyze import Question
from assistant.types import Evidence, QuotedLine, QuoteDraft
from index.injection.detect import orders
from index.types import Chunk

READ = 4  # passages, each of a source that the answer does not have yet
ADDED = 3  # sentences, at most
# The reader's probability from which on a sentence is added. What is typed as in a search engine it knows less well.
# 2026-11: on RAMDocs and CLAPNQ, see evals/LOG.md
ASKED, TYPED = 0.5, 0.9


def add(
    question: Question,
    draft: QuoteDraft,
    chunks: Sequence[Chunk],
    reader: Reader,
    nouns: Nouns,
    known: Mapping[str, Reading] | None = None,
) -> QuoteDraft:
    """The draft with the sentences of other sources that answer, too, and say something new.

    chunks: the passages found, best first. known: what the reader said of some of them already, by chunk id.
    """
    least = ASKED if question.asked else TYPED
    lines = list(draft.lines)
    unheard = _unheard(lines, chunks)
    read = _read(question, unheard, reader, known or {})
    for chunk, reading in sorted(read, key=lambda pair: -pair[1].answerable)[:ADDED]:
        line = _line(question, chunk, reading, nouns)
        if (
            reading.answerable >= least
            and line
            and numbered_alike(question, draft.lines[0].evidence, line.evidence)
            and _is_new(line, chunk.text[reading.start : reading.end], lines, draft)
        ):
            lines.append(line)
    return replace(draft, lines=short(lines))


def _unheard(lines: Sequence[QuotedLine], chunks: Sequence[Chunk]) -> list[Chunk]:
    """The best passage of each source that no line is of; none with orders, which the reader is not to see."""
    heard_of = {e.source for line in lines for e in (line.evidence, *line.witnesses)}
    first: dict[str, Chunk] = {}
    for chunk in chunks:
        if chunk.source not in heard_of and not orders(chunk.text):
            first.setdefault(chunk.source, chunk)
    return list(first.values())[:READ]


def _read(
    question: Question, chunks: Sequence[Chunk], reader: Reader, known: Mapping[str, Reading]
) -> list[tuple[Chunk, Reading]]:
    new = [chunk for chunk in chunks if chunk.id not in known]
    found = reader.read(question.text, [(chunk.title, chunk.text) for chunk in new])
    readings = {**known, **{chunk.id: reading for chunk, reading in zip(new, found, strict=True)}}
    return [(chunk, readings[chunk.id]) for chunk in chunks]


def _line(question: Question, chunk: Chunk, reading: Reading, nouns: Nouns) -> QuotedLine | None:
    """The sentence in which the reader's words begin."""
    at = chunk.start + reading.start
    span = next((span for span in spans(chunk) if span.start <= at < span.end), None)
    text = chunk.text[span.start - chunk.start : span.end - chunk.start] if span else ""
    if span is None or not tells(question, text):
        return None
    return QuotedLine(Evidence(chunk, span.start, span.end, text, order=0), answer_in(question, text, nouns))


def _is_new(line: QuotedLine, said: str, lines: Sequence[QuotedLine], draft: QuoteDraft) -> bool:
    """Whether no line has the reader's words; a side of a disagreement must have a value that no other has."""
    if any(said.lower() in other.evidence.text.lower() for other in lines):
        return False
    if not draft.differ:
        return True
    values = [other.answer.value for other in lines if other.answer]
    return line.answer is not None and not any(same(line.answer.value, value) for value in values)

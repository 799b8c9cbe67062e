"""Do the sentences found answer the question, or are they only near it? A probability.

What the reader says of the best passages, what the cross-encoder says of them and of their sentences, and what both are
blind to: names of the question that the document does not hold.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from assistant.evidence.answer_spans import has_type
from assistant.evidence.distinctions import speaks_of_another
from assistant.evidence.sentences import read
from assistant.language.words import STOP, stem, words
from assistant.models.reader import Reader, Reading
from assistant.models.reranker import Reranker
from assistant.query.analyze import Question
from assistant.types import Evidence
from index.injection.detect import unordered

# Without the reader. Logistic regression (evals/fit_answerable.py) on questions that train question answering.
BIAS = -0.902
WINDOW = 0.195
PASSAGE = 0.082
# With it. The cross-encoder was trained on what people type into a search engine, the reader on written questions: what
# is typed without a question mark is judged by both. 2026-11: logistic regression on SQuAD 2.0 dev_a, CLAPNQ dev_a and
# the cases on the seeds, thresholds moved by hand, see evals/LOG.md. With it the rules by hand below made things worse.
ASKED_BIAS, ASKED_READER = 0.43, 0.715
TYPED_BIAS, TYPED_READER, TYPED_WINDOW, TYPED_PASSAGE = -1.27, 0.16, 0.146, 0.223
READ = 2  # passages that the reader reads
FIRST = 1.0  # logits by which the passage of the best sentence is ahead of the others
SUREST = 4.0  # logits; beyond them the reader is no surer
# Set by hand: in the training sets an article's name is often left out of its text, so they cannot teach this one.
NAMELESS = -2.0
# By hand too, since few rows have it: accepted without it 11 to be refused and 9 to be answered, see evals/LOG.md.
UNTYPED = -1.0
NEAR = 3.0  # how far below the best sentence one may rank to be looked at


@dataclass(frozen=True, slots=True)
class Features:
    """What is known of a question and its best evidence. Logits are about -11 to 11."""

    window: float  # the cross-encoder's highest logit of a sentence, alone or with a neighbour
    passage: float  # its logit of the chunk that holds the best sentence; 0 where the reader judges alone
    untyped: float  # 1 where a person, date or number of something named is asked for and no near sentence holds one
    nameless: float  # share of the question's names that are nowhere in the document, 0 to 1
    typed: float = 0.0  # 1 where the question has no question mark
    reader: float | None = None  # the reader's logit of the passages' answering it; None without a reader


@dataclass(frozen=True, slots=True)
class Judgement:
    """The probability that the evidence answers the question, and the features that gave it.

    readings: what the reader said of the passages that it was shown, by chunk id.
    """

    probability: float
    features: Features | None = None
    readings: Mapping[str, Reading] = field(default_factory=dict)


def judge(
    question: Question,
    evidence: Sequence[Evidence],
    document: Collection[str],
    reranker: Reranker,
    reader: Reader | None = None,
) -> Judgement:
    """Whether the evidence (best first) answers the question. `document`: the stems of all words of the best one's
    document, its title among them. 0 where there is no evidence."""
    if not evidence:
        return Judgement(0.0)
    best, alone = evidence[0], reader is not None and question.asked
    readings = _read(question, evidence, reader) if reader else {}
    found = Features(
        window=max(e.window for e in evidence),
        passage=0.0 if alone else reranker.scores(question.text, [unordered(best.chunk.text)])[0],
        untyped=float(_untyped(question, evidence)),
        nameless=_nameless(question, document),
        typed=float(not question.asked),
        reader=_logit(question, evidence, readings) if readings else None,
    )
    return Judgement(probability(found), found, readings)


def probability(found: Features) -> float:
    """The probability that evidence with these features answers."""
    if found.reader is None:
        by_hand = NAMELESS * found.nameless + UNTYPED * found.untyped
        logit = BIAS + WINDOW * found.window + PASSAGE * found.passage + by_hand
    elif found.typed:
        logit = TYPED_BIAS + TYPED_READER * found.reader + TYPED_WINDOW * found.window + TYPED_PASSAGE * found.passage
    else:
        logit = ASKED_BIAS + ASKED_READER * found.reader
    return 1 / (1 + math.exp(-logit))


def _read(question: Question, evidence: Sequence[Evidence], reader: Reader) -> dict[str, Reading]:
    """What the reader says of the best passages, by chunk id, best passage first."""
    chunks = list({e.chunk.id: e.chunk for e in evidence}.values())[:READ]
    found = reader.read(question.text, [(chunk.title, unordered(chunk.text)) for chunk in chunks])
    return {chunk.id: reading for chunk, reading in zip(chunks, found, strict=True)}


def _logit(question: Question, evidence: Sequence[Evidence], readings: Mapping[str, Reading]) -> float:
    """The reader's logit for the best passages, that of the best sentence ahead of the others."""
    texts = {e.chunk.id: e.chunk.text for e in evidence}
    logits = [
        -SUREST
        if speaks_of_another(question.text, unordered(texts[identity]), r.start)
        else math.log(max(r.answerable, 1e-6) / max(1 - r.answerable, 1e-6))
        for identity, r in readings.items()
    ]
    best = max(logit - (FIRST if place else 0.0) for place, logit in enumerate(logits))
    return max(-SUREST, min(SUREST, best))


def _untyped(question: Question, evidence: Sequence[Evidence]) -> bool:
    if question.wanted not in {"person", "date", "number"} or not question.names:
        return False
    near = [e for e in evidence if e.rank >= evidence[0].rank - NEAR]
    return not any(has_type(question, read(e)) for e in near)


def _nameless(question: Question, document: Collection[str]) -> float:
    if not question.names:
        return 0.0
    missing = [
        name for name in question.names if not all(_found(stem(w), document) for w in words(name) if w not in STOP)
    ]
    return len(missing) / len(question.names)


def _found(word: str, document: Collection[str]) -> bool:
    """Also where only the endings differ, as in names that are spelt in several ways: "Tolstoy" and "Tolstoi"."""
    return word in document or (len(word) >= 5 and any(w[:5] == word[:5] for w in document))

"""Do the sentences found answer the question, or are they only near it? A probability.

What the cross-encoder says of the best sentences and of their passage, and what it is blind to: names of the question
that the document does not hold.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from assistant.evidence import read
from assistant.question import STOP, Question, stem, words
from assistant.rerank import Reranker
from assistant.spans import has_type
from assistant.types import Evidence

# Logistic regression (evals/fit_answerable.py) on questions that train question answering; see evals/LOG.md.
BIAS = -0.902
WINDOW = 0.195
PASSAGE = 0.082
# Set by hand: in the training sets an article's name is often left out of its text, so they cannot teach this one.
NAMELESS = -2.0
# By hand too, since few rows have it: accepted without it 11 to be refused and 9 to be answered, see evals/LOG.md.
UNTYPED = -1.0
NEAR = 3.0  # how far below the best sentence one may rank to be looked at


@dataclass(frozen=True, slots=True)
class Features:
    """What is known of a question and its best evidence. Logits are about -11 to 11."""

    window: float  # the cross-encoder's highest logit of a sentence, alone or with a neighbour
    passage: float  # its logit of the chunk that holds the best sentence
    untyped: float  # 1 where a person, date or number of something named is asked for and no near sentence holds one
    nameless: float  # share of the question's names that are nowhere in the document, 0 to 1


@dataclass(frozen=True, slots=True)
class Judgement:
    """The probability that the evidence answers the question, and the features that gave it."""

    probability: float
    features: Features | None = None


def judge(question: Question, evidence: Sequence[Evidence], document: Collection[str], reranker: Reranker) -> Judgement:
    """Whether the evidence (best first) answers the question. `document`: the stems of all words of the best one's
    document, its title among them. 0 where there is no evidence."""
    if not evidence:
        return Judgement(0.0)
    best = evidence[0]
    found = Features(
        window=max(e.window for e in evidence),
        passage=reranker.scores(question.text, [best.chunk.text])[0],
        untyped=float(_untyped(question, evidence)),
        nameless=_nameless(question, document),
    )
    return Judgement(probability(found), found)


def probability(found: Features) -> float:
    """The probability that evidence with these features answers."""
    logit = BIAS + WINDOW * found.window + PASSAGE * found.passage + NAMELESS * found.nameless + UNTYPED * found.untyped
    return 1 / (1 + math.exp(-logit))


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

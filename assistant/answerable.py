"""Do the sentences found answer the question, or are they only near it? A probability.

What the cross-encoder says of the best sentence and of its passage, and what it does not see: the question's rarest
words, its names, dates and figures must be found, and the answer's type must be there. The weights are those of a
logistic regression (evals/fit_answerable.py) on questions that train question answering, never on a test set.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from assistant.facts import loose_dates, names, numbers
from assistant.question import Question, Wanted, content_stems, stem, words
from assistant.rerank import Reranker
from assistant.types import Evidence

NEGATION = re.compile(r"\b(?:not|no|never|none|nor|neither|without|cannot|\w+n['’]t|un\w+ed|fail(?:s|ed)?|refus\w+|den(?:y|ies|ied))\b", re.I)


@dataclass(frozen=True, slots=True)
class Features:
    """What is known of a question and its best evidence. All without units; logits are about -11 to 11."""

    sentence: float  # cross-encoder logit of the best sentence
    passage: float  # of the chunk that holds it
    second: float  # of the second best sentence
    covered: float  # share of the question's words found around the best sentence, weighted by rarity, 0 to 1
    covered_sentence: float  # the same within the sentence itself
    rarest: float  # rarity of the rarest word of the question that the passage lacks, as a share of all
    names: float  # share of the question's names in the passage or title, 1 where it has none
    figures: float  # the same for numbers and dates
    typed: float  # 1 where the best sentence holds what the question asks for, or nothing that can be told by its form
    negation: float  # 1 where one of question and sentence is negated and the other not


def features(
    question: Question, evidence: Sequence[Evidence], rarity: Mapping[str, float], passage: float
) -> Features:
    """`evidence` best first, not empty; `passage` of the best sentence's chunk."""
    best = evidence[0]
    chunk = best.chunk
    around = f"{chunk.title} {chunk.date or ''} {chunk.text}"
    return Features(
        sentence=max(e.score for e in evidence[:3]),
        passage=passage,
        second=sorted((e.score for e in evidence), reverse=True)[min(1, len(evidence) - 1)],
        covered=_covered(rarity, around),
        covered_sentence=_covered(rarity, best.text),
        rarest=_rarest(rarity, around),
        names=_share(question.names, _name_test(around)),
        figures=_figures(question, best, around),
        typed=float(has_type(question, best.text)),
        negation=float(bool(NEGATION.search(question.text)) != bool(NEGATION.search(best.text))),
    )


def has_type(question: Question, text: str) -> bool:
    """Whether a text holds what the question asks for: another number, date or name than the question's own."""
    wanted: Wanted = question.wanted
    if wanted == "number":
        return any(f.value not in question.numbers for f in numbers(text)) or bool(re.search(r"\b(?:a|no|both|single|several|few|many|once|twice)\b", text))
    if wanted == "date":
        return any(f.value not in question.dates for f in loose_dates(text))
    if wanted in {"person", "place", "name"}:
        asked = set(question.words)
        return any(not {stem(w) for w in words(f.value)} <= asked for f in names(text))
    return True


def _covered(rarity: Mapping[str, float], text: str) -> float:
    total = sum(rarity.values())
    if not total:
        return 0.0
    present = set(content_stems(text))
    return sum(r for w, r in rarity.items() if _found(w, present)) / total


def _rarest(rarity: Mapping[str, float], text: str) -> float:
    present = set(content_stems(text))
    missing = [r for w, r in rarity.items() if not _found(w, present)]
    return max(missing, default=0.0) / (sum(rarity.values()) or 1.0)


def _found(word: str, present: set[str]) -> bool:
    """Also where one is the other's beginning, for endings that the stemmer does not know ("Zelensky", "Zelenskyy")."""
    if word in present:
        return True
    return len(word) >= 5 and any(p[:5] == word[:5] and abs(len(p) - len(word)) <= 3 for p in present)


def _name_test(text: str) -> set[str]:
    return {stem(w) for w in words(text)}


def _share(wanted: Sequence[str], present: set[str]) -> float:
    if not wanted:
        return 1.0
    return sum(all(_found(stem(w), present) for w in words(name)) for name in wanted) / len(wanted)


def _figures(question: Question, best: Evidence, around: str) -> float:
    asked = [*question.numbers, *question.dates]
    if not asked:
        return 1.0
    there = {f.value for f in numbers(around)} | {f.value for f in loose_dates(around)}
    if best.chunk.date:
        there |= {best.chunk.date, best.chunk.date[:4], best.chunk.date[:7]}
    return sum(_dated(value, there) for value in asked) / len(asked)


def _dated(value: str, there: set[str]) -> bool:
    """A figure or date is there also as part of a fuller one: "2024" in "2024-10-04", October in "--10-04"."""
    if value in there:
        return True
    return any(t.startswith(value) for t in there if len(value) == 4 or "-" in value)


@dataclass(frozen=True, slots=True)
class Judgement:
    """The probability that the evidence answers the question, and the features that gave it."""

    probability: float
    features: Features | None = None


def judge(
    question: Question, evidence: Sequence[Evidence], rarity: Mapping[str, float], reranker: Reranker
) -> Judgement:
    """Whether the best of the evidence (best first) answers the question; 0 where there is no evidence."""
    if not evidence:
        return Judgement(0.0)
    chunk = evidence[0].chunk
    passage = reranker.scores(question.text, [chunk.text])[0]
    found = features(question, evidence, rarity, passage)
    return Judgement(_logistic(found), found)


def _logistic(found: Features) -> float:
    return 1 / (1 + math.exp(-found.sentence))

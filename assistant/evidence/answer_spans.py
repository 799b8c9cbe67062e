"""Which words of a sentence answer the question: a number for "how many", a date for "when", a name for "who"."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from assistant.language.entities import Fact, dates, loose_dates, names, numbers
from assistant.language.words import STOP, stem, words
from assistant.query.analyze import Question
from assistant.types import AnswerSpan

NEARBY = 80  # characters before a fact that are looked at
_APPROXIMATE = re.compile(
    r"(?:(?:about|around|approximately|almost|nearly|roughly|over|under|up to|at least|at most|more than|less than"
    r"|fewer than|as many as|some|between|an estimated|estimated|only|just) )+$",
    re.I,
)
# the lower end of a range, before its upper end
_RANGE = re.compile(r"(?:between |from )?(?<![\w.,])[$€£¥]?\d[\d.,]*(?: ?%)?(?: to | and | or |[-–])[$€£¥]?$", re.I)
# the words that a number counts: up to four, ended by anything that is not part of a noun phrase
_NOT_COUNTED = (
    "of|in|on|at|to|by|for|from|with|and|or|as|that|who|which|were|was|are|is|have|has|had|will|would|may|might|can|could"
    "|when|while|after|before|since|during|into|over|under|the|a|an|than|per|not"
)
_COUNTED = re.compile(rf"(?:[ -](?!(?:{_NOT_COUNTED})\b)[^\W\d_][^\W\d_’'-]*(?:[’'-][^\W\d_]+)*){{1,4}}", re.I)
# what stands before a date and belongs to it
_BEFORE_DATE = re.compile(
    r"(?:(?:in|on|by|after|before|since|during|until|from|around|about|circa|the|early|late|mid|end of|beginning of)"
    r"[ -])+$",
    re.I,
)
# more names of the same list or address
_MORE_NAMES = re.compile(r"(?:, | and | & | of )(?=[A-Z])[A-Z][\w’'.-]*\w(?: [A-Z][\w’'.-]*\w)*")
_LOCATIVE = re.compile(
    r"\b(?:in|at|near|from|to|into|on|of|across|throughout|outside|inside|around|via|through|like|as|and)"
    r" (?:the )?(?:\w+ )?$|, $",
    re.I,
)
_PRICE = re.compile(r"\b(?:cost|price|pay|paid|earn|salary|fee|worth|spend|spent|budget)s?\b", re.I)
_MONEY = re.compile(r"[$€£¥%]|\b(?:dollar|euro|pound|cent|yen|yuan|rupee|rouble|ruble|franc|peso|won)s?\b", re.I)
_WEEKDAY = re.compile(r"(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day,? $")


def answering(question: Question, text: str) -> AnswerSpan | None:
    """The words of `text` that answer by their form, offsets in `text`; None where they cannot be told."""
    candidates = _candidates(question, text)
    if not candidates:
        return None
    asked = set(question.words)
    marks = [m.span() for m in re.finditer(r"[^\W_]+", text) if stem(m[0].lower()) in asked]
    best = min(candidates, key=lambda f: (_fit(question, text, f), _distance(f, marks), f.start))
    others = [f for f in candidates if f is not best and f.value != best.value]
    return replace(_widen(text, best), sure=_is_sure(question, text, best, others, marks))


def _is_sure(
    question: Question, text: str, best: Fact, others: Sequence[Fact], marks: Sequence[tuple[int, int]]
) -> bool:
    """Whether no other fact of the sentence could be meant."""
    if best.kind == "name":
        # a single capitalised word that opens the sentence may be any word
        return len(others) <= 1 and not (best.start == 0 and " " not in best.value)
    if best.kind == "date":
        return all(_distance(best, marks) <= _distance(f, marks) for f in others)
    plainly = _fit(question, text, best) == 0
    return not others or (plainly and all(_noun(text, f.end) and _fit(question, text, f) for f in others))


def has_type(question: Question, text: str) -> bool:
    """Whether a text holds what the question asks for by its form; True where that cannot be told."""
    return question.wanted in {"other", "yes-no"} or bool(_candidates(question, text))


def _candidates(question: Question, text: str) -> Sequence[Fact]:
    asked = set(question.words)
    if question.wanted == "number":
        found = [f for f in numbers(text) if f.value not in question.numbers]
        return [f for f in found if _is_money(text, f)] if _PRICE.search(question.text) else found
    if question.wanted == "date":
        return [f for f in dates(text) if f.value not in question.dates] or [
            f for f in loose_dates(text) if f.value not in question.dates]  # fmt: skip
    if question.wanted in {"person", "place", "name"}:
        found = [f for f in names(text) if not {stem(w) for w in words(f.value) if w not in STOP} <= asked]
        return (
            [f for f in found if _LOCATIVE.search(text, max(f.start - NEARBY, 0), f.start)]
            if question.wanted == "place"
            else found
        )
    return []


def _fit(question: Question, text: str, fact: Fact) -> int:
    """0 for a number that counts what the question counts, and for a date that tells the day; 1 for others."""
    if fact.kind == "number":
        if _PRICE.search(question.text):
            return 0
        return 0 if {stem(w) for w in words(_noun(text, fact.end))} & set(question.words) else 1
    if fact.kind == "date":
        return 0 if fact.value.count("-") > 1 or "year" in words(question.text) else 1
    return 0


def _is_money(text: str, fact: Fact) -> bool:
    return bool(_MONEY.search(f"{text[fact.start : fact.end]} {_noun(text, fact.end)}"))


def _noun(text: str, end: int) -> str:
    match = _COUNTED.match(text, end)
    return match[0].strip(" -") if match else ""


def _distance(fact: Fact, marks: Sequence[tuple[int, int]]) -> int:
    """Characters to the nearest of the question's words."""
    return min((max(a - fact.end, fact.start - b, 0) for a, b in marks), default=0)


def _widen(text: str, fact: Fact) -> AnswerSpan:
    """The fact with the words that belong to it: "about 50,000 troops", "after 1850", "Springfield, Illinois"."""
    start, end, counted = fact.start, fact.end, ""
    if fact.kind == "number":
        for before in (_RANGE, _APPROXIMATE):
            if match := before.search(text, max(start - NEARBY, 0), start):
                start = match.start()
        counted = _noun(text, end)
        end += len(match[0].rstrip()) if (match := _COUNTED.match(text, end)) else 0
    elif fact.kind == "date":
        if match := _WEEKDAY.search(text, max(start - NEARBY, 0), start):
            start = match.start()
        if match := _BEFORE_DATE.search(text, max(start - NEARBY, 0), start):
            start = match.start()
    else:
        while match := _MORE_NAMES.match(text, end):
            end = match.end()
        start -= 4 if text[max(start - 4, 0) : start].lower() == "the " else 0
    return AnswerSpan(start, end, fact.value, counted)

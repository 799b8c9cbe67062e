"""Numbers of a sentence that its span does not give, or gives for something else."""

from __future__ import annotations

import re
from collections.abc import Sequence

from assistant.language.entities import Fact, dates, number_value, numbers
from assistant.language.words import STOP, stem, words

_ORDINALS = (
    "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth fifteenth"
    " sixteenth seventeenth eighteenth nineteenth twentieth"
).split()
_ORDINAL = re.compile(rf"\b(?:(?P<word>{'|'.join(_ORDINALS)})|(?P<figure>\d+)(?:st|nd|rd|th))\b", re.I)
_FRACTION = re.compile(
    r"\b(?:(?:(?:one|two|three|a)[ -])?(?P<part>half|third|quarter|fifth|tenth|halves|thirds|quarters|fifths|tenths)"
    r"(?=[ -](?:of|the|a|an|as)\b))",
    re.I,
)
# the span's may stand without what they are a part of: "a third cycle to school"
_LOOSE_FRACTION = re.compile(r"\b(?P<part>half|third|quarter|fifth|tenth|halves|thirds|quarters|fifths|tenths)\b", re.I)
_MONEY = re.compile(
    r"[$€£¥₩₽₹]|\b(?:dollar|euro|pound|(?<!per )cent|yen|yuan|won|rupee|rouble|ruble|franc|peso)s?\b", re.I
)
# "one" that counts nothing: "one of them", "no one", "one another"
_NO_COUNT = re.compile(
    r"(?:\b(?:no|any|some|every|each|this|that|which|the) )?\bone\b(?= (?:of|another|or|thing|who|that|which)\b|\W*$)",
    re.I,
)
_BEHIND = re.compile(r"(?:[ -][^\W\d_][\w’'-]*){1,4}")
_DIGITS = re.compile(r"\d+(?:[.,:]\d+)*")


def wrong_numbers(sentence: str, span: str) -> list[str]:
    """Numbers, ordinals and fractions of the sentence that are not in the span, or count something else there."""
    found, there = numbers(sentence), numbers(span)
    problems = []
    for fact in found:
        if _idle(sentence, fact):
            continue
        text = sentence[fact.start : fact.end]
        same = [f for f in there if f.value == fact.value] or _spelled(fact, span)
        if not same and _SHARE.get(fact.value) in {_part(m["part"]) for m in _LOOSE_FRACTION.finditer(span)}:
            continue
        if not same:
            problems.append(f"the number {text.strip()} is not there")
        elif _is_money(sentence, fact) and not any(_is_money(span, f) for f in same):
            problems.append(f"{text.strip()} is no amount of money there")
        elif other := _counts_other(sentence, fact, span, same, there):
            problems.append(f"{text.strip()} counts {other} there")
    said = {_part(f["part"]) for f in _LOOSE_FRACTION.finditer(span)}
    problems += [
        f"the fraction “{m[0]}” is not there"
        for m in _FRACTION.finditer(sentence)
        if _part(m["part"]) not in said and not any(word in span.lower() for word in _EQUAL.get(_part(m["part"]), ()))
    ]
    ordinals = set(_ordinals(span))
    problems += [
        f"the ordinal “{text}” is not there" for value, text in _ordinal_texts(sentence) if value not in ordinals
    ]
    return problems + _loose_digits(sentence, span, found)


_SHARE = {"50%": "half", "25%": "quarter", "20%": "fifth", "10%": "tenth"}
_EQUAL = {"half": ("50%", "50 per", "fifty per"), "quarter": ("25%", "25 per"), "third": ("33%",), "fifth": ("20%",)}


def _part(word: str) -> str:
    return {"halves": "half"}.get(word.lower(), word.lower().removesuffix("s"))


def _idle(sentence: str, fact: Fact) -> bool:
    """Whether a number word counts nothing."""
    if sentence[fact.start : fact.end].strip().lower() != "one":
        return False
    return any(m.start() <= fact.start < m.end() for m in _NO_COUNT.finditer(sentence))


def _spelled(fact: Fact, span: str) -> list[Fact]:
    """Where a number stands in a form that is no number by itself: part of a date or of a code, as in "F-16"."""
    return [
        Fact("number", m.start(), m.end(), fact.value)
        for m in _DIGITS.finditer(span)
        if _value(m[0]) == fact.value and not any(d.start <= m.start() < d.end for d in dates(span))
    ]


def _value(digits: str) -> str | None:
    try:
        return number_value(digits)
    except ValueError:
        return None


def _is_money(text: str, fact: Fact) -> bool:
    behind = _BEHIND.match(text, fact.end)
    around = text[max(fact.start - 2, 0) : fact.end] + " " + (" ".join(behind[0].split()[:2]) if behind else "")
    return bool(_MONEY.search(around))


def _counts_other(sentence: str, fact: Fact, span: str, same: Sequence[Fact], there: Sequence[Fact]) -> str | None:
    """What the number counts in the span, where the sentence has it count a thing that another number there counts."""
    head = _counted(sentence, fact)
    if not head:
        return None
    here = [_counted(span, f) for f in same]
    said = {stem(w) for w in words(sentence)}
    if any(head & counted or not counted or counted & said for counted in here):
        return None
    others = [f for f in there if f.value != fact.value and _counted(span, f) & head]
    return " ".join(sorted(here[0])) if others else None


def _counted(text: str, fact: Fact) -> set[str]:
    """The stems of the words that a number counts."""
    behind = _BEHIND.match(text, fact.end)
    found: list[str] = []
    for word in words(behind[0]) if behind else []:
        if word in STOP:
            break
        found.append(stem(word))
    return set(found)


def _ordinals(text: str) -> list[str]:
    return [value for value, _ in _ordinal_texts(text)]


def _ordinal_texts(text: str) -> list[tuple[str, str]]:
    """Ordinals that order something, as (value, text); those of dates and fractions are none."""
    taken = [(d.start, d.end) for d in dates(text)] + [m.span() for m in _FRACTION.finditer(text)]
    return [
        (m["figure"] or str(_ORDINALS.index(m["word"].lower()) + 1), m[0])
        for m in _ORDINAL.finditer(text)
        if not any(a <= m.start() < b for a, b in taken)
    ]


def _loose_digits(sentence: str, span: str, found: Sequence[Fact]) -> list[str]:
    """Figures that no rule reads as a number or date, such as "F-16" and "4.5.2": they must be there as they are."""
    taken = [(f.start, f.end) for f in found] + [(f.start, f.end) for f in dates(sentence)]
    there = set(_DIGITS.findall(span))
    return [
        f"the figure {m[0]} is not there"
        for m in _DIGITS.finditer(sentence)
        if not any(a < m.end() and m.start() < b for a, b in taken)
        and m[0] not in there
        and not _ordinal_at(sentence, m)
    ]


def _ordinal_at(sentence: str, m: re.Match[str]) -> bool:
    return bool(_ORDINAL.match(sentence, m.start()))

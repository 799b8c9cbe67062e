"""Dates of a sentence that its span does not give, read against the date of the span's document."""

from __future__ import annotations

import re
from datetime import date, timedelta

from assistant.language.entities import MONTHS, WEEKDAYS, Fact, loose_dates

_DAYS = WEEKDAYS.split("|")
_RELATIVE = {"today": 0, "yesterday": 1, "tomorrow": -1}
_RELATIVE_WORD = re.compile(r"\b(today|yesterday|tomorrow|tonight)\b", re.I)
_AGO = re.compile(
    r"\b(?P<which>last|this|next|past|previous|coming)"
    r" (?P<unit>week|month|year|weekend|summer|winter|spring|autumn|fall)\b",
    re.I,
)
_SEASON = re.compile(r"\b(spring|summer|autumn|winter)\b", re.I)
_MONTH_WORD = re.compile(
    r"\b(?:January|February|April|June|July|August|September|October|November|December)\b"
    r"|\b(?<=\b(?:in|on|by|of) )(?:March|May)\b"  # words too, where nothing before them dates
)


def wrong_dates(sentence: str, span: str, published: str | None = None) -> list[str]:
    """Dates, weekdays and words such as "yesterday" that the span does not give, in any form that says the same."""
    there = _known(span, published)
    problems = [
        f"the date {sentence[f.start : f.end]} is not there"
        for f in loose_dates(sentence)
        if not any(_fits(value, other) for value in _values(sentence, f) for other in there)
    ]
    months = {
        int(v.lstrip("-")[:2]) if v.startswith("-") else int(v[5:7]) for v in there if re.match(r"-+\d\d|\d{4}-\d\d", v)
    }
    problems += [
        f"the month {m[0]} is not there"
        for m in _MONTH_WORD.finditer(sentence)
        if MONTHS[m[0].lower()] not in months and m[0] not in span
    ]
    relative = {m[0].lower() for m in _RELATIVE_WORD.finditer(span)}
    problems += [f"“{m[0]}” is not there" for m in _RELATIVE_WORD.finditer(sentence) if m[0].lower() not in relative]
    seasons = {m[0].lower() for m in _SEASON.finditer(re.sub(r"\bfall\b", "autumn", span))}
    problems += [
        f"“{m[0]}” is not there" for m in _SEASON.finditer(sentence) if seasons and m[0].lower() not in seasons
    ]
    spoken = {(m["which"].lower(), m["unit"].lower()) for m in _AGO.finditer(span)}
    problems += [
        f"“{m[0]}” is not there"
        for m in _AGO.finditer(sentence)
        if (m["which"].lower(), m["unit"].lower()) not in spoken
    ]
    return problems


def _values(text: str, fact: Fact) -> list[str]:
    """A date as "YYYY-MM-DD" with what is known of it; a month alone as "-MM"; a weekday by its name."""
    lowered = fact.value.lower()
    return [f"-{MONTHS[lowered]:02d}"] if lowered in MONTHS else [lowered]


def _known(span: str, published: str | None) -> list[str]:
    """Every date that a span gives, also those that follow from its document's date."""
    known = [value for f in loose_dates(span) for value in _values(span, f)]
    day = _day(published)
    if day is None:
        return known
    resolved = [_with_year(value, day) for value in known if value.startswith("-")]
    resolved += [_weekday(value, day) for value in known if value in _DAYS]
    for m in _RELATIVE_WORD.finditer(span):
        resolved.append((day - timedelta(days=_RELATIVE.get(m[0].lower(), 0))).isoformat())
    resolved += [value for m in _AGO.finditer(span) if (value := _shifted(m["which"], m["unit"], day))]
    return known + resolved


def _day(published: str | None) -> date | None:
    try:
        return date.fromisoformat(published) if published else None
    except ValueError:
        return None  # a document that tells its month or year alone


def _with_year(value: str, day: date) -> str:
    """ "--10-04" and "-10" with a year: the last one that is not after the document's date, by more than a month."""
    month = int(value.lstrip("-")[:2])
    year = day.year if month <= day.month + 1 else day.year - 1
    return f"{year}-{value.lstrip('-')}"


def _weekday(name: str, day: date) -> str:
    """The last such day not after the document's date."""
    return (day - timedelta(days=(day.weekday() - _DAYS.index(name)) % 7)).isoformat()


def _shifted(which: str, unit: str, day: date) -> str | None:
    step = {"last": -1, "past": -1, "previous": -1, "this": 0, "next": 1, "coming": 1}[which.lower()]
    if unit.lower() == "year":
        return str(day.year + step)
    if unit.lower() == "month":
        months = day.year * 12 + day.month - 1 + step
        return f"{months // 12}-{months % 12 + 1:02d}"
    return None


def _fits(value: str, other: str) -> bool:
    """Whether a date is the other one, or says less of the same: "2024-10" of "2024-10-04", "--10-04" of both."""
    if value == other:
        return True
    if value in _DAYS or other in _DAYS or not other[:1].isdigit():
        return bool(value.startswith("-") and other.startswith("-") and other.lstrip("-").startswith(value.lstrip("-")))
    if value.startswith("-"):  # month, perhaps with its day, of any year
        return other[5:].startswith(value.lstrip("-"))
    return other.startswith(value)

"""Recognizes numbers, dates and names by their form, as spans of a text. No model.

They show what type of answer a question expects, which words of a sentence answer it, and where two sentences differ.
The forms are English; numbers and numeric dates of other languages are recognized too.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

Kind = Literal["number", "date", "name"]

UNITS = {
    "zero": 0,
    "one": 1,
    "two": 2,
    "three": 3,
    "four": 4,
    "five": 5,
    "six": 6,
    "seven": 7,
    "eight": 8,
    "nine": 9,
    "ten": 10,
    "eleven": 11,
    "twelve": 12,
    "thirteen": 13,
    "fourteen": 14,
    "fifteen": 15,
    "sixteen": 16,
    "seventeen": 17,
    "eighteen": 18,
    "nineteen": 19,
    "twenty": 20,
    "thirty": 30,
    "forty": 40,
    "fifty": 50,
    "sixty": 60,
    "seventy": 70,
    "eighty": 80,
    "ninety": 90,
}
SCALES = {"hundred": 100, "thousand": 1_000, "million": 10**6, "billion": 10**9, "trillion": 10**12}
VAGUE = {"dozen": 12, "dozens": 24, "hundreds": 200, "thousands": 2_000, "millions": 2 * 10**6, "billions": 2 * 10**9}
MONTHS = {
    name: number
    for number, names in enumerate(
        ("january jan", "february feb", "march mar", "april apr", "may", "june jun", "july jul", "august aug",
         "september sep sept", "october oct", "november nov", "december dec"), start=1)
    for name in names.split()
}  # fmt: skip
WEEKDAYS = "monday|tuesday|wednesday|thursday|friday|saturday|sunday"

_FULL_MONTH = "January|February|March|April|May|June|July|August|September|October|November|December"
_MONTH = rf"(?:(?:{_FULL_MONTH})\b|(?:Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)\b\.?)"
_DAY = r"(?:[0-3]?\d)(?:st|nd|rd|th)?"
_YEAR = r"(?:1[0-9]{3}|20[0-9]{2}|21[0-9]{2})"
_DATE = re.compile(
    rf"""\b(?:
      (?P<iso>{_YEAR}[-/.][01]\d[-/.][0-3]\d)
    | (?P<month1>{_MONTH})[ ](?P<day1>{_DAY})(?:[ ]?[-–—][ ]?(?P<to1>{_DAY}))?(?:[ ]?,[ ]?(?P<year1>{_YEAR}))?
    | (?P<day2>{_DAY})(?:[ ]?[-–—][ ]?(?P<to2>{_DAY}))?[ ](?:of[ ])?(?P<month2>{_MONTH})(?:[ ]?,?[ ](?P<year2>{_YEAR}))?
    | (?P<month3>{_MONTH})[ ]?,?[ ](?P<year3>{_YEAR})
    | (?P<year4>{_YEAR})s?(?:[ ]?[-–—][ ]?(?:{_YEAR}|\d\d))?
    )(?![\d%]|,\d)""",
    re.VERBOSE,
)
# A month or weekday alone is a date too, but a less precise one than the forms above.
_LOOSE_DATE = re.compile(
    rf"\b(?:in|since|until|by|during|last|early|late|mid|next|this)[ -](?P<month>{_FULL_MONTH})\b"
    rf"|\b(?P<weekday>{WEEKDAYS})\b|\b(?P<century>\d\d?(?:st|nd|rd|th) century)\b",
    re.IGNORECASE,
)
_UNITS = "|".join(sorted(UNITS, key=len, reverse=True))
_SCALES = "|".join(SCALES)
_VAGUE = "|".join(sorted(VAGUE, key=len, reverse=True))
_PERCENT = r"(?:[ ]?%|[ -]per[ ]?cent\b)"
_SPACES = " \u00a0\u2009\u202f"  # thousands separators: plain, no-break and thin spaces
# points as thousands separators, where they cannot be decimal points: "1.500.000", "3.000"
_DOTTED = r"(?:[1-9]\d{0,2}(?:\.\d{3}){2,}|[1-9]\d{0,2}\.000)(?:,\d+)?"
_NUMBER = re.compile(
    rf"""(?<![\w.,:/])[$€£¥]?[ ]?
         (?:\d{{1,3}}(?:[,{_SPACES}]\d{{3}})+(?:\.\d+)?|{_DOTTED}|\d+(?:\.\d+)?)
         (?:{_PERCENT}|(?:[ -](?:{_SCALES})\b)+)?(?!\w|[.,:/]\d)
       | \bhalf[ ]a[ ](?:{_SCALES})\b
       | \b(?:{_VAGUE})\b
       | \b(?:(?:{_UNITS})(?:[ -](?:{_UNITS}))*(?:[ -](?:{_SCALES}))*|(?:{_SCALES})(?:[ -](?:{_SCALES}))*)
         (?:[ -](?:and[ ])?(?:{_UNITS})(?:[ -](?:{_UNITS}))*(?:[ -](?:{_SCALES}))+)*
         (?![ -](?:half|third|quarter|fifth|tenth)s?\b)
         (?:(?<=hundred|usand|llion)[ -](?:and[ ])?(?:{_UNITS})(?:[ -](?:{_UNITS}))*)?{_PERCENT}?(?!\w)""".replace(
        "(?<=hundred|usand|llion)", "(?:(?<=hundred)|(?<=thousand)|(?<=llion))"
    ),
    re.VERBOSE | re.IGNORECASE,
)
# a number that looks like a year but counts something: "1500 soldiers"
_FUNCTION_WORD = "and|or|to|in|of|on|at|by|for|from|with|as|is|was|were|are|when|the|a|an|it|he|she|they"
_COUNTS = re.compile(
    rf"[ ](?!(?:{_FUNCTION_WORD})\b)(?:[a-z]+s|people|men|women|children|km|kg|cm|mm|m|ha|ft|lb|mph|kWh|MW|GW)\b"
)
_DATING = re.compile(r"\b(?:in|since|until|by|during|of|from|after|before|early|late|mid|year|around|circa)[ -]$", re.I)
_CAPITAL = f"[{''.join(c for c in map(chr, range(0x250)) if c.isupper())}Ͱ-ϿЀ-Я]"  # Latin, Greek, Cyrillic
_CAPITALISED = rf"(?:{_CAPITAL}[\w'’.-]*\w|{_CAPITAL}\.?)"
_NAME = re.compile(
    rf"(?<![\w'’]){_CAPITALISED}(?:(?: (?:of|the|de|van|von|al|bin|for|del|della|du|la|le))? {_CAPITALISED})*",
)
# words that are capitalized at the start of a sentence but are not names
OPENERS = frozenset(
    """a an the this that these those it its he she they we i you his her their our my your there here in on at by for
    from to of with as if when while where who what which why how and but or so yet nor not no yes after before since
    until during although though because however moreover also then thus hence today yesterday tomorrow now some many
    most all both each every any few several such other another one two three first second last next more less only
    even just still according based among between under over into about against without within through despite unlike
    let is are was were be been being do does did has have had can could will would shall should may might must please
    give tell name list show describe explain hours days weeks months years source points note should well""".split()
)


@dataclass(frozen=True, slots=True)
class Fact:
    """A number, date or name: `text[start:end]`. Facts with equal `value`s mean the same.

    The value of a number is its plain digits ("3000"); of a date, the known part in ISO form ("2024-10-04", "--10-04"
    without a year, "2024"); of a name, its words in lower case.
    """

    kind: Kind
    start: int
    end: int
    value: str


def dates(text: str) -> list[Fact]:
    """Finds dates that name a day, a month of a year, or a year."""
    return [Fact("date", m.start(), m.end(), _date_value(m)) for m in _DATE.finditer(text) if not _is_amount(text, m)]


def _is_amount(text: str, m: re.Match[str]) -> bool:
    """Returns whether an apparent year is an amount: it counts something, and no word before it marks a date."""
    bare = m["year4"] is not None and m[0] == m["year4"]
    if bare and text[max(m.start() - 1, 0)] in "$€£¥":
        return True
    return bare and bool(_COUNTS.match(text, m.end())) and not _DATING.search(text, max(m.start() - 12, 0), m.start())


def loose_dates(text: str) -> list[Fact]:
    """Finds `dates`, and also a month, weekday or century alone."""
    found = dates(text)
    taken = [(f.start, f.end) for f in found]
    for m in _LOOSE_DATE.finditer(text):
        group = next(name for name, value in m.groupdict().items() if value)
        if not _inside(m.start(group), m.end(group), taken):
            found.append(Fact("date", m.start(group), m.end(group), m[group].lower()))
    return sorted(found, key=lambda f: f.start)


def numbers(text: str) -> list[Fact]:
    """Finds amounts in digits or words, except numbers that are part of a date."""
    taken = [(f.start, f.end) for f in dates(text)]
    found = []
    for m in _NUMBER.finditer(text):
        start = m.start() + (len(m[0]) - len(m[0].lstrip()))
        if not _inside(start, m.end(), taken):
            found.append(Fact("number", start, m.end(), number_value(m[0])))
    return found


def names(text: str) -> list[Fact]:
    """Finds runs of capitalized words, without an opening word of the sentence that is not a name."""
    found = []
    for m in _NAME.finditer(text):
        start, end = m.span()
        words = m[0].split(" ")
        while words and words[0].lower().rstrip(".") in OPENERS:
            start += len(words[0]) + 1
            words = words[1:]
        if words and not _is_month(words):
            found.append(Fact("name", start, end, " ".join(words).lower()))
    return found


def number_value(text: str) -> str:
    """Converts a number to plain digits: "3,000", "3.000" and "three thousand" give "3000"; "5%" gives "5%"."""
    lowered = text.lower().strip().lstrip("$€£¥ ")
    percent = "%" if re.search(rf"{_PERCENT}$", lowered) else ""
    lowered = re.sub(rf"\s*-?{_PERCENT}$", "", lowered)
    figure = re.match(rf"\d[\d.,{_SPACES}]*", lowered)
    if figure is None:
        half = 0.5 if lowered.startswith("half a ") else 1.0
        return f"{half * _words_value(re.findall(r'[a-z]+', lowered.removeprefix('half a '))):.10g}{percent}"
    digits = re.sub(rf"[,{_SPACES}]", "", figure[0])
    if re.fullmatch(_DOTTED, figure[0].strip()):
        digits = figure[0].strip().replace(".", "").replace(",", ".")
    value = float(digits.rstrip("."))
    for word in re.findall(r"[a-z]+", lowered[figure.end() :]):
        value *= SCALES.get(word, 1)
    return f"{value:.10g}{percent}"


def _words_value(words: list[str]) -> float:
    total, current = 0.0, 0.0
    for word in words:
        if word in UNITS:
            current += UNITS[word]
        elif word in VAGUE:
            current = max(current, 1) * VAGUE[word]
        elif word == "hundred":
            current = max(current, 1) * 100
        elif word in SCALES:
            total, current = total + max(current, 1) * SCALES[word], 0.0
    return total + current


def _date_value(m: re.Match[str]) -> str:
    if m["iso"]:
        return re.sub(r"[/.]", "-", m["iso"])
    if m["year4"]:
        return m["year4"]
    if m["month3"]:
        return f"{m['year3']}-{MONTHS[m['month3'].rstrip('.').lower()]:02d}"
    form = "1" if m["month1"] else "2"
    month = MONTHS[m["month" + form].rstrip(".").lower()]
    day = int(re.sub(r"\D", "", m["day" + form]))
    year = m["year" + form] or "-"
    return f"{year}-{month:02d}-{day:02d}"


def _inside(start: int, end: int, spans: list[tuple[int, int]]) -> bool:
    return any(a < end and start < b for a, b in spans)


def _is_month(words: list[str]) -> bool:
    return len(words) == 1 and (words[0].lower() in MONTHS or words[0].lower() in WEEKDAYS.split("|"))

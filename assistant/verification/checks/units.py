"""Units: "three weeks" is not "three months", "$5" is not "£5"."""

from __future__ import annotations

import re

from assistant.language.entities import Fact, numbers

# each group is one unit; two of one row measure the same thing, so one does not stand for the other
_ROWS = (
    "second seconds sec secs|minute minutes min mins|hour hours hr hrs hourly|day days daily|night nights"
    "|week weeks weekly|fortnight fortnights|month months monthly|year years yr yrs yearly annually annual"
    "|decade decades|century centuries",
    "millimetre millimetres millimeter millimeters mm|centimetre centimetres centimeter centimeters cm"
    "|metre metres meter meters m|kilometre kilometres kilometer kilometers km kms|inch inches|foot feet ft|yard yards"
    "|mile miles mi",
    "milligram milligrams mg|gram grams gramme grammes g|kilogram kilograms kilo kilos kg kgs"
    "|tonne tonnes ton tons|ounce ounces oz|pound pounds lb lbs £|stone",
    "litre litres liter liters|millilitre millilitres milliliter milliliters ml|gallon gallons|pint pints"
    "|barrel barrels",
    "acre acres|hectare hectares ha",
    "watt watts|kilowatt kilowatts kw|megawatt megawatts mw|gigawatt gigawatts gw",
    "dollar dollars $ cad usd|euro euros €|pound pounds £ gbp|cent cents|pence p|yen ¥|yuan renminbi|won ₩|ruble rubles"
    " rouble roubles ₽|rupee rupees ₹|franc francs|peso pesos|krona kronor krone kroner",
    "celsius °c|fahrenheit °f|kelvin",
)  # fmt: skip
_ROW_OF: dict[str, list[tuple[int, int]]] = {}
for _row, _groups in enumerate(_ROWS):
    for _unit, _names in enumerate(_groups.split("|")):
        for _name in _names.split():
            _ROW_OF.setdefault(_name, []).append((_row, _unit))
MEASURES = frozenset(_ROW_OF)
_BEHIND = re.compile(r"[ -]?(°[CFcf]|[^\W\d_]+)(?:[ -](?:of )?([^\W\d_]+))?(?:[ -]([^\W\d_]+))?")
_BEFORE = re.compile(r"[$€£¥₩₽₹]")
_OFTEN = re.compile(r"\b(?P<much>once|twice|(?:\w+) times|per)(?: an?| every| each| per)? (?P<unit>\w+)", re.I)

_Unit = tuple[int, int]


def wrong_units(sentence: str, span: str) -> list[str]:
    """Numbers that have one unit in the sentence and another of the same kind in the span; rates likewise."""
    there: dict[str, set[_Unit]] = {}
    bare: set[str] = set()
    for fact in numbers(span):
        units = _units(span, fact)
        there.setdefault(fact.value, set()).update(units)
        if not units:
            bare.add(fact.value)
    problems = []
    for fact in numbers(sentence):
        mine, theirs = _units(sentence, fact), there.get(fact.value, set())
        if fact.value in bare or not mine or not theirs or mine & theirs:
            continue
        if {row for row, _ in mine} & {row for row, _ in theirs}:
            problems.append(f"{sentence[fact.start : fact.end].strip()} has another unit there")
    return problems + _wrong_rates(sentence, span)


def _units(text: str, fact: Fact) -> set[_Unit]:
    """What a number is measured in: a sign before it, or a word close behind."""
    found: set[_Unit] = set()
    sign = _BEFORE.search(text[max(fact.start - 1, 0) : fact.end])
    if sign:
        return set(_ROW_OF.get(sign[0], ()))
    behind = _BEHIND.match(text, fact.end)
    for word in behind.groups() if behind else ():
        if word and (units := _ROW_OF.get(word.lower())):
            found |= set(units)
            break
    return found


def _wrong_rates(sentence: str, span: str) -> list[str]:
    said = {m["much"].lower(): m["unit"].lower() for m in _OFTEN.finditer(span) if m["unit"].lower() in _ROW_OF}
    return [
        f"“{m[0]}” is not there"
        for m in _OFTEN.finditer(sentence)
        if m["unit"].lower() in _ROW_OF
        and m["much"].lower() in said
        and _ROW_OF[said[m["much"].lower()]] != _ROW_OF[m["unit"].lower()]
    ]

"""Figures that a sentence gives and its evidence nowhere has: the plainest sign of invention."""

from __future__ import annotations

import re
from collections.abc import Sequence

from assistant.language.entities import dates, numbers

_FIGURE = re.compile(r"(?<![\w.,])\d+(?:[.,]\d+)*(?![\w])")
_ABOUT = re.compile(r"\b(?:about|around|nearly|almost|over|under|some|roughly|approximately|than|least|most)\W+$", re.I)


def missing_figures(sentence: str, texts: Sequence[str]) -> list[str]:
    """The figures of the sentence, written in digits, that no text has in any form: digits or words.

    A figure of one digit may count what the texts list, and a round one may sum up another: neither is told. Those of
    dates are left to assistant/verification/checks/dates.py, which knows what "yesterday" was.
    """
    dated = {place for fact in dates(sentence) for place in range(fact.start, fact.end)}
    joined = "\n".join(texts)
    there = {_value(match[0]) for match in re.finditer(r"\d+(?:[.,]\d+)*", joined)}
    there |= {_value(str(fact.value)) for fact in numbers(joined)}
    parts = {piece for value in there for piece in re.split(r"[.,]", value)} | set(re.findall(r"\d+", joined))
    found = []
    for match in _FIGURE.finditer(sentence):
        value = _value(match[0])
        if (
            match.start() in dated
            or len(value) < 2
            or value in there
            or value in parts
            or _ABOUT.search(sentence[: match.start()])
        ):
            continue
        found.append(f"the figure {match[0]} stands nowhere there")
    return found


def _value(figure: str) -> str:
    """A figure without what groups its digits, and without zeros behind the point."""
    plain = re.sub(r"[,\s](?=\d{3}(?:\D|$))", "", figure)
    return re.sub(r"\.0+$", "", plain) if plain.count(".") == 1 else plain

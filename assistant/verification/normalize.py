"""Texts as the reader knows them best: amounts of money in words, and "yesterday" with the day that it was."""

from __future__ import annotations

import re
from datetime import date, timedelta

_CURRENCIES = {"$": "dollars", "€": "euros", "£": "pounds", "¥": "yen"}
_MONEY = re.compile(r"([$€£¥])\s?(\d+(?:[.,]\d+)*(?: ?(?:hundred|thousand|million|billion|trillion)\b)?)", re.I)
_DAYS_AGO = {"today": 0, "yesterday": 1, "tomorrow": -1}
_RELATIVE_DAY = re.compile(r"\b(?:today|yesterday|tomorrow)\b", re.I)


def normalize_money(text: str) -> str:
    """Amounts with their currency behind them, in words: "£12 million" becomes "12 million pounds"."""
    return _MONEY.sub(lambda m: f"{m[2]} {_CURRENCIES[m[1]]}", text)


def resolve_days(text: str, published: str | None) -> str:
    """The text with the dates of "today", "yesterday" and "tomorrow" in their place.

    published: the ISO date of the text's document; without a whole one the text comes back unchanged.
    """
    try:
        day = date.fromisoformat(published) if published else None
    except ValueError:
        day = None
    if day is None:
        return text

    def dated(match: re.Match[str]) -> str:
        then = day - timedelta(days=_DAYS_AGO[match[0].lower()])
        return f"on {then.day} {then:%B %Y}"

    return _RELATIVE_DAY.sub(dated, text)

"""One form for what is written in several, before two texts are compared. Offsets are lost."""

from __future__ import annotations

import re

from assistant.language.entities import MONTHS

_MONTH = rf"(?:{'|'.join(sorted({m.capitalize() for m in MONTHS}, key=len, reverse=True))})\b\.?"
_DAY = r"[0-3]?\d(?:st|nd|rd|th)?"
_JOINED = r"(?:\s?[-–—]\s?|\s(?:to|and|until|till|through)\s)"
_DAYS_MONTH = re.compile(rf"\b({_DAY})({_JOINED})({_DAY}) (?:of )?({_MONTH})")
_MONTH_DAYS = re.compile(rf"\b({_MONTH}) ({_DAY})({_JOINED})(?:the )?({_DAY})\b(?![\d,.]*\d)")
_SCALE = r"(?:hundred|thousand|million|billion|trillion)"
_NUMBERS_SCALE = re.compile(
    rf"\b(?P<low>\d[\d.,]*|[a-z]+)(?P<join>{_JOINED})(?P<high>(?:\d[\d.,]*|[a-z]+)[ -](?P<scale>{_SCALE}))\b", re.I
)
_COUNT = re.compile(
    r"\d[\d.,]*|(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen"
    r"|seventeen|eighteen|nineteen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety)",
    re.I,
)


def spread(text: str) -> str:
    """Ranges with both ends whole: "8-13 October" as "8 October to 13 October", "ten to twelve thousand" likewise."""
    text = _DAYS_MONTH.sub(r"\1 \4 to \3 \4", text)
    text = _MONTH_DAYS.sub(r"\1 \2 to \1 \4", text)
    return _NUMBERS_SCALE.sub(_both_scaled, text)


def _both_scaled(m: re.Match[str]) -> str:
    if not _COUNT.fullmatch(m["low"].rstrip(".,")):
        return m[0]
    return f"{m['low']} {m['scale']} to {m['high']}"

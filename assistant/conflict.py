"""Figures and dates on which sources differ."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from assistant.question import Question
from assistant.spans import Found, answering
from assistant.types import Evidence

if TYPE_CHECKING:
    from assistant.quote import Line


@dataclass(frozen=True, slots=True)
class Side:
    """One value, and the sentences that give it."""

    value: str
    shown: str
    line: Line


def sides(question: Question, lines: Sequence[Line]) -> tuple[str, tuple[Side, ...]]:
    return "", ()

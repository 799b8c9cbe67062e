"""A question that asks two things → one question for each, so that each is looked for and judged by itself. English."""

from __future__ import annotations

import re

from assistant.language.words import content_stems

MAX_PARTS = 3
_ASKS = r"(?:what|which|who|whom|whose|when|where|why|how)\b"
_WITH_PREPOSITION = rf"(?:(?:in|by|at|for|to|from|on|of|with|under|after|until)\s+)?{_ASKS}"
_JOIN = re.compile(rf",?\s+and\s+(?={_WITH_PREPOSITION})|\?\s+(?:and\s+)?(?=\w)", re.I)
_MIN_STEMS = 2  # content words of a part that asks for something of its own


def split_questions(question: str) -> list[str]:
    """The parts of a question that each ask for something of their own; the question itself where there is one."""
    parts = [part.strip(" ,") for part in _JOIN.split(question)]
    if not 1 < len(parts) <= MAX_PARTS or any(len(set(content_stems(part))) < _MIN_STEMS for part in parts):
        return [question]
    if not re.search(rf"\b{_ASKS}|^(?:is|are|do|does|did|can|has|have|will|if)\b", parts[0], re.I):
        return [question]
    return [part if part.endswith("?") else f"{part}?" for part in parts]

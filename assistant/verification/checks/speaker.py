"""Who says "I": a document may, the assistant has nothing to say of itself."""

from __future__ import annotations

import re

_I = re.compile(r"\bI\b(?: \w+)?")
_MINE = re.compile(r"\b(?:[Mm]e|[Mm]y|[Mm]ine|[Mm]yself)\b")
_QUOTED = re.compile(r"“[^”]*”|\"[^\"]*\"|‘[^’]*’")


def strange_speaker(sentence: str, span: str) -> list[str]:
    """A problem where a sentence says "I" or "my" outside quotation marks and the span nowhere does."""
    said = _QUOTED.sub(" ", sentence)
    i = [match[0] for match in _I.finditer(said) if not re.search(rf"\b{match[0]}\b", " ".join(span.split()))]
    mine = [] if _MINE.search(span) else _MINE.findall(said)
    return [f"the passage does not say “{words}”" for words in (*i, *mine)][:1]

"""Whether a sentence is a sentence of the documents, word for word."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from assistant.verification.windows import Part
from index.text.sentences import split

_TOKEN = re.compile(r"\w+|[%‰$€£¥°±<>=+&#@]|(?<!\w)[-−](?=\d)")
_QUOTES = str.maketrans("’‘‛", "'''")


def find_verbatim(sentence: str, spans: Sequence[str]) -> Part | None:
    """The sentence of a span that has the same words, figures and signs in the same order, else None."""
    wanted = _tokens(sentence)
    if not wanted:
        return None
    for index, span in enumerate(spans):
        for start, end, tokens in _sentences(span):
            if tokens == wanted and not span[:end].rstrip("\"'”’»)").endswith("?"):
                return Part(index, start, end)
    return None


def _tokens(text: str) -> tuple[str, ...]:
    return tuple(_TOKEN.findall(text.translate(_QUOTES).casefold()))


@lru_cache(maxsize=512)
def _sentences(span: str) -> tuple[tuple[int, int, tuple[str, ...]], ...]:
    return tuple((start, end, _tokens(span[start:end])) for start, end in split(span))

"""Whether two numbers count the same thing: "soldiers" and "troops" are alike, "soldiers" and "officers" are not."""

from __future__ import annotations

import re
from functools import lru_cache

from assistant.language.words import STOP, stem, words
from assistant.query.analyze import Question
from index.embed import Embedder

# 2026-11: cosine of single nouns; troops ~ soldiers 0.91, officers ~ soldiers 0.74, see evals/LOG.md
ALIKE = 0.76

_BEHIND = (
    "did|do|does|are|were|was|is|be|been|have|has|had|will|would|can|could|may|might|should|in|of|from|on|at|to|for|with"
    "|by|and|or|that|who|which|among|there|a|an|the|per|each|every|\\w{2,}ed"
    # verbs that often follow the thing counted, with nothing between
    "|live|work|serve|attend|visit|play|use|speak|belong|compete|fight|die|take|go|come|make|own|need|get|remain|exist"
    "|appear|vote|travel|arrive|return|leave|sit|stand|fit|stay|swim|know|want|pass|join|study|teach|win|lose|buy|sell"
)
_ASKED = re.compile(rf"\bhow many (?!(?:{_BEHIND})\b)((?:[\w’'-]+ ){{0,4}}?[\w’'-]+)(?= (?:{_BEHIND})\b|\W*$)", re.I)


class Nouns:
    """Compares nouns by the embedding model; each noun is embedded once."""

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder
        self._cosine = lru_cache(maxsize=4096)(self._compare)

    def counted(self, question: Question, phrase: str) -> bool:
        """Whether a number that counts `phrase` can answer a "how many"; True where either names no thing."""
        asked = asked_for(question.text)
        if asked is None or not phrase:
            return True
        nouns = [w for w in words(phrase) if w not in STOP]
        return any(stem(w) == stem(asked) for w in nouns) or any(self._cosine(asked, w) >= ALIKE for w in nouns)

    def _compare(self, one: str, other: str) -> float:
        first, second = self._embedder.embed_passages([one, other])
        return float(first @ second)


def asked_for(question: str) -> str | None:
    """The thing that "how many" asks for: "How many red apples are left?" → "apples"."""
    match = _ASKED.search(question)
    found = [w for w in words(match[1]) if w not in STOP] if match else []
    return found[-1] if found else None

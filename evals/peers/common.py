"""What the adapters share: documents, one model, and how a peer's text becomes an Answer."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from assistant.llm.model import Message, Model
from assistant.types import Answer, Citation
from index.readers.registry import find_files, read, source_name
from index.types import Chunk, Hit

TOKENS = 200  # that an answer may have, for every writer
_MARKER = re.compile(r"\[(\d+)\]")
# a peer has no fixed words for it: this is how models say that they cannot answer
_REFUSED = re.compile(
    r"\b(?:do(?:es)? not|don[’']t|doesn[’']t|did not|is not|no) (?:\w+ ){0,3}"
    r"(?:say|mention|provide|specif|contain|state|include|information|indicat|answer|know|sure)"
    r"|\b(?:unable|cannot|can[’']t|not able) (?:to )?(?:answer|determine|provide|find)"
    r"|not (?:mentioned|provided|specified)",
    re.I,
)


@dataclass(frozen=True, slots=True)
class Found:
    """A passage that a peer retrieved, and where it is in its file."""

    source: str
    start: int
    text: str
    sha256: str


@lru_cache(maxsize=1)
def embedding() -> Any:
    """The embedding model that all share, as LlamaIndex wants one: it can be registered once."""
    from evals.bench.stock import embedding as stock

    return stock()


def documents(corpus: Path) -> list[Found]:
    """The corpus's files, whole."""
    return [
        Found(source_name(p, corpus), 0, read(p, corpus).text, hashlib.sha256(p.read_bytes()).hexdigest())
        for p in find_files(corpus)[0]
    ]


def said(model: Model, prompt: str) -> str:
    """What the model writes to a prompt."""
    return "".join(model.stream([Message("user", prompt)], tokens=TOKENS)).strip()


def as_answer(question: str, text: str, sources: Sequence[Found] = ()) -> Answer:
    """A peer's text as an Answer: `[n]` cites the n-th source; a text that says it cannot answer is a refusal."""
    if not text or (_REFUSED.search(text) and not _MARKER.search(text)):
        return Answer(question, question, text or "Empty response", abstained=True, mode="model")
    numbers = dict.fromkeys(int(n) for n in _MARKER.findall(text))
    citations = tuple(
        Citation(n, s.source, s.source, None, s.text, s.start, s.start + len(s.text), s.sha256)
        for n in numbers
        if 0 < n <= len(sources)
        for s in [sources[n - 1]]
    )
    return Answer(question, question, text, citations, mode="model", confidence=0.5)


def as_hit(found: Found, score: float) -> Hit:
    """A passage as a hit."""
    end = found.start + len(found.text)
    chunk = Chunk("", found.source, found.source, None, found.start, end, 0, found.text, found.sha256)
    return Hit(chunk, score, "dense")

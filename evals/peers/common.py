"""Shared by the adapters: documents, the model, and the conversion of a framework's text to an Answer."""

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

TOKENS = 200  # maximum per answer, for every framework
_MARKER = re.compile(r"\[(\d+)\]")
# frameworks have no fixed refusal: these are phrases with which models say that they cannot answer
_REFUSED = re.compile(
    r"\b(?:do(?:es)? not|don[’']t|doesn[’']t|did not|is not|no) (?:\w+ ){0,3}"
    r"(?:say|mention|provide|specif|contain|state|include|information|indicat|answer|know|sure)"
    r"|\b(?:unable|cannot|can[’']t|not able) (?:to )?(?:answer|determine|provide|find)"
    r"|not (?:mentioned|provided|specified)",
    re.I,
)


@dataclass(frozen=True, slots=True)
class Found:
    """A passage that a framework retrieved, and its place in the file."""

    source: str
    start: int
    text: str
    sha256: str


@lru_cache(maxsize=1)
def embedding() -> Any:
    """Returns the shared embedding model in LlamaIndex's interface; it can be registered only once."""
    from evals.bench.stock import embedding as stock

    return stock()


def documents(corpus: Path) -> list[Found]:
    """Reads the whole files of the corpus."""
    return [
        Found(source_name(p, corpus), 0, read(p, corpus).text, hashlib.sha256(p.read_bytes()).hexdigest())
        for p in find_files(corpus)[0]
    ]


def said(model: Model, prompt: str) -> str:
    """Returns the model's response to a prompt."""
    return "".join(model.stream([Message("user", prompt)], tokens=TOKENS)).strip()


def as_answer(question: str, text: str, sources: Sequence[Found] = ()) -> Answer:
    """Converts a framework's text to an Answer: `[n]` cites the n-th source; a text without an answer is a refusal."""
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
    """Converts a passage to a hit."""
    end = found.start + len(found.text)
    chunk = Chunk("", found.source, found.source, None, found.start, end, 0, found.text, found.sha256)
    return Hit(chunk, score, "dense")

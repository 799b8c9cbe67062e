"""Who says whether passages support a statement: the gate of the product."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

EMBEDDED = "embedded"  # the judge that needs no model: the gate


@lru_cache(maxsize=200_000)
def _verdict(statement: str, spans: tuple[str, ...]) -> bool:
    # until the gate is there, a statement is supported by what holds it word for word
    return any(" ".join(statement.split()) in " ".join(span.split()) for span in spans)


def entails(statement: str, spans: Sequence[str]) -> bool:
    """Whether spans, together, support a statement, as the gate has it. The same question is asked once."""
    return _verdict(statement, tuple(spans))

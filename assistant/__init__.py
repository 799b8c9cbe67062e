"""Citewell: answers from a folder of documents, every sentence cited to its exact place in a source file.

    from assistant import answer, Assistant, Answer, Citation, Turn, support

What is heavy is imported when it is first used.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from assistant.api import Assistant, answer
    from assistant.types import Answer, Citation, Turn
    from assistant.verification.local import support

__all__ = ["Answer", "Assistant", "Citation", "Turn", "__version__", "answer", "support"]

__version__ = "0.1.0"


def __getattr__(name: str) -> Any:
    if name in {"Assistant", "answer"}:
        from assistant import api

        return getattr(api, name)
    if name == "support":
        from assistant.verification.local import support

        return support
    if name in __all__:
        from assistant import types

        return getattr(types, name)
    raise AttributeError(f"module 'assistant' has no attribute {name!r}")

"""Judges whether passages support a statement.

The embedded judge needs no language model: it is the product's own verifier. `EmbeddedJudge` understands ragas's
prompts, so that ragas's metrics can use it: it reads the input at the end of a prompt and fills in the response form.
Its statements are the sentences of the answer, and its verdicts are the verifier's.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Any, Protocol, TypeVar

from pydantic import BaseModel

from evals.errors import JudgeError
from index.text.sentences import split

EMBEDDED = "embedded"
INPUT, OUTPUT = "\ninput: ", "\nOutput:"  # around the input in every prompt of ragas.metrics.collections

Form = TypeVar("Form", bound=BaseModel)


class Judge(Protocol):
    """Answers ragas's prompts. name: shown beside each of its figures."""

    @property
    def name(self) -> str: ...

    async def say(self, prompt: str, form: type[Form]) -> Form:
        """Answers a prompt in the requested form. Raises JudgeError."""


@lru_cache(maxsize=200_000)
def _verdict(statement: str, spans: tuple[str, ...]) -> bool:
    from assistant.verification.local import support  # imports the models

    return support(statement, spans).verdict


def entails(statement: str, spans: Sequence[str]) -> bool:
    """Returns whether the spans together support a statement, according to the verifier. Cached."""
    return _verdict(statement, tuple(spans))


class EmbeddedJudge:
    """The verifier in place of a language model.

    contexts: the lists of passages in the prompts, which ragas joins with newlines; the verifier then sees each passage
    separately.
    """

    name = EMBEDDED

    def __init__(self, contexts: Sequence[Sequence[str]] = ()) -> None:
        self._passages = {"\n".join(some): tuple(some) for some in contexts}
        self._forms: Mapping[str, Callable[[Mapping[str, Any]], dict[str, Any]]] = {
            "StatementGeneratorOutput": self._statements,
            "NLIStatementOutput": self._faithful,
            "ContextPrecisionOutput": self._useful,
            "ContextRecallOutput": self._attributed,
        }

    async def say(self, prompt: str, form: type[Form]) -> Form:
        """Fills in a form. Raises JudgeError for a prompt that needs a model."""
        fill = self._forms.get(form.__name__)
        if fill is None:
            raise JudgeError(f"{form.__name__} needs a judge model. Name one with ASSISTANT_JUDGE.")
        return form.model_validate(fill(read_input(prompt)))

    def _supported(self, statement: str, context: str) -> int:
        return int(entails(statement, self._passages.get(context, (context,))))

    def _statements(self, given: Mapping[str, Any]) -> dict[str, Any]:
        return {"statements": sentences(given["answer"])}

    def _faithful(self, given: Mapping[str, Any]) -> dict[str, Any]:
        marks = [(s, self._supported(s, given["context"])) for s in given["statements"]]
        return {"statements": [{"statement": s, "reason": EMBEDDED, "verdict": mark} for s, mark in marks]}

    def _useful(self, given: Mapping[str, Any]) -> dict[str, Any]:
        useful = any(self._supported(s, given["context"]) for s in sentences(given["answer"]))
        return {"reason": EMBEDDED, "verdict": int(useful)}

    def _attributed(self, given: Mapping[str, Any]) -> dict[str, Any]:
        marks = [(s, self._supported(s, given["context"])) for s in sentences(given["answer"])]
        return {"classifications": [{"statement": s, "reason": EMBEDDED, "attributed": mark} for s, mark in marks]}


def read_input(prompt: str) -> dict[str, Any]:
    """Reads the input at the end of a ragas prompt. Raises JudgeError if there is none."""
    text = prompt.rpartition(INPUT)[2].rpartition(OUTPUT)[0]
    try:
        given = json.loads(text)
    except ValueError:
        given = None
    if not isinstance(given, dict):
        raise JudgeError("A ragas prompt has an unexpected form. Install the version of ragas in requirements.lock.")
    return given


def sentences(text: str) -> list[str]:
    """Splits a text into sentences."""
    return [text[span.start : span.end] for span in split(text)]

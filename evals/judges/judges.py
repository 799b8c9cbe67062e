"""Who says whether passages support a statement.

The embedded judge needs no model: the gate of the product says it. `EmbeddedJudge` speaks the language of ragas's
prompts, so that ragas's own metrics can ask it: it reads the input at a prompt's end and fills in the answer's form.
Its statements are the sentences of the answer, and its verdicts are the gate's.
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
    """Answers ragas's prompts. name: stands beside every figure that it gave."""

    @property
    def name(self) -> str: ...

    async def say(self, prompt: str, form: type[Form]) -> Form:
        """The answer to a prompt, in the form asked for. Raises JudgeError."""


@lru_cache(maxsize=200_000)
def _verdict(statement: str, spans: tuple[str, ...]) -> bool:
    from assistant.verification.local import support  # brings the models with it

    return support(statement, spans).verdict


def entails(statement: str, spans: Sequence[str]) -> bool:
    """Whether spans, together, support a statement, as the gate has it. The same question is asked once."""
    return _verdict(statement, tuple(spans))


class EmbeddedJudge:
    """The gate in the place of a model.

    contexts: lists of passages that prompts will hold, joined by newlines as ragas joins them; the gate then sees each
    passage for itself.
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
    """The input at the end of a prompt of ragas. Raises JudgeError where there is none."""
    text = prompt.rpartition(INPUT)[2].rpartition(OUTPUT)[0]
    try:
        given = json.loads(text)
    except ValueError:
        given = None
    if not isinstance(given, dict):
        raise JudgeError("A prompt of ragas ends otherwise than expected. Install the version that the lock names.")
    return given


def sentences(text: str) -> list[str]:
    """The sentences of a text."""
    return [text[span.start : span.end] for span in split(text)]

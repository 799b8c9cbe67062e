"""Verification by a language model: statements and the passages that they cite → yes or no for each, in one call.

The call has a fresh context: it sees neither the question nor the conversation nor the rest of the draft.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass

from assistant.errors import LLMNonsense
from assistant.llm.model import Message, Model
from assistant.llm.prompt_safety import fence_passage, safe
from assistant.llm.thoughts import without_thoughts
from index.types import Chunk
from prompts.load import fill

PROMPT = "verify"
TOKENS_PER_STATEMENT, TOKENS = 12, 40  # of the verifier's answer
_VERDICT = re.compile(
    r"^[\s>*#`-]*(?:statement\s+)?(?P<number>\d{1,3})\**\s*[:.)=-]+[\s*_`\"']*(?P<verdict>yes|no)\b"
    r"(?:[^\n]{0,40}?\bpassages?\s*\[?(?P<passage>\d{1,3}))?",
    re.I | re.M,
)


@dataclass(frozen=True, slots=True)
class Statement:
    """A sentence to verify. cited: the numbers of the passages that it cites, as the prompt shows them."""

    text: str
    cited: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class ModelVerdict:
    """What the model says of a statement. passage: the number of another one that supports it, if it names one."""

    supported: bool
    passage: int | None = None


def verify_by_model(
    model: Model,
    statements: Sequence[Statement],
    passages: Mapping[int, Chunk],
    cancelled: threading.Event | None = None,
) -> list[ModelVerdict]:
    """One verdict for each statement, in one call.

    passages: by the number that the prompt shows. cancelled: stops the call once it is set.
    Raises LLMError; LLMNonsense where the answer does not hold exactly one verdict for each statement.
    """
    messages = build_verification_prompt(statements, passages)
    pieces: list[str] = []
    with closing(model.stream(messages, tokens=TOKENS + TOKENS_PER_STATEMENT * len(statements))) as stream:
        for piece in stream:
            if cancelled and cancelled.is_set():
                raise LLMNonsense("The verification was cancelled.")
            pieces.append(piece)
    verdicts = read_verdicts(without_thoughts("".join(pieces)), len(statements), model.name)
    return [v if v.passage in passages else ModelVerdict(v.supported) for v in verdicts]


def build_verification_prompt(statements: Sequence[Statement], passages: Mapping[int, Chunk]) -> tuple[Message, ...]:
    """The messages: the instructions, the passages in their fences, and a line for each statement."""
    lines = []
    for number, statement in enumerate(statements, 1):
        cited = "".join(f" [{n}]" for n in statement.cited)
        lines.append(f"Statement {number}: {' '.join(safe(statement.text).split())}{cited}")
    parts = fill(
        PROMPT,
        passages="\n\n".join(fence_passage(number, chunk) for number, chunk in sorted(passages.items())),
        statements="\n".join(lines),
        count=str(len(statements)),
    )
    return tuple(Message("system" if part.role == "system" else "user", part.text) for part in parts)


def read_verdicts(text: str, count: int, name: str) -> list[ModelVerdict]:
    """The verdicts in a model's answer, one for each statement from 1 to `count`.

    Raises LLMNonsense where one is missing, is given twice, or belongs to no statement.
    """
    found: dict[int, ModelVerdict] = {}
    for match in _VERDICT.finditer(text):
        number, supported = int(match["number"]), match["verdict"].lower() == "yes"
        if number in found:
            raise LLMNonsense(f"The model {name} gave two verdicts on one statement.")
        passage = int(match["passage"]) if match["passage"] and not supported else None
        found[number] = ModelVerdict(supported, passage)
    if found.keys() != set(range(1, count + 1)):
        raise LLMNonsense(f"The model {name} did not give one verdict for each statement.")
    return [found[number] for number in range(1, count + 1)]

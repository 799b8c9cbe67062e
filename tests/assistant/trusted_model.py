"""A model double that can be trusted: it writes what it is given to write, and verifies by what it knows."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Generator, Iterable, Sequence

from double import QueuedModel

from assistant.llm.model import Message
from assistant.verification.statements import STATEMENTS

STATEMENT = re.compile(r"^Statement (\d+): (.*?)(?: \[[\d.]+\])*$", re.M)
Verify = Callable[[list[tuple[int, str]]], str]


class TrustedModel(QueuedModel):
    """As QueuedModel, but a prompt that holds statements is answered at once.

    true: the statements that it says yes to; without it, those of the examination that are true. verify: another way
    to answer, from the numbers and statements. verified: the statements of each call.
    """

    def __init__(
        self,
        answers: Iterable[str | Exception | Sequence[str | Exception]] = (),
        *,
        true: Collection[str] = (),
        verify: Verify | None = None,
        name: str = "trusted",
    ) -> None:
        super().__init__(answers, name=name)
        self.true = {*true, *(s.text for s in STATEMENTS if s.supported)}
        self.verify = verify
        self.verified: list[list[str]] = []

    def stream(self, messages: Sequence[Message], *, tokens: int | None = None) -> Generator[str, None, bool]:
        statements = [(int(n), text) for n, text in STATEMENT.findall(messages[-1].content)]
        if not statements:
            return super().stream(messages, tokens=tokens)
        self.prompts.append(tuple(messages))
        self.verified.append([text for _, text in statements])
        if self.verify:
            return self._say(self.verify(statements))
        return self._say("\n".join(f"{n}: {'yes' if text in self.true else 'no'}" for n, text in statements))

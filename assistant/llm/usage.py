"""Counts what the calls to a language model cost, by purpose."""

from __future__ import annotations

import time
from collections.abc import Generator, Sequence

from assistant.llm.model import Message, Model
from assistant.types import Usage
from index.text.tokens import count

PURPOSES = ("condense", "examine", "write", "verify")


class UsageMeter:
    """Collects the calls made for one answer. Calls from several threads are safe: each adds one entry."""

    def __init__(self) -> None:
        self._calls: list[Usage] = []

    def model(self, model: Model, purpose: str) -> Model:
        """The same model, whose calls are counted under `purpose`."""
        return _MeteredModel(model, purpose, self._calls)

    def usage(self) -> tuple[Usage, ...]:
        """One entry for each purpose, in the order of PURPOSES."""
        found = {purpose: [call for call in self._calls if call.purpose == purpose] for purpose in PURPOSES}
        return tuple(_add(calls) for calls in found.values() if calls)


class _MeteredModel:
    def __init__(self, model: Model, purpose: str, calls: list[Usage]) -> None:
        self._model, self._purpose, self._calls = model, purpose, calls

    @property
    def name(self) -> str:
        return self._model.name

    @property
    def address(self) -> str:
        return self._model.address

    @property
    def context(self) -> int:
        return self._model.context

    def stream(self, messages: Sequence[Message], *, tokens: int | None = None) -> Generator[str, None, bool]:
        """See assistant.llm.model.Model."""
        start, written = time.perf_counter(), list[str]()
        stream = self._model.stream(messages, tokens=tokens)
        try:
            while True:
                try:
                    piece = next(stream)
                except StopIteration as stop:
                    return bool(stop.value)
                written.append(piece)
                yield piece
        finally:
            stream.close()
            sent = sum(count([message.content for message in messages]))
            received = count(["".join(written)])[0]
            self._calls.append(Usage(self._purpose, 1, sent, received, time.perf_counter() - start))


def _add(calls: Sequence[Usage]) -> Usage:
    return Usage(
        calls[0].purpose,
        len(calls),
        sum(call.tokens_in for call in calls),
        sum(call.tokens_out for call in calls),
        sum(call.seconds for call in calls),
    )

"""A question in a thread of its own: what happens on the way comes as events, and whoever leaves stops the work."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Generator, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from fastapi import Request

from assistant.api import Assistant
from assistant.integrations.http.limits import Workers
from assistant.integrations.http.metrics import Metrics
from assistant.integrations.http.problems import Problem
from assistant.pipeline import Trace
from assistant.types import Answer

CLIENT_CLOSED = 499  # nginx's status for a client that left; nobody receives it
_POLL_SECONDS = 0.25


@dataclass(frozen=True, slots=True)
class Stage:
    """A stage of the question that begins."""

    name: str


Event = Stage | str | Answer


class _StoppedError(Exception):
    """Nobody waits for the answer any more."""


class RunningQuestion:
    """One question. options: the filters of `Assistant.stream`. Raises Problem (429) where the server is busy."""

    def __init__(
        self,
        workers: Workers,
        metrics: Metrics,
        bot: Assistant,
        question: str,
        history: Sequence[Any],
        options: dict[str, Any],
    ) -> None:
        self._loop = asyncio.get_running_loop()
        self._events: asyncio.Queue[Event | BaseException | None] = asyncio.Queue()
        self._stopped = threading.Event()
        self._metrics = metrics
        self._future = workers.submit(self._work, bot, question, history, options)

    async def events(self) -> AsyncIterator[Event]:
        """Stages, sentences as they are verified, then the Answer. Raises what asking raises."""
        try:
            while (event := await self._events.get()) is not None:
                if isinstance(event, BaseException):
                    raise event
                yield event
        finally:
            self.stop()

    async def answer(self, request: Request) -> Answer:
        """The answer, unless the client leaves. Raises what asking raises."""
        waiting = asyncio.create_task(self._last())
        try:
            while not waiting.done():
                await asyncio.wait({waiting}, timeout=_POLL_SECONDS)
                if not waiting.done() and await request.is_disconnected():
                    raise Problem(CLIENT_CLOSED, "closed", "The client left", "The request was cancelled.")
            return waiting.result()
        finally:
            self.stop()
            waiting.cancel()

    def stop(self) -> None:
        """Give up: what waits never begins, what runs ends at its next stage or sentence."""
        self._stopped.set()
        self._future.cancel()

    async def _last(self) -> Answer:
        async for event in self.events():
            if isinstance(event, Answer):
                return event
        raise RuntimeError("a question ended without an answer")

    def _work(self, bot: Assistant, question: str, history: Sequence[Any], options: dict[str, Any]) -> None:
        pieces: Iterator[str | Answer] = iter(())
        trace = Trace(notify=lambda name: self._put(Stage(name)))
        try:
            pieces = bot.stream(question, history, **options, trace=trace)
            for piece in pieces:
                if isinstance(piece, Answer):
                    self._metrics.count_answer(piece)
                self._put(piece)
        except _StoppedError:
            self._metrics.cancelled.inc()
        except BaseException as error:
            self._metrics.count_failure(error)
            self._send(error)
        finally:
            if isinstance(pieces, Generator):
                pieces.close()
            self._send(None)

    def _put(self, event: Event) -> None:
        if self._stopped.is_set():
            raise _StoppedError
        self._send(event)

    def _send(self, event: Event | BaseException | None) -> None:
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._events.put_nowait, event)

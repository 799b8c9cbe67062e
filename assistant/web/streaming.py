"""A question's events, as they happen: what is being done, each sentence that has passed the gate, the answer."""

from __future__ import annotations

import queue
import threading
from collections.abc import Generator, Iterator
from typing import Any

from assistant.api import Assistant
from assistant.citation import render
from assistant.errors import CitewellError
from assistant.pipeline import Trace
from assistant.receipts.write import circumstances
from assistant.types import Answer

Event = dict[str, Any]


class _StoppedError(Exception):
    """Nobody waits for the answer any more."""


class Asking:
    """One question, asked in a thread of its own, so that what it is doing can be told meanwhile.

    options: what `Assistant.stream` takes. Iterating gives the events; `stop` ends the work at its next stage.
    """

    def __init__(self, bot: Assistant, question: str, history: list[Any], options: dict[str, Any]) -> None:
        self._bot = bot
        self._events: queue.Queue[Event | BaseException | None] = queue.Queue()
        self._stopped = threading.Event()
        self._trace = Trace(notify=self._stage, heartbeat=self._check)
        arguments = (question, history, {**options, "trace": self._trace})
        self._thread = threading.Thread(target=self._work, args=arguments, daemon=True)

    def events(self) -> Iterator[Event]:
        """The events, oldest first. Raises what asking raises."""
        self._thread.start()
        try:
            while (event := self._events.get()) is not None:
                if isinstance(event, BaseException):
                    raise event
                yield event
        finally:
            self.stop()

    def stop(self) -> None:
        """Give up: nothing is sent any more, and the work ends where it can."""
        self._stopped.set()

    def _work(self, question: str, history: list[Any], options: dict[str, Any]) -> None:
        parts: Iterator[str | Answer] = iter(())
        try:
            parts = self._bot.stream(question, history, **options)
            for part in parts:
                self._put(answered(part, self._bot) if isinstance(part, Answer) else self._sentence(part))
        except _StoppedError:
            pass
        except BaseException as error:
            self._events.put(error)
        finally:
            if isinstance(parts, Generator):
                parts.close()  # ends what still works on it
            self._events.put(None)

    def _check(self) -> None:
        if self._stopped.is_set():
            raise _StoppedError

    def _put(self, event: Event) -> None:
        self._check()
        self._events.put(event)

    def _sentence(self, text: str) -> Event:
        """A sentence as an event; its markers lead somewhere once the answer is there. Prose goes on in a paragraph."""
        return {"event": "sentence", "blocks": shown(text), "prose": bool(self._bot.settings.model)}

    def _stage(self, name: str) -> None:
        sources = len({hit.source for hit in self._trace.hits})
        self._put({"event": "stage", "stage": name, "sources": sources})


def answered(answer: Answer, bot: Assistant) -> Event:
    """The whole answer as an event, with all that the page keeps of it."""
    return {
        "event": "answer",
        "answer": answer.to_dict(),
        "blocks": shown(answer.text),
        "markdown": render.markdown(answer),
        "made": circumstances(bot),
    }


def shown(markdown: str) -> list[dict[str, Any]]:
    """`render.blocks`, JSON-ready: for each line its pieces, `[text, bold, marker]`."""
    return [{"kind": b.kind, "lines": [[list(s) for s in line] for line in b.lines]} for b in render.blocks(markdown)]


def in_words(error: BaseException) -> str:
    """What to tell a person of an error: what Citewell says, or, for a mistake of the program, that it is one."""
    if isinstance(error, CitewellError):
        return str(error)
    return f"Something went wrong in the program ({type(error).__name__}). The terminal it runs in says more."

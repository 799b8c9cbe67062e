"""Questions to offer, kept for as long as the index is the same; they are looked for in the background."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from assistant.api import Assistant
from assistant.web.suggest import Candidate, candidates, checked

BEGIN = 8  # questions to begin with
NEXT = 3  # questions to go on with
TRIED = 40  # candidates that are asked at most to find those to begin with
log = logging.getLogger(__name__)


class Suggestions:
    """What to ask of one assistant's documents."""

    def __init__(self, bot: Assistant) -> None:
        # nobody asked these questions: a model, which may cost money, is not asked them either
        self._bot = bot.variant(model=None)
        self._found: list[Candidate] = []
        self._done = False
        self._round = 0
        self._asked = 0
        self._idle = threading.Event()  # nobody's question is being answered
        self._idle.set()
        self._thread: threading.Thread | None = None
        self._lock = threading.Lock()

    def renew(self) -> None:
        """Look for questions anew, since the documents are others; returns at once."""
        with self._lock:
            self._round += 1
            self._found, self._done = [], False
            number = self._round
            self._thread = threading.Thread(target=self._look, args=(number,), daemon=True)
            self._thread.start()

    @contextmanager
    def held(self) -> Iterator[None]:
        """While a person's question is being answered, no other is tried."""
        with self._lock:
            self._asked += 1
            self._idle.clear()
        try:
            yield
        finally:
            with self._lock:
                self._asked -= 1
                if not self._asked:
                    self._idle.set()

    def stop(self) -> None:
        """Look no further; waits until the question that is being tried has its answer."""
        with self._lock:
            self._round += 1
            thread = self._thread
            self._idle.set()
        if thread is not None:
            thread.join(timeout=10)

    def found(self) -> dict[str, Any]:
        """The questions to begin with that are known so far, of as many documents as can be, and whether all are."""
        with self._lock:
            return {"questions": [one.question for one in self._found], "done": self._done}

    def after(self, asked: list[str], places: list[tuple[str, int, int]]) -> list[str]:
        """Questions to go on with: of the passages around what was cited, then of those to begin with."""
        known = {question.casefold() for question in asked}
        chunks = self._bot.store.chunks(sorted({source for source, _, _ in places}))
        near = [c for c in chunks if any(c.source == s and c.start < b and a < c.end for s, a, b in places)]
        fresh = [c for c in candidates(near) if c.question.casefold() not in known]
        found = [one.question for one in checked(self._bot, fresh[:NEXT], NEXT)]
        with self._lock:
            rest = [one.question for one in self._found]
        found += [question for question in rest if question.casefold() not in known and question not in found]
        return found[:NEXT]

    def _look(self, number: int) -> None:
        try:
            for one in candidates(self._bot.store.chunks())[:TRIED]:
                self._idle.wait()
                with self._lock:
                    if number != self._round or len(self._found) == BEGIN:
                        break
                good = list(checked(self._bot, [one], 1))
                with self._lock:
                    if number == self._round:
                        self._found += good
        except Exception:
            log.exception("no questions to begin with were found")
        with self._lock:
            if number == self._round:
                self._done = True

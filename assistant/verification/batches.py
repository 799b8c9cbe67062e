"""Verifies the sentences of a draft while the draft is still being written, and gives them back in order."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from functools import partial

from assistant.llm.connections import Connections
from assistant.types import DraftSentence
from assistant.verification.verifier import VerifiedSentence, Verifier
from index.types import Chunk

BEAT = 0.1  # seconds


class VerificationQueue:
    """Takes sentences one by one and verifies them in batches, one batch at a time, beside the caller.

    With a verifier that takes single sentences nothing runs beside the caller. Closing it stops the call that runs.
    """

    def __init__(self, verifier: Verifier) -> None:
        self._verifier = verifier
        self._waiting: list[tuple[DraftSentence, Sequence[Chunk]]] = []
        self._running: Future[list[VerifiedSentence]] | None = None
        self._connections = Connections()
        self._cancelled = threading.Event()
        self._pool = ThreadPoolExecutor(1, "citewell-verify") if verifier.batch_size > 1 else None

    def put(self, sentence: DraftSentence, passages: Sequence[Chunk]) -> None:
        """Add a sentence. passages: all that the draft could cite."""
        self._waiting.append((sentence, passages))

    def ready(self) -> list[VerifiedSentence]:
        """The sentences that were verified since it was asked last; does not wait for a model."""
        found: list[VerifiedSentence] = []
        if self._running and self._running.done():
            found, self._running = self._running.result(), None
        if self._running is None and len(self._waiting) >= self._verifier.batch_size:
            batch = self._take(self._verifier.batch_size)
            if self._pool is None:
                return [*found, *batch(), *self.ready()]
            self._running = self._pool.submit(batch)
        return found

    def finish(self, heartbeat: Callable[[], None] = lambda: None) -> list[VerifiedSentence]:
        """The rest, once it is verified. heartbeat: called now and then while it is waited for."""
        found = self._wait(self._running, heartbeat) if self._running else []
        self._running = None
        if not self._waiting:
            return found
        batch = self._take(len(self._waiting))
        return [*found, *(self._wait(self._pool.submit(batch), heartbeat) if self._pool else batch())]

    def _wait(self, running: Future[list[VerifiedSentence]], heartbeat: Callable[[], None]) -> list[VerifiedSentence]:
        while not wait([running], timeout=BEAT).done:
            heartbeat()
        return running.result()

    def close(self) -> None:
        """Stop: what was not given back yet never is."""
        self._cancelled.set()
        self._connections.close()
        if self._pool:
            self._pool.shutdown(wait=False, cancel_futures=True)

    def _take(self, most: int) -> Callable[[], list[VerifiedSentence]]:
        """A call that verifies the next sentences, at most so many."""
        taken, self._waiting = self._waiting[:most], self._waiting[most:]
        return partial(self._verify, taken)

    def _verify(self, taken: Sequence[tuple[DraftSentence, Sequence[Chunk]]]) -> list[VerifiedSentence]:
        with self._connections.noted():
            return self._verifier.verify_sentences([s for s, _ in taken], taken[-1][1], self._cancelled)

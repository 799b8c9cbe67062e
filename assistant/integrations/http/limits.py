"""How much a server takes on: requests of a caller, questions at once, and questions that wait."""

from __future__ import annotations

import asyncio
import math
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import ParamSpec, TypeVar

from assistant.access.callers import Caller
from assistant.integrations.http.problems import Problem

P = ParamSpec("P")
R = TypeVar("R")

BUSY_RETRY_SECONDS = 2


class RateLimiter:
    """A token bucket for each caller: as many requests at once as it may make in a minute, then evenly.

    clock: gives seconds.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._buckets: dict[str, tuple[float, float]] = {}
        self._lock = threading.Lock()

    def take(self, caller: Caller) -> None:
        """Count one request. Raises Problem (429) where it is one too many."""
        if caller.per_minute is None:
            return
        now, size = self._clock(), float(caller.per_minute)
        with self._lock:
            left, at = self._buckets.get(caller.name, (size, now))
            left = min(size, left + (now - at) * size / 60)
            if left >= 1:
                self._buckets[caller.name] = (left - 1, now)
                return
            self._buckets[caller.name] = (left, now)
        wait = max(1, math.ceil((1 - left) * 60 / size))
        detail = f"The key {caller.name} may make {caller.per_minute} requests a minute. Wait {wait} seconds."
        raise Problem(429, "rate-limit", "There were too many requests", detail, {"Retry-After": str(wait)})


class Workers:
    """Threads that answer questions: `running` at once, while at most `waiting` wait.

    What was cancelled while it waited never begins; what runs is counted until it has really ended.
    """

    def __init__(self, running: int, waiting: int) -> None:
        self._running = running
        self._limit = running + waiting
        self._pool = ThreadPoolExecutor(running, thread_name_prefix="citewell-question")
        self._pending = 0
        self._lock = threading.Lock()

    @property
    def pending(self) -> int:
        """How many run or wait."""
        return self._pending

    @property
    def queued(self) -> int:
        """How many wait."""
        return max(0, self._pending - self._running)

    def submit(self, work: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> Future[R]:
        """Begin work as soon as a thread is free. Raises Problem (429) where too much waits already."""
        with self._lock:
            if self._pending >= self._limit:
                detail = f"{self._pending} questions are being answered or wait. Try again in a moment."
                raise Problem(429, "busy", "The server is busy", detail, {"Retry-After": str(BUSY_RETRY_SECONDS)})
            self._pending += 1
        future = self._pool.submit(work, *args, **kwargs)
        future.add_done_callback(self._ended)
        return future

    async def run(self, work: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        """The result of work in a thread."""
        return await asyncio.wrap_future(self.submit(work, *args, **kwargs))

    def close(self) -> None:
        """Finish what runs, and begin nothing more."""
        self._pool.shutdown(wait=True, cancel_futures=True)

    def _ended(self, _: Future[R]) -> None:
        with self._lock:
            self._pending -= 1

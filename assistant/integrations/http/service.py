"""What the routes of a server share."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any, cast

from fastapi import Request

from assistant.access.callers import OWNER, Access, Caller
from assistant.access.collections import Collection, Collections
from assistant.api import Assistant
from assistant.errors import CorpusError
from assistant.integrations.http.limits import RateLimiter, Workers
from assistant.integrations.http.metrics import Metrics
from assistant.integrations.http.problems import Problem
from assistant.integrations.http.questions import RunningQuestion
from index.embed import usable_cores


@dataclass(slots=True)
class Service:
    """One server's collections, callers, limits and metrics."""

    collections: Collections
    access: Access
    workers: Workers
    metrics: Metrics
    limiter: RateLimiter = field(default_factory=RateLimiter)
    writer: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(1, "citewell-ingest"))

    @classmethod
    def of(cls, bot: Assistant) -> Service:
        """Raises ConfigError for files of keys, users or collections that cannot be used."""
        s = bot.settings
        # a question keeps all cores busy, so more at once would only be slower; a model is mostly waited for
        workers = Workers(s.workers or max(8 if s.model else 2, usable_cores()), s.queue)
        return cls(Collections.from_settings(bot), Access.from_settings(s), workers, Metrics(workers))

    def bot(self, request: Request, collection: str | None) -> Assistant:
        """The assistant of a collection that the caller may read. Raises UnknownCollection."""
        return self.collections.open(self.collections.find(collection, caller_of(request)))

    def ask(self, bot: Assistant, question: str, history: list[Any], options: dict[str, Any]) -> RunningQuestion:
        """Begin a question. Raises Problem where the server is busy."""
        return RunningQuestion(self.workers, self.metrics, bot, question, history, options)

    async def ingest(self, bot: Assistant) -> Any:
        """Bring an index up to date; one after the other."""
        return await asyncio.get_running_loop().run_in_executor(self.writer, bot.ingest)

    def unready(self) -> list[Collection]:
        """The collections that have no index."""
        return [c for c in self.collections.all() if not self._has_index(c)]

    def close(self) -> None:
        """Finish what runs."""
        self.workers.close()
        self.writer.shutdown(wait=True)

    def _has_index(self, collection: Collection) -> bool:
        try:
            return bool(self.collections.open(collection).store.revision())
        except CorpusError:
            return False


def service_of(request: Request) -> Service:
    """The service of the application that a request came to."""
    return cast(Service, request.app.state.service)


def caller_of(request: Request) -> Caller:
    """Who makes a request, as the guard found; the owner where it asked nobody."""
    return cast(Caller, request.scope.get("citewell.caller", OWNER))


def check_may_ingest(request: Request) -> None:
    """Raises Problem (403) where the caller may not change an index."""
    if not caller_of(request).ingest:
        raise Problem(
            403, "forbidden", "This key may not change the index",
            "Use a key that was added with `assistant keys add NAME --ingest`.",
        )  # fmt: skip

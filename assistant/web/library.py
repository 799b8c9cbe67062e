"""Changes of the library from the page: bringing the index up to date, and removing added files."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Iterator
from typing import Any

from assistant.api import Assistant
from assistant.cli.terminal import summary
from assistant.errors import CorpusError
from assistant.web.uploads import Uploads
from index.types import IngestReport

Event = dict[str, Any]
_STAGES = {"read": "reading the files", "embed": "indexing"}


def ingesting(bot: Assistant, done: Callable[[], None]) -> Iterator[Event]:
    """Events of an ingest, `{words, part}`, and at last its report, `{words, failures}`. Raises what ingest raises."""
    events: queue.Queue[Event | IngestReport | BaseException] = queue.Queue()

    def progress(stage: str, at: int, of: int) -> None:
        words = f"{_STAGES.get(stage, stage)} ({at} of {of})"
        events.put({"words": words, "part": at / of if of else 0})

    def work() -> None:
        try:
            events.put(bot.ingest(progress=progress))
        except BaseException as error:
            events.put(error)

    threading.Thread(target=work, daemon=True).start()
    while True:
        event = events.get()
        if isinstance(event, BaseException):
            raise event
        if isinstance(event, IngestReport):
            done()
            yield {"words": summary(event), "part": 1, "failures": [[f.source, f.reason] for f in event.failures]}
            return
        if events.empty():  # progress that nobody has seen yet is out of date where more has come
            yield event


def remove(bot: Assistant, uploads: Uploads, source: str) -> str:
    """Delete an added file and bring the index up to date. Raises UploadError, and what ingest raises."""
    uploads.remove(source)
    try:
        bot.ingest()
    except CorpusError:  # it was the last one
        bot.store.wipe()
        bot.store.commit()
    return "Removed. It is not asked any more."

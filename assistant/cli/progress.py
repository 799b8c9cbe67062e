"""The progress of an ingest: a bar on a terminal, an occasional line elsewhere."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from index.ingest import Progress

EVERY = 5.0  # seconds between lines
_WORDS = {"read": ("Reading files", "files read"), "embed": ("Embedding passages", "passages embedded")}


@contextmanager
def progress_bar() -> Iterator[Progress]:
    """Shows a bar per stage on stderr, and removes it at the end."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn
    from rich.progress import Progress as Bars

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Bars(*columns, console=Console(stderr=True, highlight=False), transient=True) as bars:
        tasks = {stage: bars.add_task(words, total=None, visible=False) for stage, (words, _) in _WORDS.items()}
        yield lambda stage, done, total: bars.update(tasks[stage], completed=done, total=total, visible=True)


@contextmanager
def progress_lines(tell: Callable[[str], None], every: float = EVERY) -> Iterator[Progress]:
    """Prints at most one line every `every` seconds, and none for a shorter ingest."""
    last = time.monotonic()

    def progress(stage: str, done: int, total: int) -> None:
        nonlocal last
        if time.monotonic() - last >= every:
            last = time.monotonic()
            tell(f"{done} of {total} {_WORDS[stage][1]}")

    yield progress

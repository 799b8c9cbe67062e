"""The command line's edges: errors as one line and an exit code, output that is safe, an index that is there."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from assistant.citation.sanitize import one_line, safe_json, visible
from assistant.errors import CitewellError, CorpusError, EmptyCorpusError, UserError

if TYPE_CHECKING:
    from rich.console import Console

    from assistant.api import Assistant
    from index.types import IngestReport

FAILURE, MISTAKE, NOTHING, INTERRUPTED, BROKEN_PIPE = 1, 2, 3, 130, 141


@contextmanager
def guarded(debug: bool) -> Iterator[None]:
    """Turns what goes wrong into one line on stderr and an exit code; `debug` lets the traceback through."""
    try:
        yield
        sys.stdout.flush()
    except KeyboardInterrupt:
        raise typer.Exit(INTERRUPTED) from None
    except BrokenPipeError:
        _discard_stdout()
        raise typer.Exit(BROKEN_PIPE) from None
    except CitewellError as error:
        if debug:
            raise
        warn(f"error: {error}")
        raise typer.Exit(MISTAKE if isinstance(error, UserError) else FAILURE) from None
    except OSError as error:
        if debug:
            raise
        warn(f"error: {error.filename or 'a file'}: {error.strerror or error}. Check that it may be read and written.")
        raise typer.Exit(FAILURE) from None


def _discard_stdout() -> None:
    """Nobody reads on: what Python flushes when it ends must have a place to go."""
    with suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def warn(line: str) -> None:
    """One line on stderr."""
    typer.echo(one_line(line), err=True)


def say(text: str) -> None:
    """Text on stdout, safe on a terminal."""
    typer.echo(visible(text), nl=not text.endswith("\n"))


def say_json(value: object) -> None:
    """JSON on stdout."""
    typer.echo(safe_json(value))


def console() -> Console:
    """Where tables and coloured text go: stdout, colours on a terminal only, no markup read from text."""
    from rich.console import Console

    return Console(file=sys.stdout, markup=False, highlight=False, emoji=False)


def on_terminal() -> bool:
    """Whether stdout is a terminal."""
    return sys.stdout.isatty()


def open_assistant(corpus: Path | None, store: Path | None, model: str | None = None) -> Assistant:
    """The assistant of a corpus. Raises CorpusError where its folder is missing, ConfigError, ModelError."""
    from assistant.config import load

    settings = load(corpus=corpus, store=store, model=model)
    folder = settings.corpus
    if not folder.is_dir():
        what = "is no folder" if folder.exists() else "does not exist"
        raise CorpusError(f"The corpus {folder} {what}. Name the folder that holds your documents with --corpus.")

    from assistant.api import Assistant  # takes a second, so mistakes are told before

    return Assistant(settings=settings)


def open_indexed(corpus: Path | None, store: Path | None, model: str | None = None) -> Assistant:
    """The same, with an index: it is made now where there is none, and stderr says so."""
    bot = open_assistant(corpus, store, model)
    fill(bot)
    return bot


def fill(bot: Assistant) -> None:
    """Makes an index where there is none, or one of another version, and says so on stderr.

    Raises what run_ingest raises, and IndexMismatch where the user said where the index is.
    """
    if outdated := bot.outdated():
        warn(f"{outdated} Making it again now.")
    elif bot.store.count():
        return
    else:
        warn(f"{bot.settings.corpus} is not indexed yet: indexing it now.")
    warn(summary(run_ingest(bot, rebuild=bool(outdated))))


def run_ingest(bot: Assistant, rebuild: bool) -> IngestReport:
    """Ingests, with a progress bar where stderr is a terminal; tells what was not read.

    Raises EmptyCorpusError where no file of the folder could be read, and what Assistant.ingest raises.
    """
    from assistant.cli.progress import progress_bar, progress_lines

    with progress_bar() if sys.stderr.isatty() else progress_lines(warn) as progress:
        report = bot.ingest(rebuild=rebuild, progress=progress, say=warn)
    for failure in report.failures:
        warn(f"not read: {failure.source}: {failure.reason}")
    if not report.chunks:
        raise EmptyCorpusError(f"No file in {bot.settings.corpus} could be read, so there is nothing to ask.")
    return report


def summary(report: IngestReport) -> str:
    """What an ingest did, in words."""
    counts = {"added": report.added, "updated": report.updated, "deleted": report.deleted,
              "unchanged": report.unchanged, "not read": report.failed}  # fmt: skip
    told = [f"{count} {what}" for what, count in counts.items() if count] or ["none"]
    return f"Files: {', '.join(told)}. The index holds {report.chunks} passages. {report.seconds:.1f} s."

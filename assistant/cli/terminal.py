"""The edges of the command line: one-line errors with exit codes, safe output, and opening an index."""

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
    """Turns an error into one line on stderr and an exit code; `debug` lets the traceback through."""
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
        warn(f"error: {error.filename or 'a file'}: {error.strerror or error}. Check that you may read and write it.")
        raise typer.Exit(FAILURE) from None


def _discard_stdout() -> None:
    """Gives Python a place to flush to at exit, after the reader of stdout has gone."""
    with suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def warn(line: str) -> None:
    """Prints one line on stderr."""
    typer.echo(one_line(line), err=True)


def say(text: str) -> None:
    """Prints text on stdout, safe for a terminal."""
    typer.echo(visible(text), nl=not text.endswith("\n"))


def say_json(value: object) -> None:
    """Prints JSON on stdout."""
    typer.echo(safe_json(value))


def console() -> Console:
    """Returns the console for tables and coloured text: stdout, colours on a terminal only, no markup in text."""
    from rich.console import Console

    return Console(file=sys.stdout, markup=False, highlight=False, emoji=False)


def on_terminal() -> bool:
    """Returns whether stdout is a terminal."""
    return sys.stdout.isatty()


def open_assistant(corpus: Path | None, store: Path | None, model: str | None = None) -> Assistant:
    """Opens the assistant of a corpus. Raises CorpusError if the folder is missing, ConfigError, ModelError."""
    from assistant.config import load

    settings = load(corpus=corpus, store=store, model=model)
    folder = settings.corpus
    if not folder.is_dir():
        what = "is not a folder" if folder.exists() else "does not exist"
        raise CorpusError(f"The corpus {folder} {what}. Name the folder that holds your documents with --corpus.")

    from assistant.api import Assistant  # takes a second, so usage errors come first

    return Assistant(settings=settings)


def open_indexed(corpus: Path | None, store: Path | None, model: str | None = None) -> Assistant:
    """Opens the assistant of a corpus, and indexes the folder if it has no index, which stderr reports."""
    bot = open_assistant(corpus, store, model)
    fill(bot)
    return bot


def fill(bot: Assistant) -> None:
    """Creates a missing index, or replaces one of another version, and reports it on stderr.

    Raises what run_ingest raises, and IndexMismatch if the user chose the place of the index.
    """
    if outdated := bot.outdated():
        warn(f"{outdated} Rebuilding it now.")
    elif bot.store.count():
        return
    else:
        warn(f"{bot.settings.corpus} is not indexed yet: indexing it now.")
    warn(summary(run_ingest(bot, rebuild=bool(outdated))))


def run_ingest(bot: Assistant, rebuild: bool) -> IngestReport:
    """Ingests, with a progress bar if stderr is a terminal, and lists the files that were not read.

    Raises EmptyCorpusError if no file of the folder can be read, and what Assistant.ingest raises.
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
    """Summarizes an ingest in words."""
    counts = {"added": report.added, "updated": report.updated, "deleted": report.deleted,
              "unchanged": report.unchanged, "not read": report.failed}  # fmt: skip
    told = [f"{count} {what}" for what, count in counts.items() if count] or ["none"]
    return f"Files: {', '.join(told)}. The index holds {report.chunks} passages. {report.seconds:.1f} s."

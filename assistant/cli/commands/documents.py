"""The folder and its index: `ingest` and `sources`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from assistant.citation.sanitize import one_line
from assistant.cli.commands.options import Corpus, Json, Store
from assistant.cli.terminal import open_assistant, run_ingest, say, say_json, summary, warn


def ingest(
    folder: Annotated[Path | None, typer.Argument(metavar="[DIR]", help="The folder.", show_default=False)] = None,
    rebuild: Annotated[bool, typer.Option("--rebuild", help="Start from an empty index.")] = False,
    watch: Annotated[
        bool, typer.Option("--watch", help="Go on, and update the index whenever a file changes.")
    ] = False,
    store: Store = None,
) -> None:
    """Index a folder, or update its index with new, changed and deleted files.

    Reads text, Markdown, reStructuredText, HTML, PDF, Word, PowerPoint and Excel files, CSV, EPUB, mail, notebooks,
    JSON, YAML, TOML and source code. Lists the files that it cannot read, with the reason.

    \b
    assistant ingest ~/documents
    """
    bot = open_assistant(folder, store)
    say(summary(run_ingest(bot, rebuild)))
    if watch:
        from watchfiles import watch as changes

        say(f"Watching {bot.settings.corpus}. Ctrl-C ends.")
        for _ in changes(bot.settings.corpus, raise_interrupt=False):
            say(summary(run_ingest(bot, False)))


def sources(as_json: Json = False, corpus: Corpus = None, store: Store = None) -> None:
    """List the indexed files: source, title, date and number of passages.

    \b
    assistant sources --corpus ~/documents
    """
    from dataclasses import asdict

    from assistant.api import why_not_indexed
    from assistant.errors import CorpusError

    bot = open_assistant(corpus, store)
    found = bot.sources()
    if not found:
        raise CorpusError(why_not_indexed(bot.settings.corpus))

    from assistant.cli.show import show_sources

    if as_json:
        say_json([asdict(source) for source in found])
    else:
        show_sources(found)
        for failure in bot.unread():
            warn(f"not read: {one_line(failure.source, 100)}: {one_line(failure.reason, 200)}")

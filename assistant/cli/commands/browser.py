"""The chat in the browser: `web` and `feedback`."""

from __future__ import annotations

from typing import Annotated

import typer

from assistant.citation.sanitize import one_line
from assistant.cli.commands.options import Corpus, Json, Model, Store
from assistant.cli.terminal import NOTHING, fill, open_assistant, say, say_json, warn
from assistant.errors import EmptyCorpusError


def web(
    host: Annotated[str, typer.Option("--host", help="Address to serve on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option("--port", min=1, max=65535, help="Port to serve on.")] = 7860,
    browser: Annotated[bool, typer.Option("--open", help="Open the page in a browser, if there is one.")] = False,
    model: Model = None,
    corpus: Corpus = None,
    store: Store = None,
) -> None:
    """Serve the chat in the browser, to this machine only unless --host says otherwise (then set ASSISTANT_AUTH).

    \b
    assistant web --corpus ~/documents
    """
    from assistant.config import load
    from assistant.web.hosts import check_free, check_host

    check_host(host, load().auth)
    check_free(host, port)
    bot = open_assistant(corpus, store, model)
    try:
        fill(bot)
    except EmptyCorpusError:
        if not bot.settings.uploads:
            raise
        warn(f"There are no documents in {bot.settings.corpus} yet: add some in the library of the page.")

    from assistant.web.server import serve

    serve(bot, host, port, say, browser=browser)


def feedback(as_json: Json = False, corpus: Corpus = None, store: Store = None) -> None:
    """Print the ratings of answers in the browser. Exit code 3 if there are none.

    \b
    assistant feedback --json
    """
    from assistant.config import load
    from assistant.web.feedback import feedback_file, read

    said = read(feedback_file(load(corpus=corpus, store=store)))
    if as_json:
        say_json(said)
    for item in () if as_json else said:
        comment = f": {one_line(item['comment'])}" if item["comment"] else ""
        say(f"{item['time']}  {'good' if item['good'] else 'bad '}  {one_line(item['question'])}{comment}")
    if not said:
        raise typer.Exit(NOTHING)

"""Other programs: `serve`, and the keys and users of a server."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from assistant.cli.commands.options import Corpus, Model, Store
from assistant.cli.terminal import fill, open_assistant, say
from assistant.errors import ConfigError

keys = typer.Typer(help="The API keys of a server: `assistant keys add NAME`.", no_args_is_help=True)
users = typer.Typer(help="The people who may sign in to a server.", no_args_is_help=True)
Name = Annotated[str, typer.Argument(help="A name, for the file and the log.", show_default=False)]
File = Annotated[Path | None, typer.Option("--file", help="The file. Default: the one that the environment names.")]


def serve(
    host: Annotated[str, typer.Option("--host", help="Address to serve on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option("--port", min=1, max=65535, help="Port to serve on.")] = 8080,
    model: Model = None,
    corpus: Corpus = None,
    store: Store = None,
) -> None:
    """Serve other programs over HTTP: /v1 as OpenAI does, /api of its own, /mcp, /metrics.

    This machine alone can call it, unless --host says otherwise (then set ASSISTANT_API_KEYS).

    \b
    assistant serve --corpus ~/documents
    """
    bot = open_assistant(corpus, store, model)

    from assistant.integrations.http.app import check_may_serve
    from assistant.integrations.http.app import serve as run

    check_may_serve(bot, host, port)
    if bot.settings.collections is None:
        fill(bot)
    run(bot, host, port, say)


def mcp(model: Model = None, corpus: Corpus = None, store: Store = None) -> None:
    """Serve one program over stdin and stdout with the Model Context Protocol: a tool for agents and editors.

    \b
    assistant mcp --corpus ~/documents
    """
    bot = open_assistant(corpus, store, model)
    if bot.settings.collections is None:
        fill(bot)

    from assistant.integrations.mcp import run_stdio

    run_stdio(bot)


@keys.command("add")
def add_key(
    name: Name,
    per_minute: Annotated[int, typer.Option("--per-minute", min=1, help="Requests that it may make.")] = 60,
    ingest: Annotated[bool, typer.Option("--ingest", help="It may also bring the index up to date.")] = False,
    file: File = None,
) -> None:
    """Make a key and print it. The file keeps its hash alone, so note the key now.

    \b
    assistant keys add laptop --file keys.toml
    """
    from assistant.access.keys import add_key as add

    say(add(_file(file, "api_keys"), name, per_minute, ingest))


@users.command("add")
def add_user(name: Name, file: File = None) -> None:
    """Add a user, or change a password, which is asked for. Where there is no terminal, it is the first line of stdin.

    \b
    assistant users add anna --file users.toml
    """
    from assistant.access.users import add_user as add

    path = _file(file, "users")
    add(path, name, typer.prompt("Password", hide_input=True, confirmation_prompt=True))
    say(f"{name} can sign in now, once the server has started again.")


@users.command("remove")
def remove_user(name: Name, file: File = None) -> None:
    """Remove a user.

    \b
    assistant users remove anna --file users.toml
    """
    from assistant.access.users import remove_user as remove

    remove(_file(file, "users"), name)
    say(f"{name} cannot sign in any more, once the server has started again.")


def _file(given: Path | None, setting: str) -> Path:
    from assistant.config import load

    path: Path | None = given or getattr(load(), setting)
    if path is None:
        raise ConfigError(f"Name the file with --file, or set ASSISTANT_{setting.upper()}.")
    return path

"""The command `assistant`: its global options, and its commands, which are in assistant/cli/commands."""

from __future__ import annotations

import sys
from contextlib import suppress
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from assistant import __version__
from assistant.cli.commands.asking import ask, chat, search
from assistant.cli.commands.browser import feedback, web
from assistant.cli.commands.checking import doctor, evaluate, verify
from assistant.cli.commands.documents import ingest, sources
from assistant.cli.commands.serving import keys, mcp, serve, users
from assistant.cli.extras import EXTRAS, advice, missing_packages
from assistant.cli.terminal import guarded, say

EPILOG = (
    "Exit codes: 0 an answer, 3 no answer in the documents, 2 a usage error, 1 a failure. "
    "Settings are environment variables ASSISTANT_…; `assistant doctor` shows the ones in use."
)


class _Guarded(TyperGroup):
    """Runs every command inside `guarded`."""

    def invoke(self, ctx: Any) -> Any:
        with guarded(bool(ctx.params.get("debug"))):
            return super().invoke(ctx)

    def format_epilog(self, ctx: Any, formatter: Any) -> None:
        super().format_epilog(ctx, formatter)
        for extra, packages in missing_packages().items():
            formatter.write_paragraph()
            formatter.write_text(f"Not installed: {EXTRAS[extra]} ({', '.join(packages)}). {advice(extra)}")


app = typer.Typer(
    cls=_Guarded,
    rich_markup_mode=None,  # halves the time of `--help`
    pretty_exceptions_enable=False,
    no_args_is_help=True,
    epilog=EPILOG,
)


def _version(wanted: bool) -> None:
    if wanted:
        say(f"citewell {__version__}")
        raise typer.Exit()


@app.callback()
def options(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
    debug: Annotated[bool, typer.Option("--debug", help="Show the traceback of an error.")] = False,
) -> None:
    """Answers questions about a folder of documents. Every sentence of an answer leads to its exact place in a file.

    \b
    assistant ask "How many soldiers arrived in Kursk?"
    assistant ingest ~/documents
    assistant ask --corpus ~/documents "When was the contract signed?"
    """


# `--help` lists them in this order
for command in (ingest, ask, chat, web, serve, mcp, feedback, search, sources, verify, doctor):
    app.command()(command)
app.add_typer(keys, name="keys")
app.add_typer(users, name="users")
# no options of its own, not even --help: the sub-commands take everything after `eval`
app.command("eval", add_help_option=False, context_settings={"allow_extra_args": True, "ignore_unknown_options": True})(
    evaluate
)


def main() -> None:
    """Runs a command and exits with its code."""
    for stream in (sys.stdout, sys.stderr):
        with suppress(AttributeError):
            # print "?" instead of failing on a character that the terminal cannot show
            stream.reconfigure(errors="replace")  # type: ignore[union-attr]
    app(prog_name="assistant")


if __name__ == "__main__":
    main()

"""The command `assistant`. Each command imports what it needs when it runs, so that `--help` is quick."""

from __future__ import annotations

import sys
from contextlib import suppress
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from assistant.terminal import NOTHING, guarded, open_assistant, open_indexed, run_ingest, say, say_json, summary
from assistant.visible import one_line

EPILOG = (
    "Exit codes: 0 an answer, 3 no answer in the documents, 2 a mistake in what was asked for, 1 a failure. "
    "Settings are environment variables ASSISTANT_…; `assistant doctor` shows what is used."
)


class _Guarded(TyperGroup):
    """All commands run inside `guarded`."""

    def invoke(self, ctx: Any) -> Any:
        with guarded(bool(ctx.params.get("debug"))):
            return super().invoke(ctx)


app = typer.Typer(
    cls=_Guarded,
    rich_markup_mode=None,  # half the time of a `--help`
    pretty_exceptions_enable=False,
    no_args_is_help=True,
    epilog=EPILOG,
)

Question = Annotated[str, typer.Argument(help="What you want to know, in quotation marks.", show_default=False)]
Corpus = Annotated[
    Path | None, typer.Option("--corpus", help="Folder of documents. Default: the one that came with Citewell.")
]
Store = Annotated[
    Path | None, typer.Option("--store", help="Folder of the index. Default: one per corpus, in your data folder.")
]
Model = Annotated[
    str | None,
    typer.Option(
        "--model",
        metavar="MODEL",
        help="Language model that writes the answer: openai/NAME, anthropic/NAME, ollama/NAME, openai-like/NAME or a "
        ".gguf file. Default: quotes.",
    ),
]
Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Source = Annotated[
    str | None, typer.Option("--source", metavar="GLOB", help="Only files whose path matches, such as 'reports/*.pdf'.")
]
Since = Annotated[
    str | None, typer.Option("--since", metavar="DATE", help="Only documents of this date (2024-10-31) or later.")
]
Until = Annotated[
    str | None, typer.Option("--until", metavar="DATE", help="Only documents of this date (2024-10-31) or earlier.")
]


def _version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        say(f"citewell {version('citewell')}")
        raise typer.Exit()


@app.callback()
def options(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
    debug: Annotated[bool, typer.Option("--debug", help="Show the traceback of an error.")] = False,
) -> None:
    """Answers questions about a folder of documents. Every sentence of an answer is a quote, with its exact place.

    \b
    assistant ask "How many soldiers arrived in Kursk?"
    assistant ingest ~/documents
    assistant ask --corpus ~/documents "When was the contract signed?"
    """


@app.command()
def ingest(
    folder: Annotated[Path | None, typer.Argument(metavar="[DIR]", help="The folder.", show_default=False)] = None,
    rebuild: Annotated[bool, typer.Option("--rebuild", help="Start from an empty index.")] = False,
    store: Store = None,
) -> None:
    """Index a folder, or bring its index up to date: only what changed is read again.

    Reads .txt, .md, .html, .pdf and .docx. Files that cannot be read are named, with the reason.

    \b
    assistant ingest ~/documents
    """
    bot = open_assistant(folder, store)
    say(summary(run_ingest(bot, rebuild)))


@app.command()
def ask(
    question: Question,
    as_json: Json = False,
    history: Annotated[
        Path | None,
        typer.Option("--history", metavar="FILE", help="The conversation before: a JSON list of turns, or JSONL."),
    ] = None,
    source: Source = None,
    since: Since = None,
    until: Until = None,
    explain: Annotated[bool, typer.Option("--explain", help="Also print passages, scores and timings.")] = False,
    receipt: Annotated[
        Path | None,
        typer.Option("--receipt", metavar="FILE", help="Also write a new file that `assistant verify` can check."),
    ] = None,
    model: Model = None,
    corpus: Corpus = None,
    store: Store = None,
) -> None:
    """Answer one question with quotes, or say that the documents do not say (exit code 3).

    \b
    assistant ask "How many soldiers arrived in Kursk?" --since 2024-10-01
    assistant ask "And from where?" --history talk.json --json
    """
    from assistant.history import read_history
    from assistant.receipt import check_new, write

    turns = read_history(history) if history else None
    if receipt:
        check_new(receipt)
    bot = open_indexed(corpus, store, model)

    from assistant.ask import Trace
    from assistant.show import explanation, show_answer, show_explanation

    trace = Trace()
    answer = bot.answer(_text(question), turns, source=source, since=since, until=until, trace=trace)
    if receipt:
        write(answer, bot, receipt)
    if as_json:
        say_json({**answer.to_dict(), **({"explanation": explanation(answer, trace)} if explain else {})})
    else:
        show_answer(answer)
        if explain:
            show_explanation(explanation(answer, trace))
    if answer.abstained:
        raise typer.Exit(NOTHING)


@app.command()
def chat(
    source: Source = None,
    since: Since = None,
    until: Until = None,
    model: Model = None,
    corpus: Corpus = None,
    store: Store = None,
) -> None:
    """Ask one question after another; each knows what was said before it. /quit or Ctrl-D ends.

    \b
    assistant chat --corpus ~/documents
    """
    bot = open_indexed(corpus, store, model)

    from assistant.chat import chat as converse

    converse(bot, source, since, until)


@app.command()
def web(
    host: Annotated[str, typer.Option("--host", help="Address to serve on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option("--port", min=1, max=65535, help="Port to serve on.")] = 7860,
    browser: Annotated[bool, typer.Option("--open", help="Open the page in a browser, where there is one.")] = False,
    model: Model = None,
    corpus: Corpus = None,
    store: Store = None,
) -> None:
    """Serve the chat in the browser, on this machine alone unless --host says otherwise (then set ASSISTANT_AUTH).

    \b
    assistant web --corpus ~/documents
    """
    from assistant.config import load
    from assistant.web.hosts import check_free, check_host

    check_host(host, load().auth)
    check_free(host, port)
    bot = open_indexed(corpus, store, model)

    from assistant.web.server import serve

    serve(bot, host, port, say, browser=browser)


@app.command()
def feedback(as_json: Json = False, corpus: Corpus = None, store: Store = None) -> None:
    """Print what people said of answers in the browser. Exit code 3 where nobody said anything.

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


@app.command()
def search(
    query: Annotated[str, typer.Argument(help="What to look for.", show_default=False)],
    limit: Annotated[int, typer.Option("--limit", min=1, help="At most so many passages.")] = 10,
    as_json: Json = False,
    source: Source = None,
    since: Since = None,
    until: Until = None,
    corpus: Corpus = None,
    store: Store = None,
) -> None:
    """Show the passages nearest to a query, best first. Exit code 3 where there are none.

    \b
    assistant search "ballistic missiles" --limit 3
    """
    bot = open_indexed(corpus, store)

    from assistant.show import hits_json, show_hits

    hits = bot.search(_text(query), limit, source=source, since=since, until=until)
    if as_json:
        say_json(hits_json(hits))
    else:
        show_hits(hits)
    if not hits:
        raise typer.Exit(NOTHING)


@app.command()
def sources(as_json: Json = False, corpus: Corpus = None, store: Store = None) -> None:
    """List the indexed files: source, title, date and number of passages.

    \b
    assistant sources --corpus ~/documents
    """
    from dataclasses import asdict

    from assistant.errors import CorpusError

    bot = open_assistant(corpus, store)
    found = bot.sources()
    if not found:
        raise CorpusError(f"{bot.settings.corpus} is not indexed yet. Run `assistant ingest`.")

    from assistant.show import show_sources

    if as_json:
        say_json([asdict(source) for source in found])
    else:
        show_sources(found)


@app.command()
def verify(
    receipt: Annotated[Path, typer.Argument(help="A file that `assistant ask --receipt` wrote.", show_default=False)],
    as_json: Json = False,
    corpus: Annotated[
        Path | None, typer.Option("--corpus", help="Folder of documents. Default: the one that the receipt names.")
    ] = None,
) -> None:
    """Check a receipt's quotes against the files as they are now. Needs no index.

    Each quote holds (it is where the receipt says), moved (it is elsewhere in the folder: the new place is shown) or is
    gone. Exit code 0 where all hold and the receipt is as it was written, 3 where not, 2 for a file that is no receipt.

    \b
    assistant verify answer.json
    """
    from dataclasses import asdict

    from assistant.receipt import read, untouched
    from assistant.receipt import verify as check
    from assistant.show import show_checks

    intact, checks = untouched(read(receipt)), check(receipt, corpus)
    if as_json:
        say_json({"untouched": intact, "citations": [asdict(c) for c in checks]})
    else:
        show_checks(checks)
        counts = ", ".join(f"{sum(c.status == s for c in checks)} {s}" for s in ("holds", "moved", "gone"))
        say(f"{len(checks)} quotes: {counts}." if checks else "The receipt has no quotes.")
        if not intact:
            say("The receipt itself was changed after it was written: do not trust its text.")
    if not intact or any(c.status != "holds" for c in checks):
        raise typer.Exit(NOTHING)


@app.command()
def doctor(as_json: Json = False, model: Model = None, corpus: Corpus = None, store: Store = None) -> None:
    """Check the installation, and show what would be used. Exit code 1 where something is broken.

    \b
    assistant doctor
    """
    from assistant.doctor import examine, show

    findings = examine(corpus, store, model)
    if as_json:
        from dataclasses import asdict

        say_json([asdict(f) for f in findings])
    else:
        show(findings)
    if any(f.state == "broken" for f in findings):
        raise typer.Exit(1)


# no options of its own, not even --help: everything behind `eval` is for the sub-commands
@app.command("eval", add_help_option=False, context_settings={"allow_extra_args": True, "ignore_unknown_options": True})
def evaluate(ctx: typer.Context) -> None:
    """Measure the answers on the cases that come with Citewell: run, score, compare, report, gate.

    \b
    assistant eval gate
    """
    # The one look upwards, and only when it is called: `evals` imports `assistant`, never the other way round.
    from evals.cli import app as commands

    code = commands(args=ctx.args, prog_name="assistant eval", standalone_mode=False)
    if code:
        raise typer.Exit(int(code))


def _text(argument: str) -> str:
    """An argument of the command line; bytes that are no text in the user's encoding become replacement characters."""
    return argument.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def main() -> None:
    """The entry point: runs a command and exits with its code."""
    for stream in (sys.stdout, sys.stderr):
        with suppress(AttributeError):
            # a terminal that cannot show a character gets "?" instead of an error
            stream.reconfigure(errors="replace")  # type: ignore[union-attr]
    app(prog_name="assistant")


if __name__ == "__main__":
    main()

"""Questions: `ask`, `chat` and `search`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from assistant.cli.commands.options import Corpus, Json, Model, Question, Since, Source, Store, Until, plain_text
from assistant.cli.terminal import NOTHING, open_indexed, say_json


def ask(
    question: Question = "-",
    as_json: Json = False,
    history: Annotated[
        Path | None,
        typer.Option("--history", metavar="FILE", help="The previous turns: a JSON list, or JSONL."),
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
    """Answer one question with citations, or say that the documents do not say (exit code 3).

    \b
    assistant ask "How many soldiers arrived in Kursk?" --since 2024-10-01
    assistant ask "And from where?" --history talk.json --json
    """
    from assistant.cli.history import read_history
    from assistant.receipts.write import check_new, write

    turns = read_history(history) if history else None
    if receipt:
        check_new(receipt)
    bot = open_indexed(corpus, store, model)

    from assistant.cli.show import explanation, show_answer, show_explanation
    from assistant.pipeline import Trace

    trace = Trace()
    answer = bot.answer(plain_text(question), turns, source=source, since=since, until=until, trace=trace)
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


def chat(
    source: Source = None,
    since: Since = None,
    until: Until = None,
    model: Model = None,
    corpus: Corpus = None,
    store: Store = None,
) -> None:
    """Answer questions one after another, each with the conversation before it. /quit or Ctrl-D ends the chat.

    \b
    assistant chat --corpus ~/documents
    """
    bot = open_indexed(corpus, store, model)

    from assistant.cli.chat import chat as converse

    converse(bot, source, since, until)


def search(
    query: Annotated[str, typer.Argument(help="What to look for.", show_default=False)],
    limit: Annotated[int, typer.Option("--limit", min=1, help="The maximum number of passages.")] = 10,
    as_json: Json = False,
    source: Source = None,
    since: Since = None,
    until: Until = None,
    corpus: Corpus = None,
    store: Store = None,
) -> None:
    """Show the passages nearest to a query, best first. Exit code 3 if there are none.

    \b
    assistant search "ballistic missiles" --limit 3
    """
    bot = open_indexed(corpus, store)

    from assistant.cli.show import hits_json, show_hits, show_reading

    text = plain_text(query)
    hits = bot.search(text, limit, source=source, since=since, until=until)
    if (reading := bot.read_as(text)) != text.strip():
        show_reading(reading)
    if as_json:
        say_json(hits_json(hits))
    else:
        show_hits(hits)
    if not hits:
        raise typer.Exit(NOTHING)

"""Checks: `verify` for a receipt, `doctor` for the installation, `eval` for the answers."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from assistant.cli.commands.options import Corpus, Json, Model, Store
from assistant.cli.terminal import NOTHING, say, say_json


def verify(
    receipt: Annotated[Path, typer.Argument(help="A file that `assistant ask --receipt` wrote.", show_default=False)],
    as_json: Json = False,
    corpus: Annotated[
        Path | None, typer.Option("--corpus", help="Folder of documents. Default: the one named in the receipt.")
    ] = None,
) -> None:
    """Check a receipt's quotes against the current files. Needs no index.

    Each quote holds (it is where the receipt says), moved (it is elsewhere in the folder, and its new place is shown)
    or is gone. Exit code 0 if all hold and the receipt is unchanged, 3 if not, 2 for a file that is not a receipt.

    \b
    assistant verify answer.json
    """
    from dataclasses import asdict

    from assistant.cli.show import show_checks
    from assistant.receipts.write import read, untouched
    from assistant.receipts.write import verify as check

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


def doctor(as_json: Json = False, model: Model = None, corpus: Corpus = None, store: Store = None) -> None:
    """Check the installation, and show the models and settings in use. Exit code 1 if something is broken.

    \b
    assistant doctor
    """
    from assistant.cli.doctor import examine, show

    findings = examine(corpus, store, model)
    if as_json:
        from dataclasses import asdict

        say_json([asdict(f) for f in findings])
    else:
        show(findings)
    if any(f.state == "broken" for f in findings):
        raise typer.Exit(1)


def evaluate(ctx: typer.Context) -> None:
    """Measure the answers on the cases that ship with Citewell: run, score, compare, report, gate.

    \b
    assistant eval gate
    """
    # The one upward import, made only when called: `evals` imports `assistant`, never the other way round.
    from assistant.cli.extras import need_extra
    from evals.cli import app as commands

    need_extra("evals")

    code = commands(args=ctx.args, prog_name="assistant eval", standalone_mode=False)
    if code:
        raise typer.Exit(int(code))

"""`assistant eval …`: answers cases, scores the answers, compares, reports, and fails on regressions.

Each command imports its dependencies when it runs, like those of assistant/cli/commands.
"""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from assistant.cli.terminal import say, warn

if TYPE_CHECKING:
    from rich.progress import TaskID

    from evals.score import Scores

app = typer.Typer(rich_markup_mode=None, no_args_is_help=True, pretty_exceptions_enable=False)

WORSE = 4  # exit code of `gate` for a regression
RUN = Path("runs/seeds")
CALLS = 10_000

Run = Annotated[Path, typer.Argument(metavar="RUN", help="A folder of saved answers.")]
Out = Annotated[Path, typer.Option("--out", help="Folder for the answers.")]
Fresh = Annotated[bool, typer.Option("--fresh", help="Discard the answers in the folder and start over.")]
SplitOf = Annotated[str | None, typer.Option("--split", metavar="dev|test", help="Only this half of the cases.")]
Limit = Annotated[int | None, typer.Option("--limit", min=1, help="The maximum number of cases, always the same ones.")]
Calls = Annotated[int, typer.Option("--calls", min=1, help="The maximum number of calls to a judge model.")]
AtOnce = Annotated[int, typer.Option("--at-once", min=1, help="The number of parallel calls to it.")]
Data = Annotated[Path | None, typer.Option("--data", help="A folder of public data sets.")]
RunA = Annotated[Path, typer.Argument(metavar="A", help="The earlier run.", show_default=False)]
RunB = Annotated[Path, typer.Argument(metavar="B", help="The later run.", show_default=False)]
Readme = Annotated[Path | None, typer.Option("--into", help="A page with the marks `<!-- eval … -->`.")]
Beside = Annotated[Path | None, typer.Option("--beside", help="A scored run of the same cases with other settings.")]
Exact = Annotated[bool, typer.Option("--exact", help="Only the exact metrics: seconds, and no ragas.")]


@app.callback()
def options() -> None:
    """Measure the answers, on the cases about the shipped corpus or on public data sets.

    \b
    assistant eval run                 # answers every case, into runs/seeds
    assistant eval score               # exact metrics, and ragas with the embedded judge
    assistant eval report              # runs/seeds/report.md and report.html
    assistant eval gate                # all of this, and fails if a metric falls below evals/baseline.json
    ASSISTANT_JUDGE=openai/gpt-4.1-mini assistant eval score   # ragas with a model as judge
    """


@app.command()
def run(
    out: Out = RUN,
    cases: Annotated[Path | None, typer.Option("--cases", help="A file of cases, instead of the shipped ones.")] = None,
    corpus: Annotated[Path | None, typer.Option("--corpus", help="The folder of their documents.")] = None,
    split: SplitOf = None,
    limit: Limit = None,
    fresh: Fresh = False,
    data: Data = None,
    name: Annotated[str | None, typer.Option("--set", help="A public data set in --data.")] = None,
) -> None:
    """Answer every case, and save the answers and their circumstances. Resumes an interrupted run.

    \b
    assistant eval run --split dev --out runs/dev
    assistant eval run --data ~/sets --set clapnq --limit 100 --out runs/clapnq
    """
    from evals.answering import answer_cases, answer_public

    if fresh:
        _clear(out)
    with _bars() as bar:
        if data or name:
            count = answer_public(out, data, name, limit, bar)
        else:
            count = answer_cases(out, cases, corpus, split, limit, bar)
    say(f"{count} answers in {out}. Next: assistant eval score {out}")


@app.command()
def score(
    run: Run = RUN,
    exact: Exact = False,
    calls: Calls = CALLS,
    at_once: AtOnce = 4,
) -> None:
    """Score saved answers with the embedded judge, or with the model that ASSISTANT_JUDGE names.

    The verdicts of a judge model are cached, so that scoring again or resuming asks nothing twice.

    \b
    assistant eval score runs/seeds --exact
    ASSISTANT_JUDGE=ollama/qwen3:8b assistant eval score --calls 2000
    """
    _show_table(_score(run, exact, calls, at_once))


@app.command()
def compare(a: RunA, b: RunB) -> None:
    """Compare two scored runs of the same cases in pairs, and list the cases that got better or worse.

    \b
    assistant eval compare runs/before runs/after
    """
    from evals.report.difference import markdown
    from evals.saved import read_about, read_answers
    from evals.score import read_scores

    answers = ({s.id: s.answer for s in read_answers(run)} for run in (a, b))
    questions = {case.id: case.question for case in read_about(b).cases}
    say(markdown(read_scores(a), read_scores(b), questions, *answers))


@app.command()
def report(run: Run = RUN) -> None:
    """Write the report of a scored run: report.md, and the self-contained report.html.

    \b
    assistant eval report runs/seeds
    """
    for path in _report(run):
        say(str(path))


@app.command()
def accept(run: Run = RUN) -> None:
    """Make the scores of a run the baseline, in evals/baseline.json.

    \b
    assistant eval run --fresh && assistant eval score && assistant eval accept
    """
    from evals import baseline
    from evals.score import read_scores

    scores = read_scores(run)
    baseline.accept(scores, baseline.BASELINE)
    say(f"{len(scores.cases)} cases of {run} are now the baseline: {baseline.BASELINE}")


@app.command()
def gate(
    run: Annotated[Path | None, typer.Argument(metavar="[RUN]", help="Scored answers. Default: a new run.")] = None,
    out: Out = Path("runs/gate"),
) -> None:
    """Fail (exit code 4) if a metric fell below the baseline by more than its interval allows, and name the cases.

    \b
    assistant eval gate
    assistant eval gate runs/seeds
    """
    from evals import baseline
    from evals.answering import answer_cases
    from evals.score import read_scores

    accepted = baseline.read(baseline.BASELINE)
    if run is None:
        _clear(out)
        with _bars() as bar:
            answer_cases(out, None, None, None, None, bar)
        scores = _score(out, exact=False)
        _report(out)
    else:
        scores = read_scores(run)
    fallen, found = baseline.falls(accepted, scores)
    _show_table(scores)
    for note in found.notes:
        warn(note)
    if fallen:
        warn(f"regressions from the baseline, on {found.cases} cases:")
        for line in baseline.told(fallen).splitlines():
            warn(line)
        raise typer.Exit(WORSE)
    say(f"No regression from the baseline, on {found.cases} cases.")


@app.command()
def agree(
    data: Annotated[Path, typer.Option("--data", help="Folder with attributionbench and wice.", show_default=False)],
    limit: Annotated[int | None, typer.Option("--limit", min=1, help="The maximum number of claims per set.")] = None,
    calls: Calls = CALLS,
    at_once: AtOnce = 4,
) -> None:
    """Measure how often the judge agrees with human labels, on AttributionBench and WiCE. Reports then include this.

    \b
    assistant eval agree --data ~/sets
    ASSISTANT_JUDGE=openai/gpt-4.1-mini assistant eval agree --data ~/sets --limit 200
    """
    from assistant.config import load
    from evals.judges.agreeing import measure_judge
    from evals.judges.agreement import store

    with _bars() as bar:
        found = measure_judge(data, load(), limit, calls, at_once, bar)
    for one in found:
        say(one.told())
    say(f"Saved in {store(found)}")


@app.command()
def table(run: Run = RUN, readme: Readme = None, beside: Beside = None) -> None:
    """Print the metrics of a scored run as docs/evaluation.md shows them, or write them into a page.

    \b
    assistant eval table --into docs/evaluation.md
    assistant eval table --beside runs/no-reader   # adds a comparison with another run of the same cases
    """
    from evals.judges.agreement import stored
    from evals.report.markdown import summary, written
    from evals.score import read_scores

    scores = read_scores(run)
    text = summary(scores, stored(scores.judge), read_scores(beside) if beside else None)
    if readme is None:
        say(text)
        return
    readme.write_text(written(readme.read_text(encoding="utf-8"), text), encoding="utf-8")
    say(f"{readme} now shows the figures of {run}.")


def _report(run: Path) -> tuple[Path, Path]:
    from evals.judges.agreement import stored
    from evals.report.html import html
    from evals.report.markdown import build, markdown
    from evals.saved import in_order, read_about, read_answers, replace_file
    from evals.score import read_scores

    scores = read_scores(run)
    pairs = in_order(read_about(run).cases, read_answers(run))
    made = build(scores, pairs, stored(scores.judge))
    replace_file(run / "report.md", markdown(made))
    replace_file(run / "report.html", html(made))
    return run / "report.md", run / "report.html"


def _score(run: Path, exact: bool, calls: int = CALLS, at_once: int = 4) -> Scores:
    from assistant.config import load
    from evals.scoring import score_run

    with _bars() as bar:
        scores = score_run(run, load(), bar, ragas=not exact, calls=calls, at_once=at_once)
    for note in scores.notes:
        warn(note)
    return scores


def _show_table(scores: Scores) -> None:
    from rich.table import Table

    from assistant.cli.terminal import console
    from evals.report.figures import BY_NAME, estimates, judge_of

    table = Table("metric", "value", "95% interval", "n", "judge", box=None, pad_edge=False)
    for name, e in estimates(scores.cases).items():
        judge = judge_of(BY_NAME[name], scores.judge)
        table.add_row(BY_NAME[name].title, f"{e.value:.3f}", f"{e.low:.3f} to {e.high:.3f}", str(e.n), judge)
    console().print(table)


def _clear(folder: Path) -> None:
    """Removes the files of a run, and nothing else."""
    for name in ("answers.jsonl", "run.json", "scores.json", "report.md", "report.html"):
        (folder / name).unlink(missing_ok=True)
    shutil.rmtree(folder / "store", ignore_errors=True)


@contextmanager
def _bars() -> Iterator[Callable[[str, int, int], None]]:
    """Shows a bar per stage on a terminal, and an occasional line elsewhere."""
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeElapsedColumn,
        TimeRemainingColumn,
    )

    if not sys.stderr.isatty():
        yield lambda what, done, total: warn(f"{what}: {done} of {total}") if done % 50 == 0 or done == total else None
        return
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(),
               TimeRemainingColumn())  # fmt: skip
    tasks: dict[str, TaskID] = {}
    with Progress(*columns, console=Console(stderr=True, highlight=False), transient=True) as bars:

        def show(what: str, done: int, total: int) -> None:
            if what not in tasks:
                tasks[what] = bars.add_task(what, total=total)
            bars.update(tasks[what], completed=done, total=total)

        yield show

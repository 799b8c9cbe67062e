"""Answers the same cases with Citewell and other frameworks, and prints a table or writes it into a page."""

from __future__ import annotations

import argparse
import statistics
import tempfile
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from assistant.api import Assistant
from assistant.config import SHIPPED_CORPUS, Settings
from assistant.llm.model import Model
from assistant.llm.providers import open_model
from evals.cases.load import SEEDS, Case, chosen, load
from evals.judges.judges import entails
from evals.metrics import correct
from evals.report.figures import CaseScore, estimates
from evals.report.markdown import written
from evals.run import Bot, run, texts_of
from evals.saved import About, Saved
from evals.score import exact, open_corpus

BEGIN, END = "<!-- peers: made by `python -m evals.peers` -->", "<!-- peers end -->"
HEAD = [
    "",
    "MRR",
    "answered",
    "citation precision",
    "citation recall",
    "refusal precision",
    "refusal recall",
    "seconds",
]


def main(argv: Sequence[str] | None = None) -> None:
    """Measures every framework, one after another."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", type=Path, required=True, help="the GGUF file that every writer uses")
    parser.add_argument("--limit", type=int, help="maximum number of cases")
    parser.add_argument("--out", type=Path, default=Path("runs/peers"), help="folder for the answers")
    parser.add_argument("--into", type=Path, help="a page with the marks of the table")
    options = parser.parse_args(argv)
    cases = chosen(load(SEEDS, texts_of(SHIPPED_CORPUS)), limit=options.limit)
    settings = Settings(model=str(options.model))
    model = open_model(settings)
    assert model is not None
    rows = [
        row(options.out, name, partial(make, model=model, settings=settings), cases) for name, make in PEERS.items()
    ]
    text = "\n".join([told(cases, model), "", *table(rows)])
    if options.into:
        readme = options.into.read_text(encoding="utf-8")
        options.into.write_text(written(readme, text, BEGIN, END), encoding="utf-8")
    print(text)


def row(out: Path, name: str, make: Callable[[Path], Bot], cases: Sequence[Case]) -> list[str]:
    """Measures one framework, and resumes an interrupted run."""
    folder = out / name.lower().replace(", ", "-").replace(" ", "-")
    about = About(name, {"peer": name}, str(SHIPPED_CORPUS), (), tuple(cases))
    with tempfile.TemporaryDirectory() as home:
        saved = run(
            folder, about, make(Path(home)), lambda done, total: print(f"{name}: {done} of {total}", flush=True)
        )
    return [name, *figures(cases, saved)]


def figures(cases: Sequence[Case], saved: Sequence[Saved]) -> list[str]:
    """Computes the cells of a row."""
    corpus = open_corpus(About("peers", {}, str(SHIPPED_CORPUS), (), tuple(cases)))
    scores: list[CaseScore] = [exact(c, s, corpus, entails) for c, s in zip(cases, saved, strict=True)]
    found = {name: e.value for name, e in estimates(scores).items()}
    hits = [float(_said(c, s)) for c, s in zip(cases, saved, strict=True) if c.answerable]
    shown = [found.get("mrr"), statistics.mean(hits), found.get("citation_precision"), found.get("citation_recall"),
             found.get("refusal_precision"), found.get("refusal_recall")]  # fmt: skip
    return [*("–" if v is None else f"{v:.2f}" for v in shown), f"{statistics.median(s.seconds for s in saved):.1f}"]


def _said(case: Case, saved: Saved) -> bool:
    """Returns whether the answer contains everything that it must; citations are measured separately."""
    text = correct.bare(saved.answer)
    return (
        not saved.answer.abstained
        and all(correct.said(group, text) for group in case.must)
        and not correct.said(case.must_not, text)
    )


def told(cases: Sequence[Case], model: Model) -> str:
    """Describes the measurement."""
    name = Path(model.name).stem
    return (
        f"{len(cases)} cases about the seeds, with the same embedding model and {name} as the language model. "
        "Answered: the share of the answerable questions whose answer contains everything it must. Citewell's verifier "
        "judges the citations. Seconds: the median. A default LlamaIndex node of 1,024 tokens is a whole article here, "
        "so its MRR means little. A model of this size invents facts: the table shows how much of that each framework "
        "lets through, not what a large model would write."
    )


def table(rows: Sequence[Sequence[str]]) -> list[str]:
    """Renders the lines of a Markdown table."""
    lines = [HEAD, ["---", *(["---:"] * (len(HEAD) - 1))], *rows]
    return ["| " + " | ".join(line) + " |" for line in lines]


def _citewell(home: Path, settings: Settings) -> Bot:
    bot = Assistant(store=home / "store", settings=settings)
    bot.ingest()
    return bot


def _llama(cites: bool) -> Callable[[Path, Model, Settings], Bot]:
    def make(home: Path, model: Model, settings: Settings) -> Bot:
        from evals.peers.llama import LlamaIndexPeer

        return LlamaIndexPeer(SHIPPED_CORPUS, model, cites=cites)

    return make


def _haystack(home: Path, model: Model, settings: Settings) -> Any:
    from evals.peers.hay import HaystackPeer

    return HaystackPeer(SHIPPED_CORPUS, model)


PEERS: dict[str, Callable[..., Bot]] = {
    "Citewell, quotes": lambda home, model, settings: _citewell(home, Settings()),
    "Citewell, model": lambda home, model, settings: _citewell(home, settings),
    "LlamaIndex, stock": _llama(cites=False),
    "LlamaIndex, CitationQueryEngine": _llama(cites=True),
    "Haystack": _haystack,
}

if __name__ == "__main__":
    main()

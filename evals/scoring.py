"""Scores a run: the exact metrics, then ragas with one judge."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.config import Settings
from assistant.types import Answer
from evals.cases.load import Case
from evals.cases.public import PUBLISHED, RETRIEVAL
from evals.errors import RunError
from evals.judges.judges import EMBEDDED, entails
from evals.judges.model import AT_ONCE, CALLS, open_judge
from evals.metrics import ranking
from evals.metrics.citations import statements
from evals.metrics.correct import bare
from evals.report.figures import BY_NAME, CaseScore
from evals.saved import Saved, in_order, read_about, read_answers
from evals.score import Corpus, Scores, exact, open_corpus, write

if TYPE_CHECKING:
    from evals.judges.ragas import Found, Sample

CONTEXTS = 5  # passages given to ragas's metrics: each costs a judge model two calls or more

Bar = Callable[[str, int, int], None]  # (what is done, done, of)


def score_run(
    folder: Path, settings: Settings, bar: Bar, *, ragas: bool = True, calls: int = CALLS, at_once: int = AT_ONCE
) -> Scores:
    """Scores the answers of a run, saves the scores beside them, and returns them.

    calls, at_once: limits for a judge model. Raises RunError, JudgeError, ConfigError.
    """
    about = read_about(folder)
    corpus, answers = open_corpus(about), read_answers(folder)
    pairs = in_order(about.cases, answers)
    if not pairs:
        raise RunError(f"No case of {folder} is answered yet. Run `assistant eval run` first.")
    rows = []
    for number, (case, saved) in enumerate(pairs, start=1):
        rows.append(exact(case, saved, corpus, entails))
        bar("Exact metrics", number, len(pairs))
    missing = len(about.cases) - len(pairs)
    notes = [f"{missing} of {len(about.cases)} cases are not answered yet."] if missing else []
    if published := PUBLISHED.get(about.fingerprint.get("set", "")):
        title = BY_NAME[published.metric].title
        notes.append(f"{title} of {published.of}, on all cases of this set: {published.value:.3f}.")
    scores = Scores(about.name, EMBEDDED, about.fingerprint, tuple(rows), tuple(notes))
    if ragas and any(case.type != RETRIEVAL for case, _ in pairs):
        scores = _with_ragas(scores, pairs, corpus, settings, bar, calls, at_once)
    write(folder, scores)
    return scores


def _with_ragas(
    scores: Scores,
    pairs: Sequence[tuple[Case, Saved]],
    corpus: Corpus,
    settings: Settings,
    bar: Bar,
    calls: int,
    at_once: int,
) -> Scores:
    from assistant.llm.providers import open_model
    from index.embed import Embedder

    judge = open_judge(settings, open_model, calls, at_once)
    ragas_score, sample = _ragas()
    samples = {case.id: sample_of(sample, case, saved, corpus) for case, saved in pairs}
    embedder = Embedder(settings.embedding_dir)
    found = ragas_score(
        samples, judge, lambda text: [float(x) for x in embedder.embed_passages([text])[0]],
        lambda done, total: bar("ragas", done, total), at_once if judge else 1,
    )  # fmt: skip
    cases = tuple(
        CaseScore(c.id, c.type, c.split, c.digest, c.confidence, {**c.values, **found.values.get(c.id, {})})
        for c in scores.cases
    )
    notes = list(scores.notes)
    if judge:
        notes.append(f"{judge.name} was asked {judge.asked} times, {judge.written} characters in both directions.")
    if found.failed:
        notes.append(f"{len(found.failed)} figures have no verdict, such as {found.failed[0]}")
    return replace(scores, judge=judge.name if judge else EMBEDDED, cases=cases, notes=tuple(notes))


def sample_of(kind: type[Sample], case: Case, saved: Saved, corpus: Corpus) -> Sample:
    """Converts an answer to a sample for ragas."""
    a, spans = saved.answer, corpus.places(case)
    holding = [p for p in corpus.passages if any(ranking.covers(p, span) for span in spans)]
    return kind(
        question=a.standalone_question or case.question,
        response="" if a.abstained else "\n\n".join(s.text for s in statements(a)),
        quoted="" if a.abstained else _quoted(a),
        cited=tuple(
            {c.source: corpus.sources[c.source].text for c in a.citations if c.source in corpus.sources}.values()
        ),
        contexts=tuple(p.text for p in saved.retrieved[:CONTEXTS]),
        reference=case.reference if case.answerable else "",
        reference_contexts=tuple(corpus.sources[p.source].text[p.start : p.end] for p in holding),
    )


def _quoted(answer: Answer) -> str:
    """Returns an extractive answer with each quote in quotation marks, and prose unchanged."""
    if answer.mode == "model":
        return bare(answer)
    return "\n".join(f'"{statement.text}"' for statement in statements(answer))


def _ragas() -> tuple[Callable[..., Found], type[Sample]]:
    """Imports ragas, which is an extra. Raises RunError if it is not installed."""
    try:
        from evals.judges.ragas import Sample, score
    except ImportError as error:
        raise RunError(
            f"ragas cannot be used ({error}). Install it with `pip install 'citewell[evals]'`, "
            "or score with --exact, which does not need it."
        ) from error
    return score, Sample

"""Renders the results of a run as Markdown. `html.py` renders the same as HTML."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from assistant.citation.render import escape
from evals.cases.load import Case
from evals.errors import RunError
from evals.judges.agreement import Agreement
from evals.report.compare import compare
from evals.report.figures import BY_NAME, CaseScore, Metric, by_type, column, estimates, judge_of
from evals.saved import Saved
from evals.score import Scores
from evals.stats import Estimate

# the metrics that mark a case as faulty, and the description of each fault
FAULTS = {
    "right": "incorrect",
    "quote_integrity": "a quote does not match its file",
    "citation_recall": "the quotes of a statement do not support it",
    "completeness": "a conflicting value is missing",
}
SLOWEST = 10


@dataclass(frozen=True, slots=True)
class Failure:
    """A case with its answer and its faults, in words."""

    case: Case
    saved: Saved
    score: CaseScore
    faults: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Report:
    """The contents of a run's report."""

    scores: Scores
    figures: Mapping[str, Estimate]
    kinds: Mapping[str, Estimate]
    failures: tuple[Failure, ...]
    slowest: tuple[tuple[Case, Saved], ...]
    agreement: tuple[Agreement, ...]


def build(scores: Scores, pairs: Sequence[tuple[Case, Saved]], agreement: Sequence[Agreement]) -> Report:
    """Builds the report of a scored run. agreement: of its judge with human labels."""
    by_id = {score.id: score for score in scores.cases}
    failures = [
        Failure(case, saved, by_id[case.id], faults(by_id[case.id])) for case, saved in pairs if case.id in by_id
    ]
    slowest = sorted(pairs, key=lambda pair: -pair[1].seconds)[:SLOWEST]
    return Report(
        scores, estimates(scores.cases), by_type(scores.cases, "right"), tuple(f for f in failures if f.faults),
        tuple(slowest), tuple(a for a in agreement if a.judge in {scores.judge, "embedded"}),
    )  # fmt: skip


def faults(score: CaseScore) -> tuple[str, ...]:
    """Lists the faults of an answer, in words."""
    return tuple(words for name, words in FAULTS.items() if score.values.get(name, 1.0) < 1.0)


def table(figures: Mapping[str, Estimate], judge: str) -> list[str]:
    """Renders the metrics with their intervals as lines of a Markdown table."""
    rows = ["| metric | value | 95% interval | n | judge |", "| --- | ---: | --- | ---: | --- |"]
    return rows + [
        f"| {m.title} | {shown(m, e.value)} | {shown(m, e.low)} to {shown(m, e.high)} | {e.n} | {judge_of(m, judge)} |"
        for m, e in ((BY_NAME[name], e) for name, e in figures.items())
    ]


def shown(metric: Metric, value: float) -> str:
    """Formats a figure."""
    return f"{value:.2f} s" if metric.name == "seconds" else f"{value:.3f}"


def quantiles(scores: Sequence[CaseScore]) -> tuple[float, float]:
    """Returns the median and the 95th percentile of the seconds per answer."""
    median, high = np.nanquantile(column(scores, "seconds"), [0.5, 0.95])
    return float(median), float(high)


def agreed(agreement: Sequence[Agreement]) -> list[str]:
    """Describes the agreement of judges with human labels, one per line."""
    return [f"- {a.told()}" for a in agreement]


def markdown(report: Report) -> str:
    """Renders the report as Markdown."""
    s = report.scores
    median, high = quantiles(s.cases)
    blocks = [
        f"# Evaluation of {escape(s.name)}",
        f"{len(s.cases)} cases. Judge: {escape(s.judge)}. Half of the answers took less than {median:.2f} s, "
        f"95 of 100 less than {high:.2f} s.",
        "\n".join(table(report.figures, s.judge)),
        "\n".join(
            ["| type of case | correct | 95% interval | n |", "| --- | ---: | --- | ---: |"]
            + [f"| {k} | {e.value:.3f} | {e.low:.3f} to {e.high:.3f} | {e.n} |" for k, e in report.kinds.items()]
        ),
    ]
    if report.agreement:
        blocks += ["Agreement of the judge with human labels:", "\n".join(agreed(report.agreement))]
    blocks += ["## Circumstances", "\n".join(f"- {k}: {escape(str(v))}" for k, v in s.fingerprint.items())]
    if s.notes:
        blocks += ["## Notes", "\n".join(f"- {escape(note)}" for note in s.notes)]
    blocks += ["## Slowest", "\n".join(f"- {a.seconds:.2f} s, {c.id}: {escape(c.question)}" for c, a in report.slowest)]
    blocks += [f"## Failed: {len(report.failures)}", *(_failure(failure) for failure in report.failures)]
    return "\n\n".join(blocks) + "\n"


BEGIN, END = "<!-- eval: made by `assistant eval table` -->", "<!-- eval end -->"


def summary(scores: Scores, agreement: Sequence[Agreement], other: Scores | None = None) -> str:
    """The metrics as docs/evaluation.md shows them, without times, which depend on the machine.

    other: another run of the same cases to compare with; the text names the settings that differ.
    """
    figures = {name: e for name, e in estimates(scores.cases).items() if BY_NAME[name].gated}
    answerable = sum("correct" in case.values for case in scores.cases)
    lines = [f"{len(scores.cases)} cases, {answerable} of them answerable.", "", *table(figures, scores.judge)]
    lines += ["", *agreed(agreement)] if agreement else []
    lines += ["", *beside(scores, other)] if other else []
    return "\n".join(lines).rstrip() + "\n"


def beside(scores: Scores, other: Scores) -> list[str]:
    """Compares another run of the same cases: the settings that differ, and a table of the metrics that change."""
    theirs, ours = _flat(other.fingerprint), _flat(scores.fingerprint)
    told = ", ".join(f"{key}: {theirs.get(key)}" for key in {**theirs, **ours} if theirs.get(key) != ours.get(key))
    found = compare(other, scores)
    rows = [
        f"| {c.metric.title} | {c.old.value:.3f} | {c.new.value:.3f} "
        f"| {c.by.value:+.3f} | {c.by.low:+.3f} to {c.by.high:+.3f} |"
        for c in found.changes
        if c.metric.gated and c.old and c.new and c.by and (c.better or c.worse)
    ]
    head = [f"The same {found.cases} cases with {told or 'the same settings'}, for the metrics that change:", ""]
    return [
        *head,
        "| metric | changed | as above | difference | 95% interval |",
        "| --- | ---: | ---: | ---: | --- |",
        *rows,
    ]


def _flat(fingerprint: Mapping[str, Any]) -> dict[str, Any]:
    """Flattens a fingerprint, so that each setting has its own key."""
    rest = {key: value for key, value in fingerprint.items() if key != "settings"}
    return rest | dict(fingerprint.get("settings", {}))


def written(readme: str, text: str, first: str = BEGIN, last: str = END) -> str:
    """Replaces the text between two marks of a page. Raises RunError if the page lacks them."""
    before, begin, rest = readme.partition(first)
    _, end, after = rest.partition(last)
    if not begin or not end:
        raise RunError(f"The file lacks the lines {first} and {last}. Put them where the figures belong.")
    return f"{before}{first}\n\n{text.rstrip()}\n\n{last}{after}"


def expected(case: Case) -> str:
    """Describes the correct answer of a case."""
    if not case.answerable:
        return "The documents do not say."
    must = "; ".join(" or ".join(group) for group in case.must)
    return f"{case.reference} Must contain: {must}. From: {', '.join(case.sources)}."


def _failure(failure: Failure) -> str:
    case, answer = failure.case, failure.saved.answer
    turns = [f"- {turn.role}: {escape(_one_line(turn.content))}" for turn in case.history]
    quotes = [f"- [{c.number}] {escape(c.source)}: {escape(_one_line(c.quote))}" for c in answer.citations]
    return "\n".join(
        [f"### {case.id} ({case.type}): {', '.join(failure.faults)}", "", *turns,
         f"- question: **{escape(_one_line(case.question))}**", f"- answer: {_one_line(answer.text)}", *quotes,
         f"- expected: {escape(expected(case))}"]
    )  # fmt: skip


def _one_line(text: str) -> str:
    return " ".join(text.split())

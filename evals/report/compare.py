"""Compares two runs of the same cases in pairs: changed metrics, their intervals, and the responsible cases."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from evals.report.figures import METRICS, CaseScore, Metric, column, confidences
from evals.score import Scores
from evals.stats import Estimate, difference, estimate

SLIGHT = 1e-9


@dataclass(frozen=True, slots=True)
class Moved:
    """The score of one case, before and after."""

    id: str
    old: float | None
    new: float | None


@dataclass(frozen=True, slots=True)
class Change:
    """One metric over the shared cases, before and after. by: the paired difference; None if one run lacks it."""

    metric: Metric
    old: Estimate | None
    new: Estimate | None
    by: Estimate | None
    better: tuple[Moved, ...]
    worse: tuple[Moved, ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    """All changes, the number of cases, and notes on what could not be compared."""

    changes: tuple[Change, ...]
    cases: int
    notes: tuple[str, ...]


def compare(old: Scores, new: Scores) -> Comparison:
    """Compares two runs. Leaves out edited cases and scores from different judges."""
    first, second, notes = _shared(old, new)
    judged_alike = old.judge == new.judge
    if not judged_alike:
        notes.append(f"Scores from different judges are not compared: {old.judge} and {new.judge}.")
    changes = [_change(m, first, second) for m in METRICS if judged_alike or m.kind != "judge"]
    return Comparison(tuple(c for c in changes if c.old or c.new), len(first), tuple(notes))


def _shared(old: Scores, new: Scores) -> tuple[list[CaseScore], list[CaseScore], list[str]]:
    before = {case.id: case for case in old.cases}
    same = [case for case in new.cases if case.id in before and before[case.id].digest == case.digest]
    edited = sum(case.id in before and before[case.id].digest != case.digest for case in new.cases)
    added = sum(case.id not in before for case in new.cases)
    gone = len(before) - len(same) - edited
    counts = {"edited since": edited, "new": added, "missing": gone}
    notes = [f"{count} cases are {what} and are not compared." for what, count in counts.items() if count]
    return [before[case.id] for case in same], same, notes


def _change(metric: Metric, old: Sequence[CaseScore], new: Sequence[CaseScore]) -> Change:
    one, two, sure_one, sure_two = (
        column(old, metric.name),
        column(new, metric.name),
        confidences(old),
        confidences(new),
    )
    sign = 1 if metric.higher else -1
    by = difference(one, two, metric.aggregate, sure_one, sure_two) if len(old) else None
    ways: dict[bool, list[Moved]] = {True: [], False: []}
    for before, after in zip(old, new, strict=True):
        moved = Moved(before.id, before.values.get(metric.name), after.values.get(metric.name))
        if moved.old is None and moved.new is None:
            continue
        step = sign * _step(metric, moved)
        if abs(step) > SLIGHT:
            ways[step > 0].append(moved)
    return Change(
        metric, estimate(one, sure_one, metric.aggregate), estimate(two, sure_two, metric.aggregate), by,
        tuple(sorted(ways[True], key=lambda m: -abs(_step(metric, m)))),
        tuple(sorted(ways[False], key=lambda m: -abs(_step(metric, m)))),
    )  # fmt: skip


def _step(metric: Metric, moved: Moved) -> float:
    """Returns the change of a case's score. A case that begins or ceases to count is compared with a good score."""
    good = 1.0 if metric.higher else 0.0
    old = good if moved.old is None else moved.old
    new = good if moved.new is None else moved.new
    if moved.old is not None and moved.new is not None:
        return new - old
    # For example, a refusal that became an answer no longer counts as a refusal: it changed only if it was wrong.
    return float(np.sign(new - old)) if new != old else 0.0

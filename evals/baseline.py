"""Compares a run with the accepted baseline."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from evals.errors import RunError
from evals.report.compare import Change, Comparison, compare
from evals.report.figures import CaseScore, estimates
from evals.saved import replace_file
from evals.score import Scores

BASELINE = Path(__file__).parent / "baseline.json"
SLACK = 0.01  # a smaller drop passes, however certain it is, because the wording of answers may change
NAMED = 12  # how many cases a failure names


@dataclass(frozen=True, slots=True)
class Fall:
    """A metric below its baseline: the reason, and the cases that caused it, the worst first."""

    metric: str
    why: str
    cases: tuple[str, ...]


def falls(baseline: Scores, run: Scores) -> tuple[list[Fall], Comparison]:
    """Returns the metrics that fell below the baseline by more than their intervals allow.

    A metric has fallen if it is below its baseline's interval, or if the whole interval of the paired difference is
    below zero and the drop exceeds SLACK. So one broken quote is a failure if all quotes held before.
    """
    found = compare(baseline, run)
    if not found.cases:
        raise RunError("The baseline and this run share no case. Accept a new baseline with `assistant eval accept`.")
    checked = ((change, _why(change)) for change in found.changes if change.metric.gated and change.old)
    fallen = [Fall(c.metric.name, why, tuple(m.id for m in c.worse)) for c, why in checked if why]
    return fallen, found


def _why(change: Change) -> str | None:
    old, new, by = change.old, change.new, change.by
    assert old is not None
    if new is None or by is None:
        return f"it was {old.value:.3f} (n {old.n}) and no longer applies to any case"
    sign = 1 if change.metric.higher else -1
    bound = old.low if change.metric.higher else old.high
    told = f"{old.value:.3f} → {new.value:.3f}"
    if sign * (new.value - bound) < -1e-9:
        return f"{told}, beyond {bound:.3f}, the end of the baseline's interval"
    surely = by.high if change.metric.higher else -by.low
    if surely < 0 and sign * by.value < -SLACK:
        return f"{told}: case by case {by.value:+.3f}, from {by.low:+.3f} to {by.high:+.3f}"
    return None


def accept(scores: Scores, path: Path) -> None:
    """Makes a run's figures the baseline, one case per line, so that a diff is readable."""
    figures = {
        n: [round(e.value, 4), round(e.low, 4), round(e.high, 4), e.n] for n, e in estimates(scores.cases).items()
    }
    about = {"name": scores.name, "judge": scores.judge, "fingerprint": scores.fingerprint,
             "accepted": datetime.now(UTC).date().isoformat(), "figures": figures}  # fmt: skip
    head = json.dumps(about, ensure_ascii=False, indent=1).removesuffix("\n}")
    rows = ",\n".join("  " + json.dumps(_row(case), ensure_ascii=False) for case in scores.cases)
    replace_file(path, f'{head},\n "cases": [\n{rows}\n ]\n}}\n')


def read(path: Path) -> Scores:
    """Reads the baseline. Raises RunError if there is none."""
    try:
        row = json.loads(path.read_text(encoding="utf-8"))
        return Scores(row["name"], row["judge"], row["fingerprint"], tuple(CaseScore(**case) for case in row["cases"]))
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise RunError(f"{path} is not a baseline ({error}). Make one with `assistant eval accept`.") from None


def told(fallen: Sequence[Fall]) -> str:
    """Describes the failures, one per line."""
    return "\n".join(
        f"{fall.metric}: {fall.why}. "
        + (f"Cases: {', '.join(fall.cases[:NAMED])}" + (" …" if len(fall.cases) > NAMED else "") if fall.cases else "")
        for fall in fallen
    )


def _row(case: CaseScore) -> dict[str, object]:
    values = {name: round(value, 4) for name, value in case.values.items() if name != "seconds"}
    return {"id": case.id, "type": case.type, "split": case.split, "digest": case.digest,
            "confidence": round(case.confidence, 4), "values": values}  # fmt: skip

"""The comparison of two runs, and the gate: it fails for what got worse, and for nothing else."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pytest
from eval_made import scored

from evals import baseline
from evals.errors import RunError
from evals.report.compare import compare
from evals.report.figures import CaseScore
from evals.score import Scores


def of(cases: Iterable[CaseScore], judge: str = "embedded") -> Scores:
    return Scores("test", judge, {}, tuple(cases))


def rights(wrong: Iterable[int], n: int = 100) -> Scores:
    return of(scored(f"c{i}", right=float(i not in set(wrong))) for i in range(n))


def fallen(old: Scores, new: Scores) -> dict[str, tuple[str, ...]]:
    return {fall.metric: fall.cases for fall in baseline.falls(old, new)[0]}


def test_a_run_does_not_fall_below_itself() -> None:
    assert fallen(rights(range(30)), rights(range(30))) == {}


def test_what_got_better_does_not_fail() -> None:
    assert fallen(rights(range(30)), rights(range(10))) == {}


def test_a_fall_names_the_cases_that_did_it() -> None:
    assert fallen(rights(range(30)), rights(range(36))) == {"right": tuple(f"c{i}" for i in range(30, 36))}


def test_a_change_within_the_interval_is_let_through() -> None:
    # three cases worse and two better: anything may have done it
    assert fallen(rights(range(30)), rights({*range(2, 30), 40, 41, 42})) == {}


def test_one_broken_quote_fails_where_all_held() -> None:
    whole = of(scored(f"c{i}", quote_integrity=1.0) for i in range(200))
    broken = of(scored(f"c{i}", quote_integrity=0.5 if i == 7 else 1.0) for i in range(200))
    assert fallen(whole, broken) == {"quote_integrity": ("c7",)}


def test_where_less_is_better_more_fails() -> None:
    good = of(scored(f"c{i}", i / 100, risk_area=float(i < 10)) for i in range(100))
    bad = of(scored(f"c{i}", i / 100, risk_area=float(i < 10 or i > 80)) for i in range(100))
    assert set(fallen(good, bad)) == {"risk_area"}
    assert fallen(bad, good) == {}


def test_a_metric_that_applies_to_no_case_any_more_fails() -> None:
    old = of(scored(f"c{i}", refusal_precision=1.0, right=1.0) for i in range(9))
    assert set(fallen(old, of(scored(f"c{i}", right=1.0) for i in range(9)))) == {"refusal_precision"}


def test_a_slower_machine_does_not_fail() -> None:
    fast, slow = (of(scored(f"c{i}", seconds=s) for i in range(9)) for s in (0.1, 9.0))
    assert fallen(fast, slow) == {}


def test_a_slight_fall_is_let_through_however_sure() -> None:
    old = of(scored(f"c{i}", token_f1=i / 100) for i in range(100))
    assert fallen(old, of(scored(f"c{i}", token_f1=i / 100 - 0.005) for i in range(100))) == {}
    assert set(fallen(old, of(scored(f"c{i}", token_f1=i / 100 - 0.02) for i in range(100)))) == {"token_f1"}


def test_only_cases_that_are_the_same_are_compared() -> None:
    old = of([scored("a", right=1.0), scored("b", right=1.0), scored("c", right=1.0)])
    new = of([scored("a", right=1.0), scored("b", digest="edited", right=0.0), scored("d", right=0.0)])
    found = compare(old, new)
    assert found.cases == 1
    assert [note.split()[0:4] for note in found.notes] == [
        ["1", "cases", "are", "edited"], ["1", "cases", "are", "new"], ["1", "cases", "are", "missing"]
    ]  # fmt: skip
    with pytest.raises(RunError, match="share no case"):
        baseline.falls(old, of([scored("z", right=1.0)]))


def test_figures_of_different_judges_are_not_compared() -> None:
    old = of([scored("a", faithfulness=1.0, right=1.0)], "embedded")
    new = of([scored("a", faithfulness=0.0, right=1.0)], "openai/gpt")
    found = compare(old, new)
    assert [change.metric.name for change in found.changes] == ["right"]
    assert "different judges" in found.notes[0]


def test_a_refusal_that_became_a_wrong_answer_is_worse() -> None:
    old = of([scored("a", right=1.0, refusal_recall=1.0), scored("b", right=1.0, risk_area=0.0)])
    new = of([scored("a", right=0.0, refusal_recall=0.0, risk_area=1.0), scored("b", right=1.0, risk_area=0.0)])
    worse = {change.metric.name: [m.id for m in change.worse] for change in compare(old, new).changes}
    assert worse == {"right": ["a"], "refusal_recall": ["a"], "risk_area": ["a"]}


def test_an_accepted_baseline_is_read_back(tmp_path: Path) -> None:
    path = tmp_path / "baseline.json"
    run = of([scored("a", right=1.0, seconds=0.3), scored("b", 0.123456, right=0.0, token_f1=1 / 3)])
    baseline.accept(run, path)
    again = baseline.read(path)
    assert fallen(again, run) == {}
    assert again.cases[1] == scored("b", 0.1235, right=0.0, token_f1=0.3333)
    assert "seconds" not in again.cases[0].values
    with pytest.raises(RunError, match="assistant eval accept"):
        baseline.read(tmp_path / "gone.json")

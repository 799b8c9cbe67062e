"""Figures and their intervals, on examples worked out by hand."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from evals import stats
from evals.stats import Array

NAN = float("nan")


def of(*values: float) -> Array:
    return np.array(values, dtype=np.float64)


def test_a_case_to_which_a_metric_does_not_apply_counts_nowhere() -> None:
    found = stats.estimate(of(1, NAN, 0, 1), of(0, 0, 0, 0), stats.mean)
    assert found is not None
    assert (found.value, found.n) == (pytest.approx(2 / 3), 3)
    assert stats.estimate(of(NAN, NAN), of(0, 0), stats.mean) is None


def test_f1_of_refusals() -> None:
    # 3 right refusals, 1 wrong one, 2 that were missed: precision 3/4, recall 3/5, F1 2/3
    assert stats.f1_of_hits(of(1, 1, 1, 0, 0, 0), of()) == pytest.approx(2 / 3)


def test_the_area_under_the_risk_coverage_curve() -> None:
    # by confidence: right, wrong, wrong → risks 0, 1/2, 2/3 → area 7/18
    errors, confidence = of(1, NAN, 0, 1), of(0.2, 0.99, 0.9, 0.5)
    assert stats.risk_curve(errors, confidence) == pytest.approx([0, 1 / 2, 2 / 3])
    assert stats.risk_area(errors, confidence) == pytest.approx(7 / 18)


def test_of_answers_with_the_same_confidence_the_wrong_ones_come_first() -> None:
    assert stats.risk_curve(of(0, 1), of(0.5, 0.5)) == pytest.approx([1, 1 / 2])


def test_resamples_are_computed_at_once_as_one_by_one() -> None:
    errors, confidence = of(0, 1, NAN, 1, 0), of(0.5, 0.2, 0.9, 0.7, 0.1)
    draws = np.array([[0, 1, 2, 3, 4], [1, 1, 2, 2, 0], [2, 2, 2, 2, 4]])
    for figure in (stats.mean, stats.f1_of_hits, stats.risk_area):
        together = figure(errors[draws], confidence[draws])
        assert together == pytest.approx([float(figure(errors[d], confidence[d])) for d in draws])


def test_the_interval_is_that_of_the_mean() -> None:
    values = of(*([1] * 60 + [0] * 40))
    found = stats.estimate(values, values, stats.mean)
    assert found is not None
    # the normal approximation: 0.6 ± 1.96 · sqrt(0.24 / 100)
    assert (found.low, found.high) == (pytest.approx(0.504, abs=0.015), pytest.approx(0.696, abs=0.015))


def test_a_difference_is_resampled_in_pairs() -> None:
    rng = np.random.default_rng(1)
    old = rng.random(200)
    found = stats.difference(old, old - 0.01, stats.mean, old, old)
    assert found is not None
    # a fall that each case has is certain, however much the cases differ
    assert (found.value, found.low, found.high) == (pytest.approx(-0.01),) * 3


def test_a_difference_needs_both() -> None:
    assert stats.difference(of(1, 1), of(NAN, NAN), stats.mean, of(1, 1), of(1, 1)) is None


@given(st.lists(st.sampled_from([0.0, 1.0, NAN]), min_size=1, max_size=30))
def test_a_figure_lies_in_its_interval_and_between_0_and_1(values: list[float]) -> None:
    for figure in (stats.mean, stats.f1_of_hits, stats.risk_area):
        found = stats.estimate(of(*values), of(*range(len(values))), figure)
        if found is not None:
            assert 0 <= found.low <= found.high <= 1
            assert 0 <= found.value <= 1

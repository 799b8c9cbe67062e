"""Draws plots as inline SVG, without files, scripts or fonts."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from evals.report.figures import BY_NAME, CaseScore, column, confidences
from evals.stats import Estimate, risk_curve

INK, SOFT = "#1f4e79", "#b9c7d6"


def intervals(figures: Mapping[str, Estimate]) -> str:
    """Plots each metric between 0 and 1 as a dot on its interval."""
    shown = {BY_NAME[name].title: e for name, e in figures.items() if name in BY_NAME and name != "seconds"}
    return _dots(shown or dict(figures))


def kinds(figures: Mapping[str, Estimate]) -> str:
    """Plots the share of correct answers for each type of case."""
    return _dots({f"{kind} ({e.n})": e for kind, e in figures.items()})


def risk_coverage(scores: Sequence[CaseScore]) -> str:
    """Plots the share of wrong answers over the share of cases answered, the most confident first."""

    def draw(panel: Any) -> None:
        curve = risk_curve(column(scores, "risk_area"), confidences(scores))
        coverage = [(rank + 1) / len(scores) for rank in range(len(curve))]
        panel.plot(coverage, curve, color=INK, linewidth=1.4)
        panel.set_xlim(0, 1)
        panel.set_ylim(0, max(0.3, *curve, 0.0) * 1.05)
        panel.set_xlabel("share of cases answered, the most confident first")
        panel.set_ylabel("share of wrong answers among them")
        panel.grid(True, linewidth=0.3)

    return _svg(draw, 6.4, 3.0)


def seconds(scores: Sequence[CaseScore]) -> str:
    """Plots the distribution of seconds per answer."""

    def draw(panel: Any) -> None:
        panel.hist(column(scores, "seconds"), bins=30, color=INK)
        panel.set_xlim(0)
        panel.set_xlabel("seconds to answer")
        panel.set_ylabel("cases")
        panel.grid(True, linewidth=0.3)

    return _svg(draw, 6.4, 2.4)


def _dots(figures: Mapping[str, Estimate]) -> str:
    def draw(panel: Any) -> None:
        rows = range(len(figures))
        values = [e.value for e in figures.values()]
        panel.hlines(
            rows, [e.low for e in figures.values()], [e.high for e in figures.values()], color=SOFT, linewidth=5
        )
        panel.plot(values, rows, "o", color=INK, markersize=4)
        panel.set_yticks(rows, list(figures))
        panel.invert_yaxis()
        panel.set_xlim(-0.02, 1.02)
        panel.grid(True, axis="x", linewidth=0.3)

    return _svg(draw, 7.2, 0.6 + 0.24 * len(figures))


def _svg(draw: Callable[[Any], None], width: float, height: float) -> str:
    import matplotlib

    matplotlib.use("svg")
    from matplotlib import pyplot

    with matplotlib.rc_context({"svg.hashsalt": "report", "svg.fonttype": "none", "font.size": 9}):
        figure, panel = pyplot.subplots(figsize=(width, height), layout="constrained")
        draw(panel)
        for side in ("top", "right"):
            panel.spines[side].set_visible(False)
        text = io.StringIO()
        figure.savefig(text, format="svg", metadata={"Date": None})
        pyplot.close(figure)
    return text.getvalue()[text.getvalue().index("<svg") :]

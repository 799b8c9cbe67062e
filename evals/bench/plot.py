"""The growth curves as an SVG file."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

CURVES = {
    "seconds": {"ingest_s": "ingest", "first_s": "open, first question", "question_s": "a further question"},
    "megabytes at most": {
        "ingest_mb": "ingest",
        "first_mb": "open, first question",
        "question_mb": "further questions",
    },
}


def draw(points: Sequence[dict[str, float]], path: Path) -> None:
    """Time (logarithmic) and memory over the number of documents; the same points give the same file."""
    import matplotlib

    matplotlib.use("svg")
    from matplotlib import pyplot

    with matplotlib.rc_context({"svg.hashsalt": "growth", "svg.fonttype": "none", "font.size": 9}):
        figure, panels = pyplot.subplots(1, 2, figsize=(8, 3.2), layout="constrained")
        for panel, (unit, curves) in zip(panels, CURVES.items(), strict=True):
            _panel(panel, points, unit, curves)
        figure.savefig(path, metadata={"Date": None})
        pyplot.close(figure)


def _panel(panel: Any, points: Sequence[dict[str, float]], unit: str, curves: dict[str, str]) -> None:
    from matplotlib.ticker import FuncFormatter, NullFormatter

    sizes = [point["documents"] for point in points]
    for key, label in curves.items():
        panel.plot(sizes, [point[key] for point in points], marker="o", markersize=3, linewidth=1.2, label=label)
    panel.set_xscale("log")
    if unit == "seconds":
        panel.set_yscale("log")
    else:  # less than a decade, where a logarithmic axis has no figures
        panel.set_ylim(0)
    for axis in (panel.xaxis, panel.yaxis):
        axis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,g}"))
        axis.set_minor_formatter(NullFormatter())
    panel.set_xticks(sizes)
    panel.set_xlabel("documents")
    panel.set_ylabel(unit)
    panel.grid(True, linewidth=0.3)
    panel.legend(frameon=False)

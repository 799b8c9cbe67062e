"""Renders the report as one self-contained HTML file without scripts. Escapes all document text."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from html import escape

from assistant.citation.render import as_html
from assistant.citation.sanitize import visible
from evals.report import plots
from evals.report.figures import BY_NAME, judge_of
from evals.report.markdown import Failure, Report, expected, quantiles, shown
from evals.stats import Estimate

STYLE = """
body { font: 15px/1.5 system-ui, sans-serif; color: #1c2733; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
h1, h2 { line-height: 1.2; } h2 { margin-top: 2.5rem; }
table { border-collapse: collapse; } td, th { padding: .2rem .8rem .2rem 0; text-align: left; vertical-align: top; }
tr { border-bottom: 1px solid #e4e9ee; }
.figures td:nth-child(-n+5) { white-space: nowrap; font-variant-numeric: tabular-nums; }
svg { max-width: 100%; height: auto; } small, .soft { color: #5b6b7a; }
details { border-top: 1px solid #e4e9ee; padding: .5rem 0; } summary { cursor: pointer; }
blockquote { margin: .3rem 0; padding-left: .8rem; border-left: 3px solid #b9c7d6; } .fault { color: #9c2a1f; }
"""


def html(report: Report) -> str:
    """Renders the whole page."""
    s = report.scores
    median, high = quantiles(s.cases)
    agreement = "".join(f"<li>{_text(a.told())}</li>" for a in report.agreement)
    body = [
        f"<h1>Evaluation of {_text(s.name)}</h1>",
        f"<p>{len(s.cases)} cases. Judge: {_text(s.judge)}. Half of the answers took less than {median:.2f} s, "
        f"95 of 100 less than {high:.2f} s. {len(report.failures)} cases have a fault.</p>",
        "<h2>Metrics</h2>", plots.intervals(report.figures), _metrics(report.figures, s.judge),
        f"<p>Agreement of the judge with human labels:</p><ul>{agreement}</ul>" if agreement else "",
        "<h2>Risk and coverage</h2>", plots.risk_coverage(s.cases),
        "<h2>Correct answers by type of case</h2>", plots.kinds(report.kinds),
        "<h2>Time</h2>", plots.seconds(s.cases),
        _table(["slowest", "case", "question"],
               ([f"{a.seconds:.2f} s", c.id, c.question] for c, a in report.slowest)),
        "<h2>Circumstances</h2>", _table(["", ""], ([k, str(v)] for k, v in s.fingerprint.items())),
        "<h2>Notes</h2>" + "".join(f"<p>{_text(note)}</p>" for note in s.notes) if s.notes else "",
        "<h2>Cases with a fault</h2>", *(_failure(failure) for failure in report.failures),
    ]  # fmt: skip
    policy = "default-src 'none'; style-src 'unsafe-inline'"
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>Evaluation of {_text(s.name)}</title><style>{STYLE}</style></head>\n<body>\n"
        + "\n".join(part for part in body if part)
        + "\n</body></html>\n"
    )


def _metrics(figures: Mapping[str, Estimate], judge: str) -> str:
    rows = (
        [m.title, shown(m, e.value), f"{shown(m, e.low)} to {shown(m, e.high)}", str(e.n), judge_of(m, judge), m.about]
        for m, e in ((BY_NAME[name], e) for name, e in figures.items())
    )
    return f'<div class="figures">{_table(["metric", "value", "95% interval", "n", "judge", ""], rows)}</div>'


def _table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    cells = "".join(f"<th>{_text(cell)}</th>" for cell in head)
    lines = "".join("<tr>" + "".join(f"<td>{_text(cell)}</td>" for cell in row) + "</tr>" for row in rows)
    return f"<table><tr>{cells}</tr>{lines}</table>"


def _failure(failure: Failure) -> str:
    case = failure.case
    turns = "".join(f"<p class='soft'>{_text(turn.role)}: {_text(turn.content)}</p>" for turn in case.history)
    # citation ids are unique only within one answer; make them unique on a page with many answers
    answer = as_html(failure.saved.answer).replace("citation-", f"{escape(case.id)}-citation-")
    return (
        f"<details><summary><b>{_text(case.id)}</b> <small>{_text(case.type)}</small> {_text(case.question)} "
        f'<span class="fault">{_text(", ".join(failure.faults))}</span></summary>{turns}{answer}'
        f"<p><b>Expected:</b> {_text(expected(case))}</p></details>"
    )


def _text(text: str) -> str:
    return escape(visible(text))

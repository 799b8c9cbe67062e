"""Renders the comparison of two runs as Markdown: changed metrics, and the responsible cases with both answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from assistant.citation.render import escape
from assistant.types import Answer
from evals.report.compare import Change, Moved, compare
from evals.score import Scores

NAMED = 20  # cases shown per direction
DECISIVE = ("right", "quote_integrity", "citation_recall", "completeness")  # metrics whose cases are listed


def markdown(
    old: Scores, new: Scores, questions: Mapping[str, str], before: Mapping[str, Answer], after: Mapping[str, Answer]
) -> str:
    """Renders the comparison of two runs."""
    found = compare(old, new)
    rows = ["| metric | before | after | difference | 95% interval | better | worse |",
            "| --- | ---: | ---: | ---: | --- | ---: | ---: |", *(_row(c) for c in found.changes)]  # fmt: skip
    blocks = [
        f"# {escape(old.name)} → {escape(new.name)}",
        f"{found.cases} paired cases. Judges: {old.judge}, {new.judge}.",
    ]
    blocks += [*found.notes, "\n".join(rows)]
    for change in found.changes:
        if change.metric.name in DECISIVE:
            for way, moved in (("better", change.better), ("worse", change.worse)):
                blocks += _cases(f"{change.metric.title}: {way}", moved, questions, before, after)
    return "\n\n".join(blocks) + "\n"


def _row(c: Change) -> str:
    old, new = (f"{e.value:.3f}" if e else "–" for e in (c.old, c.new))
    by = f"{c.by.value:+.3f} | {c.by.low:+.3f} to {c.by.high:+.3f}" if c.by else "– | –"
    return f"| {c.metric.title} | {old} | {new} | {by} | {len(c.better)} | {len(c.worse)} |"


def _cases(
    title: str,
    moved: Sequence[Moved],
    questions: Mapping[str, str],
    before: Mapping[str, Answer],
    after: Mapping[str, Answer],
) -> list[str]:
    if not moved:
        return []
    shown = [
        f"- {m.id}: {escape(questions.get(m.id, ''))}\n  - before: {_text(before.get(m.id))}\n"
        f"  - after: {_text(after.get(m.id))}"
        for m in moved[:NAMED]
    ]
    more = [f"- and {len(moved) - NAMED} more"] if len(moved) > NAMED else []
    return [f"## {title}", "\n".join([*shown, *more])]


def _text(answer: Answer | None) -> str:
    return " ".join(answer.text.split()) if answer else "–"

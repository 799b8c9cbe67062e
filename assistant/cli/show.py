"""Prints the results of commands: colours and tables on a terminal, plain text elsewhere. Sanitizes document text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from assistant.citation.sanitize import one_line, visible
from assistant.cli.terminal import console, on_terminal, say, warn

if TYPE_CHECKING:
    from rich.text import Text

    from assistant.pipeline import Trace
    from assistant.receipts.verify import Check
    from assistant.types import Answer
    from index.types import Hit, SourceInfo

_LEFT_OUT = 3  # how many omissions are listed with the answer
SPEAKS = "speaks to the assistant"  # marks a file with injected instructions, see index/injection/detect.py
_SHOWN = 280  # characters of a passage on a terminal
_STATUS_STYLE = {"holds": "green", "moved": "yellow", "gone": "red"}


def show_answer(answer: Answer) -> None:
    """Prints the answer and its sources; prints the corrected question and the omissions to stderr."""
    from assistant.citation.render import plain

    if answer.read_as:
        show_reading(answer.read_as)
    if on_terminal():
        console().print(_answer_text(answer))
    else:
        say(plain(answer))
    for dropped in answer.dropped[:_LEFT_OUT]:
        warn(f"left out: {one_line(dropped.text, _SHOWN)}: {one_line(dropped.reason, _SHOWN)}")
    if len(answer.dropped) > _LEFT_OUT:
        warn(f"left out: {len(answer.dropped) - _LEFT_OUT} more; --explain lists them")


def show_reading(question: str) -> None:
    """Prints a question after spelling correction."""
    warn(f"read as: {one_line(question)}")


def _answer_text(answer: Answer) -> Text:
    from rich.text import Text

    from assistant.citation.render import place, segments, unshown

    text = Text()
    for segment in segments(answer.text):
        style = "cyan" if segment.marker is not None else "bold" if segment.bold else ""
        text.append(visible(segment.text), style)
    if answer.abstained and answer.nearest:
        text.append("\n\nNearest passages:", "dim")
        for passage in answer.nearest:
            text.append(f"\n\n  {one_line(passage.text, _SHOWN)}")
            text.append(f"\n  {one_line(passage.title, 100)}; {place(passage)}", "dim")
    hidden = unshown(answer)
    for index, citation in enumerate(answer.citations):
        text.append("\n" if index else "\n\n")
        text.append(f"[{citation.number}]", "cyan")
        text.append(f" {one_line(citation.title, 100)}")
        text.append(f"\n    {place(citation)}", "dim")
        if citation.number in hidden:
            text.append(f"\n    “{one_line(citation.quote)}”")
    text.append("\n")
    return text


def explanation(answer: Answer, trace: Trace) -> dict[str, Any]:
    """Returns the steps that led to an answer, JSON-ready."""
    return {
        "standalone_question": answer.standalone_question,
        "hits": [_hit(hit) for hit in trace.hits],
        "evidence": [
            {
                "source": e.source,
                "start": e.start,
                "end": e.end,
                "score": e.score,
                "probability": e.probability,
                "text": e.text,
            }
            for e in trace.evidence
        ],
        "confidence": answer.confidence,
        "draft": [
            {
                "verdict": v.verdict,
                "by": v.by,
                "score": v.score,
                "text": v.sentence.text,
                "cited": v.sentence.cited,
                "reason": v.reason,
                "places": [(c.source, span.start, span.end) for c, span in v.places],
            }
            for v in trace.draft
        ],
        "model": asdict(answer.model) if answer.model else None,
        "usage": [asdict(one) for one in answer.usage],
        "dropped": [asdict(dropped) for dropped in answer.dropped],
        "timings": dict(trace.timings),
    }


def show_explanation(found: dict[str, Any], most: int = 10) -> None:
    """Prints an `explanation`, with at most `most` hits and sentences."""
    lines = ["", "How the answer was found", f"  question searched for: {one_line(found['standalone_question'])}"]
    lines += ["", f"  passages found: {len(found['hits'])} (score: reciprocal rank fusion)"]
    lines += [f"    {h['score']:.4f}  {_where(h)}  {one_line(h['text'], 60)}" for h in found["hits"][:most]]
    lines += ["", f"  sentences judged: {len(found['evidence'])} (probability of answering; cross-encoder)"]
    lines += [
        f"    {e['probability']:6.2f} {e['score']:+6.2f}  {_where(e)}  {one_line(e['text'], 60)}"
        for e in found["evidence"][:most]
    ]
    lines += ["", f"  probability that the documents answer: {found['confidence']:.3f}"]
    if found["model"]:
        lines += ["", f"  language model: {one_line(found['model']['name'])}; {one_line(found['model']['reason'])}"]
    lines += [
        f"    {u['purpose']}: {u['calls']} calls, {u['tokens_in']} + {u['tokens_out']} tokens, {u['seconds']:.1f} s"
        for u in found["usage"]
    ]
    if found["draft"]:
        lines += ["", "  the model's draft, with the verdict on each sentence and what gave it"]
    lines += [
        f"    {d['verdict']:8} {d['by']:8}  {one_line(d['text'], 90)}{_because(d['reason'])}" for d in found["draft"]
    ]
    lines += [f"  left out: {one_line(d['text'])}: {one_line(d['reason'])}" for d in found["dropped"]]
    lines += ["", "  seconds"]
    lines += [f"    {name}: {seconds:.3f}" for name, seconds in found["timings"].items()]
    say("\n".join(lines))


def _because(reason: str) -> str:
    return f": {one_line(reason)}" if reason else ""


def _where(item: dict[str, Any]) -> str:
    return f"{one_line(item['source'])} {item['start']}-{item['end']}"


def _hit(hit: Hit) -> dict[str, Any]:
    chunk = hit.chunk
    return {
        "source": chunk.source, "title": chunk.title, "date": chunk.date, "start": chunk.start, "end": chunk.end,
        "score": hit.score, "text": chunk.text,
    }  # fmt: skip


def hits_json(hits: Sequence[Hit]) -> list[dict[str, Any]]:
    """Returns the hits JSON-ready, best first."""
    return [_hit(hit) for hit in hits]


def show_hits(hits: Sequence[Hit]) -> None:
    """Prints the hits with their texts, best first."""
    blocks = []
    for number, hit in enumerate(hits, 1):
        chunk = hit.chunk
        where = f"{one_line(chunk.source)}, {chunk.date or 'date unknown'}, characters {chunk.start} to {chunk.end}"
        blocks.append(f"{number}. {one_line(chunk.title, 100)}\n   {where}\n   {one_line(chunk.text)}")
    say("\n\n".join(blocks) if blocks else "Nothing was found.")


def show_sources(sources: Sequence[SourceInfo]) -> None:
    """Prints the indexed files as a table, and marks files with injected instructions."""
    rows = [
        (one_line(s.source), one_line(s.title, 80), s.date or "", str(s.chunks), SPEAKS if s.order else "")
        for s in sources
    ]
    show_table(("source", "title", "date", "chunks", "note"), rows, right={3}, styles={SPEAKS: "yellow"})


def show_checks(checks: Sequence[Check]) -> None:
    """Prints the verdicts on a receipt's quotes as a table."""
    rows = [(f"[{c.number}]", c.status, _now(c), c.note, one_line(c.quote, 60)) for c in checks]
    show_table(("", "", "where", "why", "quote"), rows, styles=_STATUS_STYLE)


def _now(check: Check) -> str:
    if check.status == "gone":
        return one_line(check.cited)
    return f"{one_line(check.source)} {check.start}-{check.end}"


def show_table(
    names: Sequence[str],
    rows: Sequence[Sequence[str]],
    right: frozenset[int] | set[int] = frozenset(),
    styles: dict[str, str] | None = None,
) -> None:
    """Prints a table on a terminal; elsewhere, lines of tab-separated cells for `cut` and `awk`.

    right: right-aligned columns. styles: maps the exact text of a cell to its style.
    """
    if not on_terminal():
        say("\n".join("\t".join(one_line(cell) for cell in row) for row in rows))
        return
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, pad_edge=False, show_header=any(names))
    for index, name in enumerate(names):
        table.add_column(name, justify="right" if index in right else "left", overflow="fold")
    for row in rows:
        table.add_row(*(Text(visible(cell), style=(styles or {}).get(cell, "")) for cell in row))
    console().print(table)

"""Results as Markdown."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from evals.bench.results import Results
from evals.bench.stats import exponent

# what must hold, in the table's own words
RATIO, MEDIAN, INGEST = "at most 1.3", "at most 0.6 s", "at least 0.85"


def render(results: Results) -> str:
    """The parts that there are, each as a table under a line that says on what it was measured."""
    parts = {"ask": _ask, "ingest": _ingest, "stock": _stock, "growth": _growth, "chat": _chat}
    blocks = [_where(results[name]) + make(results[name]["figures"]) for name, make in parts.items() if name in results]
    return "\n".join(blocks)


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A Markdown table; the first column is text, the others are figures."""
    lines = [head, ["---", *["---:"] * (len(head) - 1)], *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def number(value: float) -> str:
    """Three significant digits, or all before the point: 0.0123, 1.06, 85.3, 13,204."""
    if abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{float(f'{value:.3g}'):g}"


def _where(part: dict[str, Any]) -> str:
    return f"{part['date']}, {part['cpu']}, {part['cores']} cores:\n\n"


def _ask(f: dict[str, Any]) -> str:
    name = f"a question on the shipped corpus ({f['questions']} questions, {f['rounds']} times)"
    return table(
        [name, "measured", "must be"],
        [
            ["time ÷ time in the models' forward passes, median", number(f["ratio"]), RATIO],
            ["time, median", f"{number(f['median_s'])} s", MEDIAN],
            ["time, 95th percentile", f"{number(f['p95_s'])} s", ""],
            ["forward passes, median", number(f["passes"]), ""],
        ],
    )


def _chat(f: dict[str, Any]) -> str:
    memory = f["memory_mb"]
    rows = [
        ["an answer, median", f"{number(f['median_s'])} s", ""],
        ["an answer, 95th percentile", f"{number(f['p95_s'])} s", ""],
        ["answers a second", number(f["per_s"]), ""],
        ["errors, and answers to another's question", str(f["errors"]), "0"],
        ["memory after a quarter of the time", f"{number(memory['after_a_quarter'])} MB", ""],
        ["memory at the end", f"{number(memory['at_the_end'])} MB", "the same"],
    ]
    if "first_sentence_median_s" in f:
        rows += [
            [
                "alone: from Enter to the first sentence, median",
                f"{number(f['first_sentence_median_s'])} s",
                "at most 1 s",
            ],
            ["alone: the same, less the answer's own time", f"{number(f['over_the_answer_itself_median_s'])} s", ""],
            ["the page can be used after", f"{number(f['page_interactive_s'])} s", "at most 3 s"],
        ]
    return table([f"{f['people']} people at once, for {number(f['seconds'])} s", "measured", "must be"], rows)


def _ingest(f: dict[str, Any]) -> str:
    size, rate = max(f["fastembed_per_s"].items(), key=lambda item: item[1])
    return table(
        [f"ingest of {f['documents']:,} abstracts in {f['chunks']:,} chunks", "measured", "must be"],
        [
            ["chunks a second", number(f["chunks_per_s"]), ""],
            ["÷ the embedding model's own rate, one text on each core", number(f["ratio"]), INGEST],
            [
                f"÷ its rate by fastembed alone, in batches of {size}",
                number(f["ratio"] * f["embedder_per_s"] / rate),
                INGEST,
            ],
        ],
    )


def _stock(f: dict[str, Any]) -> str:
    ours, stock = f["citewell"], f["stock"]
    rows = [
        ("ingest, s", "ingest_s"), ("of which processor time, s", "ingest_cpu_s"), ("chunks", "chunks"),
        ("memory of ingest at most, MB", "ingest_mb"), ("a search, median s", "question_s"),
        ("memory of searches at most, MB", "question_mb"), ("nDCG@10", "ndcg"),
    ]  # fmt: skip
    name = f"{ours['documents']:,} abstracts, {ours['questions']} questions"
    return table(
        [name, "Citewell", "LlamaIndex's stock pipeline", "ratio"],
        [[name, number(ours[key]), number(stock[key]), number(ours[key] / stock[key])] for name, key in rows],
    )


def _growth(f: dict[str, Any]) -> str:
    points = f["points"]
    columns = {"ingest_s": "ingest, s", "first_s": "open and first question, s", "question_s": "a further question, s",
               "ingest_mb": "memory of ingest, MB", "question_mb": "memory of questions, MB"}  # fmt: skip
    rows = [[f"{p['documents']:,}", *(number(p[key]) for key in columns)] for p in points]
    if len(points) > 1:
        sizes = [p["documents"] for p in points]
        steep = [f"n^{exponent(sizes, [p[key] for p in points]):.2f}" for key in columns]
        rows.append(["grows like", *steep])
    return table(["short documents", *columns.values()], rows)

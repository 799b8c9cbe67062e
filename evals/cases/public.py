"""Turns public data sets into cases. The user supplies the data; none of it ships with Citewell.

Each set becomes a folder of text files and cases about them. Sets for retrieval only are searched, not answered:
documents are ranked by their best passage, because the papers rank documents. A published figure is shown only if the
protocol is the same, which holds for SciFact alone: the other sets are samples, or supply the passage of each question.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from assistant.types import Turn
from evals.cases.load import Case, GoldSpan, chosen, split_of
from evals.errors import RunError

Documents = dict[str, str]
Made = tuple[Documents, list[Case]]
RETRIEVAL = "retrieval"  # the type of cases that are searched and not answered


@dataclass(frozen=True, slots=True)
class Published:
    """A published figure with the same protocol."""

    metric: str
    value: float
    of: str


PUBLISHED = {"scifact": Published("ndcg_10", 0.713, "bge-small-en-v1.5 alone, fp32, as its authors report it for MTEB")}


def make(name: str, data: Path, corpus: Path, limit: int | None) -> list[Case]:
    """Writes a set's documents into a folder, and returns its cases; with a limit, a stable sample.

    Raises RunError if the data folder lacks the set.
    """
    documents, cases = SETS[name](data)
    corpus.mkdir(parents=True, exist_ok=True)
    for source, text in documents.items():
        path = corpus / source
        if not path.exists():
            path.write_text(text, encoding="utf-8")
    return chosen(cases, limit=limit)


def clapnq(data: Path) -> Made:
    """Questions of CLAPNQ: an answer is correct if it quotes one of the sentences that annotators selected."""
    rows = [row for row in _rows(data / "clapnq" / "dev_a.jsonl") if row["sentences"]]
    documents = {f"{row['id']}.txt": f"{row['title']}\n\n{' '.join(row['sentences'])}" for row in rows}
    cases = []
    for row in rows:
        source, selected = f"{row['id']}.txt", [s.strip() for s in row["selected"] if s.strip()]
        answerable = bool(row["answerable"] and selected)
        spans = [GoldSpan(source, s) for s in selected if documents[source].count(s) == 1]
        cases.append(_case("clapnq", row["id"], row["question"], answerable, [selected], source, spans))
    return documents, cases


def squad2(data: Path) -> Made:
    """Questions of SQuAD 2.0, asked of all paragraphs at once."""
    rows = _rows(data / "squad2" / "dev_a.jsonl")
    names: dict[tuple[str, str], str] = {}
    for row in rows:
        names.setdefault((row["title"], row["context"]), f"{len(names):04d}.txt")
    documents = {name: f"{title.replace('_', ' ')}\n\n{text}" for (title, text), name in names.items()}
    return documents, [
        _case("squad2", r["id"], r["question"], r["answerable"], [r["answers"]], names[r["title"], r["context"]], ())
        for r in rows
    ]


def ramdocs(data: Path) -> Made:
    """Ambiguous questions of RAMDocs: an answer is correct if it shows every gold answer."""
    documents: Documents = {}
    cases = []
    for i, row in enumerate(_rows(data / "ramdocs" / "a.jsonl")):
        sources = [f"q{i:03d}-{j}.txt" for j in range(len(row["documents"]))]
        documents |= dict(zip(sources, (d["text"] for d in row["documents"]), strict=True))
        groups = [[gold] for gold in row["gold_answers"]]
        cases.append(_case("conflict", f"q{i:03d}", row["question"], True, groups, sources, ()))
    return documents, cases


def _mtrag(domain: str) -> Callable[[Path], Made]:
    def made(data: Path) -> Made:
        folder = data / "mtrag" / domain
        tasks = [
            (task["task_id"], task["question"], [_turn(turn) for turn in task["history"]])
            for task in _rows(folder / "tasks.jsonl")
        ]
        return _ranked(folder, folder / "qrels.tsv", tasks)

    return made


def scifact(data: Path) -> Made:
    """Claims of SciFact's test set, for retrieval: all 5,183 abstracts."""
    folder = data / "scifact"
    queries = [(row["_id"], row["text"], list[Turn]()) for row in _rows(folder / "queries.jsonl")]
    return _ranked(folder, folder / "qrels" / "test.tsv", queries)


SETS: dict[str, Callable[[Path], Made]] = {
    "clapnq": clapnq,
    "squad2": squad2,
    "ramdocs": ramdocs,
    "mtrag-clapnq": _mtrag("clapnq"),
    "mtrag-govt": _mtrag("govt"),
    "scifact": scifact,
}


def _ranked(folder: Path, qrels: Path, queries: Iterable[tuple[str, str, list[Turn]]]) -> Made:
    documents = {_file(d["_id"]): "\n\n".join(t for t in (d.get("title"), d["text"]) if t)
                 for d in _rows(folder / "corpus.jsonl")}  # fmt: skip
    wanted: dict[str, list[str]] = {}
    for query, document, grade in (line.split("\t") for line in _lines(qrels)[1:]):
        if int(grade) > 0:
            wanted.setdefault(query, []).append(_file(document))
    cases = [
        Case(identity, text, tuple(history), True, RETRIEVAL, "", (), (), tuple(wanted[identity]),
             tuple(GoldSpan(source, "") for source in wanted[identity]), split_of(identity))
        for identity, text, history in queries
        if identity in wanted
    ]  # fmt: skip
    return documents, cases


def _case(
    kind: str,
    identity: str,
    question: str,
    answerable: bool,
    groups: Sequence[Sequence[str]],
    sources: str | Sequence[str],
    spans: Sequence[GoldSpan],
) -> Case:
    """Builds a case of a set. groups: a correct answer contains one text of each group."""
    places = (sources,) if isinstance(sources, str) else tuple(sources)
    must = tuple(tuple(r"\s+".join(map(re.escape, text.split())) for text in group) for group in groups)
    reference = " ".join(group[0] for group in groups if group) if answerable else ""
    return Case(
        str(identity), question, (), answerable, kind, reference, must if answerable else (), (),
        places if answerable else (), tuple(spans) if answerable else (), split_of(str(identity)),
    )  # fmt: skip


def _turn(turn: dict[str, Any]) -> Turn:
    role = turn.get("speaker", turn.get("role"))
    return Turn("assistant" if role in ("agent", "assistant") else "user", turn.get("text", turn.get("content", "")))


def _file(identity: str) -> str:
    return f"{identity.replace('/', '_')}.txt"


def _rows(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in _lines(path)]


def _lines(path: Path) -> list[str]:
    try:
        return [line for line in path.read_text(encoding="utf-8").split("\n") if line.strip()]
    except OSError:
        raise RunError(f"{path} is missing. Name with --data the folder that holds it.") from None

"""Public sets become cases; sets for retrieval rank documents."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from assistant.types import Answer, Turn
from evals.answering import answer_public
from evals.cases.public import make
from evals.errors import RunError
from evals.metrics import correct
from evals.run import answered
from evals.saved import About, read_about, read_answers
from evals.score import exact, open_corpus
from index.types import Chunk, Hit


def lines(path: Path, rows: Sequence[Any]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(r if isinstance(r, str) else json.dumps(r) for r in rows) + "\n", encoding="utf-8")


@pytest.fixture
def data(tmp_path: Path) -> Path:
    folder = tmp_path / "data"
    sentences = ["The bridge was opened in 1931 .", "It is 310 metres long ."]
    row = {"id": "1", "question": "When?", "title": "Bridge", "sentences": sentences}
    lines(folder / "clapnq" / "dev_a.jsonl", [
        {**row, "answerable": True, "selected": sentences[:1], "answers": ["In 1931"]},
        {**row, "id": "2", "answerable": False, "selected": [], "answers": []},
    ])  # fmt: skip
    passage = {"title": "The_Bridge", "context": "It was opened in 1931."}
    lines(folder / "squad2" / "dev_a.jsonl", [
        {"id": "a", **passage, "question": "When?", "answerable": True, "answers": ["1931", "in 1931"]},
        {"id": "b", **passage, "question": "Who?", "answerable": False, "answers": []},
    ])  # fmt: skip
    lines(folder / "ramdocs" / "a.jsonl", [
        {"question": "When?", "documents": [{"text": "In 1931."}, {"text": "In 1932."}],
         "gold_answers": ["1931", "1932"]}
    ])  # fmt: skip
    lines(folder / "scifact" / "corpus.jsonl", [
        {"_id": str(n), "title": f"T{n}", "text": f"Claim number {n} holds. " * 3} for n in range(4)
    ])  # fmt: skip
    lines(folder / "scifact" / "queries.jsonl", [{"_id": "7", "text": "claim"}, {"_id": "8", "text": "unjudged"}])
    lines(folder / "scifact" / "qrels" / "test.tsv", ["query-id\tcorpus-id\tscore", "7\t2\t1", "7\t3\t0"])
    return folder


def test_what_quotes_a_selected_sentence_is_right(data: Path, tmp_path: Path) -> None:
    first, second = make("clapnq", data, tmp_path / "corpus", None)
    assert correct.said(first.must[0], "“The bridge was\nopened in 1931 .”")
    assert (first.answerable, second.answerable) == (True, False)
    assert first.spans[0].quote == "The bridge was opened in 1931 ."
    assert second.must == ()
    assert (tmp_path / "corpus" / "1.txt").read_text(encoding="utf-8").startswith("Bridge\n\nThe bridge")


def test_questions_of_one_paragraph_share_a_document(data: Path, tmp_path: Path) -> None:
    first, second = make("squad2", data, tmp_path / "corpus", None)
    assert [p.name for p in (tmp_path / "corpus").iterdir()] == ["0000.txt"]
    assert first.must == (("1931", r"in\s+1931"),)
    assert not second.answerable


def test_every_answer_of_an_ambiguous_question_is_wanted(data: Path, tmp_path: Path) -> None:
    (only,) = make("ramdocs", data, tmp_path / "corpus", None)
    assert (only.type, only.must, only.sources) == ("conflict", (("1931",), ("1932",)), ("q000-0.txt", "q000-1.txt"))


class Searcher:
    """Finds passages of documents 0, 2, 2 and 1."""

    def answer(self, question: str, history: Sequence[Turn]) -> Answer:
        raise AssertionError("a set for retrieval is not answered")

    def search(self, query: str, limit: int, history: Sequence[Turn]) -> list[Hit]:
        names = ["0", "2", "2", "1"]
        return [Hit(Chunk("i", f"{n}.txt", "T", None, 3, 9, 0, "text", "s"), 1.0, "rerank") for n in names]


def test_documents_are_ranked_by_their_best_passage(data: Path, tmp_path: Path) -> None:
    (only,) = make("scifact", data, tmp_path / "corpus", None)
    saved = answered(Searcher(), only)
    assert [p.place.source for p in saved.retrieved] == ["0.txt", "2.txt", "1.txt"]
    corpus = open_corpus(About("t", {}, str(tmp_path / "corpus"), (), (only,)))
    values = exact(only, saved, corpus, lambda *_: True).values
    assert values["ndcg_10"] == pytest.approx(0.6309, abs=1e-4)  # 1 / log2(3)
    assert (values["mrr"], values["recall_5"]) == (0.5, 1.0)
    assert set(values) == {"ndcg_10", "mrr", "recall_5", "recall_10", "seconds"}


def test_a_set_is_answered_by_the_product(data: Path, tmp_path: Path) -> None:
    out = tmp_path / "run"
    assert answer_public(out, data, "squad2", None, lambda *_: None) == 2
    assert read_about(out).fingerprint["set"] == "squad2"
    assert len(read_answers(out)) == 2


def test_a_set_that_is_missing_or_unknown_is_told(tmp_path: Path) -> None:
    with pytest.raises(RunError, match=r"clapnq.*is missing"):
        make("clapnq", tmp_path, tmp_path / "corpus", None)
    with pytest.raises(RunError, match="one of clapnq, squad2"):
        answer_public(tmp_path, tmp_path, "glue", None, lambda *_: None)

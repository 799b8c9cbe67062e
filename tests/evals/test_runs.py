"""Answering cases: saved as they come, taken up again after a stop, never mixed with those of something else."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from eval_made import TEXT, answer, case, citation, refusal, unanswerable

from assistant.types import Answer, Turn
from evals import saved
from evals.errors import RunError
from evals.metrics.ranking import Place
from evals.run import run
from evals.saved import About, read_about, read_answers
from evals.score import Scores, exact, open_corpus, read_scores, write
from index.types import Chunk, Hit

OPENED = "The bridge was opened in 1931."
CASES = (case(), unanswerable(id="c2"), case(id="c3"))


class Bot:
    """Answers c1 and c3 alike, refuses c2; stops after `stop` answers."""

    def __init__(self, stop: int | None = None) -> None:
        self.asked: list[str] = []
        self.stop = stop

    def answer(self, question: str, history: Sequence[Turn]) -> Answer:
        if len(self.asked) == self.stop:
            raise KeyboardInterrupt
        self.asked.append(question)
        return answer(f"{OPENED} [1]", citation(OPENED)) if len(self.asked) != 2 else refusal()

    def search(self, query: str, limit: int, history: Sequence[Turn]) -> list[Hit]:
        chunk = Chunk("id", "bridge.txt", "Bridge", None, 0, len(TEXT), 0, TEXT, "sha")
        return [Hit(chunk, 1.0, "rerank")]


@pytest.fixture
def about(tmp_path: Path) -> About:
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    (corpus / "bridge.txt").write_text(TEXT, encoding="utf-8")
    return About("test", {"code": "1"}, str(corpus), (Place("bridge.txt", 0, len(TEXT)),), CASES)


def test_a_run_that_was_stopped_goes_on_where_it_was(tmp_path: Path, about: About) -> None:
    folder = tmp_path / "run"
    with pytest.raises(KeyboardInterrupt):
        run(folder, about, Bot(stop=2))
    assert [s.id for s in read_answers(folder)] == ["c1", "c2"]
    second = Bot()
    assert [s.id for s in run(folder, about, second)] == ["c1", "c2", "c3"]
    assert len(second.asked) == 1
    third = Bot()
    run(folder, about, third)
    assert third.asked == []


def test_a_line_that_was_cut_off_is_answered_anew(tmp_path: Path, about: About) -> None:
    folder = tmp_path / "run"
    run(folder, about, Bot())
    path = folder / saved.ANSWERS
    path.write_bytes(path.read_bytes()[:-40])
    assert len(read_answers(folder)) == 2
    again = Bot()
    assert len(run(folder, about, again)) == 3
    assert len(again.asked) == 1
    assert len(read_answers(folder)) == 3


def test_answers_of_two_fingerprints_never_stand_in_one_run(tmp_path: Path, about: About) -> None:
    folder = tmp_path / "run"
    run(folder, about, Bot())
    with pytest.raises(RunError, match=r"code changed since.*--fresh"):
        run(folder, replace(about, fingerprint={"code": "2"}), Bot())
    with pytest.raises(RunError, match="cases changed since"):
        run(folder, replace(about, cases=CASES[:2]), Bot())


def test_what_is_saved_is_what_was_answered(tmp_path: Path, about: About) -> None:
    folder = tmp_path / "run"
    made = run(folder, about, Bot())
    assert [replace(s, answer=replace(s.answer, timings={})) for s in read_answers(folder)] == made
    assert read_about(folder) == about


def test_answers_are_scored_case_by_case(tmp_path: Path, about: About) -> None:
    made = run(tmp_path / "run", about, Bot())
    corpus = open_corpus(about)
    first, second, _ = (exact(c, s, corpus, lambda *_: True) for c, s in zip(CASES, made, strict=True))
    ones = (
        "quote_integrity",
        "citation_recall",
        "citation_precision",
        "right",
        "correct",
        "ndcg_10",
        "recall_5",
        "mrr",
    )
    assert all(first.values[name] == 1.0 for name in ones)
    assert first.values["risk_area"] == 0.0
    assert "refusal_precision" not in first.values
    assert "completeness" not in first.values
    assert {n: v for n, v in second.values.items() if n != "seconds"} == {
        "right": 1.0, "refusal_precision": 1.0, "refusal_recall": 1.0, "refusal_f1": 1.0
    }  # fmt: skip


def test_scores_are_kept(tmp_path: Path, about: About) -> None:
    (made, *_) = run(tmp_path / "run", about, Bot())
    scores = Scores("test", "embedded", {"code": "1"}, (exact(CASES[0], made, open_corpus(about), lambda *_: True),))
    write(tmp_path / "run", scores)
    assert read_scores(tmp_path / "run") == scores


def test_what_is_missing_is_told(tmp_path: Path, about: About) -> None:
    with pytest.raises(RunError, match="assistant eval run"):
        read_about(tmp_path)
    with pytest.raises(RunError, match="assistant eval score"):
        read_scores(tmp_path)
    with pytest.raises(RunError, match="is gone"):
        open_corpus(replace(about, corpus=str(tmp_path / "gone")))

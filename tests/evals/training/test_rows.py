"""Reading the training data, and keeping held-out passages out of it."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

from evals.training.rows import Claim, Reading, held_out, plain, read_asked, read_claims, read_readings


def _write(folder: Path, name: str, rows: list[dict[str, object]]) -> None:
    with gzip.open(folder / f"{name}.jsonl.gz", "wt", encoding="utf-8") as file:
        file.write("\n".join(json.dumps(row) for row in rows))


def test_rows_that_contradict_themselves_are_left_out(tmp_path: Path) -> None:
    row = {"question": " Who? ", "context": "Ada did.", "answers": ["Ada"], "answerable": True}
    no_answer = row | {"answers": ["Piet"]}
    none = row | {"answers": [], "answerable": False}
    _write(tmp_path, "some", [row, no_answer, none])
    assert read_readings(tmp_path, "some") == [
        Reading("Who?", "Ada did.", ("Ada",), "some"),
        Reading("Who?", "Ada did.", (), "some"),
    ]


def test_a_template_row_without_text_is_no_claim(tmp_path: Path) -> None:
    template = {"claim": "Yes. Perturbed Q?", "evidence": "Paragraph", "label": True}
    real = {"claim": "Ada was there.", "evidence": "Ada was there in May.", "label": True}
    _write(tmp_path, "some", [template, real])
    assert read_claims(tmp_path, "some") == [Claim("Ada was there.", "Ada was there in May.", True, "some")]


def test_a_claim_for_yes_or_no_is_a_question_too(tmp_path: Path) -> None:
    template = {"claim": "Yes. Perturbed Q?", "evidence": "Paragraph", "label": True}
    real = {"claim": "Yes. is the lock open on sundays?", "evidence": "It is closed on Sundays.", "label": False}
    other = {"claim": "The lock is closed.", "evidence": "It is closed on Sundays.", "label": True}
    _write(tmp_path, "some", [template, real, other])
    asked = Reading("is the lock open on sundays?", "It is closed on Sundays.", (), "some", whole=True)
    assert read_asked(tmp_path, "some") == [asked]
    assert asked.answerable


def test_a_tokenised_copy_of_a_held_out_passage_is_held_out_too() -> None:
    row = Reading("who ?", "ada ' s house ( 1902 ) .", (), "copy")
    train, kept = held_out([row], {plain("Ada's house (1902).")})
    assert (train, kept) == ([], [row])

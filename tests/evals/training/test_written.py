"""Rows written by reading: what is taken of a file, what is held out, what is made of them."""

from __future__ import annotations

import gzip
import json
import random
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evals.training.rows import Claim, Reading
from evals.training.written import elsewhere, headed, parsed, read_written, slipped

ASKED = {"question": " Who paid? ", "context": "Ada paid.", "answers": ["Ada"], "answerable": True, "kind": "plain"}
SAID = {"claim": "Ada paid for it.", "evidence": "It was Ada who paid.", "label": True, "kind": "draft"}


def test_a_row_is_a_question_or_a_claim() -> None:
    assert parsed(ASKED) == Reading("Who paid?", "Ada paid.", ("Ada",), "written plain")
    assert parsed(SAID) == Claim("Ada paid for it.", "It was Ada who paid.", True, "written draft")


def test_an_answer_without_words_of_its_own_is_the_passage_as_a_whole() -> None:
    found = parsed(ASKED | {"answers": []})
    assert isinstance(found, Reading)
    assert found.whole


@pytest.mark.parametrize(
    "row",
    [
        {},
        {"question": "Who?"},
        ASKED | {"answerable": "yes"},
        ASKED | {"answerable": False},
        ASKED | {"answers": ["Piet"]},
        ASKED | {"context": " "},
        SAID | {"label": None},
        SAID | {"evidence": 3},
    ],
)
def test_a_row_that_contradicts_itself_is_left_out(row: dict[str, object]) -> None:
    assert parsed(row) is None


def test_files_that_grow_are_read_up_to_the_line_that_is_not_whole(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text(f"{json.dumps(ASKED)}\n{json.dumps(SAID)[:30]}", "utf-8")
    with gzip.open(tmp_path / "b.jsonl.gz", "wt", encoding="utf-8") as file:
        file.write(json.dumps(SAID) + "\n" + json.dumps(ASKED))
    found = read_written([tmp_path, tmp_path / "none"])
    assert len([*found.readings, *found.held_readings]) == 1
    assert len([*found.claims, *found.held_claims]) == 1


def test_documents_are_held_out_whole_and_a_kept_domain_is_never_trained_on(tmp_path: Path) -> None:
    rows = [
        SAID | {"claim": f"Ada paid for number {i}.", "title": f"Title {i // 4}", "domain": "news" if i % 2 else "law"}
        for i in range(2000)
    ]
    (tmp_path / "a.jsonl").write_text("\n".join(map(json.dumps, rows)), "utf-8")
    found = read_written([tmp_path], "law")
    assert len(found.kept_claims) == 1000
    assert 60 < len(found.held_claims) < 140
    assert not {row.title for row in found.held_claims} & {row.title for row in found.claims}


def test_another_passage_of_the_same_document_does_not_say_it() -> None:
    rows = [
        Claim("Ada Moreau founded the observatory.", "The observatory was founded by Ada Moreau.", True, "a", "Lark"),
        Claim("The harbour freezes every winter.", "In winter, the harbour always freezes.", True, "a", "Lark"),
        Claim("Snow closes the only road.", "The only road is closed by snow.", True, "a", "Other"),
    ]
    found = elsewhere(rows, random.Random(1))
    assert [(row.sentence, row.evidence, row.supported) for row in found if isinstance(row, Claim)] == [
        (rows[0].sentence, rows[1].evidence, False),
        (rows[1].sentence, rows[0].evidence, False),
    ]


def test_a_passage_that_holds_the_answer_too_is_no_other_one() -> None:
    rows = [
        Reading("Who founded it?", "Ada founded it.", ("Ada",), "a", "Lark"),
        Reading("Who paid?", "Ada founded it, Piet paid.", ("Piet",), "a", "Lark"),
    ]
    found = elsewhere(rows, random.Random(1))
    assert [(row.question, row.passage) for row in found if isinstance(row, Reading)] == [
        ("Who paid?", "Ada founded it.")
    ]


def test_a_heading_may_follow_the_title() -> None:
    made = {headed("Leave", "## Annual leave\n\nAll have 25 days.", random.Random(i)) for i in range(20)}
    assert made == {"Leave", "Leave › Annual leave"}
    assert headed("Leave", "All have 25 days.", random.Random(1)) == "Leave"


@given(st.text(max_size=80), st.integers(0, 1000))
def test_a_slip_changes_one_letter_at_most(question: str, seed: int) -> None:
    assert abs(len(slipped(question, random.Random(seed))) - len(question)) <= 1


def test_a_slip_leaves_the_rest() -> None:
    made = {slipped("who founded it", random.Random(i)) for i in range(200)}
    assert {"who fouded it", "who founnded it", "who fuonded it"} <= made
    assert all(one.startswith("who f") and one.endswith(" it") for one in made)

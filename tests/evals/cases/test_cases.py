"""Cases are checked against their corpus; what is wrong is named."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from eval_made import SOURCES, case

from evals.cases.load import SEEDS, chosen, load, parse, split_of
from evals.errors import CaseError
from evals.run import texts_of

TEXTS = {name: source.text for name, source in SOURCES.items()}
ROW = {
    "id": "c1", "question": "When?", "history": [["user", "Hello"], ["assistant", "Yes?"]], "answerable": True,
    "type": "fact", "reference": "In 1931.", "must": [["1931", "31"]], "must_not": ["1932"], "sources": ["bridge.txt"],
    "spans": [{"source": "bridge.txt", "quote": "opened in 1931"}],
}  # fmt: skip


def file_of(folder: Path, *rows: dict[str, Any] | str) -> Path:
    path = folder / "cases.jsonl"
    path.write_text("\n".join(r if isinstance(r, str) else json.dumps(r) for r in rows), encoding="utf-8")
    return path


def test_a_case_that_fits_its_corpus_is_loaded(tmp_path: Path) -> None:
    (found,) = load(file_of(tmp_path, ROW, ""), TEXTS)
    assert found.history[0].content == "Hello"
    assert found.must == (("1931", "31"),)
    assert found.split in ("dev", "test")


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"spans": [{"source": "bridge.txt", "quote": "opened in 1930"}]}, "holds this 0 times"),
        ({"spans": [{"source": "bridge.txt", "quote": "1"}]}, "times, not once: '1'"),
        ({"sources": ["bridge.txt", "gone.txt"]}, "there is no source gone.txt"),
        ({"must": [["19(31"]]}, "no regular expressions"),
        ({"must": [["1931"], ["Clara"]]}, "neither the reference nor a span holds any of ['Clara']"),
        ({"must_not": ["in 1931"]}, "the reference holds what must not be there"),
        ({"reference": ""}, "it lacks reference"),
        ({"answerable": False}, "not answerable, yet"),
        ({"answerable": "yes"}, "answerable must be true or false"),
        ({"history": [["robot", "Hello"]]}, "'robot' is not a role"),
        ({"must": "1931"}, "not a group of patterns"),
        ({"musts": []}, "unknown keys: musts"),
        ({"split": "train"}, "split is 'train'"),
    ],
)
def test_what_is_wrong_with_a_case_is_named_with_its_line(tmp_path: Path, change: dict[str, Any], told: str) -> None:
    with pytest.raises(CaseError) as error:
        load(file_of(tmp_path, ROW | {"id": "fine"}, ROW | change), TEXTS)
    assert told in str(error.value)
    assert "line 2" in str(error.value)
    assert "line 1" not in str(error.value)


def test_all_that_is_wrong_is_told_at_once(tmp_path: Path) -> None:
    with pytest.raises(CaseError) as error:
        load(file_of(tmp_path, "{", ROW, ROW, ROW | {"id": "c2", "sources": ["gone.txt"]}), TEXTS)
    assert all(part in str(error.value) for part in ("line 1", "c1: more than one case", "gone.txt"))


def test_an_empty_file_and_a_missing_one_are_errors(tmp_path: Path) -> None:
    with pytest.raises(CaseError, match="there is no case in it"):
        load(file_of(tmp_path), TEXTS)
    with pytest.raises(CaseError, match="Name a file of cases"):
        load(tmp_path / "gone.jsonl", TEXTS)


def test_the_halves_depend_on_the_id_alone() -> None:
    assert split_of("f01") == split_of("f01")
    assert {split_of(f"f{n}") for n in range(20)} == {"dev", "test"}
    assert parse(ROW | {"split": "test"}).split == "test"


def test_a_sample_is_always_the_same_and_grows() -> None:
    cases = [case(id=f"c{n}") for n in range(30)]
    few, more = chosen(cases, limit=5), chosen(cases, limit=10)
    assert len(few) == 5
    assert {c.id for c in few} < {c.id for c in more}
    assert {c.split for c in chosen(cases, split="dev")} == {"dev"}


def test_an_edited_case_has_another_digest() -> None:
    assert case().digest == case().digest
    assert case().digest != case(must=[["1932"]]).digest


def test_the_cases_that_ship_fit_the_seeds(seeds_dir: Path) -> None:
    cases = load(SEEDS, texts_of(seeds_dir))
    assert len(cases) >= 150
    assert {c.type for c in cases} >= {"fact", "conflict", "follow-up", "unanswerable", "near-miss", "injection"}
    halves = [sum(c.split == half for c in cases) for half in ("dev", "test")]
    assert min(halves) > 0.4 * len(cases)

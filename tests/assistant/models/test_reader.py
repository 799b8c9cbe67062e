"""The reader: its windows and spans, and, where the trained model is there, what it says."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.errors import ModelError
from assistant.models.reader import FILES, FOLDER, Reader, best_span, find_reader, window_starts
from index.models import file_sha256

PASSAGE = (
    "The Lark Observatory stands on a hill above the harbour. Ada Moreau founded it in 1902. "
    "Its largest telescope was built in Leiden and has a mirror of 2.4 metres."
)
Damage = Callable[[bytes], bytes]
FILLER = "In winter the road is closed by snow for many weeks, and few people come. " * 30

trained = pytest.mark.skipif(
    not all((FOLDER / name).is_file() for name in FILES), reason="the trained model is not in assistant/models/weights"
)


@pytest.fixture(scope="module")
def reader() -> Reader:
    return Reader()


@given(st.integers(1, 2000), st.integers(32, 250), st.integers(0, 64))
def test_windows_cover_the_text_and_the_last_ends_with_it(length: int, room: int, overlap: int) -> None:
    starts = window_starts(length, room, overlap)
    covered = {i for at in starts for i in range(at, min(at + room, length))}
    assert covered == set(range(length))
    assert starts[-1] == max(0, length - room)


def test_the_best_span_runs_forward_and_is_not_too_long() -> None:
    start, end = np.full(60, -5, np.float32), np.full(60, -5, np.float32)
    start[[10, 50]], end[12] = 5, 5
    assert best_span(start, end, 3, 59) == (20.0, 10, 12)
    assert best_span(start, end, 3, 11)[1:] == (10, 10)
    assert best_span(start, end, 5, 5) == (-20.0, 5, 5)


def test_a_missing_file_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="Install Citewell again"):
        Reader(tmp_path).read("Who?", [("", "Ada.")])


@pytest.fixture
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the reader that ships, in its place."""
    folder = tmp_path / "weights"
    shutil.copytree(FOLDER, folder)
    monkeypatch.setattr("assistant.models.reader.FOLDER", folder)
    return folder


@trained
@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("damage", [lambda data: data[:-100], lambda data: data + b" ", lambda data: b""])
def test_a_file_that_is_not_the_pinned_one_is_told(name: str, damage: Damage, installed: Path) -> None:
    path = installed / name
    path.write_bytes(damage(path.read_bytes()))
    with pytest.raises(ModelError) as caught:
        Reader().read("Who?", [("", "Ada.")])
    assert str(caught.value).startswith(f"{path} is not the file that was pinned (SHA-256 differs). Install Citewell")


@trained
@pytest.mark.parametrize("name", [*FILES, "SHA256SUMS"])
def test_a_file_that_is_gone_is_told(name: str, installed: Path) -> None:
    (installed / name).unlink()
    with pytest.raises(ModelError, match=f"The reader's file {installed / name} is missing. Install Citewell again"):
        Reader().support("It is so.", ["It is."])


@trained
def test_a_file_without_a_hash_is_told(installed: Path) -> None:
    (installed / "SHA256SUMS").write_text("")
    with pytest.raises(ModelError, match=r"reader\.onnx is not the file that was pinned"):
        find_reader()


@trained
def test_the_files_are_checked_once_and_quickly(installed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    begin = time.process_time()
    find_reader()
    assert time.process_time() - begin < 0.5  # some 25 ms where nothing else runs
    checked: list[Path] = []

    def counted(path: Path) -> str:
        checked.append(path)
        return file_sha256(path)

    monkeypatch.setattr("assistant.models.reader.file_sha256", counted)
    reader = Reader()
    for _ in range(2):
        reader.read("Who?", [("", "Ada.")])
    assert sorted(path.name for path in checked) == sorted(FILES)


@trained
@pytest.mark.parametrize("name", FILES)
def test_a_damaged_file_of_ones_own_is_told(name: str, installed: Path) -> None:
    (installed / name).write_bytes((installed / name).read_bytes()[:-100])
    with pytest.raises(ModelError, match=f"The reader in {installed} cannot be loaded: "):
        Reader(installed).read("Who?", [("", "Ada.")])


@trained
def test_a_reader_of_ones_own_needs_no_hashes(installed: Path) -> None:
    (installed / "SHA256SUMS").unlink()
    assert Reader(installed).read("Who?", [("", "Ada.")])


@trained
def test_the_words_that_answer_are_found(reader: Reader) -> None:
    found = reader.read("Who founded the observatory?", [("", PASSAGE)])[0]
    assert PASSAGE[found.start : found.end] == "Ada Moreau"
    assert found.answerable > 0.5
    assert found.span_score > 0


@trained
def test_a_near_miss_is_less_answered_than_the_question(reader: Reader) -> None:
    near = reader.read("When was the observatory closed?", [("", PASSAGE)])[0].answerable
    assert near < reader.read("When was the observatory founded?", [("", PASSAGE)])[0].answerable - 0.3


@trained
def test_a_long_passage_is_read_to_its_end(reader: Reader) -> None:
    found = reader.read("Who founded the observatory?", [("Lark Observatory", FILLER + PASSAGE)])[0]
    assert (FILLER + PASSAGE)[found.start : found.end] == "Ada Moreau"


@trained
def test_a_fact_is_supported_and_its_flipped_twin_is_not(reader: Reader) -> None:
    true = "Ada Moreau founded the observatory in 1902."
    flips = ["Ada Moreau founded the observatory in 1912.", "Ada Moreau did not found it in 1902."]
    assert reader.support(true, [PASSAGE])[0] > 0.5
    assert all(reader.support(flip, [PASSAGE])[0] < 0.5 for flip in flips)


@trained
def test_others_beside_it_change_nothing(reader: Reader) -> None:
    alone = reader.read("Who founded it?", [("", PASSAGE)])[0]
    assert reader.read("Who founded it?", [("", FILLER), ("", PASSAGE), ("", "Nobody.")])[1] == alone


@trained
@pytest.mark.parametrize("text", ["", " ", "…", "\x00", "🙂" * 40])
def test_odd_texts_are_read_without_an_error(text: str, reader: Reader) -> None:
    found = reader.read("Who?", [("", text)])[0]
    assert 0 <= found.start <= found.end <= len(text)
    assert 0 <= reader.support("It is so.", [text])[0] <= 1

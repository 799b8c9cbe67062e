"""Receipts: written once, and checked against the files as they are."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from assistant.api import Assistant
from assistant.errors import CorpusError, ReceiptError
from assistant.receipts.verify import Check
from assistant.receipts.write import FORMAT, KIND, read, untouched, verify, write
from assistant.types import REFUSAL, Answer, Citation

OPENED = "The Harbour Bridge of Oldtown was opened on 4 March 1931."


@pytest.fixture
def corpus(town: Path, tmp_path: Path) -> Path:
    """A copy of the small corpus, to change."""
    return Path(shutil.copytree(town, tmp_path / "town"))


@pytest.fixture
def receipt(town_bot: Assistant, tmp_path: Path) -> Path:
    """Of an answer that cites bridge.txt once."""
    text = (town_bot.settings.corpus / "bridge.txt").read_text(encoding="utf-8")
    start = text.index(OPENED)
    info = next(s for s in town_bot.sources() if s.source == "bridge.txt")
    cited = Citation(1, "bridge.txt", info.title, info.date, OPENED, start, start + len(OPENED), info.sha256)
    path = tmp_path / "receipt.json"
    write(Answer("When was it opened?", "When was it opened?", f"{OPENED} [1]", (cited,)), town_bot, path)
    return path


def only(path: Path, corpus: Path | None = None) -> Check:
    (check,) = verify(path, corpus)
    return check


def edit(path: Path, **changes: Any) -> None:
    """Change fields of a receipt's first citation."""
    found = json.loads(path.read_text())
    found["citations"][0].update(changes)
    path.write_text(json.dumps(found))


def change(path: Path, old: str, new: str) -> None:
    path.write_text(path.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")


def test_a_receipt_says_what_was_answered_and_with_what(receipt: Path, town_bot: Assistant) -> None:
    found = read(receipt)
    assert (found["kind"], found["format"]) == (KIND, FORMAT)
    assert found["question"] == "When was it opened?"
    assert found["citations"][0]["quote"] == OPENED
    assert found["corpus"] == str(town_bot.settings.corpus)
    assert found["models"]["embedding"] == town_bot.embedder.fingerprint
    assert len(found["models"]["reranker"]) == 16
    assert found["index"]["revision"] == town_bot.store.revision()
    assert found["time"].endswith("+00:00")
    assert untouched(found)


def test_a_quote_holds_while_its_file_is_the_same(receipt: Path) -> None:
    check = only(receipt)
    assert (check.status, check.note) == ("holds", "the file is the same")


def test_a_quote_holds_where_only_other_text_of_its_file_changed(receipt: Path, corpus: Path) -> None:
    change(corpus / "bridge.txt", "310 metres", "311 metres")
    check = only(receipt, corpus)
    assert (check.status, check.note) == ("holds", "the file has changed, this quote has not")


def test_a_quote_that_was_pushed_down_has_moved(receipt: Path, corpus: Path) -> None:
    before = only(receipt)
    change(corpus / "bridge.txt", OPENED, f"New! {OPENED}")
    check = only(receipt, corpus)
    assert (check.status, check.source, check.start) == ("moved", "bridge.txt", before.start + 5)
    assert (corpus / "bridge.txt").read_text(encoding="utf-8")[check.start : check.end] == OPENED


def test_the_nearest_of_several_places_is_told(receipt: Path, corpus: Path) -> None:
    before = only(receipt)
    change(corpus / "bridge.txt", OPENED, f"x {OPENED} {OPENED} {OPENED}")
    assert only(receipt, corpus).start == before.start + 2


def test_a_quote_that_went_to_another_file_has_moved_there(receipt: Path, corpus: Path) -> None:
    (corpus / "bridge.txt").rename(corpus / "old-bridge.txt")
    check = only(receipt, corpus)
    assert (check.status, check.source, check.cited) == ("moved", "old-bridge.txt", "bridge.txt")
    assert check.note == "the file is gone; the quote is in another file"


def test_a_quote_is_gone_with_its_file(receipt: Path, corpus: Path) -> None:
    (corpus / "bridge.txt").unlink()
    check = only(receipt, corpus)
    assert (check.status, check.note) == ("gone", "the file is gone")


def test_a_quote_is_gone_when_it_was_rewritten(receipt: Path, corpus: Path) -> None:
    change(corpus / "bridge.txt", "1931", "1932")
    check = only(receipt, corpus)
    assert (check.status, check.note) == ("gone", "the quote is not in the file")


def test_a_file_that_cannot_be_read_is_told(receipt: Path, corpus: Path) -> None:
    (corpus / "bridge.txt").write_bytes(b"")
    check = only(receipt, corpus)
    assert check.status == "gone"
    assert check.note.startswith("the file cannot be read: the file is empty")


def test_a_quote_that_was_edited_in_the_receipt_is_gone_though_the_file_is_the_same(receipt: Path) -> None:
    edit(receipt, quote=OPENED.replace("1931", "1930"))
    check = only(receipt)
    assert (check.status, check.note) == ("gone", "the quote is not in the file")
    assert not untouched(read(receipt))


def test_offsets_that_were_edited_in_the_receipt_are_told(receipt: Path) -> None:
    before = only(receipt)
    edit(receipt, start=0, end=5)
    check = only(receipt)
    assert (check.status, check.start, check.end) == ("moved", before.start, before.end)
    assert check.note == "the file is the same, the place in the receipt is not right"


@pytest.mark.parametrize("source", ["../secret.txt", "/etc/hostname", "..", "", "bridge.txt/../../secret.txt"])
def test_a_receipt_cannot_lead_out_of_the_folder(receipt: Path, corpus: Path, source: str) -> None:
    (corpus.parent / "secret.txt").write_text("The secret is out of the folder.", encoding="utf-8")
    edit(receipt, source=source, quote="The secret is out", start=0, end=17)
    assert only(receipt, corpus).status == "gone"


def test_an_answer_that_was_edited_is_known_by_the_digest(receipt: Path) -> None:
    found = json.loads(receipt.read_text())
    found["text"] = "It was opened in 1900. [1]"
    receipt.write_text(json.dumps(found))
    assert not untouched(read(receipt))
    assert only(receipt).status == "holds"


def test_another_indentation_is_no_change(receipt: Path) -> None:
    receipt.write_text(json.dumps(json.loads(receipt.read_text())))
    assert untouched(read(receipt))


def test_an_abstention_has_a_receipt_without_quotes(town_bot: Assistant, tmp_path: Path) -> None:
    write(Answer("Why?", "Why?", REFUSAL, abstained=True), town_bot, tmp_path / "r.json")
    assert verify(tmp_path / "r.json") == []


def test_a_receipt_leaves_nothing_else_behind(receipt: Path) -> None:
    assert [path.name for path in receipt.parent.iterdir()] == ["receipt.json"]


def test_a_receipt_replaces_no_file(receipt: Path, town_bot: Assistant) -> None:
    before = receipt.read_bytes()
    with pytest.raises(ReceiptError) as caught:
        write(Answer("Why?", "Why?", REFUSAL, abstained=True), town_bot, receipt)
    assert str(caught.value) == (f"{receipt} exists already. Name another file for the receipt, or move this one away.")
    assert receipt.read_bytes() == before


def test_a_receipt_needs_a_folder(town_bot: Assistant, tmp_path: Path) -> None:
    with pytest.raises(ReceiptError, match=r"There is no folder .*nowhere for the receipt\. Make it, or name another"):
        write(Answer("Why?", "Why?", REFUSAL, abstained=True), town_bot, tmp_path / "nowhere" / "r.json")


def test_a_receipt_that_cannot_be_written_is_told(town_bot: Assistant, tmp_path: Path) -> None:
    with pytest.raises(ReceiptError, match=r"The receipt .* cannot be written \(File name too long\)\. Name another"):
        write(Answer("Why?", "Why?", REFUSAL, abstained=True), town_bot, tmp_path / ("r" * 254))


@pytest.mark.parametrize(
    "content", [b"", b"no JSON", b"[]", b"{}", b"\xff\xfe", b'{"kind": "citewell-receipt"}', b"[" * 100_000]
)
def test_a_file_that_is_no_receipt_is_told(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "r.json"
    path.write_bytes(content)
    with pytest.raises(ReceiptError) as caught:
        verify(path)
    assert str(caught.value) == f"{path} is not a receipt. Name a file that `assistant ask --receipt` wrote."


def test_a_missing_receipt_is_told(tmp_path: Path) -> None:
    with pytest.raises(
        ReceiptError, match=r"There is no file .*\. Name a receipt that `assistant ask --receipt` wrote"
    ):
        verify(tmp_path / "r.json")


def test_a_folder_is_no_receipt(tmp_path: Path) -> None:
    with pytest.raises(ReceiptError, match=r"cannot be read \(Is a directory\)\. Name a receipt that you may read"):
        verify(tmp_path)


def test_a_receipt_of_a_newer_version_is_told(receipt: Path) -> None:
    found = json.loads(receipt.read_text())
    receipt.write_text(json.dumps({**found, "format": FORMAT + 1, "version": "9.0"}))
    with pytest.raises(ReceiptError, match=r"was written by a newer Citewell \(9\.0\)\. Update Citewell to check it"):
        verify(receipt)


@pytest.mark.parametrize(
    "broken",
    [{"quote": ""}, {"quote": None}, {"start": "1"}, {"start": True}, {"start": -1}, {"end": 0}, {"source": 1}],
)
def test_a_receipt_with_broken_parts_is_told(receipt: Path, broken: dict[str, Any]) -> None:
    edit(receipt, **broken)
    with pytest.raises(ReceiptError, match=r"is a receipt with parts missing or of the wrong kind\. Use an unchanged"):
        verify(receipt)


def test_a_corpus_that_is_gone_is_told(receipt: Path, tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match=r"There is no folder .*\. Name the folder of the documents with --corpus"):
        verify(receipt, tmp_path / "nowhere")

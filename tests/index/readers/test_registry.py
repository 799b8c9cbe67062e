"""Text files become documents, and files that cannot are refused with a reason."""

from __future__ import annotations

import codecs
import hashlib
import os
from pathlib import Path

import pytest
from corpus_files import PROSE, made, put, reason
from hypothesis import given
from hypothesis import strategies as st

from index.errors import ReadError
from index.readers.registry import find_files, read

BINARY = "this is binary data, not text: remove it from the folder, or save it as plain text in UTF-8"
RIGHT_ENDING = "give it its right file ending, or save it as plain text in UTF-8"
DAMAGED = "it is marked as UTF-16-LE but is damaged (bytes that are not valid in it): save it as plain text in UTF-8"
NO_TEXT_ON_PAGE = "the page holds no text; it may be filled in by a script: save it from a browser as text"
LOCKED = "the file is password-protected or an old .doc: save it as .docx without a password"
POLISH = "Zażółć gęślą jaźń. Wczoraj byliśmy w Łodzi i było bardzo miło."
RUSSIAN = "Мост будет отремонтирован до зимы, сказал глава города."
JAPANESE = "これは日本語の文章です。東京は日本の首都であり、人口が多い都市です。"
FRENCH = "Le café est fermé à midi; nous y étions déjà allés."
SIGNS = "Café on the corner – it’s “nice” and costs €5."


@given(st.text(st.characters(codec="utf-8"), min_size=1).filter(lambda text: "\x00" not in text))
def test_a_utf8_file_is_its_decoded_bytes_or_is_refused(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    data = text.encode()
    try:
        document = made(tmp_path_factory.mktemp("t"), "a.txt", data)
    except ReadError:
        return
    if not text.startswith("\ufeff"):
        assert document.text == data.decode("utf-8")
    assert document.sha256 == hashlib.sha256(data).hexdigest()
    assert all(document.text[start:end].strip() for start, end in document.content)


def test_newlines_and_spaces_of_a_text_file_are_left_as_they_are(tmp_path: Path) -> None:
    text = " \r\nOne line.\r\rTwo\tlines.\u2028 \n\n e\u0301 \n"
    assert made(tmp_path, "a.txt", text).text == text
    assert made(tmp_path, "a.md", text).text == text


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (codecs.BOM_UTF8 + "Ünder.".encode(), "Ünder."),
        (codecs.BOM_UTF16_LE + "Ünder 橋.".encode("utf-16-le"), "Ünder 橋."),
        (codecs.BOM_UTF16_BE + "Ünder 橋.".encode("utf-16-be"), "Ünder 橋."),
        (codecs.BOM_UTF32_LE + "Ünder 橋.".encode("utf-32-le"), "Ünder 橋."),
        (PROSE.encode("utf-16-le"), PROSE),
        (PROSE.encode("utf-16-be"), PROSE),
        (SIGNS.encode("cp1252"), SIGNS),
        (FRENCH.encode("latin-1"), FRENCH),
        (RUSSIAN.encode("cp1251"), RUSSIAN),
        (POLISH.encode("cp1250"), POLISH),
        (JAPANESE.encode("shift_jis"), JAPANESE),
    ],
    ids=range(11),
)  # fmt: skip
def test_text_is_decoded_by_its_mark_or_by_a_good_guess(tmp_path: Path, data: bytes, text: str) -> None:
    assert made(tmp_path, "a.txt", data).text == text


@pytest.mark.parametrize(
    ("name", "data", "why"),
    [
        ("a.txt", b"", "the file is empty: remove it, or put text into it"),
        ("a.txt", b" \n\t\r\n", "the file is empty: remove it, or put text into it"),
        ("a.txt", b"\xef\xbb\xbf\n", "the file holds no text: remove it, or put text into it"),
        ("a.txt", bytes(range(256)) * 9, BINARY),
        ("a.txt", b"\x01\x02\x03\x04ab", BINARY),
        ("a.md", b"%PDF-1.4 x", "this is a PDF, not text: " + RIGHT_ENDING),
        ("a.txt", b"PK\x03\x04abc", "this is a ZIP archive, not text: " + RIGHT_ENDING),
        ("a.txt", codecs.BOM_UTF16_LE + b"a\x00b", DAMAGED),
        ("a.html", "<html><body></body></html>", NO_TEXT_ON_PAGE),
        ("a.pdf", b"not a PDF", "the PDF is broken: open it in a PDF viewer and save it again"),
        ("a.pdf", b"%PDF-1.4\nno more", "the PDF is broken: open it in a PDF viewer and save it again"),
        ("a.docx", b"not a ZIP", "the DOCX file is broken: open it in a word processor and save it again"),
        ("a.docx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 99, LOCKED),
    ],
    ids=range(13),
)  # fmt: skip
def test_a_file_that_cannot_be_read_is_refused_with_what_to_do(
    tmp_path: Path, name: str, data: bytes | str, why: str
) -> None:
    assert reason(tmp_path, name, data) == why


def test_a_file_of_another_type_is_refused(tmp_path: Path) -> None:
    assert reason(tmp_path, "a.xls", "x") == (
        "this type of file is not read (.xls): convert it to .docx, .html, .md, .pdf, .txt or .xlsx"
    )


def test_a_file_that_is_too_large_is_refused_without_being_read(tmp_path: Path) -> None:
    path = put(tmp_path, "a.txt", "x")
    os.truncate(path, 60_000_000)
    with pytest.raises(ReadError) as caught:
        read(path, tmp_path)
    assert caught.value.reason == "the file is too large (60 MB, at most 50 MB): split it"


def test_a_file_that_vanished_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ReadError) as caught:
        read(tmp_path / "a.txt", tmp_path)
    assert caught.value.reason == "the file is gone: it was moved or deleted while the folder was read"


def test_a_file_that_may_not_be_read_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = put(tmp_path, "a.txt", PROSE)

    def forbidden(self: Path) -> bytes:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "read_bytes", forbidden)  # the tests may run as root, whom no permission stops
    with pytest.raises(ReadError) as caught:
        read(path, tmp_path)
    assert caught.value.reason == "you may not read this file: give yourself the right to read it"


def test_a_file_on_a_failing_disk_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = put(tmp_path, "a.txt", PROSE)

    def failing(self: Path) -> bytes:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(Path, "read_bytes", failing)
    with pytest.raises(ReadError) as caught:
        read(path, tmp_path)
    assert caught.value.reason == "the file cannot be opened (Input/output error): check the disk it is on"


def test_a_pipe_is_refused_and_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a.txt")
    with pytest.raises(ReadError) as caught:
        read(tmp_path / "a.txt", tmp_path)
    assert caught.value.reason == "this is not a regular file: remove it from the folder"
    assert [failure.reason for failure in find_files(tmp_path)[1]] == [caught.value.reason]

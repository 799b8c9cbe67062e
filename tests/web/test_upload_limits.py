"""Files that are no documents, or are made to do harm: refused in words within seconds, with the server alive."""

from __future__ import annotations

import io
import socket
import time
import urllib.parse
import zipfile
import zlib
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from wire import alive, call, upload


def docx_bomb() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        with archive.open("word/document.xml", "w", force_zip64=True) as entry:
            for _ in range(300):
                entry.write(bytes(1_000_000))
    return out.getvalue()


def lying_docx() -> bytes:
    """A bomb whose directory says that it is small."""
    data = docx_bomb()
    return data.replace((300_000_000).to_bytes(4, "little"), (1_000).to_bytes(4, "little"))


def hanging_pdf() -> bytes:
    """A small file of two thousand pages with the same contents, each slow to lay out: minutes of reading."""
    show = zlib.compress(b"BT /F1 9 Tf 1 1 Td (ab) Tj ET\n" * 20_000, 9)
    pages = range(5, 2_005)
    page = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] /Contents 3 0 R /Resources << /Font << /F1 4 0 R >> >> >>"
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{' '.join(f'{n} 0 R' for n in pages)}] /Count {len(pages)} >>".encode(),
        f"<< /Length {len(show)} /Filter /FlateDecode >>\nstream\n".encode() + show + b"\nendstream",
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
        *(page for _ in pages),
    ]
    out, places = b"%PDF-1.7\n", []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += f"{number} 0 obj\n".encode() + body + b"\nendobj\n"
    size = len(objects) + 1
    table = f"xref\n0 {size}\n0000000000 65535 f \n" + "".join(f"{place:010} 00000 n \n" for place in places)
    return out + f"{table}trailer << /Size {size} /Root 1 0 R >>\nstartxref\n{len(out)}\n%%EOF".encode()


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("empty.txt", b"", "The file is empty."),
        ("blank.md", b" \n\n ", "The file is empty."),
        ("program.txt", b"\x7fELF\x02\x01" + bytes(500), "a program"),
        ("page.docx", b"PK\x03\x04 broken", "broken ZIP archive"),
        ("notes.pdf", b"%PDF-1.7 and nothing", "the PDF is broken"),
    ],
)
def test_what_is_no_document_is_refused_in_words(url: str, name: str, data: bytes, words: str) -> None:
    answer = upload(url, name, data)
    assert answer["source"] is None
    assert words in str(answer["words"])
    assert alive(url)


def test_a_zip_that_is_no_docx_is_refused(url: str) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("../../evil.txt", "x")
    assert "not a DOCX" in str(upload(url, "a.docx", out.getvalue())["words"])


@pytest.mark.parametrize("bomb", [docx_bomb, lying_docx])
def test_a_docx_that_unpacks_to_something_huge_is_refused_within_seconds(url: str, bomb: object) -> None:
    assert callable(bomb)
    answer = upload(url, "bomb.docx", bomb())
    assert answer["source"] is None
    assert alive(url)


def test_a_pdf_that_makes_the_reader_hang_is_given_up_while_the_server_answers(url: str) -> None:
    with ThreadPoolExecutor(1) as pool:
        slow = pool.submit(upload, url, "slow.pdf", hanging_pdf())
        while not slow.done():
            asked = time.monotonic()
            assert alive(url)
            assert time.monotonic() - asked < 2
            time.sleep(0.5)
    assert slow.result()["source"] is None
    assert "took more than 20 seconds" in str(slow.result()["words"])


def test_a_file_of_a_gigabyte_is_refused_before_it_is_sent(url: str) -> None:
    port = urllib.parse.urlsplit(url).port or 0
    with socket.create_connection(("127.0.0.1", port), timeout=10) as raw:
        raw.sendall(b"POST /uploads?name=big.txt HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 1000000000\r\n\r\nx")
        assert b"too large: at most 20 MB" in raw.recv(65536) + raw.recv(65536)
    assert alive(url)


def test_a_file_that_grows_beyond_the_limit_is_cut_off(url: str) -> None:
    port = urllib.parse.urlsplit(url).port or 0
    chunk = b"100000\r\n" + b"y" * 0x100000 + b"\r\n"
    received = b""
    with socket.create_connection(("127.0.0.1", port), timeout=30) as raw:
        raw.sendall(b"POST /uploads?name=big.txt HTTP/1.1\r\nHost: 127.0.0.1\r\nTransfer-Encoding: chunked\r\n\r\n")
        try:
            for _ in range(40):
                raw.sendall(chunk)
        except OSError:  # the server has hung up
            pass
        else:
            received = raw.recv(65536)
    assert b"taken" not in received or b"too large" in received
    assert alive(url)


def test_names_lead_nowhere_and_no_file_is_written_over(url: str, seeds: Path) -> None:
    before = {path: path.read_bytes() for path in seeds.glob("*.txt")}
    try:
        for i, name in enumerate(
            ["../../x.txt", "..\\..\\x.txt", "/etc/cron.d/x.txt", "x.txt", "000_3a09b4c511723d00.txt", ".htaccess",
             "~$x.md", "<img src=x onerror=alert(1)>.txt", "a" * 400 + ".txt", "..", "\u202etxt.exe", "con.pdf"]
        ):  # fmt: skip
            answer = upload(url, name, f"A text of its own, number {i}.".encode())
            source = str(answer["source"])
            assert source.startswith("uploads/")
            assert source.count("/") == 1
            assert (seeds / source).read_text() == f"A text of its own, number {i}."
        assert (seeds / "uploads" / "x (2).txt").exists()
        assert not (seeds.parent / "x.txt").exists()
        assert {path: path.read_bytes() for path in seeds.glob("*.txt")} == before
        assert "there already" in str(upload(url, "other.txt", b"A text of its own, number 3.")["words"])
        assert not any(path.name.startswith((".", "~")) for path in (seeds / "uploads").iterdir())
    finally:
        for path in (seeds / "uploads").iterdir():
            path.unlink()


@pytest.mark.parametrize(
    "source",
    ["000_3a09b4c511723d00.txt", "uploads/../000_3a09b4c511723d00.txt", "/etc/passwd", "uploads", "uploads/none.txt"],
)
def test_only_added_files_are_removed(url: str, seeds: Path, source: str) -> None:
    event, data = call(url, "remove", source)
    assert event == "error"
    assert "is no added file" in str(data)
    assert (seeds / "000_3a09b4c511723d00.txt").exists()

"""What the server refuses, over HTTP, as whoever is not the page would try it."""

from __future__ import annotations

import io
import json
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
import zipfile
import zlib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from serving import serving

from assistant.web.guard import LONGEST_BODY


def fetch(
    url: str, data: bytes | None = None, headers: dict[str, str] | None = None, timeout: float = 60
) -> tuple[int, bytes, dict[str, str]]:
    request = urllib.request.Request(url, data, headers or {})
    try:
        with urllib.request.urlopen(request, timeout=timeout) as response:
            return response.status, response.read(), {k.lower(): v for k, v in response.headers.items()}
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read(), {k.lower(): v for k, v in error.headers.items()}


def upload(url: str, name: str, data: bytes) -> dict[str, str | None]:
    status, body, _ = fetch(f"{url}/uploads?name={urllib.parse.quote(name)}", data)
    assert status == 200
    answer: dict[str, str | None] = json.loads(body)
    return answer


def alive(url: str) -> bool:
    return fetch(f"{url}/robots.txt")[0] == 200


def call(url: str, name: str, *args: object) -> tuple[str, object]:
    """Calls an endpoint as curl would; the last event and its data."""
    _, body, _ = fetch(
        f"{url}/gradio_api/call/{name}", json.dumps({"data": args}).encode(), {"Content-Type": "application/json"}
    )
    _, body, _ = fetch(f"{url}/gradio_api/call/{name}/{json.loads(body)['event_id']}")
    event, data = body.decode().strip().split("\n\n")[-1].split("\n", 1)
    return event.removeprefix("event: "), json.loads(data.removeprefix("data: "))


@pytest.mark.parametrize(
    "path",
    [
        "/gradio_api/file=/etc/passwd", "/gradio_api/file=pyproject.toml", "/file=/etc/passwd",
        "/gradio_api/file/etc/passwd",
        "/app/../server.py", "/app/..%2fserver.py", "/app/%2e%2e/server.py", "/app//etc/passwd", "/app/login.html/..",
        "/static/img/logo.svg", "/gradio_api/proxy=http://127.0.0.1:1/", "/monitoring", "/docs", "/openapi.json",
        "/gradio_api/runs", "/svelte/index.js", "/theme.css", "/gradio_api/upload", "/seeds", "/../pyproject.toml",
    ],
)  # fmt: skip
def test_no_file_and_no_page_of_anything_else_is_served(url: str, path: str) -> None:
    with socket.create_connection(("127.0.0.1", urllib.parse.urlsplit(url).port or 0), timeout=10) as raw:
        raw.sendall(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n".encode())
        received = b""
        while part := raw.recv(65536):
            received += part
    head, _, body = received.partition(b"\r\n\r\n")
    assert head.split()[1] in (b"404", b"405"), head
    assert b"root:" not in body
    assert b"[project]" not in body


@pytest.mark.parametrize(
    "source",
    [
        "../seeds.txt",
        "/etc/passwd",
        "..",
        "",
        "000_3a09b4c511723d00.txt/../../x",
        "uploads/../../../etc/passwd",
        "\x00",
    ],
)
def test_no_document_outside_the_index_is_opened(url: str, source: str) -> None:
    event, data = call(url, "document", source, [], 0)
    assert event == "error"
    assert isinstance(data, dict)
    assert "no such document" in data["error"]


def test_a_file_that_became_a_link_out_of_the_folder_is_not_opened(url: str, seeds: Path, tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("The password is swordfish.")
    path = seeds / "000_3a09b4c511723d00.txt"
    before = path.read_bytes()
    path.unlink()
    path.symlink_to(secret)
    try:
        event, data = call(url, "document", path.name, [], 0)
    finally:
        path.unlink()
        path.write_bytes(before)
    assert event == "error"
    assert "swordfish" not in str(data)


def test_every_answer_forbids_scripts_styles_and_requests_of_elsewhere(url: str) -> None:
    for path in ("/", "/app/main.js", "/nothing"):
        policy = fetch(f"{url}{path}")[2]["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "script-src 'self'" in policy
        assert "unsafe" not in policy


def test_the_page_holds_no_address_but_its_own_and_no_place_for_html() -> None:
    folder = Path(__file__).resolve().parents[2] / "assistant/web/page"
    for path in folder.iterdir():
        text = path.read_text(encoding="utf-8").replace("http://www.w3.org/2000/svg", "")
        assert "http" not in text.replace("https?", ""), path
        assert not any(
            word in text for word in ("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(")
        )


def test_another_site_cannot_use_the_server(url: str) -> None:
    body = json.dumps({"data": ["Who?", None, None, None, None]}).encode()
    headers = {"Content-Type": "application/json", "Origin": "http://elsewhere.example"}
    assert fetch(f"{url}/gradio_api/call/ask", body, headers)[0] == 403
    assert fetch(f"{url}/uploads?name=x.txt", b"text", {"Origin": "null"})[0] == 403
    assert fetch(f"{url}/", headers={"Host": "elsewhere.example"})[0] == 421
    port = urllib.parse.urlsplit(url).port
    assert fetch(f"{url}/", headers={"Host": f"localhost:{port}"})[0] == 200


def test_a_request_that_is_too_large_is_refused(url: str) -> None:
    head = f"POST /gradio_api/call/ask HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: {LONGEST_BODY + 1}\r\n\r\n"
    with socket.create_connection(("127.0.0.1", urllib.parse.urlsplit(url).port or 0), timeout=10) as raw:
        raw.sendall(head.encode())
        assert b" 413 " in raw.recv(65536)


def test_what_is_no_question_and_no_option_is_refused_in_words(url: str) -> None:
    event, data = call(url, "ask", "", None, None, None, None)
    assert (event, "The question is empty: ask something in words." in str(data)) == ("error", True)
    event, data = call(url, "stream", "Who?", [], {"shell": "rm"})
    assert (event, "There is no option 'shell'" in str(data)) == ("error", True)
    event, data = call(url, "stream", "Who?", [], {"sentences": "many"})
    assert (event, "sentences" in str(data)) == ("error", True)
    event, data = call(url, "receipt", [{"answer": 1}])
    assert (event, "no answers of this chat" in str(data)) == ("error", True)
    event, data = call(url, "document", "000_3a09b4c511723d00.txt", [[1, 5, 2]], 0)
    assert (event, "A mark is" in str(data)) == ("error", True)


# uploads


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


# who may come in


def test_a_host_that_others_reach_needs_a_password(seeds: Path, tmp_path: Path) -> None:
    command = [str(Path(sys.executable).with_name("assistant")), "web", "--host", "0.0.0.0", "--corpus", str(seeds)]
    done = subprocess.run(
        [*command, "--store", str(tmp_path / "s")], capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 2
    assert "Set ASSISTANT_AUTH=user:password first" in done.stderr


def test_a_port_that_is_taken_is_said_to_be(url: str, seeds: Path, tmp_path: Path) -> None:
    port = str(urllib.parse.urlsplit(url).port)
    command = [str(Path(sys.executable).with_name("assistant")), "web", "--port", port, "--corpus", str(seeds)]
    done = subprocess.run(
        [*command, "--store", str(tmp_path / "s")], capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 2
    assert f"Port {port} is taken" in done.stderr


@pytest.fixture(scope="module")
def locked(seeds: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    store = tmp_path_factory.mktemp("locked") / "store"
    with serving(seeds, store, env={"ASSISTANT_AUTH": "ann:correct horse"}) as address:
        yield address


def test_without_signing_in_nothing_is_told(locked: str) -> None:
    assert b"Sign in" in fetch(locked)[1]
    assert b'id="thread"' not in fetch(locked)[1]
    assert fetch(f"{locked}/config")[0] == 401
    assert fetch(f"{locked}/gradio_api/info")[0] == 401
    assert fetch(f"{locked}/gradio_api/call/library", b'{"data":[]}', {"Content-Type": "application/json"})[0] == 401
    assert fetch(f"{locked}/uploads?name=x.txt", b"text")[0] == 401
    assert fetch(f"{locked}/login", b"username=ann&password=wrong")[0] == 400
    assert os.environ.get("ASSISTANT_AUTH") is None


def test_who_signs_in_gets_the_page(locked: str) -> None:
    status, _, headers = fetch(f"{locked}/login", b"username=ann&password=correct+horse")
    assert status == 200
    cookie = headers["set-cookie"].split(";")[0]
    assert b'id="thread"' in fetch(locked, headers={"Cookie": cookie})[1]

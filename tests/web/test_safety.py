"""What the server refuses, over HTTP, as whoever is not the page would try it."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from serving import serving
from wire import call, fetch

from assistant.web.guard import LONGEST_BODY


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

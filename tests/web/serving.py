"""A server of the chat, run as a user runs it, and a browser to look at it with."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

SEEDS = Path(__file__).resolve().parents[2] / "seeds"
CHROMIUM = Path("/usr/bin/chromium")


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@contextmanager
def serving(corpus: Path, store: Path, *, port: int = 0, env: dict[str, str] | None = None) -> Iterator[str]:
    """`assistant web` on a corpus; gives its address once it says that it is there."""
    port = port or free_port()
    command = [str(Path(sys.executable).with_name("assistant")), "web", "--port", str(port)]
    log = store.with_name(f"{store.name}.log")
    with log.open("wb") as out:
        server = subprocess.Popen(
            [*command, "--corpus", str(corpus), "--store", str(store)],
            stdout=out, stderr=out, env={**os.environ, **(env or {})},
        )  # fmt: skip
    try:
        _wait(f"http://127.0.0.1:{port}/robots.txt", server, log)
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        try:
            server.wait(15)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()


def _wait(url: str, server: subprocess.Popen[bytes], log: Path) -> None:
    for _ in range(600):
        assert server.poll() is None, log.read_text(errors="replace")
        try:
            with urllib.request.urlopen(url, timeout=2):
                return
        except urllib.error.HTTPError:
            return
        except OSError:
            time.sleep(0.1)
    raise AssertionError(f"the chat did not start: {log.read_text(errors='replace')}")

"""The main job needs no network."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

NO_NETWORK = """
import socket, sys

def refuse(*args, **kwargs):
    raise AssertionError(f"a connection was tried: {args}")

for name in ("connect", "connect_ex", "sendto"):
    setattr(socket.socket, name, refuse)
for name in ("create_connection", "getaddrinfo", "gethostbyname"):
    setattr(socket, name, refuse)
# what would be caught above, in case that something catches the error: the process itself ends
sys.addaudithook(lambda event, args: sys.exit(f"network: {event} {args}") if event in
                 {"socket.connect", "socket.getaddrinfo", "socket.sendto"} else None)

from assistant.cli.main import main
sys.argv = ["assistant", *sys.argv[1:]]
main()
"""


def test_indexing_and_asking_open_no_connection(town: Path, tmp_path: Path) -> None:
    question = "When was the Harbour Bridge of Oldtown opened?"
    where = ["--corpus", str(town), "--store", str(tmp_path / "index")]
    command = [sys.executable, "-c", NO_NETWORK, "ask", question, *where]
    result = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert "network" not in result.stderr
    assert "a connection was tried" not in result.stderr
    assert result.returncode == 0
    assert "4 March 1931" in result.stdout

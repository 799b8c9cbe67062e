"""The command line on a terminal, in a pipe and under Ctrl-C; what documents cannot do to a terminal."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from commands import Run, RunProcess
from towns import indexed, where

from assistant.api import Assistant

OPENED = "When was the Harbour Bridge of Oldtown opened?"
UNKNOWN = "What does a loaf of bread cost on Mars?"


def test_a_reader_that_stops_reading_is_no_error(process: RunProcess, town_bot: Assistant) -> None:
    read, write = os.pipe()
    os.close(read)
    result = process("sources", *where(town_bot), capture_output=False, stdout=write, stderr=subprocess.PIPE)
    os.close(write)
    assert (result.returncode, result.stderr) == (141, "")


def test_ctrl_c_ends_quietly_with_130(town_bot: Assistant) -> None:
    script = str(Path(sys.executable).with_name("assistant"))
    with subprocess.Popen(
        [script, "chat", *where(town_bot)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        # a shell's background job passes "ignore" on to all that it starts
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    ) as chat:
        assert chat.stdin is not None
        assert chat.stdout is not None
        chat.stdin.write(f"{OPENED}\n")
        chat.stdin.flush()
        assert "1931" in chat.stdout.readline()
        chat.send_signal(signal.SIGINT)
        _, errors = chat.communicate(timeout=60)
    assert (chat.returncode, errors) == (130, "")


def test_bytes_that_are_no_text_are_asked_as_a_replacement_character(process: RunProcess, town_bot: Assistant) -> None:
    result = process("ask", "How long is the br\udcffdge?", "--json", *where(town_bot))
    assert json.loads(result.stdout)["question"] == "How long is the br\ufffddge?"


def test_a_terminal_that_knows_few_characters_is_no_error(process: RunProcess, town_bot: Assistant) -> None:
    result = process("search", "school", *where(town_bot), env={"PYTHONIOENCODING": "ascii"})
    assert (result.returncode, result.stderr) == (0, "")


EVIL = (
    "The Harbour Bridge of Oldtown was opened on 4 March 1931 by [bold]the mayor[/bold]\x1b[31m\x9b31m\u202e. "
    "It is \u202elong\u202c and \x9b31mred \x07."
)


@pytest.fixture(scope="session")
def evil(tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[str]]:
    """Where a corpus is whose text, title and file name try to command the terminal."""
    with indexed(tmp_path_factory.mktemp("evil"), {"e\x1b[31mvil[red].txt": EVIL}) as bot:
        yield where(bot)


@pytest.mark.parametrize(
    "command",
    [["ask", OPENED], ["ask", OPENED, "--json", "--explain"], ["ask", UNKNOWN, "--explain"], ["search", "bridge"],
     ["search", "bridge", "--json"], ["sources"], ["sources", "--json"], ["doctor"]],
)  # fmt: skip
def test_a_document_cannot_command_a_terminal(run: Run, evil: list[str], command: list[str]) -> None:
    result = run(*command, *evil)
    assert result.stdout
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e]", result.stdout + result.stderr)


def test_on_a_terminal_there_are_colours_but_none_of_a_document(evil: list[str]) -> None:
    shown = on_terminal(["ask", OPENED, *evil])
    assert "\x1b[36m[1]\x1b[0m" in shown
    assert "\x1b[31m" not in shown
    assert "\x9b" not in shown
    assert "[bold]the mayor[/bold]" in shown


def test_no_color_is_respected(town_bot: Assistant) -> None:
    assert "\x1b[36m" not in on_terminal(["ask", OPENED, *where(town_bot)], NO_COLOR="1")
    assert "\x1b[36m" in on_terminal(["ask", OPENED, *where(town_bot)])


def on_terminal(args: list[str], **env: str) -> str:
    """What a command writes to a terminal."""
    pty = pytest.importorskip("pty")
    ours, theirs = pty.openpty()
    script = str(Path(sys.executable).with_name("assistant"))
    environ = {**os.environ, "TERM": "xterm-256color", "COLUMNS": "200", **env}
    with subprocess.Popen([script, *args], stdin=theirs, stdout=theirs, stderr=theirs, env=environ, close_fds=True):
        os.close(theirs)
        written = b""
        while True:
            try:
                part = os.read(ours, 65536)
            except OSError:  # how Linux says that the other end is closed
                break
            if not part:
                break
            written += part
    os.close(ours)
    return written.decode("utf-8")

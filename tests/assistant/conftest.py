"""What the tests of the question path and the command line share."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from commands import Run, RunProcess
from towns import OLDTOWN, indexed, where
from typer.testing import CliRunner, Result

from assistant.api import Assistant


@pytest.fixture(scope="session")
def town_bot(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    """An assistant that has read a small corpus; to ask only."""
    with indexed(tmp_path_factory.mktemp("town"), OLDTOWN) as bot:
        yield bot


@pytest.fixture(scope="session")
def town(town_bot: Assistant) -> Path:
    """The folder of the small corpus, to read only."""
    return town_bot.settings.corpus


@pytest.fixture
def run(town_bot: Assistant) -> Run:
    """Runs a command in this process on the small corpus and its index: `run("ask", "…")`."""
    from assistant.cli.main import app

    plain = {"ingest", "verify"}

    def command(*args: str, input: str | None = None) -> Result:
        given = [] if "--corpus" in args or not args or args[0] in plain or args[0].startswith("-") else where(town_bot)
        return CliRunner().invoke(app, [*args, *given], prog_name="assistant", input=input)

    return command


@pytest.fixture(scope="session")
def process() -> RunProcess:
    """Runs the command in a process of its own: `process("ask", "…", env={…})`."""

    def command(*args: str, env: dict[str, str] | None = None, **more: object) -> subprocess.CompletedProcess[str]:
        script = str(Path(sys.executable).with_name("assistant"))
        environ = {**os.environ, **(env or {})}
        options = {"capture_output": True, "text": True, "timeout": 120, **more}
        return subprocess.run([script, *args], env=environ, check=False, **options)  # type: ignore[call-overload,no-any-return]

    return command

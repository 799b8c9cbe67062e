"""What the tests of the question path and the command line share."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from commands import Run, RunProcess
from typer.testing import CliRunner, Result

from assistant.api import Assistant

TOWN = {
    "bridge.txt": "date 2023-04-02\nThe Harbour Bridge of Oldtown was opened on 4 March 1931. It is 310 metres long. "
    "The engineer Clara Whitfield designed it. Repairs of the bridge cost 12 million pounds in 2019.",
    "school.md": "# The school of Oldtown\n\nThe school has 420 pupils. Its head teacher is Daniel Osei. "
    "Lessons begin at half past eight in the morning.",
}


@pytest.fixture(scope="session", autouse=True)
def _own_data(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Default stores go to a folder of the test run, and no setting of whoever runs the tests counts."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_DATA_HOME", str(tmp_path_factory.mktemp("data")))
        for name in [name for name in os.environ if name.startswith("ASSISTANT_")]:
            patch.delenv(name)
        yield


@pytest.fixture(scope="session")
def town(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small corpus, to read only."""
    root = tmp_path_factory.mktemp("town")
    for name, text in TOWN.items():
        (root / name).write_text(text, encoding="utf-8")
    return root


@pytest.fixture(scope="session")
def town_bot(town: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    """An assistant that has read it."""
    bot = Assistant(town, tmp_path_factory.mktemp("town-index"))
    bot.ingest()
    yield bot
    bot.store.close()


@pytest.fixture
def run(town_bot: Assistant) -> Run:
    """Runs a command in this process on the small corpus and its index: `run("ask", "…")`."""
    from assistant.cli import app

    where = ["--corpus", str(town_bot.settings.corpus), "--store", str(town_bot.settings.store)]
    plain = {"ingest", "verify"}

    def command(*args: str, input: str | None = None) -> Result:
        given = [] if "--corpus" in args or not args or args[0] in plain or args[0].startswith("-") else where
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

"""The README's examples run, and its tables are complete."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from dataclasses import fields
from pathlib import Path

import pytest
from commands import Run

from assistant.config import Settings

README = Path(__file__).resolve().parents[2] / "README.md"
TEXT = README.read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", TEXT, re.M | re.S)


def examples() -> list[tuple[str, str]]:
    """Each command of the console blocks, with the output that is shown below it."""
    found = []
    for block in blocks("console"):
        for part in re.split(r"^\$ ", block, flags=re.M)[1:]:
            command, _, output = part.partition("\n")
            found.append((command, output))
    return found


@pytest.fixture
def home(tmp_path: Path, town: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home with documents, which is also where the examples run."""
    for name in ("documents", "path/to/folder"):
        (tmp_path / name).mkdir(parents=True)
        for file in town.iterdir():
            (tmp_path / name / file.name).write_bytes(file.read_bytes())
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_the_examples_in_python_run(home: Path) -> None:
    code = "\n".join(blocks("python"))
    result = subprocess.run(
        [sys.executable, "-W", "error::DeprecationWarning:__main__", "-c", code],
        capture_output=True, text=True, timeout=180, check=False,
    )  # fmt: skip
    assert result.returncode == 0, result.stderr
    assert "[1]" in result.stdout
    assert "4 March 1931" in result.stdout


def test_the_examples_on_the_command_line_run_and_print_what_is_shown(home: Path, run: Run) -> None:
    assert len(examples()) > 5
    for command, shown in examples():
        name, *args = (os.path.expanduser(word) for word in shlex.split(command))
        assert name == "assistant"
        # else the fixture adds a corpus of its own
        corpus = (
            [] if "--corpus" in args or args[0] in {"ingest", "verify"} else ["--corpus", str(README.parent / "seeds")]
        )
        result = run(*args, *corpus)
        assert result.exit_code == 0, f"{command}: {result.stdout}{result.stderr}"
        if shown:
            assert result.stdout == shown


def test_the_first_two_commands_are_there_to_be_made() -> None:
    targets = set(re.findall(r"^([a-z]+):", (README.parent / "Makefile").read_text(encoding="utf-8"), re.M))
    first, second = blocks("sh")[0].splitlines()
    assert first == 'make ask Q="How many North Korean soldiers arrived in the Kursk region?"'
    assert second == "make test"
    assert {"ask", "test"} <= targets


def test_all_settings_are_in_the_table_with_their_defaults() -> None:
    rows = {name: default.strip() for name, default in re.findall(r"^\| `ASSISTANT_(\w+)` \|([^|]*)\|", TEXT, re.M)}
    assert list(rows) == [field.name.upper() for field in fields(Settings)]
    for field in fields(Settings):
        if isinstance(field.default, bool):
            assert rows[field.name.upper()] == ("on" if field.default else "off")
        elif isinstance(field.default, int | float):
            assert float(rows[field.name.upper()]) == field.default


def test_all_commands_are_in_the_table(run: Run) -> None:
    helped = re.search(r"Commands:\n(.*?)\n\n", run("--help").stdout, re.S)
    assert helped is not None
    commands = re.findall(r"^  (\w+)", helped[1], re.M)
    assert re.findall(r"^\| `(\w+)[^|]*\| [a-z]", TEXT.split("## Settings")[0], re.M) == commands


def test_the_links_lead_to_files() -> None:
    for target in re.findall(r"\]\(([^)#:]+)\)", TEXT):
        assert (README.parent / target).exists(), target

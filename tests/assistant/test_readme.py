"""The examples of the README and the pages in docs/ run, and their tables are complete.

A block fenced as `python` or `console` is run; one fenced as `python no-run`, `text` or `sh` is only shown.
"""

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

ROOT = Path(__file__).resolve().parents[2]
README = ROOT / "README.md"
PAGES = [README, ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]
MAX_WORDS = 1_000


def read(page: str) -> str:
    return (ROOT / page).read_text(encoding="utf-8")


def blocks(page: Path, language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", page.read_text(encoding="utf-8"), re.M | re.S)


def examples() -> list[tuple[str, str]]:
    """Each command of the console blocks, with the output that is shown below it."""
    found = []
    for block in (block for page in PAGES for block in blocks(page, "console")):
        for part in re.split(r"^\$ ", block, flags=re.M)[1:]:
            command, _, output = part.partition("\n")
            found.append((command, output))
    return found


def anchor(heading: str) -> str:
    """The anchor that GitHub gives a heading."""
    return re.sub(r"[^\w\- ]", "", heading.strip().lower()).replace(" ", "-")


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
    code = "\n".join(block for page in PAGES for block in blocks(page, "python"))
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
        corpus = [] if "--corpus" in args or args[0] in {"ingest", "verify"} else ["--corpus", str(ROOT / "seeds")]
        result = run(*args, *corpus)
        assert result.exit_code == 0, f"{command}: {result.stdout}{result.stderr}"
        if shown:
            assert result.stdout == shown


def test_the_readme_is_short() -> None:
    assert len(README.read_text(encoding="utf-8").split()) < MAX_WORDS


def test_the_first_two_commands_are_there_to_be_made() -> None:
    targets = set(re.findall(r"^([a-z]+):", read("Makefile"), re.M))
    first, second = blocks(README, "sh")[0].splitlines()
    assert first == 'make ask Q="How many North Korean soldiers arrived in the Kursk region?"'
    assert second == "make test"
    assert {"ask", "test"} <= targets


def test_all_settings_are_in_the_tables_with_their_defaults() -> None:
    table = re.findall(r"^\| (`ASSISTANT_[^|]*)\|([^|]*)\|", read("docs/configuration.md"), re.M)
    pairs = [(name, default.strip()) for cell, default in table for name in re.findall(r"`ASSISTANT_(\w+)`", cell)]
    rows = dict(pairs)
    assert len(rows) == len(pairs)
    assert set(rows) == {field.name.upper() for field in fields(Settings)}
    for field in fields(Settings):
        if isinstance(field.default, bool):
            assert rows[field.name.upper()] == ("on" if field.default else "off")
        elif isinstance(field.default, int | float):
            assert float(rows[field.name.upper()]) == field.default


def test_all_commands_are_in_the_table(run: Run) -> None:
    helped = re.search(r"Commands:\n(.*?)\n\n", run("--help").stdout, re.S)
    assert helped is not None
    commands = re.findall(r"^  (\w+)", helped[1], re.M)
    guide = read("docs/guide.md").split("## Command line")[1].split("## Python")[0]
    assert re.findall(r"^\| `(\w+)[^|]*\| [a-z\[]", guide, re.M) == commands


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_the_links_lead_to_files_and_headings(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    for target, fragment in re.findall(r"\]\(([^)#:\s]*)(?:#([^)]+))?\)", text):
        to = page.parent / target if target else page
        assert to.exists(), target
        if fragment:
            headings = re.findall(r"^#+ (.*)$", to.read_text(encoding="utf-8"), re.M)
            assert fragment in {anchor(heading) for heading in headings}, f"{target}#{fragment}"

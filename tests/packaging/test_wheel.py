"""The built wheel works away from the checkout: its documents, prompts and evaluation cases are in it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
QUESTION = "How many North Korean soldiers arrived in Kursk?"
SHIPPED = ("pyproject.toml", "README.md", "LICENSE", "assistant", "index", "prompts", "evals", "seeds")


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that holds the wheel's packages and scripts. What they depend on stays where it is."""
    source = tmp_path_factory.mktemp("source")
    for name in SHIPPED:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, source / name, ignore=shutil.ignore_patterns("__pycache__", "uploads"))
        else:
            shutil.copy(ROOT / name, source / name)
    dist, site = source / "dist", tmp_path_factory.mktemp("site")
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet"]
    subprocess.run([*pip, "wheel", "--no-deps", "--no-build-isolation", "--wheel-dir", dist, source], check=True)
    (wheel,) = dist.glob("citewell-*.whl")
    subprocess.run([*pip, "install", "--no-deps", "--no-index", "--target", site, wheel], check=True)
    return site


@pytest.fixture
def elsewhere(tmp_path: Path) -> Path:
    """A working directory with folders that have the names of ours."""
    for name in ("prompts", "index", "seeds", "evals"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "answer.md").write_text("of another project\n", encoding="utf-8")
    return tmp_path


def run(site: Path, folder: Path, *command: str | Path) -> str:
    environ = {**os.environ, "PYTHONPATH": str(site), "PYTHONDONTWRITEBYTECODE": "1"}
    result = subprocess.run(command, cwd=folder, env=environ, capture_output=True, text=True, timeout=600, check=False)
    assert result.returncode == 0, result.stdout + result.stderr
    return result.stdout


def test_the_wheel_answers_in_python_from_any_folder(installed: Path, elsewhere: Path) -> None:
    code = f"import assistant; print(assistant.__file__, assistant.__version__, assistant.answer({QUESTION!r}).text)"
    output = run(installed, elsewhere, sys.executable, "-c", code)
    assert output.startswith(f"{installed / 'assistant' / '__init__.py'} 0.")
    assert "[1]" in output


def test_the_wheels_command_answers_and_evaluates(installed: Path, elsewhere: Path) -> None:
    command = installed / "bin" / "assistant"
    assert "[1]" in run(installed, elsewhere, sys.executable, command, "ask", QUESTION)
    assert "citewell 0." in run(installed, elsewhere, sys.executable, command, "--version")
    run(installed, elsewhere, sys.executable, command, "eval", "run", "--limit", "1", "--out", "run")
    assert (elsewhere / "run" / "answers.jsonl").is_file()


def test_the_wheel_holds_what_is_not_code(installed: Path) -> None:
    for name in (
        "seeds/000_3a09b4c511723d00.txt", "prompts/answer.md", "evals/baseline.json", "evals/cases/seeds.jsonl",
        "assistant/models/weights/reader.onnx", "assistant/py.typed", "index/py.typed",
    ):  # fmt: skip
        assert (installed / name).is_file(), name

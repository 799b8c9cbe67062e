"""`assistant eval` from the command line, with the real product on a few cases."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from judge_server import judging
from typer.testing import CliRunner, Result

from assistant.cli.main import app
from evals import baseline

CASES = 5


def run(*args: str | Path) -> Result:
    return CliRunner().invoke(app, ["eval", *map(str, args)], prog_name="assistant")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run of a few cases, answered and scored."""
    out = tmp_path_factory.mktemp("runs") / "few"
    result = run("run", "--out", out, "--limit", CASES)
    assert result.exit_code == 0, result.output
    assert f"{CASES} answers" in result.stdout
    result = run("score", out, "--exact")
    assert result.exit_code == 0, result.output
    assert "Quote integrity" in result.stdout
    return out


def test_help_lists_every_command() -> None:
    text = run("--help").stdout
    assert all(f"\n  {name} " in text for name in ("run", "score", "compare", "report", "accept", "gate", "agree"))


def test_importing_the_command_imports_no_evaluation() -> None:
    code = "import sys, assistant.cli; sys.exit(any(name.split('.')[0] in ('evals', 'ragas') for name in sys.modules))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_a_run_is_taken_up_again_and_not_mixed_with_other_cases(folder: Path) -> None:
    before = (folder / "answers.jsonl").read_bytes()
    again = run("run", "--out", folder, "--limit", CASES)
    assert again.exit_code == 0, again.output
    assert (folder / "answers.jsonl").read_bytes() == before
    result = run("run", "--out", folder, "--limit", CASES + 1)
    assert result.exit_code == 2
    assert "cases changed since" in result.stderr


def test_a_report_is_written(folder: Path) -> None:
    assert run("report", folder).exit_code == 0
    assert "# Evaluation of few" in (folder / "report.md").read_text(encoding="utf-8")
    assert (folder / "report.html").read_text(encoding="utf-8").startswith("<!doctype html>")


def test_a_run_compared_with_itself_has_not_moved(folder: Path) -> None:
    result = run("compare", folder, folder)
    assert result.exit_code == 0
    assert "+0.000" in result.stdout
    assert "worse\n\n-" not in result.stdout


def test_the_gate_passes_what_it_accepted_and_fails_what_is_worse(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "baseline.json"
    monkeypatch.setattr(baseline, "BASELINE", path)
    assert run("gate", folder).exit_code == 2  # there is no baseline
    assert run("accept", folder).exit_code == 0
    result = run("gate", folder)
    assert result.exit_code == 0, result.output
    assert "No regression" in result.stdout

    accepted = json.loads(path.read_text(encoding="utf-8"))
    for row in accepted["cases"]:
        row["values"]["right"] = row["values"]["mrr"] = 1.5
    path.write_text(json.dumps(accepted), encoding="utf-8")
    result = run("gate", folder)
    assert result.exit_code == 4
    assert "right: 1.500 →" in result.stderr
    assert all(row["id"] in result.stderr for row in accepted["cases"])


def test_the_table_goes_into_a_readme(folder: Path, tmp_path: Path) -> None:
    readme = tmp_path / "README.md"
    readme.write_text("<!-- eval: made by `assistant eval table` -->\n<!-- eval end -->\n", encoding="utf-8")
    assert run("table", folder, "--into", readme).exit_code == 0
    assert f"{CASES} cases" in readme.read_text(encoding="utf-8")


def test_one_variable_and_one_command_run_the_full_suite(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setenv("OPENAI_API_KEY", "key")
    monkeypatch.setenv("ASSISTANT_JUDGE", "openai/gpt-4.1-mini")
    with judging() as server:
        monkeypatch.setenv("ASSISTANT_JUDGE_URL", server.url)
        result = run("score", folder)
        assert result.exit_code == 0, result.output
    assert "Answer relevancy (ragas)" in result.stdout
    assert "openai/gpt-4.1-mini" in result.stdout
    assert "was asked" in result.stderr


def test_a_judge_that_is_none_is_a_users_mistake(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ASSISTANT_JUDGE", "nobody")
    result = run("score", folder)
    assert result.exit_code == 2
    assert "Traceback" not in result.output

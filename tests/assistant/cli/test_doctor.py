"""The doctor: says what is used, and finds what is broken."""

from __future__ import annotations

import json
import re
import shutil
import sys
from pathlib import Path

import pytest
from commands import Run

from assistant.api import Assistant
from assistant.cli import doctor
from assistant.cli.doctor import Finding, examine
from assistant.models.reader import FOLDER
from index.errors import ModelError
from index.models import file_sha256


def broken(findings: list[Finding]) -> dict[str, str]:
    return {f.what: f.found for f in findings if f.state == "broken"}


def test_a_whole_installation_has_nothing_broken(run: Run, town_bot: Assistant) -> None:
    result = run("doctor")
    assert result.exit_code == 0
    assert result.stdout.endswith("Nothing is broken.\n")
    assert f"of 2 files, revision {town_bot.store.revision()}" in result.stdout
    assert f"\t{town_bot.settings.corpus}: 2 files that can be read" in result.stdout
    assert "as pinned; model.onnx SHA-256 68807e3f" in result.stdout
    assert (
        f"\nreader\tfine\truns; as pinned; reader.onnx SHA-256 {file_sha256(FOLDER / 'reader.onnx')}; " in result.stdout
    )
    assert "\nchromadb\tfine\t1." in result.stdout


def test_json_has_one_object_for_each_finding(run: Run) -> None:
    found = json.loads(run("doctor", "--json").stdout)
    assert {"Python", "embedding model", "cross-encoder", "reader", "corpus", "index", "recipe"} <= {
        f["what"] for f in found
    }
    assert {f["state"] for f in found} == {"fine"}


def test_a_broken_setting_is_told_with_exit_code_1(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ASSISTANT_SENTENCES", "0")
    result = run("doctor")
    assert result.exit_code == 1
    assert "settings\tbroken\tsentences (ASSISTANT_SENTENCES) is 0: give a number from 1 to 10." in result.stdout
    assert result.stdout.endswith("1 broken: the table says what to do.\n")


def test_a_missing_corpus_hides_nothing_else(tmp_path: Path) -> None:
    findings = examine(tmp_path / "none", tmp_path / "index")
    assert broken(findings)["corpus"].startswith(f"There is no folder {tmp_path / 'none'}")
    assert {f.what for f in findings if f.state == "fine"} > {"embedding model", "cross-encoder", "index"}


def test_missing_weights_are_told(tmp_path: Path, town: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ASSISTANT_EMBEDDING_DIR", str(tmp_path))
    found = broken(examine(town, tmp_path / "index"))
    assert found["embedding model"].startswith(f"{tmp_path} lacks model.onnx")


def test_a_cross_encoder_that_does_not_run_is_told(town: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise ModelError("It does not run. Install it again.")

    monkeypatch.setattr("assistant.models.reranker.Reranker.scores", fail)
    assert broken(examine(town, tmp_path / "index")) == {"cross-encoder": "It does not run. Install it again."}


def test_an_exchanged_reader_is_told(town: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "weights"
    shutil.copytree(FOLDER, folder)
    (folder / "reader.onnx").write_bytes(b"another")
    monkeypatch.setattr("assistant.models.reader.FOLDER", folder)
    found = broken(examine(town, tmp_path / "index"))
    assert list(found) == ["reader"]
    assert found["reader"].startswith(f"{folder / 'reader.onnx'} is not the file that was pinned")


def test_a_missing_package_is_told(town: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "requires", lambda name: ["no-such-package>=1", 'other; extra == "dev"'])
    assert broken(examine(town, tmp_path / "index")) == {"no-such-package": "not installed. Run `make install`."}


def test_a_python_that_is_too_old_is_told(town: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "_OLDEST", (3, 99))
    monkeypatch.setattr(sys, "executable", "/usr/bin/python")
    assert "Citewell needs 3." in broken(examine(town, tmp_path / "index"))["Python"]


def test_an_index_of_other_settings_is_told(town_bot: Assistant, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ASSISTANT_CHUNK_TOKENS", "100")
    found = broken(examine(town_bot.settings.corpus, town_bot.settings.store))
    assert "`assistant ingest --rebuild`" in found["index"]


def test_an_index_that_lags_behind_is_noted(town: Path, town_bot: Assistant, tmp_path: Path) -> None:
    notes = [f for f in examine(town, tmp_path / "index") if f.state == "note"]
    assert [n.found for n in notes] == ["empty: the first question or `assistant ingest` fills it"]


def test_a_password_in_the_address_of_a_server_is_not_shown(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ASSISTANT_CHROMA_URL", "http://me:secret@127.0.0.1:9")
    result = run("doctor")
    assert result.exit_code == 1
    assert "Chroma server http://127.0.0.1:9" in result.stdout


def test_looking_writes_nothing(town: Path, tmp_path: Path) -> None:
    examine(town, tmp_path / "index")
    assert not (tmp_path / "index").exists()


def test_the_model_is_tried(run: Run, small_model: Path) -> None:
    result = run("doctor", "--model", str(small_model))
    assert result.exit_code == 0
    assert re.search(
        r"language model\tfine\tSmolLM2-135M-Instruct.Q4_1 answers in [\d.]+ s; context 4,096 tokens", result.stdout
    )
    assert (
        "\nanswers\tfine\tprose by SmolLM2-135M-Instruct.Q4_1, each sentence verified by the small models"
        in result.stdout
    )
    assert re.search(r"\ntrust\tnote\tSmolLM2-135M-Instruct.Q4_1: it only writes: it failed the exam", result.stdout)


def test_a_model_that_does_not_answer_is_told(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ASSISTANT_MODEL_URL", "http://127.0.0.1:9/v1")
    result = run("doctor", "--model", "openai-like/mine")
    assert result.exit_code == 1
    assert (
        "language model\tbroken\tThe model openai-like/mine cannot be reached: check that its server" in result.stdout
    )


def test_without_a_model_answers_are_quotes(run: Run) -> None:
    assert "\nanswers\tfine\tquotes; no language model, no network\n" in run("doctor").stdout


def test_a_model_that_is_none_is_a_broken_setting(run: Run) -> None:
    result = run("doctor", "--model", "gpt-4o")
    assert result.exit_code == 1
    assert "settings\tbroken\tmodel (ASSISTANT_MODEL) is 'gpt-4o': give openai/NAME" in result.stdout

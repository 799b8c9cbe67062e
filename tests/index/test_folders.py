"""Which files of a folder are read, and which are reported."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from corpus_files import PROSE, put

from index.errors import CorpusError
from index.readers.registry import find_files, read, source_name


def names(root: Path) -> tuple[list[str], list[str]]:
    files, failures = find_files(root)
    return [source_name(path, root) for path in files], [f"{f.source}: {f.reason}" for f in failures]


def test_files_are_found_in_all_folders_sorted_without_hidden_ones_and_litter(tmp_path: Path) -> None:
    for name in ("b.txt", "a/c.MD", "a/b/d.pdf", ".hidden.txt", ".git/x.txt", "a/.DS_Store", "~$b.docx", "Thumbs.db"):
        put(tmp_path, name, "x")
    assert names(tmp_path) == (["a/b/d.pdf", "a/c.MD", "b.txt"], [])


def test_files_of_other_types_are_reported(tmp_path: Path) -> None:
    put(tmp_path, "a.xls", "x")
    put(tmp_path, "README", "x")
    listed = "convert it to .docx, .html, .md, .pdf, .txt or .xlsx"
    assert names(tmp_path)[1] == [
        f"README: this type of file is not read (no file ending): {listed}",
        f"a.xls: this type of file is not read (.xls): {listed}",
    ]


def test_links_out_of_the_folder_and_to_nowhere_are_reported_and_not_followed(tmp_path: Path) -> None:
    root = tmp_path / "root"
    put(root, "a.txt", "x")
    put(tmp_path, "out/b.txt", "x")
    (root / "file.txt").symlink_to(tmp_path / "out" / "b.txt")
    (root / "folder").symlink_to(tmp_path / "out")
    (root / "nowhere.txt").symlink_to(tmp_path / "gone.txt")
    out = "a symbolic link that leads out of the folder is not followed: copy its target into the folder"
    assert names(root) == (
        ["a.txt"],
        [
            f"file.txt: {out}",
            f"folder: {out}",
            "nowhere.txt: a symbolic link that leads nowhere: remove it, or put the file in its place",
        ],
    )


def test_links_in_a_circle_end_and_no_file_is_read_twice(tmp_path: Path) -> None:
    put(tmp_path, "a/b.txt", "x")
    (tmp_path / "a" / "loop").symlink_to(tmp_path)
    (tmp_path / "a" / "self").symlink_to(tmp_path / "a")
    (tmp_path / "again.txt").symlink_to(tmp_path / "a" / "b.txt")
    (tmp_path / "one").symlink_to(tmp_path / "two")
    (tmp_path / "two").symlink_to(tmp_path / "one")
    files, failures = names(tmp_path)
    assert files == ["a/b.txt"]
    assert [failure.split(":")[0] for failure in failures] == ["one", "two"]


def test_links_to_hidden_places_of_the_folder_are_read_as_mounted_volumes_have_them(tmp_path: Path) -> None:
    put(tmp_path, "..2024/a.txt", PROSE)
    (tmp_path / "..data").symlink_to("..2024")
    (tmp_path / "a.txt").symlink_to("..data/a.txt")
    (tmp_path / "folder").symlink_to("..data")
    files, failures = find_files(tmp_path)
    assert [source_name(path, tmp_path) for path in files] == ["a.txt"]
    assert failures == []
    assert read(files[0], tmp_path).source == "a.txt"


def test_a_name_that_is_not_utf8_is_shown_escaped_and_its_file_is_read(tmp_path: Path) -> None:
    try:
        path = put(tmp_path, os.fsdecode(b"caf\xe9.txt"), "---")
    except OSError:
        pytest.skip("this file system has names in UTF-8 only")
    assert find_files(tmp_path)[0] == [path]
    document = read(path, tmp_path)
    assert (document.source, document.title) == ("caf\\xe9.txt", "caf\\xe9")
    document.source.encode("utf-8")


def test_a_missing_folder_and_a_file_in_its_place_are_errors_that_say_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(CorpusError) as caught:
        find_files(tmp_path / "no")
    assert str(caught.value) == (
        f"There is no folder {tmp_path / 'no'}: give the path of the folder that holds your documents."
    )
    path = put(tmp_path, "a.txt", "x")
    with pytest.raises(CorpusError) as caught:
        find_files(path)
    assert str(caught.value) == f"{path} is a file, not a folder: give the path of the folder that holds it."


def test_a_folder_that_may_not_be_read_is_an_error_and_one_inside_is_reported(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(tmp_path, "a/b.txt", "x")
    real = os.scandir

    def scandir(path: Path) -> object:
        if Path(path).name == "a":
            raise PermissionError(13, "Permission denied")
        return real(path)

    monkeypatch.setattr(os, "scandir", scandir)
    assert names(tmp_path) == ([], ["a: the folder cannot be opened (Permission denied)"])
    monkeypatch.setattr(os, "access", lambda *_: False)
    with pytest.raises(CorpusError) as caught:
        find_files(tmp_path)
    assert str(caught.value) == f"The folder {tmp_path} may not be read: give yourself the right to read it."


def test_a_source_is_relative_with_forward_slashes(tmp_path: Path) -> None:
    assert source_name(tmp_path / "a" / "b.txt", tmp_path) == "a/b.txt"
    with pytest.raises(ValueError, match="is not under"):
        source_name(Path("/elsewhere/a.txt"), tmp_path)


def test_what_citewellignore_names_is_left_out(tmp_path: Path) -> None:
    for name in ("a.txt", "drafts/b.txt", "drafts/keep.txt", "c.xls", "d/e.log"):
        put(tmp_path, name, "x")
    put(tmp_path, ".citewellignore", "# no documents\ndrafts/*\n!drafts/keep.txt\n*.xls\n")
    assert names(tmp_path) == (["a.txt", "d/e.log", "drafts/keep.txt"], [])


def test_a_citewellignore_that_cannot_be_read_is_an_error(tmp_path: Path) -> None:
    put(tmp_path, ".citewellignore", b"\xff\xfe\x00\xd8")
    with pytest.raises(CorpusError, match="write patterns as in"):
        find_files(tmp_path)

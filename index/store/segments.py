"""Segments of an embedded index: Chroma folders that are written once and never changed.

Chroma writes its vector index over the old one, file by file: a process that is killed meanwhile leaves it broken for
good, and a reader that opens it meanwhile reads a torn one (seen with Chroma 1.5). So a writer fills a new folder, and
the catalog, in one transaction, says that it counts. A kill loses what was written since the last commit, and nothing
else; folders that no catalog knows are removed by the next writer.

    store/catalog.sqlite3             which segments count, and the keyword index
    store/18ea4d2a7c11b004/           a segment, one Chroma folder: the time of its making in hexadecimal nanoseconds
    store/18ea4d2b00d1f1c8/           another one

The time makes a name that was never used before, even where the store was deleted: within a process, Chroma shares
what it has loaded among all that open a folder of one name.
"""

from __future__ import annotations

import os
import re
import shutil
import sqlite3
import time
from collections.abc import Container
from contextlib import closing, suppress
from pathlib import Path

_DATABASE = "chroma.sqlite3"
_NAME = re.compile(r"[0-9a-f]{16}")
_GENERATION = re.compile(r"\d{6,}-[0-9a-f]{16}")  # of versions before 0.2, which had whole copies and a file CURRENT
_CURRENT = "CURRENT"


def make_segment(store: Path, like: str | None = None) -> Path:
    """Make the folder of a new segment: empty, or a copy of another one."""
    new = store / f"{time.time_ns():016x}"
    new.mkdir()
    if like is not None:
        _copy(store / like, new)
    return new


def sync_segment(folder: Path) -> None:
    """Make sure that a segment, which nobody has open, is on the disk."""
    for file in (path for path in folder.rglob("*") if path.is_file()):
        _sync(file)
    _sync(folder)
    _sync(folder.parent)


def is_whole(folder: Path) -> bool:
    """Whether a segment has its database."""
    return (folder / _DATABASE).is_file()


def remove_segments(store: Path, kept: Container[str]) -> None:
    """Remove the folders of segments that are not kept, and what older versions left behind."""
    for path in store.iterdir():
        if _GENERATION.fullmatch(path.name) or (_NAME.fullmatch(path.name) and path.name not in kept):
            # where a reader's open files cannot be removed, the next commit tries again
            shutil.rmtree(path, ignore_errors=True)
    (store / _CURRENT).unlink(missing_ok=True)


def discard_segment(folder: Path) -> None:
    """Remove a segment that was not committed."""
    shutil.rmtree(folder, ignore_errors=True)


def is_older(store: Path) -> bool:
    """Whether a folder holds an index of a version that had generations."""
    return (store / _CURRENT).is_file()


def _copy(source: Path, target: Path) -> None:
    # a reader's Chroma may tidy its database: SQLite's own copy waits for that
    with (
        closing(sqlite3.connect(source / _DATABASE)) as old,
        closing(sqlite3.connect(target / _DATABASE)) as new,
    ):
        old.backup(new)
    for path in source.iterdir():
        if path.is_dir():
            shutil.copytree(path, target / path.name)


def _sync(path: Path) -> None:
    with suppress(OSError):  # some file systems cannot
        opened = os.open(path, os.O_RDONLY)
        try:
            os.fsync(opened)
        finally:
            os.close(opened)

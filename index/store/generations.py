"""Generations of an embedded index: the one that is read is never written to.

Chroma writes its vector index over the old one, file by file: a process that is killed meanwhile leaves it broken for
good, and a reader that opens it meanwhile reads a torn one (seen with Chroma 1.5). So a writer works on a copy, the
draft, and a small file, CURRENT, that is replaced in one step, names the generation that counts. A kill loses what was
written since the last commit, and nothing else.

    store/CURRENT                     the name of a generation
    store/000007-18ea4d2a7c11b004/    it, one Chroma folder: number, and time of its making in hexadecimal nanoseconds
    store/000006-…/                   the one before, for readers that have it open
    store/000008-…/                   a draft; left behind by a writer that was killed, it is removed by the next

The time makes a name that was never used before, even where the store was deleted: within a process, Chroma shares
what it has loaded among all that open a folder of one name.
"""

from __future__ import annotations

import os
import re
import shutil
import sqlite3
import time
from contextlib import closing, suppress
from pathlib import Path

_CURRENT = "CURRENT"
_DATABASE = "chroma.sqlite3"


def current(store: Path) -> Path | None:
    """The folder of the generation that counts, or None where there is none."""
    try:
        name = (store / _CURRENT).read_text(encoding="ascii").strip()
    except (FileNotFoundError, NotADirectoryError):
        return None
    return store / name if _number(name) else None


def is_whole(folder: Path) -> bool:
    """Whether a generation has its database."""
    return (folder / _DATABASE).is_file()


def revision(store: Path) -> str:
    """Changes with every commit; "" where there is no generation."""
    folder = current(store)
    return folder.name if folder else ""


def draft(store: Path, empty: bool) -> Path:
    """Make the folder of the next generation: a copy of the current one, or nothing if `empty`."""
    store.mkdir(parents=True, exist_ok=True)
    now = current(store)
    number = _number(now.name) if now else 0
    for folder, found in _folders(store):
        if found > number:
            shutil.rmtree(folder)
    new = store / f"{number + 1:06d}-{time.time_ns():016x}"
    new.mkdir()
    if now is not None and not empty:
        _copy(now, new)
    return new


def commit(store: Path, folder: Path) -> None:
    """Make a draft, which nobody has open, the generation that counts; drop those that nobody should be reading."""
    for file in (path for path in folder.rglob("*") if path.is_file()):
        _sync(file)
    waiting = store / f"{_CURRENT}.new"
    waiting.write_text(f"{folder.name}\n", encoding="ascii")
    _sync(waiting)
    os.replace(waiting, store / _CURRENT)
    for old, number in _folders(store):
        if number < _number(folder.name) - 1:
            # where a reader's open files cannot be removed, the next commit tries again
            shutil.rmtree(old, ignore_errors=True)


def discard(folder: Path) -> None:
    """Remove a draft."""
    shutil.rmtree(folder, ignore_errors=True)


def _number(name: str) -> int:
    """Of a generation, by the name of its folder; 0 for what is none."""
    match = re.fullmatch(r"(\d{6,})-[0-9a-f]{16}", name)
    return int(match[1]) if match else 0


def _folders(store: Path) -> list[tuple[Path, int]]:
    return [(path, _number(path.name)) for path in store.iterdir() if _number(path.name)]


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


def _sync(file: Path) -> None:
    with suppress(OSError), file.open("rb") as opened:  # some file systems cannot
        os.fsync(opened.fileno())

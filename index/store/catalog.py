"""The catalog of an index: which files and chunks it holds, in which segments they lie, and the keyword index.

One SQLite database in write-ahead mode. What a writer changes counts in one step, at its commit: readers in any process
see all of it or nothing, and a writer that is killed leaves what was there before. The texts and vectors are in Chroma,
which holds everything that a catalog can be made from again.
"""

from __future__ import annotations

import json
import sqlite3
import threading
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from index.errors import IndexMismatch
from index.keyword import SCHEMA as KEYWORD_SCHEMA
from index.keyword import TABLES as KEYWORD_TABLES
from index.keyword import KeywordIndex, scored_text
from index.store.records import FileState
from index.types import Chunk, SourceInfo

FILE = "catalog.sqlite3"
VERSION = 1  # of the tables below
_BUSY_SECONDS = 60.0
_LOOKUPS = 500
_SCHEMA = f"""
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE segments (name TEXT PRIMARY KEY, chunks INTEGER NOT NULL, retired INTEGER) WITHOUT ROWID;
CREATE TABLE sources (
  source TEXT PRIMARY KEY, title TEXT NOT NULL, date TEXT NOT NULL, sha256 TEXT NOT NULL, count INTEGER NOT NULL,
  notice TEXT
) WITHOUT ROWID;
CREATE TABLE chunks (
  number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, source TEXT NOT NULL, position INTEGER NOT NULL,
  sha256 TEXT NOT NULL, segment TEXT NOT NULL
);
CREATE INDEX chunks_by_source ON chunks (source);
CREATE INDEX chunks_by_segment ON chunks (segment);
{KEYWORD_SCHEMA}
PRAGMA user_version = {VERSION};
"""
_TABLES = ("meta", "segments", "sources", "chunks", *KEYWORD_TABLES)


class Catalog:
    """One connection to a catalog; the file is made where it is missing. Calls from several threads take turns."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.lock = threading.RLock()
        self._connection = sqlite3.connect(
            path, timeout=_BUSY_SECONDS, isolation_level=None, check_same_thread=False
        )  # fmt: skip
        try:
            self._open()
        except BaseException:
            self._connection.close()
            raise
        self.keyword = KeywordIndex(self._connection)
        status = path.stat()
        self.identity = (status.st_dev, status.st_ino)

    def close(self) -> None:
        """Undo what was not committed, and let go of the file."""
        with self.lock:
            self._connection.close()

    # transactions

    def begin(self) -> None:
        """Begin to write. Waits for another writer."""
        self._connection.execute("BEGIN IMMEDIATE")

    def commit(self) -> None:
        """Make what was written count, and give the index another revision."""
        count = int(self.meta("commits") or 0) + 1
        self.set_meta("commits", str(count))
        # the time makes a revision that was never used before, even where the index was deleted and made again
        self.set_meta("revision", f"{count}-{time.time_ns():x}")
        self._connection.execute("COMMIT")

    def rollback(self) -> None:
        """Undo what was not committed."""
        if self._connection.in_transaction:
            self._connection.execute("ROLLBACK")

    def clear(self) -> None:
        """Remove everything but the number of commits, and retire all segments."""
        commits = self.meta("commits") or "0"
        self._connection.execute("UPDATE segments SET retired = ? WHERE retired IS NULL", (int(commits),))
        for table in _TABLES:
            if table != "segments":
                self._connection.execute(f"DELETE FROM {table}")
        self.set_meta("commits", commits)

    # what is known of the whole

    def meta(self, key: str) -> str | None:
        row = self._connection.execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()
        return row[0] if row else None

    def set_meta(self, key: str, value: str) -> None:
        self._connection.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (key, value))

    @property
    def revision(self) -> str:
        """Changes with each commit; "" for an index that was never written."""
        return self.meta("revision") or ""

    @property
    def recipe(self) -> dict[str, object]:
        """What made the index; empty for none."""
        return dict(json.loads(self.meta("recipe") or "{}"))

    def set_recipe(self, recipe: Mapping[str, object]) -> None:
        self.set_meta("recipe", json.dumps(recipe))

    # segments

    def segments(self) -> dict[str, int]:
        """The segments that count, oldest first, and how many chunks were written into each."""
        statement = "SELECT name, chunks FROM segments WHERE retired IS NULL ORDER BY name"
        return dict(self._connection.execute(statement).fetchall())

    def living(self) -> dict[str, int]:
        """How many chunks of each segment count; segments without any are left out."""
        return dict(self._connection.execute("SELECT segment, count(*) FROM chunks GROUP BY segment").fetchall())

    def removed(self) -> dict[str, int]:
        """How many chunks of each segment count no more."""
        living = self.living()
        return {name: written - living.get(name, 0) for name, written in self.segments().items()}

    def kept_segments(self) -> set[str]:
        """The segments that count, and those that a reader of the commit before may have open."""
        return {row[0] for row in self._connection.execute("SELECT name FROM segments")}

    def put_segment(self, name: str, chunks: int, replaced: Iterable[str] = ()) -> None:
        """Let a segment count, in the place of others."""
        commits = int(self.meta("commits") or 0)
        run = self._connection.execute
        run("DELETE FROM segments WHERE retired < ?", (commits,))
        for old in replaced:
            run("UPDATE segments SET retired = ? WHERE name = ?", (commits, old))
            run("UPDATE chunks SET segment = ? WHERE segment = ?", (name, old))
        run("INSERT OR REPLACE INTO segments VALUES (?, ?, NULL)", (name, chunks))

    def drop_segment(self, name: str) -> None:
        """Let a segment count no more."""
        commits = int(self.meta("commits") or 0)
        self._connection.execute("UPDATE segments SET retired = ? WHERE name = ?", (commits, name))

    # files and chunks

    def add(self, chunks: Sequence[Chunk], counts: Mapping[str, int], notices: Mapping[str, str], segment: str) -> None:
        """Record chunks that are in a segment; those that are known already stay as they are."""
        known = self.alive(chunk.id for chunk in chunks)
        new = list({chunk.id: chunk for chunk in chunks if chunk.id not in known}.values())
        first_of = {chunk.source: chunk for chunk in reversed(chunks)}
        self._connection.executemany(
            "INSERT OR REPLACE INTO sources VALUES (?, ?, ?, ?, ?, ?)",
            [(s, c.title, c.date or "", c.sha256, counts[s], notices.get(s)) for s, c in first_of.items()],
        )
        if not new:
            return
        first = self.keyword.add([scored_text(chunk) for chunk in new])
        rows = [(first + row, c.id, c.source, c.position, c.sha256, segment) for row, c in enumerate(new)]
        self._connection.executemany("INSERT INTO chunks VALUES (?, ?, ?, ?, ?, ?)", rows)

    def remove(self, ids: Iterable[str]) -> None:
        """Forget chunks, and files of which none is left."""
        numbers = self.numbers(ids)
        self.keyword.remove(numbers.values())
        sources = set()
        for number in numbers.values():
            statement = "DELETE FROM chunks WHERE number = ? RETURNING source"
            sources |= {row[0] for row in self._connection.execute(statement, (number,)).fetchall()}
        self._connection.executemany(
            "DELETE FROM sources WHERE source = ? AND NOT EXISTS (SELECT 1 FROM chunks WHERE source = sources.source)",
            [(source,) for source in sorted(sources)],
        )

    def set_source(self, info: SourceInfo, count: int) -> None:
        """Record a file. count: of the chunks that it has in all."""
        row = (info.source, info.title, info.date or "", info.sha256, count, info.order)
        self._connection.execute("INSERT OR REPLACE INTO sources VALUES (?, ?, ?, ?, ?, ?)", row)

    def set_notices(self, notices: Mapping[str, str]) -> None:
        """Record for files the first words that speak to the program."""
        rows = [(notice, source) for source, notice in notices.items()]
        self._connection.executemany("UPDATE sources SET notice = ? WHERE source = ?", rows)

    def count(self) -> int:
        """How many chunks there are."""
        return int(self._connection.execute("SELECT count(*) FROM chunks").fetchone()[0])

    def ids(self, sources: Iterable[str] | None = None) -> list[str]:
        """The ids of all chunks, or those of some files, by source and position."""
        if sources is None:
            rows = self._connection.execute("SELECT id FROM chunks ORDER BY source, position").fetchall()
            return [row[0] for row in rows]
        found: list[str] = []
        for some in _pages(sorted(set(sources))):
            statement = f"SELECT id FROM chunks WHERE source IN ({_marks(some)}) ORDER BY source, position"
            found += [row[0] for row in self._connection.execute(statement, some)]
        return found

    def alive(self, ids: Iterable[str]) -> set[str]:
        """Which of these chunks there are."""
        return set(self.numbers(ids))

    def numbers(self, ids: Iterable[str]) -> dict[str, int]:
        """The number of each of these chunks that there are."""
        found: dict[str, int] = {}
        for some in _pages(sorted(set(ids))):
            statement = f"SELECT id, number FROM chunks WHERE id IN ({_marks(some)})"
            found |= dict(self._connection.execute(statement, some).fetchall())
        return found

    def sources(self) -> list[SourceInfo]:
        """What is held of each file, by name."""
        rows = self._connection.execute(
            "SELECT s.source, title, date, s.sha256, count(*), notice FROM sources s JOIN chunks USING (source) "
            "GROUP BY s.source ORDER BY s.source"
        ).fetchall()
        return [SourceInfo(source, title, date or None, sha, n, notice) for source, title, date, sha, n, notice in rows]

    def files(self) -> dict[str, FileState]:
        """For each file, the ids of its chunks and whether they are all there."""
        statement = (
            "SELECT c.source, c.id, c.sha256, s.sha256, s.count, s.notice FROM chunks c JOIN sources s USING (source)"
        )
        groups: dict[str, list[tuple[str, str, str, int, str | None]]] = {}
        for source, *row in self._connection.execute(statement):
            groups.setdefault(source, []).append(tuple(row))
        return {
            source: FileState(
                sha256=rows[0][2],
                ids=frozenset(row[0] for row in rows),
                complete=len(rows) == rows[0][3] and {row[1] for row in rows} == {rows[0][2]},
                looked_at=rows[0][4] is not None,
            )
            for source, rows in groups.items()
        }

    def search(self, query: str, limit: int, sources: Sequence[str] | None = None) -> list[tuple[str, float]]:
        """The ids of the chunks that share words with a query, and their BM25 scores, best first.

        Of equal ones, the first by source and position comes first.
        """
        allowed: list[int] | None = None
        if sources is not None:
            allowed = []
            for some in _pages(sorted(set(sources))):
                statement = f"SELECT number FROM chunks WHERE source IN ({_marks(some)})"
                allowed += [row[0] for row in self._connection.execute(statement, some)]
        scores = dict(self.keyword.search(query, limit, allowed))
        places: list[tuple[float, str, int, str]] = []
        for some in _pages([str(number) for number in scores]):
            statement = f"SELECT number, source, position, id FROM chunks WHERE number IN ({','.join(some)})"
            places += [(-scores[n], s, p, id) for n, s, p, id in self._connection.execute(statement)]
        return [(id, -score) for score, _, _, id in sorted(places)[:limit]]

    def _open(self) -> None:
        run = self._connection.execute
        run("PRAGMA journal_mode = WAL")
        run("PRAGMA synchronous = FULL")
        version = run("PRAGMA user_version").fetchone()[0]
        if version == 0:
            run("BEGIN IMMEDIATE")
            if run("PRAGMA user_version").fetchone()[0] == 0:  # else another process was first
                for statement in _SCHEMA.split(";"):
                    run(statement)
            run("COMMIT")
        elif version != VERSION:
            raise IndexMismatch(
                f"The index was made by another version of Citewell (its tables are version {version}, not {VERSION}). "
                "Make it again with `assistant ingest --rebuild`, or go back to the version that made it."
            )


def _pages(items: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(items), _LOOKUPS):
        yield items[start : start + _LOOKUPS]


def _marks(items: Sequence[str]) -> str:
    return ",".join("?" * len(items))

"""Sync a folder into a store: add, update, delete; nothing is done twice.

Chunks are embedded and written in windows across files, and committed from time to time. Each record says how many
chunks its file has; so a file whose last chunks were never committed, because the process was killed, is known as
unfinished, and the next run writes what it lacks.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np

from index.chunk import chunk as cut
from index.embed import Embedder, Vectors
from index.errors import EmptyCorpusError, ReadError, StoreError
from index.injection.detect import first_order
from index.readers.registry import find_files, read, source_name
from index.store.lock import DEFAULT_WAIT, writing
from index.store.records import FileState
from index.store.store import Store
from index.types import Chunk, Failure, IngestReport

Progress = Callable[[str, int, int], None]

# chunks that are embedded and written together
WINDOW = 512
# Seconds of work that a kill may lose; but a commit copies the index, and must not take more than its share of time.
_COMMIT_EVERY = 20.0
_COMMIT_SHARE = 0.03


@dataclass(frozen=True, slots=True)
class _Change:
    """What to write of one file: `chunks` that the store lacks, of `count` in all; `stale` ids to remove before.

    order: the first words of the file that speak to the program, not to people; "" where there are none.
    """

    source: str
    chunks: list[Chunk]
    count: int
    stale: frozenset[str]
    order: str


@dataclass(slots=True)
class _Tally:
    """What was done so far: numbers of files, and the files that failed.

    orders: of unchanged files whose orders an older index does not have.
    """

    added: int = 0
    updated: int = 0
    unchanged: int = 0
    failures: list[Failure] = field(default_factory=list)
    orders: dict[str, str] = field(default_factory=dict)


def ingest(
    root: Path,
    store: Store,
    embedder: Embedder,
    *,
    budget: int,
    overlap: int,
    progress: Progress | None = None,
    rebuild: bool = False,
    wait: float = DEFAULT_WAIT,
    say: Callable[[str], None] | None = None,
) -> IngestReport:
    """Make the store hold the files of a folder as they are now.

    budget, overlap: of chunks, in tokens; the same as in the store's recipe.
    progress: called with a stage, how much of it is done, and of how much: ("read", 3, 5) for files, ("embed", 20, 256)
    for chunks, whose total grows while files are read.
    rebuild: empty the store first. wait: seconds to wait for another writer; `say` is told so.
    Raises CorpusError for a folder that is missing, EmptyCorpusError for one without files, StoreBusy, StoreError,
    IndexMismatch, ModelError.
    """
    start = time.perf_counter()
    tally = _Tally()
    report = progress or (lambda stage, done, total: None)
    paths, tally.failures = find_files(root)
    files = {source_name(path, root.resolve()): path for path in paths}
    with writing(store.path, store.url, store.name, wait, say):
        known: dict[str, FileState] = {} if rebuild else store.files()
        if not files and not tally.failures and not known:
            raise EmptyCorpusError(f"The folder {root} holds no documents. Put files into it, or name another folder.")
        if rebuild:
            store.wipe()
        gone = known.keys() - files.keys()
        changes = _changes(files, root.resolve(), known, budget, overlap, tally, report)
        try:
            store.delete(gone)
            _write(changes, store, embedder, report)
            store.mark(tally.orders)
            failed = {failure.source for failure in tally.failures}
            store.delete(failed & known.keys() - gone)
        except StoreError:
            store.close()
            raise
        except BaseException:
            store.commit()  # what is written is good, and need not be done again
            raise
        store.commit()
        return IngestReport(
            added=tally.added,
            updated=tally.updated,
            deleted=len(gone - failed),
            unchanged=tally.unchanged,
            failed=len(tally.failures),
            chunks=store.count(),
            seconds=time.perf_counter() - start,
            failures=tuple(sorted(tally.failures, key=lambda failure: failure.source)),
        )


def _changes(
    files: dict[str, Path],
    root: Path,
    known: dict[str, FileState],
    budget: int,
    overlap: int,
    tally: _Tally,
    progress: Progress,
) -> Iterator[_Change]:
    """Read what is new or different; count the rest."""
    for done, (source, path) in enumerate(files.items(), 1):
        state = known.get(source)
        try:
            if state is not None and state.complete and _sha256(path) == state.sha256:
                if not state.looked_at:
                    tally.orders[source] = first_order(read(path, root))
                tally.unchanged += 1
            else:
                yield _change(path, root, state, budget, overlap)
                tally.updated += state is not None
                tally.added += state is None
        except ReadError as error:
            tally.failures.append(Failure(source, error.reason))
        progress("read", done, len(files))


def _change(path: Path, root: Path, state: FileState | None, budget: int, overlap: int) -> _Change:
    document = read(path, root)
    chunks = cut(document, budget, overlap)
    if not chunks:
        raise ReadError(document.source, "the file holds no text: remove it, or put text into it")
    if not _storable(document.title) or not all(_storable(chunk.text) for chunk in chunks):
        raise ReadError(document.source, "the text holds broken characters: save the file again as UTF-8")
    have = state.ids if state else frozenset()
    missing = [chunk for chunk in chunks if chunk.id not in have]
    stale = have - {chunk.id for chunk in chunks}
    return _Change(document.source, missing, len(chunks), stale, first_order(document))


def _storable(text: str) -> bool:
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True


def _sha256(path: Path) -> str:
    """Of a file's bytes; "" where it cannot be read, which reading it will explain."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return ""


def _write(changes: Iterator[_Change], store: Store, embedder: Embedder, progress: Progress) -> None:
    """Embed and write window by window; a window is written while the next is read and embedded."""
    writer = _Writer(store)
    done = 0
    with ThreadPoolExecutor(1) as thread:
        before: Future[None] | None = None
        for window in _windows(changes):
            chunks = [chunk for change in window for chunk in change.chunks]
            vectors = _embed(chunks, embedder, done, progress)
            done += len(chunks)
            if before is not None:
                before.result()
            before = thread.submit(writer.write, window, chunks, vectors)
        if before is not None:
            before.result()


class _Writer:
    """Writes windows, and commits from time to time."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._committed = time.monotonic()
        self._cost = 0.0

    def write(self, window: list[_Change], chunks: list[Chunk], vectors: Vectors) -> None:
        """A file's old chunks go just before its first new ones come."""
        self._store.delete_chunks(id for change in window for id in change.stale)
        counts = {change.source: change.count for change in window}
        self._store.add(chunks, vectors, counts, {change.source: change.order for change in window})
        now = time.monotonic()
        if now - self._committed > max(_COMMIT_EVERY, self._cost / _COMMIT_SHARE):
            self._store.commit()
            self._committed = time.monotonic()
            self._cost = self._committed - now


def _windows(changes: Iterator[_Change]) -> Iterator[list[_Change]]:
    """Changes in groups of about WINDOW chunks; a large file is spread over several."""
    window: list[_Change] = []
    size = 0
    for change in changes:
        rest = change.chunks
        stale = change.stale
        while size + len(rest) >= WINDOW:
            head, rest = rest[: WINDOW - size], rest[WINDOW - size :]
            yield [*window, replace(change, chunks=head, stale=stale)]
            window, size, stale = [], 0, frozenset()
        if rest or stale:
            window.append(replace(change, chunks=rest, stale=stale))
            size += len(rest)
    if window:
        yield window


def _embed(chunks: list[Chunk], embedder: Embedder, before: int, progress: Progress) -> Vectors:
    """Vectors of chunks, shape (len(chunks), dimensions); a text that comes twice is embedded once."""
    # Without the title: 2026-11, 100 questions of SciFact on 1,500 documents in 3,761 chunks, nDCG@10 0.765 without and
    # 0.758 with it before each chunk.
    texts = [chunk.text for chunk in chunks]
    rows = {text: row for row, text in enumerate(dict.fromkeys(texts))}
    total = before + len(chunks)
    progress("embed", before, total)
    vectors = embedder.embed_passages(list(rows), on_batch=lambda n: progress("embed", before + n, total))
    progress("embed", total, total)
    return np.asarray(vectors[[rows[text] for text in texts]])

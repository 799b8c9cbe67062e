"""Reads the current source files, and checks each quote against them before it becomes a citation."""

from __future__ import annotations

import hashlib
import os
import shlex
import threading
from collections.abc import Sequence
from pathlib import Path

from assistant.types import Citation, Dropped
from index.errors import ReadError
from index.readers.registry import find_files, read, source_name
from index.text.structure import page_at, section_at, span_text
from index.types import Chunk, Document, Hit, Span

# Formats whose text is the decoded file: cheap enough to compare character by character at each answer. For the
# others the file's hash is compared; `assistant verify` extracts their text again.
PLAIN = frozenset({".txt", ".text", ".log", ".md", ".markdown", ".mdx", ".rst", ".adoc", ".asciidoc", ".org"})
KEPT = 16  # documents kept in memory


class Library:
    """Reads the source files of one corpus, and reads a file again only if it changed."""

    def __init__(self, root: Path) -> None:
        self._root = root.resolve()
        self._mend = f"Run `assistant ingest {shlex.quote(str(root))}`."
        self._changed = f"the file has changed since it was indexed. {self._mend}"
        self._hashes: dict[str, tuple[tuple[int, ...], str]] = {}
        self._texts: dict[str, tuple[str, str]] = {}
        self._documents: dict[str, Document] = {}  # the most recently used one is last
        self._lock = threading.Lock()

    def fresh(self, hits: Sequence[Hit]) -> tuple[list[Hit], tuple[Dropped, ...]]:
        """Returns the hits whose files are unchanged since they were indexed, and a note for each other file."""
        stale = {h.source: reason for h in hits if (reason := self._stale(h.chunk))}
        notes = tuple(Dropped(f"passages of {source}", reason) for source, reason in sorted(stale.items()))
        return [h for h in hits if h.source not in stale], notes

    def cite(self, number: int, chunk: Chunk, span: Span) -> Citation:
        """The citation of `span`, a span of the document in `chunk` or a lead of one of its blocks.

        Raises ReadError where it does not hold.
        """
        quote = span_text(chunk, span)
        if not quote.strip():
            raise ReadError(chunk.source, f"characters {span.start} to {span.end} are no part of the passage.")
        if Path(chunk.source).suffix.lower() in PLAIN and self._text(chunk)[span.start : span.end] != quote:
            raise ReadError(chunk.source, self._changed)
        return Citation(
            number=number, source=chunk.source, title=chunk.title, date=chunk.date, quote=quote,
            start=span.start, end=span.end, sha256=chunk.sha256, section=section_at(chunk, span.start),
            page=page_at(chunk, span.start),
        )  # fmt: skip

    def document(self, source: str) -> Document:
        """Reads a source file. Raises ReadError if it is gone, unreadable, or outside the corpus."""
        path = self._path(source)
        if not path.resolve().is_relative_to(self._root):
            raise ReadError(source, "the file is not in the folder of documents any more")
        try:
            now = self._hash(source)
        except OSError:
            raise ReadError(source, f"the file is gone or cannot be read. {self._mend}") from None
        with self._lock:
            document = self._documents.pop(source, None)
        if document is None or document.sha256 != now:
            document = read(path, self._root)
        with self._lock:
            self._documents[source] = document
            while len(self._documents) > KEPT:
                self._documents.pop(next(iter(self._documents)))
        return document

    def _stale(self, chunk: Chunk) -> str | None:
        try:
            now = self._hash(chunk.source)
        except OSError:
            return f"the file is gone or cannot be read. {self._mend}"
        return None if now == chunk.sha256 else self._changed

    def _hash(self, source: str) -> str:
        path = self._path(source)
        state = os.stat(path)
        key = (state.st_ino, state.st_ctime_ns, state.st_mtime_ns, state.st_size)
        known = self._hashes.get(source)
        if known is None or known[0] != key:
            known = (key, hashlib.sha256(path.read_bytes()).hexdigest())
            self._hashes[source] = known
        return known[1]

    def _path(self, source: str) -> Path:
        """Returns the path of a source. Source names escape bytes that are not valid text; these are looked up."""
        path = self._root / source
        if "\\x" not in source or path.exists():
            return path
        return next((p for p in find_files(self._root)[0] if source_name(p, self._root) == source), path)

    def _text(self, chunk: Chunk) -> str:
        known = self._texts.get(chunk.source)
        if known is None or known[0] != chunk.sha256:
            known = (chunk.sha256, read(self._path(chunk.source), self._root).text)
            self._texts[chunk.source] = known
        return known[1]

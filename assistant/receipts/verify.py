"""Finds the quotes of a receipt in the current files of a folder."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from assistant.errors import CorpusError
from index.errors import ReadError
from index.readers.registry import find_files, read, source_name
from index.types import Document

Status = Literal["holds", "moved", "gone"]


@dataclass(frozen=True, slots=True)
class Check:
    """The verdict on one citation.

    status: "holds": the quote is where the receipt says; "moved": it is elsewhere, at `source` and `start` to `end`;
    "gone": no file of the corpus contains it. note: the reason, in words.
    """

    number: int
    status: Status
    quote: str
    cited: str
    source: str
    start: int
    end: int
    note: str


def recheck(citations: Sequence[Mapping[str, Any]], corpus: Path) -> list[Check]:
    """Checks each citation: first at its place, then in its file, then in the other files.

    citations: with number, source, quote, start, end and sha256. Raises CorpusError if `corpus` is not a folder.
    """
    if not corpus.is_dir():
        raise CorpusError(f"There is no folder {corpus}. Name the folder of the documents with --corpus.")
    files = _Files(corpus)
    return [_check(citation, files) for citation in citations]


class _Files:
    """The files of a folder that an ingest would read, each read once, on demand."""

    def __init__(self, corpus: Path) -> None:
        self._root = corpus.resolve()
        # A receipt's `source` is looked up here and never joined to a path, so it cannot escape the folder.
        self._paths = {source_name(path, self._root): path for path in find_files(self._root)[0]}
        self._read: dict[str, Document | ReadError] = {}

    def document(self, source: str) -> Document | ReadError | None:
        """Returns the document, the error from reading it, or None if the folder has no such file."""
        if source not in self._paths:
            return None
        if source not in self._read:
            try:
                self._read[source] = read(self._paths[source], self._root)
            except ReadError as error:
                self._read[source] = error
        return self._read[source]

    def others(self, source: str) -> list[str]:
        return [name for name in self._paths if name != source]


def _check(citation: Mapping[str, Any], files: _Files) -> Check:
    source, quote, start, end = (citation[name] for name in ("source", "quote", "start", "end"))

    def result(status: Status, note: str, where: tuple[str, int, int] = (source, start, end)) -> Check:
        return Check(citation["number"], status, quote, source, *where, note)

    document = files.document(source)
    if isinstance(document, Document):
        same = document.sha256 == citation["sha256"]
        if document.text[start:end] == quote:
            return result("holds", "the file is the same" if same else "the file has changed, this quote has not")
        if (at := _nearest(document.text, quote, start)) is not None:
            why = "the file is the same, the place in the receipt is not right" if same else "the file has changed"
            return result("moved", why, (source, at, at + len(quote)))
    why = _why_not(document)
    for other in files.others(source):
        found = files.document(other)
        if isinstance(found, Document) and (at := _nearest(found.text, quote, start)) is not None:
            return result("moved", f"{why}; the quote is in another file", (other, at, at + len(quote)))
    return result("gone", why)


def _nearest(text: str, quote: str, start: int) -> int | None:
    """Returns the occurrence of `quote` in `text` that is nearest to `start`, or None."""
    # a look-ahead also finds overlapping occurrences
    places = [match.start() for match in re.finditer(f"(?={re.escape(quote)})", text)]
    return min(places, key=lambda at: abs(at - start)) if places else None


def _why_not(document: Document | ReadError | None) -> str:
    if document is None:
        return "the file is gone"
    if isinstance(document, ReadError):
        return f"the file cannot be read: {document.reason}"
    return "the quote is not in the file"

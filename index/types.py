"""The values of the index. All offsets count Unicode code points of `Document.text`, end exclusive."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, NamedTuple

BlockKind = Literal[
    "heading", "paragraph", "item", "table_header", "table_row", "code", "quotation", "term", "definition", "field",
    "markup", "page",
]  # fmt: skip


class Span(NamedTuple):
    """A piece of a text: `text[start:end]`."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Block:
    """A structural unit of a document: `document.text[start:end]`. Blocks do not overlap and come in order.

    kind: what the unit is. "item" is one list item without the lists nested in it. "table_header" and "table_row" are
    one row each. "term" and "definition" are the two parts of a definition list. "field" is a "Key: value" line.
    "markup" is layout that says nothing, such as a directive or a comment. "page" is empty and marks where a page
    begins.
    level: of a heading, 1 for the highest; of an item, 1 for an item of an outer list; of a page, its number from 1.
    group: where the list, table or definition list that holds the unit begins; -1 for a unit that stands alone.
    lead: the text that gives the unit its meaning, outside the unit: the sentence before a list or a code block, the
    item that a nested list or a code block belongs to, a table's header row, a definition's term.
    """

    kind: BlockKind
    start: int
    end: int
    level: int = 0
    group: int = -1
    lead: Span | None = None


@dataclass(frozen=True, slots=True)
class Document:
    """One source file, read.

    source: path relative to the corpus root, with forward slashes.
    title: never empty; the file's stem where nothing better is known.
    date: ISO `YYYY-MM-DD` (or `YYYY-MM`, `YYYY`), or None where the file does not say.
    text: the decoded file for plain text and Markdown, the extracted text for other formats.
    sha256: of the file's bytes, hexadecimal.
    content: the spans of `text` that are content and not page furniture, in order, not overlapping.
    hidden: what the file says that its reader does not see, such as a page's comments; no part of `text`.
    blocks: the structural units of `text`, in order, not overlapping. Text between them is a paragraph.
    """

    source: str
    title: str
    date: str | None
    text: str
    sha256: str
    content: tuple[Span, ...]
    hidden: str = ""
    blocks: tuple[Block, ...] = ()


@dataclass(frozen=True, slots=True)
class Chunk:
    """A passage of a document: `document.text[start:end] == text`, whole sentences.

    id: derived from source, file hash, offsets and text, so that the same input gives the same id.
    position: 0 for the document's first chunk, then 1, 2, …
    sha256: of the file that it was cut from.
    section: the headings above the chunk's first sentence, "Leave › Annual leave"; "" where there are none.
    page: of the chunk's first character, from 1; None for formats without pages.
    blocks: the document's blocks that the chunk holds, with offsets of the document. See index/text/structure.py for
    the section and page of a span and for the text of a lead.
    leads: the text of each lead of `blocks` that lies outside the chunk, by its span.
    """

    id: str
    source: str
    title: str
    date: str | None
    start: int
    end: int
    position: int
    text: str
    sha256: str
    section: str = ""
    page: int | None = None
    blocks: tuple[Block, ...] = ()
    leads: tuple[tuple[Span, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Hit:
    """A chunk that was found, and how well it matched. Scores of different origins are never compared.

    origin: "dense" (cosine similarity), "keyword" (BM25), "fused" (reciprocal rank), "rerank" (fused again with the
    cross-encoder's order, see assistant/retrieval/search.py).
    """

    chunk: Chunk
    score: float
    origin: str

    @property
    def source(self) -> str:
        return self.chunk.source

    @property
    def text(self) -> str:
        return self.chunk.text

    @property
    def start(self) -> int:
        return self.chunk.start

    @property
    def end(self) -> int:
        return self.chunk.end


@dataclass(frozen=True, slots=True)
class Failure:
    """A file that was not read, and why, in words for its owner."""

    source: str
    reason: str


@dataclass(frozen=True, slots=True)
class SourceInfo:
    """What the index holds of one file.

    order: the first words of the file that speak to the program that reads them, not to people (index/injection);
    "" where there are none, None where the index is older than this and the file was not ingested since.
    """

    source: str
    title: str
    date: str | None
    sha256: str
    chunks: int
    order: str | None = None


@dataclass(frozen=True, slots=True)
class IngestReport:
    """What one run of ingest did.

    added, updated, deleted, unchanged, failed: numbers of files.
    chunks: number of chunks in the index after the run. seconds: wall time of the run.
    failures: the files that were not read, with the reason, one for each of `failed`.
    """

    added: int
    updated: int
    deleted: int
    unchanged: int
    failed: int
    chunks: int
    seconds: float
    failures: tuple[Failure, ...] = ()


@dataclass(frozen=True, slots=True)
class Filter:
    """Which documents to look in: by `source`, and by a range of dates (ISO, both ends included).

    source: a glob, or the exact names of several files.
    A document without a date is left out when `since` or `until` is given.
    """

    source: str | tuple[str, ...] | None = None
    since: str | None = None
    until: str | None = None

    def __bool__(self) -> bool:
        return any((self.source, self.since, self.until))

"""What the documents are about, and which there are: told from the index, each document with a sentence of its own."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import PurePosixPath

from assistant.citation.citations import Citations
from assistant.citation.display import display_text
from assistant.citation.render import escape
from index.injection.detect import orders
from index.text.sentences import split
from index.text.structure import SEPARATOR, section_at
from index.types import Chunk, SourceInfo, Span

MAX_TOLD = 12  # documents that an overview tells of
MAX_LISTED = 200  # documents that a list names
MAX_HEADINGS = 4  # of a document in an overview
MAX_SENTENCE_CHARS = 300
MIN_SENTENCE_WORDS = 6

_MARKER = re.compile(r"(?:[-*+•‣▪●◦–—·]|\(?\d{1,2}[.)]|>)[ \t\xa0]+(?=\S)")


def describe_library(infos: Sequence[SourceInfo], chunks: Sequence[Chunk], citations: Citations) -> str:
    """How many documents there are, of which kinds and dates; and of each its title, headings and leading sentence."""
    lines = [count_documents(infos), ""]
    by_source: dict[str, list[Chunk]] = {}
    for chunk in chunks:
        by_source.setdefault(chunk.source, []).append(chunk)
    for info in infos[:MAX_TOLD]:
        own = by_source.get(info.source, [])
        headings = main_headings(own, info.title)
        about = f" Sections: {escape('; '.join(headings))}." if headings else ""
        lines.append(f"- **{escape(info.title)}** ({_place(info)}).{about}{_leading(own, citations)}")
    if len(infos) > MAX_TOLD:
        lines.append(f"- … and {len(infos) - MAX_TOLD} more. Ask for a list of the documents to see all.")
    return "\n".join(lines)


def list_documents(infos: Sequence[SourceInfo]) -> str:
    """The titles, names and dates of all documents."""
    lines = [count_documents(infos), ""]
    lines += [f"- **{escape(info.title)}** ({_place(info)})" for info in infos[:MAX_LISTED]]
    if len(infos) > MAX_LISTED:
        lines.append(f"- … and {len(infos) - MAX_LISTED} more.")
    return "\n".join(lines)


def count_documents(infos: Sequence[SourceInfo]) -> str:
    """A sentence: "There are 5 documents (4 .txt, 1 .pdf), dated 2024-10-31 to 2024-11-05."."""
    kinds = Counter(PurePosixPath(info.source).suffix.lower() or "no ending" for info in infos)
    told = ", ".join(f"{number} {kind}" for kind, number in kinds.most_common())
    dates = sorted(info.date for info in infos if info.date)
    noun = "is 1 document" if len(infos) == 1 else f"are {len(infos)} documents"
    when = "" if not dates else f", dated {dates[0]}" + (f" to {dates[-1]}" if dates[-1] != dates[0] else "")
    return f"There {noun} ({escape(told)}){when}."


def main_headings(chunks: Sequence[Chunk], title: str) -> list[str]:
    """The headings of a document's highest level that has several, but its title."""
    sections = (
        section_at(chunk, at)
        for chunk in chunks
        for at in (chunk.start, *(block.start for block in chunk.blocks if block.kind == "heading"))
    )
    paths = [tuple(section.split(SEPARATOR)) for section in dict.fromkeys(sections) if section]
    for depth in range(3):
        level = list(dict.fromkeys(path[depth] for path in paths if len(path) > depth and path[depth] != title))
        if len(level) > 1:
            return level[:MAX_HEADINGS]
    return []


def leading_sentences(chunk: Chunk) -> Iterator[tuple[str, Span]]:
    """The first whole sentence of each section that a chunk holds, with the section's path.

    Of prose, without its list marker; none that speaks to the program.
    """
    skipped = [b for b in chunk.blocks if b.kind not in ("paragraph", "item", "quotation", "definition")]
    ordered = orders(chunk.text)
    last: str | None = None
    for start, end in split(chunk.text):
        marker = _MARKER.match(chunk.text, start, end)
        first = marker.end() if marker else start
        text = chunk.text[first:end]
        inside = any(b.start < chunk.start + end and chunk.start + start < b.end for b in skipped)
        if (
            not inside
            and not any(order.start < end and start < order.end for order in ordered)
            and len(text.split()) >= MIN_SENTENCE_WORDS
            and len(text) <= MAX_SENTENCE_CHARS
            and text.rstrip("\"'”’»)*_")[-1:] in ".!?。"
            and (section := section_at(chunk, chunk.start + start)) != last
        ):
            last = section
            yield section, Span(chunk.start + first, chunk.start + end)


def quoted(chunk: Chunk, span: Span, citations: Citations) -> str:
    """A sentence as Markdown with its marker."""
    raw = chunk.text[span.start - chunk.start : span.end - chunk.start]
    text = " ".join(display_text(raw, chunk.source).split())
    return f"{escape(text)} [{citations.number(chunk, span)}]"


def _leading(chunks: Sequence[Chunk], citations: Citations) -> str:
    for chunk in chunks[:3]:
        for _, span in leading_sentences(chunk):
            return " " + quoted(chunk, span, citations)
    return ""


def _place(info: SourceInfo) -> str:
    return escape(", ".join(filter(None, (info.source, info.date))))

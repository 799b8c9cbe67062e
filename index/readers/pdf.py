"""PDF files, by pypdfium2: Chrome's own PDF library, which keeps words and columns together and knows the pages."""

from __future__ import annotations

import contextlib
import re
from collections import Counter
from typing import Any

from index.readers.extract import Extract, valid
from index.readers.plain import plain_blocks
from index.text.decode import Unreadable
from index.text.titles import clean_title, iso_date
from index.types import Block

_BROKEN = "the PDF is broken: open it in a PDF viewer and save it again"
_LOCKED = "the PDF is password-protected: save a copy without a password"
_SCANNED = "the PDF holds no text, only images of pages: run text recognition (OCR) on it first"
_SENTENCE_ENDS = (".", "!", "?", "”", '"', ":", "…", "。")
# PDFium writes one of these for a hyphen that stands at the end of a line alone because the word was cut there.
_CUT_WORD = re.compile(r"[\x02\ufffe]\s*")
_LINE_END = re.compile(r"\r\n?")
# Letters or figures that were set apart one by one, as in "T o t a l" or "0 0 2 9 5".
_SPACED = re.compile(r"(?<!\S)(?:\w[ ]){3,}\w(?!\S)|(?<!\S)(?:\d{1,2} ){3,}\d{1,2}(?: [.,] (?:\d{1,2} ?)+)+(?!\S)")
_DATE = re.compile(r"D:(\d{4})(\d{2})?(\d{2})?")
_FIGURE = re.compile(r"\d+")
EDGE_LINES = 2  # at the top and the bottom of a page, that can be its running title or number
REPEATED_SHARE = 0.5  # of the pages, on which a running title stands
_PASSWORD_ERROR = 4  # FPDF_ERR_PASSWORD


def from_pdf(data: bytes) -> Extract:
    """The text of all pages in order, title and date from the document's properties. Raises Unreadable."""
    import pypdfium2 as pdfium  # type: ignore[import-untyped]

    try:
        document = pdfium.PdfDocument(data)
    except pdfium.PdfiumError as error:
        raise Unreadable(_LOCKED if getattr(error, "err_code", None) == _PASSWORD_ERROR else _BROKEN) from error
    with contextlib.closing(document):
        try:
            pages = [_page_text(document, number) for number in range(len(document))]
        except pdfium.PdfiumError as error:
            raise Unreadable(_BROKEN) from error
        title, date = _properties(document)
    text, starts = _join(pages)
    if not any(character.isalnum() for character in text):
        raise Unreadable(_SCANNED if pages else _BROKEN)
    return Extract(text, title, date, blocks=_blocks(text, starts))


def _page_text(document: Any, number: int) -> str:
    with contextlib.closing(document[number]) as page, contextlib.closing(page.get_textpage()) as words:
        text = _LINE_END.sub("\n", words.get_text_range(errors="replace"))
    text = _CUT_WORD.sub("", text).replace("\xa0", " ")
    text = _SPACED.sub(lambda match: match[0].replace(" ", ""), text)
    return valid("\n".join(line.rstrip() for line in text.split("\n"))).strip()


def _join(pages: list[str]) -> tuple[str, list[tuple[int, int]]]:
    """The pages as one text, a blank line between them unless a sentence runs over; where each page begins."""
    text, starts = "", []
    pieces: list[str] = []
    at = 0
    for number, page in enumerate(pages, 1):
        if not page:
            continue
        gap = "" if not pieces else "\n\n" if pieces[-1].endswith(_SENTENCE_ENDS) else "\n"
        starts.append((at + len(gap), number))
        pieces += [gap, page]
        at += len(gap) + len(page)
    text = "".join(pieces)
    return text, starts


def _blocks(text: str, starts: list[tuple[int, int]]) -> tuple[Block, ...]:
    """The pages, the running titles and numbers on them, and what the layout of the lines says."""
    pages = [Block("page", start, start, number) for start, number in starts]
    running = _running_titles(text, [start for start, _ in starts])
    taken = [
        block for block in plain_blocks(text) if not any(b.start < block.end and block.start < b.end for b in running)
    ]
    return tuple(sorted([*pages, *running, *taken], key=lambda block: (block.start, block.end)))


def _running_titles(text: str, starts: list[int]) -> list[Block]:
    """The lines at the edges of pages that come again on most pages, figures aside."""
    found: list[tuple[str, int, int]] = []
    for start, end in zip(starts, [*starts[1:], len(text)], strict=True):
        lines = [(m.start() + start, m.end() + start) for m in re.finditer(r"\S[^\n]*", text[start:end])]
        edges = dict.fromkeys([*lines[:EDGE_LINES], *lines[-EDGE_LINES:]])
        found += [(_FIGURE.sub("#", text[a:b].strip()), a, b) for a, b in edges]
    counts = Counter(line for line, _, _ in found)
    least = max(3, len(starts) * REPEATED_SHARE)
    return [Block("markup", a, b) for line, a, b in found if counts[line] >= least and not _is_sentence(line)]


def _is_sentence(line: str) -> bool:
    return len(line.split()) > 4 and line.endswith(_SENTENCE_ENDS)


def _properties(document: Any) -> tuple[str | None, str | None]:
    """Title and date of creation, where the file has them in a form that can be read."""
    title = date = None
    with contextlib.suppress(Exception):  # damaged properties are no reason to leave out the text
        values = document.get_metadata_dict()
        title = clean_title(valid(values.get("Title") or ""))
        if match := _DATE.match(values.get("CreationDate") or ""):
            date = iso_date("-".join(filter(None, match.groups())))
    return title, date

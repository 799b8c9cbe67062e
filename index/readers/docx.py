"""DOCX files, by python-docx; its own `Paragraph.text` leaves out tracked insertions and content controls."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from typing import Any

from index.readers.extract import Extract, valid
from index.text.decode import Unreadable
from index.text.titles import clean_title, iso_date

# The most that the archive may unpack to, in bytes: a few kilobytes can unpack to gigabytes.
MAX_UNPACKED = 500_000_000

_BROKEN = "the DOCX file is broken: open it in a word processor and save it again"
_LOCKED = "the file is password-protected or an old .doc: save it as .docx without a password"
_BOMB = "the DOCX file unpacks to more than 500 MB: split it"
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_OFFICE_MAGIC = b"\xd0\xcf\x11\xe0"
# The properties of python-docx's empty template, which every file made with it carries until somebody sets them.
_TEMPLATE = ("python-docx", "2013-12-23")


def from_docx(data: bytes) -> Extract:
    """Paragraphs, lists and tables in document order, title and date from its properties. Raises Unreadable."""
    import docx

    if data.startswith(_OFFICE_MAGIC):
        raise Unreadable(_LOCKED)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            unpacked = sum(entry.file_size for entry in archive.infolist())
        if unpacked > MAX_UNPACKED:
            raise Unreadable(_BOMB)
        document = docx.Document(io.BytesIO(data))
        text = valid("\n\n".join(_blocks(document.element.body)))
    except Unreadable:
        raise
    except Exception as error:  # a damaged archive can raise anything, from BadZipFile to XMLSyntaxError
        raise Unreadable(_BROKEN) from error
    if not text.strip():
        raise Unreadable("the DOCX file holds no text: remove it, or put text into it")
    title, date = _properties(document.core_properties)
    return Extract(text, title, date)


def _blocks(parent: Any) -> Iterator[str]:
    """The texts of the paragraphs and table rows under an element, in document order, the empty ones left out."""
    for child in parent:
        if child.tag == _W + "p":
            if text := _paragraph(child):
                yield text
            for box in child.iter(_W + "txbxContent"):
                if not any(ancestor.tag == _FALLBACK for ancestor in box.iterancestors()):
                    yield from _blocks(box)
        elif child.tag == _W + "tbl":
            rows = filter(None, (_row(row) for row in child.iter(_W + "tr")))
            yield "\n".join(rows)
        elif child.tag != _W + "sectPr":
            yield from _blocks(child)


def _row(row: Any) -> str:
    cells = [" ".join(filter(None, (_paragraph(p) for p in cell.iter(_W + "p")))) for cell in row.iter(_W + "tc")]
    return "| " + " | ".join(cells) + " |" if any(cells) else ""


def _paragraph(paragraph: Any) -> str:
    """The text of one paragraph, tracked insertions included and deletions not; text boxes in it come after it."""
    parts: list[str] = []
    for node in paragraph.iter(_W + "t", _W + "tab", _W + "br", _W + "cr", _W + "noBreakHyphen"):
        if next(node.iterancestors(_W + "p")) is not paragraph:
            continue
        if node.tag == _W + "t":
            parts.append(node.text or "")
        elif node.getparent().tag == _W + "r":  # a tab stop's definition is named `tab` too
            parts.append({"tab": "\t", "noBreakHyphen": "-"}.get(node.tag[len(_W) :], "\n"))
    text = "".join(parts).strip()
    is_item = paragraph.find(f"{_W}pPr/{_W}numPr") is not None
    return f"- {text}" if text and is_item else text


def _properties(core: Any) -> tuple[str | None, str | None]:
    title = clean_title(valid(core.title or ""))
    date = iso_date(core.created)
    if core.author == _TEMPLATE[0] and date == _TEMPLATE[1]:
        return title, None
    return title, date

"""DOCX files, by python-docx; its own `Paragraph.text` leaves out tracked insertions and content controls."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Mapping
from typing import Any

from index.readers.builder import Builder
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
_LEVEL = re.compile(r"\d+")
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
        builder = Builder()
        styles = {style.style_id: (style.name or "").lower() for style in document.styles}
        _add(builder, document.element.body, styles)
        for note in _notes(document.part.package):
            builder.paragraph(note)
    except Unreadable:
        raise
    except Exception as error:  # a damaged archive can raise anything, from BadZipFile to XMLSyntaxError
        raise Unreadable(_BROKEN) from error
    if not builder.parts:
        raise Unreadable("the DOCX file holds no text: remove it, or put text into it")
    title, date = _properties(document.core_properties)
    return builder.extract(title, date)


def _add(builder: Builder, parent: Any, styles: Mapping[str, str]) -> None:
    """Add the paragraphs, lists and tables under an element, in document order."""
    group = -1
    for child in parent:
        if child.tag == _W + "p":
            group = _add_paragraph(builder, child, styles, group)
            for box in child.iter(_W + "txbxContent"):
                if not any(ancestor.tag == _FALLBACK for ancestor in box.iterancestors()):
                    _add(builder, box, styles)
        elif child.tag == _W + "tbl":
            group = -1
            table = builder.group()
            for number, row in enumerate(child.iter(_W + "tr")):
                builder.row(_cells(row), table, header=number == 0)
        elif child.tag != _W + "sectPr":
            group = -1
            _add(builder, child, styles)


def _add_paragraph(builder: Builder, paragraph: Any, styles: Mapping[str, str], group: int) -> int:
    """Add one paragraph as what its style says; returns the group of the list that it belongs to, -1 for none."""
    text = _paragraph(paragraph)
    if not text:
        return group
    style = styles.get(paragraph.find(f"{_W}pPr/{_W}pStyle").get(_W + "val")) if _has_style(paragraph) else None
    level = _LEVEL.search(style or "")
    outline = paragraph.find(f"{_W}pPr/{_W}outlineLvl")
    if style and style.startswith("heading") and level:
        builder.heading(text, int(level[0]))
    elif style == "title":
        builder.heading(text, 1)
    elif outline is not None and (outline.get(_W + "val") or "9") < "9":
        builder.heading(text, int(outline.get(_W + "val")) + 1)
    elif (number := paragraph.find(f"{_W}pPr/{_W}numPr")) is not None or (style and style.startswith("list")):
        group = builder.group() if group < 0 else group
        depth = number.find(_W + "ilvl") if number is not None else None
        nested = int(depth.get(_W + "val") or 0) if depth is not None else int(level[0]) - 1 if level else 0
        builder.add("item", f"- {text}", nested + 1, group)
        return group
    elif style and "quote" in style:
        builder.add("quotation", text)
    else:
        builder.paragraph(text)
    return -1


def _has_style(paragraph: Any) -> bool:
    return paragraph.find(f"{_W}pPr/{_W}pStyle") is not None


def _cells(row: Any) -> list[str]:
    return [" ".join(filter(None, (_paragraph(p) for p in cell.iter(_W + "p")))) for cell in row.iter(_W + "tc")]


def _notes(package: Any) -> list[str]:
    """The texts of the footnotes and endnotes."""
    from lxml import etree  # type: ignore[import-untyped]

    found: list[str] = []
    for part in package.iter_parts():
        if str(part.partname) in ("/word/footnotes.xml", "/word/endnotes.xml"):
            tree = etree.fromstring(part.blob)
            found += [_paragraph(paragraph) for paragraph in tree.iter(_W + "p")]
    return [text for text in found if text]


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
    return "".join(parts).strip()


def _properties(core: Any) -> tuple[str | None, str | None]:
    title = clean_title(valid(core.title or ""))
    date = iso_date(core.created)
    if core.author == _TEMPLATE[0] and date == _TEMPLATE[1]:
        return title, None
    return title, date

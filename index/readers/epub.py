"""EPUB books: the archive's pages in the order of its spine, read as HTML (EbookLib's licence, AGPL, is not ours)."""

from __future__ import annotations

import io
import posixpath
import zipfile
from typing import Any
from urllib.parse import unquote

from index.readers.archives import check_archive
from index.readers.builder import Builder
from index.readers.extract import Extract
from index.readers.html import add_html
from index.text.decode import Unreadable
from index.text.titles import clean_title, iso_date

_BROKEN = "the EPUB file is broken: open it in a reader and save it again"
_LOCKED = "the EPUB file is encrypted (DRM): get a copy without it"
_DC = "{http://purl.org/dc/elements/1.1/}"
_OPF = "{http://www.idpf.org/2007/opf}"


def from_epub(data: bytes) -> Extract:
    """The chapters of a book in order, title and date from its metadata. Raises Unreadable."""
    from lxml import etree, html  # type: ignore[import-untyped]

    parser = etree.XMLParser(resolve_entities=False, no_network=True, recover=True)
    builder = Builder()
    try:
        check_archive(data, "EPUB file")
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            container = etree.fromstring(archive.read("META-INF/container.xml"), parser)
            place = next(element.get("full-path") for element in container.iter("{*}rootfile"))
            package = etree.fromstring(archive.read(place), parser)
            for name in _spine(package, posixpath.dirname(place)):
                page = archive.read(name)
                if page.strip():
                    add_html(builder, html.document_fromstring(page, parser=html.HTMLParser(encoding="utf-8")))
            locked = "META-INF/encryption.xml" in archive.namelist()
    except Unreadable:
        raise
    except Exception as error:  # a damaged archive can raise anything, from BadZipFile to StopIteration
        raise Unreadable(_BROKEN) from error
    if not builder.parts:
        raise Unreadable(_LOCKED if locked else "the EPUB file holds no text, only pictures")
    return builder.extract(clean_title(_first(package, "title")), iso_date(_first(package, "date")))


def _spine(package: Any, folder: str) -> list[str]:
    """The names of the book's pages in the archive, in reading order."""
    files = {item.get("id"): item for item in package.iter(_OPF + "item")}
    refs = [files.get(ref.get("idref")) for ref in package.iter(_OPF + "itemref") if ref.get("linear") != "no"]
    pages = [item for item in refs if item is not None and "nav" not in (item.get("properties") or "").split()]
    return [posixpath.normpath(posixpath.join(folder, unquote(item.get("href") or ""))) for item in pages]


def _first(package: Any, name: str) -> str:
    return next((element.text or "" for element in package.iter(_DC + name)), "")

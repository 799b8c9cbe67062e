"""PDF files, by pypdf: pure Python, no compiled parts or licence of its own to mind, and it says why a file fails."""

from __future__ import annotations

import contextlib
import io
import logging
from typing import TYPE_CHECKING

from index.readers.extract import Extract, valid
from index.text.decode import Unreadable
from index.text.titles import clean_title, iso_date

if TYPE_CHECKING:
    from pypdf import PdfReader

_BROKEN = "the PDF is broken: open it in a PDF viewer and save it again"
_LOCKED = "the PDF is password-protected: save a copy without a password"
_SCANNED = "the PDF holds no text, only images of pages: run text recognition (OCR) on it first"
_SENTENCE_ENDS = (".", "!", "?", "”", '"', ":", "…", "。")


def from_pdf(data: bytes) -> Extract:
    """The text of all pages in order, title and date from the document's properties. Raises Unreadable."""
    import pypdf
    from pypdf.errors import DependencyError, FileNotDecryptedError, PyPdfError

    # pypdf logs each flaw that it works around; what cannot be worked around is raised.
    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    try:
        reader = pypdf.PdfReader(io.BytesIO(data))
        # Many files are encrypted with an empty password: anybody may read, not anybody may change them.
        if reader.is_encrypted and not reader.decrypt(""):
            raise Unreadable(_LOCKED)
        pages = [valid(page.extract_text()).strip() for page in reader.pages]
    except (DependencyError, FileNotDecryptedError):
        raise Unreadable(_LOCKED) from None
    except Unreadable:
        raise
    except (PyPdfError, Exception) as error:  # a damaged file can raise anything, from KeyError to RecursionError
        raise Unreadable(_BROKEN) from error
    text = _join(pages)
    if not any(character.isalnum() for character in text):
        raise Unreadable(_SCANNED if pages else _BROKEN)
    title, date = _properties(reader)
    return Extract(text, title, date)


def _join(pages: list[str]) -> str:
    """The pages as one text: a blank line between them, unless a sentence runs over."""
    text = ""
    for page in filter(None, pages):
        text += ("\n\n" if text.endswith(_SENTENCE_ENDS) else "\n") if text else ""
        text += page
    return text


def _properties(reader: PdfReader) -> tuple[str | None, str | None]:
    """Title and date of creation, where the file has them in a form that can be read."""
    title = date = None
    with contextlib.suppress(Exception):  # damaged properties are no reason to leave out the text
        title = clean_title(valid(str(reader.metadata.title or ""))) if reader.metadata else None
    with contextlib.suppress(Exception):
        date = iso_date(reader.metadata.creation_date) if reader.metadata else None
    return title, date

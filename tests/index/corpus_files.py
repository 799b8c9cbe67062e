"""Files that the tests of reading make, and what reading them gives."""

from __future__ import annotations

import io
from pathlib import Path

import docx
import pytest
from reportlab.lib.pdfencrypt import StandardEncryption  # type: ignore[import-untyped]
from reportlab.lib.styles import getSampleStyleSheet  # type: ignore[import-untyped]
from reportlab.platypus import Paragraph, SimpleDocTemplate  # type: ignore[import-untyped]

from index.errors import ReadError
from index.readers.registry import read
from index.types import Document

PROSE = "The old bridge will be repaired before the winter. Nobody knows what it will cost, said Mr. Lee of the town."


def put(root: Path, name: str, data: bytes | str) -> Path:
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    return path


def made(root: Path, name: str, data: bytes | str) -> Document:
    return read(put(root, name, data), root)


def reason(root: Path, name: str, data: bytes | str) -> str:
    with pytest.raises(ReadError) as caught:
        made(root, name, data)
    assert str(caught.value) == f"{name}: {caught.value.reason}"
    return caught.value.reason


def pdf(paragraphs: list[str], title: str | None = None, password: str | None = None, owner: str = "owner") -> bytes:
    buffer = io.BytesIO()
    encrypt = None if password is None else StandardEncryption(password, owner)
    SimpleDocTemplate(buffer, title=title, encrypt=encrypt).build(
        [Paragraph(text, getSampleStyleSheet()["BodyText"]) for text in paragraphs]
    )
    return buffer.getvalue()


def saved(document: docx.document.Document) -> bytes:
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()

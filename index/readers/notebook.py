"""Jupyter notebooks: the text cells as Markdown, the code cells with their printed output."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from index.readers.extract import Extract, valid
from index.readers.markdown import markdown_blocks
from index.text import titles
from index.text.decode import Unreadable
from index.types import Block, Span

MAX_OUTPUT_CHARS = 2_000  # of one cell


def from_notebook(text: str) -> Extract:
    """The cells of a notebook in order. Raises Unreadable."""
    try:
        cells = json.loads(text)["cells"]
        pieces = [(cell.get("cell_type"), piece) for cell in cells for piece in _pieces(cell)]
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise Unreadable("the notebook is broken: open it in Jupyter and save it again") from error
    joined, blocks = "", list[Block]()
    lead: Span | None = None
    for kind, piece in pieces:
        start = len(joined) + (2 if joined else 0)
        joined += ("\n\n" if joined else "") + piece
        if kind == "markdown":
            found = markdown_blocks(joined, start)
            blocks += found
            last = found[-1] if found else None
            lead = Span(last.start, last.end) if last and last.kind == "paragraph" else None
        else:
            blocks.append(Block("code", start, len(joined), lead=lead if kind == "code" else None))
            lead = None
    return Extract(joined, titles.from_headings(joined, blocks), blocks=tuple(replace(block) for block in blocks))


def _pieces(cell: dict[str, Any]) -> list[str]:
    """The source of a cell, and what it printed."""
    found = [_joined(cell.get("source"))]
    for output in cell.get("outputs") or ():
        data = output.get("data") or {}
        shown = _joined(output.get("text")) or _joined(data.get("text/plain"))
        found.append(shown[:MAX_OUTPUT_CHARS])
    return [plain for piece in found if (plain := valid(piece).strip())]


def _joined(source: object) -> str:
    return "".join(map(str, source)) if isinstance(source, list) else source if isinstance(source, str) else ""

"""What a file's bytes give, whatever its format."""

from __future__ import annotations

from typing import NamedTuple

from index.types import Block


class Extract(NamedTuple):
    """A file's text, the title and date that its metadata give, and the offset at which content can begin.

    hidden: what the file says that its reader does not see, such as comments; only ever looked at, never shown.
    blocks: the structural units of `text`, see index/types.py.
    """

    text: str
    title: str | None = None
    date: str | None = None
    body: int = 0
    hidden: str = ""
    blocks: tuple[Block, ...] = ()


def valid(text: str) -> str:
    """An extracted text without what no text may hold: zero characters, and halves of surrogate pairs."""
    joined = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return joined.replace("\x00", "")

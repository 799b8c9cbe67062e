"""What a file's bytes give, whatever its format."""

from __future__ import annotations

from typing import NamedTuple

from index.text import titles


class Extract(NamedTuple):
    """A file's text, the title and date that its metadata give, and the offset at which content can begin.

    hidden: what the file says that its reader does not see, such as comments; only ever looked at, never shown.
    """

    text: str
    title: str | None = None
    date: str | None = None
    body: int = 0
    hidden: str = ""


def from_text(text: str) -> Extract:
    """A plain text file: the text as it is."""
    head = titles.from_head(text)
    return Extract(text, head.title, head.date, head.body)


def from_markdown(text: str) -> Extract:
    """A Markdown file: the text as it is; title and date from its front matter, else the title from its headings."""
    head = titles.from_front_matter(text)
    return Extract(text, head.title or titles.first_heading(text, head.body), head.date, head.body)


def valid(text: str) -> str:
    """An extracted text without what no text may hold: zero characters, and halves of surrogate pairs."""
    joined = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return joined.replace("\x00", "")

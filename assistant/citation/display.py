"""A quote as a person reads it: without the markup of its file. The citation keeps the quote as it stands."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token

_MARKDOWN = frozenset({".md", ".markdown", ".mdx"})
_RST = frozenset({".rst"})
# template tags that static site generators put into Markdown, and MyST's roles before code
_TEMPLATE = re.compile(r"\{%.*?%\}|\{\{.*?\}\}")
_MYST_ROLE = re.compile(r"\{[a-z:_-]+\}(?=`)")
_TARGET = re.compile(r"\s*<[^<>]*>$")
_RST_ROLE = re.compile(r":[a-z:_-]+:`([^`<]*?)(?:\s*<[^`>]*>)?`")
_RST_LINK = re.compile(r"`([^`<]+?)\s*<[^`>]*>`_{1,2}|`([^`]+)`_{1,2}")
_RST_EMPHASIS = re.compile(r"(?<!\w)(\*\*|\*|``)(?=\S)(.+?)(?<=\S)\1(?!\w)")


def display_text(text: str, source: str) -> str:
    """A piece of a document as plain text: links by their words, no emphasis marks, no tags.

    source: the file's name, whose ending says which markup it has.
    """
    ending = Path(source).suffix.lower()
    if ending in _MARKDOWN:
        return _from_markdown(text)
    return _from_rst(text) if ending in _RST else text


def table_cells(row: str) -> list[str]:
    """The cells of a Markdown table's row, without the pipes."""
    cells = re.split(r"(?<!\\)\|", row.strip().strip("|"))
    return [cell.strip() for cell in cells]


def _from_markdown(text: str) -> str:
    text = _MYST_ROLE.sub("", _TEMPLATE.sub("", text))
    tokens = _parser().parseInline(text)
    return "".join(_plain(token) for token in (tokens[0].children or [])) if tokens else text


def _plain(token: Token) -> str:
    if token.type in {"softbreak", "hardbreak"}:
        return "\n"
    if token.type == "code_inline":
        # a role's "text <target>"
        return _TARGET.sub("", token.content) if _TARGET.search(token.content) else token.content
    return token.content if token.type in {"text", "image", "text_special"} else ""


def _from_rst(text: str) -> str:
    text = _RST_ROLE.sub(r"\1", text)
    text = _RST_LINK.sub(lambda m: m[1] or m[2], text)
    return _RST_EMPHASIS.sub(r"\2", text)


@lru_cache(maxsize=1)
def _parser() -> MarkdownIt:
    from markdown_it import MarkdownIt

    return MarkdownIt("commonmark").enable("strikethrough")

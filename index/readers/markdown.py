"""Markdown files, by markdown-it-py: the text is the decoded file, the blocks are spans of it.

CommonMark with tables, definition lists, footnotes and front matter. What surrounds text in the dialects of site
generators (MyST directives, Jekyll and Hugo tags, HTML comments) is marked as "markup", not as text.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from index.readers.extract import Extract
from index.text import titles
from index.types import Block, BlockKind, Span

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token

# A sentence before a list that is longer introduces nothing, unless it ends in a colon.
MAX_LEAD_CHARS = 300

_NEWLINE = re.compile(r"\r\n|\n|\r")
_COMMENT = re.compile(r"\s*(?:<!--.*?-->\s*)+", re.DOTALL)
# Lines of site generators: {% include x %}, {{< note >}}, ::: warning, !!! note, (label)=, {:.class}, [[toc]]
_TAG_LINE = re.compile(
    r"[ \t]*(?:\{%.*%\}|\{\{[<%].*[>%]\}\}|:{3,}.*|\([\w.:-]+\)=|\{:.*\}|\[\[_?toc_?\]\]|\[toc\]|"
    r"import [\w{}, *]+ from ['\"].*['\"];?)[ \t]*",
    re.IGNORECASE,
)
_HTML_ONLY = re.compile(r"(?:\s*<[/!]?\w[^<>]*>\s*)+|\s*<[/!]?\w[^<>]*\s*")
_SENTENCE_START = re.compile(r"(?<=[.!?])[\"'”’)]?\s+(?=\S)")


def from_markdown(text: str) -> Extract:
    """A Markdown file: the text as it is; title and date from its front matter, else the title from its headings."""
    head = titles.from_front_matter(text)
    blocks = markdown_blocks(text, head.body)
    return Extract(text, head.title or titles.from_headings(text, blocks), head.date, head.body, blocks=blocks)


def markdown_blocks(text: str, start: int = 0, end: int | None = None) -> tuple[Block, ...]:
    """The blocks of `text[start:end]`, where `start` begins a line; in order, not overlapping, absolute offsets."""
    stop = len(text) if end is None else end
    walk = _Walk(text, start, stop)
    walk.run(_parser().parse(text[start:stop]))
    return tuple(sorted(walk.blocks, key=lambda block: block.start))


@lru_cache(maxsize=1)
def _parser() -> MarkdownIt:
    from markdown_it import MarkdownIt
    from mdit_py_plugins.deflist import deflist_plugin

    return MarkdownIt("commonmark", {"maxNesting": 60}).enable("table").use(deflist_plugin)


class _Walk:
    """Turns markdown-it's tokens, which know their lines, into blocks, which know their characters."""

    def __init__(self, text: str, start: int, end: int) -> None:
        self.text = text
        self.blocks: list[Block] = []
        self._lines = [start, *(match.end() for match in _NEWLINE.finditer(text, start, end)), end]
        self._lists: list[tuple[int, Span | None]] = []  # the offset and lead of each open list
        self._items: list[Span | None] = []  # the first text of each open item
        self._item_start: int | None = None  # of an item whose text has not come yet
        self._quotes = 0
        self._term: Span | None = None
        self._header: Span | None = None
        self._table: tuple[int, Span | None] | None = None
        self._in_head = False
        self._lead: Span | None = None  # what can introduce the next list, table or code block

    def run(self, tokens: list[Token]) -> None:
        previous: Token | None = None
        for token in tokens:
            if token.type == "inline":
                if previous is not None and not previous.type.startswith(("th", "td")):
                    self._inline(token, previous)
            else:
                self._token(token)
                previous = token

    def _token(self, token: Token) -> None:
        kind = token.type
        if kind in ("bullet_list_open", "ordered_list_open", "dl_open"):
            span = self._span(token)
            lead = self._items[-1] if self._items and self._items[-1] else self._lead
            self._lists.append((span.start, lead))
        elif kind in ("bullet_list_close", "ordered_list_close", "dl_close"):
            self._lists.pop()
            self._lead = None
        elif kind == "list_item_open":
            self._items.append(None)
            self._item_start = self._span(token).start
        elif kind == "list_item_close":
            self._items.pop()
            self._item_start = None
        elif kind == "blockquote_open":
            self._quotes += 1
        elif kind == "blockquote_close":
            self._quotes -= 1
        elif kind == "dd_open":
            self._item_start = self._span(token).start
        elif kind == "dd_close":
            self._item_start = None
        elif kind == "table_open":
            self._table = (self._span(token).start, self._lead)
            self._header = None
        elif kind == "table_close":
            self._table, self._lead = None, None
        elif kind == "thead_open":
            self._in_head = True
        elif kind == "thead_close":
            self._in_head = False
        elif kind == "tr_open":
            self._row(token)
        elif kind in ("fence", "code_block"):
            self._code(token)
        elif kind == "html_block":
            self._html(token)

    def _row(self, token: Token) -> None:
        span = self._span(token)
        group, lead = self._table or (span.start, None)
        if self._in_head:
            self._header = span
            self._add("table_header", span, group=group, lead=lead)
        else:
            self._add("table_row", span, group=group, lead=self._header)

    def _code(self, token: Token) -> None:
        span = self._span(token)
        item = self._items[-1] if self._items else None
        group = self._lists[-1][0] if self._lists else -1
        if self._item_start is not None:  # the item is nothing but code
            span = Span(min(self._item_start, span.start), span.end)
            self._item_start = None
        self._add("code", span, group=group, lead=item or self._lead)

    def _html(self, token: Token) -> None:
        span = self._span(token)
        raw = self.text[span.start : span.end]
        silent = _COMMENT.fullmatch(raw) or _HTML_ONLY.fullmatch(raw)
        self._add("markup" if silent else "paragraph", span)

    def _inline(self, token: Token, parent: Token) -> None:
        span = self._span(token)
        if parent.type == "heading_open":
            span = self._span(parent)
            self._add("heading", span, level=int(parent.tag[1:]))
            self._lead = None
        elif parent.type == "dt_open":
            self._term = span
            self._add("term", span, group=self._lists[-1][0] if self._lists else -1)
        elif self._term and self._lists and not self._items:
            self._add("definition", self._opened(span), group=self._lists[-1][0], lead=self._term)
        elif self._items:
            self._item(self._opened(span))
        elif self._quotes:
            self._add("quotation", span)
        else:
            self._paragraph(span)

    def _item(self, span: Span) -> None:
        """The first text of an item is the item; what follows in it belongs to it."""
        group, lead = self._lists[-1]
        if self._items[-1] is None:
            self._items[-1] = span
            self._add("item", span, level=len(self._items), group=group, lead=lead)
        else:
            self._add("paragraph", span, group=group, lead=self._items[-1])

    def _opened(self, span: Span) -> Span:
        """The span with the list marker before it."""
        if self._item_start is not None:
            span = Span(min(self._item_start, span.start), span.end)
            self._item_start = None
        return span

    def _paragraph(self, span: Span) -> None:
        """A paragraph, its lines of site generators' markup taken out; it can introduce what follows."""
        first = span.start
        for match in re.finditer(r"[^\r\n]+", self.text[span.start : span.end]):
            if _TAG_LINE.fullmatch(match[0]):
                line = Span(span.start + match.start(), span.start + match.end())
                self._text(Span(first, line.start))
                self._add("markup", line)
                first = line.end
        self._text(Span(first, span.end))

    def _text(self, span: Span) -> None:
        raw = self.text[span.start : span.end]
        if not raw.strip():
            return
        span = Span(span.start + len(raw) - len(raw.lstrip()), span.end - len(raw) + len(raw.rstrip()))
        self._add("paragraph", span)
        self._lead = lead_of(self.text, span)

    def _add(self, kind: BlockKind, span: Span, level: int = 0, group: int = -1, lead: Span | None = None) -> None:
        raw = self.text[span.start : span.end]
        if kind not in ("code", "markup", "heading") and _COMMENT.fullmatch(raw):
            kind = "markup"
        last = self.blocks[-1].end if self.blocks else 0
        if raw.strip() and span.start >= last:
            self.blocks.append(Block(kind, span.start, span.end, level, group, lead))
        if kind not in ("paragraph", "markup"):
            self._lead = None

    def _span(self, token: Token) -> Span:
        """The characters of a token's lines, without whitespace at either end."""
        first, last = token.map or [0, 0]
        last = max(last, first + 1)  # a term's lines end where they begin
        start, end = self._lines[min(first, len(self._lines) - 1)], self._lines[min(last, len(self._lines) - 1)]
        raw = self.text[start:end]
        if not raw.strip():
            return Span(start, start)
        return Span(start + len(raw) - len(raw.lstrip()), start + len(raw.rstrip()))


def lead_of(text: str, paragraph: Span) -> Span | None:
    """The last sentence of a paragraph, which introduces the list, table or code behind it; None for a long one."""
    raw = text[paragraph.start : paragraph.end]
    starts = [match.end() for match in _SENTENCE_START.finditer(raw)]
    first = starts[-1] if starts else 0
    if len(raw) - first > MAX_LEAD_CHARS and not raw.endswith((":", "：")):
        return None
    return Span(paragraph.start + first, paragraph.end)

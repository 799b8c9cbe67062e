"""HTML files, by their tree; trafilatura tells where the main text begins and ends."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from index.readers.builder import Builder, Part
from index.readers.extract import Extract, valid
from index.text.decode import Unreadable
from index.text.titles import clean_title, iso_date
from index.types import BlockKind

if TYPE_CHECKING:
    from lxml.html import HtmlElement  # type: ignore[import-untyped]

# Where trafilatura gives less of the visible text than this, it took the page for something that it is not.
_LEAST_SHARE = 0.5
# Letters by which a part is found again in trafilatura's text, and the fewest that tell it.
_COMPARED_CHARS, _LEAST_CHARS = 80, 15
_MAX_DEPTH = 200  # elements within each other
_LINE_BREAK = "\x1e"
_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")

_TITLE_NAMES = ("og:title", "citation_title", "dc.title", "dcterms.title", "twitter:title")
_DATE_NAMES = (
    "article:published_time", "og:published_time", "date", "datepublished", "publication_date", "publish-date",
    "pubdate", "dc.date", "dc.date.issued", "dc.date.created", "dcterms.date", "dcterms.created", "dcterms.issued",
    "citation_publication_date", "citation_date", "parsely-pub-date", "sailthru.date",
)  # fmt: skip
_SKIPPED = frozenset(
    ("script", "style", "noscript", "template", "nav", "footer", "aside", "form", "button", "select", "svg", "iframe",
     "head", "dialog", "object", "audio", "video", "canvas", "textarea")
)  # fmt: skip
_INLINE = frozenset(
    ("a", "abbr", "acronym", "b", "bdi", "bdo", "big", "cite", "code", "data", "del", "dfn", "em", "font", "i", "img",
     "ins", "kbd", "label", "mark", "q", "s", "samp", "small", "span", "strike", "strong", "sub", "sup", "time", "tt",
     "u", "var", "wbr", "ruby", "rb", "rt", "rp")
)  # fmt: skip
_PUBLISHED_CLASS = re.compile(r"publish|posted|entry-date|post-date|dateline", re.IGNORECASE)
_SPACES = re.compile(r"\s+")
_UNSEEN_NAMES = ("alt", "title", "aria-label", "placeholder", "content")
_UNSEEN_STYLE = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*hidden|font-size\s*:\s*0|opacity\s*:\s*0(?![.\d]*[1-9])|left\s*:\s*-\d{3,}",
    re.IGNORECASE,
)


def from_html(html: str) -> Extract:
    """The main text of a page by its tree; title and date from its metadata. Raises Unreadable."""
    from lxml import html as lxml_html  # type: ignore[import-untyped]

    try:
        page = lxml_html.document_fromstring(_without_declaration(html))
        builder = Builder()
        add_html(builder, page)
        title, date, hidden = _title(page), _date(page), _hidden(page)
        builder.parts = _main_parts(builder.parts, html)
    except Exception as error:  # lxml raises many kinds for what is no HTML at all
        raise Unreadable("the HTML file is broken: open it in a browser and save it again") from error
    if not builder.parts:
        raise Unreadable("the page holds no text; it may be filled in by a script: save it from a browser as text")
    return builder.extract(title, date, valid(hidden))


def _main_parts(parts: list[Part], html: str) -> list[Part]:
    """The parts from the first to the last that trafilatura takes for the page's main text.

    All of them, where it takes less than half of the text: then it took the page for something that it is not.
    """
    import trafilatura

    main = _letters(
        trafilatura.extract(html, favor_recall=True, include_comments=False, include_tables=True, deduplicate=False)
        or ""
    )
    letters = [_letters(part.text)[:_COMPARED_CHARS] for part in parts]
    found = [n for n, text in enumerate(letters) if len(text) >= _LEAST_CHARS and text in main]
    if not found or len(main) < _LEAST_SHARE * sum(len(_letters(part.text)) for part in parts):
        return parts
    first, last = found[0], found[-1]
    while first and parts[first - 1].kind == "heading":
        first -= 1
    while last + 1 < len(parts) and parts[last].group >= 0 and parts[last + 1].group == parts[last].group:
        last += 1
    return parts[first : last + 1]


def _letters(text: str) -> str:
    return "".join(filter(str.isalnum, text.casefold()))


def add_html(builder: Builder, page: HtmlElement) -> None:
    """Add what a page shows outside navigation and forms to a document, in order."""
    walk = _Walk(builder)
    walk.element(page, 0)
    walk.flush()


class _Walk:
    """One way through a page's tree. Text gathers until the edge of a block, and is then added as one part."""

    def __init__(self, builder: Builder) -> None:
        self._builder = builder
        self._text: list[str] = []
        self._kind: BlockKind = "paragraph"
        self._lists: list[tuple[int, int | None]] = []  # the group of each open list, and the number of its next item
        self._marker = ""

    def flush(self) -> None:
        """Add the text so far as one part."""
        raw = "".join(self._text)
        self._text = []
        lines = (_SPACES.sub(" ", line).strip() for line in raw.split(_LINE_BREAK))
        text = "\n".join(filter(None, lines))
        if not text:
            return
        if self._lists and self._kind == "item":
            group, _ = self._lists[0]
            # what follows the first text of an item belongs to it
            self._builder.add("item" if self._marker else "paragraph", self._marker + text, len(self._lists), group)
            self._marker = ""
        else:
            self._builder.add(self._kind, text, group=self._lists[0][0] if self._lists else -1)

    def element(self, element: HtmlElement, depth: int) -> None:
        """Add an element, without what follows it."""
        tag = element.tag
        if not isinstance(tag, str) or tag in _SKIPPED:
            return
        if depth > _MAX_DEPTH:
            self._text.append(element.text_content())
        elif tag == "br":
            self._text.append(_LINE_BREAK)
        elif tag in _INLINE:
            self._children(element, depth)
        else:
            self.flush()
            self._block(element, tag, depth)
            self.flush()

    def _children(self, element: HtmlElement, depth: int) -> None:
        if element.text:
            self._text.append(element.text)
        for child in element:
            self.element(child, depth + 1)
            if child.tail:
                self._text.append(child.tail)

    def _block(self, element: HtmlElement, tag: str, depth: int) -> None:
        if tag in _HEADINGS:
            self._builder.heading(element.text_content(), int(tag[1]))
        elif tag == "pre":
            self._builder.add("code", element.text_content())
        elif tag in ("ul", "ol", "menu", "dl"):
            self._list(element, tag, depth)
        elif tag == "li":
            self._item(element, depth)
        elif tag in ("dt", "dd"):
            self._inside(element, "term" if tag == "dt" else "definition", depth)
        elif tag == "blockquote":
            self._inside(element, "quotation", depth)
        elif tag == "table" and not any(True for inner in element.iter("table") if inner is not element):
            self._table(element)
        else:
            self._children(element, depth)

    def _inside(self, element: HtmlElement, kind: BlockKind, depth: int) -> None:
        before, self._kind = self._kind, kind
        self._children(element, depth)
        self.flush()
        self._kind = before

    def _list(self, element: HtmlElement, tag: str, depth: int) -> None:
        start = element.get("start") or ""
        number = (int(start) if start.isdigit() else 1) if tag == "ol" else None
        self._lists.append((self._lists[0][0] if self._lists else self._builder.group(), number))
        self._inside(element, self._kind, depth)
        self._lists.pop()

    def _item(self, element: HtmlElement, depth: int) -> None:
        if not self._lists:
            self._children(element, depth)
            return
        group, number = self._lists[-1]
        self._marker = f"{number}. " if number is not None else "- "
        self._lists[-1] = (group, None if number is None else number + 1)
        self._inside(element, "item", depth)
        self._marker = ""

    def _table(self, element: HtmlElement) -> None:
        """Rows of cells; a table of one column is layout, and so is one whose cells hold headings or lists."""
        rows = list(element.iter("tr"))
        cells = [[cell for cell in row if cell.tag in ("td", "th")] for row in rows]
        columns = max(map(len, cells), default=0)
        if columns < 2 or any(True for _ in element.iter(*_HEADINGS)):
            self._children(element, 1)
            return
        for caption in element.iter("caption"):
            self._builder.paragraph(caption.text_content())
        group, headed = self._builder.group(), False
        for row in cells:
            header = not headed and bool(row) and all(cell.tag == "th" for cell in row)
            self._builder.row([_cell(cell) for cell in row], group, header)
            headed |= header


def _cell(cell: HtmlElement) -> str:
    """A cell's text, a space where its blocks meet."""
    return " ".join(text for text in cell.itertext() if text.strip())


def _without_declaration(html: str) -> str:
    """lxml refuses a decoded text that declares an encoding."""
    return re.sub(r"^\s*<\?xml[^>]{0,200}\?>", "", html, count=1)


def _hidden(page: HtmlElement) -> str:
    """What a page says to none who looks at it: comments, texts in place of pictures, elements that are not shown."""
    found = [comment.text or "" for comment in page.xpath("//comment()")]
    for element in page.iter("*"):
        found.extend(element.get(name) or "" for name in _UNSEEN_NAMES)
        if element.get("hidden") is not None or _UNSEEN_STYLE.search(element.get("style") or ""):
            found.append(element.text_content())
    return "\n\n".join(text for text in (_SPACES.sub(" ", text).strip() for text in found) if text)


def _meta(page: HtmlElement, names: tuple[str, ...]) -> Iterator[str]:
    """The contents of a page's meta elements of these names, in the order of the names."""
    found: dict[str, str] = {}
    for element in page.iter("meta"):
        name = element.get("property") or element.get("name") or element.get("itemprop") or ""
        found.setdefault(name.lower(), element.get("content") or "")
    return (found[name] for name in names if found.get(name))


def _title(page: HtmlElement) -> str | None:
    headings = [heading.text_content() for heading in page.iter("h1")]
    titles = [element.text_content() for element in page.findall(".//head/title")]
    one_heading = headings if len(headings) == 1 else []
    found = (clean_title(text) for text in (*_meta(page, _TITLE_NAMES), *one_heading, *titles, *headings))
    return next((title for title in found if title), None)


def _date(page: HtmlElement) -> str | None:
    """The day of publication as the markup gives it: never a date in the text, which may be of anything."""
    for value in _meta(page, _DATE_NAMES):
        if date := iso_date(value):
            return date
    for script in page.iter("script"):
        if script.get("type") == "application/ld+json" and (date := _published(script.text or "")):
            return date
    for element in page.iter("time"):
        marked = (
            element.get("pubdate") is not None
            or element.get("itemprop") == "datePublished"
            or _PUBLISHED_CLASS.search(element.get("class") or "")
            or any(ancestor.tag == "header" for ancestor in element.iterancestors())
        )
        if marked and (date := iso_date(element.get("datetime") or "")):
            return date
    return None


def _published(source: str) -> str | None:
    """`datePublished` of the first thing in a JSON-LD script that has one."""
    try:
        waiting = [json.loads(source)]
    except (ValueError, RecursionError):
        return None
    while waiting:
        value = waiting.pop(0)
        if isinstance(value, dict):
            if date := iso_date(value.get("datePublished")):
                return date
            waiting.extend(value.values())
        elif isinstance(value, list):
            waiting.extend(value)
    return None

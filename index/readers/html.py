"""HTML files, by trafilatura, and by a plain walk over the page where that finds little."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from index.readers.extract import Extract, valid
from index.text.decode import Unreadable
from index.text.titles import clean_title, iso_date

if TYPE_CHECKING:
    from lxml.html import HtmlElement  # type: ignore[import-untyped]

# Where trafilatura gives less of the visible text than this, it took the page for something that it is not.
_LEAST_SHARE = 0.5

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
_TABLE_RULE = re.compile(r"[|\s:-]*-[|\s:-]*")
_PUBLISHED_CLASS = re.compile(r"publish|posted|entry-date|post-date|dateline", re.IGNORECASE)
_SPACES = re.compile(r"\s+")
_UNSEEN_NAMES = ("alt", "title", "aria-label", "placeholder", "content")
_UNSEEN_STYLE = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*hidden|font-size\s*:\s*0|opacity\s*:\s*0(?![.\d]*[1-9])|left\s*:\s*-\d{3,}",
    re.IGNORECASE,
)


def from_html(html: str) -> Extract:
    """The main text of a page, a blank line between its paragraphs; title and date from its metadata. May raise
    Unreadable."""
    import trafilatura
    from lxml import html as lxml_html  # type: ignore[import-untyped]

    try:
        page = lxml_html.document_fromstring(_without_declaration(html))
        plain = "\n\n".join(_paragraphs(page))
        main = trafilatura.extract(
            html, favor_recall=True, include_comments=False, include_tables=True, deduplicate=False
        )
        title, date, hidden = _title(page), _date(page), _hidden(page)
    except Exception as error:  # lxml raises many kinds for what is no HTML at all
        raise Unreadable("the HTML file is broken: open it in a browser and save it again") from error
    text = valid(_spaced(main or ""))
    if len(text) < len(plain) * _LEAST_SHARE:
        text = valid(plain)
    if not text.strip():
        raise Unreadable("the page holds no text; it may be filled in by a script: save it from a browser as text")
    return Extract(text, title, date, hidden=valid(hidden))


def _spaced(main: str) -> str:
    """trafilatura's text with a blank line between paragraphs, and none inside lists and tables."""
    text = ""
    for line in filter(None, (line.strip() for line in main.splitlines())):
        if _TABLE_RULE.fullmatch(line):
            continue
        together = line[0] in "-|" and text.rpartition("\n")[2].startswith(line[0])
        text += ("\n" if together else "\n\n" if text else "") + line
    return text


def _without_declaration(html: str) -> str:
    """lxml refuses a decoded text that declares an encoding."""
    return re.sub(r"^\s*<\?xml[^>]{0,200}\?>", "", html, count=1)


def _paragraphs(page: HtmlElement) -> Iterator[str]:
    """The visible text outside navigation and forms, a paragraph for each block element, in order."""
    parts: list[str] = []
    for piece in _pieces(page):
        if piece is not None:
            parts.append(piece)
        elif text := _SPACES.sub(" ", "".join(parts)).strip():
            yield text
            parts = []
        else:
            parts = []
    if text := _SPACES.sub(" ", "".join(parts)).strip():
        yield text


def _pieces(page: HtmlElement) -> Iterator[str | None]:
    """The strings of a page in order, None at each edge of a block element. Not recursive: pages nest deeply."""
    stack: list[tuple[Any, bool]] = [(page, False)]
    while stack:
        element, leaving = stack.pop()
        is_tag = isinstance(element.tag, str)
        block = is_tag and element.tag not in _INLINE
        if leaving:
            if block:
                yield None
            if element.tail:
                yield element.tail
            continue
        if block:
            yield None
        stack.append((element, True))
        if is_tag and element.tag not in _SKIPPED:
            if element.text:
                yield element.text
            stack.extend((child, False) for child in reversed(element))


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

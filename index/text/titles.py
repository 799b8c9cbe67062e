"""The title and the date of a document, as far as the file says them."""

from __future__ import annotations

import datetime
import re
from typing import NamedTuple

from index.text.sentences import split
from index.types import Span

LONGEST_TITLE = 120
# No more characters of a paragraph than this are looked at for a title.
LONGEST_INPUT = 1000

_LEADING_DATE = re.compile(r"[ \t]*date[ \t]+(\d{4}-\d{2}-\d{2})(?:\s+|$)")
DATE_LINES = 4  # lines at the top that can be a date line
_DATE_LINE = re.compile(
    r"(?:\W*(?:date|dated|published|posted|updated|last updated|publication date)(?: on)?\W*:?\s*)?\W*"
    r"(\d{4}-\d{2}-\d{2}|\d{1,2} [A-Z][a-z]+ \d{4}|[A-Z][a-z]+ \d{1,2}, \d{4}|\d{1,2}\.\d{1,2}\.\d{4})\W*",
    re.IGNORECASE,
)
_FRONT_MATTER = re.compile(r"---[ \t]*\r?\n(.*?)^(?:---|\.\.\.)[ \t]*(?:\r?\n|\Z)", re.DOTALL | re.MULTILINE)
# Far more than any front matter; what comes later is a rule between two parts of the text.
_FRONT_MATTER_ENDS = 20_000
_ISO = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?(?:$|[T\s])")
_WRITTEN = ("%B %d, %Y", "%d %B %Y", "%b %d, %Y", "%d %b %Y", "%Y/%m/%d", "%d.%m.%Y")
# Titles that programs put in by themselves.
_NO_TITLE = re.compile(
    r"\s*(?:untitled(?: document)?|\(?anonymous\)?|document ?\d*|(?:microsoft )?word document|powerpoint presentation"
    r"|presentation ?\d*|slide ?\d+|no title|title|microsoft word - .*"
    r"|[^\s]*\.(?:docx?|pdf|indd|tex|dvi|pptx?|html?))?\s*$",
    re.IGNORECASE,
)
_MARKUP = re.compile(
    r"^(?:#{1,6}\s+|>\s*|[-*+•]\s+|\d{1,3}[.)]\s+)+|\s+#+\s*$|(?<!\w)[*_`]{1,3}(?=\S)|(?<=\S)[*_`]{1,3}(?!\w)|^=+|^-+"
)
_HEADING = re.compile(r"^ {0,3}#{1,6}[ \t]+(\S.*)|^(\S.*)\r?\n=+[ \t]*$", re.MULTILINE)


class Head(NamedTuple):
    """What the beginning of a text says of it; `body` is the offset at which the content can begin."""

    title: str | None
    date: str | None
    body: int


def from_head(text: str) -> Head:
    """A text that begins with `date 2024-10-31`: that date, and the offset behind it; else the date of a date line."""
    match = _LEADING_DATE.match(text)
    if not match or (date := iso_date(match[1])) is None:
        return Head(None, _date_line(text), 0)
    return Head(None, date, match.end())


def _date_line(text: str) -> str | None:
    """The date of a line near the top that holds nothing else, such as "Published: 20 May 2024"."""
    lines = [line for line in text[:LONGEST_INPUT].split("\n") if line.strip()]
    found = (_DATE_LINE.fullmatch(line.strip()) for line in lines[:DATE_LINES])
    return next((date for match in found if match and (date := iso_date(match[1]))), None)


def from_front_matter(text: str) -> Head:
    """The title and date of a Markdown file's YAML front matter, and the offset behind it.

    Front matter that is not YAML is still no content; a block that holds no mapping is text between two rules.
    """
    import yaml

    match = _FRONT_MATTER.match(text, 0, _FRONT_MATTER_ENDS)
    if not match:
        return from_head(text)
    try:
        values = yaml.safe_load(match[1])
    except (yaml.YAMLError, ValueError, RecursionError):
        return Head(None, None, match.end())
    if not isinstance(values, dict):
        return Head(None, None, 0)
    named = {str(key).lower(): value for key, value in values.items()}
    dates = (iso_date(named.get(key)) for key in ("date", "published", "pubdate", "created"))
    title = named.get("title")
    return Head(
        clean_title(str(title)) if isinstance(title, str | int | float) else None,
        next((date for date in dates if date), None),
        match.end(),
    )


def first_heading(text: str, start: int) -> str | None:
    """The first Markdown heading behind `start`."""
    match = _HEADING.search(text, start)
    return clean_title(match[1] or match[2]) if match else None


def from_content(text: str, content: tuple[Span, ...]) -> str | None:
    """The first heading or sentence of the content that holds a word."""
    for span in content:
        for sentence in split(text, *span):
            if title := clean_title(text[sentence.start : sentence.end]):
                return title
    return None


def clean_title(title: str) -> str | None:
    """A title on one line, without markup, at most 120 characters; None where there is none or a program made it."""
    plain = " ".join(_MARKUP.sub("", title[:LONGEST_INPUT].strip()).split())
    if not any(character.isalnum() for character in plain) or _NO_TITLE.match(plain):
        return None
    if len(plain) <= LONGEST_TITLE:
        return plain
    cut = plain[: LONGEST_TITLE - 1]
    at_word = cut.rsplit(" ", 1)[0] if " " in cut[LONGEST_TITLE // 2 :] else cut
    return at_word.rstrip(" ,;:–—-") + "…"


def iso_date(value: object) -> str | None:
    """A date as `YYYY-MM-DD`, `YYYY-MM` or `YYYY`; None for what is no date."""
    if isinstance(value, datetime.datetime):
        return value.date().isoformat()
    if isinstance(value, datetime.date):
        return value.isoformat()
    plain = str(value).strip() if isinstance(value, str | int) and not isinstance(value, bool) else ""
    if match := _ISO.match(plain):
        year, month, day = match[1], match[2], match[3]
        try:
            datetime.date(int(year), int(month or 1), int(day or 1))
        except ValueError:
            return None
        return "-".join(part for part in (year, month, day) if part)
    for pattern in _WRITTEN:
        try:
            return datetime.datetime.strptime(plain, pattern).date().isoformat()
        except ValueError:
            continue
    return None

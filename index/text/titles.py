"""Finds the title and the date that a document states."""

from __future__ import annotations

import datetime
import re
from collections.abc import Sequence
from typing import NamedTuple

from index.text.sentences import split
from index.text.structure import heading_text
from index.types import Block, Span

LONGEST_TITLE = 120
# How many characters of a paragraph are searched for a title.
LONGEST_INPUT = 1000

_LEADING_DATE = re.compile(r"[ \t]*date[ \t]+(\d{4}-\d{2}-\d{2})(?:\s+|$)")
MAX_WORDS_BESIDE_DATE = 4  # of a heading that dates the section below it
_NAME_DATE = re.compile(r"(?<!\d)((?:19|20)\d{2})[-_.]?(0[1-9]|1[0-2])[-_.]?(0[1-9]|[12]\d|3[01])(?!\d)")
_MONTH = (
    r"(?:Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|Sept?(?:ember)?|Oct(?:ober)?"
    r"|Nov(?:ember)?|Dec(?:ember)?)"
)
_WRITTEN_DATE = re.compile(
    rf"\b\d{{4}}-\d{{2}}-\d{{2}}\b|\b\d{{1,2}}(?:st|nd|rd|th)? {_MONTH},? \d{{4}}\b"
    rf"|\b{_MONTH} \d{{1,2}}(?:st|nd|rd|th)?,? \d{{4}}\b"
    rf"|\b{_MONTH} \d{{4}}\b|\b\d{{1,2}}\.\d{{1,2}}\.\d{{4}}\b",
    re.IGNORECASE,
)
DATE_LINES = 4  # how many lines at the top can be a date line
_DATE_LINE = re.compile(
    r"(?:\W*(?:date|dated|published|posted|updated|last updated|publication date)(?: on)?\W*:?\s*)?\W*"
    r"(\d{4}-\d{2}-\d{2}|\d{1,2} [A-Z][a-z]+ \d{4}|[A-Z][a-z]+ \d{1,2}, \d{4}|\d{1,2}\.\d{1,2}\.\d{4})\W*",
    re.IGNORECASE,
)
_FRONT_MATTER = re.compile(r"---[ \t]*\r?\n(.*?)^(?:---|\.\.\.)[ \t]*(?:\r?\n|\Z)", re.DOTALL | re.MULTILINE)
# Longer than any front matter; a later match is a horizontal rule in the text.
_FRONT_MATTER_ENDS = 20_000
_ISO = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?(?:$|[T\s])")
_WRITTEN = ("%B %d, %Y", "%d %B %Y", "%b %d, %Y", "%d %b %Y", "%B %d %Y", "%b %d %Y", "%Y/%m/%d", "%d.%m.%Y")
_WRITTEN_MONTHS = ("%B %Y", "%b %Y")
# Titles that programs insert by default.
_NO_TITLE = re.compile(
    r"\s*(?:untitled(?: document)?|\(?anonymous\)?|document ?\d*|(?:microsoft )?word document|powerpoint presentation"
    r"|presentation ?\d*|slide ?\d+|no title|title|microsoft word - .*"
    r"|[^\s]*\.(?:docx?|pdf|indd|tex|dvi|pptx?|html?))?\s*$",
    re.IGNORECASE,
)
_MARKUP = re.compile(
    r"^(?:#{1,6}\s+|>\s*|[-*+•]\s+|\d{1,3}[.)]\s+)+|\s+#+\s*$|(?<!\w)[*_`]{1,3}(?=\S)|(?<=\S)[*_`]{1,3}(?!\w)|^=+|^-+"
)
# Headings of the parts of a changelog: "2.1.0 (2024-05-06)", "v3", "Version 3.1.0", "Unreleased", a date
_VERSION = re.compile(
    r"(?:version|release|v)?\W*\d[\w.\-]*(?:\W+(?:\d[\d\-/. ]*|unreleased|in development|[A-Z]\w+ \d{1,2},? \d{4}))?\W*"
    r"|\W*(?:unreleased|next|upcoming)\W*",
    re.IGNORECASE,
)


class Head(NamedTuple):
    """The title and date at the beginning of a text. body: the offset at which the content can begin."""

    title: str | None
    date: str | None
    body: int


def from_head(text: str) -> Head:
    """Reads `date 2024-10-31` at the beginning of a text, which is not content; else the date of a date line."""
    match = _LEADING_DATE.match(text)
    if not match or (date := iso_date(match[1])) is None:
        return Head(None, _date_line(text), 0)
    return Head(None, date, match.end())


def _date_line(text: str) -> str | None:
    """Returns the date of a line near the top that contains nothing else, such as "Published: 20 May 2024"."""
    lines = [line for line in text[:LONGEST_INPUT].split("\n") if line.strip()]
    found = (_DATE_LINE.fullmatch(line.strip()) for line in lines[:DATE_LINES])
    return next((date for match in found if match and (date := iso_date(match[1]))), None)


def from_front_matter(text: str) -> Head:
    """Reads the title and date from a Markdown file's YAML front matter, which is not content.

    Front matter that is not valid YAML is not content either; a block without a mapping is text between two rules.
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


def from_headings(text: str, blocks: Sequence[Block]) -> str | None:
    """Returns the heading that names the whole document: the first, if none of its level or above follows.

    The first of several headings on one level names only its own part, like the newest version in a changelog. A first
    heading of the highest level names the document anyway, unless it is a version or a date.
    """
    headings = [block for block in blocks if block.kind == "heading"]
    if not headings:
        return None
    first = headings[0]
    title = clean_title(heading_text(text[first.start : first.end]))
    if not any(heading.level <= first.level for heading in headings[1:]):
        return title
    return title if first.level == 1 and title and not _VERSION.fullmatch(title) else None


def from_content(text: str, content: tuple[Span, ...], stem: str = "") -> str | None:
    """Returns the first line of a text without headings if it looks like a title or the file name has no words."""
    for span in content:
        for sentence in split(text, *span):
            if title := clean_title(text[sentence.start : sentence.end]):
                return title if _stands_alone(text, sentence) or not says_something(stem) else None
    return None


def _stands_alone(text: str, sentence: Span) -> bool:
    """Returns whether a line is separate from the next and is not a sentence, list item or "Key: value" line."""
    raw = text[sentence.start : sentence.end]
    apart = re.match(r"[ \t]*(?:\r\n|\n|\r)", text[sentence.end : sentence.end + 80]) is not None
    return apart and len(raw.split()) <= 20 and not re.search(r"[.,;:]$|^\W*\w+:\s", raw)


def says_something(stem: str) -> bool:
    """Returns whether a file name contains a word: letters that are not a hexadecimal number."""
    return any(not re.fullmatch(r"[0-9a-f]+", word) for word in re.findall(r"[^\W\d_]{3,}", stem.lower()))


def clean_title(title: str) -> str | None:
    """Returns a title on one line without markup, of at most 120 characters; None if it is empty or a default."""
    plain = " ".join(_MARKUP.sub("", title[:LONGEST_INPUT].strip()).split())
    if not any(character.isalnum() for character in plain) or _NO_TITLE.match(plain):
        return None
    if len(plain) <= LONGEST_TITLE:
        return plain
    cut = plain[: LONGEST_TITLE - 1]
    at_word = cut.rsplit(" ", 1)[0] if " " in cut[LONGEST_TITLE // 2 :] else cut
    return at_word.rstrip(" ,;:–—-") + "…"


def date_in_name(stem: str) -> str | None:
    """Returns the only date in a file name, as in "2024-09-11-minutes" or "minutes_20240911", else None."""
    found = {"-".join(filter(None, match.groups())) for match in _NAME_DATE.finditer(stem)}
    return iso_date(found.pop()) if len(found) == 1 else None


def date_of_heading(heading: str) -> str | None:
    """Returns the date of a heading with few other words: "11 September 2024", "Version 2.1 (2024-05-06)"."""
    found = list(_WRITTEN_DATE.finditer(heading))
    if len(found) != 1:
        return None
    if heading[: found[0].start()].rstrip(" *_`").endswith(":"):
        return None  # "Next meeting: 18 September 2024"
    rest = re.findall(r"[^\W\d_]{2,}", heading[: found[0].start()] + heading[found[0].end() :])
    if len(rest) > MAX_WORDS_BESIDE_DATE and not re.search(r"[,(–—|-]\s*$", heading[: found[0].start()]):
        return None
    plain = re.sub(r"(?<=\d)(?:st|nd|rd|th)\b|,", "", found[0][0])
    plain = re.sub(r"\bSept\b", "Sep", plain)
    return iso_date(plain)


def iso_date(value: object) -> str | None:
    """Converts a date to `YYYY-MM-DD`, `YYYY-MM` or `YYYY`; returns None if it is not a date."""
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
    for pattern in _WRITTEN_MONTHS:
        try:
            return datetime.datetime.strptime(plain, pattern).date().isoformat()[:7]
        except ValueError:
            continue
    return None

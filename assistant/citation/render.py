"""Renders an answer as Markdown, plain text, HTML and JSON. All document text is escaped.

`Answer.text` uses a small subset of Markdown: paragraphs, or a list of lines that begin with "- "; `**bold**` for the
answering words; `[n]` for a marker. A backslash precedes anything else that could be markup.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import escape as escape_html
from typing import NamedTuple

from assistant.citation.sanitize import CONTROLS, one_line, safe_json, visible
from assistant.types import Answer, Citation, Passage

DATE_UNKNOWN = "date unknown"
_SPECIAL = re.compile(r"([\\`*\[\]<>|~]|(?<![^\W_])_|_(?![^\W_]))")  # an underscore within a word is plain
# Patterns skip control characters: a later step may remove them, which must not create markup. Each repeated part uses
# one character class, because two that overlap would backtrack catastrophically on a run of control characters.
_C = CONTROLS
_GAP = rf"(?=[{_C}]*(?:\s|$))"
_LINE_START = re.compile(
    rf"((?:^|\r)(?:(?!\n)[\s{_C}])*+)(#(?=[#{_C}]*(?:\s|$))|[-+]{_GAP}|[-=](?=[-=\s{_C}]*$)|\d[\d{_C}]*(?=[.)]{_GAP}))",
    re.M,
)
_ENTITY = re.compile(rf"&(?=#?[\w{_C}]+;)")
# a backslash with the character that it escapes; the start or end of bold; a marker
_TOKEN = re.compile(r"\\([!-/:-@\[-`{-~])|(\*\*)|\[(\d+)\]")


class Segment(NamedTuple):
    """A piece of an answer's text without markup. marker: the citation's number if the piece is a marker."""

    text: str
    bold: bool = False
    marker: int | None = None


class Block(NamedTuple):
    """A paragraph ("p") or a list ("ul") of an answer's text: its lines or items, each split into segments."""

    kind: str
    lines: tuple[tuple[Segment, ...], ...]


def escape(text: str) -> str:
    """Escapes document text so that Markdown shows it unchanged: no markup, HTML or marker. See `unescape`."""
    text = _SPECIAL.sub(r"\\\1", text)
    text = _ENTITY.sub(r"\\&", text)
    return _LINE_START.sub(lambda m: f"{m[0]}\\" if m[2][0].isdigit() else f"{m[1]}\\{m[2]}", text)


def unescape(markdown: str) -> str:
    """Converts an answer's Markdown to plain text: removes escapes and bold, keeps markers. Inverse of `escape`."""
    return "".join(segment.text for segment in segments(markdown))


def segments(markdown: str) -> Iterator[Segment]:
    """Yields an answer's Markdown in segments, which say whether they are bold or a marker."""
    bold, plain, last = False, "", 0
    for match in _TOKEN.finditer(markdown):
        plain += markdown[last : match.start()] + (match[1] or "")
        last = match.end()
        if match[1]:
            continue
        if plain:
            yield Segment(plain, bold)
            plain = ""
        if match[2]:
            bold = not bold
        else:
            yield Segment(match[0], bold, int(match[3]))
    if plain := plain + markdown[last:]:
        yield Segment(plain, bold)


def blocks(markdown: str) -> list[Block]:
    """Parses an answer's Markdown into paragraphs and lists. The result is unescaped: show it as plain text."""
    return [_block(block) for block in re.split(r"\n\s*\n", markdown) if block.strip()]


def _block(block: str) -> Block:
    """Parses one block: a list if all lines begin with "- ", else a paragraph."""
    lines = [line for line in block.split("\n") if line.strip()]
    if all(line.startswith("- ") for line in lines):
        return Block("ul", tuple(_line(line[2:]) for line in lines))
    return Block("p", tuple(_line(line) for line in lines))


def _line(line: str) -> tuple[Segment, ...]:
    return tuple(segment._replace(text=visible(segment.text)) for segment in segments(line))


def place(citation: Citation | Passage) -> str:
    """Describes the place of a quote: "reports/may.pdf, Results › Sales, page 3, 2024-05-31, characters 10 to 84"."""
    parts = [
        one_line(citation.source),
        one_line(citation.section, 120),
        f"page {citation.page}" if citation.page else "",
        citation.date or DATE_UNKNOWN,
        f"characters {citation.start} to {citation.end}",
    ]
    return ", ".join(filter(None, parts))


def unshown(answer: Answer) -> set[int]:
    """Returns the numbers of the citations whose quote the answer's text does not contain; show these quotes below."""
    text = one_line(unescape(answer.text))
    return {c.number for c in answer.citations if one_line(c.quote) not in text}


def markdown(answer: Answer) -> str:
    """Renders the answer as Markdown with its sources below; an abstention, with the nearest passages."""
    blocks = [visible(answer.text)]
    if answer.abstained and answer.nearest:
        near = (f"> {escape(one_line(p.text))}\n>\n> — {_title(p)}. {escape(place(p))}" for p in answer.nearest)
        blocks += ["Nearest passages:", *near]
    if answer.citations:
        sources = (
            f"{c.number}. {_title(c)}. {escape(place(c))}\n   > {escape(one_line(c.quote))}" for c in answer.citations
        )
        blocks += ["Sources:", "\n".join(sources)]
    return "\n\n".join(blocks) + "\n"


def plain(answer: Answer) -> str:
    """Renders the answer as plain text with its sources below, safe to print on a terminal."""
    blocks = [visible(unescape(answer.text))]
    if answer.abstained and answer.nearest:
        blocks += ["Nearest passages:"]
        blocks += [f"  {one_line(p.text, 400)}\n  ({one_line(p.title, 100)}; {place(p)})" for p in answer.nearest]
    if answer.citations:
        hidden = unshown(answer)
        blocks += ["\n".join(_plain_source(c, c.number in hidden) for c in answer.citations)]
    return "\n\n".join(blocks) + "\n"


def as_html(answer: Answer) -> str:
    """Renders the answer as an HTML fragment, in which markers link to the quotes in a list below."""
    body = "".join(map(_html_block, blocks(answer.text)))
    if answer.abstained:
        near = "".join(f"<li><blockquote>{_html(p.text)}</blockquote>{_html_place(p)}</li>" for p in answer.nearest)
        return f'<div class="abstained">{body}{f"<ul>{near}</ul>" if near else ""}</div>'
    items = "".join(
        f'<li id="citation-{c.number}" value="{c.number}">'
        f"<blockquote>{_html(c.quote)}</blockquote>{_html_place(c)}</li>"
        for c in answer.citations
    )
    return f'<div class="answer">{body}<ol>{items}</ol></div>'


def as_json(answer: Answer) -> str:
    """Renders every field of the answer as JSON."""
    return safe_json(answer.to_dict())


def _title(item: Citation | Passage) -> str:
    return escape(one_line(item.title))


def _plain_source(citation: Citation, quoted: bool) -> str:
    quote = f"\n    “{one_line(citation.quote)}”" if quoted else ""
    return f"[{citation.number}] {one_line(citation.title, 100)}\n    {place(citation)}{quote}"


def _html(text: str) -> str:
    return escape_html(visible(text))


def _html_place(item: Citation | Passage) -> str:
    return f"<cite>{_html(item.title)}</cite> <small>{_html(place(item))}</small>"


def _html_block(block: Block) -> str:
    lines = ["".join(map(_html_segment, line)) for line in block.lines]
    return (
        f"<ul>{''.join(f'<li>{line}</li>' for line in lines)}</ul>"
        if block.kind == "ul"
        else f"<p>{'<br>'.join(lines)}</p>"
    )


def _html_segment(segment: Segment) -> str:
    if segment.marker is not None:
        return f'<a class="citation" href="#citation-{segment.marker}">[{segment.marker}]</a>'
    text = escape_html(segment.text)
    return f"<strong>{text}</strong>" if segment.bold else text

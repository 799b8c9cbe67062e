"""An answer as Markdown, plain text, HTML and JSON. Nothing of a document gets out unescaped."""

from __future__ import annotations

import html
import json
import re

from assistant.types import Answer, Citation

_MARKER = re.compile(r"(?<!\\)\[(\d+)\]")
_SPECIAL = re.compile(r"([\\`*\[\]<>|~]|(?<![^\W_])_|_(?![^\W_]))")  # an underscore within a word is plain
_LINE_START = re.compile(r"^(\s*)(#{1,6}(?=\s)|[-+](?=\s)|=+\s*$|\d{1,9}(?=[.)]\s))", re.M)
_ENTITY = re.compile(r"&(?=#?\w+;)")


def escape(text: str) -> str:
    """Text of a document as Markdown that shows it as it is: no markup, no HTML, no marker."""
    text = _SPECIAL.sub(r"\\\1", text)
    text = _ENTITY.sub(r"\\&", text)
    return _LINE_START.sub(lambda m: f"{m[1]}{m[2]}\\" if m[2].isdigit() else f"{m[1]}\\{m[2]}", text)


def unescape(markdown: str) -> str:
    """Markdown of an answer as plain text: escapes and bold taken away, markers kept."""
    text = re.sub(r"(?<!\\)\*\*", "", markdown)
    return re.sub(r"\\([\\`*\[\]<>|~_&#+=.)-])", r"\1", text)


def place(citation: Citation) -> str:
    """Where a quote is, in words: "reports/may.txt, 2024-05-31, characters 10 to 84"."""
    date = citation.date or "date unknown"
    return f"{citation.source}, {date}, characters {citation.start} to {citation.end}"


def markdown(answer: Answer) -> str:
    """The answer with its sources below, as Markdown."""
    if answer.abstained:
        near = [f"> {escape(_one_line(p.text))}\n>\n> — {escape(p.title)} ({escape(p.source)})" for p in answer.nearest]
        return "\n\n".join([answer.text, *(["Nearest passages:", *near] if near else [])]) + "\n"
    sources = [
        f"{c.number}. {escape(c.title)}. {escape(place(c))}\n   > {escape(_one_line(c.quote))}" for c in answer.citations
    ]
    return "\n\n".join([answer.text, "Sources:", "\n".join(sources)]) + "\n"


def plain(answer: Answer) -> str:
    """The answer with its sources below, as plain text."""
    if answer.abstained:
        near = [f"  {_one_line(p.text)}\n  ({p.title}; {p.source})" for p in answer.nearest]
        return "\n\n".join([answer.text, *(["Nearest passages:", *near] if near else [])]) + "\n"
    sources = [f"[{c.number}] {c.title}\n    {place(c)}" for c in answer.citations]
    return "\n\n".join([unescape(answer.text), "\n".join(sources)]) + "\n"


def as_html(answer: Answer) -> str:
    """The answer as an HTML fragment: markers are links to the quotes in a list below."""
    paragraphs = "".join(f"<p>{_html_line(line)}</p>" for line in answer.text.split("\n") if line.strip())
    if answer.abstained:
        near = "".join(f"<li><blockquote>{html.escape(p.text)}</blockquote>{html.escape(p.source)}</li>" for p in answer.nearest)
        return f'<div class="abstained">{paragraphs}<ul>{near}</ul></div>'
    items = "".join(
        f'<li id="citation-{c.number}" value="{c.number}"><blockquote>{html.escape(c.quote)}</blockquote>'
        f"<cite>{html.escape(c.title)}</cite> {html.escape(place(c))}</li>"
        for c in answer.citations
    )
    return f'<div class="answer">{paragraphs}<ol>{items}</ol></div>'


def as_json(answer: Answer) -> str:
    """The answer as JSON, every field."""
    return json.dumps(answer.to_dict(), ensure_ascii=False, indent=2)


def _html_line(line: str) -> str:
    text = html.escape(line.removeprefix("- "), quote=False)
    text = _MARKER.sub(r'<a class="citation" href="#citation-\1">[\1]</a>', text)
    text = re.sub(r"(?<!\\)\*\*(.+?)(?<!\\)\*\*", r"<strong>\1</strong>", text)
    return re.sub(r"\\([\\`*\[\]|~_#+=.)-]|&lt;|&gt;|&amp;)", r"\1", text)


def _one_line(text: str) -> str:
    return " ".join(text.split())

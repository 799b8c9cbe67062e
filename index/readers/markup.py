"""reStructuredText, AsciiDoc and Org files: the text as it is, its blocks told by the layout and each format's marks.

docutils would know more of reStructuredText; but its nodes have no exact lines, and it runs directives that read files.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from index.readers.extract import Extract
from index.readers.plain import plain_blocks
from index.text import titles
from index.text.lines import lines
from index.types import Block, Span

# ".. directive::" and ".. comment" with what is indented under them
_DIRECTIVE = re.compile(r"^([ \t]*)\.\.(?:[ \t]+(?P<rest>[^\n]*))?$", re.MULTILINE)
_CODE_DIRECTIVE = re.compile(r"(?:code|code-block|sourcecode|literalinclude|parsed-literal|prompt)::")
# Directives whose indented text is the document's own.
_TEXT_DIRECTIVE = re.compile(
    r"(?:note|warning|tip|important|caution|danger|hint|attention|error|seealso|admonition|topic|sidebar|versionadded"
    r"|versionchanged|deprecated|versionremoved|epigraph|rubric|list-table|container|only|tab|tab-set|dropdown"
    r"|(?:py:|c:|js:|rst:|std:)?(?:function|method|class|attribute|data|module|exception|option|confval|envvar|describe))::"
)
_ROLE_LINE = re.compile(r"^[ \t]*\.\. _[^\n]*:[ \t]*(?:\S+)?[ \t]*$|^[ \t]*:[\w-]+:[ \t]*$", re.MULTILINE)
_LITERAL = re.compile(r"::[ \t]*\r?\n(?:[ \t]*\r?\n)+(?=([ \t]+)\S)")
_ADOC_HEADING = re.compile(r"^(={1,6})[ \t]+\S[^\n]*", re.MULTILINE)
_ORG_HEADING = re.compile(r"^(\*{1,6})[ \t]+\S[^\n]*", re.MULTILINE)
_ADOC_CODE = re.compile(r"^(----|\.\.\.\.|````?)[ \t]*\r?\n.*?^\1[ \t]*$", re.MULTILINE | re.DOTALL)
_ADOC_MARKUP = re.compile(
    r"^(?::[\w-]+:[^\n]*|//[^\n]*|\[[^\]\n]*\]|\|===|====|\*\*\*\*|____|include::[^\n]*|toc::[^\n]*)[ \t]*$",
    re.MULTILINE,
)
_ORG_CODE = re.compile(r"^#\+begin_(src|example)\b.*?^#\+end_\1[^\n]*", re.MULTILINE | re.DOTALL | re.IGNORECASE)
_ORG_MARKUP = re.compile(r"^(?:#\+[^\n]*|:[\w-]+:[^\n]*)$", re.MULTILINE)
_ORG_DATE = re.compile(r"^#\+date:[ \t]*[<\[]?(\d{4}-\d{2}-\d{2})", re.MULTILINE | re.IGNORECASE)
_ORG_TITLE = re.compile(r"^#\+title:[ \t]*(\S[^\n]*)", re.MULTILINE | re.IGNORECASE)
_RULE = re.compile(r"[=\-~^\"'`#*+:. ]{3,}|[+|][-=+| ]+[+|]")


def from_rst(text: str) -> Extract:
    """A reStructuredText file: the text as it is."""
    return _extract(text, _rst_blocks(text))


def from_asciidoc(text: str) -> Extract:
    """An AsciiDoc file: the text as it is."""
    marked = _found(text, _ADOC_CODE, lambda m: Block("code", *m.span(), lead=_line_before(text, m.start())))
    marked += _found(text, _ADOC_HEADING, lambda m: Block("heading", *m.span(), len(m[1])))
    marked += _found(text, _ADOC_MARKUP, lambda m: Block("markup", *m.span()))
    return _extract(text, marked)


def from_org(text: str) -> Extract:
    """An Org file: the text as it is; title and date from its keywords."""
    marked = _found(text, _ORG_CODE, lambda m: Block("code", *m.span(), lead=_line_before(text, m.start())))
    marked += _found(text, _ORG_HEADING, lambda m: Block("heading", *m.span(), len(m[1])))
    marked += _found(text, _ORG_MARKUP, lambda m: Block("markup", *m.span()))
    extract = _extract(text, marked)
    title, date = _ORG_TITLE.search(text), _ORG_DATE.search(text)
    return extract._replace(
        title=titles.clean_title(title[1]) if title else extract.title,
        date=titles.iso_date(date[1]) if date else extract.date,
    )


def _found(text: str, pattern: re.Pattern[str], make: Callable[[re.Match[str]], Block]) -> list[Block]:
    return [make(match) for match in pattern.finditer(text)]


def _extract(text: str, marked: list[Block]) -> Extract:
    """The text with these blocks, and with those of its layout beside them."""
    head = titles.from_head(text)
    blocks = _merged(marked, [*plain_blocks(text, head.body)])
    return Extract(text, head.title or titles.from_headings(text, blocks), head.date, head.body, blocks=blocks)


def _merged(first: list[Block], others: list[Block]) -> tuple[Block, ...]:
    """Blocks in order without overlaps; earlier lists, and in one list what begins first, take precedence."""
    kept: list[Block] = []
    for some in (first, others):
        new: list[Block] = []
        for block in sorted(some, key=lambda block: (block.start, -block.end)):
            if not any(b.start < block.end and block.start < b.end for b in [*kept, *new[-1:]]):
                new.append(block)
        kept += new
    return tuple(sorted(kept, key=lambda block: block.start))


def _rst_blocks(text: str) -> list[Block]:
    marked: list[Block] = []
    for match in _DIRECTIVE.finditer(text):
        rest = (match["rest"] or "").strip()
        line_end = match.end()
        body = _indented(text, line_end, len(match[1].expandtabs()))
        if _CODE_DIRECTIVE.match(rest):
            marked.append(Block("markup", match.start(), line_end))
            if body:
                marked.append(Block("code", *body, lead=_line_before(text, match.start())))
        elif _TEXT_DIRECTIVE.match(rest):
            marked.append(Block("markup", match.start(), match.start() + match[0].index("::") + 2))
        else:
            marked.append(Block("markup", match.start(), body.end if body else line_end))
    for match in _ROLE_LINE.finditer(text):
        marked.append(Block("markup", match.start(), match.end()))
    for match in _LITERAL.finditer(text):
        line_start = text.rfind("\n", 0, match.start()) + 1
        if text.startswith("..", line_start + len(text[line_start:]) - len(text[line_start:].lstrip())):
            continue
        if body := _indented(text, match.end() - 1, len(match[1].expandtabs()) - 1):
            marked.append(Block("code", *body, lead=_line_before(text, match.end())))
    overlines = [
        Block("markup", *line) for line in lines(text) if _RULE.fullmatch(text, *line) and line.end - line.start >= 3
    ]
    underlined = [block for block in plain_blocks(text) if block.kind == "heading"]
    return list(_merged(marked, [*underlined, *overlines]))


def _indented(text: str, line_end: int, indent: int) -> Span | None:
    """The lines behind a line that are indented more than it, stripped of blank lines; None for none."""
    start = end = None
    for match in re.compile(r"[^\n]*\n?").finditer(text, line_end + 1):
        line = match[0]
        if not line:
            break
        if not line.strip():
            continue
        expanded = line.expandtabs()
        if len(expanded) - len(expanded.lstrip()) <= indent:
            break
        start = match.start() if start is None else start
        end = match.start() + len(line.rstrip())
    return Span(start, end) if start is not None and end is not None else None


def _line_before(text: str, offset: int) -> Span | None:
    """The last line with text before an offset."""
    raw = text[:offset].rstrip() if offset < 2000 else text[offset - 2000 : offset].rstrip()
    base = 0 if offset < 2000 else offset - 2000
    start = raw.rfind("\n") + 1
    line = raw[start:]
    return Span(base + start + len(line) - len(line.lstrip()), base + len(raw)) if line.strip() else None

"""Plain text files: the text as it is, its blocks told by the layout of its lines."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import groupby, pairwise

from index.readers.extract import Extract
from index.readers.markdown import lead_of
from index.text import titles
from index.text.lines import blocks as units_of
from index.text.lines import lines
from index.types import Block, Span

MAX_HEADING_WORDS = 14

_UNDERLINE = re.compile(r"([=\-~^\"'`#*+:.])\1{2,}")
_NUMBERED_HEADING = re.compile(
    r"(\d{1,2}(?:\.\d{1,2}){1,3})\.?[ \t]+[^\W\d_]\S*.*|(?:chapter|section|part)\s+\w{1,5}\b.*", re.I
)
_ITEM = re.compile(r"(?:[-–—•◦▪‣●○■□∙*+]|\(?\d{1,3}[.)]|\(?(?P<letter>[A-Za-z]|[ivxIVX]{2,5})[.)])[ \t\xa0]+(?=\S)")
_FIELD = re.compile(r"[^\W\d_][\w /&'’().#-]{0,40}:[ \t]+\S")
_ENDS_SENTENCE = re.compile(r"[.!?…:;,。！？]['\"”’»)\]]*$")


def from_text(text: str) -> Extract:
    """A plain text file: the text as it is."""
    head = titles.from_head(text)
    blocks = plain_blocks(text, head.body)
    opens = bool(blocks) and blocks[0].kind == "heading" and not text[head.body : blocks[0].start].strip()
    title = head.title or (titles.from_headings(text, blocks) if opens else None)
    return Extract(text, title, head.date, head.body, blocks=blocks)


def plain_blocks(text: str, start: int = 0) -> tuple[Block, ...]:
    """The headings, list items, table rows and fields of `text[start:]`; what lies between them is paragraphs."""
    found = list(lines(text, start))
    taken = _headings(text, found) + _rows(text, found)
    taken += [block for block in _fields(text, found) if not _overlaps(block, taken)]
    taken += [block for block in _items(text, start) if not _overlaps(block, taken)]
    return _with_leads(text, sorted(taken, key=lambda block: block.start), found)


def _overlaps(block: Block, others: list[Block]) -> bool:
    return any(block.start < other.end and other.start < block.end for other in others)


def _headings(text: str, found: list[Span]) -> list[Block]:
    """Underlined lines, numbered titles and lines of capitals that stand alone."""
    result: list[Block] = []
    marks: list[str] = []
    for n, line in enumerate(found):
        words = text[line.start : line.end]
        after = found[n + 1] if n + 1 < len(found) else None
        if len(words.split()) > MAX_HEADING_WORDS or not any(map(str.isalpha, words)):
            continue
        under = _UNDERLINE.fullmatch(text, after.start, after.end) if after else None
        if after and under and text.count("\n", line.end, after.start) <= 1 and _fits(line, after):
            if under[1] not in marks:
                marks.append(under[1])
            result.append(Block("heading", line.start, after.end, marks.index(under[1]) + 1))
            continue
        alone = _blank_before(text, line) and _blank_after(text, line) and not _ENDS_SENTENCE.search(words)
        if alone and (numbered := _NUMBERED_HEADING.fullmatch(words)):
            result.append(Block("heading", line.start, line.end, numbered[1].count(".") + 1 if numbered[1] else 1))
        elif alone and after and words.isupper() and len(words) > 3 and not _ITEM.match(words):
            result.append(Block("heading", line.start, line.end, len(marks) + 1))
    return result


def _fits(line: Span, underline: Span) -> bool:
    """Whether an underline is about as long as its line: a rule across the page is none."""
    return -2 <= (underline.end - underline.start) - (line.end - line.start) <= 4


def _blank_before(text: str, line: Span) -> bool:
    before = text[: line.start].rstrip(" \t") if line.start < 200 else text[line.start - 200 : line.start].rstrip(" \t")
    return not before.strip() or before.replace("\r\n", "\n").endswith("\n\n")


def _blank_after(text: str, line: Span) -> bool:
    return re.match(r"[ \t]*(?:\r\n|\n|\r)[ \t]*(?:\r\n|\n|\r|$)|[ \t]*$", text[line.end : line.end + 200]) is not None


def _rows(text: str, found: list[Span]) -> list[Block]:
    """Rows of tables: two lines or more that have the same number of pipes or tabs between cells."""
    result: list[Block] = []
    for columns, run in groupby(found, key=lambda line: _columns(text, line)):
        rows = list(run)
        if columns < 2 or len(rows) < 2:
            continue
        header, *others = [row for row in rows if any(map(str.isalnum, text[row.start : row.end]))] or [rows[0]]
        result.append(Block("table_header", *header, group=header.start))
        result += [Block("table_row", *row, group=header.start, lead=header) for row in others]
    return result


def _columns(text: str, line: Span) -> int:
    pipes = text.count("|", line.start, line.end)
    tabs = len(re.findall(r"\S\t+\S", text[line.start : line.end]))
    return pipes if pipes > 1 or text.startswith("|", line.start) else tabs if tabs > 1 else 0


def _fields(text: str, found: list[Span]) -> list[Block]:
    """Lines of the form "Key: value", of which at least two follow each other."""
    result: list[Block] = []
    run: list[Span] = []
    for line in [*found, None]:
        near = line is not None and (not run or text.count("\n", run[-1].end, line.start) <= 1)
        if line is not None and near and _FIELD.match(text, line.start, line.end):
            run.append(line)
            continue
        if len(run) > 1:
            result += [Block("field", *span, group=run[0].start) for span in run]
        run = [line] if line is not None and _FIELD.match(text, line.start, line.end) else []
    return result


def _items(text: str, start: int) -> list[Block]:
    """Items of lists; one that a letter numbers needs another beside it, since names are abbreviated so too."""
    result: list[Block] = []
    group: list[Block] = []
    for unit in [*units_of(text, start), None]:
        if unit is not None and (match := _ITEM.match(text, unit.start, unit.end)):
            indent = unit.start - (max(text.rfind("\n", 0, unit.start), text.rfind("\r", 0, unit.start)) + 1)
            group.append(Block("item", *unit, level=indent, group=-2 if match["letter"] else -1))
            continue
        if len(group) > 1 or (group and group[0].group == -1):
            indents = sorted({block.level for block in group})
            levels = {indent: n for n, indent in enumerate(indents, 1)}
            result += [replace(block, level=levels[block.level], group=group[0].start) for block in group]
        group = []
    return result


def _with_leads(text: str, blocks: list[Block], found: list[Span]) -> tuple[Block, ...]:
    """The blocks with what introduces them: the line before a list or a table, the outer item of a nested one."""
    by_end = {line.end: line for line in found}
    headings = {block.end for block in blocks if block.kind == "heading"}
    covered = {block.end for block in blocks}
    leads: dict[int, Span | None] = {}
    outer: dict[tuple[int, int], Span] = {}
    result: list[Block] = []
    ends = sorted(by_end)
    previous = {following: end for end, following in pairwise(ends)}
    starts = {line.start: line.end for line in found}
    for block in blocks:
        if block.group >= 0 and block.group not in leads:
            first = starts.get(block.start)
            before = previous.get(first) if first is not None else None
            line = by_end[before] if before is not None and before not in headings | covered else None
            leads[block.group] = lead_of(text, line) if line else None
        if block.kind == "item":
            outer[block.group, block.level] = Span(block.start, block.end)
            lead = outer.get((block.group, block.level - 1)) or leads[block.group]
            block = replace(block, lead=lead)
        elif block.kind in ("table_header", "field"):
            block = replace(block, lead=leads[block.group])
        result.append(block)
    return tuple(result)

"""The text of a document that is no plain text, put together block by block, so that each block's span is exact."""

from __future__ import annotations

from dataclasses import dataclass, field

from index.readers.extract import Extract, valid
from index.readers.markdown import lead_of
from index.types import Block, BlockKind, Span


@dataclass(slots=True)
class Part:
    """A block before it has its place in the text. group: equal for the parts of one list or table, -1 for none."""

    kind: BlockKind
    text: str
    level: int = 0
    group: int = -1


@dataclass(slots=True)
class Builder:
    """Collects the parts of a document in reading order; `extract` makes its text and blocks of them.

    A blank line stands between parts, a line break between the items of a list and the rows of a table.
    """

    parts: list[Part] = field(default_factory=list)
    _groups: int = 0

    def group(self) -> int:
        """The number of a new list or table."""
        self._groups += 1
        return self._groups

    def add(self, kind: BlockKind, text: str, level: int = 0, group: int = -1) -> None:
        """A part; one without text is left out."""
        plain = valid(text).strip("\n") if kind == "code" else valid(text).strip()
        if plain.strip():
            self.parts.append(Part(kind, plain, level, group))

    def heading(self, text: str, level: int = 1) -> None:
        self.add("heading", " ".join(text.split()), level)

    def paragraph(self, text: str) -> None:
        self.add("paragraph", text)

    def row(self, cells: list[str], group: int, header: bool = False) -> None:
        """A row of a table, "| Part | Cost |"; one of empty cells is left out."""
        plain = [" ".join(cell.split()).replace("|", "¦") for cell in cells]
        if any(plain):
            self.add("table_header" if header else "table_row", "| " + " | ".join(plain) + " |", group=group)

    def record(self, names: list[str], values: list[str], group: int) -> None:
        """A row that is read without its table: "Name: Ann Lee; Total: 12"."""
        pairs = zip(names, values, strict=False)
        told = [f"{name}: {value}" if name else value for name, value in pairs if value]
        self.add("table_row", "; ".join(told), group=group)

    def page(self, number: int) -> None:
        """The beginning of a page."""
        self.parts.append(Part("page", "", number))

    def extract(self, title: str | None = None, date: str | None = None, hidden: str = "") -> Extract:
        """The text with its blocks."""
        text, blocks = self._render()
        return Extract(text, title, date, hidden=hidden, blocks=tuple(blocks))

    def _render(self) -> tuple[str, list[Block]]:
        pieces: list[str] = []
        blocks: list[Block] = []
        at, last_group = 0, -1
        starts: dict[int, int] = {}
        leads: dict[int, Span | None] = {}
        outer: dict[tuple[int, int], Span] = {}
        before: Span | None = None  # what can introduce the next part
        text = ""
        for part in self.parts:
            if part.kind == "page":
                blocks.append(Block("page", at, at, part.level))
                continue
            gap = "" if not at else "\n" if part.group >= 0 and part.group == last_group else "\n\n"
            pieces += [gap, part.text]
            span = Span(at + len(gap), at + len(gap) + len(part.text))
            at, last_group = span.end, part.group
            if part.group >= 0 and part.group not in starts:
                starts[part.group], leads[part.group] = span.start, before
            lead = before if part.kind == "code" else leads.get(part.group)
            if part.kind == "item":
                lead = outer.get((part.group, part.level - 1)) or lead
                outer[part.group, part.level] = span
            elif part.kind == "table_row":
                lead = outer.get((part.group, 0)) or lead
            elif part.kind == "definition":
                lead = outer.get((part.group, 0))
            if part.kind in ("table_header", "term"):
                outer[part.group, 0] = span
            blocks.append(Block(part.kind, span.start, span.end, part.level, starts.get(part.group, -1), lead))
            before = None
            if part.kind == "paragraph":
                found = lead_of(part.text, Span(0, len(part.text)))
                before = Span(span.start + found.start, span.start + found.end) if found else None
        text = "".join(pieces)
        # a page that begins before a gap begins with the text behind it
        fixed = []
        for block in blocks:
            if block.kind == "page":
                start = block.start
                while start < len(text) and text[start].isspace():
                    start += 1
                block = Block("page", start, start, block.level)
            fixed.append(block)
        return text, fixed

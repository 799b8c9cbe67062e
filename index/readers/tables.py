"""CSV, TSV and XLSX files: each row as a record that is read without its table, "Name: Ann Lee; Total: 12"."""

from __future__ import annotations

import csv
import datetime
import io
from collections.abc import Iterable, Iterator
from itertools import islice

from index.readers.archives import check_archive
from index.readers.builder import Builder
from index.readers.extract import Extract
from index.text.decode import Unreadable
from index.text.titles import clean_title, iso_date

# Rows at the top of a sheet in which the header is looked for: titles and notes can stand above it.
HEADER_ROWS = 8
_SAMPLE = 20_000
_BROKEN = "the spreadsheet is broken or password-protected: open it in a spreadsheet program and save it again as .xlsx"


def from_delimited(text: str, delimiter: str | None = None) -> Extract:
    """A file of comma-, semicolon- or tab-separated values. Raises Unreadable."""
    dialect: type[csv.Dialect] | csv.Dialect = csv.excel
    if delimiter is None:
        try:
            dialect = csv.Sniffer().sniff(text[:_SAMPLE], delimiters=",;\t|")
        except csv.Error:
            delimiter = ","  # one column, or rows of different lengths
    options = {"delimiter": delimiter} if delimiter else {}
    builder = Builder()
    try:
        _add_table(builder, csv.reader(io.StringIO(text, newline=""), dialect, **options))  # type: ignore[arg-type]
    except csv.Error as error:
        raise Unreadable(
            f"the table is broken ({error}): open it in a spreadsheet program and save it again"
        ) from error
    return builder.extract()


def from_xlsx(data: bytes) -> Extract:
    """The sheets of a workbook, a heading for each; formulas as their last values. Raises Unreadable."""
    import openpyxl

    builder = Builder()
    try:
        check_archive(data, "spreadsheet")
        book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True)
        for sheet in book.worksheets:
            rows = ([_shown(value) for value in row] for row in sheet.iter_rows(values_only=True))
            mark = len(builder.parts)
            builder.heading(sheet.title, 1)
            _add_table(builder, rows)
            if len(builder.parts) == mark + 1:
                builder.parts.pop()  # an empty sheet
        title, date = clean_title(book.properties.title or ""), iso_date(book.properties.created)
    except Unreadable:
        raise
    except Exception as error:  # a damaged archive can raise anything, from BadZipFile to KeyError
        raise Unreadable(_BROKEN) from error
    return builder.extract(title, date if title else None)


def _shown(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime.datetime):
        return value.date().isoformat() if value.time() == datetime.time() else value.isoformat(" ")
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def _add_table(builder: Builder, rows: Iterable[list[str]]) -> None:
    """Rows as records. What stands above the header is paragraphs; without one, rows are rows of cells."""
    told = ([" ".join(cell.split()) for cell in row] for row in rows)
    filled: Iterator[list[str]] = (row for row in told if any(row))
    top = list(islice(filled, HEADER_ROWS))
    place = _header_row(top)
    group = builder.group()
    if place is None:
        for row in [*top, *filled]:
            builder.row(row, group)
        return
    for row in top[:place]:
        builder.paragraph(" ".join(filter(None, row)))
    names = top[place]
    for row in [*top[place + 1 :], *filled]:
        builder.record(names, row, group)


def _header_row(top: list[list[str]]) -> int | None:
    """The first row that names its columns: at least two cells, as full as any, without figures, and rows below it."""
    width = max((sum(map(bool, row)) for row in top), default=0)
    for n, row in enumerate(top[:-1]):
        cells = [cell for cell in row if cell]
        if len(cells) >= max(2, width - 1) and not any(_is_figure(cell) for cell in cells):
            return n
    return None


def _is_figure(cell: str) -> bool:
    return cell.replace(",", "").replace(".", "").lstrip("-+$€£").replace("%", "").isdigit()

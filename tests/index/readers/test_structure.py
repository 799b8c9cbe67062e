"""Documents have blocks with exact spans; chunks know section, page and date; with real files of each format."""

from __future__ import annotations

import email.message
import io
import json
import mailbox
import zipfile
from itertools import pairwise
from pathlib import Path

import docx
import openpyxl
import pptx
import pytest
from corpus_files import made, put, reason, saved
from hypothesis import given
from hypothesis import strategies as st
from reportlab.pdfgen.canvas import Canvas  # type: ignore[import-untyped]

from index.chunk import chunk
from index.readers.markdown import markdown_blocks
from index.readers.plain import plain_blocks
from index.text.structure import block_at, lead_text, page_at, section_at
from index.types import Document

GUIDE = """---
title: The guide
date: 2024-05-06
---
# The guide

Read this first.

## Install

To install it, do three things:

1. Get the file.
2. Run it:

   ```sh
   ./setup
   ```

3. Say yes.
   - To the licence.

### Options

| Name | Meaning |
| --- | --- |
| `-q` | says nothing |
| `-v` | says more |

> Nobody needs more.

<!-- a comment -->

Port
: The number of the port.
"""


def units(document: Document) -> list[tuple[str, str, str]]:
    """Kind, text and lead of each block."""
    text = document.text
    return [(b.kind, text[b.start : b.end], text[slice(*b.lead)] if b.lead else "") for b in document.blocks]


def test_markdown_has_its_blocks_with_what_introduces_them(tmp_path: Path) -> None:
    assert units(made(tmp_path, "a.md", GUIDE)) == [
        ("heading", "# The guide", ""),
        ("paragraph", "Read this first.", ""),
        ("heading", "## Install", ""),
        ("paragraph", "To install it, do three things:", ""),
        ("item", "1. Get the file.", "To install it, do three things:"),
        ("item", "2. Run it:", "To install it, do three things:"),
        ("code", "```sh\n   ./setup\n   ```", "2. Run it:"),
        ("item", "3. Say yes.", "To install it, do three things:"),
        ("item", "- To the licence.", "3. Say yes."),
        ("heading", "### Options", ""),
        ("table_header", "| Name | Meaning |", ""),
        ("table_row", "| `-q` | says nothing |", "| Name | Meaning |"),
        ("table_row", "| `-v` | says more |", "| Name | Meaning |"),
        ("quotation", "> Nobody needs more.", ""),
        ("markup", "<!-- a comment -->", ""),
        ("term", "Port", ""),
        ("definition", ": The number of the port.", "Port"),
    ]


def test_chunks_know_their_section_and_the_lead_of_a_block_outside_them(tmp_path: Path) -> None:
    document = made(tmp_path, "a.md", GUIDE)
    chunks = chunk(document, budget=24, overlap=0)
    found = {text: piece for piece in chunks for text in ("Say yes", "says more") if text in piece.text}
    said = found["says more"]
    at = document.text.index("| `-v`")
    row = block_at(said, at)
    assert row is not None
    assert lead_text(said, row) == "| Name | Meaning |"
    assert section_at(said, at) == "The guide › Install › Options"
    assert found["Say yes"].section == "The guide › Install"


def test_the_section_of_a_sentence_is_that_of_the_last_heading_before_it(tmp_path: Path) -> None:
    document = made(tmp_path, "a.md", "# A\n\nOne is here.\n\n## B\n\nTwo is here.\n\n## C\n\nThree is here.\n")
    pieces = chunk(document)
    assert len(pieces) == 1
    places = {word: section_at(pieces[0], document.text.index(word)) for word in ("One", "Two", "Three")}
    assert places == {"One": "A", "Two": "A › B", "Three": "A › C"}


@given(st.text(st.sampled_from(list("#-*|>`~ \n\r\t1.:=ab<!")), max_size=200))
def test_blocks_of_any_text_are_in_order_apart_and_inside_it(text: str) -> None:
    for blocks in (markdown_blocks(text), plain_blocks(text)):
        assert all(0 <= block.start < block.end <= len(text) for block in blocks)
        assert all(a.end <= b.start for a, b in pairwise(blocks))


def test_a_list_item_and_a_row_are_never_cut_where_they_fit(tmp_path: Path) -> None:
    items = [f"- Step {n}. First do this. Then do that, and wait. Then go on to the next." for n in range(40)]
    document = made(tmp_path, "a.md", "Do this:\n\n" + "\n".join(items) + "\n")
    pieces = chunk(document, budget=100, overlap=0)
    assert all(line in items for piece in pieces for line in piece.text.splitlines() if line.startswith("-"))
    assert all(piece.text.startswith(("- Step", "Do this:")) for piece in pieces)


def test_a_changelog_has_its_file_as_title_and_the_date_of_each_version(tmp_path: Path) -> None:
    text = "## 2.0.0 (2024-05-06)\n\nIt is faster.\n\n## 1.9.0 - 6 March 2023\n\nIt is smaller.\n"
    document = made(tmp_path, "CHANGES.md", text)
    assert document.title == "CHANGES"
    assert [(piece.section, piece.date) for piece in chunk(document)] == [
        ("2.0.0 (2024-05-06)", "2024-05-06"),
        ("1.9.0 - 6 March 2023", "2023-03-06"),
    ]


@pytest.mark.parametrize(
    ("name", "text", "date"),
    [
        ("2024-09-11-minutes.md", "# Minutes\n\nThe board met.", "2024-09-11"),
        ("minutes_20240911.txt", "The board met.", "2024-09-11"),
        ("minutes.md", "# Minutes of 11 September 2024\n\nThe board met.", "2024-09-11"),
        ("minutes.md", "# Minutes\n\n## Next meeting: 11 September 2024\n\nThe board met.", None),
        ("9999999920240911123.txt", "The board met.", None),
    ],
)
def test_a_document_is_dated_by_its_name_or_its_heading(tmp_path: Path, name: str, text: str, date: str | None) -> None:
    assert made(tmp_path, name, text).date == date


RST = """.. _top:

=========
The guide
=========

Install
-------

Run this::

    make install

.. note::

   Be careful with it.

Steps:

1. Do this.
2. Do that
   and more.

.. image:: x.png
"""


def test_rst_is_read_as_it_stands(tmp_path: Path) -> None:
    document = made(tmp_path, "a.rst", RST)
    assert document.text == RST
    assert document.title == "The guide"
    found = units(document)
    assert ("code", "    make install", "Run this::") in found
    assert ("item", "2. Do that\n   and more.", "Steps:") in found
    assert [text for kind, text, _ in found if kind == "markup"][-1] == ".. image:: x.png"
    shown = "".join(piece.text for piece in chunk(document))
    assert "image::" not in shown
    assert "Be careful with it." in shown


def test_html_lists_tables_and_code_keep_their_form(tmp_path: Path) -> None:
    page = (
        "<h1>Guide</h1><p>Do<br>this:</p><ol><li>One<ul><li>Inner</li></ul></li><li><p>Two</p><p>More</p></li></ol>"
        "<pre>a\n  b</pre><table><tr><th>Part</th><th>Cost</th></tr><tr><td>Arch</td><td>9</td></tr></table>"
        "<dl><dt>Port</dt><dd>A number.</dd></dl><blockquote><p>Said.</p></blockquote>"
    )
    assert units(made(tmp_path, "a.html", page)) == [
        ("heading", "Guide", ""),
        ("paragraph", "Do\nthis:", ""),
        ("item", "1. One", "Do\nthis:"),
        ("item", "- Inner", "1. One"),
        ("item", "2. Two", "Do\nthis:"),
        ("paragraph", "More", "Do\nthis:"),
        ("code", "a\n  b", "More"),
        ("table_header", "| Part | Cost |", ""),
        ("table_row", "| Arch | 9 |", "| Part | Cost |"),
        ("term", "Port", ""),
        ("definition", "A number.", "Port"),
        ("quotation", "Said.", ""),
    ]


def test_docx_has_headings_lists_and_tables_by_its_styles(tmp_path: Path) -> None:
    file = docx.Document()
    file.add_heading("Leave", 1)
    file.add_heading("Annual leave", 2)
    file.add_paragraph("You need:")
    file.add_paragraph("a form", style="List Bullet")
    file.add_paragraph("a pen", style="List Bullet")
    document = made(tmp_path, "a.docx", saved(file))
    assert units(document)[2:] == [("paragraph", "You need:", ""), ("item", "- a form", "You need:"), (
        "item", "- a pen", "You need:")]  # fmt: skip
    assert section_at(chunk(document)[0], document.text.index("a pen")) == "Leave › Annual leave"


def test_pdf_pages_are_known_and_running_titles_are_not_text(tmp_path: Path) -> None:
    buffer = io.BytesIO()
    canvas = Canvas(buffer)
    for number in range(1, 4):
        canvas.drawString(72, 800, "Town report")
        canvas.drawString(72, 700, f"The bridge of the year {2000 + number} stands.")
        canvas.drawString(72, 40, f"Page {number}")
        canvas.showPage()
    canvas.save()
    document = made(tmp_path, "a.pdf", buffer.getvalue())
    pieces = chunk(document)
    assert page_at(pieces[0], document.text.index("2003")) == 3
    assert [piece.page for piece in pieces] == [1]


def test_tables_are_read_row_by_row_with_their_header(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.title = "Repairs"
    for row in (["Repairs of the year"], ["Name", "Car", "Total"], ["Gabriel Diaz", "Ford", 120.5], ["Ann", None, 80]):
        book.active.append(row)
    buffer = io.BytesIO()
    book.save(buffer)
    rows = [text for kind, text, _ in units(made(tmp_path, "a.xlsx", buffer.getvalue())) if kind == "table_row"]
    assert rows == ["Name: Gabriel Diaz; Car: Ford; Total: 120.5", "Name: Ann; Total: 80"]
    assert made(tmp_path, "a.csv", "Name;Total\nAnn;12\nBob;13\n").text == "Name: Ann; Total: 12\nName: Bob; Total: 13"
    assert made(tmp_path, "a.tsv", "Name\tTotal\nAnn\t12\n").text == "Name: Ann; Total: 12"


def test_slides_are_pages_with_a_heading(tmp_path: Path) -> None:
    slides = pptx.Presentation()
    for number in (1, 2):
        slide = slides.slides.add_slide(slides.slide_layouts[1])
        slide.shapes.title.text = f"Plan {number}"
        slide.placeholders[1].text = "First point\nSecond point"
    buffer = io.BytesIO()
    slides.save(buffer)
    document = made(tmp_path, "a.pptx", buffer.getvalue())
    last = chunk(document)[-1]
    at = document.text.rindex("Second point")
    assert (page_at(last, at), section_at(last, at)) == (2, "Plan 2")


def test_mail_has_its_subject_date_and_text(tmp_path: Path) -> None:
    message = email.message.EmailMessage()
    message["From"], message["Subject"] = "Ann <ann@example.org>", "The bridge"
    message["Date"] = "Wed, 11 Sep 2024 10:00:00 +0000"
    message.set_content("Hello Bob,\n\nthe bridge opens on Monday.\n\n> old text\n")
    document = made(tmp_path, "a.eml", bytes(message))
    assert (document.title, document.date) == ("The bridge", "2024-09-11")
    assert ("quotation", "> old text", "") in units(document)
    box = mailbox.mbox(tmp_path / "b.mbox")
    box.add(message)
    box.add(message)
    box.flush()
    box.close()
    folder = made(tmp_path, "c.mbox", (tmp_path / "b.mbox").read_bytes())
    assert [(piece.section, piece.date) for piece in chunk(folder)] == [
        ("The bridge, Ann <ann@example.org>, 2024-09-11", "2024-09-11")
    ] * 2


CONTAINER = '<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles><rootfile full-path="o/c.opf"/></rootfiles></container>'  # noqa: E501
PACKAGE = """<package xmlns="http://www.idpf.org/2007/opf"><metadata xmlns:dc="http://purl.org/dc/elements/1.1/">
<dc:title>The book</dc:title><dc:date>2020-01-01</dc:date></metadata>
<manifest><item id="b" href="b.xhtml"/><item id="a" href="a.xhtml"/></manifest>
<spine><itemref idref="a"/><itemref idref="b"/></spine></package>"""


def test_an_epub_is_read_in_the_order_of_its_spine(tmp_path: Path) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("META-INF/container.xml", CONTAINER)
        archive.writestr("o/c.opf", PACKAGE)
        for name, text in (("a", "Été one."), ("b", "Two.")):
            page = f'<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml"><body><h1>{name}</h1><p>{text}</p>'
            archive.writestr(f"o/{name}.xhtml", page + "</body></html>")
    document = made(tmp_path, "a.epub", buffer.getvalue())
    assert (document.title, document.date, document.text) == ("The book", "2020-01-01", "a\n\nÉté one.\n\nb\n\nTwo.")


def test_a_notebook_has_text_and_code_with_its_output(tmp_path: Path) -> None:
    cells = [
        {"cell_type": "markdown", "source": ["# Bridges\n", "\n", "Run this:"]},
        {"cell_type": "code", "source": ["print(1)"], "outputs": [{"text": ["1\n"]}]},
    ]
    document = made(tmp_path, "a.ipynb", json.dumps({"cells": cells, "nbformat": 4}))
    assert units(document) == [
        ("heading", "# Bridges", ""),
        ("paragraph", "Run this:", ""),
        ("code", "print(1)", "Run this:"),
        ("code", "1", ""),
    ]


def test_data_files_are_lines_of_key_paths(tmp_path: Path) -> None:
    config = {
        "server": {"port": 8080, "tags": ["a", "b"]},
        "users": [{"name": "Ann", "age": 3}, {"name": "B", "age": 4}],
    }
    text = "server.port: 8080\nserver.tags: a, b\nusers:\n\nname: Ann; age: 3\nname: B; age: 4"
    assert made(tmp_path, "a.json", json.dumps(config)).text == text
    assert made(tmp_path, "a.yaml", "server:\n  port: 8080\n  x: !Ref y\n").text == "server.port: 8080\nserver.x: y"
    assert made(tmp_path, "a.toml", "[server]\nport = 8080\n").text == "server.port: 8080"


def test_yaml_whose_anchors_stand_for_gigabytes_is_read_at_once(tmp_path: Path) -> None:
    lines = ["a0: &a0 [x, x, x]"] + [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 30)]
    assert len(made(tmp_path, "a.yaml", "\n".join(lines)).text) < 5_000


@pytest.mark.parametrize(
    ("name", "data", "why"),
    [
        ("a.xlsx", "no zip", "the spreadsheet is broken or password-protected: "),
        ("a.pptx", "no zip", "the presentation is broken: "),
        ("a.epub", "no zip", "the EPUB file is broken: "),
        ("a.eml", "no mail at all", "this is no mail: "),
        ("a.mbox", "no mail at all", "this is no folder of mail: "),
        ("a.ipynb", '{"cells": 3}', "the notebook is broken: "),
        ("a.json", '{"a": ', "the JSON file is broken ("),
        ("a.yaml", "a: [", "the YAML file is broken ("),
        ("a.toml", "a = ", "the TOML file is broken ("),
        ("a.csv", '"' + "x" * 200_000, "the table is broken ("),
    ],
)
def test_a_broken_file_of_each_format_is_refused_with_a_reason(tmp_path: Path, name: str, data: str, why: str) -> None:
    assert reason(tmp_path, name, data).startswith(why)


def test_source_code_is_text_with_its_file_as_title(tmp_path: Path) -> None:
    put(tmp_path, "sub/a.py", "")
    document = made(tmp_path, "setup.py", "import os\n\n\ndef f():\n    return 1\n")
    assert document.title == "setup"
    assert [text for _, text, _ in units(document)] == ["import os", "def f():\n    return 1"]

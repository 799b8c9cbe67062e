"""HTML, PDF and DOCX files become documents, or are refused with a reason; with real files of each."""

from __future__ import annotations

import contextlib
import datetime
import io
import zipfile
from pathlib import Path

import docx
import pytest
from corpus_files import PROSE, made, pdf, put, reason, saved
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from reportlab.pdfgen.canvas import Canvas  # type: ignore[import-untyped]

from index.errors import ReadError
from index.readers import docx as from_docx
from index.readers.registry import read
from index.text.sentences import split

# HTML

PAGE = f"""<!DOCTYPE html><html><head><title>The bridge | Town Paper</title>
<meta property="og:title" content="The bridge"><meta property="article:published_time" content="2021-05-03T10:00Z">
</head><body><nav><a href="/">Home</a><a href="/n">News</a></nav><article><h1>The bridge</h1>
<figure><figcaption>The bridge on Dec. 30, 2009</figcaption></figure>
<p>{PROSE}</p><h2>Costs</h2><ul><li>The arch costs most.</li><li>The road is cheap.</li></ul>
<table><tr><th>Part</th><th>Cost</th></tr><tr><td>Arch</td><td>9</td></tr></table>
<p>A vote will be held in June, and all who live in the town may take part in it.</p></article>
<footer>© 2021 Town Paper</footer></body></html>"""


def test_a_page_gives_its_article_with_lists_and_tables_and_its_metadata(tmp_path: Path) -> None:
    document = made(tmp_path, "a.html", PAGE)
    assert (document.title, document.date) == ("The bridge", "2021-05-03")
    found = [document.text[start:end] for start, end in split(document.text)]
    for sentence in ["- The arch costs most.", "- The road is cheap.", "| Arch | 9 |", "Costs"]:
        assert sentence in found
    assert "Nobody knows what it will cost, said Mr. Lee of the town." in found
    assert "Home" not in document.text


JSON_LD = '<script type="application/ld+json">%s</script>'


@pytest.mark.parametrize(
    ("head", "body", "date"),
    [
        ('<meta name="DC.date" content="2020-01-02">', "", "2020-01-02"),
        (JSON_LD % '{"@graph":[{"datePublished":"2020-01-03T00:00"}]}', "", "2020-01-03"),
        (JSON_LD % "{broken", "", None),
        ("", '<time datetime="2020-01-04" pubdate>x</time>', "2020-01-04"),
        ("", '<header><time datetime="2020-01-05">x</time></header>', "2020-01-05"),
        ("", '<p>It fell on <time datetime="1999-01-05">that day</time>, 6 May 2003.</p>', None),
    ],
    ids=range(6),
)  # fmt: skip
def test_the_date_of_a_page_is_marked_as_such_or_unknown(
    tmp_path: Path, head: str, body: str, date: str | None
) -> None:
    page = f"<html><head>{head}</head><body>{body}<p>{PROSE}</p></body></html>"
    assert made(tmp_path, "a.htm", page).date == date


def test_short_pages_and_fragments_are_read_whole(tmp_path: Path) -> None:
    assert made(tmp_path, "a.html", "<p>One.</p><p>Two <b>bold</b>s.</p>").text == "One.\n\nTwo bolds."
    assert made(tmp_path, "a.html", "Just text.").text == "Just text."


def test_a_page_in_the_encoding_that_it_declares_is_read(tmp_path: Path) -> None:
    page = '<html><head><meta charset="iso-8859-2"></head><body><p>Łódź jest piękna.</p></body></html>'
    assert made(tmp_path, "a.html", page.encode("iso-8859-2")).text == "Łódź jest piękna."


def test_a_page_gives_the_same_text_each_time(tmp_path: Path) -> None:
    assert made(tmp_path, "a.html", PAGE) == made(tmp_path, "a.html", PAGE)


# PDF


def test_a_pdf_gives_its_sentences_across_lines_and_its_properties(tmp_path: Path) -> None:
    document = made(tmp_path, "a.pdf", pdf([PROSE * 3, PROSE], title="The bridge"))
    assert document.title == "The bridge"
    assert document.date is not None
    assert len(document.date) == 10
    found = [" ".join(document.text[start:end].split()) for start, end in split(document.text)]
    assert found.count("The old bridge will be repaired before the winter.") >= 2
    assert found[-1] == "Nobody knows what it will cost, said Mr. Lee of the town."


def test_a_pdf_with_a_title_that_a_program_made_takes_its_first_sentence(tmp_path: Path) -> None:
    assert made(tmp_path, "a.pdf", pdf(["The bridge stands."], title="untitled")).title == "The bridge stands."
    assert made(tmp_path, "a.pdf", pdf(["The bridge stands."], title="Microsoft Word - x.docx")).title == (
        "The bridge stands."
    )


def test_a_pdf_with_a_password_is_refused_and_one_with_an_empty_password_is_read(tmp_path: Path) -> None:
    locked = pdf([PROSE], password="secret")
    assert reason(tmp_path, "a.pdf", locked) == "the PDF is password-protected: save a copy without a password"
    assert "old bridge" in made(tmp_path, "a.pdf", pdf([PROSE], password="")).text


def test_a_pdf_of_images_alone_is_refused(tmp_path: Path) -> None:
    buffer = io.BytesIO()
    canvas = Canvas(buffer)
    canvas.rect(10, 10, 50, 50, fill=1)
    canvas.save()
    assert reason(tmp_path, "a.pdf", buffer.getvalue()) == (
        "the PDF holds no text, only images of pages: run text recognition (OCR) on it first"
    )


@pytest.mark.parametrize("keep", [0.3, 0.6, 0.9])
def test_a_pdf_that_was_cut_off_is_read_or_refused_and_never_fails_otherwise(tmp_path: Path, keep: float) -> None:
    data = pdf([PROSE] * 30)
    path = put(tmp_path, "a.pdf", data[: int(len(data) * keep)])
    with contextlib.suppress(ReadError):
        assert "bridge" in read(path, tmp_path).text


# DOCX


def test_a_docx_gives_paragraphs_lists_and_tables_in_order_and_its_properties(tmp_path: Path) -> None:
    document = docx.Document()
    document.core_properties.title = "The bridge"
    document.add_heading("A heading", 1)
    document.add_paragraph("First paragraph.")
    table = document.add_table(2, 2)
    for cell, text in zip([*table.rows[0].cells, *table.rows[1].cells], ["Part", "Cost", "Arch", "9"], strict=True):
        cell.text = text
    document.add_paragraph("an item", style="List Bullet")
    document.add_paragraph("Last paragraph.")
    result = made(tmp_path, "a.docx", saved(document))
    assert result.text.startswith("A heading\n\nFirst paragraph.\n\n| Part | Cost |\n| Arch | 9 |\n\n")
    assert result.text.endswith("an item\n\nLast paragraph.")
    assert result.title == "The bridge"
    assert result.date is None  # the date of the template is nobody's


def test_a_docx_gives_its_date_tracked_insertions_and_no_deletions(tmp_path: Path) -> None:
    document = docx.Document()
    document.core_properties.created = datetime.datetime(2022, 3, 4)
    document.core_properties.author = "Ann Lee"
    paragraph = document.add_paragraph("It stands")
    for kind, word, tag in (("ins", " firmly", "t"), ("del", " badly", "delText")):
        paragraph._p.append(
            parse_xml(
                f'<w:{kind} {nsdecls("w")} w:id="1" w:author="x"><w:r><w:{tag} xml:space="preserve">{word}</w:{tag}>'
                f"</w:r></w:{kind}>"
            )
        )
    result = made(tmp_path, "a.docx", saved(document))
    assert (result.text, result.date, result.title) == ("It stands firmly", "2022-03-04", "It stands firmly")


def test_a_docx_without_text_is_refused(tmp_path: Path) -> None:
    assert reason(tmp_path, "a.docx", saved(docx.Document())) == (
        "the DOCX file holds no text: remove it, or put text into it"
    )


def test_a_docx_that_is_another_archive_or_was_cut_off_is_refused(tmp_path: Path) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("a.txt", "x")
    for data in (buffer.getvalue(), saved(docx.Document())[:2000]):
        assert reason(tmp_path, "a.docx", data) == (
            "the DOCX file is broken: open it in a word processor and save it again"
        )


def test_a_docx_that_unpacks_to_too_much_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(from_docx, "MAX_UNPACKED", 1000)
    assert reason(tmp_path, "a.docx", saved(docx.Document())) == "the DOCX file unpacks to more than 500 MB: split it"

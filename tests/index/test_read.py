"""Files become documents, or are reported with a reason; with real files of every format."""

from __future__ import annotations

import codecs
import hashlib
import io
import os
import zipfile
from pathlib import Path

import docx
import pytest
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from hypothesis import given
from hypothesis import strategies as st
from reportlab.lib.pdfencrypt import StandardEncryption  # type: ignore[import-untyped]
from reportlab.lib.styles import getSampleStyleSheet  # type: ignore[import-untyped]
from reportlab.pdfgen.canvas import Canvas  # type: ignore[import-untyped]
from reportlab.platypus import Paragraph, SimpleDocTemplate  # type: ignore[import-untyped]

from index import from_docx
from index.errors import CorpusError, ReadError
from index.read import find_files, read, source_name
from index.sentences import split
from index.types import Document

PROSE = "The old bridge will be repaired before the winter. Nobody knows what it will cost, said Mr. Lee of the town."

BINARY = "this is binary data, not text: remove it from the folder, or save it as plain text in UTF-8"
RIGHT_ENDING = "give it its right file ending, or save it as plain text in UTF-8"
DAMAGED = "it is marked as UTF-16-LE but is damaged (bytes that are not valid in it): save it as plain text in UTF-8"
NO_TEXT_ON_PAGE = "the page holds no text; it may be filled in by a script: save it from a browser as text"
LOCKED = "the file is password-protected or an old .doc: save it as .docx without a password"
POLISH = "Zażółć gęślą jaźń. Wczoraj byliśmy w Łodzi i było bardzo miło."
RUSSIAN = "Мост будет отремонтирован до зимы, сказал глава города."
JAPANESE = "これは日本語の文章です。東京は日本の首都であり、人口が多い都市です。"
FRENCH = "Le café est fermé à midi; nous y étions déjà allés."
SIGNS = "Café on the corner – it’s “nice” and costs €5."


def put(root: Path, name: str, data: bytes | str) -> Path:
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    return path


def made(root: Path, name: str, data: bytes | str) -> Document:
    return read(put(root, name, data), root)


def reason(root: Path, name: str, data: bytes | str) -> str:
    with pytest.raises(ReadError) as caught:
        made(root, name, data)
    assert str(caught.value) == f"{name}: {caught.value.reason}"
    return caught.value.reason


def pdf(paragraphs: list[str], title: str | None = None, password: str | None = None, owner: str = "owner") -> bytes:
    buffer = io.BytesIO()
    encrypt = None if password is None else StandardEncryption(password, owner)
    SimpleDocTemplate(buffer, title=title, encrypt=encrypt).build(
        [Paragraph(text, getSampleStyleSheet()["BodyText"]) for text in paragraphs]
    )
    return buffer.getvalue()


def saved(document: docx.document.Document) -> bytes:
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


# Text and encodings


@given(st.text(st.characters(codec="utf-8"), min_size=1).filter(lambda text: "\x00" not in text))
def test_a_utf8_file_is_its_decoded_bytes_or_is_refused(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    data = text.encode()
    try:
        document = made(tmp_path_factory.mktemp("t"), "a.txt", data)
    except ReadError:
        return
    if not text.startswith("\ufeff"):
        assert document.text == data.decode("utf-8")
    assert document.sha256 == hashlib.sha256(data).hexdigest()
    assert all(document.text[start:end].strip() for start, end in document.content)


def test_newlines_and_spaces_of_a_text_file_are_left_as_they_are(tmp_path: Path) -> None:
    text = " \r\nOne line.\r\rTwo\tlines.\u2028 \n\n e\u0301 \n"
    assert made(tmp_path, "a.txt", text).text == text
    assert made(tmp_path, "a.md", text).text == text


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (codecs.BOM_UTF8 + "Ünder.".encode(), "Ünder."),
        (codecs.BOM_UTF16_LE + "Ünder 橋.".encode("utf-16-le"), "Ünder 橋."),
        (codecs.BOM_UTF16_BE + "Ünder 橋.".encode("utf-16-be"), "Ünder 橋."),
        (codecs.BOM_UTF32_LE + "Ünder 橋.".encode("utf-32-le"), "Ünder 橋."),
        (PROSE.encode("utf-16-le"), PROSE),
        (PROSE.encode("utf-16-be"), PROSE),
        (SIGNS.encode("cp1252"), SIGNS),
        (FRENCH.encode("latin-1"), FRENCH),
        (RUSSIAN.encode("cp1251"), RUSSIAN),
        (POLISH.encode("cp1250"), POLISH),
        (JAPANESE.encode("shift_jis"), JAPANESE),
    ],
    ids=range(11),
)  # fmt: skip
def test_text_is_decoded_by_its_mark_or_by_a_good_guess(tmp_path: Path, data: bytes, text: str) -> None:
    assert made(tmp_path, "a.txt", data).text == text


@pytest.mark.parametrize(
    ("name", "data", "why"),
    [
        ("a.txt", b"", "the file is empty: remove it, or put text into it"),
        ("a.txt", b" \n\t\r\n", "the file is empty: remove it, or put text into it"),
        ("a.txt", b"\xef\xbb\xbf\n", "the file holds no text: remove it, or put text into it"),
        ("a.txt", bytes(range(256)) * 9, BINARY),
        ("a.txt", b"\x01\x02\x03\x04ab", BINARY),
        ("a.md", b"%PDF-1.4 x", "this is a PDF, not text: " + RIGHT_ENDING),
        ("a.txt", b"PK\x03\x04abc", "this is a ZIP archive, not text: " + RIGHT_ENDING),
        ("a.txt", codecs.BOM_UTF16_LE + b"a\x00b", DAMAGED),
        ("a.html", "<html><body></body></html>", NO_TEXT_ON_PAGE),
        ("a.pdf", b"not a PDF", "the PDF is broken: open it in a PDF viewer and save it again"),
        ("a.pdf", b"%PDF-1.4\nno more", "the PDF is broken: open it in a PDF viewer and save it again"),
        ("a.docx", b"not a ZIP", "the DOCX file is broken: open it in a word processor and save it again"),
        ("a.docx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 99, LOCKED),
    ],
    ids=range(13),
)  # fmt: skip
def test_a_file_that_cannot_be_read_is_refused_with_what_to_do(
    tmp_path: Path, name: str, data: bytes | str, why: str
) -> None:
    assert reason(tmp_path, name, data) == why


def test_a_file_of_another_type_is_refused(tmp_path: Path) -> None:
    assert reason(tmp_path, "a.xls", "x") == (
        "this type of file is not read (.xls): convert it to .docx, .htm, .html, .markdown, .md, .pdf, .txt"
    )


def test_a_file_that_is_too_large_is_refused_without_being_read(tmp_path: Path) -> None:
    path = put(tmp_path, "a.txt", "x")
    os.truncate(path, 60_000_000)
    with pytest.raises(ReadError) as caught:
        read(path, tmp_path)
    assert caught.value.reason == "the file is too large (60 MB, at most 50 MB): split it"


def test_a_file_that_vanished_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ReadError) as caught:
        read(tmp_path / "a.txt", tmp_path)
    assert caught.value.reason == "the file is gone: it was moved or deleted while the folder was read"


def test_a_file_that_may_not_be_read_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = put(tmp_path, "a.txt", PROSE)

    def forbidden(self: Path) -> bytes:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "read_bytes", forbidden)  # the tests may run as root, whom no permission stops
    with pytest.raises(ReadError) as caught:
        read(path, tmp_path)
    assert caught.value.reason == "you may not read this file: give yourself the right to read it"


def test_a_file_on_a_failing_disk_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = put(tmp_path, "a.txt", PROSE)

    def failing(self: Path) -> bytes:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(Path, "read_bytes", failing)
    with pytest.raises(ReadError) as caught:
        read(path, tmp_path)
    assert caught.value.reason == "the file cannot be opened (Input/output error): check the disk it is on"


def test_a_pipe_is_refused_and_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a.txt")
    with pytest.raises(ReadError) as caught:
        read(tmp_path / "a.txt", tmp_path)
    assert caught.value.reason == "this is not a regular file: remove it from the folder"
    assert [failure.reason for failure in find_files(tmp_path)[1]] == [caught.value.reason]


# Titles and dates


@pytest.mark.parametrize(
    ("name", "text", "title", "date"),
    [
        ("a.txt", "date 2024-10-31 The bridge stands. It is old.", "The bridge stands.", "2024-10-31"),
        (" b.txt", " date 2024-10-31\nThe bridge\n\nIt is old.", "The bridge", "2024-10-31"),
        ("a.txt", "date 2024-13-31 The bridge stands.", "date 2024-13-31 The bridge stands.", None),
        ("a.txt", "The bridge\n\nBuilt on Dec. 30, 2009, it stands.", "The bridge", None),
        ("a.txt", "Updated 2009-12-30 by hand.", "Updated 2009-12-30 by hand.", None),
        ("my-notes.txt", "...\n\n---", "my-notes", None),
        ("a.md", "---\ntitle: The *old* bridge\ndate: 2024-05-06\n---\n# No\n\nText.", "The old bridge", "2024-05-06"),
        ("a.md", "---\r\ndate: 2024-05\r\n---\r\nText here.\n\n## A heading ##\n", "A heading", "2024-05"),
        ("a.md", "---\ntitle: 1984\ndate: May 6, 2024\n---\nText.", "1984", "2024-05-06"),
        ("a.md", "---\ntitle: [unclosed\n---\nText here.", "Text here.", None),
        ("a.md", "---\nno mapping\n---\nText here.", "no mapping", None),
        ("a.md", "The bridge\n=====\n\nText here.", "The bridge", None),
        ("a.md", "No heading at all. Two sentences.", "No heading at all.", None),
    ],
    ids=range(13),
)  # fmt: skip
def test_title_and_date_of_a_text_are_what_the_file_says(
    tmp_path: Path, name: str, text: str, title: str, date: str | None
) -> None:
    document = made(tmp_path, name, text)
    assert (document.title, document.date, document.text) == (title, date, text)


def test_front_matter_and_a_leading_date_are_text_but_not_content(tmp_path: Path) -> None:
    front = made(tmp_path, "a.md", "---\ntitle: A\n---\nText here.")
    assert [front.text[start:end] for start, end in front.content] == ["Text here."]
    dated = made(tmp_path, "a.txt", " date 2024-10-31 Text here.")
    assert [dated.text[start:end] for start, end in dated.content] == ["Text here."]


def test_a_file_of_front_matter_alone_is_refused(tmp_path: Path) -> None:
    assert reason(tmp_path, "a.md", "---\ntitle: A\n---\n") == "the file holds no text: remove it, or put text into it"


def test_a_long_title_is_cut_at_a_word(tmp_path: Path) -> None:
    title = made(tmp_path, "a.txt", "The bridge " * 40).title
    assert len(title) <= 120
    assert title.endswith(("bridge…", "The…"))


def test_a_title_comes_from_the_content_and_not_from_the_menu(tmp_path: Path) -> None:
    text = "Skip to content\nHome\nNews\n\nThe bridge\n\n" + PROSE
    assert made(tmp_path, "a.txt", text).title == "The bridge"


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
    assert document.date is not None and len(document.date) == 10
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
    try:
        assert read(path, tmp_path).text
    except ReadError as error:
        assert "PDF" in error.reason


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
    import datetime

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


# Folders


def names(root: Path) -> tuple[list[str], list[str]]:
    files, failures = find_files(root)
    return [source_name(path, root) for path in files], [f"{f.source}: {f.reason}" for f in failures]


def test_files_are_found_in_all_folders_sorted_without_hidden_ones_and_litter(tmp_path: Path) -> None:
    for name in ("b.txt", "a/c.MD", "a/b/d.pdf", ".hidden.txt", ".git/x.txt", "a/.DS_Store", "~$b.docx", "Thumbs.db"):
        put(tmp_path, name, "x")
    assert names(tmp_path) == (["a/b/d.pdf", "a/c.MD", "b.txt"], [])


def test_files_of_other_types_are_reported(tmp_path: Path) -> None:
    put(tmp_path, "a.xlsx", "x")
    put(tmp_path, "README", "x")
    listed = "convert it to .docx, .htm, .html, .markdown, .md, .pdf, .txt"
    assert names(tmp_path)[1] == [
        f"README: this type of file is not read (no file ending): {listed}",
        f"a.xlsx: this type of file is not read (.xlsx): {listed}",
    ]


def test_links_out_of_the_folder_and_to_nowhere_are_reported_and_not_followed(tmp_path: Path) -> None:
    root = tmp_path / "root"
    put(root, "a.txt", "x")
    put(tmp_path, "out/b.txt", "x")
    (root / "file.txt").symlink_to(tmp_path / "out" / "b.txt")
    (root / "folder").symlink_to(tmp_path / "out")
    (root / "nowhere.txt").symlink_to(tmp_path / "gone.txt")
    out = "a symbolic link that leads out of the folder is not followed: copy its target into the folder"
    assert names(root) == (
        ["a.txt"],
        [
            f"file.txt: {out}",
            f"folder: {out}",
            "nowhere.txt: a symbolic link that leads nowhere: remove it, or put the file in its place",
        ],
    )


def test_links_in_a_circle_end_and_no_file_is_read_twice(tmp_path: Path) -> None:
    put(tmp_path, "a/b.txt", "x")
    (tmp_path / "a" / "loop").symlink_to(tmp_path)
    (tmp_path / "a" / "self").symlink_to(tmp_path / "a")
    (tmp_path / "again.txt").symlink_to(tmp_path / "a" / "b.txt")
    (tmp_path / "one").symlink_to(tmp_path / "two")
    (tmp_path / "two").symlink_to(tmp_path / "one")
    files, failures = names(tmp_path)
    assert files == ["a/b.txt"]
    assert [failure.split(":")[0] for failure in failures] == ["one", "two"]


def test_links_to_hidden_places_of_the_folder_are_read_as_mounted_volumes_have_them(tmp_path: Path) -> None:
    put(tmp_path, "..2024/a.txt", PROSE)
    (tmp_path / "..data").symlink_to("..2024")
    (tmp_path / "a.txt").symlink_to("..data/a.txt")
    (tmp_path / "folder").symlink_to("..data")
    files, failures = find_files(tmp_path)
    assert [source_name(path, tmp_path) for path in files] == ["a.txt"]
    assert failures == []
    assert read(files[0], tmp_path).source == "a.txt"


def test_a_name_that_is_not_utf8_is_shown_escaped_and_its_file_is_read(tmp_path: Path) -> None:
    try:
        path = put(tmp_path, os.fsdecode(b"caf\xe9.txt"), "---")
    except OSError:
        pytest.skip("this file system has names in UTF-8 only")
    assert find_files(tmp_path)[0] == [path]
    document = read(path, tmp_path)
    assert (document.source, document.title) == ("caf\\xe9.txt", "caf\\xe9")
    document.source.encode("utf-8")


def test_a_missing_folder_and_a_file_in_its_place_are_errors_that_say_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(CorpusError) as caught:
        find_files(tmp_path / "no")
    assert str(caught.value) == (
        f"There is no folder {tmp_path / 'no'}: give the path of the folder that holds your documents."
    )
    path = put(tmp_path, "a.txt", "x")
    with pytest.raises(CorpusError) as caught:
        find_files(path)
    assert str(caught.value) == f"{path} is a file, not a folder: give the path of the folder that holds it."


def test_a_folder_that_may_not_be_read_is_an_error_and_one_inside_is_reported(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(tmp_path, "a/b.txt", "x")
    real = os.scandir

    def scandir(path: Path) -> object:
        if Path(path).name == "a":
            raise PermissionError(13, "Permission denied")
        return real(path)

    monkeypatch.setattr(os, "scandir", scandir)
    assert names(tmp_path) == ([], ["a: the folder cannot be opened (Permission denied)"])
    monkeypatch.setattr(os, "access", lambda *_: False)
    with pytest.raises(CorpusError) as caught:
        find_files(tmp_path)
    assert str(caught.value) == f"The folder {tmp_path} may not be read: give yourself the right to read it."


def test_a_source_is_relative_with_forward_slashes(tmp_path: Path) -> None:
    assert source_name(tmp_path / "a" / "b.txt", tmp_path) == "a/b.txt"
    with pytest.raises(ValueError, match="is not under"):
        source_name(Path("/elsewhere/a.txt"), tmp_path)

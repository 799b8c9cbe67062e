"""The title and date of a document are what its file says."""

from __future__ import annotations

from pathlib import Path

import pytest
from corpus_files import PROSE, made, reason


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
    front = made(tmp_path, "a.md", "---\ntitle: A\n---\n\n Text here.")
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

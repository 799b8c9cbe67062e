"""What is displayed of a quote: the words, without the markup of its file."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.citation.display import display_text, table_cells


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("**Bold** and *slanted* words", "Bold and slanted words"),
        ("See [the manual](https://example.org/a_(b)) first.", "See the manual first."),
        ("Press `Ctrl + C` twice.", "Press Ctrl + C twice."),
        ("![A pump](pump.png) drives it.", "A pump drives it."),
        ("Read {ref}`the guide <guide-ref>` now.", "Read the guide now."),
        ("Use {% data product %} daily.", "Use  daily."),
        ("A ~~wrong~~ word", "A wrong word"),
        ("Two <b>tags</b> here", "Two tags here"),
        (r"A star \* stays", "A star * stays"),
        ("snake_case_name and 2 * 3 * 4", "snake_case_name and 2 * 3 * 4"),
    ],
)
def test_markdown_is_shown_as_read(raw: str, shown: str) -> None:
    assert display_text(raw, "a/b.md") == shown


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("Call :func:`open <io.open>` first.", "Call open first."),
        ("Call ``open()`` with **care**.", "Call open() with care."),
        ("See `the guide <https://example.org>`_ now.", "See the guide now."),
    ],
)
def test_restructured_text_is_shown_as_read(raw: str, shown: str) -> None:
    assert display_text(raw, "a.rst") == shown


@given(st.text(max_size=80))
def test_plain_text_is_shown_as_it_stands(text: str) -> None:
    assert display_text(text, "a.txt") == text


def test_cells_of_a_row_are_told_apart() -> None:
    assert table_cells(r"| Monday | 9 \| 12 |") == ["Monday", r"9 \| 12"]

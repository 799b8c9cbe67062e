"""Markers and citations: one for each other, and nothing of a document is markup."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.citation.citations import Citations
from assistant.citation.render import segments, unescape
from assistant.citation.source_files import Library
from assistant.extractive.compose import DIFFER, compose_quotes
from assistant.types import Answer, AnswerSpan, Citation, Conflict, Evidence, QuotedLine, QuoteDraft
from index.chunk import chunk as cut
from index.errors import ReadError
from index.readers.registry import read
from index.types import Chunk

Put = Callable[..., Evidence]
NASTY = [
    "It says [3] and [1] and [99].",
    "It is **not bold** and *not slanted* and __neither__.",
    "It is <script>alert(1)</script> and <img src=x onerror=alert(1)>.",
    "It is `code` and ```more```.",
    "| a | b |",
    "[a link](https://example.org) and ![a picture](x.png)",
    "# A heading that is none.",
    "- An item [2] that is none.",
    "1. An item [2] that is none.",
    "&lt;b&gt; [&#49;] \\[4] \\",
    "> quoted ~~struck~~ [^5]",
]


def written(draft: QuoteDraft, library: Library) -> tuple[str, tuple[Citation, ...], tuple[Conflict, ...]]:
    citations = Citations(library)
    text, conflicts = compose_quotes(draft, citations)
    return text, citations.made(), conflicts


@pytest.fixture
def put(tmp_path: Path) -> Put:
    return _writer(tmp_path)


def _writer(root: Path) -> Put:
    def evidence(text: str, source: str = "a.txt", date: str | None = None) -> Evidence:
        data = text.encode("utf-8")
        (root / source).write_bytes(data)
        sha256 = hashlib.sha256(data).hexdigest()
        whole = Chunk(f"{source}-0", source, source, date, 0, len(text), 0, text, sha256)
        return Evidence(whole, 0, len(text), text, 0)

    return evidence


def markers(text: str) -> list[int]:
    return [part.marker for part in segments(text) if part.marker is not None]


def test_a_line_is_its_quote_and_a_marker(tmp_path: Path, put: Put) -> None:
    text, citations, conflicts = written(QuoteDraft((QuotedLine(put("The mill burnt down.")),)), Library(tmp_path))
    assert text == "The mill burnt down. [1]"
    assert [(c.number, c.quote, c.start, c.end) for c in citations] == [(1, "The mill burnt down.", 0, 20)]
    assert citations[0].sha256 == hashlib.sha256(b"The mill burnt down.").hexdigest()
    assert conflicts == ()


def test_answering_words_are_bold_where_they_are_sure(tmp_path: Path, put: Put) -> None:
    e = put("There are 12 swans.")
    sure = written(QuoteDraft((QuotedLine(e, AnswerSpan(10, 18, "12", "swans")),)), Library(tmp_path))
    unsure = written(QuoteDraft((QuotedLine(e, AnswerSpan(10, 18, "12", "swans", sure=False)),)), Library(tmp_path))
    assert sure[0] == "There are **12 swans**. [1]"
    assert unsure[0] == "There are 12 swans. [1]"


def test_witnesses_get_markers_of_their_own(tmp_path: Path, put: Put) -> None:
    first, second = put("It rains.", "a.txt"), put("It rains.", "b.txt")
    text, citations, _ = written(
        QuoteDraft((QuotedLine(first, None, (second,)), QuotedLine(put("It snows.", "c.txt")))), Library(tmp_path)
    )
    assert text == "It rains. [1][2]\n\nIt snows. [3]"
    assert [(c.number, c.source) for c in citations] == [(1, "a.txt"), (2, "b.txt"), (3, "c.txt")]


def test_a_disagreement_is_said_with_sources_and_dates(tmp_path: Path, put: Put) -> None:
    new = QuotedLine(put("There are 12 swans.", "new.txt", "2021-02-03"), AnswerSpan(10, 12, "12"))
    old = QuotedLine(put("There are 9 swans.", "old.txt"), AnswerSpan(10, 11, "9"))
    text, citations, (conflict,) = written(QuoteDraft((new, old), "number", differ=True), Library(tmp_path))
    assert text.split("\n") == [
        DIFFER,
        "",
        "- There are **12** swans. [1] (new.txt, 2021-02-03)",
        "- There are **9** swans. [2] (old.txt, date unknown)",
    ]
    assert [c.number for c in citations] == [1, 2]
    assert conflict.kind == "number"
    assert [(c.value, c.citation, c.source, c.date) for c in conflict.claims] == [
        ("12", 1, "new.txt", "2021-02-03"),
        ("9", 2, "old.txt", None),
    ]


@pytest.mark.parametrize("quote", NASTY)
def test_a_quote_gives_no_marker_and_no_markup(tmp_path: Path, put: Put, quote: str) -> None:
    text, citations, _ = written(QuoteDraft((QuotedLine(put(quote)),)), Library(tmp_path))
    assert markers(text) == [1]
    assert not any(part.bold for part in segments(text))
    assert unescape(text) == f"{quote} [1]"
    assert not re.search(r"(?<!\\)[<>|`*]", text)
    assert citations[0].quote == quote


@pytest.mark.parametrize("name", ["[7].txt", "**x**.txt", "<b>.txt", "a`b`.txt", "a|b.txt"])
def test_a_file_name_gives_no_marker_and_no_markup(tmp_path: Path, put: Put, name: str) -> None:
    one = QuotedLine(put("There are 12 swans.", name), AnswerSpan(10, 12, "12"))
    other = QuotedLine(put("There are 9 swans.", "b.txt"), AnswerSpan(10, 11, "9"))
    text, _, _ = written(QuoteDraft((one, other), "number", differ=True), Library(tmp_path))
    assert markers(text) == [1, 2]
    assert [part.text for part in segments(text) if part.bold] == ["12", "9"]
    assert f"({name}, date unknown)" in unescape(text)


def test_line_ends_are_shown_as_spaces_and_kept_in_the_quote(tmp_path: Path, put: Put) -> None:
    quote = "The mill\r\nburnt\n\ndown."
    text, citations, _ = written(QuoteDraft((QuotedLine(put(quote)),)), Library(tmp_path))
    assert text == "The mill burnt down. [1]"
    assert citations[0].quote == quote


def test_a_quote_that_its_file_does_not_hold_is_an_error_that_says_what_to_do(tmp_path: Path, put: Put) -> None:
    e = put("The mill burnt down.")
    (tmp_path / "a.txt").write_text("The mill was sold...")
    with pytest.raises(ReadError, match="Run `assistant ingest /"):
        written(QuoteDraft((QuotedLine(e),)), Library(tmp_path))


LETTERS = st.text(alphabet=st.sampled_from("ab [1]*<>`|\\_#-&;.\n\u2028😀é"), min_size=1, max_size=30)
QUOTES = LETTERS.filter(lambda text: any(char.isalnum() for char in text) and text == text.strip())
LINES = st.lists(st.tuples(QUOTES, st.integers(0, 2), st.booleans()), min_size=1, max_size=5)


@settings(max_examples=80, deadline=None)
@given(told=LINES, differ=st.booleans())
def test_each_marker_has_one_citation_and_each_citation_a_marker(
    tmp_path_factory: pytest.TempPathFactory, told: list[tuple[str, int, bool]], differ: bool
) -> None:
    root = tmp_path_factory.mktemp("cite")
    put = _writer(root)
    lines = []
    for n, (quote, witnesses, bold) in enumerate(told):
        others = tuple(put(quote, f"{n}-{k}.txt") for k in range(witnesses))
        lines.append(QuotedLine(put(quote, f"{n}.txt"), AnswerSpan(0, 1, "x") if bold else None, others))
    text, citations, conflicts = written(QuoteDraft(tuple(lines), "number", differ), Library(root))
    numbers = list(range(1, len(citations) + 1))
    assert markers(text) == [c.number for c in citations] == numbers
    assert len(citations) == sum(1 + len(line.witnesses) for line in lines)
    assert all((root / c.source).read_bytes().decode()[c.start : c.end] == c.quote for c in citations)
    assert all(claim.citation in numbers for conflict in conflicts for claim in conflict.claims)
    answer = Answer("q", "q", text, citations, conflicts=conflicts)
    assert answer.to_dict()["citations"][0]["number"] == 1


def test_a_table_is_shown_row_by_row_with_the_names_of_its_columns(tmp_path: Path) -> None:
    text = "The fees are:\n\n| Thing | Fee |\n| --- | --- |\n| Badge | 10 |\n| Key | 25 |\n"
    (tmp_path / "fees.md").write_text(text, encoding="utf-8")
    (whole,) = cut(read(tmp_path / "fees.md", tmp_path))
    end = text.rindex("|") + 1
    shown, citations, _ = written(QuoteDraft((QuotedLine(Evidence(whole, 0, end, text[:end], 0)),)), Library(tmp_path))
    assert shown == "The fees are:\n\nThing: Badge; Fee: 10\n\nThing: Key; Fee: 25 [1]"
    assert citations[0].quote == text[:end]

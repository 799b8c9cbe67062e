"""A model's text in pieces → sentences with their markers."""

from __future__ import annotations

import time

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from assistant.generative.draft_parser import Marked, Reader, read


def sentences(text: str) -> list[tuple[str, tuple[int, ...]]]:
    return [(m.text, m.numbers) for m in read([text])]


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("It is long [1].", (1,)), ("It is long. [1]", (1,)), ("It is long.[1]", (1,)), ("It is long[1].", (1,)),
        ("It is long [1, 2].", (1, 2)), ("It is long [1][2].", (1, 2)), ("It is long [1] [2].", (1, 2)),
        ("It is long [1-3].", (1, 2, 3)), ("It is long [1–3].", (1, 2, 3)), ("It is long [2; 5 and 3].", (2, 5, 3)),
        ("It is long【1】.", (1,)), ("It is long【1†source】.", (1,)), ("It is long【4:0†a.txt】.", (4,)),
        ("It is long [Source 1].", (1,)), ("It is long [source: 2].", (2,)),
        ("It is long [Passage 3, Passage 4].", (3, 4)),
        ("It is long [^1].", (1,)), ("It is long [#7].", (7,)), ("It is long [ 1 ].", (1,)),
        ("It is long ［1］.", (1,)),
        ("It is long [1](https://a.b/c).", (1,)), ("[1] It is long.", (1,)), ("It is [1] long [1].", (1,)),
        ("It is long [99].", (99,)), ("It is long [3-1].", (3, 1)), ("It is long [doc 1].", (1,)),
    ],
)  # fmt: skip
def test_markers_are_read_as_models_write_them(text: str, numbers: tuple[int, ...]) -> None:
    assert sentences(text) == [("It is long.", numbers)]


@pytest.mark.parametrize(
    "text",
    ["It is long (1).", "It is long [sic].", "It is long [2024].", "It is long [a1].", "It is `x[1]` long.",
     "It is long [12,000].", "It is long [1.", "It is long 1].",
     "It is ``a`[1]`` long.", "It is long [].", "It is long [1a]."],
)  # fmt: skip
def test_what_is_no_marker_stays(text: str) -> None:
    assert sentences(text) == [(text, ())]


def test_each_marker_belongs_to_its_sentence() -> None:
    text = "A is one [1]. B is two. [2] C is three.[3] D is none. E is [4] five [5]."
    assert sentences(text) == [
        ("A is one.", (1,)), ("B is two.", (2,)), ("C is three.", (3,)), ("D is none.", ()), ("E is five.", (4, 5)),
    ]  # fmt: skip


def test_markers_that_stand_before_belong_to_what_follows() -> None:
    assert sentences("[1] A is one. [2] B is two. [3] C is three.") == [
        ("A is one.", (1,)), ("B is two.", (2,)), ("C is three.", (3,)),
    ]  # fmt: skip


def test_list_items_and_headings_are_units() -> None:
    text = "## Losses\n\nIn sum:\n- Ten men [1]\n- Two ships [2]. One burned.\n1. A first [3]\n\nThe end."
    assert list(read([text])) == [
        Marked("Losses", (), "heading", "## "),
        Marked("In sum:", (), "sentence", "\n\n"),
        Marked("Ten men", (1,), "item", "\n- "),
        Marked("Two ships.", (2,), "item", "\n- "),
        Marked("One burned.", (), "sentence", " "),
        Marked("A first", (3,), "item", "\n1. "),
        Marked("The end.", (), "sentence", "\n\n"),
    ]


def test_code_is_a_unit_without_markers() -> None:
    text = "See:\n```python\nx[1] = 2. Y = 3.\n```\nIt is set [1]."
    assert list(read([text])) == [
        Marked("See:", (), "sentence", ""),
        Marked("```python\nx[1] = 2. Y = 3.\n```", (), "code", "\n"),
        Marked("It is set.", (1,), "sentence", "\n"),
    ]


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("Mr. Smith came [1]. He left.", "Mr. Smith came."),
        ("He paid 3.5 million [1]. He left.", "He paid 3.5 million."),
        ("The U.S. army came [1]. He left.", "The U.S. army came."), ("He said: “Go!” [1] He left.", "He said: “Go!”"),
        ("It was at 5 p.m. on Nov. 4 [1]. He left.", "It was at 5 p.m. on Nov. 4."),
        ("**12,000** men *came* [1]. He left.", "12,000 men came."), ("Why? [1] He left.", "Why?"),
        ("It goes on\nin lower case [1]. He left.", "It goes on in lower case."),
    ],
)  # fmt: skip
def test_sentences_end_where_they_end(text: str, first: str) -> None:
    assert sentences(text) == [(first, (1,)), ("He left.", ())]


@pytest.mark.parametrize(
    "text",
    ["According to [1], it is long.", "As stated in passage [1], it is long.", "In [1] and [2], it is long.",
     "According to Source [1] it is long.", "Passage [1]: it is long.", "[1] states that it is long.",
     "The document [1] says it is long.", "It is long (see [1]).", "It is long, as stated in passage [1]."],
)  # fmt: skip
def test_what_points_at_a_marker_goes_with_it(text: str) -> None:
    ((found, numbers),) = sentences(text)
    assert found.replace(",.", ".") == "It is long."
    assert numbers[0] == 1


def test_a_sentence_comes_as_soon_as_the_word_behind_it_is_whole() -> None:
    reader = Reader()
    assert reader.feed("It is long [1]. He") == []
    assert [m.text for m in reader.feed(" ")] == ["It is long."]
    assert reader.feed("left.") == []
    assert [m.text for m in reader.close()] == ["He left."]


FRAGMENTS = [
    "It is long", "He left", "Mr. Smith", "3.5", "12,000 men", "the U.S.", "a", "Kim Jong Un", "“Go!”",
    "“Why?” he asked",
    "said", "`x[1]`", "`", "``", "```", "~~~", "**bold**", "*", "__", "- ", "* ", "1. ", "## ", "(a) ", "[1]", "[1, 2]",
    "[1][2]", "[1-3]", "【1】", "【1†source】", "[Source 1]", "[^1]", "(1)", "[", "]", "【", "[1", "[sic]", "[2024]",
    "[1](https://a.b)", "(https", ".", ". ", "? ", "! ", "...", "…", "。", ": ", ", ", " ", "  ", "\n", "\n\n", "\t",
    "According to ", "in passage ", "and ", "é", "это", "这是", "\x00", "\r\n", "\u2028", "<think>", "</think>",
    "İ", "ß",
]  # fmt: skip
TEXTS = st.lists(st.sampled_from(FRAGMENTS), max_size=30).map("".join) | st.text(max_size=60)


@st.composite
def cut(draw: st.DrawFn) -> tuple[str, list[str]]:
    """A text, and the same in pieces."""
    text = draw(TEXTS)
    places = sorted(draw(st.lists(st.integers(0, len(text)), max_size=12)))
    return text, [text[a:b] for a, b in zip([0, *places], [*places, len(text)], strict=True)]


@given(cut())
@settings(max_examples=600, deadline=None)
@example(("It is. [1](https://a.b) He", ["It is. [1]", "(htt", "ps://a.b) He"]))
@example(("A.\n```\nx\n```\nB", ["A.\n``", "`\nx\n``", "`\nB"]))
def test_however_a_text_is_cut_its_sentences_are_the_same(text_and_pieces: tuple[str, list[str]]) -> None:
    text, pieces = text_and_pieces
    assert list(read(pieces)) == list(read([text])) == list(read(text))


@given(TEXTS)
@settings(max_examples=300, deadline=None)
def test_no_word_is_lost_and_none_is_added(text: str) -> None:
    """But for markers, what points at them, and layout."""
    left = [c for m in read([text]) for c in m.lead + m.text if c.isalpha()]
    given_ = iter(c for c in text if c.isalpha())
    assert all(any(c.casefold() == g.casefold() for g in given_) for c in left)


@given(TEXTS)
@settings(max_examples=300, deadline=None)
def test_no_sentence_is_empty_and_no_marker_is_left(text: str) -> None:
    for marked in read([text]):
        assert marked.text == marked.text.strip()
        assert any(c.isalnum() for c in marked.text)
        if "`" not in marked.text and marked.kind != "code":
            assert "[1]" not in marked.text


@pytest.mark.parametrize("unit", ["the ", "[", "`", "a. b. ", "- ", "[1] ", "\n", "*"])
def test_a_long_text_without_an_end_is_read_in_time(unit: str) -> None:
    start = time.process_time()
    text = (unit * 1000)[:1500]
    assert list(read(text)) == list(read([text]))
    assert time.process_time() - start < 10


@pytest.mark.parametrize(
    "text",
    [
        'He said that they "have no proof of it so far [1]" On Monday he confirmed it [2].',
        'He said that they "have no proof of it so far" [1] On Monday he confirmed it [2].',
        "He said that they “have no proof of it so far” [1] On Monday he confirmed it [2].",
        'It first meant "to go so far [1]" On Monday he confirmed it [2].',
        'It first meant "go so far" [1] On Monday he confirmed it [2].',
    ],
)
def test_a_quotation_with_a_marker_and_no_full_stop_ends_its_sentence(text: str) -> None:
    first, second = read(text)
    assert first.text.endswith(('so far"', "so far”"))
    assert (first.numbers, second.text, second.numbers) == ((1,), "On Monday he confirmed it.", (2,))


def test_a_quoted_name_before_a_marker_ends_no_sentence() -> None:
    (only,) = read('The storm "Ada" [1] North of the river was the worst.')
    assert only.numbers == (1,)


def test_a_marker_may_point_at_a_sentence_of_a_passage() -> None:
    (only,) = read("The bridge is 310 metres long [2.3][4, 1.12].")
    assert (only.text, only.numbers) == ("The bridge is 310 metres long.", (2, 4, 1))
    assert only.pointed == ((2, 3), (1, 12))


def test_a_quotation_that_trails_off_before_a_bracket_ends_no_sentence() -> None:
    (only,) = read('Some recite "If I forget thee..." (Ps. 137:5) at this point [1].')
    assert only.text == 'Some recite "If I forget thee..." (Ps. 137:5) at this point.'

"""Sentence boundaries: on real prose, on the hard cases, and on any text at all."""

from __future__ import annotations

import time

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from index.text.sentences import split

# Any Unicode, with much of what splits sentences and lines.
TEXTS = st.text(
    st.one_of(
        st.characters(codec="utf-8"),
        st.sampled_from(list("....!?…。 \n\n\t\r\"'”“’()[]-•*#|123aAbB")),
    ),
    max_size=300,
)


def sentences(text: str) -> list[str]:
    return [text[start:end] for start, end in split(text)]


@given(TEXTS)
@example("\u2028\x85\x1c a.\x0b b. \x0c")
@example('". . "" . \'\' .')
def test_every_sentence_is_an_exact_stripped_span_in_order_and_nothing_is_lost(text: str) -> None:
    position = 0
    for start, end in split(text):
        assert position <= start < end <= len(text)
        assert text[start:end] == text[start:end].strip()
        assert not text[position:start].strip()
        position = end
    assert not text[position:].strip()


@given(TEXTS, TEXTS, TEXTS)
def test_a_part_of_a_text_is_split_as_if_it_stood_alone_with_absolute_offsets(a: str, b: str, c: str) -> None:
    start, end = len(a), len(a) + len(b)
    alone = [(s.start + start, s.end + start) for s in split(b)]
    inside = [tuple(s) for s in split(a + b + c, start, end)]
    assert all(start <= s < e <= end for s, e in inside)
    if not a or a[-1] == "\n":
        assert inside == alone


@pytest.mark.parametrize(
    "parts",
    [
        ["He met Mr. J. R. Smith of the U.S. Navy.", "She was there."],
        ["Lt. Gen. Kyrylo Budanov spoke.", "Gen. Smith and Prof. Dr. Weber listened, e.g. on Monday."],
        ["It is No. 5 in the list (see Fig. 3, p. 12).", "It costs $3.50, not 4.5 million."],
        ["He lives in the U.S.", "The house is old."],
        ["It opened at 5 p.m.", "The doors were shut."],
        ["They met on Jan. 5, 2004 in Washington, D.C.", "It rained."],
        ["Alan P. Merriam wrote it.", "George F. Will read it."],
        ["Acme Inc. of Ohio sold it to Foo Ltd. of York.", "Nobody knew."],
        ["Apples, pears, etc. are fruit.", "Carrots are not."],
        ["Wait... what is it?", "Well!", "Yes."],
        ["He said “I know.”", "Then he left."],
        ['He said "I know."', "Then he left."],
        ['"Why?" he asked.', "Nobody knew."],
        ['"Stop!" Lt. Gen. Kyrylo Budanov said.', "They did."],
        ["“It is done!” said the king.", "All were glad."],
        ["(It was late.)", "She went home."],
        ["The end came in 1999.[12]", "It was quick."],
        ["Version 2.0 of example.com is at v. 3.1 now.", "Try it."],
        ["He fought in World War I.", "The war was long."],
        ["It is 14 metres long.", "Line 2 has no seats.", "It stays long.", "Nobody knew."],
        ["He fell ill.", "Doctors came.", "They sat in the sun.", "Children played near the pub.", "Owners smiled."],
        ["Springfield, Ill. Mayor Houston met Sun. Press of Boston, Mass. Avenue, on Wed. Morning."],
        ["The path is 14 m.", "Line 2 is 6 ft.", "Trams wait 5 ms.", "Buses wait 24 h.", "Trains wait."],
        ["Seen at long. 14 and lat. 50, max. 20 kg, tel. 555.", "Ask there."],
        ["Mt. m. Smith of plan m. Berlin built it."],
        ["They said it was over .", "It was not , said others ."],
        ["`` It is over . ''", "He left ."],
        ["Losses (Dec. 30, 2009) were high.", "So were costs."],
        ["The DMZ (built)Dec. 30, 2009 is closed.", "It stays so."],
    ],
)
def test_sentences_end_where_a_reader_would_end_them(parts: list[str]) -> None:
    assert sentences(" ".join(parts)) == parts


@pytest.mark.parametrize(
    "parts",
    [["我们来了。", "你呢？", "好的！"], ["यह एक वाक्य है।", "वह दूसरा है।"], ["これは本です。", "「はい。」", "終わり。"]],
)
def test_other_scripts_end_sentences_without_a_space(parts: list[str]) -> None:
    assert sentences("".join(parts)) == parts


def test_other_scripts_without_capitals_are_split_at_full_stops() -> None:
    assert sentences("هذه جملة. وهذه أخرى.") == ["هذه جملة.", "وهذه أخرى."]
    assert sentences("Это первое. Это второе.") == ["Это первое.", "Это второе."]


def test_list_items_are_sentences_of_their_own() -> None:
    text = "We need\n- flour and eggs\n- milk\n• salt\n* sugar\n1. Mix it\n2) Bake it"
    assert sentences(text) == [
        "We need", "- flour and eggs", "- milk", "• salt", "* sugar", "1. Mix it", "2) Bake it",
    ]  # fmt: skip


def test_an_indented_line_continues_its_list_item() -> None:
    assert sentences("- first item\n  goes on\n- second") == ["- first item\n  goes on", "- second"]


def test_an_enumeration_within_a_line_keeps_its_numbers_with_the_items() -> None:
    assert sentences("1. Mix it. 2. Bake it.") == ["1. Mix it.", "2. Bake it."]


def test_a_blank_line_ends_a_sentence() -> None:
    assert sentences("a heading without a stop\n\nand a text") == ["a heading without a stop", "and a text"]


WRAPPED = (
    "The committee met in the old town hall on Tuesday, and it spoke for\n"
    "three hours about the bridge. Nobody could say who had built it, nor\n"
    "when, but all agreed that it must be repaired before the winter, when\n"
    "the river rises. A vote was held."
)


def test_a_newline_in_wrapped_text_is_a_space() -> None:
    assert [" ".join(s.split()) for s in sentences(WRAPPED)] == [
        "The committee met in the old town hall on Tuesday, and it spoke for three hours about the bridge.",
        "Nobody could say who had built it, nor when, but all agreed that it must be repaired before the winter, "
        "when the river rises.",
        "A vote was held.",
    ]


def test_a_newline_ends_a_sentence_where_each_line_is_a_paragraph_or_a_heading() -> None:
    text = (
        "The bridge will be repaired, the town says\n"
        "This was announced by the mayor, who had met the committee in the old town hall on Tuesday of last week.\n"
        "What the town can pay\n"
        "According to her, the town has the money that is needed, although not in this year and not for the arch."
    )
    assert sentences(text) == text.split("\n")


def test_a_heading_above_wrapped_text_is_not_drawn_into_it() -> None:
    assert sentences("The bridge\n" + WRAPPED)[0] == "The bridge"


def test_verse_is_split_at_its_lines() -> None:
    verse = (
        "The river runs below the town,\nThe bridge is old and grey,\n"
        "And nobody will take it down\nUntil the first of May."
    )
    assert sentences(verse) == verse.split("\n")


def test_table_rows_and_markdown_headings_are_units() -> None:
    assert sentences("# Title\ntext here\n| a | b |\n| c | d |") == ["# Title", "text here", "| a | b |", "| c | d |"]


@pytest.mark.parametrize(
    "text",
    [
        "a" * 300_000, "." * 300_000, "… " * 100_000, '."' * 100_000, "A. " * 100_000, "\n" * 300_000, "a\n" * 50_000,
        ("*" * 39 + "x. ") * 5_000, " " * 300_000 + "x", ". '' " * 50_000,
    ],
    ids=range(10),
)  # fmt: skip
def test_hostile_text_takes_no_more_than_seconds(text: str) -> None:
    begin = time.perf_counter()
    split(text)
    assert time.perf_counter() - begin < 5

"""Rendering: nothing of a document gets out as markup, and nothing of an answer is lost."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.citation.render import as_html, as_json, escape, markdown, place, plain, segments, unescape
from assistant.citation.sanitize import one_line, safe_json, visible
from assistant.types import REFUSAL, Answer, Citation, Passage

MARKUP = st.text(alphabet=st.sampled_from("\\[]<>*_`#&;~|.)-+= \n\t\r\x1b019aéß“—lt"), max_size=40)
TEXT = st.one_of(st.text(max_size=60), MARKUP)
EVIL = "<script>alert(1)</script> [7] **bold** \x1b[31mred\u202e &lt;b&gt; [x](http://a) `code`"


def citation(number: int = 1, quote: str = "A quote.", title: str = "A title", source: str = "a.txt") -> Citation:
    return Citation(number, source, title, "2024-05-31", quote, 10, 10 + len(quote), "0" * 64)


def answer(text: str, *citations: Citation) -> Answer:
    return Answer("A question?", "A question?", text, citations)


def backslashes_before(text: str, at: int) -> int:
    return len(text[:at]) - len(text[:at].rstrip("\\"))


@given(TEXT)
def test_escaping_is_undone_by_unescaping(text: str) -> None:
    assert unescape(escape(text)) == text


@given(TEXT)
def test_no_text_can_make_a_marker(text: str) -> None:
    assert not re.search(r"(?<!\\)\[(\d+)\]", escape(text))
    assert all(segment.marker is None and not segment.bold for segment in segments(escape(text)))


@given(TEXT)
def test_no_text_can_make_markup(text: str) -> None:
    escaped = escape(text)
    assert not re.search(r"(?<!\\)<", escaped)
    assert all(backslashes_before(escaped, m.start()) % 2 for m in re.finditer(r"[<>\[\]*`|~]", escaped))
    assert not re.search(r"^\s*(#{1,6}|[-+])(\s|$)|^\s*\d{1,9}[.)](\s|$)|^(=+|-+)\s*$", escaped, re.M)


@given(TEXT)
def test_what_is_stripped_brings_no_markup_to_life(text: str) -> None:
    shown = visible(escape(text))
    assert not re.search(r"(?<!\\)\[(\d+)\]|(?<!\\)<|(?<!\\)&#?\w+;", shown)
    assert not re.search(r"^\s*(#{1,6}|[-+])(\s|$)|^\s*\d{1,9}[.)](\s|$)", shown, re.M)


@given(TEXT, TEXT, TEXT)
def test_segments_tell_bold_and_markers_from_text(before: str, bold: str, after: str) -> None:
    found = list(segments(f"{escape(before)}**{escape(bold)}**{escape(after)} [12]"))
    assert "".join(s.text for s in found) == f"{before}{bold}{after} [12]"
    assert "".join(s.text for s in found if s.bold) == bold
    assert [s.marker for s in found if s.marker] == [12]


def test_a_backslash_before_bold_does_not_hide_its_end() -> None:
    assert [s.text for s in segments("**C:\\\\** is a drive") if s.bold] == ["C:\\"]


@given(TEXT)
def test_visible_text_holds_no_controls_and_is_visible_already(text: str) -> None:
    shown = visible(text)
    assert visible(shown) == shown
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", shown)


@pytest.mark.parametrize(
    "control", ["\x1b[31m", "\x9b31m", "\x07", "\x7f", "\u202e", "\u2066", "\x00", "\x08", "\ud800"]
)
def test_a_terminal_never_sees_a_control(control: str) -> None:
    shown = plain(answer(f"Before{escape(control)}after [1]", citation(quote=control, title=control, source=control)))
    assert not set(control[0]) & set(shown)


def test_line_ends_of_other_systems_become_newlines() -> None:
    assert visible("a\r\nb\rc") == "a\nb\nc"


def test_one_line_is_cut_at_the_length_asked_for() -> None:
    assert one_line("one  two\nthree", 9) == "one two…"
    assert one_line("one  two") == "one two"


@given(st.recursive(st.text(max_size=20), lambda inner: st.lists(inner, max_size=3)))
def test_json_loses_nothing(value: object) -> None:
    assert json.loads(safe_json(value)) == value


def test_json_holds_no_control_that_a_terminal_obeys() -> None:
    text = as_json(answer(escape(EVIL + "\x9b31m"), citation(quote=EVIL)))
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]", text)
    assert json.loads(text)["citations"][0]["quote"] == EVIL


class Tags(HTMLParser):
    """The tags and the text of HTML."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.text = ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)

    def handle_data(self, data: str) -> None:
        self.text += data


@given(TEXT)
def test_html_holds_no_tag_of_a_document(text: str) -> None:
    cited = answer(f"{escape(one_line(text))} [1]", citation(quote=text, title=text, source=text))
    near = Passage(text, text, None, text, 0, 1, 0.0)
    refused = Answer("A question?", "A question?", REFUSAL, abstained=True, nearest=(near,))
    known = {"div", "p", "br", "strong", "a", "ol", "ul", "li", "blockquote", "cite", "small"}
    assert set(Tags(as_html(cited)).tags) <= known
    assert set(Tags(as_html(refused)).tags) <= known


def test_html_shows_the_text_as_it_is() -> None:
    found = Tags(as_html(answer(escape("1 < 2 & [3] *a* &lt;"), citation())))
    assert "1 < 2 & [3] *a* &lt;" in found.text


def test_html_links_a_marker_to_its_quote() -> None:
    html = as_html(answer("**3,000** came. [1]", citation(quote="3,000 came.")))
    assert '<strong>3,000</strong> came. <a class="citation" href="#citation-1">[1]</a>' in html
    assert '<li id="citation-1" value="1"><blockquote>3,000 came.</blockquote>' in html


def test_html_makes_a_list_of_the_sides_of_a_disagreement() -> None:
    html = as_html(answer("The sources differ:\n\n- One. [1]\n- Two. [2]", citation(1), citation(2)))
    assert "<p>The sources differ:</p><ul><li>One. <a" in html


def test_markdown_lists_the_sources_below() -> None:
    text = markdown(answer("**Three** came. [1]", citation(quote="Three\ncame.", title="A *title*")))
    assert text == (
        "**Three** came. [1]\n\nSources:\n\n"
        "1. A \\*title\\*. a.txt, 2024-05-31, characters 10 to 21\n   > Three came.\n"
    )


def test_plain_text_repeats_no_quote_that_the_answer_shows() -> None:
    text = plain(
        answer("**Three** came. [1][2]", citation(1, "Three came."), citation(2, "Three arrived.", source="b.txt"))
    )
    assert text == (
        "Three came. [1][2]\n\n"
        "[1] A title\n    a.txt, 2024-05-31, characters 10 to 21\n"
        "[2] A title\n    b.txt, 2024-05-31, characters 10 to 24\n    “Three arrived.”\n"
    )


def test_an_abstention_shows_the_nearest_passages_as_such() -> None:
    near = Passage("a.txt", "A title", None, "Some [1] text.", 0, 14, 0.5)
    refused = Answer("A question?", "A question?", REFUSAL, abstained=True, nearest=(near,))
    assert plain(refused) == (
        f"{REFUSAL}\n\nNearest passages:\n\n  Some [1] text.\n  (A title; a.txt, date unknown, characters 0 to 14)\n"
    )
    assert "> Some \\[1\\] text.\n>\n> — A title. a.txt" in markdown(refused)
    assert as_html(refused).startswith(f'<div class="abstained"><p>{REFUSAL}</p><ul><li><blockquote>Some [1] text.')


def test_an_abstention_without_passages_is_the_refusal_alone() -> None:
    refused = Answer("A question?", "A question?", REFUSAL, abstained=True)
    assert plain(refused) == markdown(refused) == f"{REFUSAL}\n"
    assert as_html(refused) == f'<div class="abstained"><p>{REFUSAL}</p></div>'


def test_a_place_names_file_date_and_characters() -> None:
    assert place(citation(quote="four")) == "a.txt, 2024-05-31, characters 10 to 14"


@pytest.mark.parametrize("run", ["\r", "\n", "\x1b", "-", "#", "1", "&a", "\\", " ", "-\n"])
def test_escaping_a_long_run_of_anything_ends(run: str) -> None:
    assert unescape(escape(run * 1_000 + "x")) == run * 1_000 + "x"

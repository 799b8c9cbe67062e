"""Sentences of chunks, and what stands beside them."""

from __future__ import annotations

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st
from made import chunk

from assistant.evidence.sentences import lead_of, neighbours, sentences
from assistant.types import Evidence
from index.chunk import chunk as cut
from index.readers.registry import read
from index.types import Chunk, Span

POOL = "The swimming pool of Larkfield is 25 metres long. It is heated by the bakery next door. Swans never come here."


def chunks_of(folder: Path, text: str) -> list[Chunk]:
    """The chunks of a Markdown file with this text."""
    (folder / "a.md").write_text(text, encoding="utf-8")
    return cut(read(folder / "a.md", folder))


def test_evidence_is_an_exact_span_wherever_its_chunk_lies() -> None:
    text = "Ünïcödé 😀 stands here.\r\n\r\n" + POOL
    found = sentences([chunk(text[10:], start=10)])
    assert len(found) == 4
    assert all(text[e.start : e.end] == e.text for e in found)


def test_a_sentence_that_two_chunks_hold_is_taken_once() -> None:
    found = sentences([chunk(POOL), chunk(POOL[50:], start=50)])
    places = [(e.source, e.start) for e in found]
    assert len(places) == len(set(places)) == 3
    assert {e.order for e in found} == {0}


def test_neighbours_are_the_sentences_before_and_behind_in_the_chunk() -> None:
    whole = chunk(POOL, start=100)
    spans = [Span(100, 149), Span(150, 187), Span(188, 100 + len(POOL))]
    each = [Evidence(whole, *span, POOL[span.start - 100 : span.end - 100], 0) for span in spans]
    assert [neighbours(e) for e in each] == [(None, spans[1]), (spans[0], spans[2]), (spans[1], None)]


def test_a_heading_is_no_evidence_and_no_neighbour(tmp_path: Path) -> None:
    found = sentences(chunks_of(tmp_path, "# The pool\n\nIt is heated by the bakery next door.\n\n## Opening times\n"))
    assert [e.text for e in found] == ["It is heated by the bakery next door."]
    assert neighbours(found[0]) == (None, None)


def test_list_items_and_table_rows_are_evidence_with_their_leads(tmp_path: Path) -> None:
    text = (
        "Fees are due at once:\n\n- Lost badge: 10 euros\n- New key: 25 euros\n\n"
        "| Day | Hours |\n| --- | --- |\n| Monday | 9 to 12 |\n"
    )
    found = {e.text: lead_of(e) for e in sentences(chunks_of(tmp_path, text))}
    assert found["Lost badge: 10 euros"] == "Fees are due at once:"
    assert found["New key: 25 euros"] == "Fees are due at once:"
    assert "Hours" in found["| Monday | 9 to 12 |"]
    assert not any(one.startswith("| Day") for one in found)


def test_marks_alone_are_no_sentence() -> None:
    assert [e.text for e in sentences([chunk("***\n\nThe mason came.\n\n-----")])] == ["The mason came."]


@given(
    text=st.text(alphabet=st.sampled_from("ab A.!?\n\r-*“”\"'1é😀\u0301\u2028#="), max_size=120),
    start=st.integers(0, 50),
)
def test_evidence_of_any_text_is_an_exact_span(text: str, start: int) -> None:
    document = "x" * start + text
    for e in sentences([chunk(text, start=start)]):
        assert document[e.start : e.end] == e.text
        assert e.text == e.text.strip()
        for other in neighbours(e):
            assert other is None or start <= other.start < other.end <= len(document)

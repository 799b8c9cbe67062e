"""The text of a document in pieces is the text of the document, and a mark is where its offsets say."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from assistant.web.reading import WINDOW, Mark, paragraphs, window
from index.types import Document, Span

TEXT = st.text(alphabet="ab \n\r\t.é😀\u2028", max_size=200)


def document(text: str, content: tuple[Span, ...] = ()) -> Document:
    return Document("a.txt", "A", None, text, "0" * 64, content)


def runs(found: list[dict[str, object]]) -> list[dict[str, object]]:
    return [run for paragraph in found for part in ("gap", "runs") for run in paragraph[part]]  # type: ignore[attr-defined]


@given(TEXT, st.lists(st.tuples(st.integers(0, 200), st.integers(0, 200)), max_size=4), st.data())
def test_the_pieces_are_the_text_and_each_mark_is_its_span(
    text: str, spans: list[tuple[int, int]], data: st.DataObject
) -> None:
    marks = [Mark(i, a, b) for i, (a, b) in enumerate(spans, 1) if a < b <= len(text)]
    cuts = sorted(data.draw(st.sets(st.integers(0, len(text)), max_size=6)))
    content = tuple(Span(a, b) for a, b in zip(cuts[::2], cuts[1::2], strict=False))
    found = runs(paragraphs(document(text, content), marks, Span(0, len(text))))
    assert "".join(str(run["text"]) for run in found) == text
    for mark in marks:
        marked = "".join(str(run["text"]) for run in found if mark.number in run["marks"])  # type: ignore[operator]
        assert marked == text[mark.start : mark.end]
    kept = "".join(str(run["text"]) for run in found if not run["furniture"])
    assert kept == "".join(text[span.start : span.end] for span in content)


def test_a_text_that_is_wrapped_by_hand_is_not_cut_at_each_line() -> None:
    wrapped = "A line that ends here\nand goes on there.\n\nA second paragraph."
    assert len(paragraphs(document(wrapped), [], Span(0, len(wrapped)))) == 2
    long = "A whole paragraph. " * 10 + "\nAnother one."
    assert len(paragraphs(document(long), [], Span(0, len(long)))) == 2


@given(st.integers(0, 400_000))
def test_of_a_long_text_the_part_around_a_place_is_shown(around: int) -> None:
    text = ("x" * 99 + "\n") * 4_000
    start, end = window(text, around)
    assert start <= around <= end
    assert end - start <= WINDOW
    assert start == 0 or text[start - 1] == "\n"
    assert end == len(text) or text[end - 1] == "\n"


def test_a_short_text_is_shown_whole() -> None:
    assert window("short", 3) == Span(0, 5)

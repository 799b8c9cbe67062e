"""Sentences of the chunks that were found, in their context."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made import chunk

from assistant.evidence.sentences import CHUNKS, SCORED, gather, neighbours, read
from assistant.models.reranker import Reranker
from assistant.query.analyze import parse
from assistant.types import Evidence
from index.types import Chunk, Hit, Span

POOL = "The swimming pool of Larkfield is 25 metres long. It is heated by the bakery next door. Swans never come here."


@pytest.fixture(scope="module")
def reranker() -> Reranker:
    return Reranker()


def found(question: str, reranker: Reranker, *chunks: Chunk) -> list[Evidence]:
    hits = [Hit(c, 1.0 / (n + 1), "fused") for n, c in enumerate(chunks)]
    return gather(parse(question), hits, {}, reranker)


def test_no_hits_give_no_evidence(reranker: Reranker) -> None:
    assert found("Why?", reranker) == []


def test_the_sentence_that_answers_comes_first(reranker: Reranker) -> None:
    best = found("How long is the swimming pool of Larkfield?", reranker, chunk(POOL))[0]
    assert best.text == "The swimming pool of Larkfield is 25 metres long."


def test_evidence_is_an_exact_span_wherever_its_chunk_lies(reranker: Reranker) -> None:
    text = "Ünïcödé 😀 stands here.\r\n\r\n" + POOL
    whole = chunk(text[10:], start=10)
    evidence = found("What heats the pool?", reranker, whole)
    assert len(evidence) == 4
    assert all(text[e.start : e.end] == e.text for e in evidence)


def test_a_sentence_that_two_chunks_hold_is_taken_once(reranker: Reranker) -> None:
    evidence = found("What heats the pool?", reranker, chunk(POOL), chunk(POOL[50:], start=50))
    places = [(e.source, e.start) for e in evidence]
    assert len(places) == len(set(places)) == 3
    assert {e.order for e in evidence} == {0}


def test_evidence_is_ordered_by_its_rank(reranker: Reranker) -> None:
    texts = [
        f"Lake number {n} is {n} metres deep and cold. It freezes in winter. Nobody swims there." for n in range(5)
    ]
    ranks = [
        e.rank for e in found("How deep is lake number 3?", reranker, *map(chunk, texts, [f"{n}.txt" for n in "abcde"]))
    ]
    assert ranks == sorted(ranks, reverse=True)
    assert len(ranks) == 15


def test_a_pronoun_s_sentence_needs_the_one_before_it(reranker: Reranker) -> None:
    evidence = found("What heats the swimming pool of Larkfield?", reranker, chunk(POOL))
    (heated,) = [e for e in evidence if e.text == "It is heated by the bakery next door."]
    assert heated.needs == Span(0, 49)
    assert heated.window > heated.score
    assert read(heated) == POOL[:87]


def test_what_needs_nothing_is_read_alone(reranker: Reranker) -> None:
    best = found("How long is the swimming pool of Larkfield?", reranker, chunk(POOL))[0]
    assert best.needs is None
    assert read(best) == best.text


def test_neighbours_are_the_sentences_before_and_behind_in_the_chunk() -> None:
    whole = chunk(POOL, start=100)
    spans = [Span(100, 149), Span(150, 187), Span(188, 100 + len(POOL))]
    each = [Evidence(whole, *span, POOL[span.start - 100 : span.end - 100], 0) for span in spans]
    assert [neighbours(e) for e in each] == [(None, spans[1]), (spans[0], spans[2]), (spans[1], None)]


def test_a_heading_is_no_neighbour() -> None:
    text = "The pool\n\nIt is heated by the bakery next door.\n\nOpening times"
    whole = chunk(text)
    start, end = text.index("It"), text.index("door.") + 5
    assert neighbours(Evidence(whole, start, end, text[start:end], 0)) == (None, None)


def test_no_more_sentences_are_scored_than_said_and_the_rare_words_choose(reranker: Reranker) -> None:
    texts = [f"Stone {n} lies in the yard of the mason." for n in range(SCORED)]
    last = "The kingfisher nests by the weir."
    hits = [Hit(chunk(" ".join([*texts, last])), 1.0, "fused")]
    evidence = gather(parse("Where does the kingfisher nest?"), hits, {"kingfish": 3.0, "nest": 2.0}, reranker)
    assert len(evidence) == SCORED
    assert evidence[0].text == last


def test_only_the_first_hits_are_looked_at(reranker: Reranker) -> None:
    chunks = [chunk(f"Stone {n} lies in the yard.", f"{n:02}.txt") for n in range(CHUNKS + 3)]
    evidence = found("Where does stone 2 lie?", reranker, *chunks)
    assert {e.source for e in evidence} == {f"{n:02}.txt" for n in range(CHUNKS)}


def test_marks_alone_are_no_sentence(reranker: Reranker) -> None:
    assert [e.text for e in found("Who?", reranker, chunk("***\n\nThe mason came.\n\n-----"))] == ["The mason came."]


@settings(max_examples=20, deadline=None)
@given(
    text=st.text(alphabet=st.sampled_from("ab A.!?\n\r-*“”\"'1é😀\u0301\u2028"), max_size=120), start=st.integers(0, 50)
)
def test_evidence_of_any_text_is_an_exact_span(reranker: Reranker, text: str, start: int) -> None:
    document = "x" * start + text
    for e in found("Who came?", reranker, chunk(text, start=start)):
        assert document[e.start : e.end] == e.text
        assert e.text == e.text.strip()
        if e.needs:
            assert start <= e.needs.start < e.needs.end <= len(document)

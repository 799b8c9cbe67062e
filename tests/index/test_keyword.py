from __future__ import annotations

import random

import bm25s  # type: ignore[import-untyped]
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from keyword_index import index_of

from index import keyword
from index.keyword import KeywordIndex, scored_text, text_terms
from index.types import Chunk


def found(index: KeywordIndex, query: str, limit: int = 10) -> list[int]:
    return [number for number, _ in index.search(query, limit)]


def test_the_chunk_that_shares_the_rarest_words_is_first() -> None:
    index = index_of("the harbour and the ship", "the ship", "the ship sails to the lighthouse")
    assert found(index, "lighthouse ship")[0] == 2
    assert set(found(index, "ship")) == {0, 1, 2}
    assert all(score > 0 for _, score in index.search("ship", 3))


def test_words_are_stemmed_and_case_and_accents_do_not_matter() -> None:
    index = index_of("The soldiers were marching.", "A Café in Orléans")
    assert found(index, "MARCH soldier") == [0]
    assert found(index, "cafe orleans") == [1]


def test_hyphenated_words_are_found_whole_joined_and_in_part() -> None:
    index = index_of("the COVID-19 pandemic", "nothing of it")
    for query in ("covid-19", "covid19", "covid", "COVID\u201119"):
        assert found(index, query) == [0], query


def test_figures_are_found_with_and_without_separators() -> None:
    index = index_of("about 10,000 people", "about 3.5 percent", "in 2024")
    assert found(index, "10000") == found(index, "10,000") == [0]
    assert found(index, "3.5") == [1]
    assert found(index, "2024") == [2]


def test_a_possessive_finds_the_name() -> None:
    index = index_of("Norway\u2019s army", "the other")
    assert found(index, "Norway") == found(index, "norway's") == [0]


def test_the_title_and_the_section_count() -> None:
    chunk = Chunk("c", "c.txt", "Interview", None, 0, 5, 0, "It was late.", "", section="Interview › The harbour")
    assert scored_text(chunk) == "Interview\nThe harbour\nIt was late."


def test_unknown_words_empty_queries_and_empty_indexes_find_nothing() -> None:
    index = index_of("one text")
    assert found(index, "zebra") == found(index, "") == found(index, "the of and") == []
    assert found(index, "text", limit=0) == []
    assert found(index_of(), "text") == []
    assert found(index_of("", "the"), "text") == []


def test_only_allowed_chunks_are_found() -> None:
    index = index_of("a ship", "a ship too")
    assert [number for number, _ in index.search("ship", 5, allowed=[1])] == [1]
    assert index.search("ship", 5, allowed=[]) == []


def test_all_that_score_as_high_as_the_last_are_given() -> None:
    assert found(index_of(*["same words"] * 9), "words", limit=4) == list(range(9))


@given(st.lists(st.text(max_size=30), max_size=8), st.text(max_size=30))
def test_any_texts_and_any_query_give_hits_with_falling_scores(texts: list[str], query: str) -> None:
    scores = [score for _, score in index_of(*texts).search(query, 5)]
    assert scores == sorted(scores, reverse=True)
    assert all(score > 0 for score in scores)


def test_after_many_additions_and_removals_scores_are_those_of_bm25s(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keyword, "MERGED", 4)
    chance = random.Random(3)
    words = [f"w{chr(97 + i % 26)}{chr(97 + i // 26)}" for i in range(400)]
    texts = [" ".join(words[int(400 * chance.random() ** 3)] for _ in range(chance.randint(0, 40))) for _ in range(300)]
    index = index_of()
    for start in range(0, len(texts), 7):
        index.add(texts[start : start + 7])
        if start % 3 == 0:
            index.remove(range(start, start + 2))
    alive = [n for n in range(len(texts)) if not (n % 7 in (0, 1) and n // 7 * 7 % 3 == 0)]
    assert index.count() == len(alive)
    vocabulary: dict[str, int] = {}
    rows = [[vocabulary.setdefault(term, len(vocabulary)) for term in text_terms(texts[n])] for n in alive]
    other = bm25s.BM25()
    other.index((rows, vocabulary), show_progress=False)
    for _ in range(20):
        query = " ".join(chance.choice(words[:100]) for _ in range(5))
        wanted = other.get_scores_from_ids([vocabulary[term] for term in text_terms(query) if term in vocabulary])
        scores = dict(index.search(query, len(texts)))
        assert np.allclose([scores.get(n, 0.0) for n in alive], wanted, rtol=1e-4)
    held = {term: sum(term in set(text_terms(texts[n])) for n in alive) for term in list(vocabulary)[:50]}
    assert index.frequencies(held) == held

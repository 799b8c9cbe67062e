from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from index.keyword import KeywordIndex
from index.types import Chunk


def make(*texts: str, title: str = "") -> list[Chunk]:
    return [Chunk(f"c{i}", f"{i}.txt", title, None, 0, len(t), 0, t, "") for i, t in enumerate(texts)]


def found(index: KeywordIndex, query: str, limit: int = 10) -> list[str]:
    return [hit.chunk.id for hit in index.search(query, limit)]


def test_the_chunk_that_shares_the_rarest_words_is_first() -> None:
    index = KeywordIndex(make("the harbour and the ship", "the ship", "the ship sails to the lighthouse"))
    assert found(index, "lighthouse ship")[0] == "c2"
    assert set(found(index, "ship")) == {"c0", "c1", "c2"}
    assert all(hit.origin == "keyword" and hit.score > 0 for hit in index.search("ship", 3))


def test_words_are_stemmed_and_case_and_accents_do_not_matter() -> None:
    index = KeywordIndex(make("The soldiers were marching.", "A Café in Orléans"))
    assert found(index, "MARCH soldier") == ["c0"]
    assert found(index, "cafe orleans") == ["c1"]


def test_hyphenated_words_are_found_whole_joined_and_in_part() -> None:
    index = KeywordIndex(make("the COVID-19 pandemic", "nothing of it"))
    for query in ("covid-19", "covid19", "covid", "COVID\u201119"):
        assert found(index, query) == ["c0"], query


def test_figures_are_found_with_and_without_separators() -> None:
    index = KeywordIndex(make("about 10,000 people", "about 3.5 percent", "in 2024"))
    assert found(index, "10000") == found(index, "10,000") == ["c0"]
    assert found(index, "3.5") == ["c1"]
    assert found(index, "2024") == ["c2"]


def test_a_possessive_finds_the_name() -> None:
    index = KeywordIndex(make("Norway\u2019s army", "the other"))
    assert found(index, "Norway") == found(index, "norway's") == ["c0"]


def test_the_title_counts() -> None:
    [chunk] = make("He added that it was late.", title="Interview with the harbour master")
    assert found(KeywordIndex([chunk]), "harbour master") == ["c0"]


def test_unknown_words_empty_queries_and_empty_indexes_find_nothing() -> None:
    index = KeywordIndex(make("one text"))
    assert found(index, "zebra") == found(index, "") == found(index, "the of and") == []
    assert found(index, "text", limit=0) == []
    assert found(KeywordIndex([]), "text") == []
    assert found(KeywordIndex(make("", "the")), "text") == []


def test_only_allowed_chunks_are_found() -> None:
    index = KeywordIndex(make("a ship", "a ship too"))
    assert [hit.chunk.id for hit in index.search("ship", 5, allowed={"c1"})] == ["c1"]
    assert index.search("ship", 5, allowed=set()) == []


def test_equal_scores_keep_the_order_of_the_chunks_and_the_limit_holds() -> None:
    index = KeywordIndex(make(*["same words"] * 9))
    assert found(index, "words", limit=4) == ["c0", "c1", "c2", "c3"]


@given(st.lists(st.text(max_size=30), max_size=8), st.text(max_size=30))
def test_any_texts_and_any_query_give_hits_with_falling_scores(texts: list[str], query: str) -> None:
    hits = KeywordIndex(make(*texts)).search(query, 5)
    scores = [hit.score for hit in hits]
    assert scores == sorted(scores, reverse=True)
    assert all(score > 0 for score in scores)

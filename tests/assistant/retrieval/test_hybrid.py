"""Filters, fusion by reciprocal rank, and the keyword index that follows the store."""

from __future__ import annotations

import math
from collections.abc import Iterator
from pathlib import Path

import pytest
from made import chunk, hit
from towns import OLDTOWN, indexed

from assistant.api import Assistant
from assistant.retrieval.hybrid import Retriever, fuse, matching
from assistant.types import SearchQuery
from index.types import Filter, Hit, SourceInfo

NONE = Filter()


def hits(names: str) -> list[Hit]:
    return [hit("x", f"{name}.txt") for name in names]


def order(found: list[Hit]) -> str:
    return "".join(h.source.removesuffix(".txt") for h in found)


def test_ranks_are_summed_by_hand_worked_numbers() -> None:
    found = fuse([(1.0, hits("abc")), (1.0, hits("cb"))])
    assert order(found) == "cba"
    # c: third and first. b: second twice. a: first.
    assert [h.score for h in found] == pytest.approx([1 / 63 + 1 / 61, 1 / 62 + 1 / 62, 1 / 61])
    assert {h.origin for h in found} == {"fused"}


def test_a_weight_counts_a_ranking_more_or_less() -> None:
    found = fuse([(1.0, hits("ab")), (0.5, hits("ba"))])
    assert order(found) == "ab"
    assert [h.score for h in found] == pytest.approx([1 / 61 + 0.5 / 62, 1 / 62 + 0.5 / 61])
    assert order(fuse([(0.5, hits("ab")), (1.0, hits("ba"))])) == "ba"


def test_ties_are_broken_by_source_and_place() -> None:
    assert order(fuse([(1.0, hits("ba")), (1.0, hits("ab"))])) == "ab"
    late, early = Hit(chunk("x", start=9), 1, "dense"), Hit(chunk("x", start=2), 1, "dense")
    found = fuse([(1.0, [late, early]), (1.0, [early, late])])
    assert [h.start for h in found] == [2, 9]


def test_no_rankings_give_nothing() -> None:
    assert fuse([]) == []
    assert fuse([(1.0, []), (1.0, [])]) == []


def info(source: str, date: str | None = None) -> SourceInfo:
    return SourceInfo(source, source, date, "", 1)


@pytest.mark.parametrize(
    ("glob", "found"),
    [
        ("*.md", ["b.md", "sub/d.md"]),
        ("a.txt", ["a.txt"]),
        ("sub/*", ["sub/c.txt", "sub/d.md"]),
        ("*", ["a.txt", "b.md", "sub/c.txt", "sub/d.md"]),
        ("?.md", ["b.md"]),
        ("[ab].*", ["a.txt", "b.md"]),
        ("A.TXT", []),
        ("nothing", []),
    ],
)
def test_a_glob_chooses_sources(glob: str, found: list[str]) -> None:
    names = ["a.txt", "b.md", "sub/c.txt", "sub/d.md"]
    assert matching([info(name) for name in names], Filter(source=glob)) == found


DATES = ["2019", "2020", "2020-05", "2020-05-04", "2020-05-05", "2021-01-01", None]


@pytest.mark.parametrize(
    ("since", "until", "found"),
    [
        (None, None, DATES),
        ("2020-05-04", "2020-05-04", ["2020", "2020-05", "2020-05-04"]),
        ("2020-05-05", None, ["2020", "2020-05", "2020-05-05", "2021-01-01"]),
        (None, "2020-05-04", ["2019", "2020", "2020-05", "2020-05-04"]),
        (None, "2020", ["2019", "2020", "2020-05", "2020-05-04", "2020-05-05"]),
        ("2021", None, ["2021-01-01"]),
        ("2020-06", "2020-12", ["2020"]),
        (None, "2020-05", ["2019", "2020", "2020-05", "2020-05-04", "2020-05-05"]),
        ("2019", "2019", ["2019"]),
        ("2022", None, []),
        ("2021", "2019", []),
    ],
)
def test_a_range_of_dates_includes_both_ends_and_leaves_out_what_has_none(
    since: str | None, until: str | None, found: list[str | None]
) -> None:
    sources = [info(str(n), date) for n, date in enumerate(DATES)]
    chosen = set(matching(sources, Filter(since=since, until=until)))
    assert [s.date for s in sources if s.source in chosen] == found


def test_a_glob_and_a_range_both_count() -> None:
    sources = [info("a.txt", "2020"), info("b.txt", "2021"), info("c.md", "2021")]
    assert matching(sources, Filter("*.txt", "2021", None)) == ["b.txt"]


@pytest.fixture
def two(tmp_path: Path) -> Iterator[tuple[Assistant, Assistant, Path]]:
    """Two assistants on one index of the small corpus, which the test may change."""
    with indexed(tmp_path, OLDTOWN) as one:
        other = Assistant(settings=one.settings)
        yield one, other, one.settings.corpus
        other.store.close()


def test_the_same_query_twice_gives_the_same_hits(town_bot: Assistant) -> None:
    queries = [SearchQuery("the bridge"), SearchQuery("the school", 0.5)]
    first = town_bot.retriever.fused(queries, NONE)
    assert first
    assert town_bot.retriever.fused(queries, NONE) == first
    assert Retriever(town_bot.store, town_bot.embedder).fused(queries, NONE) == first


def test_a_filter_that_lets_nothing_through_gives_nothing(town_bot: Assistant) -> None:
    assert town_bot.retriever.fused([SearchQuery("the bridge")], Filter(source="no-such-file")) == []


def test_a_filter_counts_in_both_searches(town_bot: Assistant) -> None:
    found = town_bot.retriever.fused([SearchQuery("How long is the Harbour Bridge?")], Filter(source="*.md"))
    assert {h.source for h in found} == {"school.md"}


def test_no_more_than_the_depth_of_each_ranking(town_bot: Assistant) -> None:
    assert len(town_bot.retriever.fused([SearchQuery("bridge")], NONE, depth=1)) == 1


def test_rare_words_weigh_more_than_common_ones(town_bot: Assistant) -> None:
    rarity = town_bot.retriever.rarity(["oldtown", "bridg", "zebra"])
    n = town_bot.store.count()
    assert rarity["zebra"] > rarity["bridg"] > rarity["oldtown"] >= 0
    assert rarity["zebra"] == pytest.approx(math.log(1 + (n + 0.5) / 0.5))


def test_the_stems_of_a_source_hold_its_title_and_its_text(town_bot: Assistant) -> None:
    stems = town_bot.retriever.stems("school.md")
    assert {"school", "pupil", "osei"} <= stems
    assert "bridg" not in stems
    assert town_bot.retriever.stems("nothing.txt") == frozenset()


def test_what_one_assistant_ingests_the_other_finds(two: tuple[Assistant, Assistant, Path]) -> None:
    one, other, root = two
    query = [SearchQuery("Who keeps the lighthouse?")]
    assert "light.txt" not in {h.source for h in other.retriever.fused(query, NONE)}
    (root / "light.txt").write_text("The lighthouse is kept by Edda Voss.")
    one.ingest()
    assert other.retriever.fused(query, NONE)[0].source == "light.txt"
    assert "lighthous" in other.retriever.stems("light.txt")
    assert other.retriever.rarity(["lighthous"])["lighthous"] < other.retriever.rarity(["zebra"])["zebra"]
    assert other.answer("Who keeps the lighthouse?").citations[0].source == "light.txt"
    (root / "light.txt").unlink()
    one.ingest()
    assert "light.txt" not in {h.source for h in other.retriever.fused(query, NONE)}
    assert other.retriever.stems("light.txt") == frozenset()

"""Search: retrieval and reranking alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.api import Assistant
from assistant.errors import QuestionError
from assistant.retrieval.hybrid import RANK_CONSTANT
from assistant.types import SearchQuery, Turn
from index.types import Filter


def test_hits_come_best_first_and_are_spans_of_their_files(town: Path, town_bot: Assistant) -> None:
    hits = town_bot.search("How many pupils does the school have?")
    assert hits[0].source == "school.md"
    assert [h.score for h in hits] == sorted((h.score for h in hits), reverse=True)
    assert {h.origin for h in hits} == {"rerank"}
    for h in hits:
        assert (town / h.source).read_text(encoding="utf-8")[h.start : h.end] == h.text


def test_no_more_hits_than_the_limit(town_bot: Assistant) -> None:
    everything = town_bot.search("Oldtown")
    assert len(everything) == 2
    assert town_bot.search("Oldtown", limit=1) == everything[:1]


@pytest.mark.parametrize("limit", [0, -1])
def test_a_limit_below_one_is_an_error_that_says_what_to_give(town_bot: Assistant, limit: int) -> None:
    with pytest.raises(QuestionError, match="give 1 or more"):
        town_bot.search("Oldtown", limit=limit)


def test_the_same_search_twice_gives_the_same_hits(town_bot: Assistant) -> None:
    assert town_bot.search("the engineer of the bridge") == town_bot.search("the engineer of the bridge")


def test_filters_leave_out_what_they_should(town_bot: Assistant) -> None:
    def found(**where: str) -> list[str]:
        return sorted(h.source for h in town_bot.search("Oldtown", **where))  # type: ignore[arg-type]

    assert found() == ["bridge.txt", "school.md"]
    assert found(source="*.md") == ["school.md"]
    assert found(since="2023") == found(until="2023") == found(since="2023-04-02", until="2023-04-02") == ["bridge.txt"]
    assert found(since="2023-04-03") == found(until="2023-04-01") == found(source="*.pdf") == []


def test_the_history_is_leant_on(town_bot: Assistant) -> None:
    history = [Turn("user", "How many pupils has the school of Oldtown?"), Turn("assistant", "It has 420. [1]")]
    assert town_bot.search("Who leads it?", history=history)[0].source == "school.md"
    bridge = [Turn("user", "How long is the Harbour Bridge?"), Turn("assistant", "310 metres. [1]")]
    assert town_bot.search("Who designed it?", history=bridge)[0].source == "bridge.txt"


def test_the_cross_encoder_s_order_is_one_more_ranking_beside_the_fused_ones(town_bot: Assistant) -> None:
    query = "Who was the head of those who built the long bridge over the water?"
    fused = {h.chunk.id: h for h in town_bot.retriever.fused([SearchQuery(query)], Filter())}
    hits = town_bot.search(query)
    read = sorted(hits, key=lambda h: -town_bot.reranker.scores(query, [h.text])[0])
    assert len(hits) == len(fused) == 2
    for rank, h in enumerate(read, start=1):
        assert h.score == pytest.approx(fused[h.chunk.id].score + 1 / (RANK_CONSTANT + rank))

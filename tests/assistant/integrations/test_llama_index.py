"""Citewell's retriever, query engine and chat engine in LlamaIndex's own programs."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest
from llama_index.core.base.response.schema import AsyncStreamingResponse, StreamingResponse
from llama_index.core.evaluation import FaithfulnessEvaluator
from llama_index.core.llms import ChatMessage, MockLLM
from llama_index.core.query_engine import RetrieverQueryEngine
from llama_index.core.schema import NodeWithScore, TextNode

from assistant import Answer, Assistant
from assistant.integrations.llama_index import CitewellChatEngine, CitewellQueryEngine, CitewellRetriever
from assistant.types import REFUSAL

QUESTION = "When was the bridge of Oldtown opened?"
UNANSWERABLE = "What is the boiling point of mercury?"


def check_spans(nodes: list[NodeWithScore], town: Path) -> None:
    """Each node's text stands in its source where the node says."""
    assert nodes
    for found in nodes:
        node = found.node
        assert isinstance(node, TextNode)
        text = (town / node.metadata["source"]).read_text(encoding="utf-8")
        assert text[node.start_char_idx : node.end_char_idx] == node.text


def test_the_retriever_gives_nodes_at_exact_spans(town_bot: Assistant, town: Path) -> None:
    nodes = CitewellRetriever(town_bot, limit=3).retrieve(QUESTION)
    check_spans(nodes, town)
    assert [n.score for n in nodes] == sorted((n.score or 0 for n in nodes), reverse=True)
    assert len(nodes) <= 3


def test_the_retriever_works_in_llama_indexs_query_engine(town_bot: Assistant, town: Path) -> None:
    engine = RetrieverQueryEngine.from_args(CitewellRetriever(town_bot, limit=2), llm=MockLLM())
    response = engine.query(QUESTION)
    check_spans(response.source_nodes, town)
    assert QUESTION in str(response)  # the mock model repeats its prompt
    assert "sha256" not in str(response)


def test_a_response_has_its_citations_as_source_nodes_and_the_answer_in_its_metadata(
    town_bot: Assistant, town: Path
) -> None:
    response = CitewellQueryEngine(town_bot).query(QUESTION)
    answer = (response.metadata or {})["answer"]
    assert isinstance(answer, Answer)
    assert str(response) == answer.text
    check_spans(response.source_nodes, town)
    assert [n.node.metadata["citation"] for n in response.source_nodes] == [c.number for c in answer.citations]


def test_an_abstention_has_no_source_nodes(town_bot: Assistant) -> None:
    response = CitewellQueryEngine(town_bot).query(UNANSWERABLE)
    assert str(response) == REFUSAL
    assert response.source_nodes == []


def test_a_streamed_response_ends_as_the_whole_one(town_bot: Assistant, town: Path) -> None:
    response = CitewellQueryEngine(town_bot, streaming=True).query(QUESTION)
    assert isinstance(response, StreamingResponse)
    text = "".join(response.response_gen)
    assert text.split() == (response.metadata or {})["answer"].text.split()
    check_spans(response.source_nodes, town)


def test_the_query_engine_answers_asynchronously(town_bot: Assistant, town: Path) -> None:
    async def stream() -> tuple[str, Any]:
        response = await CitewellQueryEngine(town_bot, streaming=True).aquery(QUESTION)
        assert isinstance(response, AsyncStreamingResponse)
        return "".join([piece async for piece in response.async_response_gen()]), response

    whole = asyncio.run(CitewellQueryEngine(town_bot).aquery(QUESTION))
    text, streamed = asyncio.run(stream())
    check_spans(streamed.source_nodes, town)
    assert text.split() == str(whole).split()


def test_llama_indexs_evaluator_takes_a_response(town_bot: Assistant) -> None:
    response = CitewellQueryEngine(town_bot).query(QUESTION)
    result = FaithfulnessEvaluator(llm=MockLLM()).evaluate_response(response=response)
    assert result.response == str(response)
    assert result.contexts


def test_the_chat_engine_remembers_the_conversation(town_bot: Assistant, town: Path) -> None:
    engine = CitewellChatEngine(town_bot)
    response = engine.chat(QUESTION)
    check_spans(response.source_nodes, town)
    assert [m.role.value for m in engine.chat_history] == ["user", "assistant"]
    streamed = engine.stream_chat(QUESTION)
    assert "".join(streamed.response_gen).split() == response.response.split()
    assert streamed.metadata["answer"].text == response.response
    assert len(engine.chat_history) == 4
    engine.reset()
    assert engine.chat_history == []


def test_a_history_that_is_given_replaces_the_engines_own(town_bot: Assistant) -> None:
    engine = CitewellChatEngine(town_bot, [ChatMessage(role="system", content="Be brief.")])

    async def talk() -> str:
        await engine.achat(QUESTION, [])
        response = await engine.astream_chat(QUESTION)
        return "".join([piece async for piece in response.async_response_gen()])

    assert asyncio.run(talk())
    assert [m.role.value for m in engine.chat_history] == ["user", "assistant"] * 2


def test_a_filter_holds_for_engines_too(town_bot: Assistant) -> None:
    with pytest.raises(Exception, match="date"):
        CitewellRetriever(town_bot, since="soon").retrieve(QUESTION)

"""Citewell inside a LlamaIndex program: a retriever, a query engine and a chat engine over one `Assistant`.

    from assistant import Assistant
    from assistant.integrations.llama_index import CitewellQueryEngine

    response = CitewellQueryEngine(Assistant("handbook")).query("How many days of leave are there?")
    response.source_nodes[0].node.start_char_idx

The source nodes of a response are its citations: `text` is the quote, and `start_char_idx` and `end_char_idx` say where
it stands in the source. `response.metadata["answer"]` is the `Answer`. An abstention has no source nodes; what is near
the question is in `Answer.nearest`.

Nothing else imports this module: importing LlamaIndex takes seconds.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Generator, Iterator, Sequence
from contextlib import aclosing, closing
from dataclasses import dataclass, field
from typing import Any, cast

from llama_index.core.base.base_query_engine import BaseQueryEngine
from llama_index.core.base.base_retriever import BaseRetriever
from llama_index.core.base.llms.types import ChatMessage, ChatResponse, MessageRole
from llama_index.core.base.response.schema import RESPONSE_TYPE, AsyncStreamingResponse, Response, StreamingResponse
from llama_index.core.callbacks.base import CallbackManager
from llama_index.core.chat_engine.types import AgentChatResponse, BaseChatEngine, StreamingAgentChatResponse
from llama_index.core.prompts.mixin import PromptMixinType
from llama_index.core.schema import NodeWithScore, QueryBundle, TextNode

from assistant.api import Assistant
from assistant.types import Answer, Citation, Turn
from index.store.records import text_node

__all__ = ["CitewellChatEngine", "CitewellQueryEngine", "CitewellRetriever"]


class CitewellRetriever(BaseRetriever):
    """Hybrid retrieval with reranking: `Assistant.search` as a LlamaIndex retriever.

    limit: at most so many nodes. filters: `source`, `since` and `until`, as `Assistant.search` takes them.
    The nodes have `start_char_idx` and `end_char_idx`; their scores order one result and are not comparable between
    questions.
    """

    def __init__(
        self, assistant: Assistant, limit: int = 10, *, callback_manager: CallbackManager | None = None, **filters: Any
    ) -> None:
        self._assistant, self._limit, self._filters = assistant, limit, filters
        super().__init__(callback_manager=callback_manager)

    def _retrieve(self, query_bundle: QueryBundle) -> list[NodeWithScore]:
        hits = self._assistant.search(query_bundle.query_str, self._limit, **self._filters)
        return [NodeWithScore(node=text_node(hit.chunk), score=hit.score) for hit in hits]

    async def _aretrieve(self, query_bundle: QueryBundle) -> list[NodeWithScore]:
        return await asyncio.to_thread(self._retrieve, query_bundle)


class CitewellQueryEngine(BaseQueryEngine):
    """`Assistant.answer` as a LlamaIndex query engine.

    streaming: whether responses are streams of verified sentences; their source nodes and metadata are complete when
    the stream has ended. filters: `source`, `since` and `until`, as `Assistant.answer` takes them.
    """

    def __init__(
        self,
        assistant: Assistant,
        *,
        streaming: bool = False,
        callback_manager: CallbackManager | None = None,
        **filters: Any,
    ) -> None:
        self._assistant, self._streaming, self._filters = assistant, streaming, filters
        super().__init__(callback_manager)

    def retrieve(self, query_bundle: QueryBundle) -> list[NodeWithScore]:
        """The passages near a question."""
        return CitewellRetriever(self._assistant, **self._filters).retrieve(query_bundle)

    def _query(self, query_bundle: QueryBundle) -> RESPONSE_TYPE:
        if self._streaming:
            found = _Found()
            events = self._assistant.stream(query_bundle.query_str, **self._filters)
            return StreamingResponse(found.pieces(events), found.nodes, found.metadata)
        return _response(self._assistant.answer(query_bundle.query_str, **self._filters))

    async def _aquery(self, query_bundle: QueryBundle) -> RESPONSE_TYPE:
        if self._streaming:
            found = _Found()
            events = self._assistant.astream(query_bundle.query_str, **self._filters)
            return AsyncStreamingResponse(found.apieces(events), found.nodes, found.metadata)
        return _response(await self._assistant.aanswer(query_bundle.query_str, **self._filters))

    def _get_prompt_modules(self) -> PromptMixinType:
        return {}  # Citewell's prompts keep a contract with its verification and are not replaced from outside


class CitewellChatEngine(BaseChatEngine):
    """A conversation with an `Assistant` as a LlamaIndex chat engine.

    chat_history: the messages before the first question; those given to a call replace what was said so far.
    filters: `source`, `since` and `until`, as `Assistant.answer` takes them.
    """

    def __init__(self, assistant: Assistant, chat_history: Sequence[ChatMessage] | None = None, **filters: Any) -> None:
        self._assistant, self._filters = assistant, filters
        self._history = list(chat_history or ())

    @property
    def chat_history(self) -> list[ChatMessage]:
        """The messages so far, oldest first."""
        return list(self._history)

    def reset(self) -> None:
        """Forget what was said."""
        self._history.clear()

    def chat(self, message: str, chat_history: list[ChatMessage] | None = None) -> AgentChatResponse:
        """Answer a message."""
        answer = self._assistant.answer(message, self._turns(chat_history), **self._filters)
        return self._answered(message, answer)

    async def achat(self, message: str, chat_history: list[ChatMessage] | None = None) -> AgentChatResponse:
        """Answer a message without blocking the event loop."""
        answer = await self._assistant.aanswer(message, self._turns(chat_history), **self._filters)
        return self._answered(message, answer)

    def stream_chat(self, message: str, chat_history: list[ChatMessage] | None = None) -> StreamingChatResponse:
        """Answer a message sentence by sentence, each when it is verified."""
        found = _Found()
        events = self._assistant.stream(message, self._turns(chat_history), **self._filters)

        def chunks() -> Generator[ChatResponse, None, None]:
            for piece in found.pieces(events):
                yield _chunk(piece)
            self._remember(message, found.metadata["answer"])

        return StreamingChatResponse(
            chat_stream=chunks(), source_nodes=found.nodes, metadata=found.metadata, is_writing_to_memory=False
        )

    async def astream_chat(self, message: str, chat_history: list[ChatMessage] | None = None) -> StreamingChatResponse:
        """Answer a message sentence by sentence, without blocking the event loop."""
        found = _Found()
        events = self._assistant.astream(message, self._turns(chat_history), **self._filters)

        async def chunks() -> AsyncGenerator[ChatResponse, None]:
            async for piece in found.apieces(events):
                yield _chunk(piece)
            self._remember(message, found.metadata["answer"])

        return StreamingChatResponse(
            achat_stream=chunks(), source_nodes=found.nodes, metadata=found.metadata, is_writing_to_memory=False
        )

    def _turns(self, chat_history: list[ChatMessage] | None) -> list[Turn]:
        """The conversation so far; the messages of systems and tools are no part of it."""
        if chat_history is not None:
            self._history = list(chat_history)
        said = [(m.role, m.content or "") for m in self._history]
        user = [Turn("user" if role == MessageRole.USER else "assistant", text) for role, text in said
                if role in (MessageRole.USER, MessageRole.ASSISTANT)]  # fmt: skip
        return user

    def _answered(self, message: str, answer: Answer) -> AgentChatResponse:
        self._remember(message, answer)
        return AgentChatResponse(answer.text, source_nodes=_source_nodes(answer), metadata={"answer": answer})

    def _remember(self, message: str, answer: Answer) -> None:
        self._history += [
            ChatMessage(role=MessageRole.USER, content=message),
            ChatMessage(role=MessageRole.ASSISTANT, content=answer.text),
        ]


@dataclass
class StreamingChatResponse(StreamingAgentChatResponse):
    """LlamaIndex's streaming response with the metadata that its other responses have."""

    metadata: dict[str, Any] = field(default_factory=dict)


@dataclass
class _Found:
    """What a stream leaves in its response when it ends."""

    nodes: list[NodeWithScore] = field(default_factory=list)
    metadata: dict[str, Any] = field(default_factory=dict)

    def pieces(self, events: Iterator[str | Answer]) -> Generator[str, None, None]:
        """The sentences, a line each."""
        with closing(cast("Generator[str | Answer, None, None]", events)):
            for event in events:
                if isinstance(event, Answer):
                    self._take(event)
                else:
                    yield event + "\n"

    async def apieces(self, events: AsyncIterator[str | Answer]) -> AsyncGenerator[str, None]:
        """The same, asynchronously."""
        async with aclosing(cast("AsyncGenerator[str | Answer, None]", events)):
            async for event in events:
                if isinstance(event, Answer):
                    self._take(event)
                else:
                    yield event + "\n"

    def _take(self, answer: Answer) -> None:
        self.nodes.extend(_source_nodes(answer))
        self.metadata["answer"] = answer


def _response(answer: Answer) -> Response:
    return Response(answer.text, source_nodes=_source_nodes(answer), metadata={"answer": answer})


def _source_nodes(answer: Answer) -> list[NodeWithScore]:
    """One node for each citation, in the order of their numbers. Citations have no score of their own."""
    return [NodeWithScore(node=_quote_node(citation)) for citation in answer.citations]


def _quote_node(citation: Citation) -> TextNode:
    about = {
        "citation": citation.number,
        "source": citation.source,
        "title": citation.title,
        "date": citation.date,
        "section": citation.section,
        "page": citation.page,
        "sha256": citation.sha256,
    }
    return TextNode(
        id_=f"{citation.sha256[:16]}-{citation.start}-{citation.end}",
        text=citation.quote,
        start_char_idx=citation.start,
        end_char_idx=citation.end,
        metadata=about,
        # a model that reads the node is told where it is from, and not how it is stored
        excluded_llm_metadata_keys=["citation", "sha256"],
        excluded_embed_metadata_keys=sorted(about),
    )


def _chunk(piece: str) -> ChatResponse:
    return ChatResponse(message=ChatMessage(role=MessageRole.ASSISTANT, content=piece), delta=piece)

"""LlamaIndex's stock query engine and its CitationQueryEngine, configured as in its documentation."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from assistant.llm.model import Model
from assistant.types import Answer, Turn
from evals.bench.stock import splitter
from evals.peers.common import TOKENS, Found, as_answer, as_hit, documents, embedding, said
from index.types import Hit


class LlamaIndexPeer:
    """A query engine over a default VectorStoreIndex. cites: use CitationQueryEngine. Ignores the history."""

    def __init__(self, corpus: Path, model: Model, *, cites: bool) -> None:
        from llama_index.core import Document, VectorStoreIndex
        from llama_index.core.query_engine import CitationQueryEngine

        self._files = {found.source: found for found in documents(corpus)}
        texts = [Document(text=f.text, metadata={"file_name": f.source}) for f in self._files.values()]
        self._index = VectorStoreIndex.from_documents(texts, embed_model=embedding(), transformations=[splitter()])
        llm = llama_model(model)
        self.cites = cites
        self._engine: Any = (
            CitationQueryEngine.from_args(self._index, llm=llm) if cites else self._index.as_query_engine(llm=llm)
        )

    def answer(self, question: str, history: Sequence[Turn]) -> Answer:
        """Returns the query engine's response."""
        response = self._engine.query(question)
        sources = [self._place(node) for node in response.source_nodes] if self.cites else []
        return as_answer(question, str(response).strip(), sources)

    def search(self, query: str, limit: int, history: Sequence[Turn]) -> list[Hit]:
        """Returns the nodes nearest to a query."""
        nodes = self._index.as_retriever(similarity_top_k=limit).retrieve(query)
        return [as_hit(self._place(node), node.score or 0.0) for node in nodes]

    def _place(self, node: Any) -> Found:
        """Locates a node's text in its file. CitationQueryEngine puts "Source 1:" above it and strips it."""
        text = node.node.get_content(metadata_mode="none")
        if text.startswith("Source "):
            text = text.partition(":\n")[2]
        text = text.strip()
        file = self._files[node.metadata["file_name"]]
        return Found(file.source, max(0, file.text.find(text)), text, file.sha256)


def llama_model(model: Model) -> Any:
    """Adapts the shared model to LlamaIndex's interface."""
    from llama_index.core.llms import CompletionResponse, CustomLLM, LLMMetadata

    class Shared(CustomLLM):
        @property
        def metadata(self) -> LLMMetadata:
            return LLMMetadata(context_window=model.context, num_output=TOKENS, model_name=model.name)

        def complete(self, prompt: str, formatted: bool = False, **_: Any) -> CompletionResponse:
            return CompletionResponse(text=said(model, prompt))

        def stream_complete(self, prompt: str, formatted: bool = False, **_: Any) -> Any:
            yield self.complete(prompt)

    return Shared()

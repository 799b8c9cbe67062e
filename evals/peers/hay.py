"""Haystack: its splitter, in-memory store and retriever, and the prompt of its first question-answering tutorial."""

from __future__ import annotations

import os

os.environ.setdefault("HAYSTACK_TELEMETRY_ENABLED", "False")  # before it is imported

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from assistant.llm.model import Model
from assistant.types import Answer, Turn
from evals.peers.common import Found, as_answer, as_hit, documents, embedding, said
from index.types import Hit

READ = 5  # documents in the prompt
TEMPLATE = """Given the following information, answer the question.

Context:
{% for document in documents %}
    {{ document.content }}
{% endfor %}

Question: {{ question }}
Answer:"""


class HaystackPeer:
    """Splits by 200 words, retrieves by vectors, and answers in prose. Ignores the history."""

    def __init__(self, corpus: Path, model: Model) -> None:
        from haystack import Document
        from haystack.components.builders import PromptBuilder
        from haystack.components.preprocessors import DocumentSplitter
        from haystack.components.retrievers.in_memory import InMemoryEmbeddingRetriever
        from haystack.document_stores.in_memory import InMemoryDocumentStore

        self._model, self._embedding = model, embedding()
        self._files = {found.source: found for found in documents(corpus)}
        whole = [Document(content=f.text, meta={"source": f.source}) for f in self._files.values()]
        parts = DocumentSplitter(split_by="word", split_length=200).run(documents=whole)["documents"]
        store = InMemoryDocumentStore(embedding_similarity_function="cosine")
        store.write_documents(
            [Document(content=p.content, meta=p.meta, embedding=self._vector(p.content or "")) for p in parts]
        )
        self._retriever = InMemoryEmbeddingRetriever(store)
        self._prompt = PromptBuilder(TEMPLATE, required_variables="*")

    def answer(self, question: str, history: Sequence[Turn]) -> Answer:
        """Returns the model's response to the prompt."""
        found = self._found(question, READ)
        prompt = self._prompt.run(documents=found, question=question)["prompt"]
        return as_answer(question, said(self._model, prompt))

    def search(self, query: str, limit: int, history: Sequence[Turn]) -> list[Hit]:
        """Returns the documents nearest to a query."""
        return [as_hit(self._place(document), document.score or 0.0) for document in self._found(query, limit)]

    def _found(self, query: str, limit: int) -> list[Any]:
        vector = self._embedding.get_query_embedding(query)
        return list(self._retriever.run(query_embedding=vector, top_k=limit)["documents"])

    def _vector(self, text: str) -> list[float]:
        return list(self._embedding.get_text_embedding(text))

    def _place(self, document: Any) -> Found:
        file = self._files[document.meta["source"]]
        return Found(file.source, document.meta["split_idx_start"], document.content, file.sha256)

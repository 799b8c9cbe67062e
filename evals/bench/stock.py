"""LlamaIndex's stock pipeline, as its documentation has it, on Chroma and the embedding model that Citewell ships.

SimpleDirectoryReader, SentenceSplitter and VectorStoreIndex, with their defaults. Two things are not the default: the
question gets the prefix that the model's authors ask for, and is asked for 50 nodes instead of 2, so that ten documents
are among them.
"""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

from evals.bench import data
from evals.bench.ingest import DEEP, questions
from evals.bench.measure import peak_megabytes


def carried_model() -> Any:
    """fastembed's TextEmbedding with the carried weights, and its own defaults: all cores, batches."""
    from fastembed import TextEmbedding
    from fastembed.common.model_description import ModelSource, PoolingType

    from index.embed import DIMENSIONS
    from index.models import find_weights

    name = "stock/bge-small-en-v1.5"
    TextEmbedding.add_custom_model(
        model=name, pooling=PoolingType.CLS, normalization=True, sources=ModelSource(hf=name), dim=DIMENSIONS,
        model_file="model.onnx",
    )  # fmt: skip
    return TextEmbedding(name, specific_model_path=str(find_weights("bge_small_en")), local_files_only=True)


def embedding() -> Any:
    """The thinnest LlamaIndex embedding around fastembed: batches are LlamaIndex's own, of ten texts."""
    from llama_index.core.embeddings import BaseEmbedding

    from index.embed import QUERY_PREFIX

    model = carried_model()

    class Wrapped(BaseEmbedding):
        def _get_text_embeddings(self, texts: list[str]) -> list[list[float]]:
            return [vector.tolist() for vector in model.embed(texts)]

        def _get_text_embedding(self, text: str) -> list[float]:
            return self._get_text_embeddings([text])[0]

        def _get_query_embedding(self, query: str) -> list[float]:
            return self._get_text_embeddings([QUERY_PREFIX + query])[0]

        async def _aget_query_embedding(self, query: str) -> list[float]:
            return self._get_query_embedding(query)

    return Wrapped(model_name="bge-small-en-v1.5")


def splitter() -> Any:
    """SentenceSplitter with its defaults.

    Its tokenizer of sentences, Punkt without training, is given by hand: it looks for data that it does not use, and
    does not start where these are hard links, as uv installs them.
    """
    from llama_index.core.node_parser import SentenceSplitter
    from llama_index.core.node_parser.text.utils import split_by_sentence_tokenizer_internal
    from nltk.tokenize import PunktSentenceTokenizer  # type: ignore[import-untyped]

    punkt = PunktSentenceTokenizer()
    return SentenceSplitter(chunking_tokenizer_fn=lambda text: split_by_sentence_tokenizer_internal(text, punkt))


def ingest(folder: Path, store: Path) -> dict[str, Any]:
    """Ingests a folder. Models and packages are loaded before the clock starts, as for Citewell."""
    from llama_index.core import SimpleDirectoryReader, StorageContext, VectorStoreIndex

    model, parser = embedding(), splitter()
    model.get_text_embedding("warm")
    cpu, start = time.process_time(), time.perf_counter()
    documents = SimpleDirectoryReader(str(folder)).load_data()
    vectors = _chroma(store)
    context = StorageContext.from_defaults(vector_store=vectors)
    VectorStoreIndex.from_documents(documents, storage_context=context, embed_model=model, transformations=[parser])
    seconds, cpu = time.perf_counter() - start, time.process_time() - cpu
    chunks = vectors.client.count()
    return {"documents": len(documents), "chunks": chunks, "ingest_s": seconds, "ingest_cpu_s": cpu,
            "ingest_mb": peak_megabytes(), "chunks_per_s": chunks / seconds}  # fmt: skip


def ask(store: Path, collection: data.Collection) -> dict[str, Any]:
    """Asks the questions of a collection that was ingested."""
    from llama_index.core import VectorStoreIndex

    index = VectorStoreIndex.from_vector_store(_chroma(store), embed_model=embedding())
    retriever = index.as_retriever(similarity_top_k=DEEP)

    def search(text: str) -> list[str]:
        return [Path(node.metadata["file_name"]).stem for node in retriever.retrieve(text)]

    return questions(collection, search)


def _chroma(store: Path) -> Any:
    import chromadb
    from chromadb.config import Settings
    from llama_index.vector_stores.chroma import ChromaVectorStore

    client = chromadb.PersistentClient(str(store), settings=Settings(anonymized_telemetry=False))
    return ChromaVectorStore(chroma_collection=client.get_or_create_collection("stock"))

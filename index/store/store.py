"""The chunks of a corpus, their vectors and what made them, in one Chroma collection.

Embedded in a folder by default, or on a Chroma server by URL. Chunk text, offsets, title, date, position and file
hash are in Chroma, so no second database can disagree with it. chromadb is imported by this package's store, backends
and connect modules alone.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from index.errors import IndexMismatch, StoreError
from index.store.backends import Backend, Folder, Server
from index.store.connect import collection_name, is_missing, store_errors
from index.store.records import FileState, chunk_of, file_states, hits_of, node_of, source_infos
from index.types import Chunk, Hit, SourceInfo

if TYPE_CHECKING:
    from chromadb import Collection

R = TypeVar("R")

# what is in a record; a change of it makes old collections unreadable
SCHEMA = 2
# SQLite takes 32,766 variables in a statement, and a page is held in memory as a whole
_PAGE = 2_000
# 2026-11, 6,000 and 12,946 chunks of SciFact, 60 questions: 99.7% of the exact nearest 50 are found
_HNSW: dict[str, Any] = {"space": "cosine", "ef_construction": 100, "ef_search": 256, "max_neighbors": 16}


@dataclass(frozen=True, slots=True)
class Recipe:
    """What made an index; two indexes with different recipes cannot be mixed.

    embedding: fingerprint of the embedding model. chunking: version of the chunker.
    budget: tokens in a chunk. overlap: sentences or tokens that neighbours share, as the chunker counts them.
    """

    embedding: str
    chunking: str
    budget: int
    overlap: int
    schema: int = SCHEMA


class Store:
    """The chunks of one corpus.

    path: folder of an embedded Chroma, made at the first write; ignored when `url` is given.
    url: of a Chroma server, such as "http://localhost:8000".
    recipe: what makes the index. name: of the corpus; several can share a server.

    Nothing is opened before the first call. All methods raise StoreError where Chroma cannot be reached, read or
    written, and IndexMismatch where the index was made by another recipe. A store may be shared by threads. Only one
    store may write at a time, see lock.py.
    """

    def __init__(
        self, path: Path | None = None, url: str | None = None, *, recipe: Recipe, name: str = "citewell"
    ) -> None:
        if path is None and not url:
            raise StoreError("No place for the index was given: name a folder, or the URL of a Chroma server.")
        self.path = None if url else path
        self.url = url
        self.name = name
        self.recipe = recipe
        self._backend: Backend = Folder(self.path) if self.path is not None else Server(url or "")
        self._collection_name = collection_name(name)
        self._lock = threading.RLock()

    # writing: counts, for readers, when it is committed (on a server, at once)

    def add(
        self,
        chunks: Sequence[Chunk],
        embeddings: NDArray[np.float32],
        counts: dict[str, int],
        orders: dict[str, str] | None = None,
    ) -> None:
        """Write chunks with their vectors; a chunk that is there already stays as it is.

        embeddings: shape (len(chunks), dimensions), rows of length 1.
        counts: for each source, how many chunks its file has in all; fewer in the store means an unfinished file.
        orders: for each source, the first words of its file that speak to the program; "" where there are none.
        """
        if not chunks:
            return
        told = orders or {}
        nodes = [node_of(c, e, counts[c.source], told.get(c.source)) for c, e in zip(chunks, embeddings, strict=True)]

        def write(collection: Collection) -> None:
            vectors = _llama_store(collection)
            for some in _pages(nodes, self._backend.writer().batch_limit):
                vectors.add(list(some))

        self._write(write)

    def delete(self, sources: Iterable[str]) -> None:
        """Remove all chunks of some files."""
        names = sorted(set(sources))
        if names:
            self._write(lambda collection: [collection.delete(where=_among(some)) for some in _pages(names, 500)])

    def delete_chunks(self, ids: Iterable[str]) -> None:
        """Remove chunks by id."""
        names = sorted(set(ids))
        if names:
            self._write(lambda collection: [collection.delete(ids=list(some)) for some in _pages(names, _PAGE)])

    def mark(self, orders: dict[str, str]) -> None:
        """Record for files that are there the first words that speak to the program, as `add` does."""
        if not orders:
            return

        def write(collection: Collection) -> None:
            for some in _pages(sorted(orders), 500):
                rows = list(_rows(collection, ["metadatas"], _among(some)))
                for page in _pages(rows, self._backend.writer().batch_limit):
                    told = [{**metadata, "order": orders[metadata["source"]]} for _, metadata, _ in page]
                    collection.update(ids=[row[0] for row in page], metadatas=told)  # type: ignore[arg-type]

        self._write(write)

    def wipe(self) -> None:
        """Remove everything, whatever recipe made it."""
        with self._lock, store_errors(self.path, self.url):
            self._backend.clear(self._collection_name)

    def commit(self) -> None:
        """Make what was written the thing that is read, in every process."""
        with self._lock, store_errors(self.path, self.url):
            self._backend.commit(self._collection_name)

    # reading

    def count(self) -> int:
        """How many chunks there are."""
        return self._read(lambda collection: int(collection.count()), 0)

    def revision(self) -> str:
        """Changes whenever the index does, in whatever process; "" for an index that does not exist."""
        return self._read(self._backend.revision, "")

    def sources(self) -> list[SourceInfo]:
        """What is held of each file, by name."""
        return self._read(lambda collection: source_infos(_rows(collection, ["metadatas"])), [])

    def files(self) -> dict[str, FileState]:
        """For each source, the ids of its chunks and whether they are all there."""
        return self._read(lambda collection: file_states(_rows(collection, ["metadatas"])), {})

    def chunks(self, sources: Sequence[str] | None = None) -> list[Chunk]:
        """All chunks, or those of some files, by source and position."""
        if sources is not None and not sources:
            return []
        wheres = [None] if sources is None else [_among(some) for some in _pages(sorted(set(sources)), 500)]

        def read(collection: Collection) -> list[Chunk]:
            rows = (row for where in wheres for row in _rows(collection, ["metadatas", "documents"], where))
            return sorted((chunk_of(*row) for row in rows), key=lambda chunk: (chunk.source, chunk.position))

        return self._read(read, [])

    def get(self, ids: Sequence[str]) -> list[Chunk]:
        """Chunks by id, in the order asked for; ids that are not there are left out."""

        def read(collection: Collection) -> list[Chunk]:
            found: dict[str, Chunk] = {}
            for some in _pages(sorted(set(ids)), _PAGE):
                rows = collection.get(ids=list(some), include=["metadatas", "documents"])
                found |= {row[0]: chunk_of(*row) for row in _zipped(rows)}
            return [found[id] for id in ids if id in found]

        return self._read(read, [])

    def query(self, embedding: NDArray[np.float32], limit: int, sources: Sequence[str] | None = None) -> list[Hit]:
        """The chunks nearest to a vector, best first.

        embedding: shape (dimensions,). limit: at most so many. sources: the files to look in, None for all.
        Returns hits of origin "dense", scored by cosine similarity.
        """
        if limit <= 0 or (sources is not None and not sources):
            return []
        where = {} if sources is None else {"where": _among(sorted(set(sources)))}

        def read(collection: Collection) -> list[Hit]:
            from llama_index.core.vector_stores.types import VectorStoreQuery

            wanted = VectorStoreQuery(query_embedding=embedding.tolist(), similarity_top_k=limit)
            return hits_of(_llama_store(collection).query(wanted, **where))

        return self._read(read, [])

    def close(self) -> None:
        """Let go of files or connection, and in a folder of what was not committed; the next call opens them again."""
        with self._lock:
            self._backend.close()

    # inside

    def _write(self, action: Callable[[Collection], object]) -> None:
        with self._lock, store_errors(self.path, self.url):
            metadata = {**asdict(self.recipe), "name": self.name, "writes": 0, "dirty": False}
            collection = self._backend.writer().api.get_or_create_collection(
                self._collection_name,
                metadata=metadata,
                configuration={"hnsw": _HNSW},  # type: ignore[arg-type]  # a TypedDict of Chroma's own
                embedding_function=None,
            )
            self._check(collection.metadata or {})
            self._backend.wrote(collection, done=False)
            action(collection)
            self._backend.wrote(collection, done=True)

    def _read(self, action: Callable[[Collection], R], empty: R) -> R:
        with self._lock, store_errors(self.path, self.url):
            client = self._backend.reader()
            if client is None:
                return empty
            try:
                collection = client.api.get_collection(self._collection_name, embedding_function=None)
            except Exception as error:
                if is_missing(error):
                    return empty
                raise
            self._check(collection.metadata or {})
            return action(collection)

    def _check(self, metadata: dict[str, Any]) -> None:
        wanted = asdict(self.recipe)
        changed = [key for key in wanted if metadata.get(key) != wanted[key]]
        if changed:
            what = ", ".join(f"{key} was {metadata.get(key, 'unknown')}, is now {wanted[key]}" for key in changed)
            raise IndexMismatch(
                f"The index was made in another way ({what}). Make it again with `assistant ingest --rebuild`, "
                "or go back to the settings that made it."
            )


def _llama_store(collection: Collection) -> Any:
    # LlamaIndex takes seconds to import: only where vectors are written or searched
    from llama_index.vector_stores.chroma import ChromaVectorStore

    return ChromaVectorStore(chroma_collection=collection)


def _among(sources: Sequence[str]) -> dict[str, Any]:
    return {"source": {"$in": list(sources)}}


def _pages(items: Sequence[Any], size: int) -> Iterator[Sequence[Any]]:
    for start in range(0, len(items), size):
        yield items[start : start + size]


def _zipped(rows: Any) -> Iterator[tuple[str, dict[str, Any], str]]:
    documents = rows["documents"] or [""] * len(rows["ids"])
    yield from zip(rows["ids"], rows["metadatas"], documents, strict=True)


def _rows(
    collection: Collection, include: list[str], where: dict[str, Any] | None = None
) -> Iterator[tuple[str, dict[str, Any], str]]:
    """All records, page by page: id, metadata, text ("" unless included)."""
    offset = 0
    while True:
        page = collection.get(where=where, include=include, limit=_PAGE, offset=offset)  # type: ignore[arg-type]
        yield from _zipped(page)
        if len(page["ids"]) < _PAGE:
            return
        offset += _PAGE

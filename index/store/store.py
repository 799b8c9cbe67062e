"""The chunks of a corpus, their vectors, the words in them, and what made them.

Embedded in a folder by default, or on a Chroma server by URL. Chunk text, offsets, title, date, position and file hash
are in Chroma. The catalog beside it says which chunks count, and holds the keyword index; it can be made from Chroma
again. chromadb is imported by this package's store, backends and connect modules alone.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from index.errors import IndexMismatch, StoreError
from index.store.backends import Backend, Folder, Server, among
from index.store.catalog import Catalog
from index.store.connect import ServerOptions, collection_name, retried, store_errors
from index.store.records import FileState, chunk_of, hits_of, node_of
from index.types import Chunk, Hit, SourceInfo

if TYPE_CHECKING:
    from chromadb import Collection

R = TypeVar("R")

# what is in a record; a change of it makes old collections unreadable
SCHEMA = 3
# SQLite takes 32,766 variables in a statement, and a page is held in memory as a whole
_PAGE = 2_000


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
    recipe: what makes the index. name: of the corpus; several can share a server. server: how to sign in to it.

    Nothing is opened before the first call. All methods raise StoreError where Chroma cannot be reached, read or
    written, and IndexMismatch where the index was made by another recipe. A store may be shared by threads. Only one
    store may write at a time, see lock.py.
    """

    def __init__(
        self,
        path: Path | None = None,
        url: str | None = None,
        *,
        recipe: Recipe,
        name: str = "citewell",
        server: ServerOptions | None = None,
    ) -> None:
        if path is None and not url:
            raise StoreError("No place for the index was given: name a folder, or the URL of a Chroma server.")
        self.path = None if url else path
        self.url = url
        self.name = name
        self.recipe = recipe
        own = collection_name(name)
        if self.path is not None:
            self._backend: Backend = Folder(self.path, own, asdict(recipe) | {"name": name}, self._check)
        else:
            self._backend = Server(
                url or "", own, asdict(recipe) | {"name": name}, self._check, server or ServerOptions()
            )
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
            for some in _pages(nodes, self._backend.batch_limit()):
                vectors.add(list(some))

        with self._guarded():
            self._backend.add(chunks, counts, told, write)

    def delete(self, sources: Iterable[str]) -> None:
        """Remove all chunks of some files."""
        names = sorted(set(sources))
        if names:
            with self._guarded():
                self._backend.remove_sources(names)

    def delete_chunks(self, ids: Iterable[str]) -> None:
        """Remove chunks by id."""
        names = sorted(set(ids))
        if names:
            with self._guarded():
                self._backend.remove(names)

    def mark(self, orders: dict[str, str]) -> None:
        """Record for files that are there the first words that speak to the program, as `add` does."""
        if orders:
            with self._guarded():
                self._backend.mark(orders)

    def wipe(self) -> None:
        """Remove everything, whatever recipe made it."""
        with self._guarded():
            self._backend.clear()

    def commit(self) -> None:
        """Make what was written the thing that is read, in every process."""
        with self._guarded():
            self._backend.commit()

    # reading

    def count(self) -> int:
        """How many chunks there are."""
        return self._read(lambda catalog: catalog.count(), 0)

    def revision(self) -> str:
        """Changes whenever the index does, in whatever process; "" for an index that does not exist."""
        return self._read(lambda catalog: catalog.revision, "")

    def sources(self) -> list[SourceInfo]:
        """What is held of each file, by name."""
        return self._read(lambda catalog: catalog.sources(), [])

    def files(self) -> dict[str, FileState]:
        """For each source, the ids of its chunks and whether they are all there."""
        return self._read(lambda catalog: catalog.files(), {})

    def chunks(self, sources: Sequence[str] | None = None) -> list[Chunk]:
        """All chunks, or those of some files, by source and position."""
        with self._guarded():
            return self.get(self._read(lambda catalog: catalog.ids(sources), []))

    def get(self, ids: Sequence[str]) -> list[Chunk]:
        """Chunks by id, in the order asked for; ids that are not there are left out."""
        with self._guarded():
            alive: set[str] = self._read(lambda catalog: catalog.alive(ids), set())
            found: dict[str, Chunk] = {}
            for collection in self._backend.collections() if alive else []:
                for some in _pages(sorted(alive - found.keys()), _PAGE):
                    rows = collection.get(ids=list(some), include=["metadatas", "documents"])
                    found |= {row[0]: chunk_of(*row) for row in _zipped(rows)}
            return [found[id] for id in ids if id in found]

    def query(self, embedding: NDArray[np.float32], limit: int, sources: Sequence[str] | None = None) -> list[Hit]:
        """The chunks nearest to a vector, best first.

        embedding: shape (dimensions,). limit: at most so many. sources: the files to look in, None for all.
        Returns hits of origin "dense", scored by cosine similarity.
        """
        if limit <= 0 or (sources is not None and not sources):
            return []
        where = {} if sources is None else {"where": among(sorted(set(sources)))}
        with self._guarded():
            from llama_index.core.vector_stores.types import VectorStoreQuery

            found: dict[str, Hit] = {}
            removed: dict[str, int] = self._read(lambda catalog: catalog.removed(), {})
            for collection, gone in self._backend.readable(removed):
                wanted = VectorStoreQuery(query_embedding=embedding.tolist(), similarity_top_k=limit + gone)
                for hit in hits_of(_llama_store(collection).query(wanted, **where)):
                    found.setdefault(hit.chunk.id, hit)
            alive: set[str] = self._read(lambda catalog: catalog.alive(found), set())
            hits = [hit for id, hit in found.items() if id in alive]
            return sorted(hits, key=lambda hit: -hit.score)[:limit]

    def search_words(self, query: str, limit: int, sources: Sequence[str] | None = None) -> list[Hit]:
        """The chunks that share words with a query, best first.

        limit, sources: as in `query`. Returns hits of origin "keyword", with BM25 scores above 0.
        """
        with self._guarded():
            found: dict[str, float] = self._read(lambda catalog: dict(catalog.search(query, limit, sources)), {})
            return [Hit(chunk, found[chunk.id], "keyword") for chunk in self.get(list(found))]

    # the words of the index, see index/keyword.py

    def frequencies(self, terms: Iterable[str]) -> dict[str, int]:
        """In how many chunks each stemmed word is."""
        wanted = list(terms)
        return self._read(lambda catalog: catalog.keyword.frequencies(wanted), dict.fromkeys(wanted, 0))

    def words_of_form(self, first: str, size: int) -> list[str]:
        """The folded words of a first letter and length that chunks have or had, in order."""
        return self._read(lambda catalog: catalog.keyword.words_of_form(first, size), [])

    def shown_word(self, word: str) -> str | None:
        """A folded word as the texts have it, with accents; None for an unknown one."""
        return self._read(lambda catalog: catalog.keyword.shown_word(word), None)

    def has_small(self, stem: str) -> bool:
        """Whether a word of this stem begins with a small letter somewhere."""
        return self._read(lambda catalog: catalog.keyword.has_small(stem), False)

    def has_capital(self, word: str) -> bool:
        """Whether a folded word begins with a capital somewhere."""
        return self._read(lambda catalog: catalog.keyword.has_capital(word), False)

    def close(self) -> None:
        """Let go of files or connection, and in a folder of what was not committed; the next call opens them again."""
        with self._lock:
            self._backend.close()

    # inside

    @contextmanager
    def _guarded(self) -> Iterator[None]:
        with self._lock, store_errors(self.path, self.url):
            yield

    def _read(self, action: Callable[[Catalog], R], empty: R) -> R:
        def attempt() -> R:
            catalog = self._backend.catalog()
            return empty if catalog is None else action(catalog)

        with self._guarded():
            return retried(attempt) if self.url else attempt()

    def _check(self, metadata: Mapping[str, Any]) -> None:
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


def _pages(items: Sequence[Any], size: int) -> Iterator[Sequence[Any]]:
    for start in range(0, len(items), size):
        yield items[start : start + size]


def _zipped(rows: Any) -> Iterator[tuple[str, dict[str, Any], str]]:
    documents = rows["documents"] or [""] * len(rows["ids"])
    yield from zip(rows["ids"], rows["metadatas"], documents, strict=True)

"""The two places of an index: a folder, with segments, and a Chroma server.

Both have a catalog of what they hold, collections to read from, and one to write to.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from index.errors import IndexMismatch, StoreError
from index.store import segments
from index.store.catalog import FILE, Catalog
from index.store.connect import Client, ServerOptions, is_missing, open_folder, open_server
from index.store.lock import cache_file
from index.store.records import chunk_of, source_infos
from index.types import Chunk

if TYPE_CHECKING:
    from chromadb import Collection

Recipe = dict[str, Any]
Check = Callable[[Mapping[str, Any]], None]
# 2026-11, 384 dimensions: a thousand chunks copy in 0.1 s, and a search of one segment more costs a few milliseconds
COPIED = 2_000  # chunks of a segment that is copied to be added to, where a larger one is left alone
MOST_SEGMENTS = 8
WASTE = 0.25  # the share of removed chunks from which on a segment is written anew
_PAGE = 1_000
# 2026-11, 6,000 and 12,946 chunks of SciFact, 60 questions: 99.7% of the exact nearest 50 are found
HNSW: dict[str, Any] = {"space": "cosine", "ef_construction": 100, "ef_search": 256, "max_neighbors": 16}


class Backend(Protocol):
    """What a store needs of a place."""

    def catalog(self) -> Catalog | None:
        """Of what was committed; None where nothing was."""

    def collections(self) -> list[Collection]:
        """To read what was committed."""

    def readable(self, removed: Mapping[str, int]) -> list[tuple[Collection, int]]:
        """The same, each with how many of its records count no more. removed: that number by segment."""

    def batch_limit(self) -> int:
        """The most records that one write may have."""

    def add(
        self,
        chunks: Sequence[Chunk],
        counts: Mapping[str, int],
        notices: Mapping[str, str],
        write: Callable[[Collection], None],
    ) -> None:
        """Write chunks; `write` puts them into a collection."""

    def remove(self, ids: Sequence[str]) -> None:
        """Remove chunks."""

    def remove_sources(self, sources: Sequence[str]) -> None:
        """Remove all chunks of some files."""

    def mark(self, notices: Mapping[str, str]) -> None:
        """Record for files the first words that speak to the program."""

    def clear(self) -> None:
        """Let the next writing begin with nothing."""

    def commit(self) -> None:
        """Make what was written the thing that is read."""

    def close(self) -> None:
        """Let go of files and connections; what was not committed is gone, in a folder."""


class Folder:
    """Chroma in this process, in segments under a folder.

    name: of the collection in each. recipe: what makes the index. check: raises IndexMismatch for another recipe.
    """

    def __init__(self, path: Path, name: str, recipe: Recipe, check: Check) -> None:
        self._path = path
        self._name = name
        self._recipe = recipe
        self._check = check
        self._reading: Catalog | None = None
        self._readers: dict[str, Client] = {}
        self._writing: Catalog | None = None
        self._draft: tuple[Path, Client, str | None] | None = None  # and the segment in whose place it comes

    def catalog(self) -> Catalog | None:
        file = self._path / FILE
        if self._reading is not None and not _is(self._reading, file):
            self._close_reading()
        if self._reading is None:
            if not file.is_file():
                if segments.is_older(self._path):
                    raise IndexMismatch(
                        "The index was made by an older version of Citewell. Make it again with "
                        "`assistant ingest --rebuild`, or go back to the version that made it."
                    )
                return None
            self._reading = Catalog(file)
        if not self._reading.recipe:
            return None
        self._check(self._reading.recipe)
        return self._reading

    def collections(self) -> list[Collection]:
        catalog = self.catalog()
        names = list(catalog.segments()) if catalog is not None else []
        for gone in self._readers.keys() - set(names):
            self._readers.pop(gone).close()
        return [self._reader(name).api.get_collection(self._name, embedding_function=None) for name in names]

    def readable(self, removed: Mapping[str, int]) -> list[tuple[Collection, int]]:
        catalog = self.catalog()
        names = list(catalog.segments()) if catalog is not None else []
        found = dict(zip(names, self.collections(), strict=True))
        return [(collection, removed.get(name, 0)) for name, collection in found.items()]

    def batch_limit(self) -> int:
        return self._draft[1].batch_limit if self._draft else _PAGE

    def add(
        self,
        chunks: Sequence[Chunk],
        counts: Mapping[str, int],
        notices: Mapping[str, str],
        write: Callable[[Collection], None],
    ) -> None:
        catalog = self._begin()
        folder, client, _ = self._open_draft(catalog, len(chunks))
        write(_collection(client, self._name, self._recipe))
        catalog.add(chunks, counts, notices, folder.name)

    def remove(self, ids: Sequence[str]) -> None:
        self._begin().remove(ids)

    def remove_sources(self, sources: Sequence[str]) -> None:
        catalog = self._begin()
        catalog.remove(catalog.ids(sources))

    def mark(self, notices: Mapping[str, str]) -> None:
        self._begin().set_notices(notices)

    def clear(self) -> None:
        self._abandon()
        if (self._path / FILE).is_file():
            try:
                self._begin(empty=True).clear()
                return
            except IndexMismatch:  # tables of another version, which nothing here can read
                for suffix in ("", "-wal", "-shm"):
                    (self._path / f"{FILE}{suffix}").unlink(missing_ok=True)
        if self._path.is_dir():
            segments.remove_segments(self._path, ())

    def commit(self) -> None:
        catalog = self._writing
        if catalog is None:
            return
        self._finish_draft(catalog)
        self._tidy(catalog)
        catalog.commit()
        segments.remove_segments(self._path, catalog.kept_segments())
        catalog.close()
        self._writing = None

    def close(self) -> None:
        self._abandon()
        self._close_reading()

    # inside

    def _reader(self, name: str) -> Client:
        if name not in self._readers:
            folder = self._path / name
            # opening what is not there would make it
            if not segments.is_whole(folder):
                raise StoreError(f"{folder} is missing or empty. Delete {self._path} and run `assistant ingest` again.")
            self._readers[name] = open_folder(folder)
        return self._readers[name]

    def _begin(self, empty: bool = False) -> Catalog:
        """The catalog, in a transaction. empty: whatever recipe made it, it is emptied next."""
        if self._writing is None:
            if self._path.exists() and not self._path.is_dir():
                raise StoreError(
                    f"{self._path} is not a folder, so it cannot hold the index. Name another place for it."
                )
            if not empty and not (self._path / FILE).is_file():
                self.catalog()  # which says where it is older
            self._path.mkdir(parents=True, exist_ok=True)
            catalog = Catalog(self._path / FILE)
            catalog.begin()
            self._writing = catalog
            segments.remove_segments(self._path, catalog.kept_segments())
        if not empty:
            if self._writing.recipe:
                self._check(self._writing.recipe)
            else:
                self._writing.set_recipe(self._recipe)
        return self._writing

    def _open_draft(self, catalog: Catalog, size: int) -> tuple[Path, Client, str | None]:
        """The segment that is being written: a copy of the last one where that is small, else a new one."""
        if self._draft is None:
            known = catalog.segments()
            last = next(reversed(known), None)
            like = last if last is not None and known[last] + size <= COPIED else None
            folder = segments.make_segment(self._path, like)
            self._draft = (folder, open_folder(folder), like)
        return self._draft

    def _finish_draft(self, catalog: Catalog) -> None:
        if self._draft is None:
            return
        folder, client, replaced = self._draft
        chunks = client.api.get_collection(self._name, embedding_function=None).count()
        client.close()
        self._draft = None
        segments.sync_segment(folder)
        catalog.put_segment(folder.name, chunks, [replaced] if replaced else [])

    def _tidy(self, catalog: Catalog) -> None:
        """Drop empty segments, write wasteful ones anew, and merge the smallest where there are many."""
        living = catalog.living()
        for name, written in catalog.segments().items():
            if name not in living:
                catalog.drop_segment(name)
            elif written - living[name] > max(_PAGE, WASTE * written):
                self._rewrite(catalog, [name])
        while len(catalog.segments()) > MOST_SEGMENTS:
            living = catalog.living()
            self._rewrite(catalog, sorted(living, key=lambda name: -living[name])[-2:])

    def _rewrite(self, catalog: Catalog, names: Sequence[str]) -> None:
        """Make one segment of some, the largest first, without removed chunks."""
        folder = segments.make_segment(self._path, names[0])
        client = open_folder(folder)
        target = client.api.get_collection(self._name, embedding_function=None)
        for ids in _id_pages(target):
            gone = sorted(set(ids) - catalog.alive(ids))
            if gone:
                target.delete(ids=gone)
        for name in names[1:]:
            source = self._reader(name).api.get_collection(self._name, embedding_function=None)
            for ids in _id_pages(source):
                rows = source.get(ids=sorted(catalog.alive(ids)), include=["embeddings", "metadatas", "documents"])
                if rows["ids"]:
                    target.upsert(
                        ids=rows["ids"], embeddings=rows["embeddings"], metadatas=rows["metadatas"],
                        documents=rows["documents"],
                    )  # fmt: skip
        chunks = target.count()
        client.close()
        segments.sync_segment(folder)
        catalog.put_segment(folder.name, chunks, names)

    def _abandon(self) -> None:
        if self._draft is not None:
            folder, client, _ = self._draft
            client.close()
            self._draft = None
            segments.discard_segment(folder)
        if self._writing is not None:
            self._writing.close()
        self._writing = None

    def _close_reading(self) -> None:
        for client in self._readers.values():
            client.close()
        self._readers = {}
        if self._reading is not None:
            self._reading.close()
        self._reading = None


class Server:
    """A Chroma server. Writing is seen at once; the collection's metadata count the writings.

    The catalog lies in the user's cache folder, and is brought up to date when the collection has changed.
    name, recipe, check: as for a folder. options: how to sign in.
    """

    def __init__(self, url: str, name: str, recipe: Recipe, check: Check, options: ServerOptions) -> None:
        self._url = url
        self._options = options
        self._name = name
        self._recipe = recipe
        self._check = check
        self._client: Client | None = None
        self._catalog: Catalog | None = None

    def catalog(self) -> Catalog | None:
        found = self._collection()
        if found is None:
            return None
        self._check(found.metadata or {})
        if self._catalog is None:
            place = "/".join([self._options.tenant or "", self._options.database or "", self._name])
            file = cache_file(self._url, place, "catalog", ".sqlite3")
            try:
                file.parent.mkdir(parents=True, exist_ok=True)
                self._catalog = Catalog(file)
            except IndexMismatch:
                file.unlink()
                self._catalog = Catalog(file)
        revision = f"{found.id}:{(found.metadata or {}).get('writes', 0)}"
        if self._catalog.meta("server") != revision:
            self._bring_up_to_date(self._catalog, found, revision)
        return self._catalog

    def collections(self) -> list[Collection]:
        found = self._collection()
        if found is None:
            return []
        self._check(found.metadata or {})
        return [found]

    def readable(self, removed: Mapping[str, int]) -> list[tuple[Collection, int]]:
        return [(collection, 0) for collection in self.collections()]

    def batch_limit(self) -> int:
        return self._open().batch_limit

    def add(
        self,
        chunks: Sequence[Chunk],
        counts: Mapping[str, int],
        notices: Mapping[str, str],
        write: Callable[[Collection], None],
    ) -> None:
        self._write(write)

    def remove(self, ids: Sequence[str]) -> None:
        self._write(lambda collection: [collection.delete(ids=list(some)) for some in _pages(ids, _PAGE)])

    def remove_sources(self, sources: Sequence[str]) -> None:
        self._write(lambda collection: [collection.delete(where=among(some)) for some in _pages(sources, 500)])

    def mark(self, notices: Mapping[str, str]) -> None:
        catalog = self.catalog()
        ids = catalog.ids(notices) if catalog is not None else []

        def write(collection: Collection) -> None:
            for some in _pages(ids, min(_PAGE, self.batch_limit())):
                rows = collection.get(ids=list(some), include=["metadatas"])
                told = [{**m, "order": notices[str(m["source"])]} for m in rows["metadatas"] or []]
                collection.update(ids=rows["ids"], metadatas=told)  # type: ignore[arg-type]

        if ids:
            self._write(write)

    def clear(self) -> None:
        try:
            self._open().api.delete_collection(self._name)
        except Exception as error:
            if not is_missing(error):
                raise

    def commit(self) -> None:
        found = self._collection()
        if found is not None and (found.metadata or {}).get("dirty"):
            self._count(found, dirty=False)

    def close(self) -> None:
        if self._client is not None:
            self._client.close()
        if self._catalog is not None:
            self._catalog.close()
        self._client = self._catalog = None

    # inside

    def _open(self) -> Client:
        if self._client is None:
            self._client = open_server(self._url, self._options)
        return self._client

    def _collection(self) -> Collection | None:
        try:
            return self._open().api.get_collection(self._name, embedding_function=None)
        except Exception as error:
            if is_missing(error):
                return None
            raise

    def _write(self, write: Callable[[Collection], object]) -> None:
        collection = _collection(self._open(), self._name, {**self._recipe, "writes": 0, "dirty": False})
        self._check(collection.metadata or {})
        # counted before too: a process that is killed before it could count its writing leaves "dirty" behind,
        # and the next commit counts for it
        if not (collection.metadata or {}).get("dirty"):
            self._count(collection, dirty=True)
        write(collection)
        self._count(collection, dirty=True)

    def _count(self, collection: Collection, dirty: bool) -> None:
        metadata = dict(collection.metadata or {})
        collection.modify(metadata={**metadata, "writes": int(metadata.get("writes", 0)) + 1, "dirty": dirty})

    def _bring_up_to_date(self, catalog: Catalog, collection: Collection, revision: str) -> None:
        """Add what the catalog lacks, and remove what the server does not have any more."""
        with catalog.lock:
            catalog.begin()
            try:
                if (catalog.meta("server") or "").partition(":")[0] != str(collection.id):
                    catalog.clear()  # of a collection that was deleted
                rows: list[tuple[str, dict[str, Any], str]] = []
                for page in _pages_of(collection, ["metadatas"]):
                    rows += [(id, dict(m), "") for id, m in zip(page["ids"], page["metadatas"], strict=True)]
                there = {row[0] for row in rows}
                catalog.remove(set(catalog.ids()) - there)
                new = sorted(there - catalog.alive(there))
                counts = {row[1]["source"]: row[1]["count"] for row in rows}
                for some in _pages(new, _PAGE):
                    got = collection.get(ids=list(some), include=["metadatas", "documents"])
                    found = zip(got["ids"], got["metadatas"] or [], got["documents"] or [], strict=True)
                    chunks = [chunk_of(id, dict(m), text) for id, m, text in found]
                    catalog.add(chunks, counts, {}, "")
                for info in source_infos(rows):
                    catalog.set_source(info, counts[info.source])
                catalog.set_meta("server", revision)
                catalog.commit()
            except BaseException:
                catalog.rollback()
                raise


def among(sources: Sequence[str]) -> dict[str, Any]:
    """Chroma's filter for the chunks of some files."""
    return {"source": {"$in": list(sources)}}


def _is(catalog: Catalog, file: Path) -> bool:
    """Whether a catalog is the one that is at a path now."""
    try:
        status = file.stat()
    except FileNotFoundError:
        return False
    return (status.st_dev, status.st_ino) == catalog.identity


def _collection(client: Client, name: str, metadata: Recipe) -> Collection:
    return client.api.get_or_create_collection(
        name,
        metadata=metadata,
        configuration={"hnsw": HNSW},  # type: ignore[arg-type]  # a TypedDict of Chroma's own
        embedding_function=None,
    )


def _pages(items: Sequence[str], size: int) -> Iterator[Sequence[str]]:
    for start in range(0, len(items), size):
        yield items[start : start + size]


def _pages_of(collection: Collection, include: list[str]) -> Any:
    offset = 0
    while True:
        page = collection.get(include=include, limit=_PAGE, offset=offset)  # type: ignore[arg-type]
        yield page
        if len(page["ids"]) < _PAGE:
            return
        offset += _PAGE


def _id_pages(collection: Collection) -> list[list[str]]:
    """All ids, in pages; read before anything is deleted."""
    return [page["ids"] for page in _pages_of(collection, []) if page["ids"]]

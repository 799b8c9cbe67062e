"""The two places of a collection: a folder, with generations, and a Chroma server.

Both give a client to read with and one to write with, and make what was written count by `commit`.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from index.errors import StoreError
from index.store import generations
from index.store.connect import Client, is_missing, open_folder, open_server

if TYPE_CHECKING:
    from chromadb import Collection


class Backend(Protocol):
    """What a store needs of a place."""

    def reader(self) -> Client | None:
        """To read what was committed; None where nothing was."""

    def writer(self) -> Client:
        """To write with."""

    def clear(self, collection: str) -> None:
        """Let the next writing begin with nothing."""

    def revision(self, collection: Collection) -> str:
        """Of what `collection`, of `reader`, holds."""

    def wrote(self, collection: Collection, done: bool) -> None:
        """Told before (not done) and after each writing."""

    def commit(self, collection: str) -> None:
        """Make what was written the thing that is read."""

    def close(self) -> None:
        """Let go of files and connections; what was not committed is gone, in a folder."""


class Folder:
    """Chroma in this process, in generations under a folder."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._reader: Client | None = None
        self._revision = ""
        self._writer: Client | None = None
        self._draft: Path | None = None

    def reader(self) -> Client | None:
        revision = generations.revision(self._path)
        if revision != self._revision or self._reader is None:
            if self._reader is not None:
                self._reader.close()
            self._reader = None
            folder = generations.current(self._path)
            # opening what is not there would make it
            if folder is not None and not generations.is_whole(folder):
                raise StoreError(f"{folder} is missing or empty. Delete {self._path} and run `assistant ingest` again.")
            self._reader = open_folder(folder) if folder else None
            self._revision = revision
        return self._reader

    def writer(self) -> Client:
        if self._writer is None:
            self._begin(empty=False)
        assert self._writer is not None
        return self._writer

    def clear(self, collection: str) -> None:
        self._abandon()
        self._begin(empty=True)

    def revision(self, collection: Collection) -> str:
        return self._revision

    def wrote(self, collection: Collection, done: bool) -> None:
        return

    def commit(self, collection: str) -> None:
        if self._writer is None or self._draft is None:
            return
        self._writer.close()
        generations.commit(self._path, self._draft)
        self._writer = self._draft = None

    def close(self) -> None:
        self._abandon()
        if self._reader is not None:
            self._reader.close()
        self._reader = None

    def _begin(self, empty: bool) -> None:
        if self._path.exists() and not self._path.is_dir():
            raise StoreError(f"{self._path} is not a folder, so it cannot hold the index. Name another place for it.")
        self._draft = generations.draft(self._path, empty)
        self._writer = open_folder(self._draft)

    def _abandon(self) -> None:
        if self._writer is not None:
            self._writer.close()
        if self._draft is not None:
            generations.discard(self._draft)
        self._writer = self._draft = None


class Server:
    """A Chroma server. Writing is seen at once; the collection's metadata count the writings."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._client: Client | None = None

    def reader(self) -> Client | None:
        return self.writer()

    def writer(self) -> Client:
        if self._client is None:
            self._client = open_server(self._url)
        return self._client

    def clear(self, collection: str) -> None:
        try:
            self.writer().api.delete_collection(collection)
        except Exception as error:
            if not is_missing(error):
                raise

    def revision(self, collection: Collection) -> str:
        return f"{collection.id}:{(collection.metadata or {}).get('writes', 0)}"

    def wrote(self, collection: Collection, done: bool) -> None:
        # told before too: a process that is killed before it could count its writing leaves "dirty" behind,
        # and the next commit counts for it
        if done or not (collection.metadata or {}).get("dirty"):
            self._count(collection, dirty=True)

    def commit(self, collection: str) -> None:
        try:
            found = self.writer().api.get_collection(collection, embedding_function=None)
        except Exception as error:
            if is_missing(error):
                return
            raise
        if (found.metadata or {}).get("dirty"):
            self._count(found, dirty=False)

    def close(self) -> None:
        if self._client is not None:
            self._client.close()
        self._client = None

    def _count(self, collection: Collection, dirty: bool) -> None:
        metadata = dict(collection.metadata or {})
        collection.modify(metadata={**metadata, "writes": int(metadata.get("writes", 0)) + 1, "dirty": dirty})

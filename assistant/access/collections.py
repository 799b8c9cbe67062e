"""Collections: several folders, each with its own index, and who may read which."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from assistant.access.accounts import read_tables
from assistant.access.callers import Caller
from assistant.api import Assistant
from assistant.errors import ConfigError, UserError

DEFAULT = "citewell"
_SETTING = "ASSISTANT_COLLECTIONS"


class UnknownCollection(UserError):
    """There is no such collection, or the caller may not read it: the two are not told apart."""


@dataclass(frozen=True, slots=True)
class Collection:
    """A folder that can be asked.

    title: for people. readers: names of the keys and users that may read it, None for all.
    """

    name: str
    title: str
    folder: Path
    store: Path | None = None
    readers: frozenset[str] | None = None

    def admits(self, caller: Caller) -> bool:
        return caller.local or self.readers is None or caller.name in self.readers


class Collections:
    """The collections of a server, each opened when it is first asked. The models are loaded once for all."""

    def __init__(self, bot: Assistant, collections: Mapping[str, Collection] | None = None) -> None:
        folder = bot.settings.corpus
        own = Collection(DEFAULT, folder.resolve().name, folder, bot.settings.store)
        self._collections = dict(collections) if collections else {DEFAULT: own}
        self._bot = bot
        self._opened: dict[str, Assistant] = {} if collections else {DEFAULT: bot}
        self._lock = threading.Lock()

    @classmethod
    def from_settings(cls, bot: Assistant) -> Collections:
        """Raises ConfigError for a file of collections that cannot be used."""
        path = bot.settings.collections
        return cls(bot, read_collections(path) if path else None)

    def readable(self, caller: Caller) -> list[Collection]:
        """What a caller may read, by name."""
        return [c for _, c in sorted(self._collections.items()) if c.admits(caller)]

    def find(self, name: str | None, caller: Caller) -> Collection:
        """The collection `citewell/NAME` or NAME; the first readable one for no name. Raises UnknownCollection."""
        readable = self.readable(caller)
        wanted = (name or DEFAULT).removeprefix(f"{DEFAULT}/")
        for collection in readable:
            if collection.name == wanted:
                return collection
        if readable and wanted == DEFAULT:
            return readable[0]
        listed = ", ".join(self.model_id(c) for c in readable) or "none that you may read"
        raise UnknownCollection(f"There is no collection {name!r}. Choose one of these: {listed}.")

    def model_id(self, collection: Collection) -> str:
        """The name of a collection as a model: `citewell`, or `citewell/NAME` where there are several."""
        return DEFAULT if collection.name == DEFAULT else f"{DEFAULT}/{collection.name}"

    def open(self, collection: Collection) -> Assistant:
        """The assistant of a collection."""
        with self._lock:
            if collection.name not in self._opened:
                self._opened[collection.name] = self._bot.for_corpus(collection.folder, collection.store)
            return self._opened[collection.name]

    def all(self) -> list[Collection]:
        return list(self._collections.values())


def read_collections(path: Path) -> dict[str, Collection]:
    """The collections of a TOML file: tables with `folder` and, at will, `title`, `store` and `readers`.

    Relative folders are relative to the file. Raises ConfigError.
    """
    found: dict[str, Collection] = {}
    for name, table in read_tables(path, _SETTING).items():
        unknown = table.keys() - {"folder", "title", "store", "readers"}
        readers, folder = table.get("readers"), table.get("folder")
        if unknown or not isinstance(folder, str) or not (readers is None or _texts(readers)):
            raise ConfigError(
                f"{_SETTING}: {name} in {path} needs a folder, and can have a title, a store and readers, "
                f"a list of names.{f' It has {min(unknown)}.' if unknown else ''}"
            )
        store = table.get("store")
        found[name] = Collection(
            name=name,
            title=str(table.get("title", name)),
            folder=path.parent / Path(folder).expanduser(),
            store=path.parent / Path(str(store)).expanduser() if store else None,
            readers=None if readers is None else frozenset(readers),
        )
    if not found:
        raise ConfigError(f"{_SETTING}: {path} names no collections. Add a table with a folder.")
    return found


def _texts(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(item, str) for item in value)

"""Opens Chroma, in a folder or on a server, and turns its errors into ones that say what to do."""

from __future__ import annotations

import hashlib
import itertools
import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from index.errors import CitewellError, StoreError

if TYPE_CHECKING:
    from chromadb.api import ClientAPI

_opened = itertools.count(1)


@dataclass(slots=True)
class Client:
    """An open Chroma. batch_limit: the most records that one write may have."""

    api: ClientAPI
    batch_limit: int

    def collection_name(self, name: str) -> str:
        """A name that Chroma takes (3 to 512 of a-z, 0-9, dot, dash, underscore), different for different names."""
        plain = re.sub(r"[^a-z0-9_-]+", "-", name.lower()).strip("-_")[:40]
        digest = hashlib.sha256(name.encode("utf-8", "surrogatepass")).hexdigest()[:12]
        return f"{plain or 'corpus'}-{digest}"

    def close(self) -> None:
        """Release files and connections."""
        with suppress(Exception):  # closing what is broken must not hide why
            self.api.close()  # type: ignore[attr-defined]  # the class has it, its interface does not


def connect(path: Path | None, url: str | None) -> Client:
    """Open a server by URL, else a folder, which is made. Raises StoreError."""
    with store_errors(path, url):
        api = _server(url) if url else _folder(path)
        return Client(api, api.get_max_batch_size())


@contextmanager
def store_errors(path: Path | None, url: str | None) -> Iterator[None]:
    """Turn whatever Chroma raises into a StoreError that says what to do."""
    try:
        yield
    except CitewellError:
        raise
    except (KeyboardInterrupt, SystemExit, GeneratorExit):
        raise
    except BaseException as error:  # Chroma's Rust part panics with a BaseException
        raise StoreError(_explain(path, url, error)) from error


def is_missing(error: BaseException) -> bool:
    """Whether Chroma says that there is no such collection."""
    from chromadb.errors import NotFoundError

    return isinstance(error, NotFoundError)


def parse_url(url: str) -> tuple[str, str, int, bool]:
    """The origin-with-path, host, port and TLS of a server's URL. Raises StoreError where it is not one."""
    full = url if "://" in url else f"http://{url}"
    try:
        parts = urlsplit(full)
        port = parts.port or (443 if parts.scheme == "https" else 8000)
    except ValueError:
        parts, port = urlsplit(""), 0
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise StoreError(f"{url!r} is not the address of a Chroma server. Write it like http://localhost:8000.")
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    return f"{parts.scheme}://{host}:{port}{parts.path.rstrip('/')}", host, port, parts.scheme == "https"


def _settings() -> Any:
    from chromadb.config import Settings

    # no telemetry; and no .env file of the current folder, which is none of Chroma's business
    return Settings(_env_file=None, anonymized_telemetry=False, allow_reset=False)  # type: ignore[call-arg]


def _folder(path: Path | None) -> ClientAPI:
    import chromadb

    if path is None:
        raise StoreError("No place for the index was given: name a folder, or the URL of a Chroma server.")
    if path.exists() and not path.is_dir():
        raise StoreError(f"{path} is not a folder, so it cannot hold the index. Name another place for it.")
    path.mkdir(parents=True, exist_ok=True)
    return chromadb.PersistentClient(path=_own_spelling(path.resolve()), settings=_settings())


def _own_spelling(path: Path) -> str:
    """A spelling of a path that was not used before in this process.

    Chroma shares what it has loaded among all clients of one path, by its spelling, until the last is closed.
    A client that must see what another process wrote needs one of its own.
    """
    bits = f"{next(_opened):b}"
    return str(path) + "".join("/." if bit == "1" else "/" for bit in bits)


def _server(url: str) -> ClientAPI:
    import chromadb

    full, host, port, tls = parse_url(url)
    has_path = full.count("/") > 2
    return chromadb.HttpClient(host=full if has_path else host, port=port, ssl=tls, settings=_settings())


def _explain(path: Path | None, url: str | None, error: BaseException) -> str:
    reason = str(error).strip() or type(error).__name__
    if url:
        return f"The Chroma server at {url} did not do what was asked ({reason}). Is it running? Start one with `chroma run`."
    return (
        f"The index in {path} cannot be used ({reason}). Check that the folder can be written and the disk is not full; "
        "if it stays so, delete the folder and run `assistant ingest` again: it is made from your documents."
    )

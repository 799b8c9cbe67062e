"""Opens Chroma, in a folder or on a server, and turns its errors into ones that say what to do."""

from __future__ import annotations

import hashlib
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


@dataclass(slots=True)
class Client:
    """An open Chroma. batch_limit: the most records that one write may have."""

    api: ClientAPI
    batch_limit: int

    def close(self) -> None:
        """Release files and connections."""
        with suppress(Exception):  # closing what is broken must not hide why
            self.api.close()  # type: ignore[attr-defined]  # the class has it, its interface does not
        # which leaves a server's connections open: its own and those of the administration; a folder has none
        for part in (self.api, getattr(self.api, "_admin_client", None)):
            with suppress(AttributeError):
                part._server._session.close()  # type: ignore[union-attr]


def collection_name(name: str) -> str:
    """A name that Chroma takes (3 to 512 of a-z, 0-9, dot, dash, underscore), different for different names."""
    plain = re.sub(r"[^a-z0-9_-]+", "-", name.lower()).strip("-_")[:40]
    digest = hashlib.sha256(name.encode("utf-8", "surrogatepass")).hexdigest()[:12]
    return f"{plain or 'corpus'}-{digest}"


def open_folder(path: Path) -> Client:
    """Open Chroma in this process, in a folder that exists."""
    import chromadb

    api = chromadb.PersistentClient(path=str(path.resolve()), settings=_settings())
    return Client(api, api.get_max_batch_size())


def open_server(url: str) -> Client:
    """Connect to a server. Raises StoreError where `url` is not an address."""
    import chromadb

    full, host, port, tls = parse_url(url)
    has_path = full.count("/") > 2
    api = chromadb.HttpClient(host=full if has_path else host, port=port, ssl=tls, settings=_settings())
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


def _explain(path: Path | None, url: str | None, error: BaseException) -> str:
    reason = str(error).strip() or type(error).__name__
    if url:
        return (
            f"The Chroma server at {url} did not do what was asked ({reason}). "
            "Check the address, and that it is running: `chroma run` starts one."
        )
    if "readonly" in reason or "read-only" in reason.lower():
        return (
            f"The index in {path} cannot be written, and Chroma writes there even to read ({reason}). Make the folder "
            "writable, or copy it and name the copy with --store."
        )
    return (
        f"The index in {path} cannot be used ({reason}). Check that the folder can be written and the disk is "
        "not full; if it stays so, delete the folder and run `assistant ingest` again: it is made from your documents."
    )

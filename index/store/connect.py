"""Opens Chroma, in a folder or on a server, and turns its errors into ones that say what to do."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import urlsplit

from index.errors import CitewellError, StoreError

if TYPE_CHECKING:
    from chromadb.api import ClientAPI

R = TypeVar("R")


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


@dataclass(frozen=True, slots=True)
class ServerOptions:
    """How to sign in to a Chroma server, and where on it the index is.

    token: sent as `Authorization: Bearer …` and as `X-Chroma-Token`. tenant, database: Chroma's own defaults if None.
    """

    token: str | None = field(default=None, repr=False)
    tenant: str | None = None
    database: str | None = None


def open_server(url: str, options: ServerOptions | None = None) -> Client:
    """Connect to a server. Raises StoreError where `url` is not an address."""
    import chromadb
    from chromadb.config import DEFAULT_DATABASE, DEFAULT_TENANT

    options = options or ServerOptions()
    full, host, port, tls = parse_url(url)
    has_path = full.count("/") > 2
    token = options.token
    api = chromadb.HttpClient(
        host=full if has_path else host, port=port, ssl=tls, settings=_settings(),
        headers={"Authorization": f"Bearer {token}", "X-Chroma-Token": token} if token else None,
        tenant=options.tenant or DEFAULT_TENANT, database=options.database or DEFAULT_DATABASE,
    )  # fmt: skip
    return Client(api, api.get_max_batch_size())


def retried(action: Callable[[], R]) -> R:
    """The result of an action that only reads, tried up to four times where the connection fails or is overloaded."""
    from tenacity import Retrying, retry_if_exception, stop_after_attempt, wait_random_exponential

    policy = Retrying(
        retry=retry_if_exception(_is_passing), stop=stop_after_attempt(4), reraise=True,
        wait=wait_random_exponential(multiplier=0.2, max=5),
    )  # fmt: skip
    return policy(action)


def _is_passing(error: BaseException) -> bool:
    """Whether an error may be gone in a moment: no answer, a broken connection, 429, 502, 503, 504."""
    import httpx

    seen: BaseException | None = error
    while seen is not None:
        if isinstance(seen, httpx.TransportError):
            return True
        if isinstance(seen, httpx.HTTPStatusError) and seen.response.status_code in (429, 502, 503, 504):
            return True
        seen = seen.__cause__ or seen.__context__
    return False


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

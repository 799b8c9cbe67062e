"""One writer at a time on an index, across processes.

The lock is the operating system's, so it goes with a process that is killed. For a folder it lies in the folder. For
a server it lies in the user's own cache folder, by address and corpus: it does not stop a writer on another machine,
or one of another user, from writing the same collection at the same time.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from index.errors import StoreBusy, StoreError

DEFAULT_WAIT = 60.0


@contextmanager
def writing(
    path: Path | None, url: str | None, name: str, wait: float = DEFAULT_WAIT, say: Callable[[str], None] | None = None
) -> Iterator[None]:
    """Hold the lock of an index while its body runs.

    path, url, name: as the store has them. wait: seconds to wait for another writer.
    say: told once, in words, that there is another writer to wait for.
    Raises StoreBusy after that time, StoreError where the lock cannot be made.
    """
    where = url or str(path)
    file = lock_file(path, url, name)
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        lock = FileLock(file)
        _acquire(lock, where, wait, say)
    except OSError as error:
        raise StoreError(
            f"The index in {where} cannot be written ({error.strerror or error}): {file} cannot be made. "
            "Check that the folder can be written, or name another place for the index."
        ) from error
    try:
        yield
    finally:
        lock.release()


def lock_file(path: Path | None, url: str | None, name: str) -> Path:
    """Where the lock of an index lies. Raises StoreError where there is no index to lock."""
    if url is None:
        if path is None:
            raise StoreError("No place for the index was given: name a folder, or the URL of a Chroma server.")
        if path.exists() and not path.is_dir():
            raise StoreError(f"{path} is not a folder, so it cannot hold the index. Name another place for it.")
        return path / "ingest.lock"
    return cache_file(url, name, "ingest", ".lock")


def cache_file(url: str, name: str, kind: str, suffix: str) -> Path:
    """A file of this user's that belongs to an index on a server."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    digest = hashlib.sha256(f"{url.rstrip('/')}\n{name}".encode("utf-8", "surrogatepass")).hexdigest()[:16]
    return cache / "citewell" / f"{kind}-{digest}{suffix}"


def _acquire(lock: FileLock, where: str, wait: float, say: Callable[[str], None] | None) -> None:
    try:
        lock.acquire(timeout=0)
        return
    except Timeout:
        pass
    if say is not None:
        say(f"Another process is writing the index in {where}; waiting up to {wait:.0f} seconds for it.")
    try:
        lock.acquire(timeout=wait)
    except Timeout:
        raise StoreBusy(
            f"Another process is still writing the index in {where} after {wait:.0f} seconds. "
            "Let it finish, or stop it, and run the ingest again; what it has written is kept."
        ) from None

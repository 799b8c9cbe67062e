"""A GGUF file, served by llama.cpp in this process on a loopback port that only this process has the key of."""

from __future__ import annotations

import atexit
import os
import secrets
import threading
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from assistant.errors import ConfigError, LLMUnavailable
from assistant.llm.connections import cut_all
from assistant.llm.errors import missing_extra

CONTEXT = 4096  # tokens, unless the settings say otherwise: more costs memory
_lock = threading.Lock()
_served: dict[tuple[Path, int], Served] = {}


@dataclass(frozen=True, slots=True)
class Served:
    """Where a file is served: an OpenAI-compatible address and its key. context: in tokens."""

    url: str
    context: int
    key: str = field(repr=False)
    server: Any = field(repr=False)


def check(path: Path) -> None:
    """Raises ConfigError where the file is missing or no GGUF, or the package that serves it is not installed."""
    from importlib.util import find_spec

    if not path.is_file():
        raise ConfigError(f"There is no model file {path}: give the path of a .gguf file in ASSISTANT_MODEL.")
    try:
        with path.open("rb") as file:
            magic = file.read(4)
    except OSError as error:
        raise ConfigError(f"The model file {path} cannot be read: {error.strerror}.") from None
    if magic != b"GGUF":
        raise ConfigError(f"{path} is no GGUF file: download it again, or give another one.")
    if find_spec("xllamacpp") is None:
        raise missing_extra("xllamacpp", "local")


def serve(path: Path, context: int | None) -> Served:
    """Serves the file, once in this process, until it ends. Raises LLMUnavailable where it cannot be loaded."""
    where = (path.resolve(), context or CONTEXT)
    with _lock:
        if where not in _served:
            _served[where] = _start(*where)
        return _served[where]


def stop() -> None:
    """Stops all servers of this process."""
    with _lock:
        if _served:
            cut_all()
        _served.clear()


atexit.register(stop)


def _start(path: Path, context: int) -> Served:
    # 2026-11: two threads that wait by spinning, on a machine whose two cores are busy, write 0.5 to 2 tokens a second;
    # waiting passively 31. To be set before llama.cpp's OpenMP is loaded.
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    import xllamacpp  # type: ignore[import-untyped]

    key = secrets.token_urlsafe(24)
    params = xllamacpp.CommonParams()
    params.model.path = os.fspath(path)
    params.model_alias = {path.stem}
    params.hostnames, params.port = ["127.0.0.1"], 0
    params.api_keys = [key]
    params.n_ctx, params.n_parallel = context, 1
    params.cpuparams.n_threads = params.cpuparams_batch.n_threads = _cores()
    params.n_threads_http = 2
    params.ui = False
    params.verbosity = -1  # it writes to stderr, past Python
    try:
        server = xllamacpp.Server(params)
    except RuntimeError:
        raise LLMUnavailable(
            f"llama.cpp cannot load {path}: it may be damaged, need more memory than there is, or be of a kind that "
            "this version does not know (`pip install -U xllamacpp`)."
        ) from None
    return Served(f"{server.listening_address}/v1", context, key, server)


def _cores() -> int:
    """The cores that this process may use, at most 8: hyperthreads beyond them slow llama.cpp down."""
    usable = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 2
    return max(1, min(8, usable))

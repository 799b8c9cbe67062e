"""One connection to a model's server, that can be cut: when time is up, and when nobody reads on.

Works on the HTTP client that an SDK made (httpx or httpx2), by its public hooks. A read that hangs is ended by shutting
the socket down, which also tells the server to stop writing.
"""

from __future__ import annotations

import socket
import threading
import time
import weakref
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from typing import Any

IDLE = 30.0  # seconds without a piece, once there was one

_open: weakref.WeakSet[Wire] = weakref.WeakSet()
_noting: ContextVar[Connections | None] = ContextVar("citewell_connections", default=None)


def cut_all() -> None:
    """Cut every connection of this process: a server that runs in it waits for them before it stops."""
    for wire in list(_open):
        wire.close()


class Connections:
    """The wires of some calls, to be cut from another thread than the one that reads from them."""

    def __init__(self) -> None:
        self._wires: weakref.WeakSet[Wire] = weakref.WeakSet()
        self._closed = False

    @contextmanager
    def noted(self) -> Iterator[None]:
        """Notes the wires that this thread opens meanwhile."""
        token = _noting.set(self)
        try:
            yield
        finally:
            _noting.reset(token)

    def add(self, wire: Wire) -> None:
        """Note a wire; it is cut at once where the others were."""
        self._wires.add(wire)
        if self._closed:
            wire.close()

    def close(self) -> None:
        """Cut them all."""
        self._closed = True
        for wire in list(self._wires):
            wire.close()


class Wire:
    """Watches the sockets of an HTTP client.

    seconds: from now until it is cut. From the first `touch` on it is also cut when the next one takes longer than
    `idle` seconds.
    expired: whether it was cut because time was up.
    """

    def __init__(self, seconds: float, idle: float | None = None) -> None:
        self._end = time.monotonic() + seconds
        self._idle = IDLE if idle is None else idle
        self._next = self._end
        self._sockets: list[socket.socket] = []
        self._clients: list[Any] = []
        self._done = threading.Event()
        self.expired = False
        _open.add(self)
        if (noting := _noting.get()) is not None:
            noting.add(self)
        threading.Thread(target=self._watch, name="citewell-model-watch", daemon=True).start()

    @property
    def left(self) -> float:
        """Seconds until the end."""
        return max(0.0, self._end - time.monotonic())

    def attach(self, client: Any) -> None:
        """Watch this client: `httpx.Client` or one like it."""
        self._clients.append(client)
        hooks = client.event_hooks
        client.event_hooks = {**hooks, "request": [*hooks.get("request", []), self._hook]}

    def touch(self) -> None:
        """Something came."""
        self._next = min(self._end, time.monotonic() + self._idle)

    def close(self) -> None:
        """Cut all connections and stop watching."""
        self._done.set()
        self._cut()
        for client in self._clients:
            with suppress(Exception):  # a client whose stream is half read may complain
                client.close()

    def _hook(self, request: Any) -> None:
        request.extensions = {**request.extensions, "trace": self._trace}

    def _trace(self, event: str, info: Mapping[str, Any]) -> None:
        if event.endswith((".connect_tcp.complete", ".start_tls.complete", ".connect_unix_socket.complete")):
            found = info["return_value"].get_extra_info("socket")
            if isinstance(found, socket.socket):
                self._sockets.append(found)

    def _watch(self) -> None:
        # it looks now and then, for `touch` moves the time
        while not self._done.wait(min(self._idle / 4, 1.0, max(0.0, self._next - time.monotonic()))):
            if time.monotonic() >= self._next:
                self.expired = True
                self._cut()
                return

    def _cut(self) -> None:
        shutdown: Callable[[socket.socket, int], None] = socket.socket.shutdown  # not TLS's own, which another reads
        for found in self._sockets:
            with suppress(OSError):
                shutdown(found, socket.SHUT_RDWR)

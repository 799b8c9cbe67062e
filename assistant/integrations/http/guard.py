"""What stands before every request: who calls, from where, how often, and with how much."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from assistant.integrations.http.problems import Problem, problem_response
from assistant.integrations.http.service import Service

MAX_BODY_BYTES = 4_000_000
OPEN_PATHS = frozenset(("/healthz", "/readyz"))
_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Cross-Origin-Resource-Policy": "same-origin",
}


class ApiGuard:
    """ASGI middleware. hosts: the names by which the server may be called, empty for any.

    A page elsewhere cannot use a server on this machine: not under another name that leads here (DNS rebinding), nor
    from another origin.
    """

    def __init__(self, app: ASGIApp, service: Service, hosts: Iterable[str] = ()) -> None:
        self._app = app
        self._service = service
        self._hosts = frozenset(hosts)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            if scope["type"] == "lifespan":
                await self._app(scope, receive, send)
            return
        status = 500

        async def sent(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                out = MutableHeaders(scope=message)
                for name, value in _HEADERS.items():
                    out[name] = value
                out.setdefault("Cache-Control", "no-store")
            await send(message)

        try:
            self._admit(scope)
        except Problem as problem:
            self._service.metrics.refused.labels(problem.kind).inc()
            await problem_response(problem, scope["path"])(scope, receive, sent)
            return
        try:
            await self._app(scope, _limited(receive), sent)
        finally:
            route = getattr(scope.get("route"), "path", "other")
            self._service.metrics.requests.labels(route, str(status)).inc()

    def _admit(self, scope: Scope) -> None:
        """Raises Problem for a request that is not let through."""
        headers = Headers(scope=scope)
        host = headers.get("host", "")
        if self._hosts and _hostname(f"//{host}") not in self._hosts:
            raise Problem(421, "host", "This server has another name", "Call it by localhost or 127.0.0.1.")
        origin = headers.get("origin")
        if origin is not None and urlsplit(origin).netloc != host:
            raise Problem(403, "origin", "Another site may not use this server", "Call it from a program instead.")
        length = headers.get("content-length", "0")
        if not length.isdigit() or int(length) > MAX_BODY_BYTES:
            raise Problem(413, "size", "The request is too large", f"Send at most {MAX_BODY_BYTES:,} bytes.")
        if scope["path"] in OPEN_PATHS:
            return
        caller = self._service.access.identify(headers.get("authorization"), headers.get("x-api-key"))
        if caller is None:
            raise Problem(
                401, "key", "A key is needed", "Send the header `Authorization: Bearer KEY` with a key of this server.",
                {"WWW-Authenticate": 'Bearer realm="citewell"'},
            )  # fmt: skip
        self._service.limiter.take(caller)
        scope["citewell.caller"] = caller


def _hostname(url: str) -> str | None:
    try:
        return urlsplit(url).hostname
    except ValueError:
        return None


def _limited(receive: Receive) -> Receive:
    """`receive`, which ends the request where its body is longer than it may be."""
    seen = 0

    async def counted() -> Message:
        nonlocal seen
        message = await receive()
        seen += len(message.get("body", b""))
        return message if seen <= MAX_BODY_BYTES else {"type": "http.disconnect"}

    return counted

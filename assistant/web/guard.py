"""What stands before every request: which addresses exist, who may call them, and what a page may load."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

# What the page and gradio_client use. Gradio serves more (its own front end, files, a proxy, a monitor), which a chat
# about one folder has no use for.
OPEN = ("/app/", "/gradio_api/call/", "/gradio_api/queue/", "/gradio_api/heartbeat/")
EXACT = frozenset(
    ("/", "/config", "/login", "/logout", "/uploads", "/favicon.ico", "/robots.txt", "/gradio_api/info",
     "/gradio_api/cancel", "/gradio_api/reset", "/gradio_api/startup-events", "/gradio_api/app_id")
)  # fmt: skip
LONGEST_BODY = 4_000_000  # bytes, but for an upload, which has a limit of its own

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'; require-trusted-types-for 'script'; "
    "trusted-types 'none'"
)
_HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}


class Guard:
    """ASGI middleware. hosts: the names by which the server may be called, empty for any.

    A page elsewhere cannot use a server on this machine: not under another name that leads here (DNS rebinding), nor
    from another origin.
    """

    def __init__(self, app: ASGIApp, hosts: Iterable[str] = ()) -> None:
        self._app = app
        self._hosts = frozenset(hosts)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            if scope["type"] == "lifespan":
                await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)

        async def sent(message: Message) -> None:
            if message["type"] == "http.response.start":
                out = MutableHeaders(scope=message)
                for name, value in _HEADERS.items():
                    out[name] = value
                out.setdefault("Cache-Control", "no-store")
            await send(message)

        if refusal := self._refusal(scope, headers):
            status, reason = refusal
            await PlainTextResponse(reason, status)(scope, receive, sent)
            return
        limited = receive if scope["path"] == "/uploads" else _limited(receive)
        await self._app(scope, limited, sent)

    def _refusal(self, scope: Scope, headers: Headers) -> tuple[int, str] | None:
        """The status and the reason where a request is not let through."""
        host = headers.get("host", "")
        if self._hosts and _name(f"//{host}") not in self._hosts:
            return 421, "This server answers to its own name alone."
        path = scope["path"]
        if path not in EXACT and not path.startswith(OPEN):
            return 404, "There is nothing here."
        origin = headers.get("origin")
        if scope["method"] not in ("GET", "HEAD") and origin is not None and urlsplit(origin).netloc != host:
            return 403, "Another site may not use this server."
        length = headers.get("content-length", "0")
        if path != "/uploads" and (not length.isdigit() or int(length) > LONGEST_BODY):
            return 413, "The request is too large."
        return None


def _name(url: str) -> str | None:
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
        return message if seen <= LONGEST_BODY else {"type": "http.disconnect"}

    return counted

"""The server: Gradio's queue and API, a page of our own, and nothing else."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from ipaddress import ip_address
from pathlib import Path

os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"  # read when gradio is imported
os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")

import gradio as gr
from fastapi import Request
from fastapi.responses import FileResponse, RedirectResponse, Response

from assistant.api import Assistant
from assistant.errors import ConfigError
from assistant.web.endpoints import Endpoints
from assistant.web.guard import Guard
from index.embed import usable_cores

PORT = 7860
PAGE = Path(__file__).parent / "page"
_TYPES = {".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml"}


def serve(bot: Assistant, host: str, port: int, say: Callable[[str], None], *, block: bool = True) -> gr.Server:
    """Serve the chat until Ctrl-C, or in the background where not `block`.

    Raises ConfigError for a host that others can reach without ASSISTANT_AUTH, and for a port that is taken.
    """
    auth = _auth(bot.settings.auth)
    if not auth and not is_loopback(host):
        raise ConfigError(
            f"--host {host} lets anyone on the network read these documents. Set ASSISTANT_AUTH=user:password first, "
            "or leave --host out to serve this machine alone."
        )
    os.environ["GRADIO_TEMP_DIR"] = tempfile.mkdtemp(prefix="citewell-")
    server = build(bot, hosts=("localhost", "127.0.0.1", "::1") if is_loopback(host) else ())
    try:
        server.launch(
            server_name=host, server_port=port, auth=auth, quiet=True, prevent_thread_lock=True, show_error=False,
            share=False, inbrowser=False, ssr_mode=False, pwa=False, mcp_server=False, run_history=False,
            enable_monitoring=False, footer_links=[], _frontend=False, max_threads=40,
        )  # fmt: skip
    except OSError:
        raise ConfigError(f"Port {port} is taken. Stop what uses it, or name another one with --port.") from None
    say(f"Citewell is at http://{'localhost' if host == '127.0.0.1' else host}:{port}  (Ctrl-C ends it)")
    if block and server.blocks is not None:
        server.blocks.block_thread()
    return server


def build(bot: Assistant, hosts: tuple[str, ...]) -> gr.Server:
    """The server with its routes and endpoints, not started."""
    server = gr.Server(title="Citewell", docs_url=None, redoc_url=None, openapi_url=None)
    _add_pages(server)
    endpoints = Endpoints(bot)
    # a question keeps all cores busy: more at once would make all of them slower
    cores = max(2, usable_cores())
    for name, kind in {
        "ask": "answer", "stream": "answer", "search": "search", "library": "read", "document": "read",
        "rate": "read", "receipt": "read",
    }.items():  # fmt: skip
        limit = cores if kind in ("answer", "search") else 8
        server.api(getattr(endpoints, name), name=name, concurrency_id=kind, concurrency_limit=limit)
    server.add_middleware(Guard, hosts=hosts)
    return server


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach a server on this host."""
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


def signed_in(server: gr.Server, request: Request) -> bool:
    """Whether a request may see anything: always, where no sign-in is asked for."""
    if server.auth is None:
        return True
    names = (f"access-token-{server.cookie_id}", f"access-token-unsecure-{server.cookie_id}")
    tokens = [request.cookies.get(name) for name in names]
    return any(token in server.tokens for token in tokens if token)


def _auth(text: str | None) -> tuple[str, str] | None:
    if not text:
        return None
    user, _, password = text.partition(":")
    return user, password


def _add_pages(server: gr.Server) -> None:
    @server.head("/")
    @server.get("/")
    def home(request: Request) -> Response:
        return FileResponse(PAGE / ("index.html" if signed_in(server, request) else "login.html"))

    @server.get("/app/{name}")
    def asset(name: str) -> Response:
        path = PAGE / name
        if path.parent != PAGE or path.suffix not in _TYPES or not path.is_file():
            return Response(status_code=404)
        return FileResponse(path, media_type=_TYPES[path.suffix], headers={"Cache-Control": "no-cache"})

    @server.get("/favicon.ico")
    def icon() -> Response:
        return RedirectResponse("/app/icon.svg")

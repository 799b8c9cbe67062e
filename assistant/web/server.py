"""The server: Gradio's queue and API, a page of our own, and nothing else."""

from __future__ import annotations

import os
import sys
import tempfile
import webbrowser
from collections.abc import Callable
from pathlib import Path

os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"  # read when gradio is imported
os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")

import gradio as gr
from fastapi import Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import FileResponse, JSONResponse, RedirectResponse, Response

from assistant.api import Assistant
from assistant.errors import CitewellError
from assistant.web.endpoints import Endpoints
from assistant.web.guard import Guard
from assistant.web.hosts import check_free, check_host, is_loopback
from assistant.web.suggestions import Suggestions
from assistant.web.uploads import Uploads
from index.embed import usable_cores

PORT = 7860
ENDPOINTS = {
    "answer": ("ask", "stream"),
    "search": ("search",),
    "write": ("ingest", "remove"),
    "suggest": ("followups",),
    "read": ("about", "library", "document", "suggestions", "markdown", "rate", "receipt"),
}
PAGE = Path(__file__).parent / "page"
_TYPES = {".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml"}


def serve(bot: Assistant, host: str, port: int, say: Callable[[str], None], *, browser: bool = False) -> None:
    """Serve the chat until Ctrl-C.

    Raises ConfigError for a host that others can reach without ASSISTANT_AUTH, and for a port that is taken.
    """
    check_host(host, bot.settings.auth)
    check_free(host, port)
    auth = _auth(bot.settings.auth)
    suggestions = Suggestions(bot)
    server = build(bot, suggestions, hosts=("localhost", "127.0.0.1", "::1") if is_loopback(host) else ())
    with tempfile.TemporaryDirectory(prefix="citewell-") as folder:
        os.environ["GRADIO_TEMP_DIR"] = folder
        server.launch(
            server_name=host, server_port=port, auth=auth, quiet=True, prevent_thread_lock=True, show_error=False,
            share=False, inbrowser=False, ssr_mode=False, pwa=False, mcp_server=False, run_history=False,
            enable_monitoring=False, footer_links=[], _frontend=False, max_threads=40,
        )  # fmt: skip
        suggestions.renew()
        address = f"http://{f'[{host}]' if ':' in host else host}:{port}"
        say(f"Citewell is at {address}  (Ctrl-C ends it)")
        if browser and _desktop():
            webbrowser.open(address)
        assert server.blocks is not None  # there are, once it is launched
        server.blocks.block_thread()
        suggestions.stop()  # a model that still runs when the program ends would take it down


def build(bot: Assistant, suggestions: Suggestions, hosts: tuple[str, ...]) -> gr.Server:
    """The server with its routes and endpoints, not started."""
    server = gr.Server(title="Citewell", docs_url=None, redoc_url=None, openapi_url=None)
    _add_pages(server)
    uploads = Uploads(bot.settings)
    _add_uploads(server, uploads)
    endpoints = Endpoints(bot, uploads, suggestions)
    # a question keeps all cores busy, so that more at once would only be slower; a model is mostly waited for
    cores = max(8 if bot.settings.model else 2, usable_cores())
    for kind, names in ENDPOINTS.items():
        limit = {"answer": cores, "search": cores, "write": 1, "suggest": 1}.get(kind, 8)
        for name in names:
            server.api(getattr(endpoints, name), name=name, concurrency_id=kind, concurrency_limit=limit)
    server.add_middleware(Guard, hosts=hosts)
    return server


def signed_in(server: gr.Server, request: Request) -> bool:
    """Whether a request may see anything: always, where no sign-in is asked for."""
    if server.auth is None:
        return True
    names = (f"access-token-{server.cookie_id}", f"access-token-unsecure-{server.cookie_id}")
    tokens = [request.cookies.get(name) for name in names]
    return any(token in server.tokens for token in tokens if token)


def _desktop() -> bool:
    """Whether there is a screen: else a browser in the terminal could be opened over this program's output."""
    return sys.platform in ("darwin", "win32") or any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY"))


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


def _add_uploads(server: gr.Server, uploads: Uploads) -> None:
    @server.post("/uploads")
    async def upload(request: Request, name: str = "document") -> Response:
        """Takes one file, the body of the request; answers with its name in the corpus, or none, and in words."""
        if not signed_in(server, request):
            return JSONResponse({"words": "Sign in first."}, 401)
        length = request.headers.get("content-length", "")
        try:
            path = await uploads.receive(request.stream(), int(length) if length.isdigit() else None)
            try:
                taken = await run_in_threadpool(uploads.add, path, name)
            finally:
                path.unlink(missing_ok=True)
        except CitewellError as error:
            return JSONResponse({"source": None, "words": str(error)})
        return JSONResponse(taken._asdict())

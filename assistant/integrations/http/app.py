"""The application, and the server that runs it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from importlib.metadata import version

import uvicorn
from fastapi import FastAPI, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import JSONResponse, Response
from prometheus_client import CONTENT_TYPE_LATEST

from assistant.api import Assistant
from assistant.errors import ConfigError
from assistant.integrations import openai_api
from assistant.integrations.http import own_api
from assistant.integrations.http.guard import ApiGuard
from assistant.integrations.http.problems import add_problem_handlers
from assistant.integrations.http.service import Service, service_of
from assistant.integrations.mcp import create_mcp
from assistant.web.hosts import check_free, is_loopback

PORT = 8080
LOCAL_NAMES = ("localhost", "127.0.0.1", "::1")


def create_app(bot: Assistant, *, local: bool = True) -> FastAPI:
    """The application of one assistant, or of the collections that its settings name.

    local: whether only this machine can reach it; then it answers to local names alone.
    Raises ConfigError for files of keys, users or collections that cannot be used.
    """
    service = Service.of(bot)
    mcp = create_mcp(service)
    mcp_app = mcp.streamable_http_app()  # which makes the session manager that the lifespan runs

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        try:
            async with mcp.session_manager.run():
                yield
        finally:
            await run_in_threadpool(service.close)

    app = FastAPI(
        title="Citewell",
        version=version("citewell"),
        description="Answers questions about folders of documents. Every sentence is cited to its exact place.",
        lifespan=lifespan,
        docs_url=None,  # it loads scripts from another server
        redoc_url=None,
    )
    app.state.service = service
    add_problem_handlers(app)
    app.include_router(own_api.router)
    app.include_router(openai_api.router)
    _add_operations(app)
    app.router.routes.extend(mcp_app.routes)
    app.add_middleware(ApiGuard, service=service, hosts=LOCAL_NAMES if local else ())
    return app


def check_may_serve(bot: Assistant, host: str, port: int) -> None:
    """Raises ConfigError for a host that others can reach without keys or users, and for a port that is taken."""
    s = bot.settings
    if not is_loopback(host) and not s.api_keys and not s.users:
        raise ConfigError(
            f"--host {host} lets anyone on the network read these documents. Add a key with `assistant keys add NAME` "
            "and set ASSISTANT_API_KEYS to its file, or leave --host out to serve this machine alone."
        )
    check_free(host, port)


def serve(bot: Assistant, host: str, port: int, say: Callable[[str], None]) -> None:
    """Serve until Ctrl-C or SIGTERM; then finish what runs.

    Raises ConfigError as `check_may_serve` and `create_app` do.
    """
    check_may_serve(bot, host, port)
    app = create_app(bot, local=is_loopback(host))
    config = uvicorn.Config(
        app, host=host, port=port, log_level="warning", access_log=False, server_header=False,
        timeout_graceful_shutdown=int(bot.settings.model_timeout) if bot.settings.model else 30,
    )  # fmt: skip
    say(f"Citewell serves at http://{f'[{host}]' if ':' in host else host}:{port}  (Ctrl-C ends it)")
    uvicorn.Server(config).run()


def _add_operations(app: FastAPI) -> None:
    @app.get("/healthz", summary="Whether the server runs")
    async def healthz() -> dict[str, str]:
        return {"status": "ok"}

    @app.get("/readyz", summary="Whether every collection has an index")
    async def readyz(request: Request) -> JSONResponse:
        missing = await run_in_threadpool(service_of(request).unready)
        if missing:  # no names: this path needs no key
            return JSONResponse({"status": "not ready", "unindexed": len(missing)}, 503)
        return JSONResponse({"status": "ready"})

    @app.get("/metrics", summary="Metrics in Prometheus' text format", response_class=Response)
    async def metrics(request: Request) -> Response:
        return Response(service_of(request).metrics.text(), media_type=CONTENT_TYPE_LATEST)

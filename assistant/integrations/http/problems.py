"""Errors as problem details (RFC 9457), and in OpenAI's form under /v1."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from assistant.access.collections import UnknownCollection
from assistant.errors import (
    CitewellError,
    CorpusError,
    IndexMismatch,
    LLMError,
    LLMTimeout,
    QuestionError,
    ReadError,
    StoreBusy,
)

MEDIA_TYPE = "application/problem+json"
log = logging.getLogger(__name__)

# the first that fits counts
_STATUS: tuple[tuple[type[CitewellError], int, str, str], ...] = (
    (UnknownCollection, 404, "collection", "There is no such collection"),
    (QuestionError, 400, "question", "The question cannot be answered as it was asked"),
    (ReadError, 404, "document", "The document cannot be read"),
    (StoreBusy, 409, "busy", "Another process is writing the index"),
    (IndexMismatch, 409, "index", "The index must be made again"),
    (CorpusError, 409, "corpus", "There are no documents to ask"),
    (LLMTimeout, 504, "model-timeout", "The language model took too long"),
    (LLMError, 502, "model", "The language model gave no answer"),
)


class Problem(Exception):
    """An error with a status, a short type, a title, what to do about it, and headers."""

    def __init__(
        self, status: int, kind: str, title: str, detail: str, headers: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(detail)
        self.status = status
        self.kind = kind
        self.title = title
        self.detail = detail
        self.headers = dict(headers or {})


def problem_of(error: BaseException) -> Problem:
    """The problem that an error is; one of the program itself says nothing of its inside, and is logged."""
    if isinstance(error, Problem):
        return error
    for kind, status, name, title in _STATUS:
        if isinstance(error, kind):
            return Problem(status, name, title, str(error))
    log.error("a request failed", exc_info=error)
    if isinstance(error, CitewellError):
        return Problem(500, "server", "The server cannot answer", str(error))
    name = type(error).__name__
    return Problem(500, "program", "Something went wrong in the program", f"{name}. The server's log says more.")


def problem_body(problem: Problem, path: str) -> dict[str, Any]:
    """The JSON of a problem, in the form that the clients of a path expect."""
    if path.startswith("/v1/"):
        kind = "server_error" if problem.status >= 500 else "invalid_request_error"
        if problem.status == 429:
            kind = "rate_limit_error"
        return {"error": {"message": problem.detail, "type": kind, "param": None, "code": problem.kind}}
    return {
        "type": f"urn:citewell:problem:{problem.kind}",
        "title": problem.title,
        "status": problem.status,
        "detail": problem.detail,
        "instance": path,
    }


def problem_response(problem: Problem, path: str, extra: Mapping[str, Any] | None = None) -> JSONResponse:
    """The response to a request for `path`."""
    body = {**problem_body(problem, path), **(extra or {})}
    media = "application/json" if path.startswith("/v1/") else MEDIA_TYPE
    return JSONResponse(body, problem.status, problem.headers, media)


def add_problem_handlers(app: FastAPI) -> None:
    """Every error of an application becomes a problem."""

    @app.exception_handler(Problem)
    @app.exception_handler(CitewellError)
    @app.exception_handler(Exception)
    async def known(request: Request, error: Exception) -> JSONResponse:
        return problem_response(problem_of(error), request.url.path)

    @app.exception_handler(HTTPException)
    async def http(request: Request, error: HTTPException) -> JSONResponse:
        title = {404: "There is nothing here", 405: "The method is not allowed"}.get(
            error.status_code, "The request failed"
        )
        detail = f"{title}. /openapi.json lists the paths and their methods."
        found = Problem(error.status_code, "http", title, detail, error.headers)
        return problem_response(found, request.url.path)

    @app.exception_handler(RequestValidationError)
    async def invalid(request: Request, error: RequestValidationError) -> JSONResponse:
        faults = [{"field": ".".join(map(str, e["loc"])), "reason": e["msg"]} for e in error.errors()]
        detail = "; ".join(f"{fault['field']}: {fault['reason']}" for fault in faults[:5])
        found = Problem(422, "request", "The request is not valid", detail)
        extra = {} if request.url.path.startswith("/v1/") else {"errors": faults}
        return problem_response(found, request.url.path, extra)

"""The routes of /api: ask, stream, search, sources, documents, ingest, verify, collections."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from dataclasses import asdict
from typing import Any

from fastapi import APIRouter, Query, Request
from sse_starlette import EventSourceResponse, ServerSentEvent

from assistant.api import Assistant
from assistant.integrations.http.problems import problem_body, problem_of
from assistant.integrations.http.questions import RunningQuestion, Stage
from assistant.integrations.http.schemas import (
    AnswerOut,
    AskIn,
    ClaimOut,
    CollectionOut,
    DocumentOut,
    IngestIn,
    PassageOut,
    ProblemOut,
    SearchIn,
    SourceOut,
    VerifyIn,
)
from assistant.integrations.http.service import Service, caller_of, check_may_ingest, service_of
from assistant.types import Answer
from index.types import Hit

_ERRORS: dict[int | str, dict[str, Any]] = {
    status: {"model": ProblemOut, "description": text, "content": {"application/problem+json": {}}}
    for status, text in (
        (400, "The question cannot be answered as it was asked."),
        (401, "A key is needed."),
        (404, "There is no such collection or document."),
        (409, "There is no index, or another process is writing it."),
        (429, "Too many requests; Retry-After says when to come again."),
    )
}
router = APIRouter(prefix="/api", responses=_ERRORS)
PING_SECONDS = 15


def _chosen(service: Service, request: Request, body: AskIn) -> Assistant:
    bot = service.bot(request, body.collection)
    return bot.variant(sentences=body.sentences) if body.sentences else bot


@router.post("/ask", response_model=AnswerOut, summary="Answer a question, or say that the documents do not say")
async def ask(request: Request, body: AskIn) -> Any:
    service = service_of(request)
    bot = _chosen(service, request, body)
    running = service.ask(bot, body.question, body.turns(), body.filters())
    return (await running.answer(request)).to_dict()


@router.post(
    "/stream",
    summary="The same as server-sent events: `stage`, `sentence`, `answer`, or `error`",
    response_class=EventSourceResponse,
)
async def stream(request: Request, body: AskIn) -> EventSourceResponse:
    service = service_of(request)
    bot = _chosen(service, request, body)
    running = service.ask(bot, body.question, body.turns(), body.filters())
    return EventSourceResponse(_events(running, request.url.path), ping=PING_SECONDS, sep="\n")


async def _events(running: RunningQuestion, path: str) -> AsyncIterator[ServerSentEvent]:
    try:
        async for event in running.events():
            if isinstance(event, Stage):
                yield _event("stage", {"stage": event.name})
            elif isinstance(event, Answer):
                yield _event("answer", event.to_dict())
            else:
                yield _event("sentence", {"text": event})
    except Exception as error:
        yield _event("error", problem_body(problem_of(error), path))


def _event(name: str, data: dict[str, Any]) -> ServerSentEvent:
    return ServerSentEvent(data=json.dumps(data, ensure_ascii=False), event=name)


@router.post("/search", response_model=list[PassageOut], summary="The passages nearest to a query, best first")
async def search(request: Request, body: SearchIn) -> Any:
    service = service_of(request)
    bot = service.bot(request, body.collection)
    hits = await service.workers.run(bot.search, body.query, body.limit, **body.filters())
    return [passage_dict(hit) for hit in hits]


@router.post("/verify", response_model=ClaimOut, summary="Whether the documents support a statement, and where")
async def verify(request: Request, body: VerifyIn) -> Any:
    service = service_of(request)
    bot = service.bot(request, body.collection)
    return (await service.workers.run(bot.verify_claim, body.claim, source=body.source)).to_dict()


@router.get("/collections", response_model=list[CollectionOut], summary="The collections that the caller may read")
async def collections(request: Request) -> Any:
    known = service_of(request).collections
    return [{"name": c.name, "title": c.title, "model": known.model_id(c)} for c in known.readable(caller_of(request))]


@router.get("/sources", response_model=list[SourceOut], summary="The indexed documents, by name")
async def sources(request: Request, collection: str | None = Query(None)) -> Any:
    service = service_of(request)
    bot = service.bot(request, collection)
    return [asdict(source) for source in await service.workers.run(bot.sources)]


@router.get("/documents/{source:path}", response_model=DocumentOut, summary="One document as it is now")
async def document(request: Request, source: str, collection: str | None = Query(None)) -> Any:
    service = service_of(request)
    bot = service.bot(request, collection)
    found = await service.workers.run(bot.document, source)
    return {
        "source": found.source, "title": found.title, "date": found.date, "sha256": found.sha256, "text": found.text,
        "content": [tuple(span) for span in found.content],
    }  # fmt: skip


@router.post("/ingest", summary="Bring an index up to date with its folder; needs a key that may")
async def ingest(request: Request, body: IngestIn | None = None) -> dict[str, Any]:
    check_may_ingest(request)
    service = service_of(request)
    bot = service.bot(request, body.collection if body else None)
    return asdict(await service.ingest(bot))


def passage_dict(hit: Hit) -> dict[str, Any]:
    """A hit, JSON-ready."""
    chunk = hit.chunk
    return {
        "source": chunk.source, "title": chunk.title, "date": chunk.date, "text": chunk.text,
        "start": chunk.start, "end": chunk.end, "sha256": chunk.sha256, "score": hit.score,
    }  # fmt: skip

"""The OpenAI-compatible interface under /v1: chat completions, responses and models.

A collection is a model. What steers a language model (temperature, top_p, seed, stop, max_tokens, the system prompt)
has no effect: an answer is what the documents say. Citations come as `annotations`, and the whole `Answer` under
`citewell`.
"""

from __future__ import annotations

import json
import re
import time
import uuid
from collections.abc import AsyncIterator, Iterator, Sequence
from typing import Annotated, Any
from urllib.parse import quote as url_quote

from fastapi import APIRouter, Request
from pydantic import BaseModel, ConfigDict, Field
from sse_starlette import EventSourceResponse, ServerSentEvent

from assistant.integrations.http.own_api import PING_SECONDS
from assistant.integrations.http.problems import Problem, problem_body, problem_of
from assistant.integrations.http.questions import RunningQuestion
from assistant.integrations.http.schemas import MAX_TURN_CHARS, MAX_TURNS
from assistant.integrations.http.service import caller_of, service_of
from assistant.types import Answer
from index.text.tokens import encoding

router = APIRouter(prefix="/v1")
Json = dict[str, Any]

_MARKER = re.compile(r"\[(\d+)\]")
# Open WebUI asks the model for titles, tags and the like: no question to the documents
_CHORE = re.compile(r"\s*###\s*Task:", re.I)
_FIRST_USER_LINE = re.compile(r"^\s*(?:USER|user|User):\s*(.+)$", re.M)
_TITLE_WORDS = 8


class Message(BaseModel):
    model_config = ConfigDict(extra="ignore")

    role: str
    content: str | list[Json] | None = None


class StreamOptions(BaseModel):
    model_config = ConfigDict(extra="ignore")

    include_usage: bool = False


class ChatIn(BaseModel):
    """OpenAI's request; fields that steer a language model are read over."""

    model_config = ConfigDict(extra="ignore")

    model: str = Field("citewell", examples=["citewell"])
    messages: Annotated[list[Message], Field(min_length=1, max_length=MAX_TURNS)]
    stream: bool = False
    stream_options: StreamOptions | None = None
    n: int | None = None


class ResponsesIn(BaseModel):
    """The plain form of OpenAI's Responses: a text or messages in, a message out."""

    model_config = ConfigDict(extra="ignore")

    model: str = "citewell"
    input: str | Annotated[list[Message], Field(min_length=1, max_length=MAX_TURNS)]
    stream: bool = False
    previous_response_id: str | None = None


@router.get("/models", summary="The collections that the caller may read, as models")
async def models(request: Request) -> Json:
    known = service_of(request).collections
    return {"object": "list", "data": [_model(known.model_id(c)) for c in known.readable(caller_of(request))]}


@router.get("/models/{name:path}", summary="One collection as a model")
async def model(request: Request, name: str) -> Json:
    known = service_of(request).collections
    return _model(known.model_id(known.find(name, caller_of(request))))


@router.post("/chat/completions", summary="Answer the last message, with the ones before it as history")
async def chat_completions(request: Request, body: ChatIn) -> Any:
    if body.n not in (None, 1):
        raise Problem(400, "n", "One answer only", f"n is {body.n}: Citewell gives one answer. Leave n out.")
    service = service_of(request)
    bot = service.bot(request, body.model)
    question, history = _conversation(body.messages)
    reply = _ChatReply(body.model, _prompt_tokens(body.messages), request)
    usage = bool(body.stream_options and body.stream_options.include_usage)
    if _CHORE.match(question):
        text = do_chore(question)
        return _sse(reply.stream_text(text, usage)) if body.stream else reply.whole(text, None)
    running = service.ask(bot, question, history, {})
    if body.stream:
        return _sse(reply.stream(running, usage))
    answer = await running.answer(request)
    return reply.whole(answer.text, answer)


@router.post("/responses", summary="The same in the plain form of OpenAI's Responses")
async def responses(request: Request, body: ResponsesIn) -> Any:
    if body.previous_response_id:
        raise Problem(
            400, "previous_response_id", "Conversations are not kept here",
            "Send the earlier messages as `input` instead of previous_response_id.",
        )  # fmt: skip
    service = service_of(request)
    bot = service.bot(request, body.model)
    messages = [Message(role="user", content=body.input)] if isinstance(body.input, str) else body.input
    question, history = _conversation(messages)
    reply = _ResponseReply(body.model, _prompt_tokens(messages))
    running = service.ask(bot, question, history, {})
    if body.stream:
        return _sse(reply.stream(running))
    return reply.whole(await running.answer(request))


def _model(name: str) -> Json:
    return {"id": name, "object": "model", "created": 0, "owned_by": "citewell"}


def _conversation(messages: Sequence[Message]) -> tuple[str, list[Json]]:
    """The last user message, and the turns before it. Raises Problem where there is none."""
    turns = [(m.role, _text(m)) for m in messages]
    last = next((i for i in range(len(turns) - 1, -1, -1) if turns[i][0] == "user"), None)
    if last is None:
        raise Problem(400, "messages", "There is no question", "Send at least one message with the role `user`.")
    before = [{"role": role, "content": text} for role, text in turns[:last] if role in ("user", "assistant") and text]
    return turns[last][1], before


def _text(message: Message) -> str:
    """What a message says. Raises Problem for what is no text."""
    content = message.content
    if content is None:
        return ""
    if isinstance(content, list):
        for part in content:
            if part.get("type") not in ("text", "input_text", "output_text") or not isinstance(part.get("text"), str):
                detail = f"A part of type {part.get('type')!r} cannot be read. Send text only."
                raise Problem(400, "content", "Only text can be read", detail)
        content = "\n".join(part["text"] for part in content)
    if len(content) > MAX_TURN_CHARS:
        raise Problem(400, "content", "A message is too long", f"Send at most {MAX_TURN_CHARS:,} characters in each.")
    return content


def do_chore(prompt: str) -> str:
    """What a chat program asks beside the conversation: a title is the first question, and the rest is empty."""
    conversation = prompt.rpartition("<chat_history>")[2]
    if '"title"' in prompt or re.search(r"\btitle\b", prompt[:200]):
        first = _FIRST_USER_LINE.search(conversation)
        words = first[1].split() if first else []
        title = " ".join(words[:_TITLE_WORDS]) + (" …" if len(words) > _TITLE_WORDS else "")
        return json.dumps({"title": title or "Documents"}, ensure_ascii=False)
    for name in ("tags", "follow_ups", "queries"):
        if f'"{name}"' in prompt:
            return json.dumps({name: []})
    return json.dumps({"text": ""})


def _sse(events: AsyncIterator[ServerSentEvent]) -> EventSourceResponse:
    return EventSourceResponse(events, ping=PING_SECONDS, sep="\n")


def _prompt_tokens(messages: Sequence[Message]) -> int:
    return sum(_tokens(_text(message)) for message in messages)


def _tokens(text: str) -> int:
    return len(encoding().encode_ordinary(text))


def joined(before: str, piece: str) -> str:
    """A piece of an answer with the space between it and what came before: list items and quotes begin a line."""
    if not before:
        return piece
    return ("\n" if _begins_line(piece) else " ") + piece


def _begins_line(piece: str) -> bool:
    return bool(re.match(r"\s*(?:[-*>#|`]|\d+[.)]\s)", piece))


def file_citations(answer: Answer) -> Iterator[Json]:
    """For each marker of an answer, what it cites: OpenAI's `file_citation` with offsets in the text and the file."""
    by_number = {citation.number: citation for citation in answer.citations}
    for match in _MARKER.finditer(answer.text):
        if citation := by_number.get(int(match[1])):
            yield {
                "type": "file_citation", "index": match.start(), "start_index": match.start(),
                "end_index": match.end(), "file_id": citation.source, "filename": citation.source,
                "title": citation.title, "quote": citation.quote, "start": citation.start, "end": citation.end,
            }  # fmt: skip


class _ChatReply:
    """A reply to one chat completion request."""

    def __init__(self, model: str, prompt_tokens: int, request: Request) -> None:
        self._head = {"id": f"chatcmpl-{uuid.uuid4().hex}", "created": int(time.time()), "model": model}
        self._prompt_tokens = prompt_tokens
        self._base = str(request.base_url).rstrip("/")
        self._collection = model

    def whole(self, text: str, answer: Answer | None) -> Json:
        """A reply in one piece."""
        message: Json = {"role": "assistant", "content": text, "refusal": None}
        found: Json = {**self._head, "object": "chat.completion", "usage": self._usage(text)}
        if answer is not None:
            message["annotations"] = self._annotations(answer)
            found["citewell"] = answer.to_dict()
        found["choices"] = [{"index": 0, "message": message, "finish_reason": "stop", "logprobs": None}]
        return found

    async def stream(self, running: RunningQuestion, usage: bool) -> AsyncIterator[ServerSentEvent]:
        """A reply sentence by sentence; the last piece holds the annotations and the Answer."""
        yield self._chunk({"role": "assistant", "content": ""})
        text = ""
        try:
            async for event in running.events():
                if isinstance(event, str):
                    piece = joined(text, event)
                    text += piece
                    yield self._chunk({"content": piece})
                elif isinstance(event, Answer):
                    yield self._chunk(
                        {"annotations": self._annotations(event)}, finish="stop", citewell=event.to_dict()
                    )
        except Exception as error:
            yield ServerSentEvent(data=json.dumps(problem_body(problem_of(error), "/v1/"), ensure_ascii=False))
            return
        for end in self._end(text, usage):
            yield end

    async def stream_text(self, text: str, usage: bool) -> AsyncIterator[ServerSentEvent]:
        """A reply that is known already."""
        yield self._chunk({"role": "assistant", "content": text})
        yield self._chunk({}, finish="stop")
        for end in self._end(text, usage):
            yield end

    def _end(self, text: str, usage: bool) -> Iterator[ServerSentEvent]:
        if usage:
            yield _data({**self._head, "object": "chat.completion.chunk", "choices": [], "usage": self._usage(text)})
        yield ServerSentEvent(data="[DONE]")

    def _chunk(self, delta: Json, finish: str | None = None, **more: Any) -> ServerSentEvent:
        choice = {"index": 0, "delta": delta, "finish_reason": finish, "logprobs": None}
        return _data({**self._head, "object": "chat.completion.chunk", "choices": [choice], **more})

    def _annotations(self, answer: Answer) -> list[Json]:
        found: list[Json] = []
        for cited in file_citations(answer):
            url = f"{self._base}/api/documents/{url_quote(cited['file_id'])}?collection={url_quote(self._collection)}"
            link = {
                "url": url, "title": cited["title"], "start_index": cited["start_index"],
                "end_index": cited["end_index"],
            }  # fmt: skip
            found += [{"type": "url_citation", "url_citation": link}, {"type": "file_citation", "file_citation": cited}]
        return found

    def _usage(self, text: str) -> Json:
        wrote = _tokens(text)
        return {
            "prompt_tokens": self._prompt_tokens, "completion_tokens": wrote,
            "total_tokens": self._prompt_tokens + wrote,
        }  # fmt: skip


class _ResponseReply:
    """A reply to one request of the Responses interface."""

    def __init__(self, model: str, prompt_tokens: int) -> None:
        self._id = f"resp_{uuid.uuid4().hex}"
        self._item = f"msg_{uuid.uuid4().hex}"
        self._model = model
        self._created = int(time.time())
        self._prompt_tokens = prompt_tokens
        self._number = 0

    def whole(self, answer: Answer) -> Json:
        """A reply in one piece."""
        wrote = _tokens(answer.text)
        usage = {
            "input_tokens": self._prompt_tokens, "input_tokens_details": {"cached_tokens": 0},
            "output_tokens": wrote, "output_tokens_details": {"reasoning_tokens": 0},
            "total_tokens": self._prompt_tokens + wrote,
        }  # fmt: skip
        return {
            **self._response("completed"), "output": [self._message(answer)], "usage": usage,
            "citewell": answer.to_dict(),
        }  # fmt: skip

    async def stream(self, running: RunningQuestion) -> AsyncIterator[ServerSentEvent]:
        """A reply sentence by sentence."""
        yield self._event("response.created", response=self._response("in_progress"))
        opened = {"type": "message", "id": self._item, "role": "assistant", "status": "in_progress", "content": []}
        yield self._event("response.output_item.added", output_index=0, item=opened)
        place = {"item_id": self._item, "output_index": 0, "content_index": 0}
        empty = {"type": "output_text", "text": "", "annotations": []}
        yield self._event("response.content_part.added", **place, part=empty)
        text = ""
        try:
            async for event in running.events():
                if isinstance(event, str):
                    piece = joined(text, event)
                    text += piece
                    yield self._event("response.output_text.delta", **place, delta=piece, logprobs=[])
                elif isinstance(event, Answer):
                    for done in self._done(event, place):
                        yield done
        except Exception as error:
            problem = problem_of(error)
            failed = {
                **self._response("failed"), "error": {"code": "server_error", "message": problem.detail},
            }  # fmt: skip
            yield self._event("response.failed", response=failed)

    def _done(self, answer: Answer, place: Json) -> Iterator[ServerSentEvent]:
        message = self._message(answer)
        yield self._event("response.output_text.done", **place, text=answer.text, logprobs=[])
        yield self._event("response.content_part.done", **place, part=message["content"][0])
        yield self._event("response.output_item.done", output_index=0, item=message)
        yield self._event("response.completed", response=self.whole(answer))

    def _event(self, name: str, **data: Any) -> ServerSentEvent:
        body = {"type": name, "sequence_number": self._number, **data}
        self._number += 1
        return ServerSentEvent(data=json.dumps(body, ensure_ascii=False), event=name)

    def _message(self, answer: Answer) -> Json:
        part = {
            "type": "output_text", "text": answer.text, "annotations": list(file_citations(answer)), "logprobs": [],
        }  # fmt: skip
        return {"type": "message", "id": self._item, "role": "assistant", "status": "completed", "content": [part]}

    def _response(self, status: str) -> Json:
        return {
            "id": self._id, "object": "response", "created_at": self._created, "model": self._model,
            "status": status, "error": None, "incomplete_details": None, "instructions": None, "metadata": {},
            "output": [], "parallel_tool_calls": False, "temperature": None, "tool_choice": "none", "tools": [],
            "top_p": None, "usage": None,
        }  # fmt: skip


def _data(body: Json) -> ServerSentEvent:
    return ServerSentEvent(data=json.dumps(body, ensure_ascii=False))

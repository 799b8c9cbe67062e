"""A local server that speaks the wire formats of OpenAI, Anthropic and Ollama, with the shapes of their errors.

It does what it is told, request by request, and keeps what it was asked.
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

PATHS = {"/v1/chat/completions": "openai", "/v1/messages": "anthropic", "/api/chat": "ollama"}


@dataclass(frozen=True)
class Reply:
    """What one request gets.

    pieces: the text, streamed. status, body, headers: an error instead. finish: why the model stops; None: the stream
    ends without saying so. before: seconds before the first byte. between: seconds between the pieces. cut: the
    connection is reset behind the pieces. raw: bytes sent as they are, as the body of a stream. fault: an error told
    inside the stream, behind the pieces.
    """

    pieces: Sequence[str] = ("The bridge is ", "310 metres ", "long [1].")
    status: int = 200
    body: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)
    finish: str | None = "stop"
    before: float = 0.0
    between: float = 0.0
    silent: float = 0.0
    cut: bool = False
    raw: bytes | None = None
    fault: Any = None


class ModelServer:
    """replies: one for each request; the last one for all that follow. asked: (path, headers, body) of each request.

    gone: set when a client hangs up while something is being written to it.
    """

    def __init__(self) -> None:
        self.replies: list[Reply] = [Reply()]
        self.asked: list[tuple[str, dict[str, str], dict[str, Any]]] = []
        self.gone = threading.Event()
        self.stopping = threading.Event()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()

    def close(self) -> None:
        self.stopping.set()
        self._server.shutdown()
        self._server.server_close()

    def next_reply(self) -> Reply:
        return self.replies.pop(0) if len(self.replies) > 1 else self.replies[0]


@contextmanager
def serving() -> Iterator[ModelServer]:
    server = ModelServer()
    try:
        yield server
    finally:
        server.close()


def _handler(server: ModelServer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *_: Any) -> None: ...

        def do_GET(self) -> None:
            self._whole(404, {"error": "there is nothing here"}, {})

        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            server.asked.append((self.path, dict(self.headers), body))
            reply = server.next_reply()
            self.close_connection = True
            try:
                self._wait(reply.before)
                if reply.status != 200:
                    self._whole(reply.status, reply.body, reply.headers)
                else:
                    self._stream(reply, PATHS[self.path])
            except OSError:
                server.gone.set()

        def _wait(self, seconds: float) -> None:
            """Waits, and looks whether the client is still there."""
            end = time.monotonic() + seconds
            self.connection.settimeout(0.02)
            while (left := end - time.monotonic()) > 0 and not server.stopping.is_set():
                try:
                    if not self.connection.recv(1):
                        raise ConnectionResetError
                except TimeoutError:
                    time.sleep(min(0.01, left))
            self.connection.settimeout(None)

        def _whole(self, status: int, body: Any, headers: Mapping[str, str]) -> None:
            data = body.encode() if isinstance(body, str) else json.dumps(body).encode()
            self.send_response(status)
            self.send_header("Content-Type", "text/html" if isinstance(body, str) else "application/json")
            self.send_header("Content-Length", str(len(data)))
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(data)

        def _stream(self, reply: Reply, kind: str) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "application/x-ndjson" if kind == "ollama" else "text/event-stream")
            self.send_header("Transfer-Encoding", "chunked")
            self.end_headers()
            parts = list(_parts(reply, kind))
            for number, part in enumerate(parts):
                self._wait(reply.between if number else 0)
                self._wait(reply.silent if number == len(parts) - 2 else 0)
                self.wfile.write(f"{len(part):x}\r\n".encode() + part + b"\r\n")
                self.wfile.flush()
            if not reply.cut:
                self.wfile.write(b"0\r\n\r\n")

    return Handler


def _parts(reply: Reply, kind: str) -> Iterator[bytes]:
    if reply.raw is not None:
        yield reply.raw
    else:
        yield from _WRITERS[kind](reply)


def _openai(reply: Reply) -> Iterator[bytes]:
    def chunk(delta: dict[str, str], finish: str | None = None) -> bytes:
        choice = {"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish}
        return _data({"id": "chatcmpl-1", "object": "chat.completion.chunk", "created": 1, "model": "m",
                      "choices": [choice]})  # fmt: skip

    yield chunk({"role": "assistant", "content": ""})
    for piece in reply.pieces:
        yield chunk({"content": piece})
    if reply.fault:
        yield _data(reply.fault)
    elif reply.finish:
        yield chunk({}, {"max_tokens": "length"}.get(reply.finish, reply.finish))
        yield b"data: [DONE]\n\n"


def _anthropic(reply: Reply) -> Iterator[bytes]:
    def event(name: str, **more: Any) -> bytes:
        return f"event: {name}\n".encode() + _data({"type": name, **more})

    usage = {"input_tokens": 9, "output_tokens": 1}
    message = {"id": "msg_1", "type": "message", "role": "assistant", "content": [], "model": "m",
               "stop_reason": None, "stop_sequence": None, "usage": usage}  # fmt: skip
    yield event("message_start", message=message)
    yield event("content_block_start", index=0, content_block={"type": "text", "text": ""})
    yield event("ping")
    for piece in reply.pieces:
        yield event("content_block_delta", index=0, delta={"type": "text_delta", "text": piece})
    if reply.fault:
        yield event("error", error=reply.fault["error"])
    elif reply.finish:
        reason = {"stop": "end_turn", "length": "max_tokens"}.get(reply.finish, reply.finish)
        yield event("content_block_stop", index=0)
        yield event("message_delta", delta={"stop_reason": reason, "stop_sequence": None}, usage={"output_tokens": 5})
        yield event("message_stop")


def _ollama(reply: Reply) -> Iterator[bytes]:
    def line(content: str, **more: Any) -> bytes:
        message = {"role": "assistant", "content": content}
        told = {"model": "m", "created_at": "2025-01-01T00:00:00Z", "message": message, "done": False, **more}
        return json.dumps(told).encode() + b"\n"

    for piece in reply.pieces:
        yield line(piece)
    if reply.fault:
        yield json.dumps({"error": reply.fault["error"]["message"]}).encode() + b"\n"
    elif reply.finish:
        yield line("", done=True, done_reason={"max_tokens": "length"}.get(reply.finish, reply.finish))


def _data(value: Any) -> bytes:
    return b"data: " + json.dumps(value).encode() + b"\n\n"


_WRITERS: dict[str, Callable[[Reply], Iterator[bytes]]] = {
    "openai": _openai, "anthropic": _anthropic, "ollama": _ollama,
}  # fmt: skip


def shape(kind: str, status: int, message: str, type_: str = "", code: str | None = None) -> Any:
    """The body of an error, as each provider shapes it."""
    if kind == "ollama":
        return {"error": message}
    if kind == "anthropic":
        return {"type": "error", "error": {"type": type_, "message": message}, "request_id": "req_011"}
    return {"error": {"message": message, "type": type_, "param": None, "code": code or status}}

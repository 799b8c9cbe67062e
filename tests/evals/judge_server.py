"""A local server that speaks OpenAI's language and judges by words: a double of a judge model.

It reads ragas's prompts as a model would: the form to fill in is in the prompt, and the input at its end. A statement
is supported where all its words are in the context.
"""

from __future__ import annotations

import json
import re
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Given = dict[str, Any]


class JudgeServer:
    """url: for ASSISTANT_JUDGE_URL. prompts: what was asked. spoilt: answers that are no JSON, before good ones come.

    together: the most requests that were under way at the same time. down: answers 401 from now on.
    """

    def __init__(self) -> None:
        self.prompts: list[str] = []
        self.spoilt = 0
        self.down = False
        self.together = self._now = 0
        self._lock = threading.Lock()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}/v1"
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def answer(self, prompt: str) -> str:
        with self._lock:
            self.prompts.append(prompt)
            self._now += 1
            self.together = max(self.together, self._now)
            spoilt, self.spoilt = self.spoilt > 0, max(0, self.spoilt - 1)
        time.sleep(0.02)
        with self._lock:
            self._now -= 1
        return "I think so." if spoilt else f"Here it is:\n```json\n{json.dumps(filled(prompt))}\n```"


@contextmanager
def judging() -> Iterator[JudgeServer]:
    server = JudgeServer()
    try:
        yield server
    finally:
        server.close()


def filled(prompt: str) -> dict[str, Any]:
    """The form that a prompt asks for, filled in."""
    schema, _ = json.JSONDecoder().raw_decode(prompt, prompt.index("JSON Schema:\n") + len("JSON Schema:\n"))
    given: Given = json.loads(prompt.rpartition("\ninput: ")[2].rpartition("\nOutput:")[0])
    context = given.get("context", "")
    match schema["title"]:
        case "StatementGeneratorOutput":
            return {"statements": _sentences(given.get("answer", given.get("text", "")))}
        case "ClaimDecompositionOutput":
            return {"claims": _sentences(given["response"])}
        case "NLIStatementOutput" | "StatementFaithfulnessOutput":
            marks = [(s, _holds(s, context)) for s in given["statements"]]
            return {"statements": [{"statement": s, "reason": "words", "verdict": mark} for s, mark in marks]}
        case "ContextPrecisionOutput":
            return {"reason": "words", "verdict": int(any(_holds(s, context) for s in _sentences(given["answer"])))}
        case "ContextRecallOutput":
            marks = [(s, _holds(s, context)) for s in _sentences(given["answer"])]
            return {"classifications": [{"statement": s, "reason": "words", "attributed": mark} for s, mark in marks]}
        case "AnswerRelevanceOutput":
            return {"question": "When was the bridge opened?", "noncommittal": 0}
    raise AssertionError(f"the double does not know {schema['title']}")


def _sentences(text: str) -> list[str]:
    return [part.strip() for part in re.split(r"(?<=\.)\s+", text) if part.strip()]


def _holds(statement: str, context: str) -> int:
    return int(set(re.findall(r"\w+", statement.lower())) <= set(re.findall(r"\w+", context.lower())))


def _handler(server: JudgeServer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *_: Any) -> None: ...

        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            self.close_connection = True
            if server.down:
                self._send(401, "application/json", json.dumps({"error": {"message": "no such key"}}))
                return
            text = server.answer(body["messages"][0]["content"])
            pieces = [{"role": "assistant", "content": text[:9]}, {"content": text[9:]}]
            chunks = [self._chunk(piece, None) for piece in pieces] + [self._chunk({}, "stop"), "data: [DONE]\n\n"]
            self._send(200, "text/event-stream", "".join(chunks))

        def _chunk(self, delta: dict[str, str], finish: str | None) -> str:
            choice = {"index": 0, "delta": delta, "finish_reason": finish}
            head = {"id": "1", "object": "chat.completion.chunk", "created": 1, "model": "double", "choices": [choice]}
            return f"data: {json.dumps(head)}\n\n"

        def _send(self, status: int, kind: str, body: str) -> None:
            data = body.encode()
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

    return Handler

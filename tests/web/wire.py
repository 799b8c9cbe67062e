"""Requests to a server of the chat, as a program that is not the page sends them."""

from __future__ import annotations

import json
import urllib.error
import urllib.parse
import urllib.request


def fetch(
    url: str, data: bytes | None = None, headers: dict[str, str] | None = None, timeout: float = 60
) -> tuple[int, bytes, dict[str, str]]:
    request = urllib.request.Request(url, data, headers or {})
    try:
        with urllib.request.urlopen(request, timeout=timeout) as response:
            return response.status, response.read(), {k.lower(): v for k, v in response.headers.items()}
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read(), {k.lower(): v for k, v in error.headers.items()}


def upload(url: str, name: str, data: bytes) -> dict[str, str | None]:
    status, body, _ = fetch(f"{url}/uploads?name={urllib.parse.quote(name)}", data)
    assert status == 200
    answer: dict[str, str | None] = json.loads(body)
    return answer


def alive(url: str) -> bool:
    return fetch(f"{url}/robots.txt")[0] == 200


def call(url: str, name: str, *args: object) -> tuple[str, object]:
    """Calls an endpoint as curl would; the last event and its data."""
    _, body, _ = fetch(
        f"{url}/gradio_api/call/{name}", json.dumps({"data": args}).encode(), {"Content-Type": "application/json"}
    )
    _, body, _ = fetch(f"{url}/gradio_api/call/{name}/{json.loads(body)['event_id']}")
    event, data = body.decode().strip().split("\n\n")[-1].split("\n", 1)
    return event.removeprefix("event: "), json.loads(data.removeprefix("data: "))

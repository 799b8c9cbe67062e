"""What goes wrong at a model's server → one LLMError with one line that says what to do, and no key in it.

The SDKs' exceptions are told apart by what they carry (status, headers, body), so none of them is imported here.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from typing import Any

from assistant.config import KEY
from assistant.errors import ConfigError, LLMError, LLMRefused, LLMTimeout, LLMTooLong, LLMUnavailable

LONGEST = 160  # characters of what a server says
KEYS = (KEY, "OPENAI_API_KEY", "ANTHROPIC_API_KEY", "ANTHROPIC_AUTH_TOKEN", "OLLAMA_API_KEY")
_LIKE_A_KEY = re.compile(r"\b(?:sk|pk|gsk|xai|key)-[\w*.\-]{6,}|\bBearer\s+\S+|//[^/\s@]+@", re.I)
_TOO_LONG = re.compile(
    r"context.{0,20}(?:length|size|window)|exceed.{0,40}(?:context|tokens)|too many tokens|prompt is too long"
    r"|maximum context",
    re.I | re.S,
)
_TOO_LONG_CODES = ("context_length_exceeded", "exceed_context_size_error")
# Larger than what a plan allows by the minute, so that no wait helps: Groq with 413, OpenAI with 429.
_TOO_LARGE = re.compile(r"request (?:entity )?too large", re.I)
_RETRIED = {408, 409, 425, 429, 500, 502, 503, 504, 529}


def redact(text: str) -> str:
    """The text without any key that this process knows of, and without what looks like one."""
    for name in KEYS:
        key = os.environ.get(name, "").strip()
        if key:
            text = text.replace(key, "***")
    return _LIKE_A_KEY.sub("***", text)


def passes(error: BaseException) -> bool:
    """Whether the same request may succeed a little later."""
    status = _status(error)
    if _is_too_long(error):
        return False
    if status is not None:
        return status in _RETRIED and not _used_up(error)
    return _is_connection(error) or "overloaded" in _said(error).lower()


def wait_asked_for(error: BaseException) -> float | None:
    """The seconds that a server asks to wait with `Retry-After`."""
    headers = getattr(getattr(error, "response", None), "headers", None)
    value = headers.get("retry-after", "") if isinstance(headers, Mapping) else ""
    return float(value) if re.fullmatch(r"\d{1,5}(?:\.\d+)?", str(value)) else None


def as_llm_error(error: BaseException, model: str, seconds: float, expired: bool) -> LLMError:
    """The one error of a call to `model` that had `seconds`; `expired`: it was cut when they were over."""
    if isinstance(error, LLMError):
        return error
    if expired or "timeout" in type(error).__name__.lower():
        return LLMTimeout(
            f"The model {model} did not finish in {seconds:g} s: set ASSISTANT_MODEL_TIMEOUT higher, or use a "
            "quicker model."
        )
    status, said = _status(error), _said(error)
    told = f" It says: {said}" if said else ""
    if _is_too_long(error):
        return LLMTooLong(f"The prompt is too long for the model {model}: set ASSISTANT_MODEL_CONTEXT lower.{told}")
    if status in (401, 403):
        return LLMRefused(f"The model {model} refuses the key ({status}): {_key_advice(model)}")
    if status == 404:
        return LLMRefused(f"There is no model {model} at its server: check the name in ASSISTANT_MODEL.{told}")
    if status == 429:
        kind = "the quota is used up: check the plan" if _used_up(error) else "too many requests: try again later"
        return LLMUnavailable(f"The model {model} turns requests down, {kind}.{told}")
    if status is not None and status < 500:
        return LLMRefused(f"The model {model} turned the request down ({status}).{told or ' Use another model.'}")
    if status is not None:
        return LLMUnavailable(f"The server of the model {model} failed ({status}): try again later.{told}")
    if _is_connection(error):
        return LLMUnavailable(f"The model {model} cannot be reached: {_reach_advice(model)}")
    return LLMUnavailable(f"The model {model} broke off, or its server said what no model says: try again.{told}")


def missing_extra(package: str, extra: str) -> ConfigError:
    """The error for a model whose package is not installed."""
    return ConfigError(f'This model needs the package {package}: run `pip install "citewell[{extra}]"`.')


def _status(error: BaseException) -> int | None:
    for one in _chain(error):
        status = getattr(one, "status_code", None)
        if isinstance(status, int) and status >= 400:
            return status
    return None


def _said(error: BaseException) -> str:
    """What the server said, in one short line without keys."""
    found = _message(getattr(error, "body", None)) or getattr(error, "error", None) or getattr(error, "message", None)
    if not isinstance(found, str):
        found = str(error) if _status(error) or not _is_connection(error) else ""
    # a body that is a whole page tells nobody anything
    line = " ".join(re.sub(r"<[^>]*>", " ", redact(found)).split())
    return line[:LONGEST] + ("…" if len(line) > LONGEST else "")


def _message(body: Any) -> str | None:
    """`message` in a body as OpenAI, Anthropic and llama.cpp shape it."""
    while isinstance(body, Mapping):
        if isinstance(body.get("message"), str):
            return str(body["message"])
        body = body.get("error")
    return body if isinstance(body, str) else None


def _is_too_long(error: BaseException) -> bool:
    """Whether the server says that a shorter prompt would do."""
    status, said = _status(error), _said(error)
    if status == 413 or _TOO_LARGE.search(said):
        return True
    body = str(getattr(error, "body", ""))
    known = bool(_TOO_LONG.search(said)) or any(code in body for code in _TOO_LONG_CODES)
    return known and status in (None, 400, 422, 500)


def _used_up(error: BaseException) -> bool:
    return "insufficient_quota" in str(getattr(error, "body", "")) or "insufficient_quota" in str(error)


def _is_connection(error: BaseException) -> bool:
    names = {type(one).__name__ for one in _chain(error)}
    return any(isinstance(one, ConnectionError) for one in _chain(error)) or bool(
        names & {"APIConnectionError", "ConnectError", "ReadError", "RemoteProtocolError", "WriteError", "NetworkError"}
    )


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    for _ in range(8):
        if error is None:
            return
        yield error
        error = error.__cause__ or error.__context__


def _key_advice(model: str) -> str:
    provider = model.partition("/")[0]
    name = {"openai": "OPENAI_API_KEY", "anthropic": "ANTHROPIC_API_KEY", "ollama": "OLLAMA_API_KEY"}.get(provider, KEY)
    return f"check {name}."


def _reach_advice(model: str) -> str:
    if model.startswith("ollama/"):
        return "is Ollama running? Start it with `ollama serve`, or set ASSISTANT_MODEL_URL."
    if model.startswith("openai-like/"):
        return "check that its server is running, and ASSISTANT_MODEL_URL."
    if model.startswith(("openai/", "anthropic/")):
        return "check the network."
    return "its server in this process has stopped. Ask again."

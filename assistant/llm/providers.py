"""The only network seam, and the only place where LlamaIndex's LLM classes are made.

LlamaIndex is imported when a model is first asked: that takes seconds. Its classes' own retries are off, each stream
has an HTTP client of its own, and closing the stream closes its connection.
"""

from __future__ import annotations

import os
import random
import time
from collections.abc import Callable, Generator, Sequence
from contextlib import suppress
from functools import cached_property
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from assistant.config import KEY, Settings, parse_model
from assistant.errors import ConfigError, LLMError, LLMRefused, LLMUnavailable
from assistant.llm import llama_cpp as local
from assistant.llm.connections import Wire
from assistant.llm.errors import as_llm_error, missing_extra, passes, wait_asked_for
from assistant.llm.model import Message, Model

if TYPE_CHECKING:
    from httpx import Client
    from llama_index.core.llms import LLM, ChatResponse

ATTEMPTS = 3
FIRST_WAIT = 0.5  # seconds before the second attempt; then twice as long
LONGEST_WAIT = 20.0
CONTEXT = 4096  # tokens, where nobody says how many
LARGE_CONTEXT = 32_768  # of a provider's model that is newer than LlamaIndex
OLLAMA_CONTEXT = 8192  # Ollama sets aside memory for what is asked for, so not all that a model could read
THINKING = 4096  # tokens that a reasoning model may spend before it writes
_OPENAI = "https://api.openai.com/v1"
_OLLAMA = "http://localhost:11434"


def open_model(settings: Settings) -> Model | None:
    """The model that the settings name, or None. Nothing is loaded or asked yet.

    Raises ConfigError for a missing key, package or file.
    """
    if settings.model is None:
        return None
    provider, name = parse_model(settings.model)
    return _KINDS[provider](settings, name)


class _LlamaModel:
    """A model behind one of LlamaIndex's classes; see assistant.model.Model. Subclasses say which class."""

    package = "llama_index.llms.openai_like"
    extra = "openai"

    def __init__(self, settings: Settings, name: str) -> None:
        self.settings, self.model = settings, name
        self.name, self.address = settings.model or name, settings.model_url or ""
        if find_spec(self.package.split(".")[0]) is None or not _installed(self.package):
            raise missing_extra(self.package.replace(".", "-").replace("_", "-"), self.extra)

    def make(self, tokens: int, seconds: float) -> tuple[LLM, Any]:
        """The LlamaIndex object that writes at most so many tokens, and its SDK's HTTP client."""
        raise NotImplementedError

    def known_context(self) -> int:
        """The context where the settings do not say."""
        raise NotImplementedError

    @cached_property
    def context(self) -> int:
        return self.settings.model_context or self.known_context()

    def stream(self, messages: Sequence[Message], *, tokens: int | None = None) -> Generator[str, None, bool]:
        """See assistant.model.Model."""
        end = time.monotonic() + self.settings.model_timeout
        for attempt in range(1, ATTEMPTS + 1):
            wire = Wire(end - time.monotonic())
            written = False
            try:
                pieces = self._attempt(messages, tokens or self.settings.answer_tokens, wire)
                while True:
                    try:
                        piece = next(pieces)
                    except StopIteration as stop:
                        return bool(stop.value)
                    written = True
                    yield piece
            except Exception as error:
                pause = self._pause(error, attempt, wire.left)
                if written or wire.expired or pause is None:
                    raise as_llm_error(error, self.name, self.settings.model_timeout, wire.expired) from None
            finally:
                wire.close()
            time.sleep(pause)
        raise AssertionError("the last attempt raises")

    def _attempt(self, messages: Sequence[Message], tokens: int, wire: Wire) -> Generator[str, None, bool]:
        """One request. Returns whether the text was cut for its length."""
        from llama_index.core.llms import ChatMessage

        llm, client = self.make(tokens, wire.left)
        wire.attach(client)
        finish: str | None = None
        for response in llm.stream_chat([ChatMessage(role=m.role, content=m.content) for m in messages]):
            finish = _finish(response) or finish
            if response.delta:
                wire.touch()
                yield response.delta
        if wire.expired or finish is None:
            raise LLMUnavailable(f"The model {self.name} broke off in the middle of its answer: ask again.")
        if finish in ("content_filter", "refusal"):
            raise LLMRefused(f"The provider of the model {self.name} filters this answer: use another model.")
        return finish in ("length", "max_tokens")

    def _pause(self, error: Exception, attempt: int, left: float) -> float | None:
        """The seconds to wait before the next attempt, None where there is none."""
        if attempt == ATTEMPTS or isinstance(error, LLMError) or not passes(error):
            return None
        pause = wait_asked_for(error)
        if pause is None:
            pause = FIRST_WAIT * 2 ** (attempt - 1) * random.uniform(0.8, 1.2)
        return pause if pause <= min(LONGEST_WAIT, left / 2) else None


class _OpenAILike(_LlamaModel):
    def __init__(self, settings: Settings, name: str) -> None:
        super().__init__(settings, name)
        self.url, self.key = settings.model_url or "", _key(KEY) or "none"

    def make(self, tokens: int, seconds: float) -> tuple[LLM, Any]:
        from llama_index.llms.openai_like import OpenAILike

        options: dict[str, Any] = {
            "model": self.model, "api_base": self.url, "api_key": self.key, "is_chat_model": True,
            "context_window": self.context, "max_tokens": tokens, "temperature": 0.0, "max_retries": 0,
            "timeout": seconds, "http_client": self.http_client(),
        }  # fmt: skip
        llm = OpenAILike(**options)
        return llm, llm._get_client()._client

    def http_client(self) -> Client | None:
        """Another HTTP client than the SDK's own."""
        return None

    def known_context(self) -> int:
        return ask_context(self.url, self.model, self.key) or CONTEXT


class _OpenAI(_OpenAILike):
    def __init__(self, settings: Settings, name: str) -> None:
        super().__init__(settings, name)
        self.url = settings.model_url or os.environ.get("OPENAI_API_BASE") or _OPENAI
        self.key = _needed_key("OPENAI_API_KEY", self.name)

    def make(self, tokens: int, seconds: float) -> tuple[LLM, Any]:
        from llama_index.llms.openai import OpenAI
        from llama_index.llms.openai.utils import CHAT_MODELS, O1_MODELS
        from llama_index.llms.openai_like import OpenAILike

        known = self.model in CHAT_MODELS
        more: dict[str, Any] = {"max_completion_tokens": tokens + (THINKING if self.model in O1_MODELS else 0)}
        options: dict[str, Any] = {
            "model": self.model, "api_base": self.url, "api_key": self.key, "max_retries": 0, "timeout": seconds,
            "temperature": 0.0, "additional_kwargs": more,
        }  # fmt: skip
        # the class refuses names that are newer than it; a model it does not know may take no other temperature than 1
        llm = OpenAI(**options) if known else OpenAILike(**{**options, "temperature": 1.0}, is_chat_model=True)
        return llm, llm._get_client()._client

    def known_context(self) -> int:
        from llama_index.llms.openai.utils import openai_modelname_to_contextsize

        with suppress(ValueError):
            return openai_modelname_to_contextsize(self.model)
        return LARGE_CONTEXT


class _Anthropic(_LlamaModel):
    package, extra = "llama_index.llms.anthropic", "anthropic"

    def __init__(self, settings: Settings, name: str) -> None:
        super().__init__(settings, name)
        self.key = _needed_key("ANTHROPIC_API_KEY", self.name)

    def make(self, tokens: int, seconds: float) -> tuple[LLM, Any]:
        from llama_index.llms.anthropic import Anthropic

        llm = Anthropic(
            model=self.model, api_key=self.key, base_url=self.settings.model_url, max_tokens=tokens, temperature=0.0,
            max_retries=0, timeout=seconds,
        )  # fmt: skip
        return llm, llm._client._client

    def known_context(self) -> int:
        from llama_index.llms.anthropic.utils import anthropic_modelname_to_contextsize

        with suppress(ValueError):
            return anthropic_modelname_to_contextsize(self.model)
        return LARGE_CONTEXT


class _Ollama(_LlamaModel):
    package, extra = "llama_index.llms.ollama", "ollama"

    def make(self, tokens: int, seconds: float) -> tuple[LLM, Any]:
        from llama_index.llms.ollama import Ollama

        llm = Ollama(
            model=self.model, base_url=self.settings.model_url or os.environ.get("OLLAMA_HOST") or _OLLAMA,
            context_window=self.context, temperature=0.0, request_timeout=seconds, thinking=False,
            additional_kwargs={"num_predict": tokens},
        )  # fmt: skip
        return llm, llm.client._client

    def known_context(self) -> int:
        return OLLAMA_CONTEXT


class _Gguf(_OpenAILike):
    """A file, served by llama.cpp in this process."""

    extra = "local"

    def __init__(self, settings: Settings, name: str) -> None:
        super().__init__(settings, name)
        self.path = Path(name).expanduser()
        self.name, self.address = self.path.stem, os.fspath(self.path.resolve())
        local.check(self.path)

    def make(self, tokens: int, seconds: float) -> tuple[LLM, Any]:
        self._serve()
        return super().make(tokens, seconds)

    def http_client(self) -> Client | None:
        from httpx import Client

        return Client(trust_env=False)  # no proxy is asked for this machine

    def known_context(self) -> int:
        return self._serve().context

    def _serve(self) -> local.Served:
        served = local.serve(self.path, self.settings.model_context)
        self.url, self.key, self.model = served.url, served.key, self.path.stem
        return served


_KINDS: dict[str, Callable[[Settings, str], Model]] = {
    "openai": _OpenAI, "openai-like": _OpenAILike, "anthropic": _Anthropic, "ollama": _Ollama, "gguf": _Gguf,
}  # fmt: skip


def ask_context(url: str, model: str, key: str) -> int | None:
    """The context that an OpenAI-compatible server says it has: vLLM in its list of models, llama.cpp in its /props."""
    import httpx

    headers = {"Authorization": f"Bearer {key}"}
    with suppress(httpx.HTTPError, ValueError, TypeError, AttributeError, KeyError):
        listed = httpx.get(f"{url.rstrip('/')}/models", headers=headers, timeout=5).json().get("data", [])
        for entry in [e for e in listed if e.get("id") == model] or listed[:1]:
            if found := entry.get("max_model_len") or (entry.get("meta") or {}).get("n_ctx"):
                return int(found)
        props = httpx.get(f"{url.rstrip('/').removesuffix('/v1')}/props", headers=headers, timeout=5).json()
        return int(props["default_generation_settings"]["n_ctx"])
    return None


def _finish(response: ChatResponse) -> str | None:
    """Why the model stopped, in the last pieces of a stream."""
    raw = response.raw
    if choices := getattr(raw, "choices", None):
        return choices[0].finish_reason or None
    if reason := response.message.additional_kwargs.get("stop_reason"):
        return str(reason)
    if isinstance(raw, dict) and raw.get("done"):
        return str(raw.get("done_reason") or "stop")
    return None


def _installed(package: str) -> bool:
    try:
        return find_spec(package) is not None
    except ModuleNotFoundError:
        return False


def _key(variable: str) -> str:
    return os.environ.get(variable, "").strip()


def _needed_key(variable: str, model: str) -> str:
    if not (key := _key(variable)):
        raise ConfigError(f"The model {model} needs a key: set {variable}.")
    return key

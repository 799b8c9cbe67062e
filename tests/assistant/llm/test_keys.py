"""A key of a model's provider is in nothing that comes out: answers, receipts, JSON, the doctor, errors, logs."""

from __future__ import annotations

import logging
import traceback
from collections.abc import Iterator
from pathlib import Path

import pytest
from commands import Run, RunProcess
from model_server import ModelServer, Reply, serving, shape

from assistant.api import Assistant
from assistant.config import Settings, load
from assistant.errors import ConfigError, LLMError
from assistant.llm import providers as llm
from assistant.llm.model import Message, Model

KEY = "planted8c1f2e77d0"  # of no form that is known
OTHER = "sk-proj-strangers0123456789"  # of a proxy behind the server: this process does not know it
MODELS = {
    "openai/gpt-4o-mini": "/v1",
    "openai-like/mine": "/v1",
    "anthropic/claude-sonnet-4-5-20250929": "",
    "ollama/x": "",
}
VARIABLES = ("OPENAI_API_KEY", "ANTHROPIC_API_KEY", "ASSISTANT_MODEL_KEY", "OLLAMA_API_KEY")
LEAKY = f"Incorrect API key provided: {KEY} (Bearer {KEY}); {OTHER}; https://user:pw0123456789@host/v1"


@pytest.fixture(autouse=True)
def _keys(monkeypatch: pytest.MonkeyPatch) -> None:
    for variable in VARIABLES:
        monkeypatch.setenv(variable, KEY)
    monkeypatch.setattr(llm, "FIRST_WAIT", 0.01)


@pytest.fixture
def server() -> Iterator[ModelServer]:
    with serving() as server:
        yield server


def failure(model: Model) -> str:
    try:
        list(model.stream([Message("user", "?")]))
    except LLMError as error:
        return str(error)
    return ""


def wire(name: str) -> str:
    provider = name.partition("/")[0]
    return "openai" if provider == "openai-like" else provider


def replies(kind: str) -> dict[str, Reply]:
    """A good answer, one that holds the key, and errors that do."""
    said = {status: shape(kind, status, LEAKY, "error") for status in (400, 401, 404, 500)}
    return {
        "good": Reply(),
        "told": Reply(pieces=["The key is ", KEY, " [1]."]),
        "page": Reply(status=502, body=f"<html>{KEY}</html>"),
        "inside": Reply(fault=shape("openai", 500, LEAKY, "error")),
        "garbage": Reply(raw=f"data: {KEY}\n\n".encode()),
        **{str(status): Reply(status=status, body=body) for status, body in said.items()},
    }


@pytest.mark.parametrize("name", list(MODELS))
@pytest.mark.parametrize("case", ["good", "401"])
def test_no_command_shows_it(
    name: str, case: str, server: ModelServer, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ASSISTANT_MODEL_URL", server.url + MODELS[name])
    server.replies = [replies(wire(name))[case]]
    receipt = tmp_path / "receipt.json"
    shown = ""
    for args in (["ask", "How long is the bridge?", "--json", "--explain", "--receipt", str(receipt)], ["doctor"]):
        result = run(*args, "--model", name)
        shown += result.output + "".join(traceback.format_exception(result.exception))
    receipt_text = receipt.read_text(encoding="utf-8")
    assert "310 metres" in receipt_text
    assert not [secret for secret in (KEY, OTHER) if secret in shown + receipt_text]
    assert KEY in str(server.asked)


def test_no_process_shows_it(server: ModelServer, process: RunProcess, town_bot: Assistant) -> None:
    """With what goes to its streams past Python, and the traceback of an error."""
    server.replies = [replies("openai")["401"]]
    env = {"ASSISTANT_MODEL_KEY": KEY, "ASSISTANT_MODEL_URL": f"{server.url}/v1", "PYTHONWARNINGS": "always"}
    s = town_bot.settings
    where = ("--corpus", str(s.corpus), "--store", str(s.store), "--model", "openai-like/mine")
    result = process("--debug", "doctor", "--json", *where, env=env)
    assert "refuses the key (401): check ASSISTANT_MODEL_KEY." in result.stdout
    assert KEY not in result.stdout + result.stderr


@pytest.mark.parametrize("name", list(MODELS))
def test_no_error_log_or_value_holds_it(name: str, server: ModelServer, caplog: pytest.LogCaptureFixture) -> None:
    settings = load(model=name, model_url=server.url + MODELS[name])
    assert KEY not in repr(settings)
    model = llm.open_model(settings)
    assert model
    assert KEY not in repr(model) + str(model) + model.name
    errors = []
    with caplog.at_level(logging.INFO):
        for reply in replies(wire(name)).values():
            server.replies = [reply]
            errors.append(failure(model))
    assert len(list(filter(None, errors))) >= len(errors) - 2
    told = caplog.text + "".join(errors)
    assert not [secret for secret in (KEY, OTHER, "pw0123456789") if secret in told]


def test_a_key_in_the_address_is_refused_without_being_shown() -> None:
    for url in (f"http://user:{KEY}@host/v1", f"http://host/v1?key={KEY}"):
        with pytest.raises(ConfigError, match="put the key into ASSISTANT_MODEL_KEY") as caught:
            Settings(model="openai-like/x", model_url=url)
        assert KEY not in str(caught.value)

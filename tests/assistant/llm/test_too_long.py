"""A prompt that a model finds too long: it gets fewer passages, and only then are there quotes instead."""

from __future__ import annotations

import re
from collections.abc import Iterator
from copy import copy
from dataclasses import replace
from typing import Any

import pytest
from double import QueuedModel
from made import chunk
from model_server import ModelServer, Reply, serving

from assistant.api import Assistant
from assistant.citation.citations import Citations
from assistant.config import Settings
from assistant.errors import LLMTooLong, LLMUnavailable
from assistant.generative.draft import TOO_LONG, ask_for
from assistant.generative.writer import SHARES, Prose
from assistant.llm import providers as llm
from assistant.llm.model import Model
from assistant.types import Turn
from assistant.verification.verifier import Verifier

QUESTION = "How long is the Harbour Bridge of Oldtown?"
TRUE = "The Harbour Bridge of Oldtown is 310 metres long"
SAID = LLMTooLong("The prompt is too long for the model double: set ASSISTANT_MODEL_CONTEXT lower.")
PASSAGES = [chunk(f"Bridge {n} is {n} metres long.", f"{n}.txt") for n in range(8)]


def body(message: str, **more: Any) -> dict[str, Any]:
    return {"error": {"message": message, **more}}


# as OpenAI (once with a limit by the minute), Groq (likewise) and llama.cpp (before September 2025, and after) say it
RECORDED = {
    "openai": (400, body(
        "This model's maximum context length is 4097 tokens. However, your messages resulted in 5515 tokens. Please "
        "reduce the length of the messages.",
        type="invalid_request_error", param="messages", code="context_length_exceeded",
    )),
    "openai by the minute": (429, body(
        "Request too large for gpt-4o in organization org-1 on tokens per min (TPM): Limit 30000, Requested 31538. The "
        "input or output tokens must be reduced in order to run successfully.",
        type="tokens", param=None, code="rate_limit_exceeded",
    )),
    "groq": (400, body(
        "Please reduce the length of the messages or completion.",
        type="invalid_request_error", param="messages", code="context_length_exceeded",
    )),
    "groq by the minute": (413, body(
        "Request too large for model `llama-3.1-8b-instant` in organization `org_1` service tier `on_demand` on tokens "
        "per minute (TPM): Limit 6000, Requested 12328, please reduce your message size and try again.",
        type="tokens", code="rate_limit_exceeded",
    )),
    "llama.cpp": (400, body(
        "the request exceeds the available context size. try increasing the context size or enable context shift",
        code=400, type="exceed_context_size_error", n_prompt_tokens=1407, n_ctx=256,
    )),
    "llama.cpp, older": (500, body(
        "the request exceeds the available context size. try increasing the context size or enable context shift",
        code=500, type="server_error",
    )),
}  # fmt: skip


@pytest.fixture
def server() -> Iterator[ModelServer]:
    with serving() as server:
        yield server


@pytest.fixture
def real(server: ModelServer) -> Model:
    """The class for servers like OpenAI's, at the local one."""
    options = {"model": "openai-like/mine", "model_url": f"{server.url}/v1", "model_context": 8192}
    model = llm.open_model(Settings(**options))  # type: ignore[arg-type]
    assert model is not None
    return model


def using(bot: Assistant, model: Model) -> Assistant:
    other = copy(bot)
    other._parts = replace(bot._parts, model=model, verify="local")
    return other


def passages_in(text: str) -> int:
    return len(re.findall(r"^<passage number=", text, re.M))


def tried(bot: Assistant, answers: list[Any], history: list[Turn]) -> tuple[list[int], Prose]:
    """How many passages each prompt held, of eight, and what came of it."""
    model, prose = QueuedModel(answers), Prose(Citations(bot._parts.library))
    list(prose.write(model, Verifier(bot._parts.local_verifier), QUESTION, history, PASSAGES, 200))
    return [passages_in(prompt[-1].content) for prompt in model.prompts], prose


@pytest.mark.parametrize("kind", list(RECORDED))
def test_what_servers_say_of_it_is_understood_and_the_same_is_not_asked_again(
    kind: str, server: ModelServer, real: Model
) -> None:
    status, said = RECORDED[kind]
    server.replies = [Reply(status=status, body=said)]
    with pytest.raises(LLMTooLong, match=r"set ASSISTANT_MODEL_CONTEXT lower\. It says: "):
        list(real.stream(ask_for(QUESTION, [], PASSAGES, 8192, 200).messages))
    assert len(server.asked) == 1


@pytest.mark.parametrize("message", ["Rate limit reached: you exceeded 6000 tokens per minute.", "Too many requests"])
def test_a_limit_that_passes_with_time_is_not_taken_for_it(message: str, server: ModelServer, real: Model) -> None:
    server.replies = [Reply(status=429, body=body(message, code="rate_limit_exceeded"), headers={"Retry-After": "99"})]
    with pytest.raises(LLMUnavailable, match="too many requests"):
        list(real.stream(ask_for(QUESTION, [], PASSAGES, 8192, 200).messages))


@pytest.mark.parametrize("kind", list(RECORDED))
def test_a_server_that_finds_it_too_long_is_asked_with_the_better_half_of_the_passages(
    kind: str, town_bot: Assistant, server: ModelServer, real: Model
) -> None:
    status, said = RECORDED[kind]
    server.replies = [Reply(status=status, body=said), Reply(pieces=[f"{TRUE} [1]."])]
    answer = using(town_bot, real).answer(QUESTION)
    assert (answer.text, answer.mode) == (f"{TRUE}. [1]", "model")
    assert [c.source for c in answer.citations] == ["bridge.txt"]
    assert [(d.text, d.reason) for d in answer.dropped] == [("1 of the weaker passages (school.md)", TOO_LONG)]
    assert [passages_in(asked["messages"][-1]["content"]) for _, _, asked in server.asked] == [2, 1]


def test_the_passages_are_halved_until_the_model_answers(town_bot: Assistant) -> None:
    counts, prose = tried(town_bot, [SAID, SAID, "No [1]."], [])
    assert counts == [8, 4, 2]
    assert prose.prompt is not None
    assert list(prose.prompt.passages) == PASSAGES[:2]
    assert prose.failure is None
    assert prose.dropped[0].text == "6 of the weaker passages (2.txt, 3.txt, 4.txt, 5.txt, 6.txt, 7.txt)"


def test_the_oldest_turns_are_left_out_with_them(town_bot: Assistant) -> None:
    history = [Turn("user", f"Turn {n} was said.") for n in range(4)]
    _, prose = tried(town_bot, [SAID, "No [1]."], history)
    assert prose.prompt is not None
    assert "Turn 1 was" not in prose.prompt.messages[-1].content
    assert "Turn 2 was" in prose.prompt.messages[-1].content
    assert prose.dropped[0].text == "the 2 oldest turns of the conversation"


def test_a_model_that_finds_everything_too_long_is_left_for_the_quotes(town_bot: Assistant) -> None:
    counts, prose = tried(town_bot, [SAID] * len(SHARES), [])
    assert counts == [8, 4, 2, 1]
    assert prose.failure is SAID
    model = QueuedModel([SAID, SAID])
    answer = using(town_bot, model).answer(QUESTION)
    assert (answer.mode, answer.abstained) == ("quotes", False)
    assert [(d.text, d.reason) for d in answer.dropped] == [
        ("1 of the weaker passages (school.md)", TOO_LONG),
        ("the model's answer", str(SAID)),
    ]
    assert model.answers == [], "one passage is asked with once"


def test_another_failure_is_not_tried_again(town_bot: Assistant) -> None:
    model = QueuedModel([LLMUnavailable("The model double cannot be reached. Start it.")])
    assert using(town_bot, model).answer(QUESTION).mode == "quotes"


def test_a_model_that_fails_in_the_middle_keeps_what_it_wrote(town_bot: Assistant) -> None:
    model = QueuedModel([[f"{TRUE} [1]. It was ", SAID]])
    answer = using(town_bot, model).answer(QUESTION)
    assert (answer.text, answer.mode) == (f"{TRUE}. [1]", "model")
    assert answer.dropped[-1].reason == str(SAID)


def test_a_conversation_that_is_too_long_to_rewrite_does_not_end_the_models_part(town_bot: Assistant) -> None:
    history = [Turn("user", "Who designed the Harbour Bridge of Oldtown?"), Turn("assistant", "Clara Whitfield. [1]")]
    answer = using(town_bot, QueuedModel([SAID, f"{TRUE} [1]."])).answer("How long is it?", history)
    assert answer.mode == "model"
    assert [d.text for d in answer.dropped] == ["the model's rewriting of the question"]

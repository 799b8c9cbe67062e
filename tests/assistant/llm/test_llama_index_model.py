"""Any LlamaIndex LLM object as the model."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from llama_index.core.base.llms.types import CompletionResponse, CompletionResponseGen, LLMMetadata
from llama_index.core.llms import CustomLLM

from assistant.api import Assistant
from assistant.config import Settings
from assistant.errors import ConfigError, LLMUnavailable
from assistant.llm.llama_index import LlamaIndexModel, use_model
from assistant.llm.model import Message

SAYS = "The Harbour Bridge of Oldtown is 310 metres long [1]."


class Parrot(CustomLLM):
    """Says the same to everything, word by word."""

    says: str = SAYS
    fails: bool = False
    stopped: bool = False

    @property
    def metadata(self) -> LLMMetadata:
        return LLMMetadata(context_window=4000, model_name="parrot")

    def complete(self, prompt: str, formatted: bool = False, **_: Any) -> CompletionResponse:
        return CompletionResponse(text=self.says)

    def stream_complete(self, prompt: str, formatted: bool = False, **_: Any) -> CompletionResponseGen:
        def pieces() -> Iterator[CompletionResponse]:
            if self.fails:
                raise ConnectionError("nobody there")
            try:
                for word in self.says.split(" "):
                    yield CompletionResponse(text="", delta=f"{word} ")
            except GeneratorExit:
                self.stopped = True
                raise

        return pieces()


def test_an_object_writes_the_answer_and_is_verified_like_any_model(town_bot: Assistant) -> None:
    s = town_bot.settings
    bot = Assistant(s.corpus, s.store_path, settings=Settings(verify="local"), model=Parrot())
    answer = bot.answer("How long is the Harbour Bridge of Oldtown?")
    bot.store.close()
    assert answer.model is not None
    assert (answer.mode, answer.model.name, answer.model.trusted) == ("model", "parrot", False)
    assert "310 metres" in answer.text


def test_an_object_has_its_own_name_and_context() -> None:
    model = use_model(Parrot(), Settings())
    assert model is not None
    assert (model.name, model.address, model.context) == ("parrot", "", 4000)
    assert LlamaIndexModel(Parrot(), Settings(model_context=600)).context == 600


def test_closing_the_stream_stops_the_object() -> None:
    parrot = Parrot()
    stream = LlamaIndexModel(parrot, Settings()).stream([Message("user", "Speak.")])
    next(stream)
    stream.close()
    assert parrot.stopped


def test_what_goes_wrong_is_told_in_one_line() -> None:
    stream = LlamaIndexModel(Parrot(fails=True), Settings()).stream([Message("user", "Speak.")])
    with pytest.raises(LLMUnavailable, match="The model parrot cannot be reached"):
        next(stream)


def test_what_is_no_llm_is_an_error_that_says_what_to_give() -> None:
    with pytest.raises(ConfigError, match="give a LlamaIndex LLM"):
        use_model("gpt-4o", Settings())  # type: ignore[arg-type]

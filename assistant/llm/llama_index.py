"""Any LlamaIndex `LLM` object as a model."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from typing import TYPE_CHECKING, Any

from assistant.config import Settings
from assistant.errors import ConfigError, LLMUnavailable
from assistant.llm.errors import as_llm_error
from assistant.llm.model import Message, Model
from assistant.llm.providers import CONTEXT, open_model

if TYPE_CHECKING:
    from llama_index.core.llms import LLM


class LlamaIndexModel:
    """See assistant.llm.model.Model.

    The object keeps its own settings: key, address, timeout, retries and the most tokens that it writes. It is stopped
    by closing its stream; how soon its connection ends then is up to the object.
    """

    def __init__(self, llm: LLM, settings: Settings) -> None:
        self._llm, self._settings = llm, settings
        about = llm.metadata
        self.name = about.model_name or type(llm).__name__
        self.address = str(getattr(llm, "api_base", None) or getattr(llm, "base_url", None) or "")
        window = about.context_window if about.context_window and about.context_window > 0 else CONTEXT
        self.context = settings.model_context or window

    def stream(self, messages: Sequence[Message], *, tokens: int | None = None) -> Generator[str, None, bool]:
        """See assistant.llm.model.Model."""
        from llama_index.core.llms import ChatMessage

        finish: Any = None
        try:
            for response in self._llm.stream_chat([ChatMessage(role=m.role, content=m.content) for m in messages]):
                choices = getattr(response.raw, "choices", None)
                finish = (choices[0].finish_reason if choices else None) or finish
                if response.delta:
                    yield response.delta
        except NotImplementedError:
            raise LLMUnavailable(f"The model {self.name} cannot stream: use another LlamaIndex LLM class.") from None
        except Exception as error:
            raise as_llm_error(error, self.name, self._settings.model_timeout, expired=False) from None
        return finish in ("length", "max_tokens")


def use_model(given: LLM | None, settings: Settings) -> Model | None:
    """The model that answers: an object given by the caller, else the one that the settings name, or None.

    Raises ConfigError where what was given is no LlamaIndex LLM.
    """
    if given is None:
        return open_model(settings)
    if not all(hasattr(given, name) for name in ("stream_chat", "metadata")):
        raise ConfigError(f"model is a {type(given).__name__}: give a LlamaIndex LLM, or a name in ASSISTANT_MODEL.")
    return LlamaIndexModel(given, settings)

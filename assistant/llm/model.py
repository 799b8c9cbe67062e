"""What the writer asks of a language model: text for messages. assistant/llm/providers.py makes the real ones."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol


@dataclass(frozen=True, slots=True)
class Message:
    """One message to a model."""

    role: Literal["system", "user", "assistant"]
    content: str


class Model(Protocol):
    """A language model. `name` is what an answer may be marked with; it holds no key and no address.

    address: where it is served, or which file it is; "" for the provider's own address.
    """

    @property
    def name(self) -> str: ...

    @property
    def address(self) -> str: ...

    @property
    def context(self) -> int:
        """The most tokens that messages and answer may have together. May ask the server; raises LLMError."""

    def stream(self, messages: Sequence[Message], *, tokens: int | None = None) -> Generator[str, None, bool]:
        """The pieces of the model's text as they come. Returns whether the text was cut at its longest.

        tokens: at most so many are written; by default as many as the settings say. Closing the generator stops the
        model: the connection is closed. Raises LLMError.
        """

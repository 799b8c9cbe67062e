"""A queued model double: says what it was given to say, and keeps what it was asked."""

from __future__ import annotations

from collections.abc import Generator, Iterable, Sequence

from assistant.llm.model import Message


class QueuedModel:
    """Implements assistant.model.Model. Each call takes the next of `answers`.

    An answer is a text (streamed in pieces of `size` characters), a list of pieces, or an error, which is raised; a
    list may end in an error: a stream that breaks. prompts: the messages of each call. closed: how many streams were
    closed before their end. cut: what the streams return, see Model.stream.
    """

    def __init__(
        self,
        answers: Iterable[str | Exception | Sequence[str | Exception]] = (),
        *,
        name: str = "double",
        context: int = 8192,
        size: int = 7,
        cut: bool = False,
    ) -> None:
        self.answers = list(answers)
        self.name = name
        self.address = ""
        self.context = context
        self.size = size
        self.cut = cut
        self.prompts: list[tuple[Message, ...]] = []
        self.closed = 0

    def stream(self, messages: Sequence[Message], *, tokens: int | None = None) -> Generator[str, None, bool]:
        self.prompts.append(tuple(messages))
        assert self.answers, "the double was asked more often than it has answers"
        return self._say(self.answers.pop(0))

    def _say(self, answer: str | Exception | Sequence[str | Exception]) -> Generator[str, None, bool]:
        try:
            for piece in self._pieces(answer):
                if isinstance(piece, Exception):
                    raise piece
                yield piece
        except GeneratorExit:
            self.closed += 1
            raise
        return self.cut

    def _pieces(self, answer: str | Exception | Sequence[str | Exception]) -> Sequence[str | Exception]:
        if isinstance(answer, str):
            return [answer[i : i + self.size] for i in range(0, len(answer), self.size)]
        return [answer] if isinstance(answer, Exception) else answer

    @property
    def said(self) -> str:
        """All that was ever put to the double, as one text."""
        return "\n".join(message.content for prompt in self.prompts for message in prompt)

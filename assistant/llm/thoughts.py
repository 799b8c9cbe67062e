"""Takes out what a reasoning model writes before its answer, between `<think>` and `</think>`."""

from __future__ import annotations

_OPEN = ("<think>", "<thinking>", "<reasoning>")


class Thoughts:
    """A piece of text in, what belongs to the answer out."""

    def __init__(self) -> None:
        self._held = ""
        self._closing: str | None = None  # the tag that ends the thoughts
        self._answer = False

    def feed(self, piece: str) -> str:
        """What of the text so far belongs to the answer, and was not given out yet."""
        if self._answer:
            return piece
        self._held += piece
        if self._closing is None:
            start = self._held.lstrip()
            if any(tag.startswith(start[: len(tag)]) and len(start) < len(tag) for tag in _OPEN):
                return ""
            opened = next((tag for tag in _OPEN if start.startswith(tag)), None)
            if opened is None:
                return self._end(self._held)
            self._closing = opened.replace("<", "</")
        _, closed, answer = self._held.partition(self._closing)
        return self._end(answer) if closed else ""

    def close(self) -> str:
        """What is left at the end: nothing, where the thoughts never ended."""
        return "" if self._answer or self._closing else self._end(self._held)

    def _end(self, answer: str) -> str:
        self._answer, self._held = True, ""
        return answer


def without_thoughts(text: str) -> str:
    """The answer of a whole text."""
    thoughts = Thoughts()
    return thoughts.feed(text) + thoughts.close()

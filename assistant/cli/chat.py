"""The chat in the terminal."""

from __future__ import annotations

import sys
from contextlib import suppress
from typing import TYPE_CHECKING

from assistant.cli.show import show_answer, show_sources
from assistant.cli.terminal import say, warn
from assistant.errors import QuestionError
from assistant.types import Turn

if TYPE_CHECKING:
    from assistant.api import Assistant

PROMPT = "> "
COMMANDS = "/sources lists the documents, /new starts a new conversation, /quit or Ctrl-D ends the chat."


def chat(bot: Assistant, source: str | None, since: str | None, until: str | None) -> None:
    """Answers questions until /quit or the end of input, each with the conversation before it as history.

    Uses readline for line editing if Python has it. Stores nothing on disk.
    Raises what Assistant.answer raises, except QuestionError, which it prints.
    """
    asked_by_hand = sys.stdin.isatty()
    if asked_by_hand:
        with suppress(ImportError):
            import readline  # noqa: F401  # input() uses it after the import
        say(f"Ask about the documents in {bot.settings.corpus}. {COMMANDS}\n")
    history: list[Turn] = []
    while (line := _next(asked_by_hand)) is not None:
        command = line.strip().lower()
        if command in {"/quit", "/exit"}:
            return
        if command == "/sources":
            show_sources(bot.sources())
        elif command == "/new":
            history.clear()
        elif command.startswith("/"):
            warn(f"Unknown command {command}: {COMMANDS}")
        elif command:
            history += _turns(bot, line.strip(), history, source, since, until)


def _next(prompt: bool) -> str | None:
    """Returns the next line of input, or None at the end."""
    try:
        return input(PROMPT if prompt else "")
    except EOFError:
        if prompt:
            say("")
        return None


def _turns(
    bot: Assistant, question: str, history: list[Turn], source: str | None, since: str | None, until: str | None
) -> list[Turn]:
    """Answers one question and returns the two new turns."""
    try:
        answer = bot.answer(question, history, source=source, since=since, until=until)
    except QuestionError as error:
        warn(f"error: {error}")
        return []
    show_answer(answer)
    sys.stdout.flush()
    return [Turn("user", question), Turn("assistant", answer.text)]

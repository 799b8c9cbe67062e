"""A conversation in the terminal."""

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
COMMANDS = "/sources lists the documents, /new forgets the conversation, /quit or Ctrl-D ends it."


def chat(bot: Assistant, source: str | None, since: str | None, until: str | None) -> None:
    """Asks and answers until /quit or the end of input; each question knows what was said before it.

    Lines are edited with readline where Python has it; nothing of the conversation is kept on disk.
    Raises what Assistant.answer raises, but for QuestionError, which is told and forgotten.
    """
    asked_by_hand = sys.stdin.isatty()
    if asked_by_hand:
        with suppress(ImportError):
            import readline  # noqa: F401  # input() uses it once it is imported
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
            warn(f"{command} is no command: {COMMANDS}")
        elif command:
            history += _turns(bot, line.strip(), history, source, since, until)


def _next(prompt: bool) -> str | None:
    """The next line of input, or None at its end."""
    try:
        return input(PROMPT if prompt else "")
    except EOFError:
        if prompt:
            say("")
        return None


def _turns(
    bot: Assistant, question: str, history: list[Turn], source: str | None, since: str | None, until: str | None
) -> list[Turn]:
    """Answers one question; returns the two turns that it adds."""
    try:
        answer = bot.answer(question, history, source=source, since=since, until=until)
    except QuestionError as error:
        warn(f"error: {error}")
        return []
    show_answer(answer)
    sys.stdout.flush()
    return [Turn("user", question), Turn("assistant", answer.text)]

"""Turns a follow-up into a standalone question with a language model, and discards rewrites that fail the checks."""

from __future__ import annotations

import re
from collections.abc import Sequence

from assistant.language.words import STOP, stem, words
from assistant.llm.model import Message, Model
from assistant.llm.prompt_safety import fence_conversation, safe
from assistant.llm.thoughts import without_thoughts
from assistant.types import Turn
from prompts.load import fill

TURNS = 6  # of the conversation that the model reads
SAID = 600  # characters of each
LONGER = 10  # a rewrite may have this many times the question's words
TOKENS = 120
_LABEL = re.compile(
    r"^(?:the )?(?:last |rewritten |standalone |stand-alone )*(?:question|rewrite)\b[^:]{0,40}:\s*", re.I
)
_NAME = re.compile(r"\d+(?:[.,]\d+)*|\b[^\W\d_a-zß-öø-ÿ][\w'’-]*")  # a number, or a word that begins in upper case


def rewrite(model: Model, question: str, history: Sequence[Turn]) -> str | None:
    """Returns the standalone question, or None if the model's rewrite is discarded or there is no history.

    Raises LLMError.
    """
    turns = [Turn(turn.role, turn.content[:SAID]) for turn in history if turn.content.strip()][-TURNS:]
    if not turns:
        return None
    parts = fill("condense", conversation=fence_conversation(turns), question=" ".join(safe(question).split()))
    messages = [Message("system" if part.role == "system" else "user", part.text) for part in parts]
    text = without_thoughts("".join(model.stream(messages, tokens=TOKENS)))
    found = tidy(text)
    return found if fits(found, question, turns) else None


def tidy(text: str) -> str:
    """Returns the first line without its label and quotation marks."""
    lines = [line.strip() for line in text.strip().splitlines() if line.strip()]
    line = _LABEL.sub("", lines[0]).strip() if lines else ""
    if not line and len(lines) > 1:
        line = lines[1]
    return line.strip('"“”«»*` ') if line[:1] in '"“«*`' else line


def fits(rewritten: str, question: str, history: Sequence[Turn]) -> bool:
    """Returns whether a rewrite still asks the question.

    It must not be ten times longer, must keep the question's words, and must not add a name or number that nobody
    mentioned.
    """
    told = question + "\n" + "\n".join(turn.content for turn in history)
    if not any(c.isalnum() for c in rewritten) or len(rewritten.split()) > LONGER * max(1, len(question.split())):
        return False
    if question.rstrip().endswith("?") and not rewritten.rstrip().endswith("?"):
        return False
    return _keeps(rewritten, question) and not _unheard(rewritten, told)


def _keeps(rewritten: str, question: str) -> bool:
    """Returns whether a rewrite keeps at least half of the question's content words."""
    wanted = {stem(word) for word in words(question) if word not in STOP}
    kept = wanted & {stem(word) for word in words(rewritten)}
    return 2 * len(kept) >= len(wanted)


def _unheard(rewritten: str, told: str) -> set[str]:
    """Returns the names and numbers of the rewrite that neither the question nor the history contains."""
    heard = set(re.findall(r"\w+", told.casefold()))
    unheard: set[str] = set()
    for match in _NAME.finditer(rewritten):
        parts = re.findall(r"\w+", match[0].casefold().removesuffix("'s").removesuffix("’s"))
        opens = match.start() == 0 and match[0].casefold() in STOP | _OPENERS
        if not opens and not set(parts) <= heard:
            unheard.add(match[0])
    return unheard


_OPENERS = frozenset(
    "what when where who whom whose which why how is are was were do does did has have had can could will would should "
    "in on at by to from for of and the a an tell name list describe explain give show".split()
)

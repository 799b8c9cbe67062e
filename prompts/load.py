"""Fills in prompts. A missing or unknown variable is an error."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

_FOLDER = Path(__file__).parent  # not looked up by name: a folder named "prompts" elsewhere must not take its place
_VARIABLE = re.compile(r"\{\{([a-z_]+)\}\}")
_ROLE = re.compile(r"^<!-- (system|user) -->\n", re.M)


class Part(NamedTuple):
    """One message of a prompt: `role` is "system" or "user"."""

    role: str
    text: str


class PromptError(Exception):
    """A prompt does not exist, or its variables differ from the caller's: an error in the code."""


def fill(name: str, **variables: str) -> tuple[Part, ...]:
    """Returns the messages of `prompts/<name>.md`, with each `{{variable}}` replaced.

    Inserted values are not searched for variables. Raises PromptError.
    """
    parts = _parts(name)
    wanted = {match[1] for part in parts for match in _VARIABLE.finditer(part.text)}
    for problem, names in (("lacks", wanted - variables.keys()), ("does not know", variables.keys() - wanted)):
        if names:
            raise PromptError(f"The prompt {name} {problem} {', '.join(sorted(names))}.")
    return tuple(Part(role, _VARIABLE.sub(lambda match: variables[match[1]], text)) for role, text in parts)


@lru_cache
def _parts(name: str) -> tuple[Part, ...]:
    """Reads the messages of a file; each begins with a line `<!-- system -->` or `<!-- user -->`."""
    try:
        text = (_FOLDER / f"{name}.md").read_text(encoding="utf-8")
    except FileNotFoundError:
        raise PromptError(f"There is no prompt {name}.") from None
    before, *rest = _ROLE.split(text)
    if before.strip() or not rest:
        raise PromptError(f"The prompt {name} must begin with <!-- system --> or <!-- user -->.")
    return tuple(Part(role, body.strip()) for role, body in zip(rest[::2], rest[1::2], strict=True))

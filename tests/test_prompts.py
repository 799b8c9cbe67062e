"""Prompts: filled in whole, or an error."""

from __future__ import annotations

from pathlib import Path

import pytest

import prompts
from assistant.types import REFUSAL
from prompts.load import PromptError, fill

FOLDER = Path(prompts.__file__).parent
VARIABLES = {"conversation": "", "finer": "", "passages": "P", "question": "Q", "refusal": REFUSAL, "sentences": "5"}


def test_a_prompt_has_its_messages_with_the_variables_filled_in() -> None:
    system, user = fill("answer", **VARIABLES)
    assert (system.role, user.role) == ("system", "user")
    assert REFUSAL in system.text
    assert "Question: Q" in user.text
    assert "{{" not in system.text + user.text


def test_what_is_put_in_is_not_filled_in_again() -> None:
    assert "{{refusal}} \\1" in fill("answer", **{**VARIABLES, "question": "{{refusal}} \\1"})[1].text


@pytest.mark.parametrize("missing", list(VARIABLES))
def test_a_missing_variable_is_an_error(missing: str) -> None:
    with pytest.raises(PromptError, match=f"The prompt answer lacks {missing}"):
        fill("answer", **{k: v for k, v in VARIABLES.items() if k != missing})


def test_an_unknown_variable_is_an_error() -> None:
    with pytest.raises(PromptError, match="The prompt answer does not know mood"):
        fill("answer", **VARIABLES, mood="good")


def test_an_unknown_prompt_is_an_error() -> None:
    with pytest.raises(PromptError, match="There is no prompt poem"):
        fill("poem")


def test_no_prompt_holds_the_refusal_itself() -> None:
    assert not [path.name for path in FOLDER.glob("*.md") if REFUSAL in path.read_text(encoding="utf-8")]


def test_every_prompt_can_be_read() -> None:
    for path in FOLDER.glob("*.md"):
        with pytest.raises(PromptError, match="lacks"):
            fill(path.stem)

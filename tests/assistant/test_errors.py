"""The tree of errors, and that it is drawn as it is."""

from __future__ import annotations

import re

import pytest

import assistant.errors
from assistant.errors import CitewellError, IndexMismatch, ModelError, ReadError, StoreBusy, StoreError, UserError

ALL = [getattr(assistant.errors, name) for name in assistant.errors.__all__]


def drawn() -> dict[str, int]:
    """The names in the docstring's tree, with their depth."""
    lines = (assistant.errors.__doc__ or "").splitlines()
    found = (re.match(r"([│├└─ ]*)(\w+Error|\w+Busy|\w+Mismatch|LLM\w+)\b", line) for line in lines)
    return {match[2]: len(match[1]) // 4 for match in found if match}


def test_all_errors_are_drawn_at_their_depth() -> None:
    depth = {error.__name__: error.__mro__.index(CitewellError) for error in ALL}
    depth["IndexMismatch"] = 2  # it has two parents
    assert drawn() == depth


def test_all_errors_say_what_they_are() -> None:
    assert all(issubclass(error, CitewellError) and error.__doc__ for error in ALL)


def test_what_a_user_can_mend_is_a_users_error() -> None:
    assert not any(issubclass(error, UserError) for error in (StoreError, StoreBusy, ModelError))
    assert issubclass(IndexMismatch, UserError)
    assert issubclass(IndexMismatch, StoreError)


def test_an_error_of_a_file_names_it() -> None:
    error = ReadError("a.pdf", "the file is empty")
    assert str(error) == "a.pdf: the file is empty"
    assert (error.source, error.reason) == ("a.pdf", "the file is empty")


@pytest.mark.parametrize("error", [e for e in ALL if e is not ReadError])
def test_a_message_is_kept_as_it_is(error: type[CitewellError]) -> None:
    assert str(error("Do this.")) == "Do this."

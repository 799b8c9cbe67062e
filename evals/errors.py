"""Errors of an evaluation. The user can fix all of them (exit code 2)."""

from __future__ import annotations

from assistant.errors import UserError


class CaseError(UserError):
    """A case does not match its corpus, or is malformed."""


class RunError(UserError):
    """A folder of saved answers is missing, incomplete, or from other settings."""


class JudgeError(UserError):
    """The judge cannot give a verdict. final: it can give no further one either, because its limit is reached."""

    def __init__(self, message: str, *, final: bool = False) -> None:
        super().__init__(message)
        self.final = final

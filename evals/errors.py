"""What can go wrong in an evaluation, in words that say what to do. All are mended by the user (exit code 2)."""

from __future__ import annotations

from assistant.errors import UserError


class CaseError(UserError):
    """A case does not fit its corpus or its form."""


class RunError(UserError):
    """A folder of saved answers is missing, unfinished, or of other settings."""


class JudgeError(UserError):
    """The judge cannot give a verdict. final: nor any other, as where it has used up what it may cost."""

    def __init__(self, message: str, *, final: bool = False) -> None:
        super().__init__(message)
        self.final = final

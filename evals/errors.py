"""What can go wrong in an evaluation, in words that say what to do. All are mended by the user (exit code 2)."""

from __future__ import annotations

from assistant.errors import UserError


class CaseError(UserError):
    """A case does not fit its corpus or its form."""


class RunError(UserError):
    """A folder of saved answers is missing, unfinished, or of other settings."""


class JudgeError(UserError):
    """The judge model cannot be asked, gives no verdict, or has used up what it may cost."""

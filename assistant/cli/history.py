"""Reads the turns of a conversation from a file."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from assistant.errors import QuestionError


def read_history(path: Path) -> list[dict[str, Any]]:
    """Reads messages, oldest first, from a file that holds a JSON list or one JSON object per line.

    Raises QuestionError for a file that cannot be read or holds anything else. Assistant.answer checks the roles.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise QuestionError(f"The history {path} is not text in UTF-8. Save it as UTF-8.") from None
    except OSError as error:
        problem = f"The history {path} cannot be read ({error.strerror}). Name a file that you may read."
        raise QuestionError(problem) from None
    try:
        if text.lstrip().startswith("["):
            found = json.loads(text)
        else:
            # split at "\n" only: JSON strings may contain the other separators of splitlines
            found = [json.loads(line) for line in text.split("\n") if line.strip()]
    except (ValueError, RecursionError) as error:
        raise QuestionError(f"The history {path} is not JSON ({error}). {_FORM}") from None
    if not all(isinstance(item, dict) for item in found):
        raise QuestionError(f"The history {path} contains something other than turns. {_FORM}")
    return list(found)


_FORM = 'Give a JSON list of {"role": "user" or "assistant", "content": text}, or one such object per line.'

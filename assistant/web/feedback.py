"""What people said of answers: one JSON object a line, in a file beside the index."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from assistant.config import Settings
from assistant.errors import QuestionError

LONGEST = 2_000  # characters of a comment
_KEPT = ("question", "standalone_question", "text", "abstained", "mode", "confidence", "citations")


def feedback_file(settings: Settings) -> Path:
    """Where the feedback on a corpus is."""
    return settings.store_path.with_name(f"{settings.store_path.name}-feedback.jsonl")


def append(file: Path, answer: Mapping[str, Any], made: Mapping[str, Any], good: bool, comment: str) -> None:
    """Add one line: the question, the answer with its citations, what gave it, and the verdict."""
    if not isinstance(good, bool) or not isinstance(comment, str) or not set(_KEPT) <= answer.keys():
        raise QuestionError("This is no feedback: give an answer, whether it was good, and a comment or none.")
    line = {
        "time": datetime.now(UTC).isoformat(timespec="seconds"),
        "good": good,
        "comment": comment.strip()[:LONGEST],
        "made": dict(made),
        **{name: answer[name] for name in _KEPT},
    }
    file.parent.mkdir(parents=True, exist_ok=True)
    data = (json.dumps(line, ensure_ascii=True) + "\n").encode("ascii")
    # one write to a file opened for appending: lines of several servers do not mix
    handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    try:
        os.write(handle, data)
    finally:
        os.close(handle)


def read(file: Path) -> list[dict[str, Any]]:
    """All that was said, oldest first; a line that was cut off is left out."""
    try:
        lines = file.read_text(encoding="ascii", errors="replace").splitlines()
    except FileNotFoundError:
        return []
    found = []
    for line in lines:
        try:
            item = json.loads(line)
        except ValueError:
            continue
        if isinstance(item, dict):
            found.append(item)
    return found

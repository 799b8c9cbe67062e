"""Text of documents, made safe to show: on a terminal, in a log, on one line of a list."""

from __future__ import annotations

import json
import re
from typing import Any

# what a terminal obeys instead of showing (C0 and C1 but for newline and tab), what makes the text after it run the
# other way (bidirectional embeddings, overrides and isolates), and halves of characters, which no encoding can write
CONTROLS = "\\x00-\\x08\\x0b-\\x1f\\x7f-\\x9f\\u202a-\\u202e\\u2066-\\u2069\\ud800-\\udfff"
_CONTROL = re.compile(f"[{CONTROLS}]")


def visible(text: str) -> str:
    """The text without what controls a terminal or the direction of writing; line ends become "\\n"."""
    return _CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def one_line(text: str, most: int | None = None) -> str:
    """`visible` text with runs of white space as one space, cut with "…" to at most `most` characters."""
    line = " ".join(visible(text).split())
    return line if most is None or len(line) <= most else line[: most - 1].rstrip() + "…"


def safe_json(value: Any) -> str:
    """Indented JSON, readable in all scripts; what `visible` takes away is written as \\uXXXX, so nothing is lost."""
    text = json.dumps(value, ensure_ascii=False, indent=2)
    return _CONTROL.sub(lambda m: f"\\u{ord(m[0]):04x}", text)

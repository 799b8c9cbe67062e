"""Makes document text safe to display: on a terminal, in a log, on one line of a list."""

from __future__ import annotations

import json
import re
from typing import Any

# Terminal controls (C0 and C1 except newline and tab), characters that reverse the direction of the following text
# (bidirectional embeddings, overrides and isolates), and lone surrogates, which no encoding can represent.
CONTROLS = "\\x00-\\x08\\x0b-\\x1f\\x7f-\\x9f\\u202a-\\u202e\\u2066-\\u2069\\ud800-\\udfff"
_CONTROL = re.compile(f"[{CONTROLS}]")


def visible(text: str) -> str:
    """Removes characters that control a terminal or the direction of text; line ends become "\\n"."""
    return _CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def one_line(text: str, most: int | None = None) -> str:
    """Returns `visible` text with each run of whitespace as one space, truncated with "…" to `most` characters."""
    line = " ".join(visible(text).split())
    return line if most is None or len(line) <= most else line[: most - 1].rstrip() + "…"


def safe_json(value: Any) -> str:
    """Returns indented JSON in any script; characters that `visible` would remove become \\uXXXX, so none is lost."""
    text = json.dumps(value, ensure_ascii=False, indent=2)
    return _CONTROL.sub(lambda m: f"\\u{ord(m[0]):04x}", text)

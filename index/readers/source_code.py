"""Source code as text: what stands between blank lines is one block of code."""

from __future__ import annotations

import re

from index.readers.extract import Extract
from index.types import Block

SUFFIXES = (
    ".py", ".js", ".mjs", ".ts", ".tsx", ".jsx", ".java", ".kt", ".scala", ".go", ".rs", ".c", ".h", ".cc", ".cpp",
    ".hpp", ".cs", ".rb", ".php", ".swift", ".lua", ".pl", ".r", ".jl", ".sh", ".bash", ".ps1", ".sql", ".tf", ".ini",
    ".cfg", ".conf", ".properties", ".css",
)  # fmt: skip

_RUN = re.compile(r"\S.*?(?=\r?\n[ \t]*\r?\n|\s*\Z)", re.DOTALL)


def from_source_code(text: str) -> Extract:
    """A program's source: the text as it is; it has no title but its file's name."""
    return Extract(text, blocks=tuple(Block("code", *match.span()) for match in _RUN.finditer(text)))

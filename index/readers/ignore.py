"""`.citewellignore`: the files of a folder that are no documents, in the syntax of `.gitignore`."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from index.errors import CorpusError

NAME = ".citewellignore"


def ignore_rule(root: Path) -> Callable[[str], bool]:
    """A test for the names of files relative to `root`, with forward slashes. Raises CorpusError for a broken file."""
    path = root / NAME
    if not path.is_file():
        return lambda name: False
    import pathspec

    try:
        return pathspec.GitIgnoreSpec.from_lines(path.read_text(encoding="utf-8-sig").splitlines()).match_file
    except (OSError, ValueError) as error:
        raise CorpusError(f"{path} cannot be read ({error}): write patterns as in .gitignore, in UTF-8.") from error

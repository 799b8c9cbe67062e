"""The file format that API keys and users share: a TOML table for each name, readable by its owner alone."""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from assistant.errors import ConfigError

NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.@-]{0,63}")


def read_tables(path: Path, what: str) -> dict[str, dict[str, Any]]:
    """The tables of a TOML file by name. what: names the setting in errors. Raises ConfigError."""
    try:
        found = tomllib.loads(path.read_text("utf-8"))
    except OSError as error:
        raise ConfigError(f"{what}: {path} cannot be read ({error.strerror}). Check the path.") from None
    except ValueError as error:
        raise ConfigError(f"{what}: {path} is not valid TOML ({error}). Correct the file.") from None
    for name, table in found.items():
        check_name(name, what)
        if not isinstance(table, dict):
            raise ConfigError(f"{what}: {name} in {path} is not a table. Write it under a line [{name}].")
    return found


def check_name(name: str, what: str) -> None:
    """Raises ConfigError for a name that cannot stand in a file or a log."""
    if not NAME.fullmatch(name):
        raise ConfigError(
            f"{what}: {name!r} is not a usable name. Use letters, digits, and the characters . _ @ - only."
        )


def write_tables(path: Path, tables: Mapping[str, Mapping[str, str | int | bool]]) -> None:
    """Replace a file in one step; nobody but its owner can read the new one."""
    lines = []
    for name, table in sorted(tables.items()):
        lines += [f'["{name}"]', *(f"{key} = {_literal(value)}" for key, value in table.items()), ""]
    path.parent.mkdir(parents=True, exist_ok=True)
    new = path.with_name(f"{path.name}.new")
    new.unlink(missing_ok=True)
    with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        file.write("\n".join(lines))
        file.flush()
        os.fsync(file.fileno())
    os.replace(new, path)


def _literal(value: str | int | bool) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'

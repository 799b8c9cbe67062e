"""API keys: the file holds each one's SHA-256, never the key.

A key has 256 random bits, so a plain hash cannot be reversed by guessing, as the hash of a password could.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from assistant.access.accounts import check_name, read_tables, write_tables
from assistant.errors import ConfigError

PREFIX = "cw-"
DEFAULT_PER_MINUTE = 60
_SETTING = "ASSISTANT_API_KEYS"
_FIELDS = {"sha256": str, "per_minute": int, "ingest": bool}


@dataclass(frozen=True, slots=True)
class ApiKey:
    """A named key. per_minute: requests that it may make. ingest: whether it may change the index."""

    name: str
    sha256: str
    per_minute: int = DEFAULT_PER_MINUTE
    ingest: bool = False


def read_keys(path: Path) -> tuple[ApiKey, ...]:
    """The keys of a file. Raises ConfigError where it cannot be used."""
    found = []
    for name, table in read_tables(path, _SETTING).items():
        for field, value in table.items():
            if field not in _FIELDS or type(value) is not _FIELDS[field]:
                allowed = ", ".join(f"{key} ({kind.__name__})" for key, kind in _FIELDS.items())
                raise ConfigError(f"{_SETTING}: {field} of {name} in {path} cannot be used. Give {allowed}.")
        key = ApiKey(name, **{"sha256": "", **table})
        if not re.fullmatch(r"[0-9a-f]{64}", key.sha256) or key.per_minute < 1:
            raise ConfigError(f"{_SETTING}: {name} in {path} needs sha256 (64 hex digits) and per_minute of 1 or more.")
        found.append(key)
    if not found:
        raise ConfigError(f"{_SETTING}: {path} holds no keys. Add one with `assistant keys add NAME`.")
    return tuple(found)


def find_key(keys: Sequence[ApiKey], given: str) -> ApiKey | None:
    """The key that was given. Takes the same time whichever it is, and where it is none."""
    digest = hashlib.sha256(given.encode("utf-8", "surrogatepass")).hexdigest()
    matches = [key for key in keys if hmac.compare_digest(key.sha256, digest)]
    return matches[0] if matches else None


def add_key(path: Path, name: str, per_minute: int = DEFAULT_PER_MINUTE, ingest: bool = False) -> str:
    """Make a key, add its hash to a file, and return the key, which is nowhere else. Raises ConfigError."""
    check_name(name, _SETTING)
    tables = read_tables(path, _SETTING) if path.exists() else {}
    if name in tables:
        raise ConfigError(f"There is a key named {name} already. Choose another name, or remove it from {path}.")
    key = PREFIX + secrets.token_urlsafe(32)
    digest = hashlib.sha256(key.encode()).hexdigest()
    write_tables(path, {**tables, name: {"sha256": digest, "per_minute": per_minute, "ingest": ingest}})
    return key

"""People who may sign in: a file with an Argon2id hash for each name."""

from __future__ import annotations

import hashlib
import hmac
import secrets
import threading
import time
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.access.accounts import check_name, read_tables, write_tables
from assistant.errors import ConfigError

if TYPE_CHECKING:
    from argon2 import PasswordHasher

MIN_PASSWORD_CHARS = 8
_SETTING = "ASSISTANT_USERS"
_REMEMBER_SECONDS = 300.0


class Users:
    """The users of one file, read once.

    A password that was right is remembered for five minutes under a hash that is keyed anew in each process, because
    Argon2 is slow on purpose and HTTP clients send the password with every request.
    """

    def __init__(self, hashes: Mapping[str, str]) -> None:
        self._hashes = dict(hashes)
        self._secret = secrets.token_bytes(32)
        self._known: dict[bytes, float] = {}
        self._lock = threading.Lock()

    @property
    def names(self) -> frozenset[str]:
        return frozenset(self._hashes)

    def check(self, name: str, password: str) -> bool:
        """Whether this is the user's password. An unknown name takes as long as a wrong password."""
        text = f"{len(name)}:{name}{password}".encode("utf-8", "surrogatepass")
        mark = hmac.new(self._secret, text, hashlib.sha256).digest()
        now = time.monotonic()
        with self._lock:
            self._known = {key: until for key, until in self._known.items() if until > now}
            if mark in self._known:
                return True
        if not _verify(self._hashes.get(name, _decoy()), password) or name not in self._hashes:
            return False
        with self._lock:
            self._known[mark] = now + _REMEMBER_SECONDS
        return True


def read_users(path: Path) -> Users:
    """The users of a file. Raises ConfigError where it cannot be used."""
    tables = read_tables(path, _SETTING)
    for name, table in tables.items():
        found = table.get("argon2")
        if set(table) != {"argon2"} or not isinstance(found, str) or not found.startswith("$argon2id$"):
            raise ConfigError(
                f"{_SETTING}: {name} in {path} needs an argon2 hash alone. `assistant users add` makes it."
            )
    if not tables:
        raise ConfigError(f"{_SETTING}: {path} holds no users. Add one with `assistant users add NAME`.")
    return Users({name: table["argon2"] for name, table in tables.items()})


def add_user(path: Path, name: str, password: str) -> None:
    """Add a user to a file, or change the password of one. Raises ConfigError."""
    check_name(name, _SETTING)
    if len(password) < MIN_PASSWORD_CHARS:
        raise ConfigError(f"The password has {len(password)} characters: use {MIN_PASSWORD_CHARS} or more.")
    tables = read_tables(path, _SETTING) if path.exists() else {}
    write_tables(path, {**tables, name: {"argon2": _hasher().hash(password)}})


def remove_user(path: Path, name: str) -> None:
    """Remove a user from a file. Raises ConfigError where there is none of that name."""
    tables = read_tables(path, _SETTING)
    if name not in tables:
        raise ConfigError(f"There is no user {name} in {path}. The users are {', '.join(sorted(tables))}.")
    write_tables(path, {key: table for key, table in tables.items() if key != name})


def _hasher() -> PasswordHasher:
    from argon2 import PasswordHasher

    return PasswordHasher()  # the parameters of RFC 9106 for little memory


def _verify(stored: str, password: str) -> bool:
    from argon2.exceptions import InvalidHashError, VerificationError

    try:
        return _hasher().verify(stored, password.encode("utf-8", "surrogatepass"))
    except (VerificationError, InvalidHashError):
        return False


_DECOYS: list[str] = []


def _decoy() -> str:
    """The hash of a password that nobody knows."""
    if not _DECOYS:
        _DECOYS.append(_hasher().hash(secrets.token_urlsafe(32)))
    return _DECOYS[0]

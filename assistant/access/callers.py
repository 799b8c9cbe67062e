"""Who calls: a key, a user, or this machine."""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass

from assistant.access.keys import ApiKey, find_key, read_keys
from assistant.access.users import Users, read_users
from assistant.config import Settings


@dataclass(frozen=True, slots=True)
class Caller:
    """Somebody who may use the server.

    name: of the key or user, "" for this machine. per_minute: requests that it may make, None for any number.
    ingest: whether it may change an index. local: it stands for the owner, who may read everything.
    """

    name: str
    per_minute: int | None = None
    ingest: bool = False
    local: bool = False


OWNER = Caller("", ingest=True, local=True)


class Access:
    """The keys and users of a server. With neither, everyone who reaches it is its owner."""

    def __init__(self, keys: tuple[ApiKey, ...] = (), users: Users | None = None) -> None:
        self._keys = keys
        self._users = users

    @classmethod
    def from_settings(cls, settings: Settings) -> Access:
        """Raises ConfigError for a file of keys or users that cannot be used."""
        keys = read_keys(settings.api_keys) if settings.api_keys else ()
        return cls(keys, read_users(settings.users) if settings.users else None)

    @property
    def open(self) -> bool:
        """Whether nobody has to say who they are."""
        return not self._keys and self._users is None

    def identify(self, authorization: str | None, api_key: str | None = None) -> Caller | None:
        """The caller by the headers Authorization (`Bearer KEY`, `Basic …`) or X-API-Key; None where it is nobody."""
        if self.open:
            return OWNER
        scheme, _, value = (authorization or "").partition(" ")
        if api_key or scheme.lower() == "bearer":
            key = find_key(self._keys, api_key or value.strip())
            return Caller(key.name, key.per_minute, key.ingest) if key else None
        if scheme.lower() == "basic" and self._users is not None:
            name, password = _basic(value.strip())
            return Caller(name) if name and self._users.check(name, password) else None
        return None


def _basic(value: str) -> tuple[str, str]:
    try:
        name, _, password = base64.b64decode(value, validate=True).decode("utf-8").partition(":")
    except (binascii.Error, ValueError):
        return "", ""
    return name, password

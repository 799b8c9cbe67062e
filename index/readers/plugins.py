"""Readers of other packages: entry points in the group "citewell.readers"."""

from __future__ import annotations

from collections.abc import Callable
from importlib.metadata import entry_points
from typing import Any

from index.readers.extract import Extract
from index.text.decode import Unreadable

GROUP = "citewell.readers"


def plugin_readers() -> dict[str, Callable[[bytes], Extract]]:
    """The readers that installed packages offer, by file ending with its dot; each is loaded at its first file."""
    return {f".{point.name.lstrip('.').lower()}": _lazy(point) for point in entry_points(group=GROUP)}


def _lazy(point: Any) -> Callable[[bytes], Extract]:
    def read(data: bytes) -> Extract:
        try:
            reader = point.load()
        except Exception as error:  # another package's import can raise anything
            raise Unreadable(f"its reader {point.value} cannot be loaded ({error}): reinstall or remove it") from error
        extract: Extract = reader(data)
        return extract

    return read

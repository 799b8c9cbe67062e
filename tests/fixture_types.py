"""The types of the fixtures in conftest.py, for the tests' annotations."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from index.store.store import Store

MakeStore = Callable[..., Store]
WriteCorpus = Callable[[dict[str, str | bytes]], Path]

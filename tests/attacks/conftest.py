"""What the attacks share: an assistant for each, on its own documents and index, with the models of one."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from attack_bots import CANARY, KEYS, Bots

from assistant.api import Assistant


@pytest.fixture(scope="session", autouse=True)
def _planted() -> Iterator[None]:
    """A key in every place where keys are kept, and no other setting of whoever runs the tests."""
    with pytest.MonkeyPatch.context() as patch:
        for name in [name for name in os.environ if name.startswith("ASSISTANT_")]:
            patch.delenv(name)
        for name in KEYS:
            patch.setenv(name, CANARY)
        yield


@pytest.fixture(scope="session")
def bots(tmp_path_factory: pytest.TempPathFactory, _planted: None) -> Iterator[Bots]:
    folder = tmp_path_factory.mktemp("attacks")
    base = Assistant(folder, folder / "none")
    made = Bots(base, folder)
    yield made
    made.close()

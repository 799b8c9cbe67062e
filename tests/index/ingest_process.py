"""Run as a program by the tests: ingest a folder in a process of its own, in small commits.

Arguments: corpus, folder of the store or "", URL of the store or "", name. Prints a line a window, then what was added
and unchanged.
"""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from index import ingest as module
from index.chunk import CHUNKING_VERSION, DEFAULT_BUDGET, DEFAULT_OVERLAP
from index.embed import Embedder
from index.store.store import Recipe, Store


def main(root: str, path: str, url: str, name: str) -> None:
    module.WINDOW = 4
    module._COMMIT_EVERY = 0.0
    module._COMMIT_SHARE = 1e9
    embedder = Embedder()
    recipe = Recipe(embedder.fingerprint, CHUNKING_VERSION, DEFAULT_BUDGET, DEFAULT_OVERLAP)
    store = Store(Path(path) if path else None, url or None, recipe=recipe, name=name)

    def tell(stage: str, done: int, total: int) -> None:
        if stage == "embed" and done == total:
            print("embedded", done, flush=True)

    report = module.ingest(
        Path(root), store, embedder, budget=recipe.budget, overlap=recipe.overlap, progress=tell, wait=300
    )
    print(report.added, report.unchanged, flush=True)
    store.close()


if __name__ == "__main__":
    main(*sys.argv[1:])

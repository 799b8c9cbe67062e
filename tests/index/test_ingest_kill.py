from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import pytest
from fixture_types import MakeStore, WriteCorpus

from index.embed import Embedder
from index.ingest import ingest
from index.store.store import Store

PROGRAM = Path(__file__).with_name("ingest_process.py")


def killed(root: Path, store: Store, windows: int, delay: float) -> bool:
    """Ingest in a process, and kill it a moment after so many windows. Returns whether it was killed in its work."""
    arguments = [sys.executable, str(PROGRAM), str(root), str(store.path or ""), store.url or "", store.name]
    with subprocess.Popen(arguments, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        for _ in range(windows):
            process.stdout.readline()
        time.sleep(delay)
        process.kill()
    return process.returncode == -9


@pytest.mark.parametrize(("windows", "delay"), [(0, 1.0), (1, 0.0), (2, 0.03), (4, 0.01)])
def test_a_killed_ingest_leaves_an_index_that_answers_and_that_the_next_run_completes(
    make_store: MakeStore, write_corpus: WriteCorpus, embedder: Embedder, windows: int, delay: float
) -> None:
    whole = {f"{i:02}.txt": f"Note {i} says that ship {i} left on day {i}. " * (8 * (1 + i % 4)) for i in range(20)}
    root = write_corpus({"00.txt": "The lighthouse keeper slept."})
    store, fresh = make_store(), make_store("fresh")
    recipe = store.recipe
    ingest(root, store, embedder, budget=recipe.budget, overlap=recipe.overlap)

    write_corpus({name: text for name, text in whole.items() if name != "00.txt"})
    assert killed(root, store, windows, delay)
    # it answers, as it did before, while it is unfinished
    question = embedder.embed_query("Who slept?")
    assert store.query(question, 3)[0].text == "The lighthouse keeper slept."
    assert store.count() == len(store.chunks())

    report = ingest(root, store, embedder, budget=recipe.budget, overlap=recipe.overlap)
    assert report.failed == 0
    ingest(root, fresh, embedder, budget=recipe.budget, overlap=recipe.overlap)
    assert store.chunks() == fresh.chunks()
    same = [[(hit.chunk.id, round(hit.score, 4)) for hit in each.query(question, 100)] for each in (store, fresh)]
    assert sorted(same[0]) == sorted(same[1])

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, cast

import numpy as np
import pytest
from fixture_types import MakeStore, WriteCorpus
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from index import ingest as module
from index.chunk import chunk
from index.embed import Embedder, Vectors
from index.errors import CorpusError, IndexMismatch, StoreBusy, StoreError
from index.ingest import ingest
from index.readers.registry import find_files, read
from index.store.lock import lock_file, writing
from index.store.store import Recipe, Store
from index.types import Chunk, IngestReport

LONG = " ".join(f"On day {day} the ship left the harbour, and it carried grain for the islands." for day in range(18))


class Watched:
    """The real embedder, which counts its texts and can be stopped in the midst of its work."""

    def __init__(self, embedder: Embedder, stop: BaseException | None = None, after: int = 0) -> None:
        self._embedder = embedder
        self._stop = stop
        self._after = after
        self.texts: list[str] = []

    def embed_passages(self, texts: Sequence[str], on_batch: Callable[[int], None] | None = None) -> Vectors:
        if self._stop is not None and len(self.texts) >= self._after:
            raise self._stop
        self.texts.extend(texts)
        return self._embedder.embed_passages(texts, on_batch)


def run(root: Path, store: Store, embedder: Embedder | Watched, **more: Any) -> IngestReport:
    recipe = store.recipe
    return ingest(root, store, cast(Embedder, embedder), budget=recipe.budget, overlap=recipe.overlap, **more)


def counts(report: IngestReport) -> tuple[int, int, int, int, int]:
    return report.added, report.updated, report.deleted, report.unchanged, report.failed


def expected(root: Path, recipe: Recipe) -> list[Chunk]:
    """What a fresh index of a folder holds."""
    found, _ = find_files(root)
    cut = [chunk(read(path, root.resolve()), recipe.budget, recipe.overlap) for path in found if path.stat().st_size]
    return sorted((c for chunks in cut for c in chunks), key=lambda c: (c.source, c.position))


@pytest.fixture
def small(recipe: Recipe) -> Recipe:
    """A recipe that makes several chunks of a short file."""
    return Recipe(recipe.embedding, recipe.chunking, 30, 0)


def test_a_folder_is_synced_and_nothing_is_done_twice(
    make_store: MakeStore, write_corpus: WriteCorpus, embedder: Embedder
) -> None:
    store = make_store()
    root = write_corpus({"a.txt": "The ship left.", "b/c.md": "# Bread\n\nBread is baked.", "d.txt": "It rained."})
    first = run(root, store, embedder)
    assert counts(first) == (3, 0, 0, 0, 0)
    assert first.chunks == store.count() == 3
    assert [info.source for info in store.sources()] == ["a.txt", "b/c.md", "d.txt"]
    revision = store.revision()

    watched = Watched(embedder)
    assert counts(run(root, store, watched)) == (0, 0, 0, 3, 0)
    assert watched.texts == []
    assert store.revision() == revision

    write_corpus({"a.txt": "The ship came back.", "e.txt": "It snowed."})
    (root / "d.txt").unlink()
    assert counts(run(root, store, watched)) == (1, 1, 1, 1, 0)
    assert watched.texts == ["The ship came back.", "It snowed."]
    assert store.chunks() == expected(root, store.recipe)
    assert store.revision() != revision
    assert store.query(embedder.embed_query("Did the ship return?"), 1)[0].text == "The ship came back."


def test_a_rebuild_begins_with_nothing_also_after_a_mismatch(
    make_store: MakeStore, write_corpus: WriteCorpus, embedder: Embedder, small: Recipe
) -> None:
    root = write_corpus({"a.txt": LONG})
    run(root, make_store(), embedder)
    other = make_store(recipe=small)
    with pytest.raises(IndexMismatch, match="--rebuild"):
        run(root, other, embedder)
    assert counts(run(root, other, embedder, rebuild=True)) == (1, 0, 0, 0, 0)
    assert other.chunks() == expected(root, small)
    assert other.count() > 5


def test_files_that_fail_are_reported_and_their_old_chunks_are_removed(
    make_store: MakeStore, write_corpus: WriteCorpus, embedder: Embedder
) -> None:
    store = make_store()
    root = write_corpus({"good.txt": "It rained.", "turns.txt": "Good yet.", "empty.txt": "", "odd.xyz": "?"})
    first = run(root, store, embedder)
    assert counts(first) == (2, 0, 0, 0, 2)
    assert [failure.source for failure in first.failures] == ["empty.txt", "odd.xyz"]
    assert "is empty" in first.failures[0].reason
    write_corpus({"turns.txt": ""})
    assert counts(run(root, store, embedder)) == (0, 0, 0, 1, 3)
    assert [info.source for info in store.sources()] == ["good.txt"]
    write_corpus({"turns.txt": "Good again."})
    assert counts(run(root, store, embedder)) == (1, 0, 0, 1, 2)


def test_a_folder_that_is_missing_or_holds_nothing_is_explained(
    make_store: MakeStore, write_corpus: WriteCorpus, embedder: Embedder, tmp_path: Path
) -> None:
    store = make_store()
    with pytest.raises(CorpusError, match="There is no folder"):
        run(tmp_path / "none", store, embedder)
    root = write_corpus({})
    with pytest.raises(CorpusError, match="holds no documents"):
        run(root, store, embedder)
    write_corpus({"a.txt": "Something."})
    run(root, store, embedder)
    (root / "a.txt").unlink()
    assert counts(run(root, store, embedder)) == (0, 0, 1, 0, 0)
    assert store.chunks() == []


def test_the_same_text_in_two_files_is_two_sources_and_embedded_once(
    make_store: MakeStore, write_corpus: WriteCorpus, embedder: Embedder
) -> None:
    store = make_store()
    watched = Watched(embedder)
    root = write_corpus({"a.txt": "The same text.", "b.txt": "The same text."})
    assert counts(run(root, store, watched)) == (2, 0, 0, 0, 0)
    assert watched.texts == ["The same text."]
    hits = store.query(embedder.embed_query("the same text"), 5)
    assert {hit.source for hit in hits} == {"a.txt", "b.txt"}
    assert hits[0].score == pytest.approx(hits[1].score)


def test_names_that_are_not_utf8_and_texts_of_any_unicode_do_no_harm(
    make_store: MakeStore, write_corpus: WriteCorpus, embedder: Embedder
) -> None:
    store = make_store()
    root = write_corpus({"naïve \U0001f680.txt": "Zwölf \U0001f680 Boote.\u2029 Und mehr.", "ok.txt": "Fine."})
    with open(os.fsencode(root) + b"/bad\xff.txt", "wb") as file:
        file.write(b"A name of bytes.")
    report = run(root, store, embedder)
    assert report.added + report.failed == 3
    assert counts(run(root, store, embedder))[:3] == (0, 0, 0)
    assert store.chunks() == expected(root, store.recipe)


def test_a_text_with_lone_surrogates_is_reported(
    make_store: MakeStore, write_corpus: WriteCorpus, embedder: Embedder, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(path: Path, root: Path) -> Any:
        from dataclasses import replace

        return replace(read(path, root), title="a \ud800 title")

    root = write_corpus({"a.txt": "Something."})
    monkeypatch.setattr(module, "read", broken)
    report = run(root, make_store(), embedder)
    assert counts(report) == (0, 0, 0, 0, 1)
    assert "broken characters" in report.failures[0].reason


def test_progress_tells_files_and_chunks_and_never_falls(
    make_store: MakeStore, write_corpus: WriteCorpus, embedder: Embedder, small: Recipe, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "WINDOW", 4)
    seen: dict[str, list[tuple[int, int]]] = {"read": [], "embed": []}
    root = write_corpus({f"{i}.txt": f"{i}. {LONG}" for i in range(3)})
    report = run(root, make_store(recipe=small), embedder, progress=lambda stage, *n: seen[stage].append(n))
    assert seen["read"] == [(1, 3), (2, 3), (3, 3)]
    assert seen["embed"] == sorted(seen["embed"])
    assert seen["embed"][-1] == (report.chunks, report.chunks)


def test_a_large_file_spans_windows_and_is_complete_only_at_its_end(
    make_store: MakeStore, write_corpus: WriteCorpus, embedder: Embedder, small: Recipe, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "WINDOW", 3)
    store = make_store(recipe=small)
    root = write_corpus({"a.txt": LONG})
    with pytest.raises(KeyboardInterrupt):
        run(root, store, Watched(embedder, KeyboardInterrupt(), after=4))
    # an interrupt keeps what was written
    assert 0 < store.count() < len(expected(root, small))
    assert not store.files()["a.txt"].complete
    watched = Watched(embedder)
    run(root, store, watched)
    assert len(watched.texts) < len(expected(root, small))
    assert store.chunks() == expected(root, small)
    assert store.files()["a.txt"].complete


WORDS = ["The ship left the harbour.", "Bread is baked.", "It rained for days.", "Nobody saw it.", LONG]
step: st.SearchStrategy[Any] = st.one_of(
    st.tuples(st.just("write"), st.sampled_from("abcd"), st.lists(st.sampled_from(WORDS), min_size=1, max_size=3)),
    st.tuples(st.just("delete"), st.sampled_from("abcd"), st.just([])),
    st.tuples(st.sampled_from(["ingest", "kill", "interrupt"]), st.sampled_from("0259"), st.just([])),
)


@given(st.lists(step, min_size=2, max_size=8))
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_after_any_sequence_of_changes_and_stops_the_index_is_as_if_made_afresh(
    make_store: MakeStore, write_corpus: WriteCorpus, embedder: Embedder, small: Recipe, steps: list[Any]
) -> None:
    store = make_store(recipe=small)
    store.wipe()
    store.commit()
    root = write_corpus({})
    for old in root.iterdir():
        old.unlink()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "WINDOW", 3)
        for kind, which, words in [*steps, ("write", "z", ["The last."])]:
            if kind == "write":
                write_corpus({f"{which}.txt": " ".join(words)})
            elif kind == "delete":
                (root / f"{which}.txt").unlink(missing_ok=True)
            else:
                # a StoreError leaves what a kill does: nothing is committed any more
                stop = {"ingest": None, "kill": StoreError("stopped"), "interrupt": KeyboardInterrupt()}[kind]
                with suppress(StoreError, KeyboardInterrupt, CorpusError):
                    run(root, store, Watched(embedder, stop, after=int(which)))
        run(root, store, embedder)
    chunks = store.chunks()
    assert chunks == expected(root, small)
    assert all(state.complete for state in store.files().values())
    assert counts(run(root, store, Watched(embedder, AssertionError("embedded again")))) == (
        0, 0, 0, len(store.sources()), 0,
    )  # fmt: skip
    # the vectors are those of the texts
    for found in chunks[:: max(1, len(chunks) // 4)]:
        [vector] = embedder.embed_passages([found.text])
        best = store.query(np.asarray(vector), len(chunks))
        assert next(hit.score for hit in best if hit.chunk == found) == pytest.approx(1, abs=1e-3)


def test_a_second_writer_waits_says_so_and_gives_up(
    make_store: MakeStore, write_corpus: WriteCorpus, embedder: Embedder
) -> None:
    store = make_store()
    root = write_corpus({"a.txt": "Something."})
    said: list[str] = []
    with (
        writing(store.path, store.url, store.name),
        pytest.raises(StoreBusy, match=r"still writing the index.*Let it finish, or stop it"),
    ):
        run(root, store, embedder, wait=0.2, say=said.append)
    assert len(said) == 1
    assert "Another process is writing the index" in said[0]
    assert counts(run(root, store, embedder)) == (1, 0, 0, 0, 0)


def test_a_place_that_cannot_be_written_is_explained(
    write_corpus: WriteCorpus, embedder: Embedder, recipe: Recipe, tmp_path: Path
) -> None:
    root = write_corpus({"a.txt": "Something."})
    file = tmp_path / "file"
    file.write_text("x")
    with pytest.raises(StoreError, match="is not a folder"):
        run(root, Store(file, recipe=recipe), embedder)
    with pytest.raises(StoreError, match=r"cannot be written .*name another place"):
        run(root, Store(file / "below", recipe=recipe), embedder)
    with pytest.raises(StoreError, match="No place"):
        lock_file(None, None, "x")


def test_an_index_in_a_folder_needs_no_network(
    write_corpus: WriteCorpus, recipe: Recipe, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*args: object) -> None:
        raise AssertionError(f"a connection was tried: {args}")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket.socket, "connect_ex", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    embedder = Embedder()
    store = Store(tmp_path / "store", recipe=recipe)
    run(write_corpus({"a.txt": "The ship left."}), store, embedder)
    assert store.query(embedder.embed_query("ship"), 1)[0].source == "a.txt"
    store.close()


def test_two_processes_that_ingest_at_once_make_one_whole_index(
    make_store: MakeStore, write_corpus: WriteCorpus, embedder: Embedder
) -> None:
    store = make_store()
    root = write_corpus({f"{i}.txt": f"Text number {i}. {LONG}" for i in range(12)})
    helper = Path(__file__).with_name("ingest_process.py")
    arguments = [sys.executable, str(helper), str(root), str(store.path or ""), store.url or "", store.name]
    both = [subprocess.Popen(arguments, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) for _ in range(2)]
    outputs = [process.communicate(timeout=400) for process in both]
    assert [process.returncode for process in both] == [0, 0], outputs
    lines = [output[0].splitlines() for output in outputs]
    assert sorted(found[-1] for found in lines) == ["0 12", "12 0"]
    assert store.chunks() == expected(root, store.recipe)

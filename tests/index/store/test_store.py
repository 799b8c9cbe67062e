from __future__ import annotations

import json
import shutil
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from fixture_types import MakeStore
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from index.errors import IndexMismatch, StoreError
from index.store import connect
from index.store.store import Recipe, Store
from index.types import Chunk, SourceInfo

RECIPE = Recipe("model", "1", 200, 40)


def make(i: int, source: str = "a.txt", date: str | None = None, text: str = "some text") -> Chunk:
    return Chunk(f"{source}-{i}", source, "A title", date, 10 * i, 10 * i + 9, i, text, "f" * 64)


def vectors(n: int, seed: int = 0) -> NDArray[np.float32]:
    rows = np.random.default_rng(seed).normal(size=(n, 384)).astype(np.float32)
    return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True))


def fill(store: Store, chunks: list[Chunk]) -> NDArray[np.float32]:
    rows = vectors(len(chunks))
    counts: dict[str, int] = {}
    for chunk in chunks:
        counts[chunk.source] = counts.get(chunk.source, 0) + 1
    store.add(chunks, rows, counts)
    store.commit()
    return rows


def test_what_was_written_is_read_back_the_same_also_by_another_store(make_store: MakeStore) -> None:
    chunks = [make(0, date="2024-10-31"), make(1, date=None, text="Zwölf  “Wörter” \U0001f680\n"), make(0, "b/c.md")]
    fill(make_store(), chunks)
    for store in (make_store(), make_store()):
        assert store.chunks() == chunks
        assert store.chunks(["b/c.md"]) == chunks[2:]
        assert store.chunks([]) == store.chunks(["none"]) == []
        assert store.get(["b/c.md-0", "none", "a.txt-0"]) == [chunks[2], chunks[0]]
        assert store.count() == 3
        assert store.sources() == [
            SourceInfo("a.txt", "A title", "2024-10-31", "f" * 64, 2),
            SourceInfo("b/c.md", "A title", None, "f" * 64, 1),
        ]


def test_the_nearest_chunks_come_first_with_their_cosine(make_store: MakeStore) -> None:
    store = make_store()
    chunks = [make(i) for i in range(20)] + [make(i, "b.txt") for i in range(20)]
    rows = fill(store, chunks)
    hits = store.query(rows[3], 5)
    assert hits[0].chunk == chunks[3]
    expected = np.sort(rows @ rows[3])[::-1][:5]
    assert np.allclose([hit.score for hit in hits], expected, atol=1e-4)
    assert {hit.origin for hit in hits} == {"dense"}
    inside = store.query(rows[3], 50, sources=["b.txt"])
    assert {hit.source for hit in inside} == {"b.txt"}
    assert len(inside) == 20
    assert store.query(rows[3], 0) == store.query(rows[3], 5, sources=[]) == store.query(rows[3], 5, ["none"]) == []


def test_an_index_that_does_not_exist_reads_as_empty_and_is_not_made(make_store: MakeStore, tmp_path: Path) -> None:
    store = make_store("never")
    assert (store.count(), store.chunks(), store.sources(), store.files(), store.get(["x"])) == (0, [], [], {}, [])
    assert store.query(vectors(1)[0], 3) == []
    assert store.revision() == ""
    store.commit()
    assert not (tmp_path / "store-never").exists()


def test_sources_and_chunks_are_deleted_and_nothing_else(make_store: MakeStore) -> None:
    store = make_store()
    fill(store, [make(i, source) for source in ("a", "b", "c") for i in range(3)])
    store.delete(["a", "none"])
    store.delete_chunks(["b-1", "none"])
    store.delete([])
    store.delete_chunks([])
    store.commit()
    assert [chunk.id for chunk in store.chunks()] == ["b-0", "b-2", "c-0", "c-1", "c-2"]
    assert {source: state.complete for source, state in store.files().items()} == {"b": False, "c": True}


def test_the_revision_changes_with_each_commit_and_only_then(make_store: MakeStore) -> None:
    writer, reader = make_store(), make_store()
    seen = [reader.revision()]
    for chunk in (make(0), make(1)):
        fill(writer, [chunk])
        seen.append(reader.revision())
        assert reader.revision() == writer.revision() == seen[-1]
    writer.delete(["a.txt"])
    writer.commit()
    seen.append(reader.revision())
    assert len(set(seen)) == 4


def test_a_store_sees_what_another_process_writes(make_store: MakeStore) -> None:
    store = make_store()
    rows = fill(store, [make(i) for i in range(5)])
    assert store.query(rows[0], 1)[0].chunk == make(0)
    code = """if True:
        import json, sys
        from pathlib import Path
        import numpy as np
        from index.store.store import Recipe, Store
        path, url, name, recipe = json.loads(sys.argv[1])
        store = Store(path and Path(path), url, recipe=Recipe(**recipe), name=name)
        store.delete_chunks(["a.txt-0"])
        store.commit()
        print(store.count())
    """
    recipe = {field: getattr(store.recipe, field) for field in Recipe.__slots__}
    arguments = json.dumps([str(store.path) if store.path else None, store.url, store.name, recipe])
    root = Path(__file__).resolve().parents[3]
    done = subprocess.run([sys.executable, "-c", code, arguments], cwd=root, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "4"
    assert store.count() == 4
    assert make(0) not in [hit.chunk for hit in store.query(rows[0], 5)]


def test_another_recipe_is_refused_for_reading_and_writing_and_a_wipe_helps(
    make_store: MakeStore, recipe: Recipe
) -> None:
    fill(make_store(), [make(0)])
    other = make_store(recipe=replace(recipe, budget=99, embedding="another"))
    with pytest.raises(IndexMismatch, match=r"embedding was .*, is now another, budget was .*, is now 99.*--rebuild"):
        other.count()
    with pytest.raises(IndexMismatch, match="--rebuild"):
        other.add([make(1)], vectors(1), {"a.txt": 1})
    other.close()
    assert make_store().count() == 1
    other.wipe()
    fill(other, [make(1)])
    assert other.chunks() == [make(1)]


def test_two_names_are_two_indexes(make_store: MakeStore) -> None:
    fill(make_store("one"), [make(0)])
    fill(make_store("two"), [make(1)])
    assert make_store("one").chunks() == [make(0)]
    assert make_store("two").chunks() == [make(1)]


def test_more_chunks_than_one_write_takes_are_written_in_parts(
    make_store: MakeStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = make_store()
    monkeypatch.setattr(type(store._backend), "batch_limit", lambda self: 7)
    monkeypatch.setattr("index.store.store._PAGE", 6)
    chunks = [make(i) for i in range(25)]
    fill(store, chunks)
    assert store.chunks() == chunks
    assert store.get([chunk.id for chunk in chunks]) == chunks


def segment_names(path: Path) -> list[str]:
    return sorted(folder.name for folder in path.iterdir() if folder.is_dir())


def test_what_was_not_committed_is_not_seen_and_is_gone_when_the_writer_is(tmp_path: Path) -> None:
    path = tmp_path / "store"
    writer, reader = Store(path, recipe=RECIPE), Store(path, recipe=RECIPE)
    fill(writer, [make(0)])
    writer.add([make(1)], vectors(1), {"a.txt": 2})
    assert reader.count() == 1
    assert len(segment_names(path)) == 2
    writer.close()
    # as a killed process leaves it: the next writer begins from what was committed
    (path / f"{time.time_ns():016x}").mkdir()
    heir = Store(path, recipe=RECIPE)
    heir.add([make(2)], vectors(1), {"a.txt": 2})
    assert len(segment_names(path)) == 2
    heir.commit()
    assert [chunk.id for chunk in reader.chunks()] == ["a.txt-0", "a.txt-2"]
    for store in (reader, heir):
        store.close()


def test_segments_are_removed_but_for_those_of_the_commit_before(tmp_path: Path) -> None:
    store = Store(tmp_path, recipe=RECIPE)
    seen = []
    for i in range(4):
        fill(store, [make(i)])
        seen.append(segment_names(tmp_path)[-1])
    assert segment_names(tmp_path) == seen[-2:]
    assert [chunk.id for chunk in store.chunks()] == [f"a.txt-{i}" for i in range(4)]
    store.close()


def test_a_large_segment_is_left_as_it_is_when_something_is_added_or_removed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("index.store.backends.COPIED", 3)
    store = Store(tmp_path, recipe=RECIPE)
    fill(store, [make(i) for i in range(5)])
    [large] = segment_names(tmp_path)
    before = {file: file.stat().st_mtime_ns for file in (tmp_path / large).rglob("*.bin")}
    fill(store, [make(5)])
    store.delete_chunks([make(1).id])
    store.commit()
    assert {file: file.stat().st_mtime_ns for file in (tmp_path / large).rglob("*.bin")} == before
    left = [make(i).id for i in (0, 2, 3, 4, 5)]
    assert [chunk.id for chunk in store.chunks()] == left
    assert {hit.chunk.id for hit in store.query(vectors(1)[0], 10)} == set(left)
    assert len(store.query(vectors(1)[0], 5)) == 5
    # what was removed comes back in a new segment
    fill(store, [make(1)])
    assert store.count() == 6
    assert len({hit.chunk.id for hit in store.query(vectors(1)[0], 10)}) == 6
    store.close()


def test_many_segments_are_merged_and_wasteful_ones_are_written_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("index.store.backends.COPIED", 0)
    monkeypatch.setattr("index.store.backends.MOST_SEGMENTS", 3)
    monkeypatch.setattr("index.store.backends._PAGE", 2)
    store = Store(tmp_path, recipe=RECIPE)
    for i in range(0, 12, 2):
        fill(store, [make(i), make(i + 1)])
    reader = Store(tmp_path, recipe=RECIPE)
    assert len(reader._backend.collections()) == 3
    assert len(reader.query(vectors(1)[0], 20)) == 12
    store.delete_chunks([make(i).id for i in range(9)])
    store.commit()
    assert len(reader.query(vectors(1)[0], 20)) == 3
    assert sum(collection.count() for collection in reader._backend.collections()) < 9
    store.wipe()
    store.commit()
    assert (reader.count(), reader.revision(), reader.query(vectors(1)[0], 3)) == (0, "", [])
    store.close()
    reader.close()


def test_words_are_found_in_every_segment_and_forgotten_with_their_chunks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("index.store.backends.COPIED", 0)
    store = Store(tmp_path, recipe=RECIPE)
    one, two = (replace(make(i), text=f"The {word} sails.") for i, word in enumerate(("ship", "schooner")))
    fill(store, [one])
    fill(store, [two])
    assert {hit.chunk.id for hit in store.search_words("Who sails?", 5)} == {one.id, two.id}
    assert [hit.chunk.id for hit in store.search_words("schooners", 5)] == [two.id]
    store.delete_chunks([one.id])
    store.commit()
    assert store.frequencies(["ship", "schooner", "sail"]) == {"ship": 0, "schooner": 1, "sail": 1}
    assert store.search_words("ship", 5) == []
    store.close()


def test_a_store_that_was_deleted_and_made_again_has_another_revision(tmp_path: Path) -> None:
    folder = tmp_path / "store"
    store, reader = Store(folder, recipe=RECIPE), Store(folder, recipe=RECIPE)
    fill(store, [make(0)])
    first = reader.revision()
    store.close()
    folder.rename(tmp_path / "old")
    fill(store, [make(1)])
    assert reader.revision() != first
    assert reader.chunks() == [make(1)]
    store.close()
    reader.close()


def test_a_damaged_index_is_explained(tmp_path: Path) -> None:
    store = Store(tmp_path, recipe=RECIPE)
    fill(store, [make(0)])
    store.close()
    databases = [*tmp_path.glob("*/chroma.sqlite3"), *tmp_path.glob("catalog.sqlite3")]
    assert len(databases) == 2
    for database in databases:
        database.write_bytes(b"no database " * 1000)
        with pytest.raises(StoreError, match=r"cannot be used.*delete the folder and run `assistant ingest` again"):
            store.chunks()
        store.close()


def test_a_segment_that_is_missing_is_explained(tmp_path: Path) -> None:
    store = Store(tmp_path, recipe=RECIPE)
    fill(store, [make(0)])
    store.close()
    shutil.rmtree(tmp_path / segment_names(tmp_path)[0])
    with pytest.raises(StoreError, match=r"is missing or empty. Delete .* and run `assistant ingest` again"):
        store.chunks()
    store.close()


def test_an_index_of_an_older_version_is_explained_and_a_wipe_helps(tmp_path: Path) -> None:
    (tmp_path / "CURRENT").write_text(f"000007-{7:016x}\n")
    (tmp_path / f"000007-{7:016x}").mkdir()
    store = Store(tmp_path, recipe=RECIPE)
    for action in (store.count, lambda: fill(store, [make(0)])):
        with pytest.raises(IndexMismatch, match="older version of Citewell"):
            action()
    store.wipe()
    fill(store, [make(0)])
    assert store.chunks() == [make(0)]
    assert not (tmp_path / "CURRENT").exists()
    store.close()


def test_a_file_where_the_folder_should_be_is_explained(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("x")
    store = Store(file, recipe=RECIPE)
    with pytest.raises(StoreError, match=r"is not a folder.*Name another place"):
        fill(store, [make(0)])


def test_a_store_needs_a_place() -> None:
    with pytest.raises(StoreError, match="name a folder, or the URL"):
        Store(recipe=RECIPE)


@pytest.mark.parametrize("url", ["ftp://host", "http://", "http://host:port", "http://[broken"])
def test_what_is_not_an_address_is_refused(url: str) -> None:
    with pytest.raises(StoreError, match=r"is not the address of a Chroma server.*http://localhost:8000"):
        Store(url=url, recipe=RECIPE).count()


@pytest.mark.parametrize(
    ("url", "parsed"),
    [
        ("localhost:9000", ("http://localhost:9000", "localhost", 9000, False)),
        ("http://localhost", ("http://localhost:8000", "localhost", 8000, False)),
        ("https://chroma.example", ("https://chroma.example:443", "chroma.example", 443, True)),
        ("https://example.org:1/db/", ("https://example.org:1/db", "example.org", 1, True)),
        ("http://[::1]:8000", ("http://[::1]:8000", "[::1]", 8000, False)),
    ],
)
def test_addresses_are_taken_apart(url: str, parsed: tuple[str, str, int, bool]) -> None:
    assert connect.parse_url(url) == parsed


def test_a_server_that_does_not_answer_is_explained() -> None:
    store = Store(url="http://127.0.0.1:9", recipe=RECIPE)
    with pytest.raises(StoreError, match=r"server at http://127.0.0.1:9 did not.*`chroma run` starts one"):
        store.count()


@given(st.text(min_size=1))
def test_any_name_gives_a_collection_name_that_chroma_takes(name: str) -> None:
    found = connect.collection_name(name)
    assert 3 <= len(found) <= 63
    assert found.replace("-", "").replace("_", "").isalnum()
    assert found.isascii()
    assert found[0].isalnum()


text = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=20)


@given(text, text, text, st.none() | st.just("2024"))
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_unicode_comes_back_the_same(
    make_store: MakeStore, source: str, title: str, content: str, date: str | None
) -> None:
    store = make_store()
    store.wipe()
    chunk = Chunk("id", source, title, date, 0, len(content), 0, content, "0")
    fill(store, [chunk])
    assert store.chunks([source]) == [chunk]
    assert store.query(vectors(1)[0], 1)[0].chunk == chunk


def test_the_search_finds_nearly_all_of_the_nearest_chunks(tmp_path: Path) -> None:
    store = Store(tmp_path, recipe=RECIPE)
    chunks = [make(i) for i in range(1500)]
    rows = fill(store, chunks)
    right = 0
    for query in vectors(10, seed=1):
        exact = set(np.argsort(-(rows @ query))[:50])
        right += len(exact & {hit.chunk.position for hit in store.query(query, 50)})
    store.close()
    assert right >= 0.97 * 500


def test_an_index_that_cannot_be_written_says_so_and_advises_no_deletion() -> None:
    with (
        pytest.raises(StoreError, match=r"cannot be written.*--store") as raised,
        connect.store_errors(Path("index"), None),
    ):
        raise RuntimeError("error returned from database: (code: 8) attempt to write a readonly database")
    assert "delete" not in str(raised.value)

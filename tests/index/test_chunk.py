"""Chunks: whole sentences, inside the budget, exact, and always the same."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from importlib import metadata
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.chunk import DEFAULT_BUDGET, DEFAULT_OVERLAP, chunk
from index.errors import ModelError
from index.text import tokens
from index.text.boilerplate import content_spans
from index.text.sentences import split
from index.text.tokens import count
from index.types import Document, Span

TEXTS = st.text(st.one_of(st.characters(codec="utf-8"), st.sampled_from(list("....!?  \n\nabcABC\"'-1"))), max_size=600)


def document(text: str, content: tuple[Span, ...] | None = None) -> Document:
    spans = content if content is not None else content_spans(text)
    return Document("folder/a.txt", "A", "2024-01-02", text, "0" * 64, spans)


PROSE = " ".join(f"Sentence number {n} says that the river rose by {n} metres in one night." for n in range(60))


@settings(deadline=None)
@given(TEXTS, st.integers(8, 60), st.integers(0, 7))
def test_any_text_gives_exact_chunks_within_the_budget_and_loses_nothing(text: str, budget: int, overlap: int) -> None:
    source = document(text)
    chunks = chunk(source, budget, overlap)
    covered = [False] * len(text)
    for position, piece in enumerate(chunks):
        assert piece.position == position
        assert piece.text == text[piece.start : piece.end] == piece.text.strip() != ""
        assert any(start <= piece.start and piece.end <= end for start, end in source.content)
        covered[piece.start : piece.end] = [True] * (piece.end - piece.start)
    assert all(size <= budget for size in count([piece.text for piece in chunks]))
    assert [piece.start for piece in chunks] == sorted(piece.start for piece in chunks)
    for start, end in source.content:
        assert all(covered[n] or text[n].isspace() for n in range(start, end))


def test_chunks_are_whole_sentences_and_overlap_by_whole_sentences() -> None:
    chunks = chunk(document(PROSE), budget=100, overlap=40)
    starts = {span.start for span in split(PROSE)}
    ends = {span.end for span in split(PROSE)}
    assert len(chunks) > 5
    assert all(piece.start in starts and piece.end in ends for piece in chunks)
    for before, after in pairwise(chunks):
        shared = PROSE[after.start : before.end]
        assert shared
        assert count([shared])[0] <= 40
        assert after.end > before.end


def test_no_overlap_means_that_nothing_is_repeated() -> None:
    chunks = chunk(document(PROSE), budget=100, overlap=0)
    assert all(before.end <= after.start for before, after in pairwise(chunks))


def test_chunks_are_as_full_as_the_budget_allows() -> None:
    sizes = count([piece.text for piece in chunk(document(PROSE), DEFAULT_BUDGET, DEFAULT_OVERLAP)])
    assert all(size > DEFAULT_BUDGET * 0.85 for size in sizes[:-1])


def test_a_chunk_never_crosses_what_is_not_content() -> None:
    text = "One sentence is here. ADVERTISEMENT Another is there."
    chunks = chunk(document(text, (Span(0, 21), Span(36, len(text)))))
    assert [piece.text for piece in chunks] == ["One sentence is here.", "Another is there."]


def test_a_sentence_above_the_budget_is_cut_at_whitespace() -> None:
    text = "word and " * 200 + "end"
    chunks = chunk(document(text), budget=50, overlap=10)
    assert " ".join(piece.text for piece in chunks) == text
    assert max(count([piece.text for piece in chunks])) <= 50


def test_a_word_above_the_budget_is_cut_anywhere() -> None:
    text = "x1y2" * 500
    chunks = chunk(document(text), budget=50, overlap=0)
    assert "".join(piece.text for piece in chunks) == text
    assert max(count([piece.text for piece in chunks])) <= 50


def test_ids_are_the_same_for_the_same_input_and_differ_otherwise() -> None:
    first, again = chunk(document(PROSE)), chunk(document(PROSE))
    assert first == again
    other = chunk(Document("b.txt", "A", None, PROSE, "0" * 64, content_spans(PROSE)))
    changed = chunk(Document("folder/a.txt", "A", None, PROSE, "1" * 64, content_spans(PROSE)))
    ids = [piece.id for chunks in (first, other, changed) for piece in chunks]
    assert len(set(ids)) == len(ids)
    assert all(len(id_) == 32 and int(id_, 16) >= 0 for id_ in ids)


def test_a_chunk_carries_what_is_known_of_its_document() -> None:
    piece = chunk(document("One sentence."))[0]
    assert (piece.source, piece.title, piece.date, piece.sha256) == ("folder/a.txt", "A", "2024-01-02", "0" * 64)


def test_names_of_special_tokens_are_plain_text() -> None:
    text = "It ends with <|endoftext|> and goes on."
    assert [piece.text for piece in chunk(document(text))] == [text]


@pytest.mark.parametrize(
    "text", ["a" * 1_000_000, "字" * 200_000, "😀" * 100_000, ". " * 100_000, "x y " * 50_000], ids=range(5)
)
def test_hostile_text_takes_no_more_than_seconds(text: str) -> None:
    begin = time.perf_counter()
    chunks = chunk(document(text, (Span(0, len(text)),)))
    assert time.perf_counter() - begin < 10
    assert max(count([piece.text for piece in chunks])) <= DEFAULT_BUDGET


def test_a_budget_or_overlap_that_cannot_be_kept_is_refused() -> None:
    with pytest.raises(ValueError, match=r"must be at least 8 tokens, not 7\."):
        chunk(document("a"), budget=7, overlap=0)
    with pytest.raises(ValueError, match=r"less than the budget of 20 tokens, not 20\."):
        chunk(document("a"), budget=20, overlap=20)
    with pytest.raises(ValueError, match="not -1"):
        chunk(document("a"), overlap=-1)


def test_the_ranks_are_those_of_the_package_and_a_users_own_folder_counts_only_with_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("TIKTOKEN_CACHE_DIR", raising=False)
    packaged = tokens.ranks_folder()
    assert packaged.parts[-4:] == ("llama_index", "core", "_static", "tiktoken_cache")
    monkeypatch.setenv("TIKTOKEN_CACHE_DIR", str(tmp_path))
    assert tokens.ranks_folder() == packaged
    (tmp_path / tokens.RANKS).write_bytes((packaged / tokens.RANKS).read_bytes())
    assert tokens.ranks_folder() == tmp_path


def test_missing_ranks_are_an_error_that_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Empty:
        def locate_file(self, path: str) -> Path:
            return tmp_path / path

    monkeypatch.delenv("TIKTOKEN_CACHE_DIR", raising=False)
    monkeypatch.setattr(metadata, "distribution", lambda name: Empty())
    with pytest.raises(ModelError, match="install llama-index-core again, or set TIKTOKEN_CACHE_DIR"):
        tokens.ranks_folder()

    def missing(name: str) -> None:
        raise metadata.PackageNotFoundError(name)

    monkeypatch.setattr(metadata, "distribution", missing)
    with pytest.raises(ModelError, match="llama-index-core, which carries the token ranks, is not installed"):
        tokens.ranks_folder()


def test_counting_tokens_does_not_import_llama_index_and_reading_imports_nothing_heavy() -> None:
    script = (
        "import sys; import index.readers.registry, index.chunk; "
        "assert not {'tiktoken','trafilatura','pypdf','docx','yaml','lxml','charset_normalizer'} & set(sys.modules); "
        "from index.text.tokens import count; count(['a']); assert 'llama_index' not in sys.modules"
    )
    root = Path(__file__).parents[2]
    subprocess.run([sys.executable, "-c", script], check=True, cwd=root, env={**os.environ, "PYTHONPATH": str(root)})

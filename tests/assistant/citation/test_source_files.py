"""The source files as they are now."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from made import chunk
from towns import OLDTOWN, indexed

from assistant.api import Assistant
from assistant.citation.source_files import Library
from assistant.types import REFUSAL
from index.errors import ReadError
from index.types import Chunk, Span

OPENED = "When was the Harbour Bridge of Oldtown opened?"
PUPILS = "How many pupils does the school of Oldtown have?"


@pytest.fixture
def bot(tmp_path: Path) -> Iterator[Assistant]:
    """An assistant that has read the small corpus, which the test may change."""
    with indexed(tmp_path, OLDTOWN) as bot:
        yield bot


def bridge(bot: Assistant) -> Path:
    return Path(bot.settings.corpus) / "bridge.txt"


def test_nothing_is_dropped_while_the_files_are_as_they_were(bot: Assistant) -> None:
    answer = bot.answer(OPENED)
    assert answer.citations[0].source == "bridge.txt"
    assert answer.dropped == ()


@pytest.mark.parametrize("first_asked", [False, True])
def test_a_changed_file_is_not_quoted_and_the_answer_says_what_to_do(bot: Assistant, first_asked: bool) -> None:
    if first_asked:
        assert not bot.answer(OPENED).abstained
    bridge(bot).write_text(bridge(bot).read_text().replace("1931", "1932"))
    answer = bot.answer(OPENED)
    assert "bridge.txt" not in {c.source for c in answer.citations}
    assert "1931" not in answer.text
    (dropped,) = answer.dropped
    assert "bridge.txt" in dropped.text
    assert "changed" in dropped.reason
    assert "Run `assistant ingest /" in dropped.reason


def test_a_changed_file_is_no_nearest_passage_either(bot: Assistant) -> None:
    bridge(bot).write_text("All gone.")
    assert "bridge.txt" not in {p.source for p in bot.answer(OPENED).nearest}


def test_a_deleted_file_is_not_quoted(bot: Assistant) -> None:
    bridge(bot).unlink()
    answer = bot.answer(OPENED)
    assert "bridge.txt" not in {c.source for c in answer.citations}
    assert "gone" in answer.dropped[0].reason
    assert "Run `assistant ingest /" in answer.dropped[0].reason


def test_a_file_replaced_by_a_folder_is_not_quoted(bot: Assistant) -> None:
    bridge(bot).unlink()
    bridge(bot).mkdir()
    answer = bot.answer(OPENED)
    assert answer.abstained
    assert answer.text == REFUSAL
    assert "Run `assistant ingest /" in answer.dropped[0].reason


def test_a_file_replaced_by_another_of_its_name_and_size_is_not_quoted(bot: Assistant) -> None:
    bot.answer(OPENED)
    other = bridge(bot).with_name("new")
    other.write_bytes(bridge(bot).read_bytes().replace(b"1931", b"1933"))
    os.utime(other, ns=(1, 1))
    other.replace(bridge(bot))
    assert "bridge.txt" not in {c.source for c in bot.answer(OPENED).citations}


def test_a_change_that_keeps_size_and_time_is_seen(bot: Assistant) -> None:
    bot.answer(OPENED)
    before = bridge(bot).stat()
    bridge(bot).write_bytes(bridge(bot).read_bytes().replace(b"1931", b"1933"))
    os.utime(bridge(bot), ns=(before.st_atime_ns, before.st_mtime_ns))
    assert "bridge.txt" not in {c.source for c in bot.answer(OPENED).citations}


def test_other_files_are_quoted_still(bot: Assistant) -> None:
    bridge(bot).unlink()
    assert bot.answer(PUPILS).citations[0].source == "school.md"


def test_after_a_new_ingest_the_changed_file_is_quoted_as_it_is(bot: Assistant) -> None:
    bot.answer(OPENED)
    bridge(bot).write_text(bridge(bot).read_text().replace("1931", "1932"))
    bot.ingest()
    answer = bot.answer(OPENED)
    assert "4 March 1932" in answer.citations[0].quote
    assert answer.dropped == ()


def test_a_file_that_was_only_touched_is_quoted(bot: Assistant) -> None:
    bot.answer(OPENED)
    os.utime(bridge(bot), ns=(10**18, 10**18))
    assert bot.answer(OPENED).dropped == ()


@pytest.mark.parametrize(("start", "end"), [(-1, 4), (0, 0), (3, 2), (0, 99), (8, 10)])
def test_a_span_that_is_no_part_of_its_passage_is_an_error(tmp_path: Path, start: int, end: int) -> None:
    (tmp_path / "a.txt").write_text("The mill  burnt.")
    with pytest.raises(ReadError):
        Library(tmp_path).cite(1, chunk("The mill  burnt."), Span(start, end))


def test_a_span_of_a_file_that_says_something_else_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("The mill stands.")
    with pytest.raises(ReadError, match="Run `assistant ingest /"):
        Library(tmp_path).cite(1, chunk("The mill burnt.."), Span(0, 8 + 5))


PIECES = (
    "The mill 𝔘 burnt.|é e\u0301 x\u0323\u0307 stands.|😀👩\u200d🚀 flew.|橋が開いた。|A “quoted” word."
    "|12\u202f000 men.|שלום עולם.|I\u0307stanbul \ufb01nds ß.|\ufeff in the middle.|tab\there."
).split("|")
ENDS = st.sampled_from(["\n", "\r\n", "\r", " ", "\r\n\r\n", "\n\n", "\u2028", "\x0b", "\x85"])
TEXTS = st.lists(st.tuples(st.sampled_from(PIECES) | st.text(min_size=1, max_size=12), ENDS), min_size=1, max_size=8)
CORPORA = st.lists(st.tuples(TEXTS, st.sampled_from(["utf-8", "utf-8-sig", "utf-16"])), min_size=3, max_size=6)


@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(corpus=CORPORA)
def test_a_quote_is_the_text_between_its_offsets_in_any_unicode(
    tmp_path_factory: pytest.TempPathFactory, corpus: list[tuple[list[tuple[str, str]], str]]
) -> None:
    root = tmp_path_factory.mktemp("unicode")
    texts = {}
    for n, (pieces, encoding) in enumerate(corpus):
        text = "Here is a document of some length.\r\n" + "".join(a + b for a, b in pieces)
        text = text.encode("utf-8", "ignore").decode("utf-8").replace("\x00", "")
        (root / f"{n}.txt").write_bytes(text.encode(encoding))
        texts[f"{n}.txt"] = text
    bot = Assistant(root, root.parent / f"{root.name}-store")
    bot.ingest()
    library = Library(root)
    chunks: list[Chunk] = bot.store.chunks()
    assert chunks
    for found in chunks:
        assert texts[found.source][found.start : found.end] == found.text
        cited = library.cite(1, found, Span(found.start, found.end))
        assert cited.quote == texts[found.source][cited.start : cited.end]
    answer = bot.answer("What is a document of some length?")
    for citation in answer.citations:
        assert texts[citation.source][citation.start : citation.end] == citation.quote
    bot.store.close()

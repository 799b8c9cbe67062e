"""Opening one document, asking several by name, and answering with other settings."""

from __future__ import annotations

from pathlib import Path

import pytest
from towns import indexed

from assistant.api import Assistant
from assistant.config import Settings
from assistant.errors import ConfigError, QuestionError, ReadError
from index.readers.registry import read


def test_a_document_is_its_file_as_it_is_now(town_bot: Assistant, town: Path) -> None:
    found = town_bot.document("school.md")
    assert found == read(town / "school.md", town)
    assert town_bot.document("school.md") is found  # read once


@pytest.mark.parametrize(
    "source", ["", "..", "../corpus/school.md", "/etc/passwd", "none.txt", "school.md/", "./school.md"]
)
def test_only_what_is_in_the_index_is_opened(town_bot: Assistant, source: str) -> None:
    with pytest.raises(ReadError, match="no such document"):
        town_bot.document(source)


def test_a_file_that_changes_goes_or_leads_out_is_seen_to(tmp_path: Path) -> None:
    (tmp_path / "outside.txt").write_text("The bridge is 310 metres long.")
    with indexed(tmp_path, {"a.txt": "The bridge is 310 metres long."}) as bot:
        path = bot.settings.corpus / "a.txt"
        before = bot.document("a.txt")
        path.write_text("The bridge is 320 metres long.")
        after = bot.document("a.txt")
        assert (before.text, after.text) == ("The bridge is 310 metres long.", "The bridge is 320 metres long.")
        assert before.sha256 != after.sha256
        path.unlink()
        with pytest.raises(ReadError, match="gone"):
            bot.document("a.txt")
        path.symlink_to(tmp_path / "outside.txt")
        with pytest.raises(ReadError, match="not in the folder"):
            bot.document("a.txt")


def test_several_documents_are_asked_by_name(town_bot: Assistant) -> None:
    both = town_bot.search("the town", source=["bridge.txt", "school.md"])
    one = town_bot.search("the town", source=["school.md"])
    assert {hit.source for hit in both} == {"bridge.txt", "school.md"}
    assert {hit.source for hit in one} == {"school.md"}
    assert town_bot.answer("How long is the Harbour Bridge?", source=["bridge.txt"]).citations
    assert town_bot.search("the town", source=["*.md"]) == []  # names, not patterns


def test_a_list_that_names_nothing_is_refused(town_bot: Assistant) -> None:
    with pytest.raises(QuestionError, match="names no files"):
        town_bot.answer("Who?", source=[])


def test_a_variant_answers_with_other_settings_from_the_same_index(town_bot: Assistant) -> None:
    few = town_bot.variant(sentences=1)
    assert (few.settings.sentences, town_bot.settings.sentences) == (1, Settings().sentences)
    assert few.store is town_bot.store
    assert len(few.answer("What is known of the Harbour Bridge?").citations) <= 1
    with pytest.raises(ConfigError, match="sentences"):
        town_bot.variant(sentences=0)

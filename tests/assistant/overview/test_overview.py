"""Overviews, lists, summaries and comparisons of a real index, each sentence cited."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.api import Assistant
from assistant.errors import CorpusError
from assistant.types import Answer

LEAVE = """# Leave policy

## Annual leave

Employees have thirty days of annual leave in each year. It can be taken at any time.

## Sick leave

Employees on sick leave are paid in full for six weeks. A note is needed after three days.
"""
TRAVEL = "# Travel policy\n\nThe company pays for trains of the second class. Flights need the consent of a manager.\n"


@pytest.fixture(scope="module")
def bot(tmp_path_factory: pytest.TempPathFactory) -> Assistant:
    root = tmp_path_factory.mktemp("policies")
    (root / "2024-05-06-leave.md").write_text(LEAVE)
    (root / "travel.md").write_text(TRAVEL)
    (root / "old.xls").write_bytes(b"x")
    made = Assistant(corpus=root, store=tmp_path_factory.mktemp("store"))
    made.ingest()
    return made


def check(answer: Answer, bot: Assistant) -> None:
    """Every quote stands in its file, and every citation has its marker."""
    for citation in answer.citations:
        assert bot.document(citation.source).text[citation.start : citation.end] == citation.quote
        assert f"[{citation.number}]" in answer.text


def test_thanks_after_an_answer_is_no_question(bot: Assistant) -> None:
    answer = bot.answer("Thanks!", [{"role": "user", "content": "How many days of leave?"}])
    assert not answer.abstained
    assert answer.citations == answer.dropped == ()


def test_what_the_documents_are_about_is_told_of_each_with_a_sentence(bot: Assistant) -> None:
    answer = bot.answer("What are these documents about?")
    assert answer.text.startswith("There are 2 documents (2 .md), dated 2024-05-06.")
    assert "Sections: Annual leave; Sick leave." in answer.text
    assert {citation.source for citation in answer.citations} == {"2024-05-06-leave.md", "travel.md"}
    check(answer, bot)


def test_the_documents_are_listed_with_names_and_dates(bot: Assistant) -> None:
    answer = bot.answer("List the documents")
    assert "- **Leave policy** (2024-05-06-leave.md, 2024-05-06)\n- **Travel policy** (travel.md)" in answer.text


def test_a_summary_has_the_leading_sentence_of_each_section(bot: Assistant) -> None:
    answer = bot.answer("Summarise the leave policy")
    assert "**Annual leave**: Employees have thirty days of annual leave in each year. [1]" in answer.text
    assert [citation.section for citation in answer.citations][-1].endswith("Sick leave")
    check(answer, bot)


def test_a_comparison_shows_both_sides(bot: Assistant) -> None:
    answer = bot.answer("Compare annual leave and sick leave")
    annual, _, sick = answer.text.partition("**sick leave**")
    assert "thirty days" in annual
    assert "six weeks" in sick
    check(answer, bot)


def test_arithmetic_is_outside(bot: Assistant) -> None:
    answer = bot.answer("What is 2+2?")
    assert answer.abstained
    assert "do not calculate" in answer.text


def test_files_that_were_not_read_are_named_beside_an_answer(bot: Assistant) -> None:
    answer = bot.answer("What are these documents about?")
    assert [note.text for note in answer.dropped] == ["1 file of the folder"]
    assert "old.xls" in answer.dropped[0].reason


def test_a_folder_without_a_file_that_can_be_read_is_told_from_one_that_is_not_indexed(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    for name, why in (("a.xls", "cannot read the 1 file in"), ("a.txt", "is not indexed yet")):
        (tmp_path / "a" / name).write_text("Some text is here.")
        with pytest.raises(CorpusError, match=why):
            Assistant(corpus=tmp_path / "a", store=tmp_path / "s").answer("What is here?")

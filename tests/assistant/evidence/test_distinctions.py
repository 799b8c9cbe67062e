"""What is told of another thing with the same words is no answer: the mayor for the vice mayor, repair for building."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.api import Assistant
from assistant.evidence.distinctions import made_anew, of_another_rank, speaks_of_another

COUNCIL = (
    "Mayor Edith Kohl said that the town would not sell the old mill. The council approved the budget. "
    "Vice mayor Anton Reis was absent."
)
LIBRARY = "The library on Mill Lane was renovated in 2015 for 2 million pounds. It has a garden."


@pytest.mark.parametrize(
    ("question", "sentence", "another"),
    [
        ("What did the vice mayor say?", "The mayor said no.", True),
        ("What did the vice mayor say?", "Vice mayor Reis said no.", False),
        ("What did the vice mayor say?", "The deputy mayor said no.", False),
        ("What did the Vice-President say?", "The president said no.", True),
        ("What did the deputy head say?", "Reis, the mayor's deputy and a head of school, said no.", False),
        ("Who is her deputy?", "The mayor said no.", True),
        ("Who is her deputy?", "The mayor's second-in-command is Reis.", False),
        ("What did the assistant say?", "The mayor said no.", False),  # no rank of a title
        ("What did the mayor say?", "The mayor said no.", False),
    ],
)
def test_who_has_a_title_is_not_who_stands_in_for_them(question: str, sentence: str, another: bool) -> None:
    assert of_another_rank(question, sentence, sentence) is another


def test_the_neighbours_may_say_whose_words_they_are() -> None:
    said = "She said no."
    assert not of_another_rank("What did the vice mayor say?", said, f"The vice mayor came. {said}")
    assert of_another_rank("What did the vice mayor say?", said, f"The mayor came. {said}")
    mayor = "The mayor said no."
    assert of_another_rank("What did the vice mayor say?", mayor, f"{mayor} The vice mayor was absent.")


@pytest.mark.parametrize(
    ("question", "sentence", "another"),
    [
        ("When was the hall built?", "It was renovated in 2015.", True),
        ("When was the hall opened?", "It was rebuilt in 2015.", True),
        ("When was the hall built?", "Built in 1974, it was renovated in 2015.", False),
        ("When was the hall built?", "It was opened in 1974.", False),
        ("When was the hall rebuilt?", "It was renovated in 2015.", False),
        ("When was the hall renovated after it was built?", "It was renovated in 2015.", False),
        ("How old is the hall?", "It was renovated in 2015.", False),
    ],
)
def test_what_was_mended_was_not_built_then(question: str, sentence: str, another: bool) -> None:
    assert made_anew(question, sentence) is another


def test_the_sentence_at_a_place_is_judged() -> None:
    question = "What did the vice mayor say?"
    assert speaks_of_another(question, COUNCIL, COUNCIL.index("Kohl"))
    assert not speaks_of_another(question, COUNCIL, COUNCIL.index("Anton"))
    assert not speaks_of_another(question, COUNCIL, len(COUNCIL))
    assert not speaks_of_another(question, "", 0)


@pytest.fixture(scope="module")
def bot(tmp_path_factory: pytest.TempPathFactory) -> Assistant:
    corpus = tmp_path_factory.mktemp("council")
    for name, text in (("council.txt", COUNCIL), ("library.txt", LIBRARY)):
        Path(corpus, name).write_text(text, encoding="utf-8")
    found = Assistant(corpus, tmp_path_factory.mktemp("council-index"))
    found.ingest()
    return found


@pytest.mark.parametrize(
    ("question", "quoted"),
    [
        ("What did the mayor say about the mill?", True),
        ("What did the vice mayor say about the mill?", False),
        ("What did the deputy mayor say?", False),
    ],
)
def test_the_words_of_whoever_holds_the_title_are_not_quoted_for_another(
    bot: Assistant, question: str, quoted: bool
) -> None:
    assert ("would not sell" in bot.answer(question).text) is quoted


@pytest.mark.parametrize(
    ("question", "answered"),
    [
        ("Who is the vice mayor?", True),
        ("When was the library built?", False),
        ("When was the library renovated?", True),
    ],
)
def test_what_another_thing_answers_is_refused(bot: Assistant, question: str, answered: bool) -> None:
    assert bot.answer(question).abstained is not answered

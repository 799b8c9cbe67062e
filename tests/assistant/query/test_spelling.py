"""Slips in a question's spelling are mended by the words of the index; what may be meant as it stands is left alone."""

from __future__ import annotations

import threading
import time

import pytest
from commands import Run
from hypothesis import given
from hypothesis import strategies as st
from keyword_index import index_of

from assistant.api import Assistant
from assistant.query.edit_distance import Step, steps
from assistant.query.spelling import Speller
from assistant.types import Turn

TEXTS = (
    "The library opened in the country town in May. Its librarian is Ms Petra Andersson-Lind.",
    "The Anderson family paid for the café. Mayor Wolfgang Reuttenberg received guests in the library.",
    "Broadcasters reported that soldiers were killed. A trust owns the trucks of the personnel.",
    "Engineer Lloyd Harrison says that the bridge resembles a form. Farms and firms are near.",
    "The vice mayor, Tom Harris, signs agreements with the harbour. The Museum of Fife is open.",
)


def speller(*texts: str) -> Speller:
    return Speller(index_of(*texts))


TOWN = speller(*TEXTS)


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("libary opning date", "library opening date"),  # "opening" stands nowhere, a form of it does
        ("Wich contry is it in?", "Which country is it in?"),
        ("how many soliders were kiled", "how many soldiers were killed"),
        ("Which brodcaster reported it?", "Which broadcaster reported it?"),
        ("What did the perssonel drive?", "What did the personnel drive?"),
        ("what do the truks resembel", "what do the trucks resemble"),
        ("WHO IS THE MAYR? THE LIBRAIRAN?", "WHO IS THE MAYR? THE LIBRARIAN?"),
        ("the libary's cafe, the caffe", "the library's cafe, the café"),
        ("a non-libary libary-like thing", "a non-library library-like thing"),
    ],
)
def test_a_slip_is_mended_in_the_case_that_it_was_written_in(typed: str, read: str) -> None:
    assert TOWN.mend(typed) == read


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("Who is Loyd Harison?", "Who is Lloyd Harrison?"),  # one of a double
        ("Who is Llloyd?", "Who is Lloyd?"),
        ("Where is Haribsson?", "Where is Haribsson?"),
        ("Who is Mr Reuttenbreg?", "Who is Mr Reuttenberg?"),  # two exchanged
        ("Who is Mr Reutenbergg?", "Who is Mr Reuttenberg?"),
        ("Who is Mr Reuttenbeg?", "Who is Mr Reuttenberg?"),  # a long name lacks a letter
        ("who is reuttenbreg", "who is reuttenberg"),
    ],
)
def test_a_name_is_mended_where_it_is_a_plain_slip(typed: str, read: str) -> None:
    assert TOWN.mend(typed) == read


@pytest.mark.parametrize(
    "question",
    [
        "Who is Andersen?",
        "who is anderssen",
        "Who is Mr Reuttenburg?",
        "who is reuttenburg",
        "What did Anderssen pay?",
        "Who is Mr Lloid?",
        "Who is Mr Hariss-Reutenborg?",
        "Where is Fiffe?",  # too short a name
        "Who is Mr Killd?",  # near a word, but a name
        "Who is Lady Resembels?",
    ],
)
def test_no_name_becomes_another_one(question: str) -> None:
    assert TOWN.mend(question) == question


@pytest.mark.parametrize(
    "question",
    [
        "When did the library open?",
        "Is there a theatre, a swimming pool or a dentist?",  # English words that the index does not have
        "Who is the deserter, the baker, the helper?",  # forms of such words
        "What of libary7, A-libary9, libary@town.example and libary.txt?",
        'What does "libary" mean? And “libary”?',
        "What is the LBRARY?",  # an abbreviation, among other words
        "What is iLibary?",
        "Что такое библиотка?",
        "图书馆什么时候开放？",
        "teh bok",  # too short
        "Does n't it, doesn't it, shouldn't it, needn't it?",
        "Where is the zzyzzx?",
        "Is it libraryish, or trucky?",
        "",
    ],
)
def test_what_may_be_meant_as_it_stands_is_left_alone(question: str) -> None:
    assert TOWN.mend(question) is question


def test_another_english_word_is_not_taken_for_a_slip() -> None:
    assert speller("The trail is long.").mend("When was the trial?") == "When was the trial?"
    assert speller("The plaster is dry.").mend("Is it plastery?") == "Is it plastery?"


def test_a_rare_word_is_not_taken_for_a_common_one() -> None:
    index = speller(
        "The germs were rebelled against, invested and disabled. A page of a critical session in recession."
    )
    for question in ("What was repelled, ingested, disarmed?", "What is a phage in remission?"):
        assert index.mend(question) == question


def test_of_two_words_that_are_as_near_the_one_in_more_chunks_is_meant() -> None:
    many = speller("a strike", "a strike", "a strike", "a stroke")
    even = speller("The strike is over.", "The stroke is over.")
    assert many.mend("When was the strke?") == "When was the strike?"
    assert even.mend("When was the strke?") == "When was the strke?"


def test_forms_of_one_word_are_no_two_meanings() -> None:
    assert speller("He resembles her.", "They resemble her.").mend("whom do they resembel") == "whom do they resemble"


@pytest.mark.parametrize(
    ("word", "other", "kind"),
    [
        ("frist", "first", Step.SLIP),
        ("nroth", "north", Step.SLIP),
        ("kiled", "killed", Step.SLIP),
        ("perssonel", "personnel", Step.SLIP),
        ("contry", "country", Step.ONE_LETTER),
        ("solidiers", "soldiers", Step.ONE_LETTER),
        ("presense", "presence", Step.OTHER_LETTER),
        ("gaurentee", "guarantee", Step.SOUNDS_ALIKE),
        ("remission", "recession", None),
        ("repelled", "rebelled", None),
        ("noes", "ones", None),
        ("bill", "till", None),
    ],
)
def test_the_kinds_of_steps(word: str, other: str, kind: Step | None) -> None:
    assert list(steps(word, [other])) == ([(other, kind)] if kind is not None else [])


@given(st.text(max_size=200))
def test_any_text_can_be_mended_and_what_is_mended_stays_so(text: str) -> None:
    mended = TOWN.mend(text)
    assert TOWN.mend(mended) == mended


def test_a_question_takes_less_than_five_milliseconds() -> None:
    question = "Wich brodcaster reported that the perssonel of the libary resembels soliders of the contry?"
    TOWN.mend(question)
    taken = []
    for _ in range(20):
        start = time.perf_counter()
        TOWN.mend(question)
        taken.append(time.perf_counter() - start)
    assert min(taken) < 0.005


def test_questions_side_by_side_are_mended_alike() -> None:
    index, found = speller(*TEXTS), []
    threads = [threading.Thread(target=lambda: found.append(index.mend("libary opning date"))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == ["library opening date"] * 8


def test_a_misspelt_question_is_answered_and_says_how_it_was_read(town_bot: Assistant) -> None:
    typed = "When was the Harbuor Brigde oepned?"
    answer = town_bot.answer(typed)
    assert answer.question == typed
    assert answer.read_as == answer.standalone_question == "When was the Harbour Bridge opened?"
    assert not answer.abstained
    assert "4 March 1931" in answer.text
    assert answer.to_dict()["read_as"] == answer.read_as


def test_a_question_without_slips_is_not_said_to_be_read_otherwise(town_bot: Assistant) -> None:
    assert town_bot.answer("When was the Harbour Bridge opened?").read_as == ""


def test_another_persons_name_is_refused(town_bot: Assistant) -> None:
    answer = town_bot.answer("What did Clara Whitfeld-Osie design?")
    assert town_bot.answer("What did Daniel Osai design?").abstained
    assert "Osie" not in answer.read_as or answer.abstained


def test_what_was_said_before_is_mended_too(town_bot: Assistant) -> None:
    history = [Turn("user", "Who designed the Harbuor Brigde?"), Turn("assistant", "The documents do not say.")]
    answer = town_bot.answer("And how long is it?", history)
    assert "Harbour Bridge" in answer.standalone_question
    assert answer.read_as == ""
    assert "310 metres" in answer.text


def test_a_search_is_mended_too(town_bot: Assistant) -> None:
    assert town_bot.search("engneer", 1)[0].source == "bridge.txt"
    assert town_bot.search("the engneer") == town_bot.search("the engineer") != town_bot.search("the engne")
    assert town_bot.read_as(" the engneer ") == "the engineer"


@pytest.mark.parametrize("command", ["ask", "search"])
def test_the_command_line_says_how_a_question_was_read(run: Run, command: str) -> None:
    result = run(command, "Who was the engneer of the bridge?")
    assert "read as: Who was the engineer of the bridge?" in result.stderr
    assert "read as" not in result.stdout
    assert "read as" not in run(command, "Who was the engineer of the bridge?").stderr

"""Questions made from a corpus: each is answered by where it comes from."""

from __future__ import annotations

import pytest

from assistant.api import Assistant
from assistant.web.suggest import candidates, checked, question_of


@pytest.mark.parametrize(
    ("sentence", "question"),
    [
        ("The school has 420 pupils.", "How many pupils does the school have?"),
        (
            "About 300 new houses were built in the north, the council says.",
            "How many new houses were built in the north?",
        ),
        ("There are now almost 40 nurses working in the clinic.", "How many nurses are working in the clinic?"),
        ("The Harbour Bridge was opened on 4 March 1931.", "When was the Harbour Bridge opened?"),
        ("The tower is 310 metres high.", "How high is the tower?"),
        ("The new roof cost 12 million pounds.", "How much did the new roof cost?"),
        ("Mayor Ann Hill announced a new school in May.", "What did Mayor Ann Hill announce?"),
        ("Clara Whitfield, the engineer of the bridge, lived here.", "Who is Clara Whitfield?"),
        ("The ministry also confirmed the report.", "What did the ministry confirm?"),
        ("He said that it was raining.", None),
        ("It is 310 metres long.", None),
        ("Nothing here is a question in the making.", None),
        ("<b>The school</b> has 420 pupils.", None),
        ("", None),
    ],
)
def test_a_sentence_becomes_the_question_that_it_answers(sentence: str, question: str | None) -> None:
    assert question_of(sentence) == question


def test_each_question_that_is_offered_has_an_answer_from_its_document(town_bot: Assistant) -> None:
    made = candidates(town_bot.store.chunks())
    found = list(checked(town_bot, made, 5))
    assert found
    for one in found:
        answer = town_bot.answer(one.question)
        assert not answer.abstained
        assert one.source in {citation.source for citation in answer.citations}


def test_documents_take_turns_and_no_question_comes_twice(town_bot: Assistant) -> None:
    chunks = town_bot.store.chunks()
    made = candidates([*chunks, *chunks])
    assert len({one.question for one in made}) == len(made)
    assert {made[0].source, made[1].source} == {"bridge.txt", "school.md"}


def test_no_more_are_tried_than_are_wanted(town_bot: Assistant) -> None:
    assert list(checked(town_bot, candidates(town_bot.store.chunks()), 0)) == []

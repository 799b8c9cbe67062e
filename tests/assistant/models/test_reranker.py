"""The cross-encoder."""

from __future__ import annotations

import threading

import pytest

from assistant.models.reranker import Reranker

QUESTION = "How long is the bridge?"
TEXTS = [
    "The bridge is 310 metres long.",
    "The bridge was painted green.",
    "Bees make honey. " * 30,
    "The bridge, which was repaired twice and is loved by all, has a length of 310 metres from bank to bank.",
]


@pytest.fixture(scope="module")
def reranker() -> Reranker:
    return Reranker()


def test_an_answer_scores_above_the_topic_and_the_topic_above_the_rest(reranker: Reranker) -> None:
    answer, topic, other, _ = reranker.scores(QUESTION, TEXTS)
    assert answer > topic > other


def test_scores_are_in_the_order_given_and_the_same_in_any_company(reranker: Reranker) -> None:
    together = reranker.scores(QUESTION, TEXTS)
    assert [reranker.scores(QUESTION, [text])[0] for text in TEXTS] == together
    assert reranker.scores(QUESTION, TEXTS[::-1]) == together[::-1]


def test_pairs_have_questions_of_their_own(reranker: Reranker) -> None:
    colour = "What colour is the bridge?"
    assert reranker.pairs([(QUESTION, TEXTS[0]), (colour, TEXTS[1])]) == [
        reranker.scores(QUESTION, [TEXTS[0]])[0],
        reranker.scores(colour, [TEXTS[1]])[0],
    ]


def test_nothing_to_score_gives_nothing(reranker: Reranker) -> None:
    assert reranker.scores(QUESTION, []) == []


@pytest.mark.parametrize("text", ["", "   ", "\x00", "😀" * 50, "橋", "word " * 5_000])
def test_any_text_has_a_score(reranker: Reranker, text: str) -> None:
    (score,) = reranker.scores(QUESTION, [text])
    assert -15 < score < 15


def test_time_in_the_model_is_counted_for_each_thread_by_itself(reranker: Reranker) -> None:
    before = reranker.seconds
    reranker.scores(QUESTION, TEXTS)
    spent = reranker.seconds
    assert spent > before
    seen: list[float] = []
    thread = threading.Thread(target=lambda: seen.append(reranker.seconds))
    thread.start()
    thread.join()
    assert seen == [0.0]
    assert reranker.seconds == spent

"""The exact metrics, on examples worked out by hand."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

import pytest
from eval_made import SOURCES, answer, case, citation, refusal, unanswerable

from evals.metrics import citations, correct, ranking
from evals.metrics.citations import Statement, statements
from evals.metrics.ranking import Place

OPENED, LONG, COST = "The bridge was opened in 1931.", "It is 310 metres long.", "Repairs cost 12 million pounds."


def words_entail(statement: str, quotes: Sequence[str]) -> bool:
    """A stand-in for the gate: each word of the statement is in a quote."""
    known = {word for quote in quotes for word in quote.lower().split()}
    return all(word in known for word in statement.lower().split())


# quotes


def test_a_quote_that_is_in_its_place_holds() -> None:
    good = answer(f"{OPENED} [1]\n\n{LONG} [2]", citation(OPENED), citation(LONG, 2))
    assert citations.quote_integrity(good, SOURCES) == 1.0


@pytest.mark.parametrize(
    "change", [{"start": 1}, {"end": 5}, {"quote": "The bridge"}, {"source": "other.txt"}, {"source": "gone.txt"},
               {"sha256": "0"}, {"start": 0, "end": 0, "quote": ""}]
)  # fmt: skip
def test_a_quote_that_is_not_exact_does_not(change: dict[str, object]) -> None:
    broken = replace(citation(OPENED), **change)  # type: ignore[arg-type]
    assert citations.quote_integrity(answer(f"{OPENED} [1] {LONG} [2]", broken, citation(LONG, 2)), SOURCES) == 0.5


def test_markers_and_citations_belong_together() -> None:
    assert citations.quote_integrity(answer(f"{OPENED} [1] [2]", citation(OPENED)), SOURCES) == 0.5
    assert citations.quote_integrity(answer(OPENED, citation(OPENED)), SOURCES) == 0.0
    assert citations.quote_integrity(answer(OPENED), SOURCES) == 0.0
    assert citations.quote_integrity(answer(f"{OPENED} [1]", citation(OPENED), citation(LONG)), SOURCES) < 1.0
    assert citations.quote_integrity(refusal(), SOURCES) is None
    assert citations.quote_integrity(replace(refusal(), citations=(citation(OPENED),)), SOURCES) == 0.0


# statements


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("**1931** it was. [1]", [("1931 it was.", (1,))]),
        ("One. [1][2] Two. [3]", [("One.", (1, 2)), ("Two.", (3,))]),
        ("One. Two. [1]", [("One.", ()), ("Two.", (1,))]),
        ("One [1].", [("One", (1,))]),
        ("One. [1] Two.", [("One.", (1,)), ("Two.", ())]),
        ("The sources differ. Newest first:\n\n- One. [1] (a\\_b.txt, 2024-01-02)\n- Two. [2] (b (2).txt, never)",
         [("One.", (1,)), ("Two.", (2,))]),
        ("A \\[9\\] bracket. [1]", [("A [9] bracket.", (1,))]),
        ("", []),
    ],
)  # fmt: skip
def test_an_answer_is_taken_apart_into_statements(text: str, expected: list[tuple[str, tuple[int, ...]]]) -> None:
    assert [(s.text, s.numbers) for s in statements(answer(text))] == expected


def test_a_quote_of_two_sentences_is_one_statement() -> None:
    both = f"{OPENED} {LONG}"
    assert statements(answer(f"{both} [1]", citation(both))) == [Statement(both, (1,))]


# ALCE


def test_recall_is_the_share_of_statements_that_are_supported() -> None:
    found = [Statement("bridge opened", (1,)), Statement("310 metres", (1,)), Statement("long", ())]
    assert citations.citation_recall(found, {1: "bridge opened in"}, words_entail) == pytest.approx(1 / 3)
    assert citations.citation_recall([], {}, words_entail) is None
    assert citations.citation_recall([Statement("x", ()), Statement("y", (9,))], {}, lambda *_: True) == 0.0


def test_quotes_support_together_what_neither_does_alone() -> None:
    found, quotes = [Statement("bridge opened 1931", (1, 2))], {1: "bridge opened", 2: "1931"}
    assert citations.citation_recall(found, quotes, words_entail) == 1.0
    assert citations.citation_precision(found, quotes, words_entail) == 1.0


def test_a_citation_that_adds_nothing_costs_precision_and_no_recall() -> None:
    found, quotes = [Statement("bridge opened", (1, 2))], {1: "bridge opened", 2: "310 metres"}
    assert citations.citation_recall(found, quotes, words_entail) == 1.0
    assert citations.citation_precision(found, quotes, words_entail) == 0.5


def test_all_citations_of_an_unsupported_statement_are_wrong() -> None:
    found = [Statement("bridge closed", (1, 2)), Statement("metres", (3,))]
    quotes = {1: "bridge opened", 2: "bridge", 3: "310 metres"}
    assert citations.citation_precision(found, quotes, words_entail) == pytest.approx(1 / 3)
    assert citations.citation_precision([Statement("x", ())], {}, words_entail) is None


# right


def test_an_answer_is_right_when_it_says_what_it_must_and_cites_where_it_stands() -> None:
    good = answer(f"{OPENED} [1]", citation(OPENED))
    assert correct.right(case(), good)
    assert correct.right(case(must=[["1930", "1931"], ["BRIDGE"]]), good)
    assert not correct.right(case(must=[["1931"], ["Clara"]], reference="1931 Clara"), good)
    assert not correct.right(case(must_not=["opened"]), good)
    assert not correct.right(case(), answer("1931 [1]", citation("Nothing of it.", source="other.txt")))
    assert not correct.right(case(), answer(f"{OPENED} [1]" + " 1931" * 300, citation(OPENED)))
    assert not correct.right(case(), refusal())


def test_a_refusal_is_right_where_the_documents_do_not_say() -> None:
    assert correct.right(unanswerable(), refusal())
    assert not correct.right(unanswerable(), answer(f"{OPENED} [1]", citation(OPENED)))


def test_patterns_see_through_markup() -> None:
    assert correct.right(case(must=[["in 1931"]]), answer("opened in **1931**. [1]", citation(OPENED)))


def test_completeness_counts_the_sides_of_a_disagreement() -> None:
    sides = case(type="conflict", must=[["11,000"], ["10,000", "ten thousand"], ["50,000"]])
    assert correct.completeness(sides, answer("11,000 [1] and Ten Thousand [2]")) == pytest.approx(2 / 3)
    assert correct.completeness(sides, refusal()) == 0.0
    assert correct.completeness(case(), answer("1931 [1]")) is None
    assert correct.completeness(case(type="conflict"), answer("1931 [1]")) is None


def test_token_f1_is_that_of_squad() -> None:
    # ours: bridge opened in 1931; theirs: opened in 1931 may → 3 shared of 4 and 4
    assert correct.token_f1("The bridge opened in 1931.", "Opened, in 1931 (May)") == pytest.approx(0.75)
    assert correct.token_f1("1,000 men", "1,000 women") == pytest.approx(0.5)
    assert correct.token_f1("", "a thing") == 0.0


# ranking


def test_ndcg_of_a_worked_example() -> None:
    # gains 0, 1, 1 with two relevant: (1/log2 3 + 1/log2 4) / (1 + 1/log2 3)
    expected = (1 / math.log2(3) + 0.5) / (1 + 1 / math.log2(3))
    assert ranking.ndcg([0, 1, 1], [1, 0, 1]) == pytest.approx(expected)
    assert ranking.ndcg([1, 1, 0], [1, 1]) == 1.0
    assert ranking.ndcg([0] * 10 + [1], [1]) == 0.0
    assert ranking.ndcg([0], []) is None


def test_recall_and_reciprocal_rank() -> None:
    assert ranking.recall([1, 6, None, 5], 5) == 0.5
    assert ranking.recall([], 5) is None
    assert ranking.reciprocal_rank([False, False, True]) == pytest.approx(1 / 3)
    assert ranking.reciprocal_rank([False]) == 0.0


def test_a_passage_covers_a_span_of_which_it_holds_more_than_half() -> None:
    span = Place("a", 100, 200)
    assert ranking.covers(Place("a", 149, 900), span)
    assert not ranking.covers(Place("a", 150, 900), span)
    assert not ranking.covers(Place("b", 0, 900), span)
    assert ranking.first_ranks([Place("b", 0, 9), Place("a", 90, 210)], [span, Place("b", 20, 30)]) == [2, None]

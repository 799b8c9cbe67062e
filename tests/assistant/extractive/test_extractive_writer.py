"""The extractive writer: which quotes, in which order, and what is merged."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made import chunk, evidence

from assistant.extractive.counted_nouns import Nouns
from assistant.extractive.writer import MAX_QUOTE_CHARS, MAX_QUOTES, MAX_WITNESSES, merge_duplicates, write_quotes
from assistant.query.analyze import parse
from assistant.types import AnswerSpan, Evidence, QuoteDraft
from index.embed import Embedder

MANY = "How many swans live on the lake?"


@pytest.fixture(scope="module")
def nouns(embedder: Embedder) -> Nouns:
    return Nouns(embedder)


def texts(draft: QuoteDraft) -> list[str]:
    return [line.evidence.text for line in draft.lines]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (
            "The bridge of the town was opened on 4 May 1931.",
            "The bridge of the town was opened on 5 May 1931.",
        ),
        ("The bridge of the old town was opened in 1931.", "The bridge of the old town was opened in 1932."),
        ("The lake near the old mill has 3,000 swans.", "The lake near the old mill has 10,000 swans."),
        ("The lake near the old mill has two swans.", "The lake near the old mill has nine swans."),
        ("The old mill by the lake was sold to Ann Moor.", "The old mill by the lake was sold to Clara Hill."),
        ("The old market by the lake is held on Monday.", "The old market by the lake is held on Friday."),
        ("Wages by the old lake rose by 5%.", "Wages by the old lake rose by 5."),
    ],
)
def test_sentences_that_differ_only_in_a_fact_are_never_merged(one: str, other: str) -> None:
    assert len(merge_duplicates([evidence(one, "one.txt"), evidence(other, "other.txt")])) == 2


@settings(max_examples=60, deadline=None)
@given(one=st.integers(0, 10**7), other=st.integers(0, 10**7), form=st.sampled_from(["{}", "{:,}"]))
def test_two_figures_are_merged_only_where_they_are_one(one: int, other: int, form: str) -> None:
    frame = "The great grey lake near the old mill of the town has {} swans in winter."
    lines = merge_duplicates([evidence(frame.format(form.format(n)), f"{k}.txt") for k, n in enumerate((one, other))])
    assert (len(lines) == 1) == (one == other)


def test_a_sentence_that_another_source_repeats_is_one_line_with_a_witness() -> None:
    found = merge_duplicates(
        [
            evidence("The old mill by the lake burnt down in 1871.", "one.txt"),
            evidence("In 1871 the old mill by the lake burnt down.", "other.txt"),
        ]
    )
    assert [(line.evidence.source, [w.source for w in line.witnesses]) for line in found] == [
        ("one.txt", ["other.txt"])
    ]


def test_a_source_is_a_witness_once_and_never_of_itself() -> None:
    text = "The old mill by the lake burnt down in 1871."
    found = merge_duplicates(
        [evidence(text, source, start=n) for n, source in enumerate(["a.txt", "a.txt", "b.txt", "b.txt"])]
    )
    assert [[w.source for w in line.witnesses] for line in found] == [["b.txt"]]


def test_witnesses_are_few() -> None:
    text = "The old mill by the lake burnt down in 1871."
    (line,) = merge_duplicates([evidence(text, f"{n}.txt") for n in range(9)])
    assert 1 + len(line.witnesses) == MAX_WITNESSES


def test_the_best_source_comes_first(nouns: Nouns) -> None:
    best = evidence("The lamp means that the tank is empty.", rank=6.0)
    more = evidence("A bell rings when the tank is empty.", "bell.txt", rank=5.0, start=100)
    assert texts(write_quotes(parse("What does the lamp mean?"), [best, more], 3, nouns))[0] == best.text


def test_no_more_sentences_of_the_best_source_than_are_asked_for(nouns: Nouns) -> None:
    given = ["Bees sing.", "Wolves hunt deer.", "Trees grow tall.", "Rivers flood fields.", "Cats sleep."]
    found = [evidence(text, rank=6.0 - n / 10, start=100 * n) for n, text in enumerate(given)]
    assert [len(texts(write_quotes(parse("Why is that so?"), found, most, nouns))) for most in (1, 2, 3)] == [1, 2, 3]


def test_a_sentence_that_opens_with_a_pronoun_is_quoted_with_the_one_before_it(nouns: Nouns) -> None:
    text = "The pool is in the park. It is heated by a bakery."
    whole = chunk(text)
    best = Evidence(whole, 25, 50, text[25:50], 0, rank=3.0, probability=0.9, answer=AnswerSpan(16, 24, "a bakery"))
    (line,) = write_quotes(parse("Why is the pool warm?"), [best], 3, nouns).lines
    assert (line.evidence.start, line.evidence.end) == (0, 50)
    assert line.evidence.text == text
    assert line.answer is not None
    assert text[line.answer.start : line.answer.end] == "a bakery"


def test_an_unlikely_sentence_is_not_added(nouns: Nouns) -> None:
    best = evidence("The lamp means that the tank is empty.", rank=4.0)
    other = evidence("Wolves hunt deer in the forest.", "wolves.txt", rank=-2.0)
    assert texts(write_quotes(parse("What does the lamp mean?"), [best, other], 3, nouns)) == [best.text]


def test_a_sentence_that_repeats_the_answer_is_not_added(nouns: Nouns) -> None:
    best = replace(evidence("The mill was sold to Clara Hill.", rank=4.0), answer=AnswerSpan(21, 31, "clara hill"))
    again = evidence("Years later, in May, the council thanked Clara Hill for mending the roof.", rank=3.0, start=100)
    again = replace(again, answer=AnswerSpan(41, 51, "clara hill"))
    assert texts(write_quotes(parse("Who bought the mill?"), [best, again], 3, nouns)) == [best.text]


def test_the_likeliest_quote_stands_first(nouns: Nouns) -> None:
    first = evidence("Open the valve slowly.", rank=3.0, start=10)
    then = evidence("Close the lid with both hands.", rank=4.0, start=200)
    assert texts(write_quotes(parse("How is it done?"), [then, first], 3, nouns)) == [then.text, first.text]


def test_sources_that_differ_are_all_given_newest_first(nouns: Nouns) -> None:
    found = [
        evidence("3,000 swans live on the lake.", "old.txt", "2019", 6.0),
        evidence("10,000 swans live on the lake.", "new.txt", "2021", 5.9),
    ]
    draft = write_quotes(parse(MANY), found, 3, nouns)
    assert draft.differ
    assert draft.kind == "number"
    assert [line.evidence.source for line in draft.lines] == ["new.txt", "old.txt"]


def test_a_figure_that_counts_another_thing_makes_no_disagreement(nouns: Nouns) -> None:
    found = [
        evidence("3,000 swans live on the lake.", "old.txt", "2019", 6.0),
        evidence("The lake has 12 bridges.", "new.txt", "2021", 5.9),
    ]
    assert not write_quotes(parse(MANY), found, 3, nouns).differ


def test_two_sources_that_agree_do_not_differ(nouns: Nouns) -> None:
    found = [
        evidence("3,000 swans live on the lake.", "old.txt", "2019", 6.0),
        evidence("On the lake there live three thousand swans.", "new.txt", "2021", 5.9),
    ]
    draft = write_quotes(parse(MANY), found, 3, nouns)
    assert not draft.differ
    assert texts(draft)[0] == found[0].text


def test_long_quotes_are_few_and_the_first_is_shown_whatever_its_length(nouns: Nouns) -> None:
    long = [
        evidence(f"{word} " * 300 + ".", rank=6.0, start=5000 * n) for n, word in enumerate(["wolf", "bear", "lynx"])
    ]
    assert texts(write_quotes(parse("Why?"), long, 3, nouns)) == [long[0].text]


WORDS = st.sampled_from("swan lake 12 3,000 1871 Clara Hill on the [3] old ** bridge in was by Monday 4 May".split())
SENTENCES = st.lists(WORDS, min_size=1, max_size=12).map(" ".join)
SOURCES = st.sampled_from(["a.txt", "b.txt", "c.txt", "d.txt"])
RANDOM = st.lists(st.tuples(SENTENCES, SOURCES, st.floats(-11, 11)), min_size=1, max_size=14)


@settings(max_examples=60, deadline=None)
@given(told=RANDOM, question=st.sampled_from([MANY, "When was it?", "Who did it?", "Why?", "Is it?"]))
def test_a_draft_is_of_the_evidence_short_and_holds_nothing_twice(
    embedder: Embedder, told: list[tuple[str, str, float]], question: str
) -> None:
    ranked = sorted(told, key=lambda item: -item[2])
    found = [evidence(text, source, rank=rank, start=1000 * n) for n, (text, source, rank) in enumerate(ranked)]
    draft = write_quotes(parse(question), found, 3, Nouns(embedder))
    shown = [(e.source, e.start) for line in draft.lines for e in (line.evidence, *line.witnesses)]
    assert shown
    assert len(shown) == len(set(shown))
    assert set(shown) <= {(e.source, e.start) for e in found}
    assert len(draft.lines) <= MAX_QUOTES
    assert sum(len(line.evidence.text) for line in draft.lines) <= max(
        MAX_QUOTE_CHARS, len(draft.lines[0].evidence.text)
    )


def test_what_is_of_another_number_makes_no_disagreement(nouns: Nouns) -> None:
    one = evidence("Wheel 3 of the mill was turned 21 times.", "one.txt", rank=6.0)
    other = evidence("Wheel 4 of the mill was turned 28 times.", "other.txt", rank=5.0)
    assert not write_quotes(parse("How many times was wheel 3 of the mill turned?"), [one, other], 3, nouns).differ
    assert write_quotes(parse("How many times was the wheel of the mill turned?"), [one, other], 3, nouns).differ

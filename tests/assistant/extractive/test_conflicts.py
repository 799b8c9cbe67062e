"""Sources that differ, and sources that agree."""

from __future__ import annotations

import pytest
from made import evidence

from assistant.extractive.conflicts import detect_conflict
from assistant.extractive.counted_nouns import Nouns
from assistant.query.analyze import parse
from assistant.types import QuotedLine
from index.embed import Embedder

MANY = "How many swans live on the lake?"
OPENED = "When was the bridge opened?"


def sides(question: str, *told: tuple[str, str, str | None], ranks: tuple[float, ...] = ()) -> list[str]:
    """The sources that differ, in the order given, of (text, source, date), best first."""
    nouns = Nouns(Embedder())
    parsed = parse(question)
    order = ranks or tuple(5.0 - 0.1 * n for n in range(len(told)))
    lines = [
        QuotedLine(evidence(text, source, date, rank)) for (text, source, date), rank in zip(told, order, strict=True)
    ]
    return [line.evidence.source for line in detect_conflict(parsed, lines, nouns)]


def test_3000_and_10000_differ_the_newest_first() -> None:
    old = ("3,000 swans live on the lake.", "old.txt", "2019-05-01")
    new = ("10,000 swans live on the lake.", "new.txt", "2021-02-03")
    assert sides(MANY, old, new) == ["new.txt", "old.txt"]
    assert sides(MANY, new, old) == ["new.txt", "old.txt"]


def test_an_unknown_date_comes_last() -> None:
    undated = ("10 swans live on the lake.", "undated.txt", None)
    year = ("20 swans live on the lake.", "year.txt", "2021")
    day = ("30 swans live on the lake.", "day.txt", "2019-05-01")
    assert sides(MANY, undated, day, year) == ["year.txt", "day.txt", "undated.txt"]


def test_the_same_figure_in_words_and_in_digits_agrees() -> None:
    one = ("3,000 swans live on the lake.", "one.txt", None)
    other = ("Three thousand swans live on the lake.", "other.txt", None)
    assert sides(MANY, one, other) == []


def test_one_source_alone_does_not_differ() -> None:
    one = ("3,000 swans live on the lake.", "one.txt", None)
    again = ("10,000 swans live on the lake.", "one.txt", None)
    assert sides(MANY, one, again) == []
    assert sides(MANY, one) == []


def test_days_that_differ_are_shown() -> None:
    one = ("The bridge was opened on 4 May 1931.", "one.txt", "1990")
    other = ("The bridge was opened on 5 May 1931.", "other.txt", "1995")
    assert sides(OPENED, one, other) == ["other.txt", "one.txt"]


@pytest.mark.parametrize("less", ["in 1931", "in May 1931", "on 4 May"])
def test_dates_that_agree_on_what_both_tell_do_not_differ(less: str) -> None:
    full = ("The bridge was opened on 4 May 1931.", "full.txt", None)
    other = (f"The bridge was opened {less}.", "less.txt", None)
    assert sides(OPENED, full, other) == []


def test_a_side_that_is_not_likely_to_answer_is_left_out() -> None:
    one = ("3,000 swans live on the lake.", "one.txt", None)
    other = ("10,000 swans live on the lake.", "other.txt", None)
    assert sides(MANY, one, other, ranks=(2.0, 1.0)) == ["one.txt", "other.txt"]
    assert sides(MANY, one, other, ranks=(2.0, -3.0)) == []


def test_a_sentence_about_another_name_is_no_side() -> None:
    question = "How many swans live on Lake Orme?"
    one = ("3,000 swans live on Lake Orme.", "one.txt", None)
    other = ("10,000 swans live on the pond of Tarn.", "other.txt", None)
    assert sides(question, one, other) == []


def test_a_source_that_agrees_is_shown_beside_one_that_differs_but_once() -> None:
    first = ("3,000 swans live on the lake.", "a.txt", "2001")
    again = ("Some 3,000 swans live on the lake in winter.", "a.txt", "2001")
    agrees = ("Three thousand swans live on the lake.", "b.txt", "2002")
    differs = ("10,000 swans live on the lake.", "c.txt", "2003")
    assert sides(MANY, first, again, agrees, differs) == ["c.txt", "b.txt", "a.txt"]


def test_what_is_no_figure_and_no_date_never_differs() -> None:
    one = ("The bridge was built by Clara Hill.", "one.txt", None)
    other = ("The bridge was built by Ann Moor.", "other.txt", None)
    assert sides("Who built the bridge?", one, other) == []


def test_no_answering_words_no_disagreement() -> None:
    one = ("Many swans live on the lake.", "one.txt", None)
    other = ("10,000 swans live on the lake.", "other.txt", None)
    assert sides(MANY, one, other) == []

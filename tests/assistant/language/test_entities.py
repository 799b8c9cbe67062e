"""Numbers, dates and names, by their form."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.language.entities import Fact, dates, loose_dates, names, number_value, numbers

Reader = Callable[[str], list[Fact]]
READERS: list[Reader] = [numbers, dates, loose_dates, names]


def values(read: Reader, text: str) -> list[str]:
    return [fact.value for fact in read(text)]


def shown(read: Reader, text: str) -> list[str]:
    return [text[fact.start : fact.end] for fact in read(text)]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("3,000 men", ["3000"]),
        ("12,000,000 bees", ["12000000"]),
        ("12 000 000 bees", ["12000000"]),
        ("12\u00a0000 bees", ["12000"]),
        ("12\u202f000 bees", ["12000"]),
        ("12\u2009000 bees", ["12000"]),
        ("12.000 Bienen", ["12000"]),
        ("0.713 of them", ["0.713"]),
        ("3.142 metres", ["3.142"]),
        ("a hundred thousand bees", ["100000"]),
        ("a hundred and fifty bees", ["150"]),
        ("two million five hundred thousand", ["2500000"]),
        ("half a million bees", ["500000"]),
        ("two and three", ["2", "3"]),
        ("seven percent", ["7%"]),
        ("seven per cent", ["7%"]),
        ("1500 bees came", ["1500"]),
        ("2000 people", ["2000"]),
        ("2.5 million tonnes", ["2500000"]),
        ("$3 million", ["3000000"]),
        ("3 thousand", ["3000"]),
        ("four", ["4"]),
        ("twenty-one", ["21"]),
        ("two hundred and fifty", ["250"]),
        ("four hundred thousand and five", ["400005"]),
        ("a dozen eggs", ["12"]),
        ("0 faults", ["0"]),
        ("12 %", ["12%"]),
        ("12%", ["12%"]),
        ("12 per cent", ["12%"]),
        ("12 percent", ["12%"]),
        ("10,000-12,000 men", ["10000", "12000"]),
        ("10–12 men", ["10", "12"]),
        ("between 10,000 and 12,000 men", ["10000", "12000"]),
        ("from 10 to 12 men", ["10", "12"]),
    ],
)
def test_amounts_are_read_in_figures_and_in_words(text: str, found: list[str]) -> None:
    assert values(numbers, text) == found


def test_an_amount_in_figures_equals_the_same_in_words() -> None:
    assert values(numbers, "3,000") == values(numbers, "three thousand") == values(numbers, "3 thousand") == ["3000"]


@pytest.mark.parametrize("text", ["the 3rd man", "the 21st floor", "third", "version 3.14.15", "room B12", "at 12:30"])
def test_ordinals_and_figures_within_a_word_are_no_amounts(text: str) -> None:
    assert numbers(text) == []


@pytest.mark.parametrize(
    "text", ["on 4 May 2020", "May 4, 2020", "2020-05-04", "4–6 May", "in May 1920", "in 1871", "from 1914-18", "1990s"]
)
def test_the_figures_of_a_date_are_no_amounts(text: str) -> None:
    assert numbers(text) == []


def test_an_amount_beside_a_date_is_an_amount() -> None:
    text = "On 4 May 2020 it carried 300 people."
    assert values(numbers, text) == ["300"]
    assert values(dates, text) == ["2020-05-04"]


def test_a_sign_of_money_belongs_to_the_amount() -> None:
    assert shown(numbers, "It cost €48 million.") == ["€48 million"]


def test_the_space_before_an_amount_does_not_belong_to_it() -> None:
    assert shown(numbers, "It has 48 rooms") == ["48"]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("2020-05-04", "2020-05-04"),
        ("4 May 2020", "2020-05-04"),
        ("4 May, 2020", "2020-05-04"),
        ("4th of May 2020", "2020-05-04"),
        ("May 4, 2020", "2020-05-04"),
        ("May 4th, 2020", "2020-05-04"),
        ("Sept. 4, 2020", "2020-09-04"),
        ("Sep 4, 2020", "2020-09-04"),
        ("4 Dec 1999", "1999-12-04"),
        ("4 May", "--05-04"),
        ("May 4", "--05-04"),
        ("4–6 May 2020", "2020-05-04"),
        ("May 4-6, 2020", "2020-05-04"),
        ("2020/05/04", "2020-05-04"),
        ("May 2020", "2020-05"),
        ("Oct 2024", "2024-10"),
        ("1871", "1871"),
        ("1990s", "1990"),
    ],
)
def test_a_date_comes_to_what_is_known_of_it(text: str, value: str) -> None:
    found = dates(f"It was {text}.")
    assert [fact.value for fact in found] == [value]
    assert f"It was {text}."[found[0].start : found[0].end] == text


@pytest.mark.parametrize("text", ["May I go?", "They march on.", "in May", "on Monday", "10,000", "1,871", "120%"])
def test_what_names_no_day_month_of_a_year_or_year_is_no_date(text: str) -> None:
    assert dates(text) == []


@pytest.mark.parametrize(
    ("text", "value"),
    [("in May", "may"), ("since January", "january"), ("on Monday", "monday"), ("the 10th century", "10th century")],
)
def test_a_month_a_weekday_or_a_century_alone_is_a_loose_date(text: str, value: str) -> None:
    assert values(loose_dates, text) == [value]


def test_loose_dates_hold_the_full_ones_in_order_of_the_text() -> None:
    assert values(loose_dates, "On Monday, 4 May 2020, and in June.") == ["monday", "2020-05-04", "june"]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("The Harbour Bridge of Oldtown fell.", ["Harbour Bridge of Oldtown"]),
        ("He met Ludwig van Beethoven in Vienna.", ["Ludwig van Beethoven", "Vienna"]),
        ("Yesterday John left.", ["John"]),
        ("When was Paris built?", ["Paris"]),
        ("It is late.", []),
        ("On Monday in May nothing happened.", []),
        ("nothing here", []),
        ("They saw O'Brien.", ["O'Brien"]),
        ("We met Émile Zola and Jürgen Müller-Ötz.", ["Émile Zola", "Jürgen Müller-Ötz"]),
        ("Вчера Иван Петров пришёл.", ["Вчера Иван Петров"]),
    ],
)
def test_names_are_runs_of_capitals_without_the_sentence_s_opener(text: str, found: list[str]) -> None:
    assert shown(names, text) == found


def test_the_value_of_a_name_is_in_lower_case() -> None:
    assert values(names, "We saw Clara Whitfield.") == ["clara whitfield"]


@pytest.mark.parametrize(
    ("text", "value"), [("3,000", "3000"), ("three thousand", "3000"), ("5%", "5%"), ("five percent", "5%")]
)
def test_a_figure_in_plain_digits(text: str, value: str) -> None:
    assert number_value(text) == value


@pytest.mark.parametrize("read", READERS)
def test_an_empty_text_holds_nothing(read: Reader) -> None:
    assert read("") == []


PIECES = st.sampled_from(
    "3,000|12 000|4 May|May 4, 2020|2020-05-04|1990s|two|hundred|and|of|Clara|Whitfield|the|%|.|,|-|–| |\n|١٢|１２|𝟏𝟐|"
    "Émile|É|é|㍿|½|²|in|Monday|$|€|😀|\u200d|\u202f|10th century|million|A.|O’|\ud800".split("|")
)
TEXTS = st.one_of(st.text(max_size=200), st.lists(PIECES, max_size=30).map("".join), st.lists(PIECES).map(" ".join))


@settings(max_examples=300, deadline=None)
@given(text=TEXTS)
def test_facts_of_any_text_are_spans_of_it_in_order(text: str) -> None:
    for read in READERS:
        last = 0
        for fact in read(text):
            assert last <= fact.start < fact.end <= len(text)
            assert text[fact.start : fact.end].strip()
            assert fact.value
            last = fact.end


@settings(max_examples=150, deadline=None)
@given(text=TEXTS)
def test_no_amount_lies_within_a_date(text: str) -> None:
    taken = [(fact.start, fact.end) for fact in dates(text)]
    assert not [n for n in numbers(text) if any(a < n.end and n.start < b for a, b in taken)]


HOSTILE = (
    "1 |1,|000 |one |one and |A. |A|Aa |Aa of |A-|May |May 4-|4 - |20| |hundred and |half a |1.000.|Éa de la ".split(
        "|"
    )
)


@pytest.mark.parametrize("repeated", HOSTILE)
def test_hostile_repeats_take_no_time(repeated: str) -> None:
    text = (repeated * 20_000)[:20_000]
    for read in READERS:
        start = time.perf_counter()
        read(text)
        assert time.perf_counter() - start < 2

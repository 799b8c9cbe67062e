"""The gate with the models that ship: what it keeps, what it catches, and what it cites."""

from __future__ import annotations

import json
import re
import statistics
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from assistant.models.reader import Reader
from assistant.models.reranker import Reranker
from assistant.verification.checks.figures import missing_figures
from assistant.verification.local import FEATURES, THRESHOLD, LocalVerifier, Part, Support, estimate_support, support
from assistant.verification.windows import Window, gathered, partner, weigh, windows
from evals.cases.flips import FLIPS, by_kind, make

ROOT = Path(__file__).resolve().parents[3]
PASSAGE = (
    "The Harbour Bridge of Oldtown was opened on 4 March 1931. It is 310 metres wide. The engineer Clara Whitfield "
    "designed it. Repairs of the bridge cost 12 million pounds in 2019."
)
OTHER = "The school of Oldtown has 420 pupils. Its head teacher is Daniel Osei, who did not study in Oldtown."


@pytest.fixture(scope="module")
def gate() -> LocalVerifier:
    return LocalVerifier(Reader(), Reranker())


def own() -> Iterator[tuple[str, str, str | None, bool]]:
    """Sentences of our own: (sentence, span, date, faithful)."""
    for line in (Path(__file__).parent / "gate_sentences.jsonl").read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        yield from ((s, row["span"], row["date"], True) for s in row["faithful"])
        yield from ((s, row["span"], row["date"], False) for _, s in row["flipped"])
        yield row["span"], row["span"], row["date"], True


def cited(found: Support, spans: list[str]) -> str:
    return spans[found.span][found.start : found.end]


# windows


def test_the_first_window_holds_the_most_words_in_the_fewest_sentences() -> None:
    first = windows("Clara Whitfield was the engineer who designed it.", [OTHER, PASSAGE])[0]
    assert (first.span, first.text) == (1, "The engineer Clara Whitfield designed it.")
    assert PASSAGE[first.start : first.end] == first.text


def test_windows_are_runs_of_at_most_three_sentences_of_one_span() -> None:
    found = windows("bridge", [PASSAGE, OTHER])
    assert len(found) == 4 + 3 + 2 + 2 + 1
    assert all([PASSAGE, OTHER][w.span][w.start : w.end] == w.text for w in found)


def test_a_partner_adds_words_and_none_is_given_where_nothing_is_added() -> None:
    sentence = "Clara Whitfield designed the bridge and Daniel Osei leads the school."
    found = windows(sentence, [PASSAGE, OTHER])
    other = partner(sentence, found[0], found)
    assert isinstance(other, Window)
    assert {found[0].span, other.span} == {0, 1}
    assert partner("Clara Whitfield designed it.", windows("Clara Whitfield designed it.", [PASSAGE])[0], found) is None


def test_what_is_gathered_stands_in_its_order() -> None:
    text = gathered("Daniel Osei has 420 pupils and Clara Whitfield a bridge.", [PASSAGE, OTHER])
    assert text.index("Whitfield") < text.index("420") < text.index("Osei")
    assert gathered("Nothing alike.", ["The cat sat."]) == ""


def test_figures_weigh_more_than_words() -> None:
    weights = weigh("The bridge cost 4000 pounds.")
    assert weights["4000"] > weights["bridg"]
    assert "the" not in weights


# the verdict


@pytest.mark.parametrize(
    "sentence",
    [
        "The Harbour Bridge was opened on 4 March 1931.",
        "The bridge is 310 metres wide.",
        "Clara Whitfield, an engineer, designed the bridge.",
        "In 2019 repairs of the bridge cost £12 million.",
        "Daniel Osei is the head teacher of the school.",
        "The school has 420 pupils and the bridge is 310 metres wide.",
    ],
)
def test_what_a_span_says_is_supported(gate: LocalVerifier, sentence: str) -> None:
    found = gate.support(sentence, [PASSAGE, OTHER])
    assert found.verdict, found
    assert found.problems == ()


@pytest.mark.parametrize(
    ("sentence", "reason"),
    [
        ("The Harbour Bridge was opened on 5 March 1931.", "5 March 1931"),
        ("The bridge is 310 miles wide.", "another unit"),
        ("Clara Woodfield designed the bridge.", "Woodfield"),
        ("The bridge was not opened in 1931.", "denied"),
        ("Daniel Osei studied in Oldtown.", "denied there"),
        ("All repairs of the bridge cost 12 million pounds in 2019.", "All"),
        ("Repairs of the bridge cost at least 12 million pounds in 2019.", "at least"),
        ("Daniel Osei designed the Harbour Bridge.", ""),
        ("The moon is made of cheese.", ""),
        ("", "no text"),
        ("…", "no text"),
    ],
)
def test_what_no_span_says_is_not_supported_and_the_reason_is_told(
    gate: LocalVerifier, sentence: str, reason: str
) -> None:
    found = gate.support(sentence, [PASSAGE, OTHER])
    assert not found.verdict
    assert reason in " ".join(found.problems)


def test_no_span_supports_nothing(gate: LocalVerifier) -> None:
    assert not gate.support("The bridge is 310 metres wide.", []).verdict
    assert not gate.support("The bridge is 310 metres wide.", ["", " \n"]).verdict


def test_the_part_is_the_smallest_that_supports(gate: LocalVerifier) -> None:
    spans = [OTHER, PASSAGE]
    found = gate.support("In 2019 repairs of the bridge cost £12 million.", spans)
    assert cited(found, spans) == "Repairs of the bridge cost 12 million pounds in 2019."
    assert found.parts == (Part(1, found.start, found.end),)


def test_two_parts_hold_together_what_neither_holds_alone(gate: LocalVerifier) -> None:
    spans = [PASSAGE, OTHER]
    found = gate.support("The school has 420 pupils and the bridge is 310 metres wide.", spans)
    assert {p.span for p in found.parts} == {0, 1}
    held = " ".join(spans[p.span][p.start : p.end] for p in found.parts)
    assert "420 pupils" in held
    assert "310 metres" in held
    assert "Whitfield" not in held


def test_another_span_does_not_lend_a_name_alone(gate: LocalVerifier) -> None:
    spans = ["The engineer Clara Whitfield designed the bridge.", "The head teacher is Daniel Osei."]
    assert not gate.support("The engineer Daniel Osei designed the bridge.", spans).verdict
    assert not gate.support("Daniel Osei designed the bridge.", spans).verdict


def test_every_name_and_number_of_a_supported_sentence_is_in_its_parts(gate: LocalVerifier) -> None:
    """Told without the checks: by looking for the words."""
    for sentence, span, date, _ in own():
        found = gate.support(sentence, [span, OTHER], [date, None])
        if not found.verdict:
            continue
        held = " ".join([span, OTHER][p.span][p.start : p.end] for p in found.parts)
        for word in re.findall(r"(?<=\w )[A-Z][a-z]{4,}|\b\d{3,}\b", sentence):
            assert word[:4].lower() in held.lower() or date, (word, sentence, held)


def test_yesterday_is_read_against_the_date_of_its_document(gate: LocalVerifier) -> None:
    span = "Police arrested three men in Aldgate yesterday."
    sentence = "Police arrested three men in Aldgate on 13 August 2024."
    assert gate.support(sentence, [span], ["2024-08-14"]).verdict
    assert not gate.support(sentence, [span], ["2024-08-15"]).verdict
    assert not gate.support(sentence, [span]).verdict


def test_each_feature_moves_the_score_the_way_that_it_should() -> None:
    features = dict(zip(FEATURES, (2.0, 2.0, 5.0, 0.8, 0.5, 0.0, 0.0), strict=True))
    base = estimate_support(tuple(features.values()))
    assert 0 < base < 1
    for name, less in (("whole", -2.0), ("part", -2.0), ("objections", 2.0), ("swapped", 1.0)):
        assert estimate_support(tuple({**features, name: less}.values())) < base, name


def test_what_the_header_says_of_a_document_is_evidence_for_what_is_said_of_it(gate: LocalVerifier) -> None:
    sentence = "The report of 14 August 2024 says that the bridge is 310 metres wide."
    span = "The bridge is 310 metres wide."
    with_header = gate.support(sentence, [span], ["2024-08-14"], ["Report on the bridge, 2024-08-14."])
    assert with_header.score > gate.support(sentence, [span]).score


@pytest.mark.parametrize(
    ("sentence", "missing"),
    [
        ("It cost 4,750 pounds.", ["4,750"]),
        ("It cost 4750.00 pounds in 1931.", []),
        ("About 480 pounds were paid.", []),
        ("It has 3 arches.", []),
        ("It took twelve years, 12 in all.", []),
    ],
)
def test_a_figure_that_stands_nowhere_is_told(sentence: str, missing: list[str]) -> None:
    texts = ["In 1931 it cost 4,750 pounds and took twelve years."]
    if missing:
        texts = ["In 1931 it cost 4,650 pounds."]
    found = missing_figures(sentence, texts)
    assert [figure for figure in missing if not any(figure in told for told in found)] == []
    assert len(found) == len(missing)


def test_the_module_judges_with_the_shipped_models() -> None:
    assert support("The bridge is 310 metres wide.", [PASSAGE]).verdict


# what holds for every sentence


@lru_cache(maxsize=1)
def told() -> list[str]:
    return sorted({span for _, span, _, _ in own()})


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_a_sentence_that_is_a_sentence_of_a_span_is_kept(gate: LocalVerifier, data: st.DataObject) -> None:
    sentence = data.draw(st.sampled_from(told()))
    others = data.draw(st.lists(st.sampled_from(told()), max_size=4))
    place = data.draw(st.integers(0, len(others)))
    assert gate.support(sentence, [*others[:place], sentence, *others[place:]]).verdict


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_a_sentence_with_another_figure_is_caught(gate: LocalVerifier, data: st.DataObject) -> None:
    sentence = data.draw(st.sampled_from([s for s in told() if re.search(r"\d", s)]))
    run = data.draw(st.sampled_from(list(re.finditer(r"\d+", sentence))))
    digits = data.draw(st.from_regex(rf"[1-9]\d{{{max(len(run[0]) - 1, 0)}}}", fullmatch=True))
    assume(int(digits) != int(run[0]))
    changed = sentence[: run.start()] + digits + sentence[run.end() :]
    assume(digits not in re.findall(r"\d+", sentence))
    assert not gate.support(changed, [sentence]).verdict, changed


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=80), st.lists(st.text(max_size=200), max_size=3))
def test_any_text_is_judged_and_its_parts_are_parts(gate: LocalVerifier, sentence: str, spans: list[str]) -> None:
    found = gate.support(sentence, spans)
    assert 0 <= found.score <= 1
    assert all(0 <= p.start < p.end <= len(spans[p.span]) for p in found.parts)
    assert not (found.verdict and found.score < THRESHOLD)


# the bars


def test_of_facts_flipped_by_script_95_in_100_are_caught_and_of_true_sentences_85_kept(gate: LocalVerifier) -> None:
    """With the sentence and four others as spans."""
    cases = make(ROOT / "seeds")
    spans = sorted({c.span for c in cases})
    flipped = [c for c in cases if not c.supported]
    true = [c for c in cases if c.supported]
    assert len(flipped) >= 300
    assert {c.kind for c in flipped} == set(FLIPS)

    def keeps(case: object) -> bool:
        assert isinstance(case, type(cases[0]))
        place = spans.index(case.span)
        beside = [spans[(place + step) % len(spans)] for step in (7, 23, 41, 59)]
        return gate.support(case.sentence, [case.span, *beside], [case.published] * 5).verdict

    assert sum(not keeps(c) for c in flipped) / len(flipped) >= 0.95, list(by_kind(flipped, keeps))
    assert sum(keeps(c) for c in true) / len(true) >= 0.85


def test_of_paraphrases_of_the_seeds_85_in_100_are_kept_and_of_unfaithful_sentences_85_caught(
    gate: LocalVerifier,
) -> None:
    for name, good in (("paraphrases", True), ("unfaithful", False)):
        lines = (ROOT / "evals" / "cases" / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()
        rows = [json.loads(line) for line in lines]
        assert len(rows) >= 60
        right = [gate.support(r["sentence"], [r["span"]]).verdict is good for r in rows]
        assert statistics.mean(right) >= 0.85, name


def test_of_sentences_of_our_own_95_in_100_flips_are_caught_and_90_faithful_ones_kept(gate: LocalVerifier) -> None:
    verdicts = [(good, gate.support(sentence, [span], [date]).verdict) for sentence, span, date, good in own()]
    assert statistics.mean(not v for good, v in verdicts if not good) >= 0.95
    assert statistics.mean(v for good, v in verdicts if good) >= 0.90

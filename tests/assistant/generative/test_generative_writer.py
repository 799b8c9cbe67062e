"""The generative writer without trust, on the whole path: real search, local verification, a queued model."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from copy import copy
from dataclasses import replace

import pytest
from double import QueuedModel
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from towns import indexed

from assistant.api import Assistant
from assistant.errors import LLMTimeout, LLMUnavailable
from assistant.extractive.compose import DIFFER
from assistant.generative.writer import HOPELESS
from assistant.pipeline import Trace
from assistant.types import REFUSAL, Answer

FILES = {
    "tram.txt": "date 2021-03-15\nThe tram network of Larkfield carried 3,000 passengers a day in its first year. "
    "The new depot on Quarry Street was opened on 12 May 2020. Line 2 is 14 kilometres long and has 21 stops. "
    "Director Helena Marsh said that the trams run on wind power.",
    "finance.txt": "date 2022-06-01\nThe tram network of Larkfield carried 10,000 passengers a day in its first year. "
    "The town paid 48 million pounds for the trams. Treasurer Ivo Brandt called the price fair.",
    "pool.txt": "date 2019-08-20\nThe swimming pool of Larkfield is 25 metres long. It is heated by the bakery next "
    "door. The pool was not closed in winter.",
}
QUESTION = "How long is line 2 of the trams of Larkfield?"
TRUE = "Line 2 is 14 kilometres long"
Writes = Callable[..., tuple[Assistant, QueuedModel]]


@pytest.fixture(scope="module")
def bot(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    with indexed(tmp_path_factory.mktemp("larkfield"), FILES) as bot:
        yield bot


def writing(bot: Assistant, *answers: str | Exception | Sequence[str | Exception]) -> tuple[Assistant, QueuedModel]:
    """The assistant with a model that writes these."""
    other, model = copy(bot), QueuedModel(answers)
    other._parts = replace(bot._parts, model=model, verify="local")
    return other, model


def written(bot: Assistant, draft: str, question: str = QUESTION) -> tuple[Answer, Trace]:
    """The answer of a model that writes the draft; "[trams]" in it becomes the marker of that file's passage."""
    trace = Trace()
    probe, model = writing(bot, "Nothing.")
    probe.answer(question, trace=trace)
    for number, date in re.findall(r"^\[(\d+)\] .*, (\d{4}-\d\d-\d\d)$", model.said, re.M):
        name = next(name for name, text in FILES.items() if date in text)
        draft = draft.replace(f"[{name.removesuffix('.txt')}]", f"[{number}]")
    trace = Trace()
    answer = writing(bot, draft)[0].answer(question, trace=trace)
    check(answer)
    return answer, trace


def check(answer: Answer) -> None:
    """Each marker has one citation and each citation a marker, numbered from 1 in order; quotes are exact."""
    markers = [int(n) for n in re.findall(r"(?<!\\)\[(\d+)\]", answer.text)]
    assert list(dict.fromkeys(markers)) == list(range(1, len(answer.citations) + 1))
    assert [c.number for c in answer.citations] == list(range(1, len(answer.citations) + 1))
    for c in answer.citations:
        assert c.source in FILES
        assert c.quote == FILES[c.source][c.start : c.end]


def quotes(answer: Answer) -> list[str]:
    return [c.quote for c in answer.citations]


def reasons(answer: Answer) -> str:
    return " ".join(d.reason for d in answer.dropped)


def test_a_sentence_that_its_passage_supports_is_kept_with_the_smallest_part_as_quote(bot: Assistant) -> None:
    answer, trace = written(bot, f"{TRUE} [tram].")
    assert answer.text == f"{TRUE}. [1]"
    assert quotes(answer) == ["Line 2 is 14 kilometres long and has 21 stops."]
    assert (answer.mode, answer.abstained, answer.dropped) == ("model", False, ())
    assert [j.verdict for j in trace.draft] == ["keep"]


def test_a_sentence_that_cites_the_wrong_passage_is_cited_anew(bot: Assistant) -> None:
    answer, trace = written(bot, f"{TRUE} [pool].")
    assert [c.source for c in answer.citations] == ["tram.txt"]
    assert [j.verdict for j in trace.draft] == ["re-cite"]


def test_a_sentence_without_a_marker_gets_the_one_that_supports_it(bot: Assistant) -> None:
    answer, _ = written(bot, f"{TRUE}.")
    assert answer.text == f"{TRUE}. [1]"


def test_a_sentence_that_nothing_supports_is_dropped_and_the_reason_given(bot: Assistant) -> None:
    answer, trace = written(bot, f"{TRUE} [tram]. The depot on Quarry Street was opened on 13 May 2020 [tram].")
    assert "13 May" not in answer.text
    assert [j.verdict for j in trace.draft] == ["keep", "drop"]
    (dropped,) = answer.dropped
    assert dropped.text == "The depot on Quarry Street was opened on 13 May 2020."
    assert "13 May 2020" in dropped.reason


def test_numbers_go_up_in_the_order_of_the_answer_and_a_part_cited_again_keeps_its_own(bot: Assistant) -> None:
    draft = (
        f"The pool is 25 metres long [pool].\n{TRUE} [tram].\nThe swimming pool of Larkfield is 25 metres long [pool]."
    )
    answer, _ = written(bot, draft)
    assert re.findall(r"\[(\d+)\]", answer.text) == ["1", "2", "1"]
    assert [c.source for c in answer.citations] == ["pool.txt", "tram.txt"]


def test_a_sentence_that_needs_two_parts_cites_both(bot: Assistant) -> None:
    answer, _ = written(bot, "Line 2 is 14 kilometres long, and the town paid 48 million pounds for the trams.")
    assert answer.text.endswith("[1][2]")
    assert {c.source for c in answer.citations} == {"tram.txt", "finance.txt"}


def test_a_heading_is_shown_once_a_sentence_under_it_is_kept(bot: Assistant) -> None:
    answer, trace = written(bot, f"## The network\n\n{TRUE} [tram].")
    assert answer.text == f"**The network**\n\n{TRUE}. [1]"
    assert [j.verdict for j in trace.draft] == ["empty", "keep"]


@pytest.mark.parametrize(
    "lead", ["## The 14 lines\n\n", "## Helena Marsh\n\n", "## May 2020\n\n", "This is what Ivo Brandt says:\n\n"]
)
def test_a_heading_or_transition_with_a_number_name_or_date_is_checked_like_any_sentence(
    bot: Assistant, lead: str
) -> None:
    _, trace = written(bot, f"{lead}{TRUE} [tram].")
    assert trace.draft[0].verdict != "empty"


def test_a_heading_or_transition_alone_is_not_shown(bot: Assistant) -> None:
    answer, _ = written(bot, "## The network\n\nHere is what is known:\n\nLine 2 is 15 kilometres long [tram].")
    assert "**The network**" not in answer.text
    assert "Here is" not in answer.text
    assert answer.mode == "quotes"


def test_markers_that_lead_nowhere_are_counted(bot: Assistant) -> None:
    answer, _ = written(bot, f"{TRUE} [tram][77][88].")
    assert answer.text == f"{TRUE}. [1]"
    assert [d.text for d in answer.dropped] == ["2 markers"]


def test_the_refusal_alone_is_an_abstention(bot: Assistant, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("assistant.generative.answer.SURE", 1.1)
    answer, _ = written(bot, REFUSAL)
    assert (answer.text, answer.abstained, answer.mode, answer.citations) == (REFUSAL, True, "model", ())
    assert answer.nearest


def test_a_refusal_is_not_believed_where_passages_plainly_answer(bot: Assistant) -> None:
    answer, _ = written(bot, REFUSAL)
    assert (answer.mode, answer.abstained) == ("quotes", False)
    assert "14 kilometres" in answer.text
    assert [d.text for d in answer.dropped] == [REFUSAL]


def test_a_model_that_has_lost_its_way_is_stopped(bot: Assistant) -> None:
    draft = " ".join(f"It has {n} stops [tram]." for n in range(100, 140))
    answer, trace = written(bot, draft)
    assert answer.mode == "quotes"
    assert len(trace.draft) == HOPELESS


def test_a_refusal_beside_a_sentence_that_is_kept_is_left_out(bot: Assistant) -> None:
    answer, _ = written(bot, f"{TRUE} [tram]. {REFUSAL}")
    assert answer.text == f"{TRUE}. [1]"
    assert not answer.abstained


def test_where_all_is_dropped_the_answer_is_quoted_and_says_so(bot: Assistant) -> None:
    answer, _ = written(bot, "Line 2 is 15 kilometres long [tram]. It has 22 stops [tram].")
    assert answer.mode == "quotes"
    assert "14 kilometres" in answer.text
    assert [d.text for d in answer.dropped] == ["Line 2 is 15 kilometres long.", "It has 22 stops."]


def test_the_stream_shows_a_sentence_only_when_it_has_passed(bot: Assistant) -> None:
    """Piece by piece: nothing of a sentence comes before the model has ended it, and nothing of a false one ever."""
    told: list[str] = []

    def pieces() -> Iterator[str]:
        for piece in re.findall(r"\S+\s*", f"{TRUE} [1]. It has 22 stops [1]. Line 2 has 21 stops [1]. Good."):
            told.append(piece)
            yield piece

    assistant, model = writing(bot, "")
    model._pieces = lambda _answer: pieces()  # type: ignore[method-assign, assignment, return-value]
    shown = [(event, "".join(told)) for event in assistant.stream(QUESTION) if isinstance(event, str)]
    assert [text for text, _ in shown] == [f"{TRUE}. [1]", "Line 2 has 21 stops. [1]"]
    assert shown[0][1].startswith(f"{TRUE} [1].")
    assert "Line 2 has" not in shown[0][1], "the first sentence waited for the third"
    assert "22" not in " ".join(text for text, _ in shown)


def test_what_is_streamed_is_what_the_answer_says(bot: Assistant) -> None:
    assistant, _ = writing(bot, f"## Lines\n\n- {TRUE}.\n- Line 2 has 21 stops.\n\nThe pool is 25 metres long.")
    *pieces, answer = assistant.stream(QUESTION)
    assert isinstance(answer, Answer)
    assert [" ".join(str(p).split()) for p in pieces] == [line for line in answer.text.split("\n") if line.strip()]


def test_closing_the_stream_stops_the_model(bot: Assistant) -> None:
    assistant, model = writing(bot, f"{TRUE} [1]. " + "More and more is said of it. " * 40)
    events = assistant.stream(QUESTION)
    next(events)
    events.close()  # type: ignore[attr-defined]
    assert model.closed == 1


def test_a_model_that_fails_before_the_first_sentence_leaves_the_quotes(bot: Assistant) -> None:
    assistant, _ = writing(bot, LLMUnavailable("The model double cannot be reached. Start it."))
    answer = assistant.answer(QUESTION)
    check(answer)
    assert answer.mode == "quotes"
    assert "14 kilometres" in answer.text
    assert [(d.text, d.reason) for d in answer.dropped] == [
        ("the model's answer", "The model double cannot be reached. Start it.")
    ]


def test_a_model_that_fails_after_the_first_sentence_leaves_what_was_kept(bot: Assistant) -> None:
    assistant, _ = writing(bot, [f"{TRUE} [1]. It has ", "21", LLMTimeout("The model took too long. Ask again.")])
    answer = assistant.answer(QUESTION)
    check(answer)
    assert (answer.text, answer.mode) == (f"{TRUE}. [1]", "model")
    assert answer.dropped[-1].reason == "The model took too long. Ask again."


def test_a_refusal_before_a_failure_is_no_abstention(bot: Assistant) -> None:
    assistant, _ = writing(bot, [f"{REFUSAL} And ", LLMTimeout("The model took too long. Ask again.")])
    answer = assistant.answer(QUESTION)
    assert (answer.mode, answer.abstained) == ("quotes", False)


def test_where_the_sources_differ_both_sides_stand_behind_what_the_model_wrote(bot: Assistant) -> None:
    question = "How many passengers a day did the tram network of Larkfield carry in its first year?"
    answer, _ = written(bot, "The network carried 3,000 passengers a day in its first year [tram].", question)
    prose, _, sides = answer.text.partition(DIFFER)
    assert prose.startswith("The network carried 3,000 passengers a day in its first year. [1]")
    assert sides.index("10,000") < sides.index("3,000"), "the newest is not the first"
    assert [c.value for c in answer.conflicts[0].claims] == ["10,000 passengers", "3,000 passengers"]
    assert {c.source for c in answer.citations} == {"tram.txt", "finance.txt"}


def test_what_the_model_writes_is_no_markup(bot: Assistant) -> None:
    answer, _ = written(bot, f"{TRUE} <b>and has</b> 21 stops [tram].")
    assert "<b>" not in answer.text


SENTENCES = [
    f"{TRUE} [1].", "Line 2 has 21 stops [2].", "It has 22 stops [1].", "The pool is 25 metres long.", "## Heading\n",
    "Helena Marsh said that the trams run on wind power [9].", "So:\n", "- Ivo Brandt called the price fair [3]\n",
    REFUSAL, "[1]", "\\[4] is what [2][2] says.", "```\ncode [1]\n```\n", "The pool was closed in winter [1].",
]  # fmt: skip


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.sampled_from(SENTENCES), max_size=6), st.integers(1, 30))
def test_no_answer_has_a_marker_without_its_citation(bot: Assistant, draft: list[str], size: int) -> None:
    assistant, model = writing(bot, " ".join(draft))
    model.size = size
    answer = assistant.answer(QUESTION)
    check(answer)
    assert answer.abstained or answer.citations
    assert "22 stops" not in answer.text
    assert "was closed" not in answer.text


def test_a_question_is_no_sentence_of_an_answer(bot: Assistant) -> None:
    answer, _ = written(bot, f"Is line 2 14 kilometres long [tram]? {TRUE} [tram].")
    assert answer.text == f"{TRUE}. [1]"
    assert [d.reason for d in answer.dropped] == ["a question says nothing"]

"""The generative writer with a trusted model: it decides, and it verifies in batches while it writes."""

from __future__ import annotations

import time
from collections.abc import Iterator
from copy import copy
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from model_server import Reply, serving
from towns import indexed
from trusted_model import TrustedModel

from assistant.api import Assistant
from assistant.config import Settings
from assistant.llm.providers import open_model
from assistant.pipeline import Trace
from assistant.types import REFUSAL, Answer

FILES = {
    "tram.txt": "date 2021-03-15\nThe tram network of Larkfield carried 3,000 passengers a day in its first year. "
    "The new depot on Quarry Street was opened on 12 May 2020. Line 2 is 14 kilometres long and has 21 stops. "
    "Director Helena Marsh said that the trams run on wind power.",
    "pool.txt": "date 2019-08-20\nThe swimming pool of Larkfield is 25 metres long. It is heated by the bakery next "
    "door. The pool was not closed in winter.",
}
QUESTION = "How long is line 2 of the trams of Larkfield?"
LENGTH = "The second line covers a distance of 14 kilometres."
STOPS = "One can get on or off in 21 places."
POWER = "Wind drives the trams, if their director is to be believed."
FALSE = "The second line covers a distance of 21 kilometres."


@pytest.fixture(scope="module")
def bot(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    with indexed(tmp_path_factory.mktemp("larkfield"), FILES) as bot:
        yield bot


def using(bot: Assistant, model: TrustedModel, verify: str = "model") -> Assistant:
    other = copy(bot)
    other._parts = replace(bot._parts, model=model, verify=verify)
    return other


def ask(bot: Assistant, model: TrustedModel, verify: str = "model", question: str = QUESTION) -> tuple[Answer, Trace]:
    trace = Trace()
    answer = using(bot, model, verify).answer(question, trace=trace)
    assert {c.number for c in answer.citations} == set(range(1, len(answer.citations) + 1))
    for c in answer.citations:
        assert c.quote == FILES[c.source][c.start : c.end]
    return answer, trace


def test_a_paraphrase_that_the_model_verifies_is_shown_with_the_part_that_says_it(bot: Assistant) -> None:
    answer, trace = ask(bot, TrustedModel([f"{LENGTH[:-1]} [1]."], true=[LENGTH]))
    assert answer.text == f"{LENGTH} [1]"
    assert [c.quote for c in answer.citations] == ["Line 2 is 14 kilometres long and has 21 stops."]
    assert [(v.verdict, v.by) for v in trace.draft] == [("keep", "model")]
    assert answer.model is not None
    assert answer.model.trusted


def test_what_the_model_finds_unsupported_is_not_shown(bot: Assistant) -> None:
    answer, _ = ask(bot, TrustedModel([f"{LENGTH[:-1]} [1]. {FALSE[:-1]} [1]."], true=[LENGTH]))
    assert answer.text == f"{LENGTH} [1]"
    assert [(d.text, d.reason) for d in answer.dropped] == [(FALSE, "the model that verifies finds it not supported")]


def test_its_refusal_stands_even_where_the_passages_seem_to_answer(bot: Assistant) -> None:
    answer, _ = ask(bot, TrustedModel([REFUSAL]))
    assert (answer.text, answer.abstained, answer.mode) == (REFUSAL, True, "model")
    assert answer.nearest


def test_it_is_asked_where_the_small_models_would_refuse(bot: Assistant) -> None:
    question = "Whose waste warmth is used where people bathe?"
    assert bot.answer(question).abstained
    heated = "The water takes its heat from the bakery."
    answer, _ = ask(bot, TrustedModel([heated], true=[heated]), question=question)
    assert (answer.text, answer.mode) == (f"{heated} [1]", "model")


def test_six_sentences_are_verified_in_two_calls_without_question_or_other_sentences(bot: Assistant) -> None:
    sentences = [LENGTH, STOPS, POWER, "It has a network.", "There is a depot.", "The pool is warm."]
    model = TrustedModel([" ".join(f"{s[:-1]} [1]." for s in sentences)], true=sentences)
    answer, _ = ask(bot, model)
    assert [len(batch) for batch in model.verified] == [3, 3]
    for prompt in model.prompts[1:]:
        assert QUESTION not in "".join(message.content for message in prompt)
    assert [(u.purpose, u.calls) for u in answer.usage] == [("write", 1), ("verify", 2)]
    assert all(u.tokens_in > 0 and u.tokens_out > 0 and u.seconds >= 0 for u in answer.usage)


def test_a_sentence_of_the_documents_is_kept_without_a_call(bot: Assistant) -> None:
    model = TrustedModel(["The swimming pool of Larkfield is 25 metres long [1]."])
    answer, trace = ask(bot, model)
    assert model.verified == []
    assert [v.by for v in trace.draft] == ["verbatim"]
    assert [c.source for c in answer.citations] == ["pool.txt"]


def test_a_passage_that_the_verifier_names_is_cited_instead(bot: Assistant) -> None:
    model = TrustedModel([f"{LENGTH[:-1]} [2]."], verify=lambda statements: "1: no, passage 1")
    answer, trace = ask(bot, model)
    assert [v.verdict for v in trace.draft] == ["re-cite"]
    assert [c.quote for c in answer.citations] == ["Line 2 is 14 kilometres long and has 21 stops."]


@pytest.mark.parametrize("nonsense", ["", "All fine!", "1: yes\n1: no", "7: yes"])
def test_a_verifier_that_answers_nonsense_leaves_it_to_the_local_verification_and_says_so(
    bot: Assistant, nonsense: str
) -> None:
    model = TrustedModel([f"Line 2 is 14 kilometres long [1]. {FALSE[:-1]} [1]."], verify=lambda _: nonsense)
    answer, trace = ask(bot, model)
    assert {v.by for v in trace.draft} == {"local"}
    assert FALSE not in answer.text
    assert "The small models that ship verified instead." in " ".join(d.reason for d in answer.dropped)


def test_with_both_a_sentence_must_pass_both(bot: Assistant) -> None:
    kept = "Line 2 is 14 kilometres long."
    answer, trace = ask(bot, TrustedModel([f"{kept} It has 22 stops."], true=[kept, "It has 22 stops."]), "both")
    assert answer.text == f"{kept} [1]"
    assert [v.verdict for v in trace.draft][-1] == "drop"


def test_a_model_is_examined_before_its_first_answer_and_told_of_in_the_answer(
    bot: Assistant, monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))
    answer, _ = ask(bot, TrustedModel([f"{LENGTH[:-1]} [1]."], true=[LENGTH]), "auto")
    assert answer.model is not None
    assert answer.model.trusted
    assert "passed the examination" in answer.model.reason
    assert [u.purpose for u in answer.usage] == ["examine", "write", "verify"]
    assert answer.to_dict()["model"]["trusted"] is True


def test_the_first_batch_is_shown_while_the_model_still_writes(bot: Assistant) -> None:
    told: list[str] = []

    def pieces() -> Iterator[str]:
        for piece in [f"{s[:-1]} [1]. " for s in (LENGTH, STOPS, POWER)] + ["More and more. "] * 30:
            told.append(piece)
            time.sleep(0.02)
            yield piece

    model = TrustedModel([""], true=[LENGTH, STOPS, POWER])
    say = model._pieces
    model._pieces = lambda answer: pieces() if answer == "" else say(answer)  # type: ignore[method-assign, assignment, return-value]
    for event in using(bot, model).stream(QUESTION):
        assert event == f"{LENGTH} [1]"
        break
    assert 3 <= len(told) < 30


QUOTED = ["The swimming pool of Larkfield is 25 metres long", "It is heated by the bakery next door",
          "The pool was not closed in winter"]  # fmt: skip


class Cancelled(Exception):
    pass


@pytest.mark.parametrize("still_writing", [True, False])
def test_a_cancelled_answer_stops_the_calls_that_write_and_verify(bot: Assistant, still_writing: bool) -> None:
    """At a real server: both connections are cut at once, whatever they wait for."""
    with serving() as server:
        draft = [f"{s} [1]. " for s in (*QUOTED, LENGTH[:-1], STOPS[:-1], POWER[:-1])]
        server.replies = [Reply(pieces=draft + ["And more. "] * (300 if still_writing else 0), between=0.02),
                          Reply(pieces=["1: yes"], before=30)]  # fmt: skip
        model = open_model(Settings(model="openai-like/mine", model_url=f"{server.url}/v1", model_context=8192))
        other = copy(bot)
        other._parts = replace(bot._parts, model=model, verify="model")

        def cancel() -> None:
            if len(server.asked) > 1:
                raise Cancelled

        start = time.monotonic()
        with pytest.raises(Cancelled):
            list(other.stream(QUESTION, trace=Trace(heartbeat=cancel)))
        assert server.gone.wait(10)
        assert time.monotonic() - start < 25


def test_closing_the_stream_stops_the_writer(bot: Assistant) -> None:
    model = TrustedModel([" ".join(f"{s} [1]." for s in QUOTED) + " And more." * 200])
    events = using(bot, model).stream(QUESTION)
    assert str(next(events)).startswith(QUOTED[0])
    events.close()  # type: ignore[attr-defined]
    assert model.closed == 1


DRAFTS = [f"{LENGTH[:-1]} [1].", f"{FALSE[:-1]} [1].", f"{STOPS[:-1]} [2].", "## Heading\n", "So:\n", REFUSAL, "[1]",
          "The pool was not closed in winter [1].", "Is it?", "- An item [9]\n"]  # fmt: skip


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(st.sampled_from(DRAFTS), max_size=8),
    st.sampled_from([None, "", "1: yes", "1: yes\n2: no\n3: yes", "1: no, passage 2\n2: yes\n3: yes"]),
    st.sampled_from(["model", "both"]),
)
def test_no_sentence_is_shown_without_a_verdict_and_no_verdict_stands_without_evidence(
    bot: Assistant, draft: list[str], verdicts: str | None, verify: str
) -> None:
    said = None if verdicts is None else (lambda _: verdicts)
    answer, trace = ask(bot, TrustedModel([" ".join(draft)], true=[LENGTH, STOPS], verify=said), verify)
    shown = [v for v in trace.draft if v.verdict in ("keep", "re-cite")]
    assert all(v.by and v.places for v in shown)
    if answer.mode == "model" and not answer.abstained:
        assert shown
        assert answer.citations
    if verdicts is None:
        assert FALSE not in answer.text


def test_the_sentences_that_it_reads_have_numbers_and_the_one_that_it_points_at_is_cited(bot: Assistant) -> None:
    wind = "Wind drives the trams, as Marsh said."
    model = TrustedModel([f"{wind[:-1]} [1.4]."], true=[wind])
    answer, _ = ask(bot, model)
    assert "\n[1.3] Line 2 is 14 kilometres long and has 21 stops.\n" in model.prompts[0][-1].content
    assert [c.quote for c in answer.citations] == ["Director Helena Marsh said that the trams run on wind power."]


@pytest.mark.parametrize("marker", ["[1.99]", "[1.1]", "[2.1]"])
def test_a_pointer_that_leads_astray_does_not_decide_what_is_cited(bot: Assistant, marker: str) -> None:
    model = TrustedModel(
        [f"{LENGTH[:-1]} {marker}."], verify=lambda _: "1: no, passage 1" if "2." in marker else "1: yes"
    )
    answer, _ = ask(bot, model)
    assert [c.quote for c in answer.citations] == ["Line 2 is 14 kilometres long and has 21 stops."]

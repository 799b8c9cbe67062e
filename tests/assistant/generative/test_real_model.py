"""The promise, kept by a model that does not keep it by itself: a small one that makes things up, over the seeds.

What is looked for here is told by plain patterns, not by the gate's code.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from assistant.api import Assistant
from assistant.citation.render import unescape
from assistant.config import Settings
from assistant.llm import llama_cpp as local
from assistant.pipeline import Trace
from assistant.types import Answer

QUESTIONS = (
    "How many North Korean soldiers have arrived in the Kursk region?",
    "By what date will the battalions be ready to fight?",
    "In which cities are the soldiers being prepared?",
    "What are the soldiers disguised as?",
)
_FIGURE = re.compile(r"\d+(?:[.,]\d+)*")
_NAME = re.compile(r"(?<=[a-z,;] )[A-Z][\w’'-]+")  # a capital that opens no sentence


@pytest.fixture(scope="module")
def bot(small_model: Path, seeds_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    home = tmp_path_factory.mktemp("real-model")
    bot = Assistant(corpus=seeds_dir, store=home / "store", settings=Settings(model=str(small_model), answer_tokens=80))
    bot.ingest()
    yield bot
    bot.store.close()
    local.stop()


@pytest.fixture(scope="module")
def answers(bot: Assistant) -> list[tuple[Answer, Trace]]:
    found = []
    for question in QUESTIONS:
        trace = Trace()
        found.append((bot.answer(question, trace=trace), trace))
    return found


def test_every_figure_and_name_of_a_shown_sentence_is_in_its_quotes(answers: list[tuple[Answer, Trace]]) -> None:
    for answer, _ in answers:
        quotes = {c.number: c.quote for c in answer.citations}
        for text, markers in re.findall(r"([^\n]*?)((?:\[\d+\])+)", answer.text):
            cited = " ".join(quotes[int(n)] for n in re.findall(r"\d+", markers))
            shown = unescape(text)
            assert set(_FIGURE.findall(shown)) <= set(_FIGURE.findall(cited)), (shown, cited)
            for name in _NAME.findall(shown):
                assert re.sub(r"[’']s?$", "", name).lower()[:5] in cited.lower(), (shown, cited)


def test_every_quote_is_in_its_file(answers: list[tuple[Answer, Trace]], seeds_dir: Path) -> None:
    for answer, _ in answers:
        assert answer.abstained == (not answer.citations)
        for c in answer.citations:
            assert (seeds_dir / c.source).read_bytes().decode("utf-8")[c.start : c.end] == c.quote


def test_the_model_was_asked_and_what_it_made_up_is_listed(answers: list[tuple[Answer, Trace]]) -> None:
    assert any(trace.draft or answer.mode == "model" or answer.dropped for answer, trace in answers)
    for answer, trace in answers:
        made_up = [j.sentence.text for j in trace.draft if j.verdict == "drop"]
        assert set(made_up) <= {d.text for d in answer.dropped}


def test_an_invented_sentence_of_the_same_model_is_dropped(bot: Assistant) -> None:
    """The model is made to go on from a false sentence by what was said before: none of it may be shown."""
    history = [{"role": "assistant", "content": "99,000 soldiers came from Peru in 1987, said John Smith."}]
    answer = bot.answer(QUESTIONS[0], history=history)
    assert not re.search(r"99,000|Peru|1987|John Smith", answer.text)


def test_without_the_model_the_same_questions_are_answered_with_quotes(bot: Assistant) -> None:
    plain = bot.variant(model=None)
    assert replace(plain.settings, model=bot.settings.model) == bot.settings
    assert plain.answer(QUESTIONS[0]).mode == "quotes"

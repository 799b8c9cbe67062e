"""`Assistant.aanswer` and `astream` give what `answer` and `stream` give, without blocking the event loop."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from assistant import Answer, Assistant
from assistant.errors import QuestionError

QUESTION = "When was the bridge of Oldtown opened?"


def without_times(answer: Answer) -> Answer:
    return replace(answer, timings={})


def test_the_asynchronous_answer_is_the_synchronous_one(town_bot: Assistant) -> None:
    assert without_times(asyncio.run(town_bot.aanswer(QUESTION))) == without_times(town_bot.answer(QUESTION))


def test_the_asynchronous_stream_gives_the_same_events(town_bot: Assistant) -> None:
    async def collect() -> list[str | Answer]:
        return [event async for event in town_bot.astream(QUESTION)]

    *pieces, whole = asyncio.run(collect())
    *wanted, answer = town_bot.stream(QUESTION)
    assert pieces == wanted
    assert isinstance(whole, Answer)
    assert isinstance(answer, Answer)
    assert without_times(whole) == without_times(answer)


def test_the_event_loop_runs_on_while_an_answer_is_made(town_bot: Assistant) -> None:
    async def both() -> int:
        task, turns = asyncio.create_task(town_bot.aanswer(QUESTION)), 0
        while not task.done():
            await asyncio.sleep(0.001)
            turns += 1
        return turns

    assert asyncio.run(both()) > 1


def test_an_asynchronous_stream_can_be_left_early(town_bot: Assistant) -> None:
    async def first() -> str | Answer:
        events = town_bot.astream(QUESTION)
        event = await anext(events)
        await events.aclose()
        return event

    assert asyncio.run(first())


def test_errors_come_out_of_the_asynchronous_methods(town_bot: Assistant) -> None:
    with pytest.raises(QuestionError, match="empty"):
        asyncio.run(town_bot.aanswer("   "))


def test_a_notebook_shows_an_answer_as_markdown_and_as_escaped_html() -> None:
    answer = Answer("q", "q", "It is \\<b\\>so\\</b\\> **now** [1].")
    assert answer._repr_markdown_().startswith(answer.text)
    assert "&lt;b&gt;so&lt;/b&gt; <strong>now</strong>" in answer._repr_html_()

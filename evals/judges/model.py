"""A language model as ragas's judge: any model that the assistant supports.

Verdicts are cached on disk, so that scoring again or resuming asks nothing twice. A limit on calls limits the cost.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from pydantic import ValidationError

from assistant.config import Settings
from assistant.errors import CitewellError
from assistant.llm.model import Message, Model
from evals.errors import JudgeError
from evals.judges.judges import Form

CALLS = 10_000  # a run of the shipped cases takes about 20 calls for each answer
AT_ONCE = 4
TOKENS = 2048  # maximum per answer
ATTEMPTS = 3  # to get an answer in the requested form


class ModelJudge:
    """Asks a model, `at_once` calls in parallel and at most `calls` in total; cached verdicts do not count.

    cache: the folder of its earlier verdicts.
    """

    def __init__(self, model: Model, cache: Path, *, calls: int = CALLS, at_once: int = AT_ONCE) -> None:
        self.model, self.calls, self.at_once = model, calls, at_once
        self.name = model.name
        self.asked = 0
        self.written = 0  # characters in both directions, which a provider charges for
        self._cache = cache
        self._places = asyncio.Semaphore(at_once)

    async def say(self, prompt: str, form: type[Form]) -> Form:
        """Answers a prompt. Raises JudgeError if no answer has the requested form, or if the limit is reached."""
        known = self._path(prompt, form)
        if known.exists():
            return form.model_validate_json(known.read_text(encoding="utf-8"))
        async with self._places:
            answer = await self._ask(prompt, form)
        known.parent.mkdir(parents=True, exist_ok=True)
        known.write_text(answer.model_dump_json(), encoding="utf-8")
        return answer

    async def _ask(self, prompt: str, form: type[Form]) -> Form:
        messages = [Message("user", prompt)]
        for _ in range(ATTEMPTS):
            text = await self._text(messages)
            try:
                return form.model_validate_json(text[text.find("{") : text.rfind("}") + 1])
            except ValidationError as error:
                wrong = f"That is not the form asked for: {error.error_count()} errors. {error.errors()[0]['msg']}. "
                messages = [
                    Message("user", prompt),
                    Message("assistant", text or "(nothing)"),
                    Message("user", wrong + "Answer with the JSON object alone."),
                ]
        raise JudgeError(f"{self.name} does not answer in the form of {form.__name__}. Use a larger judge.")

    async def _text(self, messages: list[Message]) -> str:
        if self.asked >= self.calls:
            raise JudgeError(
                f"The judge was asked {self.calls} times, which is the limit. Allow more with --calls; "
                "its verdicts so far are kept and are not asked again.",
                final=True,
            )
        self.asked += 1
        try:
            text = await asyncio.to_thread(lambda: "".join(self.model.stream(messages, tokens=TOKENS)))
        except CitewellError as error:
            raise JudgeError(f"The judge cannot be asked: {error}", final=True) from error
        self.written += sum(len(m.content) for m in messages) + len(text)
        return text

    def _path(self, prompt: str, form: type[Form]) -> Path:
        """Returns the cache file of an answer, named after the model, the prompt and the form."""
        digest = hashlib.sha256("\0".join((self.name, form.__name__, prompt)).encode()).hexdigest()
        return self._cache / digest[:2] / f"{digest}.json"


def open_judge(
    settings: Settings, opened: Callable[[Settings], Model | None], calls: int, at_once: int
) -> ModelJudge | None:
    """Opens the judge that ASSISTANT_JUDGE names; returns None for the embedded one. Raises ConfigError."""
    from platformdirs import user_cache_path

    if settings.judge is None:
        return None
    model = opened(replace(settings, model=settings.judge, model_url=settings.judge_url))
    assert model is not None
    return ModelJudge(model, user_cache_path("citewell", appauthor=False) / "judge", calls=calls, at_once=at_once)

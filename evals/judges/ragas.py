"""Runs ragas. No other file imports it; the import takes seconds, so it happens late.

The metrics are ragas's own classes with ragas's own prompts. The caller supplies the `Judge` that answers the prompts.
"""

from __future__ import annotations

import os

os.environ.setdefault("RAGAS_DO_NOT_TRACK", "true")  # before ragas is imported: nothing leaves the machine

import asyncio
import math
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Protocol

from ragas.dataset_schema import SingleTurnSample
from ragas.embeddings.base import BaseRagasEmbedding
from ragas.llms.base import InstructorBaseRagasLLM
from ragas.metrics._context_precision import NonLLMContextPrecisionWithReference
from ragas.metrics._context_recall import NonLLMContextRecall
from ragas.metrics._string import NonLLMStringSimilarity
from ragas.metrics.collections import (
    AnswerRelevancy,
    ContextPrecision,
    ContextRecall,
    FactualCorrectness,
    Faithfulness,
    NoiseSensitivity,
    QuotedSpansAlignment,
    RougeScore,
    SemanticSimilarity,
)
from ragas.metrics.collections.faithfulness.util import NLIStatementInput, NLIStatementOutput, NLIStatementPrompt
from ragas.metrics.collections.quoted_spans.util import extract_quoted_spans

from evals.errors import JudgeError
from evals.judges.judges import EMBEDDED, EmbeddedJudge, Form, Judge

Embed = Callable[[str], list[float]]


@dataclass(frozen=True, slots=True)
class Sample:
    """One answer in the form that ragas expects. A metric that needs an empty field does not apply.

    response: without markers; "" for a refusal. quoted: the same, each quote in quotation marks. cited: the texts of
    the cited files. contexts: retrieved passages, best first. reference_contexts: the passages with the answer.
    """

    question: str
    response: str
    quoted: str
    cited: tuple[str, ...]
    contexts: tuple[str, ...]
    reference: str
    reference_contexts: tuple[str, ...]


class Claim(Protocol):
    """A claim and its evidence."""

    @property
    def claim(self) -> str: ...
    @property
    def evidence(self) -> tuple[str, ...]: ...


@dataclass(slots=True)
class Found:
    """Scores by case and metric, and descriptions of those that have no verdict."""

    values: dict[str, dict[str, float]] = field(default_factory=dict)
    failed: list[str] = field(default_factory=list)


class _Asked(InstructorBaseRagasLLM):
    """Adapts a judge to ragas's model interface."""

    def __init__(self, judge: Judge) -> None:
        self.judge = judge

    def generate(self, prompt: str, response_model: type[Form]) -> Form:
        return asyncio.run(self.judge.say(prompt, response_model))

    async def agenerate(self, prompt: str, response_model: type[Form]) -> Form:
        return await self.judge.say(prompt, response_model)


class _Embedding(BaseRagasEmbedding):
    """Adapts the product's embedding model to ragas's interface."""

    def __init__(self, embed: Embed) -> None:
        super().__init__()
        self._embed = embed

    def embed_text(self, text: str, **_: Any) -> list[float]:
        return self._embed(text)

    async def aembed_text(self, text: str, **_: Any) -> list[float]:
        return self._embed(text)


class _Alike(NonLLMStringSimilarity):
    """ragas's string similarity, called without its tracking, which writes an id into the user's home regardless."""

    async def single_turn_ascore(self, sample: SingleTurnSample, *_: Any) -> float:
        return float(await self._single_turn_ascore(sample, None))


# a metric's name → the call that computes it for one sample
Calls = dict[str, Callable[[], Awaitable[Any]]]


def score(
    samples: Mapping[str, Sample],
    judge: Judge | None,
    embed: Embed,
    progress: Callable[[int, int], None] | None = None,
    at_once: int = 1,
) -> Found:
    """Scores every sample. judge: None for the embedded one. at_once: how many samples run in parallel.

    A score without a verdict is noted and left out. Raises JudgeError if the judge reaches its limit.
    """
    judge = judge or EmbeddedJudge([sample.contexts for sample in samples.values()])
    return asyncio.run(_score(samples, judge, embed, progress, at_once))


async def _score(
    samples: Mapping[str, Sample],
    judge: Judge,
    embed: Embed,
    progress: Callable[[int, int], None] | None,
    at_once: int,
) -> Found:
    found = Found()
    llm, embedding, places = _Asked(judge), _Embedding(embed), asyncio.Semaphore(at_once)
    done = 0

    async def one(identity: str, sample: Sample) -> None:
        nonlocal done
        async with places:
            calls = {**_unjudged(sample, embedding), **_judged(sample, llm, embedding, judge.name == EMBEDDED)}
            found.values[identity] = await _figures(identity, calls, found.failed)
        done += 1
        if progress:
            progress(done, len(samples))

    try:
        async with asyncio.TaskGroup() as group:
            for identity, sample in samples.items():
                group.create_task(one(identity, sample))
    except* JudgeError as errors:
        raise errors.exceptions[0] from None
    return found


async def _figures(identity: str, calls: Calls, failed: list[str]) -> dict[str, float]:
    values: dict[str, float] = {}
    for name, call in calls.items():
        try:
            result = await call()
        except JudgeError as error:
            if error.final:
                raise
            failed.append(f"{identity}, {name}: {error}")
            continue
        value: float | None = getattr(result, "value", result)
        if value is not None and not math.isnan(value):
            values[name] = float(value)
    return values


def _unjudged(s: Sample, embedding: _Embedding) -> Calls:
    calls: Calls = {}
    if extract_quoted_spans(s.quoted) and s.cited:
        calls["quoted_spans"] = partial(
            QuotedSpansAlignment().ascore, response=s.quoted, retrieved_contexts=list(s.cited)
        )
    if s.reference and s.response:
        pair = {"reference": s.reference, "response": s.response}
        calls["semantic_similarity"] = partial(SemanticSimilarity(embeddings=embedding).ascore, **pair)
        calls["rouge"] = partial(RougeScore().ascore, **pair)
    if s.reference_contexts and s.contexts:
        both = SingleTurnSample(retrieved_contexts=list(s.contexts), reference_contexts=list(s.reference_contexts))
        precision = NonLLMContextPrecisionWithReference(distance_measure=_Alike())
        recall = NonLLMContextRecall(_distance_measure=_Alike())
        calls["nonllm_context_precision"] = partial(precision._single_turn_ascore, both, None)
        calls["nonllm_context_recall"] = partial(recall._single_turn_ascore, both, None)
    return calls


def _judged(s: Sample, llm: _Asked, embedding: _Embedding, embedded: bool) -> Calls:
    """Returns the calls that need a judge. Leaves out the ones that the embedded judge cannot answer."""
    calls: Calls = {}
    asked: dict[str, Any] = {"user_input": s.question, "retrieved_contexts": list(s.contexts)}
    if s.response and s.contexts:
        calls["faithfulness"] = partial(Faithfulness(llm=llm).ascore, **asked, response=s.response)
    if s.reference and s.contexts:
        calls["context_precision"] = partial(ContextPrecision(llm=llm).ascore, **asked, reference=s.reference)
        calls["context_recall"] = partial(ContextRecall(llm=llm).ascore, **asked, reference=s.reference)
    if embedded or not s.response:
        return calls
    relevancy = AnswerRelevancy(llm=llm, embeddings=embedding)
    calls["answer_relevancy"] = partial(relevancy.ascore, user_input=s.question, response=s.response)
    if s.reference:
        pair: dict[str, Any] = {"response": s.response, "reference": s.reference}
        calls["factual_correctness"] = partial(FactualCorrectness(llm=llm).ascore, **pair)
        if s.contexts:
            calls["noise_sensitivity"] = partial(NoiseSensitivity(llm=llm).ascore, **asked, **pair)
    return calls


def verdicts(judge: Judge, claims: Sequence[Claim], bar: Callable[[str, int, int], None]) -> list[bool]:
    """Asks a judge for verdicts on claims with the prompt of ragas's Faithfulness. Raises JudgeError."""
    prompt = NLIStatementPrompt()

    async def one(claim: Claim) -> bool:
        given = NLIStatementInput(context="\n".join(claim.evidence), statements=[claim.claim])
        answer = await judge.say(prompt.to_string(given), NLIStatementOutput)
        return bool(answer.statements and answer.statements[0].verdict)

    async def each() -> list[bool]:
        tasks = [asyncio.ensure_future(one(claim)) for claim in claims]
        for number, task in enumerate(asyncio.as_completed(tasks), start=1):
            await task
            bar("Claims", number, len(tasks))
        return [task.result() for task in tasks]

    return asyncio.run(each())

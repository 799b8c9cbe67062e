"""The whole path of a question, on one page.

question (+ history) → spelling → condense → retrieve → evidence → enough? → write → gate → cite → Answer
"""

from __future__ import annotations

import time
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace

from assistant.citation.citations import Citations, compose
from assistant.citation.source_files import Library
from assistant.errors import LLMTooLong
from assistant.evidence.answerability import Judgement, judge
from assistant.evidence.sentences import CHUNKS, gather
from assistant.extractive import other_sources as elsewhere
from assistant.extractive import writer as quote
from assistant.extractive.counted_nouns import Nouns
from assistant.generative.answer import GenerativeWriter
from assistant.llm.model import Model
from assistant.llm.usage import UsageMeter
from assistant.models.reader import Reader
from assistant.models.reranker import Reranker
from assistant.query.analyze import Question, parse
from assistant.query.condense import condense
from assistant.retrieval.hybrid import Retriever
from assistant.types import REFUSAL, Answer, Dropped, Evidence, Passage, QuoteDraft, Turn
from assistant.verification.local import LocalVerifier
from assistant.verification.verifier import VerifiedSentence
from index.injection.detect import without_orders
from index.types import Chunk, Filter, Hit

NEAREST = 3  # passages shown under an abstention


@dataclass(frozen=True, slots=True)
class Parts:
    """What a question needs, wired once in Assistant.__init__."""

    retriever: Retriever
    reranker: Reranker
    reader: Reader | None  # None: turned off
    nouns: Nouns
    library: Library
    local_verifier: LocalVerifier
    model: Model | None  # None: quotes mode
    verify: str  # see Settings.verify
    refusal: float
    sentences: int
    answer_tokens: int

    @property
    def seconds(self) -> float:
        """Time that this thread has spent inside the models."""
        return self.retriever.seconds + self.reranker.seconds + (self.reader.seconds if self.reader else 0.0)


@dataclass(slots=True)
class Trace:
    """What happened on the way, for `--explain`: hits, evidence, the judgement, the model's draft, seconds by stage.

    notify: told the name of each stage as it begins: "retrieve", "evidence", "judge", "write", "check".
    """

    hits: Sequence[Hit] = ()
    evidence: Sequence[Evidence] = ()
    judgement: Judgement | None = None
    draft: Sequence[VerifiedSentence] = ()
    timings: dict[str, float] = field(default_factory=dict)
    notify: Callable[[str], None] | None = None

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        if self.notify:
            self.notify(name)
        start = time.perf_counter()
        yield
        self.timings[name] = time.perf_counter() - start


def ask(parts: Parts, question: str, history: Sequence[Turn], where: Filter, trace: Trace) -> Iterator[str | Answer]:
    """Answers one question from the index, or abstains: the answer's pieces as they are certain, then the Answer."""
    start, models = time.perf_counter(), parts.seconds
    typed, history, meter = question, heard(history), UsageMeter()
    with trace.stage("retrieve"):
        question, history = spelled(parts.retriever, question, history)
        alone = condense(question, history, meter.model(parts.model, "condense") if parts.model else None)
        hits, stale = parts.library.fresh(parts.retriever.fused(alone.queries, where))
        trace.hits = hits
    parsed = asked(question, alone.question)
    with trace.stage("evidence"):
        rarity = parts.retriever.rarity(parsed.words)
        trace.evidence = gather(parsed, hits, rarity, parts.reranker)
    with trace.stage("judge"):
        trace.judgement = judge(parsed, trace.evidence, _stems(parts, trace.evidence), parts.reranker, parts.reader)
    with trace.stage("write"):
        # a model that failed once is not waited for again; for one that found the conversation too long, less is left
        gone = alone.failure is not None and not isinstance(alone.failure, LLMTooLong)
        answer = yield from _write(replace(parts, model=None) if gone else parts, typed, history, parsed, trace, meter)
    if alone.failure:
        stale = (*stale, Dropped("the model's rewriting of the question", str(alone.failure)))
    trace.timings["models"] = parts.seconds - models
    trace.timings["total"] = time.perf_counter() - start
    read_as = question if question != typed else ""
    dropped = (*stale, *answer.dropped)
    yield replace(answer, question=typed, read_as=read_as, dropped=dropped, usage=meter.usage())


def heard(history: Sequence[Turn]) -> list[Turn]:
    """What was said before, without orders to the program: it helps to understand the question and does no more."""
    said = (replace(t, content="\n".join(t.content[a:b] for a, b in without_orders(t.content))) for t in history)
    return [turn for turn in said if turn.content]


def spelled(retriever: Retriever, question: str, history: Sequence[Turn]) -> tuple[str, list[Turn]]:
    """A question and what the user said before it, without slips in the spelling."""
    mended = [replace(t, content=retriever.spelled(t.content)) if t.role == "user" else t for t in history]
    return retriever.spelled(question), mended


def asked(question: str, alone: str) -> Question:
    """The question that stands alone, taken apart; what is wanted is what the user's own words ask for, if they do."""
    wanted = parse(question).wanted
    return parse(alone) if wanted == "other" else replace(parse(alone), wanted=wanted)


def _write(
    parts: Parts, question: str, history: Sequence[Turn], parsed: Question, trace: Trace, meter: UsageMeter
) -> Generator[str, None, Answer]:
    probability = trace.judgement.probability if trace.judgement else 0.0
    refusal = Answer(
        question=question,
        standalone_question=parsed.text,
        text=REFUSAL,
        abstained=True,
        confidence=probability,
        nearest=nearest(trace.evidence),
        timings=trace.timings,
    )
    quotes = _quotes(parts, parsed, trace) if trace.evidence and probability >= parts.refusal else None
    if parts.model is not None and trace.hits:
        citations = Citations(parts.library)
        writer = GenerativeWriter(
            parts.model, parts.local_verifier, citations, meter, parts.verify, parts.answer_tokens
        )
        trace.draft = writer.verified
        if writer.status.trusted or quotes:
            answer = yield from writer.write(refusal, history, passages(trace))
            if answer:
                return (yield from _with_conflicts(answer, quotes, citations))
        refusal = replace(refusal, model=writer.status, dropped=writer.dropped)
    if quotes is None:
        yield REFUSAL
        return refusal
    return (yield from _quoted(parts, quotes, refusal))


def _quotes(parts: Parts, parsed: Question, trace: Trace) -> QuoteDraft:
    quotes = quote.write(parsed, trace.evidence, parts.sentences, parts.nouns)
    if parts.reader and trace.judgement:
        known = trace.judgement.readings
        quotes = elsewhere.add(parsed, quotes, passages(trace), parts.reader, parts.nouns, known)
    return quotes


def _quoted(parts: Parts, quotes: QuoteDraft, refusal: Answer) -> Generator[str, None, Answer]:
    """The quote writer's answer."""
    citations = Citations(parts.library)
    text, conflicts = compose(quotes, citations)
    yield from (line for line in text.split("\n") if line.strip())
    return replace(refusal, text=text, abstained=False, citations=citations.made(), conflicts=conflicts)


def _with_conflicts(answer: Answer, quotes: QuoteDraft | None, citations: Citations) -> Generator[str, None, Answer]:
    """A model's answer, behind it the values that the sources disagree on, including any the model omitted."""
    if answer.abstained or quotes is None or not quotes.differ:
        return answer
    sides, conflicts = compose(quotes, citations)
    yield from (line for line in sides.split("\n") if line.strip())
    text = f"{answer.text}\n\n{sides}"
    return replace(answer, text=text, citations=citations.made(), conflicts=conflicts)


def passages(trace: Trace) -> list[Chunk]:
    """What the model reads: the chunks of the best evidence first, then the other hits; each once."""
    chunks = [e.chunk for e in trace.evidence] + [hit.chunk for hit in trace.hits[:CHUNKS]]
    return list({chunk.id: chunk for chunk in chunks}.values())[:CHUNKS]


def _stems(parts: Parts, evidence: Sequence[Evidence]) -> frozenset[str]:
    """The stems of all words of the best evidence's document."""
    return parts.retriever.stems(evidence[0].source) if evidence else frozenset()


def nearest(evidence: Sequence[Evidence]) -> tuple[Passage, ...]:
    """The passages of the best evidence, each once."""
    chunks = list({e.chunk.id: e for e in evidence}.values())[:NEAREST]
    return tuple(
        Passage(
            e.chunk.source, e.chunk.title, e.chunk.date, e.chunk.text, e.chunk.start, e.chunk.end, e.score,
            e.chunk.section, e.chunk.page,
        )
        for e in chunks
    )  # fmt: skip

"""The whole path of a question, on one page.

question (+ history) → spelling → condense → retrieve → evidence → judgement → write → verify → cite → Answer
"""

from __future__ import annotations

import time
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace

from assistant.citation.citations import Citations
from assistant.citation.source_files import Library
from assistant.errors import LLMTooLong
from assistant.evidence.answerability import Judgement, estimate_answerability
from assistant.evidence.candidates import PASSAGES, score_candidates
from assistant.evidence.features import features
from assistant.extractive.compose import compose_quotes
from assistant.extractive.counted_nouns import Nouns
from assistant.extractive.writer import write_quotes
from assistant.generative.answer import GenerativeWriter
from assistant.llm.model import Model
from assistant.llm.usage import UsageMeter
from assistant.models.reader import Reader
from assistant.models.reranker import Reranker
from assistant.overview.answer import answer_without_lookup
from assistant.query.analyze import Question, parse
from assistant.query.condense import condense
from assistant.query.decompose import split_questions
from assistant.retrieval.hybrid import Retriever
from assistant.types import REFUSAL, Answer, Dropped, Evidence, Passage, QuoteDraft, SearchQuery, Turn
from assistant.verification.local import LocalVerifier
from assistant.verification.verifier import VerifiedSentence
from index.injection.detect import without_orders
from index.types import Chunk, Filter, Hit

NEAREST = 3  # passages shown under an abstention
UNANSWERED = "the documents do not answer this part of the question."


@dataclass(frozen=True, slots=True)
class Parts:
    """What a question needs, wired once in Assistant.__init__."""

    retriever: Retriever
    reranker: Reranker
    reader: Reader
    nouns: Nouns
    library: Library
    local_verifier: LocalVerifier
    model: Model | None  # None: quotes mode
    verify: str  # see Settings.verify
    answer_threshold: float
    sentences: int
    answer_tokens: int

    @property
    def seconds(self) -> float:
        """Time that this thread has spent inside the models."""
        return self.retriever.seconds + self.reranker.seconds + self.reader.seconds


@dataclass(frozen=True, slots=True)
class Part:
    """A question that asks for one thing, and what was found of it."""

    question: Question
    judgement: Judgement


@dataclass(slots=True)
class Trace:
    """What happened on the way, for `--explain`: hits, evidence, the judgement, the model's draft, seconds by stage.

    judgement: of the part that is most likely answered. notify: told the name of each stage as it begins: "retrieve",
    "evidence", "write", "check".
    heartbeat: called now and then while a language model writes or verifies; what it raises ends these calls.
    """

    hits: Sequence[Hit] = ()
    evidence: Sequence[Evidence] = ()
    judgement: Judgement | None = None
    draft: Sequence[VerifiedSentence] = ()
    timings: dict[str, float] = field(default_factory=dict)
    notify: Callable[[str], None] | None = None
    heartbeat: Callable[[], None] = lambda: None

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
    if told := without_lookup(parts, question, where):
        yield from filter(str.strip, told.text.split("\n"))
        yield replace(told, timings={"models": parts.seconds - models, "total": time.perf_counter() - start})
        return
    typed, history, meter = question, heard(history), UsageMeter()
    with trace.stage("retrieve"):
        question, history = spelled(parts.retriever, question, history)
        alone = condense(question, history, meter.model(parts.model, "condense") if parts.model else None)
        hits, stale = parts.library.fresh(parts.retriever.fused(alone.queries, where))
        trace.hits = hits
    with trace.stage("evidence"):
        found = _judge_parts(parts, asked(question, alone.question), hits, where)
        best = max(found, key=lambda part: part.judgement.probability)
        trace.judgement = best.judgement
        trace.evidence = best.judgement.evidence
    with trace.stage("write"):
        # a model that failed once is not waited for again; for one that found the conversation too long, less is left
        gone = alone.failure is not None and not isinstance(alone.failure, LLMTooLong)
        usable = replace(parts, model=None) if gone else parts
        answer = yield from _write(usable, typed, alone.question, history, found, trace, meter)
    if alone.failure:
        stale = (*stale, Dropped("the model's rewriting of the question", str(alone.failure)))
    trace.timings["models"] = parts.seconds - models
    trace.timings["total"] = time.perf_counter() - start
    read_as = question if question != typed else ""
    dropped = (*stale, *answer.dropped)
    yield replace(answer, question=typed, read_as=read_as, dropped=dropped, usage=meter.usage())


def without_lookup(parts: Parts, question: str, where: Filter) -> Answer | None:
    """The answer to what is no look-up: a greeting, a request for an overview; else None."""

    def gather_evidence(text: str) -> Sequence[Evidence]:
        hits, _ = parts.library.fresh(parts.retriever.fused([SearchQuery(text)], where))
        return _judged(parts, parse(text), hits).evidence

    return answer_without_lookup(question, where, parts.retriever, parts.library, gather_evidence)


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


def _judge_parts(parts: Parts, question: Question, hits: Sequence[Hit], where: Filter) -> list[Part]:
    """The question, or each of the two or three that it joins, with what was found of it."""
    texts = split_questions(question.text)
    if len(texts) == 1:
        return [Part(question, _judged(parts, question, hits))]
    found = []
    for text in texts:
        queries = (SearchQuery(text), SearchQuery(question.text, weight=0.5))
        own, _ = parts.library.fresh(parts.retriever.fused(queries, where))
        found.append(Part(parse(text), _judged(parts, parse(text), own)))
    return found


def _judged(parts: Parts, question: Question, hits: Sequence[Hit]) -> Judgement:
    rarity = parts.retriever.rarity(question.words)
    scored = score_candidates(question, hits, rarity, parts.reranker, parts.reader)
    stems = {source: parts.retriever.stems(source) for source in {s.evidence.source for s in scored}}
    return estimate_answerability(question, scored, features(question, scored, rarity, stems))


def _write(
    parts: Parts,
    typed: str,
    alone: str,
    history: Sequence[Turn],
    found: Sequence[Part],
    trace: Trace,
    meter: UsageMeter,
) -> Generator[str, None, Answer]:
    answered = [
        part for part in found if part.judgement.evidence and part.judgement.probability >= parts.answer_threshold
    ]
    refusal = Answer(
        question=typed,
        standalone_question=alone,
        text=REFUSAL,
        abstained=True,
        confidence=min((part.judgement.probability for part in answered or found), default=0.0),
        nearest=nearest(trace.evidence),
        timings=trace.timings,
    )
    quotes = [write_quotes(part.question, part.judgement.evidence, parts.sentences, parts.nouns) for part in answered]
    if parts.model is not None and trace.hits:
        citations = Citations(parts.library)
        writer = GenerativeWriter(
            parts.model, parts.local_verifier, citations, meter, parts.verify, parts.answer_tokens
        )
        trace.draft = writer.verified
        if writer.status.trusted or quotes:
            answer = yield from writer.write(refusal, history, passages(found, trace), trace.heartbeat)
            if answer:
                return (yield from _with_conflicts(answer, quotes, citations))
        refusal = replace(refusal, model=writer.status, dropped=writer.dropped)
    if not quotes:
        yield REFUSAL
        return refusal
    left = tuple(Dropped(part.question.text, UNANSWERED) for part in found if part not in answered)
    return (yield from _quoted(parts, quotes, replace(refusal, dropped=(*refusal.dropped, *left))))


def _quoted(parts: Parts, quotes: Sequence[QuoteDraft], refusal: Answer) -> Generator[str, None, Answer]:
    """The extractive writer's answer."""
    citations = Citations(parts.library)
    composed = [compose_quotes(draft, citations) for draft in quotes]
    text = "\n\n".join(dict.fromkeys(text for text, _ in composed))
    yield from (line for line in text.split("\n") if line.strip())
    conflicts = tuple(conflict for _, some in composed for conflict in some)
    return replace(refusal, text=text, abstained=False, citations=citations.made(), conflicts=conflicts)


def _with_conflicts(answer: Answer, quotes: Sequence[QuoteDraft], citations: Citations) -> Generator[str, None, Answer]:
    """A model's answer, behind it the values that the sources disagree on, including any the model omitted."""
    if answer.abstained:
        return answer
    for draft in (draft for draft in quotes if draft.differ):
        sides, conflicts = compose_quotes(draft, citations)
        yield from (line for line in sides.split("\n") if line.strip())
        text = f"{answer.text}\n\n{sides}"
        answer = replace(answer, text=text, conflicts=(*answer.conflicts, *conflicts), citations=citations.made())
    return answer


def passages(found: Sequence[Part], trace: Trace) -> list[Chunk]:
    """What the model reads: the chunks of the best evidence first, then the other hits; each once."""
    chunks = [e.chunk for part in found for e in part.judgement.evidence[:PASSAGES]]
    chunks += [hit.chunk for hit in trace.hits[:PASSAGES]]
    return list({chunk.id: chunk for chunk in chunks}.values())[:PASSAGES]


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

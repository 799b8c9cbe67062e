"""The whole path of a question, on one page.

question (+ history) → condense → retrieve → evidence → enough? → write → cite → Answer
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace

from assistant import quote
from assistant.answerable import Judgement, judge
from assistant.cite import compose
from assistant.condense import condense
from assistant.evidence import gather
from assistant.library import Library
from assistant.nouns import Nouns
from assistant.question import Question, parse
from assistant.rerank import Reranker
from assistant.retrieve import Retriever
from assistant.types import REFUSAL, Answer, Dropped, Evidence, Passage, Turn
from index.types import Filter, Hit

NEAREST = 3  # passages shown under an abstention


@dataclass(frozen=True, slots=True)
class Parts:
    """What a question needs, wired once in Assistant.__init__."""

    retriever: Retriever
    reranker: Reranker
    nouns: Nouns
    library: Library
    refusal: float
    sentences: int


@dataclass(slots=True)
class Trace:
    """What happened on the way, for `--explain`: hits, evidence, the judgement, seconds by stage.

    notify: told the name of each stage as it begins: "retrieve", "evidence", "judge", "write", "check".
    """

    hits: Sequence[Hit] = ()
    evidence: Sequence[Evidence] = ()
    judgement: Judgement | None = None
    timings: dict[str, float] = field(default_factory=dict)
    notify: Callable[[str], None] | None = None

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        if self.notify:
            self.notify(name)
        start = time.perf_counter()
        yield
        self.timings[name] = time.perf_counter() - start


def ask(parts: Parts, question: str, history: Sequence[Turn], where: Filter, trace: Trace) -> Answer:
    """Answers one question from the index, or abstains."""
    start, models = time.perf_counter(), parts.retriever.seconds + parts.reranker.seconds
    with trace.stage("retrieve"):
        alone = condense(question, history)
        hits, stale = parts.library.fresh(parts.retriever.fused(alone.queries, where))
        trace.hits = hits
    parsed = asked(question, alone.question)
    with trace.stage("evidence"):
        rarity = parts.retriever.rarity(parsed.words)
        trace.evidence = gather(parsed, hits, rarity, parts.reranker)
    with trace.stage("judge"):
        trace.judgement = judge(parsed, trace.evidence, _stems(parts, trace.evidence), parts.reranker)
    with trace.stage("write"):
        answer = _write(parts, question, parsed, trace, stale)
    trace.timings["models"] = parts.retriever.seconds + parts.reranker.seconds - models
    trace.timings["total"] = time.perf_counter() - start
    return answer


def asked(question: str, alone: str) -> Question:
    """The question that stands alone, taken apart; what is wanted is what the user's own words ask for, if they do."""
    wanted = parse(question).wanted
    return parse(alone) if wanted == "other" else replace(parse(alone), wanted=wanted)


def _write(parts: Parts, question: str, parsed: Question, trace: Trace, stale: tuple[Dropped, ...]) -> Answer:
    probability = trace.judgement.probability if trace.judgement else 0.0
    answer = Answer(
        question=question,
        standalone_question=parsed.text,
        text=REFUSAL,
        abstained=True,
        confidence=probability,
        nearest=nearest(trace.evidence),
        dropped=stale,
        timings=trace.timings,
    )
    if not trace.evidence or probability < parts.refusal:
        return answer
    draft = quote.write(parsed, trace.evidence, parts.sentences, parts.nouns)
    text, citations, conflicts = compose(draft, parts.library)
    return replace(answer, text=text, abstained=False, citations=citations, conflicts=conflicts)


def _stems(parts: Parts, evidence: Sequence[Evidence]) -> frozenset[str]:
    """The stems of all words of the best evidence's document."""
    return parts.retriever.stems(evidence[0].source) if evidence else frozenset()


def nearest(evidence: Sequence[Evidence]) -> tuple[Passage, ...]:
    """The passages of the best evidence, each once."""
    chunks = list({e.chunk.id: e for e in evidence}.values())[:NEAREST]
    return tuple(
        Passage(e.chunk.source, e.chunk.title, e.chunk.date, e.chunk.text, e.chunk.start, e.chunk.end, e.score)
        for e in chunks
    )

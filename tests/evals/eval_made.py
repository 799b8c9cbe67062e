"""Answers and cases made by hand, for the tests of the metrics."""

from __future__ import annotations

from typing import Any

from assistant.types import REFUSAL, Answer, Citation
from evals.cases.load import Case, parse
from evals.metrics.citations import Source, sha256
from evals.report.figures import CaseScore

TEXT = "The bridge was opened in 1931. It is 310 metres long. Repairs cost 12 million pounds."
SOURCES = {
    "bridge.txt": Source(TEXT, sha256(TEXT.encode())),
    "other.txt": Source("Nothing of it.", sha256(b"Nothing of it.")),
}


def case(**given: Any) -> Case:
    row = {
        "id": "c1",
        "question": "When was the bridge opened?",
        "answerable": True,
        "type": "fact",
        "reference": "It was opened in 1931.",
        "must": [["1931"]],
        "sources": ["bridge.txt"],
        "spans": [{"source": "bridge.txt", "quote": "The bridge was opened in 1931."}],
    }
    return parse({**row, **given})


def unanswerable(**given: Any) -> Case:
    return case(answerable=False, must=[], sources=[], spans=[], reference="", **given)


def citation(quote: str, number: int = 1, source: str = "bridge.txt") -> Citation:
    start = SOURCES[source].text.find(quote)
    return Citation(number, source, "Bridge", None, quote, start, start + len(quote), SOURCES[source].sha256)


def answer(text: str, *citations: Citation, confidence: float = 0.9) -> Answer:
    return Answer("q", "q", text, citations, confidence=confidence)


def refusal(confidence: float = 0.1) -> Answer:
    return Answer("q", "q", REFUSAL, abstained=True, confidence=confidence)


def scored(identity: str, confidence: float = 0.5, digest: str = "d", **values: float) -> CaseScore:
    return CaseScore(identity, "fact", "dev", digest, confidence, values)

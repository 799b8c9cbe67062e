"""Defines the metrics: name, meaning, direction, judge, and how the scores of cases are aggregated."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from evals.stats import Aggregate, Array, Estimate, estimate, f1_of_hits, mean, risk_area

Kind = Literal["exact", "gate", "ragas", "judge"]


@dataclass(frozen=True, slots=True)
class Metric:
    """A metric.

    kind: "exact" needs no judge, "gate" uses the product's verifier, "ragas" is ragas without a judge, "judge" is ragas
    with one, reported under the judge's name. gated: whether a drop below the baseline is a failure.
    """

    name: str
    title: str
    kind: Kind
    about: str
    higher: bool = True
    gated: bool = True
    aggregate: Aggregate = mean


@dataclass(frozen=True, slots=True)
class CaseScore:
    """The scores of one case, by metric, without metrics that do not apply."""

    id: str
    type: str
    split: str
    digest: str
    confidence: float
    values: Mapping[str, float]


METRICS = (
    Metric("quote_integrity", "Quote integrity", "exact", "markers and citations that match their files"),
    Metric("citation_recall", "Citation recall (ALCE)", "gate", "statements entailed by their quotes"),
    Metric("citation_precision", "Citation precision (ALCE)", "gate", "citations that their statements need"),
    Metric("right", "Correct", "exact", "complete answers from a right source, and refusals where one is expected"),
    Metric("correct", "Correct, of the answerable", "exact", "the same, of the cases that the documents answer"),
    Metric("token_f1", "Token F1", "exact", "words shared with the reference answer"),
    Metric("completeness", "Conflicting values shown", "exact", "values shown, where sources disagree"),
    Metric("refusal_precision", "Refusal precision", "exact", "refusals that are correct"),
    Metric("refusal_recall", "Refusal recall", "exact", "unanswerable questions that are refused"),
    Metric("refusal_f1", "Refusal F1", "exact", "the harmonic mean of the two", aggregate=f1_of_hits),
    Metric("risk_area", "Area under risk–coverage", "exact",
           "share of wrong answers, averaged over all levels of coverage", higher=False,
           aggregate=risk_area),
    Metric("ndcg_10", "nDCG@10", "exact", "ranking of the passages that contain a supporting span"),
    Metric("recall_5", "Recall@5", "exact", "supporting spans within the first five passages"),
    Metric("recall_10", "Recall@10", "exact", "supporting spans within the first ten passages"),
    Metric("mrr", "MRR", "exact", "reciprocal rank of the first supporting passage"),
    Metric("seconds", "Seconds", "exact", "time of an answer, on this machine", higher=False, gated=False),
    Metric("quoted_spans", "Quoted spans (ragas)", "ragas", "quotes found in the text of the cited files"),
    Metric("semantic_similarity", "Semantic similarity (ragas)", "ragas", "of answer and reference, by our embeddings"),
    Metric("rouge", "ROUGE-L (ragas)", "ragas", "of answer and reference"),
    Metric("nonllm_context_precision", "Context precision without LLM (ragas)", "ragas",
           "retrieved passages that resemble those with a supporting span"),
    Metric("nonllm_context_recall", "Context recall without LLM (ragas)", "ragas",
           "passages with a supporting span that are retrieved"),
    Metric("faithfulness", "Faithfulness (ragas)", "judge", "statements of the answer supported by the passages"),
    Metric("context_precision", "Context precision (ragas)", "judge", "useful passages come first"),
    Metric("context_recall", "Context recall (ragas)", "judge", "statements of the reference supported by passages"),
    Metric("answer_relevancy", "Answer relevancy (ragas)", "judge", "whether the answer addresses the question"),
    Metric("factual_correctness", "Factual correctness (ragas)", "judge", "claims of answer and reference, F1"),
    Metric("noise_sensitivity", "Noise sensitivity (ragas)", "judge",
           "wrong claims taken from passages", higher=False),
)  # fmt: skip
BY_NAME = {metric.name: metric for metric in METRICS}


def judge_of(metric: Metric, judge: str) -> str:
    """Names the judge of a metric: none, the verifier, or the judge of the run."""
    return {"exact": "", "ragas": "", "gate": "verifier", "judge": judge}[metric.kind]


def column(scores: Sequence[CaseScore], name: str) -> Array:
    """Returns a metric's scores, case by case; NaN where it does not apply."""
    return np.array([score.values.get(name, np.nan) for score in scores])


def confidences(scores: Sequence[CaseScore]) -> Array:
    """Returns the confidence of each answer."""
    return np.array([score.confidence for score in scores])


def estimates(scores: Sequence[CaseScore]) -> dict[str, Estimate]:
    """Aggregates each metric that applies to any case, with its interval, in the order of METRICS."""
    found = ((m.name, estimate(column(scores, m.name), confidences(scores), m.aggregate)) for m in METRICS)
    return {name: figure for name, figure in found if figure is not None}


def by_type(scores: Iterable[CaseScore], name: str) -> dict[str, Estimate]:
    """Aggregates one metric for each type of case."""
    groups: dict[str, list[CaseScore]] = {}
    for score in scores:
        groups.setdefault(score.type, []).append(score)
    found = {kind: estimates(some).get(name) for kind, some in sorted(groups.items())}
    return {kind: figure for kind, figure in found.items() if figure is not None}

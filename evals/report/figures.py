"""The metrics by name: what each says, which way is better, who judges, and how the figures of cases become one."""

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

    kind: "exact" needs no judge, "gate" asks the product's gate, "ragas" is ragas without a judge, "judge" is ragas
    with one: its figures stand under the judge's name. gated: whether a fall below the baseline is a failure.
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
    """The figures of one case, by metric; a metric that does not apply is not there."""

    id: str
    type: str
    split: str
    digest: str
    confidence: float
    values: Mapping[str, float]


METRICS = (
    Metric("quote_integrity", "Quotes that hold", "exact", "markers and citations that are in order, byte for byte"),
    Metric("citation_recall", "Citation recall (ALCE)", "gate", "statements that their quotes entail"),
    Metric("citation_precision", "Citation precision (ALCE)", "gate", "citations that their statements need"),
    Metric("right", "Right", "exact", "answered with all that must be said, or refused where it must be"),
    Metric("correct", "Right, of the answerable", "exact", "the same, of the cases that the documents answer"),
    Metric("token_f1", "Token F1", "exact", "words shared with the reference answer"),
    Metric("completeness", "Sides of disagreements", "exact", "sides that are shown, where sources disagree"),
    Metric("refusal_precision", "Refusal precision", "exact", "refusals that are right"),
    Metric("refusal_recall", "Refusal recall", "exact", "questions to be refused that are"),
    Metric("refusal_f1", "Refusal F1", "exact", "the harmonic mean of the two", aggregate=f1_of_hits),
    Metric("risk_area", "Area under risk–coverage", "exact",
           "share of wrong answers, averaged over how many of the most confident are kept", higher=False,
           aggregate=risk_area),
    Metric("ndcg_10", "nDCG@10", "exact", "order of the passages retrieved, by those that hold a supporting span"),
    Metric("recall_5", "Recall@5", "exact", "supporting spans within the first five passages"),
    Metric("recall_10", "Recall@10", "exact", "supporting spans within the first ten passages"),
    Metric("mrr", "MRR", "exact", "one over the rank of the first passage that supports"),
    Metric("seconds", "Seconds", "exact", "to answer, on this machine", higher=False, gated=False),
    Metric("quoted_spans", "Quoted spans (ragas)", "ragas", "quotes found in the text of the files that are cited"),
    Metric("semantic_similarity", "Semantic similarity (ragas)", "ragas", "of answer and reference, by our embeddings"),
    Metric("rouge", "ROUGE-L (ragas)", "ragas", "of answer and reference"),
    Metric("nonllm_context_precision", "Context precision without LLM (ragas)", "ragas",
           "passages retrieved that are alike to those that hold a supporting span"),
    Metric("nonllm_context_recall", "Context recall without LLM (ragas)", "ragas",
           "passages with a supporting span that are retrieved"),
    Metric("faithfulness", "Faithfulness (ragas)", "judge", "statements of the answer that the passages support"),
    Metric("context_precision", "Context precision (ragas)", "judge", "useful passages come first"),
    Metric("context_recall", "Context recall (ragas)", "judge", "statements of the reference that passages support"),
    Metric("answer_relevancy", "Answer relevancy (ragas)", "judge", "the answer is of what was asked"),
    Metric("factual_correctness", "Factual correctness (ragas)", "judge", "claims of answer and reference, F1"),
    Metric("noise_sensitivity", "Noise sensitivity (ragas)", "judge",
           "wrong claims taken from passages", higher=False),
)  # fmt: skip
BY_NAME = {metric.name: metric for metric in METRICS}


def judge_of(metric: Metric, judge: str) -> str:
    """Who gave a metric's figures: nobody, the gate, or the judge of the run."""
    return {"exact": "", "ragas": "", "gate": "the gate", "judge": judge}[metric.kind]


def column(scores: Sequence[CaseScore], name: str) -> Array:
    """A metric's figures, case by case; NaN where it does not apply."""
    return np.array([score.values.get(name, np.nan) for score in scores])


def confidences(scores: Sequence[CaseScore]) -> Array:
    """The confidence of each answer."""
    return np.array([score.confidence for score in scores])


def estimates(scores: Sequence[CaseScore]) -> dict[str, Estimate]:
    """Each metric that applies to a case, with its interval, in the order of METRICS."""
    found = ((m.name, estimate(column(scores, m.name), confidences(scores), m.aggregate)) for m in METRICS)
    return {name: figure for name, figure in found if figure is not None}


def by_type(scores: Iterable[CaseScore], name: str) -> dict[str, Estimate]:
    """One metric for each kind of case."""
    groups: dict[str, list[CaseScore]] = {}
    for score in scores:
        groups.setdefault(score.type, []).append(score)
    found = {kind: estimates(some).get(name) for kind, some in sorted(groups.items())}
    return {kind: figure for kind, figure in found.items() if figure is not None}

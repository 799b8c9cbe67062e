"""The suite can fail: what makes the product worse pushes a named metric past its baseline."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import mutations
import pytest

from assistant.api import Assistant
from evals import baseline
from evals.cases.load import SEEDS, Case, chosen, load
from evals.judges.judges import entails
from evals.judges.ragas import Sample
from evals.judges.ragas import score as ragas_score
from evals.report.figures import METRICS, CaseScore
from evals.run import DEPTH, answered, place_of, texts_of
from evals.saved import About, Passage, Saved
from evals.score import Corpus, Scores, exact, open_corpus
from evals.scoring import sample_of

Pairs = list[tuple[Case, Saved]]

ON_ANSWERS: dict[str, tuple[mutations.Mutation, set[str]]] = {
    "citations shifted by one": (mutations.citations_shifted, {"citation_recall", "citation_precision"}),
    "offsets shifted by one": (mutations.offsets_shifted, {"quote_integrity"}),
    "quotes from another document": (mutations.quotes_of_another_document, {"citation_recall", "quoted_spans"}),
    "one figure changed in each answer": (mutations.one_figure_changed, {"citation_recall", "faithfulness"}),
    "conflict hidden": (mutations.conflict_hidden, {"completeness"}),
    "always refusal": (mutations.always_refusing, {"refusal_precision", "correct"}),
    "answers of another question": (
        mutations.answers_of_another_question,
        {"right", "correct", "risk_area", "token_f1", "rouge", "semantic_similarity"},
    ),
    "random chunks": (
        mutations.random_chunks,
        {"ndcg_10", "recall_5", "recall_10", "mrr", "faithfulness", "context_precision", "context_recall",
         "nonllm_context_precision", "nonllm_context_recall"},
    ),
}  # fmt: skip
BY_ANOTHER_ASSISTANT = {"refusal_recall", "refusal_f1"}  # moved by an assistant without refusal, below


@pytest.fixture(scope="module")
def bot(seeds_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    bot = Assistant(seeds_dir, tmp_path_factory.mktemp("mutations") / "store")
    bot.ingest()
    yield bot
    bot.store.close()


@pytest.fixture(scope="module")
def cases(seeds_dir: Path) -> list[Case]:
    """All disagreements, and some of everything else."""
    every = load(SEEDS, texts_of(seeds_dir))
    some = {case.id for case in chosen([c for c in every if c.type != "conflict"], limit=30)}
    return [case for case in every if case.type == "conflict" or case.id in some]


@pytest.fixture(scope="module")
def pairs(bot: Assistant, cases: list[Case]) -> Pairs:
    return [(case, answered(bot, case)) for case in cases]


@pytest.fixture(scope="module")
def corpus(bot: Assistant, cases: list[Case]) -> Corpus:
    passages = tuple(place_of(chunk) for chunk in bot.store.chunks())
    return open_corpus(About("test", {}, str(bot.settings.corpus), passages, tuple(cases)))


@pytest.fixture(scope="module")
def score(bot: Assistant, corpus: Corpus) -> Callable[[Pairs], Scores]:
    known: dict[str, list[float]] = {}

    def embed(text: str) -> list[float]:
        if text not in known:
            known[text] = [float(x) for x in bot.embedder.embed_passages([text])[0]]
        return known[text]

    def scored(pairs: Pairs) -> Scores:
        rows = [exact(case, saved, corpus, entails) for case, saved in pairs]
        samples = {case.id: sample_of(Sample, case, saved, corpus) for case, saved in pairs}
        more = ragas_score(samples, None, embed).values
        cases = (CaseScore(r.id, r.type, r.split, r.digest, r.confidence, {**r.values, **more[r.id]}) for r in rows)
        return Scores("test", "embedded", {}, tuple(cases))

    return scored


@pytest.fixture(scope="module")
def accepted(pairs: Pairs, score: Callable[[Pairs], Scores]) -> Scores:
    return score(pairs)


def fallen(accepted: Scores, worse: Scores) -> set[str]:
    return {fall.metric for fall in baseline.falls(accepted, worse)[0]}


@pytest.mark.parametrize("name", ON_ANSWERS)
def test_answers_made_worse_are_caught(
    name: str, pairs: Pairs, corpus: Corpus, accepted: Scores, score: Callable[[Pairs], Scores]
) -> None:
    mutation, expected = ON_ANSWERS[name]
    cases = [case for case, _ in pairs]
    worse = list(zip(cases, mutation(pairs, corpus), strict=True))
    assert expected <= fallen(accepted, score(worse))


def test_the_same_answers_scored_again_fall_nowhere(
    pairs: Pairs, accepted: Scores, score: Callable[[Pairs], Scores]
) -> None:
    assert fallen(accepted, score(pairs)) == set()


def test_every_metric_that_can_fail_the_gate_is_moved_by_a_mutation() -> None:
    moved = set[str]().union(*(expected for _, expected in ON_ANSWERS.values())) | BY_ANOTHER_ASSISTANT
    needs_a_model = {"answer_relevancy", "factual_correctness", "noise_sensitivity"}  # no part of the baseline
    assert moved == {metric.name for metric in METRICS if metric.gated} - needs_a_model


def test_an_assistant_without_refusal_is_caught(
    bot: Assistant, cases: list[Case], pairs: Pairs, corpus: Corpus
) -> None:
    some = [pair for pair in pairs if not pair[0].answerable]
    worse = [(case, answered(mutations.without_refusal(bot), case)) for case, _ in some]
    assert fallen(_exact(some, corpus), _exact(worse, corpus)) >= BY_ANOTHER_ASSISTANT


def test_retrieval_by_dense_alone_is_caught(bot: Assistant, pairs: Pairs, corpus: Corpus) -> None:
    dense = mutations.by_dense_alone(bot)
    searched = [(case, answered_by(dense, case, saved)) for case, saved in pairs]
    assert "ndcg_10" in fallen(_exact(pairs, corpus), _exact(searched, corpus))


def test_a_model_without_the_gate_is_caught(bot: Assistant, pairs: Pairs, corpus: Corpus) -> None:
    some = [case for case, saved in pairs if not saved.answer.abstained][:6]
    gated = [(case, answered(mutations.inventing(bot, case.question), case)) for case in some]
    worse = [(case, answered(mutations.without_gate(bot, case.question), case)) for case in some]
    assert "citation_recall" in fallen(_exact(gated, corpus), _exact(worse, corpus))


def test_only_figures_of_the_text_are_changed_and_no_marker() -> None:
    assert list(mutations.figures_in("[1] In 2024, **3,000** came. [12]")) == ["2", "3", "0"]


def answered_by(searcher: Assistant, case: Case, saved: Saved) -> Saved:
    """The answer as it was, with what another retrieval finds."""
    hits = searcher.search(case.question, DEPTH, case.history)
    return replace(saved, retrieved=tuple(Passage(place_of(hit.chunk), hit.chunk.text) for hit in hits))


def _exact(pairs: Pairs, corpus: Corpus) -> Scores:
    return Scores("test", "embedded", {}, tuple(exact(case, saved, corpus, entails) for case, saved in pairs))

"""ragas's own metrics, with the embedded judge and with a model behind a server that speaks OpenAI's language."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest
from judge_server import JudgeServer, judging

from assistant.config import Settings
from assistant.llm.providers import open_model
from evals.errors import JudgeError
from evals.judges import judges
from evals.judges.judges import EmbeddedJudge
from evals.judges.model import ModelJudge
from evals.judges.ragas import Sample, score

OPENED, LONG = "The bridge was opened in 1931.", "It is 310 metres long."
NOISE = "The school has 420 pupils."
SAMPLE = Sample(
    question="When was the bridge opened?",
    response=f"{OPENED}\n\nThe bridge is red.",
    quoted=f'"{OPENED}"\n"It is 99 metres long."',
    cited=(f"{OPENED} {LONG}",),
    contexts=(NOISE, f"{OPENED} {LONG}"),
    reference=OPENED,
    reference_contexts=(f"{OPENED} {LONG}",),
)
REFUSED = Sample("Who?", "", "", (), (NOISE,), "", ())
EMBEDDED = {"faithfulness", "context_precision", "context_recall"}
UNJUDGED = {"quoted_spans", "semantic_similarity", "rouge", "nonllm_context_precision", "nonllm_context_recall"}
JUDGED = {"answer_relevancy", "factual_correctness", "noise_sensitivity"}


def embed(text: str) -> list[float]:
    return [float(len(text)), 1.0]


@pytest.fixture
def server() -> Iterator[JudgeServer]:
    with judging() as server:
        yield server


def model_judge(server: JudgeServer, folder: Path, monkeypatch: pytest.MonkeyPatch, **more: int) -> ModelJudge:
    monkeypatch.setenv("ASSISTANT_MODEL_KEY", "key")
    model = open_model(Settings(model="openai-like/double", model_url=server.url))
    assert model is not None
    return ModelJudge(model, folder, **more)


@pytest.fixture
def by_words(monkeypatch: pytest.MonkeyPatch) -> None:
    """The embedded judge's plumbing is tested with verdicts that are plain to see."""
    monkeypatch.setattr(judges, "entails", lambda statement, spans: any(statement in span for span in spans))


@pytest.mark.usefixtures("by_words")
def test_the_embedded_judge_gives_ragas_its_verdicts() -> None:
    values = score({"a": SAMPLE}, None, embed).values["a"]
    assert set(values) == EMBEDDED | UNJUDGED
    assert values["faithfulness"] == 0.5  # one statement of two
    assert values["context_precision"] == pytest.approx(0.5)  # the useful passage is the second of two
    assert values["context_recall"] == 1.0


@pytest.mark.usefixtures("by_words")
def test_what_needs_no_judge_is_ragas_alone() -> None:
    values = score({"a": SAMPLE}, None, embed).values["a"]
    assert values["quoted_spans"] == 0.5  # "It is 99 metres long." is in no file that is cited
    # the response has 10 words, the reference 6, all in order: P 6/10, R 1
    assert values["rouge"] == pytest.approx(0.75)
    assert values["nonllm_context_precision"] == pytest.approx(0.5)
    assert values["nonllm_context_recall"] == 1.0


@pytest.mark.usefixtures("by_words")
def test_what_does_not_apply_has_no_figure() -> None:
    assert score({"a": REFUSED}, None, embed).values == {"a": {}}


def test_the_gate_gives_the_embedded_verdicts() -> None:
    values = score({"a": SAMPLE}, None, embed).values["a"]
    assert values["faithfulness"] == 0.5
    assert values["context_recall"] == 1.0


def test_the_gate_sees_each_passage_for_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[tuple[str, ...]] = []
    monkeypatch.setattr(judges, "entails", lambda statement, spans: bool(seen.append(tuple(spans))))
    score({"a": SAMPLE}, None, embed)
    assert SAMPLE.contexts in seen


def test_the_embedded_judge_says_what_needs_a_model() -> None:
    from ragas.metrics.collections.answer_relevancy.util import AnswerRelevanceOutput

    with pytest.raises(JudgeError, match="ASSISTANT_JUDGE"):
        asyncio.run(EmbeddedJudge().say("", AnswerRelevanceOutput))


def test_a_prompt_that_is_none_of_ragas_is_an_error() -> None:
    assert judges.read_input('Do it.\ninput: {"context": "a\\ninput: b\\nOutput: c"}\nOutput: ') == {
        "context": "a\ninput: b\nOutput: c"
    }
    with pytest.raises(JudgeError, match=r"Install the version of ragas in requirements\.lock"):
        judges.read_input("Do it.")


def test_a_model_judges_the_full_set(server: JudgeServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = score({"a": SAMPLE, "b": REFUSED}, model_judge(server, tmp_path, monkeypatch), embed)
    values = found.values["a"]
    assert set(values) == EMBEDDED | UNJUDGED | JUDGED
    assert values["faithfulness"] == 0.5
    assert values["factual_correctness"] == pytest.approx(0.67)  # one claim of two is in the reference, and it is all
    assert values["noise_sensitivity"] == 0.0
    assert found.failed == []


def test_the_prompts_are_those_of_ragas(server: JudgeServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from ragas.metrics.collections.context_recall.util import ContextRecallInput, ContextRecallPrompt

    score({"a": SAMPLE}, model_judge(server, tmp_path, monkeypatch), embed)
    given = ContextRecallInput(question=SAMPLE.question, context="\n".join(SAMPLE.contexts), answer=SAMPLE.reference)
    assert ContextRecallPrompt().to_string(given) in server.prompts


def test_nothing_is_asked_twice(server: JudgeServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = score({"a": SAMPLE}, model_judge(server, tmp_path, monkeypatch), embed)
    asked = len(server.prompts)
    assert asked == len(set(server.prompts))
    server.down = True
    again = score({"a": SAMPLE}, model_judge(server, tmp_path, monkeypatch), embed)
    assert again.values == first.values
    assert len(server.prompts) == asked


def test_a_limit_of_calls_is_kept_and_what_was_said_too(
    server: JudgeServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(JudgeError, match="--calls"):
        score({"a": SAMPLE}, model_judge(server, tmp_path, monkeypatch, calls=3), embed)
    assert len(server.prompts) == 3
    score({"a": SAMPLE}, model_judge(server, tmp_path, monkeypatch), embed)
    assert len(server.prompts) == len(set(server.prompts))


def test_no_more_is_asked_at_once_than_allowed(
    server: JudgeServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    samples = {f"{n}": Sample(f"Question {n}?", f"{n}. {OPENED}", "", (), (NOISE,), f"{n}", ()) for n in range(6)}
    score(samples, model_judge(server, tmp_path, monkeypatch, at_once=2), embed, at_once=6)
    assert server.together == 2


def test_an_answer_that_is_not_in_form_is_asked_for_again(
    server: JudgeServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.spoilt = 2
    found = score({"a": SAMPLE}, model_judge(server, tmp_path, monkeypatch), embed)
    assert found.failed == []
    server.spoilt = 10_000
    found = score({"a": SAMPLE}, model_judge(server, tmp_path / "other", monkeypatch), embed)
    assert set(found.values["a"]) == UNJUDGED
    assert "a, faithfulness" in found.failed[0]
    assert "larger judge" in found.failed[0]


def test_a_judge_that_cannot_be_asked_ends_the_scoring(
    server: JudgeServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.down = True
    with pytest.raises(JudgeError, match="cannot be asked"):
        score({"a": SAMPLE}, model_judge(server, tmp_path, monkeypatch), embed)

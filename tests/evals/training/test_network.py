"""The network: it begins as the cross-encoder that ships, learns, and can be taken up again."""

from __future__ import annotations

import random
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="the extra `train` is not installed")
pytest.importorskip("onnx", reason="the extra `train` is not installed")

from assistant.models.reranker import Reranker  # noqa: E402
from evals.training.base import dequantized  # noqa: E402
from evals.training.batches import batches, encoded, padded  # noqa: E402
from evals.training.calibrate import answer_rows, fit, reliability  # noqa: E402
from evals.training.encode import Example, encode_reading  # noqa: E402
from evals.training.export import drift, export  # noqa: E402
from evals.training.losses import losses  # noqa: E402
from evals.training.network import Network, Shape, started_from  # noqa: E402
from evals.training.rows import Claim, Reading  # noqa: E402
from evals.training.scores import Scored, auc, score  # noqa: E402
from evals.training.threads import Parts  # noqa: E402
from evals.training.train import Run, open_tokenizer, rate_share  # noqa: E402
from index.models import find_weights  # noqa: E402

BASE = find_weights("reranker_en")
SMALL = Shape(hidden=48, inner=96, heads=4, layers=3)
QUESTION = "How many people live in Berlin?"
TEXTS = [
    "Berlin has a population of 3,520,031 registered inhabitants.",
    "New York City is famous for the Metropolitan Museum of Art.",
]


def _rows(count: int = 40) -> list[Reading | Claim]:
    found: list[Reading | Claim] = []
    for i in range(count):
        found.append(Reading(f"Who has number {i}?", f"Ada has number {i}. Piet has none.", ("Ada",), "a"))
        found.append(Reading(f"Who has number {i}?", "Nobody has a number here. Piet has none.", (), "b"))
        found.append(Claim(f"Ada has {i}.", f"Ada has {i} at home.", True, "c"))
    return found


def test_it_begins_as_the_cross_encoder_that_ships() -> None:
    net = started_from(dequantized(BASE / "model.onnx"))
    rows = [
        encode_reading(Reading(QUESTION, text, (), "x"), open_tokenizer(BASE), 64, random.Random(1)) for text in TEXTS
    ]
    found = [2 * one.answerable for one in score(net, [row for row in rows if row is not None])]
    # int8 activations make the small rest
    assert found == pytest.approx(Reranker().scores(QUESTION, TEXTS), abs=0.3)


def test_what_a_passage_answers_as_a_whole_teaches_no_span() -> None:
    torch.manual_seed(1)
    net = Network(SMALL).eval()
    whole = Reading("is it open?", "It is closed on Sundays.", (), "a", whole=True)
    batch = padded(list(encoded([whole], open_tokenizer(BASE), 1)), 32)
    found = losses(net(batch.ids, batch.types, batch.mask), batch)
    assert found.span.item() == 0
    assert found.answerable.item() > 0


def test_a_row_counts_the_same_whatever_padding_it_has() -> None:
    torch.manual_seed(1)
    net = Network(SMALL).eval()
    examples = list(encoded(_rows(1), open_tokenizer(BASE), 1))
    alone, padded_ = (padded(examples[:1], tokens) for tokens in (len(examples[0].ids), 64))
    with torch.no_grad():
        one, other = (net(batch.ids, batch.types, batch.mask)[0] for batch in (alone, padded_))
    assert float(one) == pytest.approx(float(other), abs=1e-4)


def test_it_learns_and_a_run_taken_up_again_goes_on_as_it_would_have(tmp_path: Path) -> None:
    examples = list(encoded(_rows(700), open_tokenizer(BASE), 1))
    some = list(batches(examples, 1))[:12]
    assert len(some) == 12
    torch.manual_seed(1)
    run = Run(Network(SMALL), "cpu", frozen=0)
    losses = [run.step(batch, 0.1)["span"] for batch in some[:8]]
    assert losses[-1] < losses[0]
    run.save(tmp_path / "checkpoint.pt", 0.4)
    on = [run.step(batch, 0.4) for batch in some[8:]]
    again = Run(Network(SMALL), "cpu", frozen=0)
    assert again.resume(tmp_path / "checkpoint.pt") == 0.4
    assert again.step_count == 8
    assert [again.step(batch, 0.4) for batch in some[8:]] == on


def test_frozen_layers_stay_as_they_are() -> None:
    torch.manual_seed(1)
    run = Run(Network(SMALL), "cpu", frozen=2)
    before = {name: value.clone() for name, value in run.net.state_dict().items()}
    run.step(next(batches(encoded(_rows(700), open_tokenizer(BASE), 1), 1)), 0.1)
    changed = {name for name, value in run.net.state_dict().items() if not torch.equal(value, before[name])}
    assert changed
    assert not any(name.startswith(("words", "positions", "layers.0.", "layers.1.")) for name in changed)


def test_the_exported_file_says_what_the_network_says(tmp_path: Path) -> None:
    net = started_from(dequantized(BASE / "model.onnx"))
    # both heads begin the same, and the exporter would write one weight for the two; trained ones differ
    torch.nn.init.normal_(net.support.weight, 0, 0.02)
    rows = [Reading(QUESTION, text, (), "x") for text in TEXTS]
    examples = [encode_reading(row, open_tokenizer(BASE), 64, random.Random(1)) for row in rows]
    some = [example for example in examples if example is not None]
    export(net, tmp_path / "reader.onnx", some)
    found = drift(net, tmp_path / "reader.onnx", some)
    assert found["answerable"]["max"] < 0.3
    assert (tmp_path / "reader.onnx").stat().st_size < 41e6


def test_the_rate_rises_and_then_falls_to_almost_nothing() -> None:
    shares = [rate_share(i / 100) for i in range(101)]
    top = shares.index(max(shares))
    assert shares[:top] == sorted(shares[:top])
    assert shares[top:] == sorted(shares[top:], reverse=True)
    assert shares[-1] == pytest.approx(0.02)


def test_the_auc_is_the_share_of_pairs_in_order() -> None:
    assert auc([0.1, 0.4, 0.4, 0.9], [False, True, False, True]) == pytest.approx(3.5 / 4)
    assert auc([1.0], [True]) is None


def test_calibrated_probabilities_mean_what_they_say() -> None:
    rng = np.random.default_rng(1)
    logits = rng.normal(0, 4, (4000, 1))
    labels = rng.random(4000) < 1 / (1 + np.exp(-(0.5 * logits[:, 0] - 1)))
    found = fit(logits, labels, np.ones(4000))
    assert found.weights[0] == pytest.approx(0.5, abs=0.05)
    assert found.bias == pytest.approx(-1, abs=0.15)
    assert reliability(found.probability(logits), labels, np.ones(4000))[1] < 0.03


def test_the_parts_of_a_batch_teach_what_the_batch_does() -> None:
    torch.manual_seed(1)
    net = Network(SMALL)
    batch = next(batches(encoded(_rows(700), open_tokenizer(BASE), 1), 1))
    found = losses(net(batch.ids, batch.types, batch.mask), batch)
    found.total.backward()  # type: ignore[no-untyped-call]
    whole = [p.grad.clone() for p in net.parameters() if p.grad is not None]
    net.zero_grad()
    told = Parts(net, "cpu").losses(batch)
    assert told["support"] == pytest.approx(found.support.item(), rel=1e-4)
    cut_ = [p.grad for p in net.parameters() if p.grad is not None]
    assert all(torch.allclose(one, other, atol=1e-5) for one, other in zip(whole, cut_, strict=True))


def test_what_is_written_has_half_of_the_weight_of_either_label() -> None:
    some = Example((101, 7, 102, 8, 102), 3, "answer", True, (3,), (3,), "written plain")
    said = Scored(1.0, 1.0, 0.0, 3, 3)
    rows = [some, *[replace(some, source="squad")] * 3, replace(some, label=False, source="written near-miss")]
    rows += [replace(some, label=False, source="near_question")] * 5
    _, labels, shares = answer_rows([(row, said) for row in rows])
    assert shares.mean() == pytest.approx(1)
    assert shares[labels].sum() == pytest.approx(shares[~labels].sum())
    assert shares[0] == pytest.approx(shares[1:4].sum())

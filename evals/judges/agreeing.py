"""Measures the configured judge on claims with human labels."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from pathlib import Path

from assistant.config import Settings
from evals.judges.agreement import Agreement, Labelled, measure
from evals.judges.judges import EMBEDDED, entails
from evals.judges.model import open_judge

Bar = Callable[[str, int, int], None]  # (what is done, done, of)

SEED = 5
FITTED = "The verifier's weights were fitted on these sets, so these figures are optimistic"


def measure_judge(
    data: Path, settings: Settings, limit: int | None, calls: int, at_once: int, bar: Bar
) -> list[Agreement]:
    """Measures the agreement of the embedded judge, or of the model that ASSISTANT_JUDGE names, on each set."""
    from assistant.llm.providers import open_model

    judge = open_judge(settings, open_model, calls, at_once)

    def take(labelled: list[Labelled]) -> list[Labelled]:
        return random.Random(SEED).sample(labelled, limit) if limit and limit < len(labelled) else labelled

    if judge is None:
        return measure(data, EMBEDDED, lambda labelled: _by_gate(labelled, bar), take, FITTED)

    from evals.judges.ragas import verdicts

    return measure(data, judge.name, lambda labelled: verdicts(judge, labelled, bar), take)


def _by_gate(labelled: Sequence[Labelled], bar: Bar) -> list[bool]:
    found = []
    for number, one in enumerate(labelled, start=1):
        found.append(entails(one.claim, one.evidence))
        bar("Claims", number, len(labelled))
    return found

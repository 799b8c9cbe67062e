"""A question on the shipped corpus: how much of its time is outside of the models' forward passes."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path
from typing import Any

from evals.bench.measure import forward_passes
from evals.bench.stats import median, percentile

QUESTIONS = Path(__file__).with_name("questions.txt")
ROUNDS = 3


def run(limit: int | None = None, rounds: int = ROUNDS) -> dict[str, Any]:
    """Asks each question `rounds` times, warm. limit: of the number of questions. Times in seconds."""
    from assistant.api import Assistant
    from assistant.config import SHIPPED_CORPUS, Settings

    questions = questions_of(QUESTIONS.read_text(encoding="utf-8"))[:limit]
    with tempfile.TemporaryDirectory() as home:
        bot = Assistant(SHIPPED_CORPUS, Path(home) / "store", settings=Settings())
        bot.ingest()
        for question in questions[:2]:  # loads what is loaded at first use
            bot.answer(question)
        rows = [_asked(bot, question) for _ in range(rounds) for question in questions]
        bot.store.close()
    return {"questions": len(questions), "rounds": rounds, **summary(rows)}


def questions_of(text: str) -> list[str]:
    """One question a line; empty lines and those that begin with # are none."""
    return [line.strip() for line in text.splitlines() if line.strip() and not line.startswith("#")]


def summary(rows: list[dict[str, float]]) -> dict[str, float]:
    """Medians of what was measured of each question, and the 95th percentile of its time."""
    return {
        "ratio": median(row["total"] / row["forward"] for row in rows),
        "ratio_by_timings": median(row["total"] / row["models"] for row in rows),
        "median_s": median(row["total"] for row in rows),
        "p95_s": percentile([row["total"] for row in rows], 0.95),
        "passes": median(row["passes"] for row in rows),
        "cores_in_models": median(row["cores"] for row in rows),
    }


def _asked(bot: Any, question: str) -> dict[str, float]:
    with forward_passes() as passes:
        start = time.perf_counter()
        answer = bot.answer(question)
        total = time.perf_counter() - start
    return {"total": total, "forward": passes.seconds, "models": answer.timings["models"],
            "passes": len(passes.intervals), "cores": passes.cores}  # fmt: skip

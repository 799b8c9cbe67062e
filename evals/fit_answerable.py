"""Fits the weights of assistant/evidence/answerability.py, on questions that train question answering.

    python -m evals.fit_answerable --data DIR

DIR holds gzipped JSON lines, one {"question", "context", "answers", "answerable"} a row: `squad1_train_44articles`,
`squad2_train_unanswerable_44articles`, `squadshifts_new_wiki`, `timeqa_human_hard` and `covidqa_windows`. The contexts
become a corpus, and each question is asked of it as a user would. Three kinds of question must be refused: near
misses, written by people to look answerable; those whose passage was left out while others of the same article stayed;
and those on another topic. A third of the questions lose capitals and question mark, as people type.
"""

from __future__ import annotations

import argparse
import gzip
import json
import random
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from assistant.api import Assistant
from assistant.evidence.answerability import Features
from assistant.pipeline import Trace

SEED = 7
# A refused question off the topic counts so many times: in the sample they are few, in use they are not.
OFF_TOPIC = 2.5
RIDGE = 1e-2
Array = NDArray[np.float64]
Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Asked:
    """A question, whether the corpus answers it, and how much it counts."""

    question: str
    answerable: bool
    weight: float = 1.0


def build(folder: Path) -> tuple[list[Asked], list[str]]:
    """The questions, shuffled, and the texts of the corpus to ask them of."""
    rnd = random.Random(SEED)
    squad, near, wiki, timed, covid = (
        _rows(folder, name, rnd)
        for name in (
            "squad1_train_44articles",
            "squad2_train_unanswerable_44articles",
            "squadshifts_new_wiki",
            "timeqa_human_hard",
            "covidqa_windows",
        )
    )
    articles = _contexts(squad)[:900]
    pages = _contexts(wiki)
    kept, gone = pages[:500], pages[500:750]
    asked = [
        *_ask(_of(squad, articles)[:160], True),
        *_ask(_of([r for r in near if r.get("match") == "id"], articles)[:180], False),
        *_ask(_of(wiki, kept)[:80], True),
        *_ask(_of(wiki, gone)[:100], False, OFF_TOPIC),
        *[q for r in timed[:40] for q in _ask([r], bool(r["answerable"]))],
        *_ask(covid[:35], True),
        *_ask(covid[400:420], False, OFF_TOPIC),
    ]
    rnd.shuffle(asked)
    texts = dict.fromkeys([*articles, *kept, *(r["context"] for r in (*timed[:40], *covid[:35]))])
    return [_typed(a, rnd) for a in asked], list(texts)


def measure(asked: Sequence[Asked], texts: Sequence[str]) -> list[Features | None]:
    """Asks each question of an index of the texts."""
    with tempfile.TemporaryDirectory() as home:
        corpus = Path(home, "corpus")
        corpus.mkdir()
        for number, text in enumerate(texts):
            (corpus / f"{number:05d}.txt").write_text(text, encoding="utf-8")
        bot = Assistant(corpus=corpus, store=Path(home, "store"))
        bot.ingest()
        found: list[Features | None] = []
        for one in asked:
            trace = Trace()
            bot.answer(one.question, trace=trace)
            found.append(trace.judgement.features if trace.judgement else None)
        return found


def fit(inputs: Array, wanted: Array, weights: Array) -> tuple[Array, float]:
    """Logistic regression with a small ridge: (weight of each column, bias). Inputs of shape (n, columns)."""
    mean, spread = inputs.mean(axis=0), inputs.std(axis=0) + 1e-9
    design = np.column_stack([(inputs - mean) / spread, np.ones(len(inputs))])
    ridge = np.append(np.full(inputs.shape[1], RIDGE), 0.0)
    slopes = np.zeros(design.shape[1])
    for _ in range(50):  # Newton's method
        p = 1 / (1 + np.exp(-design @ slopes))
        gradient = design.T @ ((p - wanted) * weights) / weights.sum() + ridge * slopes
        curvature = (design.T * (weights * p * (1 - p))) @ design / weights.sum() + np.diag(ridge + 1e-12)
        slopes -= np.linalg.solve(curvature, gradient)
    scaled = slopes[:-1] / spread
    return scaled, float(slopes[-1] - scaled @ mean)


def balanced(asked: Sequence[Asked]) -> Array:
    """The questions' weights, with those to be answered counting as much together as those to be refused."""
    weights = np.array([a.weight for a in asked])
    yes = np.array([a.answerable for a in asked])
    weights[yes] *= weights[~yes].sum() / weights[yes].sum()
    return weights


def _rows(folder: Path, name: str, rnd: random.Random) -> list[Row]:
    with gzip.open(folder / f"{name}.jsonl.gz", "rt", encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    rnd.shuffle(rows)
    return rows


def _contexts(rows: Sequence[Row]) -> list[str]:
    return list(dict.fromkeys(row["context"] for row in rows))


def _of(rows: Sequence[Row], contexts: Sequence[str]) -> list[Row]:
    known = set(contexts)
    return [row for row in rows if row["context"] in known]


def _ask(rows: Sequence[Row], answerable: bool, weight: float = 1.0) -> list[Asked]:
    return [Asked(row["question"], answerable, weight) for row in rows]


def _typed(asked: Asked, rnd: random.Random) -> Asked:
    if rnd.random() >= 1 / 3:
        return asked
    return Asked(asked.question.lower().rstrip(" ?"), asked.answerable, asked.weight)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="the folder of training sets")
    asked, texts = build(parser.parse_args().data)
    pairs = [(a, f) for a, f in zip(asked, measure(asked, texts), strict=True) if f is not None]
    inputs = np.array([[f.window, f.passage] for _, f in pairs])
    wanted = np.array([float(a.answerable) for a, _ in pairs])
    slopes, bias = fit(inputs, wanted, balanced([a for a, _ in pairs]))
    right = ((inputs @ slopes + bias > 0) == (wanted > 0)).mean()
    print(f"n {len(pairs)}  BIAS {bias:.3f}  WINDOW {slopes[0]:.3f}  PASSAGE {slopes[1]:.3f}  right {right:.3f}")


if __name__ == "__main__":
    main()

"""Asks questions of the corpora that they were written about, and saves the features of every candidate.

    python -m evals.fit.collect --rows FILE [FILE …] --out FEATURES.npz [--share 0.5] [--reader FOLDER]

What takes time is here; `python -m evals.fit.answering` fits in seconds from what this saves.
"""

from __future__ import annotations

import argparse
import random
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from assistant.api import Assistant
from assistant.evidence.candidates import Scored, score_candidates
from assistant.evidence.features import features
from assistant.models.reader import Reader
from assistant.query.analyze import parse
from assistant.types import SearchQuery
from evals.fit.questions import Asked, is_held_out, read_rows, write_corpora
from index.types import Filter

SEED = 11
SAVE_EVERY = 20


def collect(asked: Sequence[Asked], folder: Path, store: Path, reader: Reader) -> Iterator[dict[str, object]]:
    """One entry for each question: its candidates' features, which of them hold the answer, and where they stand."""
    for domain in sorted({one.domain for one in asked}):
        bot = Assistant(folder / domain, store / domain)
        bot.ingest()
        for one in (a for a in asked if a.domain == domain):
            question = parse(one.question)
            hits = bot.retriever.fused([SearchQuery(question.text)], Filter())
            rarity = bot.retriever.rarity(question.words)
            scored = score_candidates(question, hits, rarity, bot.reranker, reader)
            stems = {s.evidence.source: bot.retriever.stems(s.evidence.source) for s in scored}
            yield {
                "asked": one,
                "features": features(question, scored, rarity, stems),
                "labels": np.array([holds(s, one) for s in scored], bool),
                "places": [(s.evidence.source, s.evidence.start, s.evidence.end) for s in scored],
            }


def holds(scored: Scored, asked: Asked) -> bool:
    """Whether a candidate holds most of an answer, or is most of one."""
    e = scored.evidence
    for source, start, end in asked.answers:
        shared = min(end, e.end) - max(start, e.start)
        if source == e.source and shared > 0 and 2 * shared >= min(end - start, e.end - e.start):
            return True
    return False


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=Path, nargs="+", required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--share", type=float, default=1.0, help="of the questions that are asked")
    parser.add_argument("--kept", default="", help="the domain that the reader was not trained on at all")
    parser.add_argument("--reader", type=Path, help="a folder with another reader than the one that ships")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as home:
        rows = list(read_rows(args.rows))
        asked = write_corpora(rows, Path(home) / "corpora")
        # every passage is in the corpora; asked is only what the reader was not trained on
        unseen = [one for one, row in zip(asked, rows, strict=True) if is_held_out(row, args.kept)]
        chosen = random.Random(SEED).sample(unseen, int(len(unseen) * args.share))
        random.Random(SEED).shuffle(chosen)
        found: list[dict[str, object]] = []
        for row in collect(chosen, Path(home) / "corpora", Path(home) / "stores", Reader(args.reader)):
            found.append(row)
            # what was collected is kept where the run is stopped
            if len(found) % SAVE_EVERY == 0 or len(found) == len(chosen):
                np.savez_compressed(args.out, rows=np.array(found, dtype=object))
                print(len(found), "of", len(chosen), flush=True)


if __name__ == "__main__":
    main()

"""The nearest wrong passage: what a search finds for a question, and does not answer it."""

from __future__ import annotations

import bm25s  # type: ignore[import-untyped]

from evals.training.rows import Reading

_FOUND = 8


def nearest_wrong(readings: list[Reading], passages: list[str]) -> list[Reading]:
    """For each question the best passage by BM25 that holds none of its answers, where there is one."""
    search = bm25s.BM25()
    search.index(bm25s.tokenize(passages, stopwords="en", show_progress=False), show_progress=False)
    asked = bm25s.tokenize([row.question for row in readings], stopwords="en", show_progress=False)
    found, _ = search.retrieve(asked, k=min(_FOUND, len(passages)), show_progress=False)
    rows = []
    for row, places in zip(readings, found, strict=True):
        for place in places:
            passage = passages[int(place)]
            if passage != row.passage and not any(answer.lower() in passage.lower() for answer in row.answers):
                rows.append(Reading(row.question, passage, (), "nearest_wrong", row.title))
                break
    return rows

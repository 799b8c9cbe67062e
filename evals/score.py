"""Saved answers → figures, case by case. Answers nothing, and can be done again at any time."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from evals.cases.load import Case
from evals.cases.public import RETRIEVAL
from evals.errors import RunError
from evals.metrics import citations, correct, ranking
from evals.metrics.citations import Entails, Source
from evals.metrics.ranking import Place
from evals.report.figures import CaseScore
from evals.saved import About, Saved, replace_file
from index.readers.registry import find_files, read, source_name

SCORES = "scores.json"


@dataclass(frozen=True, slots=True)
class Scores:
    """The scores of a run.

    judge: the name of the judge; scores from different judges are never compared. notes: what was not judged, and why.
    """

    name: str
    judge: str
    fingerprint: Mapping[str, Any]
    cases: tuple[CaseScore, ...]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Corpus:
    """The reference for scoring: the current documents, and the passages of the index."""

    sources: Mapping[str, Source]
    passages: tuple[Place, ...]

    def places(self, case: Case) -> list[Place]:
        """Locates the gold spans of a case."""
        found = ((span, self.sources[span.source].text.find(span.quote)) for span in case.spans)
        return [Place(span.source, start, start + len(span.quote)) for span, start in found]


def open_corpus(about: About) -> Corpus:
    """Opens the corpus of a run. Raises RunError if its folder is gone."""
    root = Path(about.corpus)
    if not root.is_dir():
        raise RunError(f"The corpus {root} of this run is gone. Put it back, or start over with --fresh.")
    sources = {
        source_name(path, root): Source(read(path, root).text, citations.sha256(path.read_bytes()))
        for path in find_files(root)[0]
    }
    return Corpus(sources, about.passages)


def exact(case: Case, saved: Saved, corpus: Corpus, entails: Entails) -> CaseScore:
    """Computes the exact metrics of one answer."""
    a = saved.answer
    if case.type == RETRIEVAL:
        found = {"seconds": saved.seconds, **_retrieval(case, saved, corpus)}
        values = {name: value for name, value in found.items() if value is not None}
        return CaseScore(case.id, case.type, case.split, case.digest, 0.0, values)
    return CaseScore(
        case.id, case.type, case.split, case.digest, a.confidence, _of_answer(case, saved, corpus, entails)
    )


def _of_answer(case: Case, saved: Saved, corpus: Corpus, entails: Entails) -> dict[str, float]:
    a = saved.answer
    quotes = {c.number: c.quote for c in a.citations}
    found = [] if a.abstained else citations.statements(a)
    right = float(correct.right(case, a))
    values: dict[str, float | None] = {
        "quote_integrity": citations.quote_integrity(a, corpus.sources),
        "citation_recall": citations.citation_recall(found, quotes, entails),
        "citation_precision": citations.citation_precision(found, quotes, entails),
        "right": right,
        "correct": right if case.answerable else None,
        "token_f1": correct.token_f1("" if a.abstained else correct.bare(a), case.reference)
        if case.answerable and case.reference
        else None,
        "completeness": correct.completeness(case, a),
        "refusal_precision": float(not case.answerable) if a.abstained else None,
        "refusal_recall": None if case.answerable else float(a.abstained),
        "refusal_f1": float(a.abstained and not case.answerable) if a.abstained or not case.answerable else None,
        "risk_area": None if a.abstained else 1.0 - right,
        "seconds": saved.seconds,
        **_retrieval(case, saved, corpus),
    }
    return {name: value for name, value in values.items() if value is not None}


def _retrieval(case: Case, saved: Saved, corpus: Corpus) -> dict[str, float | None]:
    """Judges passages by the gold spans that they contain; no retrieval metric applies to a case without spans."""
    spans = corpus.places(case)
    if not spans:
        return {}
    passages = [passage.place for passage in saved.retrieved]
    relevant = [any(ranking.covers(passage, span) for span in spans) for passage in passages]
    everything = corpus.passages if case.type != RETRIEVAL else [Place(name, 0, 0) for name in corpus.sources]
    ideal = [float(any(ranking.covers(passage, span) for span in spans)) for passage in everything]
    ranks = ranking.first_ranks(passages, spans)
    return {
        "ndcg_10": ranking.ndcg([float(hit) for hit in relevant], ideal),
        "recall_5": ranking.recall(ranks, 5),
        "recall_10": ranking.recall(ranks, 10),
        "mrr": ranking.reciprocal_rank(relevant),
    }


def write(folder: Path, scores: Scores) -> None:
    """Saves the scores beside the answers."""
    row = {**asdict(scores), "cases": [asdict(case) for case in scores.cases]}
    replace_file(folder / SCORES, json.dumps(row, ensure_ascii=False, indent=1))


def read_scores(folder: Path) -> Scores:
    """Reads the scores of a run. Raises RunError if it was not scored."""
    try:
        row = json.loads((folder / SCORES).read_text(encoding="utf-8"))
        cases = tuple(CaseScore(**c) for c in row["cases"])
        return Scores(row["name"], row["judge"], row["fingerprint"], cases, tuple(row["notes"]))
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise RunError(f"{folder} contains no scores ({error}). Run `assistant eval score {folder}` first.") from None

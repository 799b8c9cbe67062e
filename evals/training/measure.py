"""What an exported reader reaches on sets that it was not trained on, with 95% intervals, as JSON.

    python -m evals.training.measure MODEL_FOLDER TEST_FOLDER [--limit 600]

Nothing is chosen by these figures; they are told in the model card.
"""

from __future__ import annotations

import argparse
import json
import random
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from assistant.models.reader import Reader
from evals.training.nearmiss import flipped
from evals.training.scores import auc

_LIMIT = 600
_DRAWS = 500


def near_misses(reader: Reader, path: Path, limit: int = _LIMIT) -> dict[str, Any]:
    """SQuAD 2.0: is a question answered by its own passage? And are the words found the answer?"""
    rows = _some(path, limit)
    found = [reader.read(row["question"], [(row["title"].replace("_", " "), row["context"])])[0] for row in rows]
    labels = [row["answerable"] for row in rows]
    p = [one.answerable for one in found]
    right = [
        _overlap(row["context"][one.start : one.end], row["answers"])
        for row, one in zip(rows, found, strict=True)
        if row["answerable"]
    ]
    return {
        "rows": len(rows),
        "auc": interval(p, labels),
        "span_score_auc": interval([one.span_score for one in found], labels),
        "accuracy_at_half": float(np.mean([(x > 0.5) == label for x, label in zip(p, labels, strict=True)])),
        "answered_of_answerable": float(np.mean([x > 0.5 for x, label in zip(p, labels, strict=True) if label])),
        "span_f1_of_answerable": float(np.mean(right)),
        "span_exact_of_answerable": float(np.mean([one == 1 for one in right])),
    }


def search_questions(reader: Reader, path: Path, limit: int = _LIMIT) -> dict[str, Any]:
    """CLAPNQ: questions typed into a search box, each with one passage."""
    rows = _some(path, limit)
    p = [reader.read(row["question"], [(row["title"], " ".join(row["sentences"]))])[0].answerable for row in rows]
    labels = [row["answerable"] for row in rows]
    accuracy = float(np.mean([(x > 0.5) == label for x, label in zip(p, labels, strict=True)]))
    return {"rows": len(rows), "auc": interval(p, labels), "accuracy_at_half": accuracy}


def attributed(reader: Reader, path: Path, limit: int = _LIMIT) -> dict[str, Any]:
    """AttributionBench: does the evidence say the claim? The best window of any piece counts."""
    rows = [row for row in _some(path, limit) if sum(map(len, row["evidence"])) < 8000]
    p = [max(reader.support(row["claim"], row["evidence"])) for row in rows]
    labels = [row["supported"] for row in rows]
    found: dict[str, Any] = {"rows": len(rows), "auc": interval(p, labels)}
    for source in sorted({row["src"] for row in rows}):
        part = [i for i, row in enumerate(rows) if row["src"] == source]
        found[source] = auc([p[i] for i in part], [labels[i] for i in part])
    return found


def supporting_sentences(reader: Reader, path: Path, limit: int = 120) -> dict[str, Any]:
    """WiCE: claims with many evidence sentences, in groups of three; "supported" against the rest."""
    rows = [row for row in _some(path, limit) if len(row["evidence"]) <= 120]
    p = []
    for row in rows:
        groups = [" ".join(row["evidence"][at : at + 3]) for at in range(0, len(row["evidence"]), 2)]
        p.append(max(reader.support(row["claim"], groups)))
    return {"rows": len(rows), "auc": interval(p, [row["label"] == "supported" for row in rows])}


def drafts(reader: Reader, path: Path, limit: int = _LIMIT) -> dict[str, Any]:
    """Sentences of a strong model with the passages that they cite, joined: as written, and with a changed meaning."""
    rows = _some(path, limit)
    p = [reader.support(row["sentence"], ["\n\n".join(row["passages"])])[0] for row in rows]
    labels = [row["supported"] for row in rows]
    found: dict[str, Any] = {"rows": len(rows), "auc": interval(p, labels)}
    found["kept_at_half"] = float(np.mean([x > 0.5 for x, label in zip(p, labels, strict=True) if label]))
    found["caught_at_half"] = float(np.mean([x <= 0.5 for x, label in zip(p, labels, strict=True) if not label]))
    for kind in sorted({row["kind"] for row in rows if not row["supported"]}):
        part = [i for i, row in enumerate(rows) if row["supported"] or row["kind"] == kind]
        found[kind] = auc([p[i] for i in part], [labels[i] for i in part])
    return found


def flips(reader: Reader, path: Path, limit: int = 200) -> dict[str, Any]:
    """Sentences of SQuAD 2.0 passages with their passage's neighbours: as they are, and with one fact changed."""
    rng = random.Random(3)
    kept, caught = [], []
    for passage in list(dict.fromkeys(row["context"] for row in _some(path, 10**6)))[:limit]:
        parts = [part.strip() for part in passage.split(". ") if 40 < len(part) < 300]
        if len(parts) < 2:
            continue
        at = rng.randrange(len(parts))
        evidence = ". ".join(parts[max(0, at - 1) : at + 2]) + "."
        sentence = parts[at] + ("" if parts[at].endswith(".") else ".")
        wrong = flipped(sentence, evidence, rng)
        kept.append(reader.support(sentence, [evidence])[0])
        if wrong is not None:
            caught.append(reader.support(wrong, [evidence])[0])
    labels = [True] * len(kept) + [False] * len(caught)
    return {
        "rows": len(labels),
        "auc": interval([*kept, *caught], labels),
        "kept_at_half": float(np.mean([p > 0.5 for p in kept])),
        "caught_at_half": float(np.mean([p <= 0.5 for p in caught])),
    }


def milliseconds(reader: Reader) -> dict[str, float]:
    """Median time of one pair alone, on one core, by its number of tokens."""
    found = {}
    for tokens in (128, 192):
        passage = "word " * (tokens - 10)
        times = []
        for _ in range(15):
            start = time.perf_counter()
            reader.read("who said a word ?", [("", passage)])
            times.append(time.perf_counter() - start)
        found[str(tokens)] = float(np.median(times) * 1000)
    return found


def interval(scores: list[float], labels: list[bool]) -> tuple[float, float, float]:
    """AUC with the ends of its 95% interval (bootstrap of 500 draws)."""
    rng = np.random.default_rng(1)
    values, truth = np.asarray(scores), np.asarray(labels)
    drawn = [auc(list(values[i]), list(truth[i])) for i in rng.integers(0, len(values), (_DRAWS, len(values)))]
    low, high = np.quantile([one for one in drawn if one is not None], (0.025, 0.975))
    return (auc(scores, labels) or 0.0, float(low), float(high))


def _some(path: Path, limit: int) -> list[Any]:
    """At most `limit` rows, always the same ones."""
    rows = [json.loads(line) for line in path.read_text("utf-8").splitlines() if line.strip()]
    return random.Random(5).sample(rows, limit) if len(rows) > limit else rows


def _overlap(found: str, answers: list[str]) -> float:
    """The best F1 of words between what was found and an answer."""
    best = 0.0
    for answer in answers:
        one, other = found.lower().split(), answer.lower().split()
        common = sum(min(one.count(word), other.count(word)) for word in set(one))
        best = max(best, 2 * common / (len(one) + len(other)) if common else 0.0)
    return best


_SETS: dict[str, tuple[Callable[..., dict[str, Any]], str]] = {
    "squad2": (near_misses, "squad2/dev_a.jsonl"),
    "clapnq": (search_questions, "clapnq/dev_a.jsonl"),
    "drafts": (drafts, "drafts/labelled.jsonl"),
    "flips": (flips, "squad2/dev_a.jsonl"),
    "attributionbench": (attributed, "attributionbench/dev.jsonl"),
    "wice": (supporting_sentences, "wice/dev.jsonl"),
}


def measure(model: Path, tests: Path, only: Sequence[str] = tuple(_SETS), limit: int | None = None) -> dict[str, Any]:
    """All figures; they are printed as they come, and kept in measured.json beside the model."""
    reader = Reader(model)
    found: dict[str, Any] = {"milliseconds": milliseconds(reader)}
    for name in only:
        check, path = _SETS[name]
        found[name] = check(reader, tests / path, *([limit] if limit else []))
        print(json.dumps({name: found[name]}), flush=True)
    (model / "measured.json").write_text(json.dumps(found, indent=1) + "\n", "utf-8")
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("model", type=Path, help="folder of reader.onnx, tokenizer.json and config.json")
    parser.add_argument("tests", type=Path, help="folder of the test sets")
    parser.add_argument("--limit", type=int, help="rows of each set; else as many as each function says")
    parser.add_argument("--only", nargs="*", default=list(_SETS))
    args = parser.parse_args()
    measure(args.model, args.tests, args.only, args.limit)


if __name__ == "__main__":
    main()

"""Figures on the rows that were held out of the training: AUC, exact span, per source."""

from __future__ import annotations

import random
from collections import defaultdict
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
import torch
from tokenizers import Tokenizer

from evals.training.batches import encoded, padded
from evals.training.encode import Example
from evals.training.mix import Mix, titled_at_random
from evals.training.network import Network
from evals.training.rows import Claim, Reading
from evals.training.written import MARK

_Row = TypeVar("_Row", Reading, Claim)
_FEW = 5  # rows of a kind that are worth a figure of their own


@dataclass(frozen=True, slots=True)
class Scored:
    """What the network says of an example. answerable, support: logits; span_gap: best span over "none", a logit."""

    answerable: float
    support: float
    span_gap: float
    start: int
    end: int


def score(net: Network, examples: list[Example], size: int = 16) -> list[Scored]:
    """Every example, in the order given; they are run in batches of alike lengths."""
    found: dict[int, Scored] = {}
    order = sorted(range(len(examples)), key=lambda i: len(examples[i].ids))
    was = net.training
    net.eval()
    device = next(net.parameters()).device
    with torch.no_grad():
        for at in range(0, len(order), size):
            places = order[at : at + size]
            part = [examples[i] for i in places]
            batch = padded(part, max(len(example.ids) for example in part))
            outputs = net(batch.ids.to(device), batch.types.to(device), batch.mask.to(device))
            rows = [output.float().cpu().numpy() for output in outputs]
            for row, i in enumerate(places):
                first, last = examples[i].first, len(examples[i].ids) - 1
                gap, start, end = best_span(rows[2][row], rows[3][row], first, last)
                found[i] = Scored(float(rows[0][row]), float(rows[1][row]), gap, start, end)
    net.train(was)
    return [found[i] for i in range(len(examples))]


def best_span(start: np.ndarray, end: np.ndarray, first: int, last: int, longest: int = 30) -> tuple[float, int, int]:
    """The best span within [first, last): its score over that of "not here" (position 0), its first and last token."""
    if last <= first:
        return -20.0, 0, 0
    sums = start[first:last, None] + end[None, first:last]
    width = last - first
    inside = np.triu(np.ones((width, width), bool)) & ~np.triu(np.ones((width, width), bool), longest)
    at = int(np.where(inside, sums, -np.inf).argmax())
    row, column = divmod(at, width)
    return float(sums[row, column] - start[0] - end[0]), first + row, first + column


def auc(scores: list[float], labels: list[bool]) -> float | None:
    """How often a true row scores above a false one (ties count half); None without both kinds."""
    values, truth = np.asarray(scores, float), np.asarray(labels, bool)
    if truth.all() or not truth.any():
        return None
    _, inverse, counts = np.unique(values, return_inverse=True, return_counts=True)
    ranks = (np.cumsum(counts) - (counts - 1) / 2)[inverse]
    yes, no = int(truth.sum()), int((~truth).sum())
    return float((ranks[truth].sum() - yes * (yes + 1) / 2) / (yes * no))


def held_out_examples(mix: Mix, tokenizer: Tokenizer, limit: int, seed: int = 7) -> list[Example]:
    """At most `limit` readings and as many claims of the held-out rows, always the same ones; half of them written."""
    rng = random.Random(seed)
    readings = [*_some(mix.written.held_readings, limit // 2, rng), *_some(mix.held_readings, limit // 2, rng)]
    claims = [*_some(mix.written.held_claims, limit // 2, rng), *_some(mix.held_claims, limit // 2, rng)]
    # in an order of their own, so that any part of them has both
    rows: list[Reading | Claim] = [*rng.sample(readings, len(readings)), *rng.sample(claims, len(claims))]
    return list(encoded([titled_at_random(row, rng) for row in rows], tokenizer, seed))


def kept_examples(mix: Mix, tokenizer: Tokenizer, limit: int, seed: int = 7) -> list[Example]:
    """At most `limit` readings and as many claims of the domain that was kept out of the training."""
    rng = random.Random(seed)
    rows: list[Reading | Claim] = [*_some(mix.written.kept_readings, limit, rng)]
    rows += _some(mix.written.kept_claims, limit, rng)
    return list(encoded([titled_at_random(row, rng) for row in rows], tokenizer, seed))


def written_figures(pairs: list[tuple[Example, Scored]]) -> dict[str, float | None]:
    """Of rows written by reading: AUC of each head, and of each kind of question and of false sentence."""
    mine = [(e, s) for e, s in pairs if e.source.startswith(MARK)]
    answers = [(s.answerable, e.label, e.source.removeprefix(MARK)) for e, s in mine if e.kind == "answer"]
    claims = [(s.support, e.label, e.source.removeprefix(MARK)) for e, s in mine if e.kind == "support"]
    found = {"answerable_rows": float(len(answers)), "support_rows": float(len(claims))}
    return found | _by_kind("answerable", answers, True) | _by_kind("support", claims, False)


def _by_kind(name: str, rows: list[tuple[float, bool, str]], kinds_of: bool) -> dict[str, float | None]:
    """The AUC of all rows, and of each kind of label `kinds_of` against all rows of the other label."""
    found = {f"{name}_auc": auc([x for x, _, _ in rows], [label for _, label, _ in rows])}
    others = [row for row in rows if row[1] != kinds_of]
    for kind in sorted({kind for _, label, kind in rows if label == kinds_of}):
        part = [row for row in rows if row[1] == kinds_of and row[2] == kind]
        if len(part) >= _FEW:
            both = [*part, *others]
            found[f"{name}_auc {kind}"] = auc([x for x, _, _ in both], [label for _, label, _ in both])
    return found


def _some(rows: list[_Row], limit: int, rng: random.Random) -> list[_Row]:
    return rng.sample(rows, min(limit, len(rows)))


def held_out_figures(net: Network, mix: Mix, tokenizer: Tokenizer, limit: int) -> dict[str, float | None]:
    """AUC of each head, of answerable rows against each kind of unanswerable, and the share of exact spans."""
    examples = held_out_examples(mix, tokenizer, limit)
    scored = score(net, examples)
    pairs = list(zip(examples, scored, strict=True))
    answers = [pair for pair in pairs if pair[0].kind == "answer"]
    claims = [pair for pair in pairs if pair[0].kind == "support"]
    right = [one for one in answers if one[0].label]
    marked = [one for one in right if one[0].starts]
    figures: dict[str, float | None] = {f"written {name}": value for name, value in written_figures(pairs).items()}
    figures |= {
        "answerable_auc": auc([s.answerable for _, s in answers], [e.label for e, _ in answers]),
        "span_gap_auc": auc([s.span_gap for _, s in answers], [e.label for e, _ in answers]),
        "support_auc": auc([s.support for _, s in claims], [e.label for e, _ in claims]),
        "exact_span": sum(s.start in e.starts and s.end in e.ends for e, s in marked) / max(1, len(marked)),
    }
    by_source: dict[str, list[tuple[Example, Scored]]] = defaultdict(list)
    for pair in pairs:
        by_source[pair[0].source].append(pair)
    for source, part in by_source.items():
        if source.startswith(MARK):
            continue
        if part[0][0].kind == "support":
            if len(part) > 20:
                figures[f"support_auc {source}"] = auc([s.support for _, s in part], [e.label for e, _ in part])
        elif not any(e.label for e, _ in part):
            both = [*right, *part]
            figures[f"answerable_auc against {source}"] = auc(
                [s.answerable for _, s in both], [e.label for e, _ in both]
            )
    return figures

"""Figures on the rows that were held out of the training: AUC, exact span, per source."""

from __future__ import annotations

import random
from collections import defaultdict
from dataclasses import dataclass

import numpy as np
import torch
from tokenizers import Tokenizer

from evals.training.batches import padded
from evals.training.encode import Example, encode_claim, encode_reading
from evals.training.mix import Mix
from evals.training.network import Network
from evals.training.rows import Claim, Reading

LENGTH = 192


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
    """At most `limit` readings and as many claims of the held-out rows, always the same ones."""
    rng = random.Random(seed)
    readings: list[Reading] = rng.sample(mix.held_readings, min(limit, len(mix.held_readings)))
    claims: list[Claim] = rng.sample(mix.held_claims, min(limit, len(mix.held_claims)))
    made = [encode_reading(row, tokenizer, LENGTH, rng) for row in readings]
    made += [encode_claim(row, tokenizer, LENGTH) for row in claims]
    return [example for example in made if example is not None]


def held_out_figures(net: Network, mix: Mix, tokenizer: Tokenizer, limit: int) -> dict[str, float | None]:
    """AUC of each head, of answerable rows against each kind of unanswerable, and the share of exact spans."""
    examples = held_out_examples(mix, tokenizer, limit)
    scored = score(net, examples)
    pairs = list(zip(examples, scored, strict=True))
    answers = [pair for pair in pairs if pair[0].kind == "answer"]
    claims = [pair for pair in pairs if pair[0].kind == "support"]
    right = [one for one in answers if one[0].label]
    marked = [one for one in right if one[0].starts]
    figures: dict[str, float | None] = {
        "answerable_auc": auc([s.answerable for _, s in answers], [e.label for e, _ in answers]),
        "span_gap_auc": auc([s.span_gap for _, s in answers], [e.label for e, _ in answers]),
        "support_auc": auc([s.support for _, s in claims], [e.label for e, _ in claims]),
        "exact_span": sum(s.start in e.starts and s.end in e.ends for e, s in marked) / max(1, len(marked)),
    }
    by_source: dict[str, list[tuple[Example, Scored]]] = defaultdict(list)
    for pair in pairs:
        by_source[pair[0].source].append(pair)
    for source, part in by_source.items():
        if part[0][0].kind == "support":
            if len(part) > 20:
                figures[f"support_auc {source}"] = auc([s.support for _, s in part], [e.label for e, _ in part])
        elif not any(e.label for e, _ in part):
            both = [*right, *part]
            figures[f"answerable_auc against {source}"] = auc(
                [s.answerable for _, s in both], [e.label for e, _ in both]
            )
    return figures

"""Examples → padded batches of alike lengths."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

import torch
from tokenizers import Tokenizer
from torch import Tensor

from assistant.models.reader import bearing
from evals.training.encode import Example, encode_claim, encode_reading
from evals.training.rows import Claim, Reading
from evals.training.written import MARK

# A batch holds about this many tokens, padding included; its length is a multiple of _STEP.
_TOKENS, _STEP = 3840, 16
# the window of a question made of an encyclopedia's paragraph, of one written on a longer passage, and of a claim
LONGEST, LONGEST_WRITTEN, LONGEST_CLAIM = 192, 256, 320
# how many tokens of its evidence, the parts that bear on it, a claim is shown as a rule
SHOWN = (96, 128, 160)
_WHOLE_SHARE = 0.1
_POOL = 40


@dataclass(frozen=True, slots=True)
class Batch:
    """Padded pairs. ids, types, mask (rows, tokens) int64; labels (rows,) float; reading (rows,) bool: which head.

    starts, ends (rows, tokens) bool: where an answer starts and ends; allowed: where one may.
    """

    ids: Tensor
    types: Tensor
    mask: Tensor
    labels: Tensor
    reading: Tensor
    starts: Tensor
    ends: Tensor
    allowed: Tensor


def encoded(rows: Iterable[Reading | Claim], tokenizer: Tokenizer, seed: int) -> Iterator[Example]:
    """Each row as an example; those that do not fit are left out."""
    rng = random.Random(seed)
    for row in rows:
        if isinstance(row, Claim):
            if rng.random() >= _WHOLE_SHARE:
                row = replace(row, evidence=bearing(row.sentence, row.evidence, tokenizer, rng.choice(SHOWN)))
            example = encode_claim(row, tokenizer, LONGEST_CLAIM)
        else:
            length = LONGEST_WRITTEN if row.source.startswith(MARK) else LONGEST
            example = encode_reading(row, tokenizer, length, rng)
        if example is not None:
            yield example


def batches(examples: Iterable[Example], seed: int) -> Iterator[Batch]:
    """Full batches of alike lengths, in a random order within a pool; what fills none is left out."""
    rng = random.Random(seed)
    waiting: dict[int, list[Example]] = defaultdict(list)
    ready: list[Batch] = []
    for example in examples:
        tokens = -(-len(example.ids) // _STEP) * _STEP
        waiting[tokens].append(example)
        if len(waiting[tokens]) == _TOKENS // tokens:
            ready.append(padded(waiting.pop(tokens), tokens))
        if len(ready) >= _POOL:
            rng.shuffle(ready)
            yield from ready
            ready = []
    rng.shuffle(ready)
    yield from ready


def padded(examples: list[Example], tokens: int) -> Batch:
    """One batch of `tokens` columns."""
    ids = torch.zeros(len(examples), tokens, dtype=torch.long)
    types, mask = torch.zeros_like(ids), torch.zeros_like(ids)
    starts = torch.zeros(ids.shape, dtype=torch.bool)
    ends, allowed = starts.clone(), starts.clone()
    for row, example in enumerate(examples):
        length = len(example.ids)
        ids[row, :length] = torch.tensor(example.ids)
        types[row, example.first : length] = 1
        mask[row, :length] = 1
        starts[row, list(example.starts)] = True
        ends[row, list(example.ends)] = True
        allowed[row, example.first : length - 1] = True
        allowed[row, 0] = True
    labels = torch.tensor([float(example.label) for example in examples])
    reading = torch.tensor([example.kind == "answer" for example in examples])
    return Batch(ids, types, mask, labels, reading, starts, ends, allowed)

"""What the network is taught by: spans and yes or no of readings, yes or no of claims."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional as F

from evals.training.batches import Batch

_LOW = -1e4
# a reading teaches two heads and a claim one, and spans are what is known best
_SPAN, _SUPPORT = 0.5, 1.5


@dataclass(frozen=True, slots=True)
class Losses:
    """Means over the rows that they apply to; 0 where there are none."""

    span: Tensor
    answerable: Tensor
    support: Tensor

    @property
    def total(self) -> Tensor:
        return _SPAN * self.span + self.answerable + _SUPPORT * self.support


def losses(outputs: tuple[Tensor, Tensor, Tensor, Tensor], batch: Batch) -> Losses:
    """Each loss is weighed by its rows' share of the batch, so that a row counts the same in any company."""
    answerable, support, start, end = (output.float() for output in outputs)
    reading = batch.reading.float()
    yes = F.binary_cross_entropy_with_logits(answerable, batch.labels, reduction="none")
    supported = F.binary_cross_entropy_with_logits(support, batch.labels, reduction="none")
    span = (_any_of(start, batch.starts, batch.allowed) + _any_of(end, batch.ends, batch.allowed)) / 2
    rows = len(reading)
    # where the passage as a whole answers, no words are the right ones
    marked = reading * batch.starts.any(1)
    return Losses((span * marked).sum() / rows, (yes * reading).sum() / rows, (supported * (1 - reading)).sum() / rows)


def _any_of(logits: Tensor, right: Tensor, allowed: Tensor) -> Tensor:
    """-log of the probability of all right places together (rows,); places not allowed have none."""
    among = torch.logsumexp(logits.masked_fill(~allowed, _LOW), 1)
    return among - torch.logsumexp(logits.masked_fill(~right, _LOW), 1)

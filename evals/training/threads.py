"""One step on several cores that others use as well.

With a matrix product spread over all cores, each product waits for the core that another program has: slower than one
core alone, where it was measured. So a batch is cut into parts, more than there are cores, and each core that comes
free computes the next part by itself. The parts' gradients are added in their order: whoever computes them, the sum is
the same.
"""

from __future__ import annotations

import copy
import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import fields

import torch
from torch import Tensor

from evals.training.batches import Batch
from evals.training.losses import Losses, losses
from evals.training.network import Network

_PARTS = 4


class Parts:
    """Copies of a network that share its weights, each with gradients of its own."""

    def __init__(self, net: Network, device: str) -> None:
        self._nets = [net] if device != "cpu" else [net, *(_sharing(net) for _ in range(_PARTS - 1))]
        self._pool = ThreadPoolExecutor(usable_cores(), initializer=torch.set_num_threads, initargs=(1,))
        self._params = [list(one.parameters()) for one in self._nets]

    def losses(self, batch: Batch) -> dict[str, float]:
        """Leaves the gradients of the whole batch in the first network; returns its losses by name."""
        parts = list(zip(self._nets, cut(batch, len(self._nets)), strict=False))
        run = map if len(parts) == 1 else self._pool.map
        found = list(run(lambda part: _backward(part[0], part[1], len(batch.labels)), parts))
        for params in zip(*self._params[: len(parts)], strict=True):
            for other in params[1:]:
                if other.grad is not None:
                    params[0].grad = other.grad if params[0].grad is None else params[0].grad.add_(other.grad)
                    other.grad = None
        return {f.name: sum(float(getattr(one, f.name)) for one in found) for f in fields(Losses)}


def usable_cores() -> int:
    return min(16, len(os.sched_getaffinity(0)))


def cut(batch: Batch, parts: int) -> list[Batch]:
    """The batch as this many batches of about as many rows each; fewer where it has fewer rows."""
    count = min(parts, len(batch.labels))
    columns = [getattr(batch, f.name).tensor_split(count) for f in fields(batch)]
    return [Batch(*part) for part in zip(*columns, strict=True)]


def _backward(net: Network, batch: Batch, rows: int) -> Losses:
    """The part's gradients, weighed by its share of all rows; returns its losses, weighed so."""
    found = losses(net(batch.ids, batch.types, batch.mask), batch)
    share = len(batch.labels) / rows
    (found.total * share).backward()  # type: ignore[no-untyped-call]
    weighed: list[Tensor] = [getattr(found, f.name).detach() * share for f in fields(found)]
    return Losses(*weighed)


def _sharing(net: Network) -> Network:
    made = copy.deepcopy(net)
    for mine, theirs in zip(made.parameters(), net.parameters(), strict=True):
        mine.data = theirs.data
    return made

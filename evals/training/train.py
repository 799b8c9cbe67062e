"""The training run: seeded, resumable, on a CPU that computes with bfloat16 or on a GPU.

python -m evals.training.train DATA BASE OUT --minutes 80
"""

from __future__ import annotations

import argparse
import copy
import json
import math
import os
import time
from collections.abc import Mapping, Sequence
from dataclasses import fields, replace
from pathlib import Path

import torch
from tokenizers import Tokenizer

from evals.training.base import dequantized, reader_weights
from evals.training.batches import Batch, batches, encoded
from evals.training.mix import make_mix, stream
from evals.training.network import Network, started_from
from evals.training.scores import held_out_figures
from evals.training.threads import Parts

SEED = 13
FROZEN = 4
# from the base; going on with a reader wants less, for its heads too
RATE, ON_RATE, HEAD_SHARE, ON_HEAD_SHARE, DEPTH_DECAY, WARMUP = 1.2e-4, 7e-5, 4.2, 2.0, 0.93, 0.03
_CHECKPOINT_EVERY = 120.0
_FIGURES_EVERY = 1800.0


def open_tokenizer(base: Path) -> Tokenizer:
    """The tokenizer without padding or truncation: both are done here."""
    tokenizer = Tokenizer.from_file(str(base / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.no_truncation()
    return tokenizer


def parameter_groups(
    net: Network, frozen: int, rate: float = RATE, head_share: float = HEAD_SHARE
) -> list[dict[str, object]]:
    """Lower layers learn slower, heads fastest; embeddings and the lowest layers not at all."""
    for module in (net.words, net.positions, net.types, net.norm, *net.layers[:frozen]):
        module.requires_grad_(False)
    groups: list[dict[str, object]] = []
    depth = len(net.layers)
    for i in range(frozen, depth):
        groups.append({"params": list(net.layers[i].parameters()), "peak": rate * DEPTH_DECAY ** (depth - 1 - i)})
    pools = [*net.pool_answerable.parameters(), *net.pool_support.parameters()]
    heads = [*net.answerable.parameters(), *net.support.parameters(), *net.span.parameters()]
    return [*groups, {"params": pools, "peak": rate}, {"params": heads, "peak": rate * head_share}]


def rate_share(progress: float) -> float:
    """Linear warm-up, then linear down to 2% of the peak; progress from 0 to 1."""
    if progress < WARMUP:
        return max(0.05, progress / WARMUP)
    return max(0.02, (1 - progress) / (1 - WARMUP))


class Run:
    """A network in float32 with its optimiser, and the low-precision copy that computes, where a core does so fast."""

    def __init__(
        self, net: Network, device: str, frozen: int = FROZEN, rate: float = RATE, head_share: float = HEAD_SHARE
    ) -> None:
        self.net = net.to(device)
        self.device = device
        groups = parameter_groups(net, frozen, rate, head_share)
        self.optimizer = torch.optim.AdamW(groups, betas=(0.9, 0.98), weight_decay=0.01)
        self.worker = copy.deepcopy(net).bfloat16() if device != "cpu" or computes_bfloat16() else copy.deepcopy(net)
        learns = [p.requires_grad for p in net.parameters()]
        self._pairs = [
            pair
            for pair, on in zip(zip(net.parameters(), self.worker.parameters(), strict=True), learns, strict=True)
            if on
        ]
        self._parts = Parts(self.worker, device)
        self.step_count = 0

    def step(self, batch: Batch, progress: float) -> dict[str, float]:
        """One update; returns the losses."""
        found = self._parts.losses(batch)
        for master, working in self._pairs:
            master.grad = working.grad.float() if working.grad is not None else None
            working.grad = None
        masters = [master for master, _ in self._pairs]
        norm = torch.nn.utils.clip_grad_norm_(masters, 1.0)
        for group in self.optimizer.param_groups:
            group["lr"] = group["peak"] * rate_share(progress)
        self.optimizer.step()
        self._share_weights()
        self.step_count += 1
        return found | {"norm": float(norm)}

    def save(self, path: Path, progress: float) -> None:
        """Written beside and then moved: a stop in the middle leaves the old checkpoint."""
        state = {"net": self.net.state_dict(), "optimizer": self.optimizer.state_dict()}
        partial = path.with_suffix(".part")
        torch.save(state | {"step": self.step_count, "progress": progress}, partial)
        os.replace(partial, path)

    def resume(self, path: Path) -> float:
        """Takes up a checkpoint; returns its progress."""
        state = torch.load(path, map_location=self.device, weights_only=True)
        self.net.load_state_dict(state["net"])
        self.optimizer.load_state_dict(state["optimizer"])
        self.step_count = state["step"]
        with torch.no_grad():
            for master, working in zip(self.net.parameters(), self.worker.parameters(), strict=True):
                working.copy_(master)
        return float(state["progress"])

    def _share_weights(self) -> None:
        with torch.no_grad():
            for master, working in self._pairs:
                working.copy_(master)


def computes_bfloat16() -> bool:
    """Whether the processor multiplies bfloat16 itself; else float32 is faster."""
    known = torch.cpu.get_capabilities()
    return bool(known.get("avx512_bf16") or known.get("amx_bf16"))


def on_device(batch: Batch, device: str) -> Batch:
    return replace(batch, **{f.name: getattr(batch, f.name).to(device) for f in fields(batch)})


def begun(base: Path, reader: Path | None) -> Network:
    """The network to train: one that knows what the cross-encoder knows, or an exported reader to go on with."""
    if reader is None:
        return started_from(dequantized(base / "model.onnx"))
    net = Network()
    net.load_state_dict(reader_weights(reader / "reader.onnx"))
    return net


def train(
    data: Path,
    base: Path,
    out: Path,
    minutes: float,
    steps: int | None,
    reader: Path | None = None,
    rate: float | None = None,
    extra: Sequence[Path] = (),
    kept: str = "",
) -> Path:
    """Trains until the minutes (or steps) are over, from the checkpoint in `out` if there is one; returns that file.

    reader: a folder with a reader to go on with, instead of the cross-encoder in `base`. rate: the highest.
    extra, kept: more folders of written rows, and a domain of them not trained on.
    The rate falls with the share of the time that is over, so that a run on a slower machine ends as well. A file
    named `stop` in `out` ends the run with a checkpoint to go on from.
    """
    out.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(SEED)
    device = "cuda" if torch.cuda.is_available() else "cpu"
    tokenizer = open_tokenizer(base)
    mix = make_mix(data, SEED, extra, kept)
    highest, head_share = (ON_RATE, ON_HEAD_SHARE) if reader else (RATE, HEAD_SHARE)
    run = Run(begun(base, reader), device, rate=rate or highest, head_share=head_share)
    checkpoint, log = out / "checkpoint.pt", out / "log.jsonl"
    done = run.resume(checkpoint) if checkpoint.exists() else 0.0
    start = time.monotonic() - done * minutes * 60
    last_saved = last_measured = time.monotonic()
    # a run taken up again draws anew, as rows may have come since
    seed = SEED + run.step_count
    for batch in batches(encoded(stream(mix, seed), tokenizer, seed), seed):
        progress = run.step_count / steps if steps else (time.monotonic() - start) / (minutes * 60)
        if (out / "stop").exists():
            run.save(checkpoint, progress)
            return checkpoint
        if progress >= 1:
            break
        before = time.monotonic()
        found = run.step(on_device(batch, device), progress)
        now = time.monotonic()
        told = {"step": run.step_count, "progress": progress, "tokens": batch.ids.shape[1], "s": now - before}
        _log(log, told | found)
        if not math.isfinite(found["span"]):
            raise RuntimeError(
                "The loss is not a number. Lower RATE in evals/training/train.py and start from the beginning."
            )
        if now - last_saved > _CHECKPOINT_EVERY:
            run.save(checkpoint, progress)
            last_saved = now
        if now - last_measured > _FIGURES_EVERY:
            figures = held_out_figures(run.net, mix, tokenizer, limit=200)
            _log(log, {"step": run.step_count, "held_out": figures})
            last_measured = time.monotonic()
    run.save(checkpoint, 1.0)
    _log(log, {"step": run.step_count, "held_out": held_out_figures(run.net, mix, tokenizer, limit=300)})
    return checkpoint


def _log(path: Path, row: Mapping[str, object]) -> None:
    with path.open("a", encoding="utf-8") as file:
        file.write(json.dumps(dict(row) | {"at": round(time.time(), 1)}) + "\n")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path, help="folder of the training data")
    parser.add_argument("base", type=Path, help="folder of the int8 cross-encoder to start from")
    parser.add_argument("out", type=Path, help="where checkpoints and the log go; a run there is taken up again")
    parser.add_argument("--minutes", type=float, default=95.0)
    parser.add_argument("--steps", type=int, help="plan by steps instead of minutes: the same result each time")
    parser.add_argument("--reader", type=Path, help="go on with the reader in this folder, instead of from the base")
    parser.add_argument("--rate", type=float, help="the highest learning rate")
    parser.add_argument("--rows", type=Path, nargs="*", default=[], help="more folders of written rows")
    parser.add_argument("--kept", default="", help="a domain of the written rows that is not trained on")
    args = parser.parse_args()
    train(args.data, args.base, args.out, args.minutes, args.steps, args.reader, args.rate, args.rows, args.kept)


if __name__ == "__main__":
    main()

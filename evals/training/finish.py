"""A checkpoint → the folder that ships: the model, its tokenizer, its calibration, and what was found on held-out rows.

python -m evals.training.finish DATA BASE CHECKPOINT OUT
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime  # type: ignore[import-untyped]
import torch

from assistant.models.reader import best_span
from evals.training.batches import LONGEST_WRITTEN, SHOWN
from evals.training.calibrate import Calibrated, answer_rows, claim_rows, fit, reliability
from evals.training.encode import Example
from evals.training.export import drift, export, open_session, run_one
from evals.training.mix import make_mix
from evals.training.network import Network
from evals.training.scores import Scored, auc, held_out_examples, kept_examples, written_figures
from evals.training.train import SEED, open_tokenizer

# windows of a long passage: tokens with the question, how many two neighbours share, and how many tokens of evidence
# are read for a sentence
WINDOW = {"tokens": LONGEST_WRITTEN, "overlap": 64, "support_tokens": SHOWN[1]}
_DRIFT_PAIRS = 200
_SEEN = 40  # rows of either kind that the quantisation is fitted to; the drift is measured on others


def load(checkpoint: Path) -> Network:
    """The network of a checkpoint, on the CPU."""
    net = Network()
    net.load_state_dict(torch.load(checkpoint, map_location="cpu", weights_only=True)["net"])
    return net.eval()


def scored(session: onnxruntime.InferenceSession, example: Example) -> Scored:
    answerable, support, start, end = run_one(session, example)
    gap, low, high = best_span(start, end, example.first, len(example.ids) - 1)
    return Scored(float(answerable), float(support), gap, low, high)


def finish(
    data: Path, base: Path, checkpoint: Path, out: Path, limit: int, extra: Sequence[Path] = (), kept: str = ""
) -> dict[str, Any]:
    """Writes the folder and returns the figures that it also holds (figures.json).

    limit: how many held-out readings, and how many claims, calibrate. extra, kept: as the training had them.
    """
    out.mkdir(parents=True, exist_ok=True)
    net, tokenizer = load(checkpoint), open_tokenizer(base)
    partial = out / "reader.part.onnx"
    mix = make_mix(data, SEED, extra, kept)
    examples = held_out_examples(mix, tokenizer, limit)
    export(net, partial, [*examples[-_SEEN:], *examples[:_SEEN]])
    session = open_session(partial)
    pairs = [(example, scored(session, example)) for example in examples]
    answers, claims = answer_rows(pairs), claim_rows(pairs)
    reads, supports = fit(*answers), fit(*claims)
    right = [(e, s) for e, s in pairs if e.kind == "answer" and e.label and e.starts]
    chosen = examples[_SEEN : _SEEN + _DRIFT_PAIRS // 2] + examples[-_SEEN - _DRIFT_PAIRS // 2 : -_SEEN]
    figures = {
        "drift": drift(net, partial, chosen),
        "size_mb": partial.stat().st_size / 1e6,
        "answerable": _figures(reads, *answers),
        "support": _figures(supports, *claims),
        "written": written_figures(pairs),
        "kept_domain": written_figures([(e, scored(session, e)) for e in kept_examples(mix, tokenizer, limit // 2)]),
        "exact_span": float(np.mean([s.start in e.starts and s.end in e.ends for e, s in right])),
    }
    config = {
        "answerable": {"logit": reads.weights[0], "bias": reads.bias},
        "support": {"logit": supports.weights[0], "bias": supports.bias},
        "window": WINDOW,
    }
    _write(out / "config.json", config)
    _write(out / "figures.json", figures)
    shutil.copy(base / "tokenizer.json", out / "tokenizer.part")
    os.replace(out / "tokenizer.part", out / "tokenizer.json")
    os.replace(partial, out / "reader.onnx")
    sums = [f"{hashlib.sha256((out / name).read_bytes()).hexdigest()}  {name}\n" for name in _SHIPPED]
    (out / "SHA256SUMS").write_text("".join(sums), "ascii")
    return figures


_SHIPPED = ("reader.onnx", "tokenizer.json", "config.json")


def _figures(found: Calibrated, logits: np.ndarray, labels: np.ndarray, shares: np.ndarray) -> dict[str, Any]:
    p = found.probability(logits)
    points, error = reliability(p, labels, shares)
    return {"rows": len(p), "auc": auc(list(p), list(labels)), "ece": error, "reliability": points}


def _write(path: Path, value: dict[str, Any]) -> None:
    partial = path.with_suffix(".part")
    partial.write_text(json.dumps(value, indent=1) + "\n", "utf-8")
    os.replace(partial, path)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    for name in ("data", "base", "checkpoint", "out"):
        parser.add_argument(name, type=Path)
    parser.add_argument("--limit", type=int, default=1500, help="held-out rows of each kind to calibrate by")
    parser.add_argument("--rows", type=Path, nargs="*", default=[], help="more folders of written rows")
    parser.add_argument("--kept", default="", help="a domain of the written rows that was not trained on")
    args = parser.parse_args()
    torch.set_num_threads(1)
    found = finish(args.data, args.base, args.checkpoint, args.out, args.limit, args.rows, args.kept)
    print(json.dumps(found, indent=1))


if __name__ == "__main__":
    main()

"""The trained network → one int8 ONNX file, and how far its logits are from those of the network in PyTorch."""

from __future__ import annotations

import tempfile
import warnings
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import onnx
import onnxruntime  # type: ignore[import-untyped]
import torch
from onnxruntime.quantization import QuantType, quantize_dynamic  # type: ignore[import-untyped]
from torch import Tensor, nn

from evals.training.encode import Example
from evals.training.network import Network
from evals.training.smooth import smoothed

INPUTS = ("input_ids", "attention_mask", "token_type_ids")
OUTPUTS = ("answerable", "support", "start", "end")
_OPSET = 17
# Layers whose second feed-forward weight stays float32, as far as 40 MB allow: its activations are the hardest to
# quantise. 2026-11: of all single ones the first layer's mattered most, see evals/LOG.md
_EXACT = (0, 1, 2)


class _InOrder(nn.Module):
    """The network with its inputs in the order in which BERT models have them."""

    def __init__(self, net: Network) -> None:
        super().__init__()
        self.net = net

    def forward(self, ids: Tensor, mask: Tensor, types: Tensor) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        found: tuple[Tensor, Tensor, Tensor, Tensor] = self.net(ids, types, mask)
        return found


def export(net: Network, path: Path, seen: Sequence[Example]) -> None:
    """Writes the network to `path`: weights int8 with a scale for each column, embeddings int8, the rest float32.

    The heads' last layers stay float32: they are small, and what they decide is what is asked.
    seen: rows to see the activations' sizes by.
    """
    with tempfile.TemporaryDirectory() as folder:
        plain = Path(folder) / "plain.onnx"
        _export_plain(smoothed(net, seen), plain)
        # the quantiser splits a Gemm in two and gives its half another name
        floats = [
            name
            for node in onnx.load(str(plain)).graph.node
            if _stays_float(node)
            for name in (node.name, f"{node.name}_MatMul")
        ]
        quantize_dynamic(
            plain, path, per_channel=True, weight_type=QuantType.QInt8, nodes_to_exclude=floats,
            op_types_to_quantize=["MatMul", "Gather", "Gemm"],
        )  # fmt: skip


def open_session(path: Path) -> onnxruntime.InferenceSession:
    """The model on one thread, as the assistant runs it."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])


def run_one(session: onnxruntime.InferenceSession, example: Example) -> list[np.ndarray]:
    """The outputs for one example, run alone: answerable (), support (), start and end (tokens,)."""
    length = len(example.ids)
    types = [int(i >= example.first) for i in range(length)]
    values = (example.ids, [1] * length, types)
    feed = {name: np.asarray([row], np.int64) for name, row in zip(INPUTS, values, strict=True)}
    return [output[0] for output in session.run(None, feed)]


def drift(net: Network, path: Path, examples: Sequence[Example]) -> dict[str, dict[str, float]]:
    """How far the file's logits are from the network's: of each output the mean, 95th percentile and maximum.

    Of the start and end only tokens of the passage (and "not here") count, as only they are read.
    """
    session = open_session(path)
    net.eval()
    gaps: dict[str, list[float]] = {name: [] for name in OUTPUTS}
    for example in examples:
        found = run_one(session, example)
        ids = torch.tensor([example.ids])
        types = (torch.arange(ids.shape[1]) >= example.first).long()[None]
        with torch.no_grad():
            wanted = [output[0].float().numpy() for output in net(ids, types, torch.ones_like(ids))]
        read = [0, *range(example.first, len(example.ids) - 1)]
        for name, got, true in zip(OUTPUTS, found, wanted, strict=True):
            gap = np.abs(got - true)
            gaps[name].append(float(gap[read].max() if gap.ndim else gap))
    return {
        name: {"mean": float(np.mean(all_)), "p95": float(np.quantile(all_, 0.95)), "max": float(np.max(all_))}
        for name, all_ in gaps.items()
    }


def _export_plain(net: Network, path: Path) -> None:
    ids = torch.ones(1, 12, dtype=torch.long)
    axes = {name: {0: "batch", 1: "tokens"} for name in (*INPUTS, "start", "end")}
    axes |= {name: {0: "batch"} for name in OUTPUTS[:2]}
    with warnings.catch_warnings():
        # the exporter that it recommends needs another package, and this graph has nothing that would gain by it
        warnings.simplefilter("ignore", DeprecationWarning)
        torch.onnx.export(
            _InOrder(net).eval().cpu(), (ids, ids, ids), str(path), input_names=list(INPUTS),
            output_names=list(OUTPUTS), dynamic_axes=axes, opset_version=_OPSET, dynamo=False,
        )  # fmt: skip


def _stays_float(node: onnx.NodeProto) -> bool:
    heads = [f"/net/{head}/" for head in ("answerable", "support", "span")]
    return any(part in node.name for part in (*heads, *(f"/layers.{i}/outer/" for i in _EXACT)))

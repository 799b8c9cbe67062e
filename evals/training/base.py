"""The weights to start from: the int8 cross-encoder that ships, or an exported reader, dequantized.

Training from its knowledge of questions and passages needs no model hub. A weight is `(q - zero_point) * scale`; the
name of each `MatMulInteger` node says which layer its weight is of.
"""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import onnx
import torch
from onnx import numpy_helper

_EMBEDDINGS = ("word_embeddings", "position_embeddings", "token_type_embeddings")


def dequantized(model: Path) -> dict[str, torch.Tensor]:
    """The parameters of an int8 ONNX BERT by their PyTorch names, float32.

    model: model.onnx of a cross-encoder that onnxruntime's dynamic quantisation made.
    """
    graph = onnx.load(str(model)).graph
    stored = {tensor.name: numpy_helper.to_array(tensor) for tensor in graph.initializer}
    found: dict[str, np.ndarray] = {}
    for name, value in stored.items():
        if name.startswith(("bert.", "classifier.")) and value.dtype == np.float32 and not name.endswith("_scale"):
            found[name] = value
    for table in _EMBEDDINGS:
        name = f"bert.embeddings.{table}.weight"
        found[name] = _float(stored, name)
    for node in graph.node:
        if node.op_type == "MatMulInteger":
            weight = node.input[1].removesuffix("_quantized")
            layer = re.split("/MatMul|/Gemm", node.name)[0].strip("/").replace("/", ".")
            # ONNX keeps (in, out), PyTorch (out, in)
            found[f"{layer}.weight"] = _float(stored, weight).T
    return {name: torch.tensor(np.ascontiguousarray(value)) for name, value in found.items()}


def reader_weights(model: Path) -> dict[str, torch.Tensor]:
    """The parameters of an exported reader by the names of Network, float32: what export() wrote, read back.

    model: reader.onnx. What quantisation rounded away is lost; the smoothing's factors go back into the weights.
    """
    graph = onnx.load(str(model)).graph
    stored = {tensor.name: numpy_helper.to_array(tensor) for tensor in graph.initializer}
    plain = {name.removeprefix("net."): value for name, value in stored.items() if name.startswith("net.")}
    found = {
        name.replace(".linear.", "."): value
        for name, value in plain.items()
        if value.dtype == np.float32 and name.endswith((".weight", ".bias"))
    }
    for name in ("words", "positions", "types"):
        found[f"{name}.weight"] = _float(stored, f"net.{name}.weight")
    for node in graph.node:
        layer = re.match(r"/net/(.+?)/(?:linear/)?(?:MatMul|Gemm)", node.name)
        if layer and node.op_type in ("MatMul", "MatMulInteger", "Gemm") and node.input[1] in stored:
            name, weight = layer[1].replace("/", "."), node.input[1].removesuffix("_quantized")
            value = stored[weight] if weight in stored else _float(stored, weight)
            # ONNX keeps (in, out), PyTorch (out, in), but for a Gemm that was left as it was
            value = value if node.op_type == "Gemm" else value.T
            found[f"{name}.weight"] = value * plain.get(f"{name}.scale", np.float32(1))
    return {name: torch.tensor(np.ascontiguousarray(value)) for name, value in found.items()}


def _float(stored: dict[str, np.ndarray], name: str) -> np.ndarray:
    scale, zero = stored[f"{name}_scale"], stored[f"{name}_zero_point"]
    value: np.ndarray = (stored[f"{name}_quantized"].astype(np.float32) - zero.astype(np.float32)) * scale
    return value

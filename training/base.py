"""The weights to start from: the int8 cross-encoder that ships, dequantized.

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


def _float(stored: dict[str, np.ndarray], name: str) -> np.ndarray:
    scale, zero = stored[f"{name}_scale"], stored[f"{name}_zero_point"]
    value: np.ndarray = (stored[f"{name}_quantized"].astype(np.float32) - zero.astype(np.float32)) * scale
    return value

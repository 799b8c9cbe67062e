"""The reader's network: a BERT encoder (12 layers of 384) with heads for spans, for yes or no, and for support.

It is written out here, not taken from transformers, so that weights stay in bfloat16 on a CPU that computes with it,
and so that the exported graph is as plain as the training one.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional as F


@dataclass(frozen=True, slots=True)
class Shape:
    """How large the encoder is; the defaults are those of the model that training starts from."""

    vocabulary: int = 30522
    positions: int = 512
    hidden: int = 384
    inner: int = 1536
    heads: int = 12
    layers: int = 12


class Layer(nn.Module):
    """Self-attention and a feed-forward net, each followed by a layer norm (as in BERT)."""

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.heads = shape.heads
        self.qkv = nn.Linear(shape.hidden, 3 * shape.hidden)
        self.out = nn.Linear(shape.hidden, shape.hidden)
        self.out_norm = nn.LayerNorm(shape.hidden, eps=1e-12)
        self.inner = nn.Linear(shape.hidden, shape.inner)
        self.outer = nn.Linear(shape.inner, shape.hidden)
        self.outer_norm = nn.LayerNorm(shape.hidden, eps=1e-12)

    def forward(self, x: Tensor, mask: Tensor) -> Tensor:
        batch, length, hidden = x.shape
        qkv = self.qkv(x).view(batch, length, 3, self.heads, hidden // self.heads)
        q, k, v = qkv.permute(2, 0, 3, 1, 4).unbind(0)
        mixed = F.scaled_dot_product_attention(q, k, v, attn_mask=mask)
        x = self.out_norm(x + self.out(mixed.transpose(1, 2).reshape(batch, length, hidden)))
        found: Tensor = self.outer_norm(x + self.outer(F.gelu(self.inner(x))))
        return found


class Network(nn.Module):
    """Reads pairs of texts.

    forward: ids, types (batch, length) int64; mask (batch, length), 1 for a token and 0 for padding.
    Returns answerable (batch,), support (batch,), start and end (batch, length): logits. Position 0 of start and end
    means "not answered here".
    """

    def __init__(self, shape: Shape | None = None) -> None:
        super().__init__()
        self.shape = shape = shape or Shape()
        self.words = nn.Embedding(shape.vocabulary, shape.hidden)
        self.positions = nn.Embedding(shape.positions, shape.hidden)
        self.types = nn.Embedding(2, shape.hidden)
        self.norm = nn.LayerNorm(shape.hidden, eps=1e-12)
        self.layers = nn.ModuleList(Layer(shape) for _ in range(shape.layers))
        self.pool_answerable = nn.Linear(shape.hidden, shape.hidden)
        self.answerable = nn.Linear(shape.hidden, 1)
        self.pool_support = nn.Linear(shape.hidden, shape.hidden)
        self.support = nn.Linear(shape.hidden, 1)
        self.span = nn.Linear(shape.hidden, 2)

    def encode(self, ids: Tensor, types: Tensor, mask: Tensor) -> Tensor:
        """Hidden states (batch, length, hidden)."""
        places = torch.arange(ids.shape[1], device=ids.device)
        x: Tensor = self.norm(self.words(ids) + self.positions(places) + self.types(types))
        # added to the attention's logits: 0 for a token, very low for padding
        hidden = ((1.0 - mask.to(x.dtype)) * -1e4)[:, None, None, :]
        for layer in self.layers:
            x = layer(x, hidden)
        return x

    def forward(self, ids: Tensor, types: Tensor, mask: Tensor) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        x = self.encode(ids, types, mask)
        first = x[:, 0]
        answerable = self.answerable(torch.tanh(self.pool_answerable(first))).squeeze(-1)
        support = self.support(torch.tanh(self.pool_support(first))).squeeze(-1)
        start, end = self.span(x).unbind(-1)
        return answerable, support, start, end


def started_from(weights: dict[str, Tensor]) -> Network:
    """A network with the encoder of a cross-encoder; both yes-or-no heads begin as its relevance head.

    The relevance logit runs from about -11 to 11; halved, it begins as a fair log-odds of "answered".
    """
    net = Network()
    state = net.state_dict()
    with torch.no_grad():
        for name, value in _renamed(weights, net.shape.layers).items():
            state[name].copy_(value)
        state["span.weight"].normal_(0, 0.02)
        state["span.bias"].zero_()
    return net


def _renamed(weights: dict[str, Tensor], layers: int) -> dict[str, Tensor]:
    embeddings = "bert.embeddings."
    found = {
        "words.weight": weights[embeddings + "word_embeddings.weight"],
        "positions.weight": weights[embeddings + "position_embeddings.weight"],
        "types.weight": weights[embeddings + "token_type_embeddings.weight"],
        "norm.weight": weights[embeddings + "LayerNorm.weight"],
        "norm.bias": weights[embeddings + "LayerNorm.bias"],
    }
    for head in ("answerable", "support"):
        found |= {f"pool_{head}.{kind}": weights[f"bert.pooler.dense.{kind}"] for kind in ("weight", "bias")}
        found |= {f"{head}.{kind}": weights[f"classifier.{kind}"] / 2 for kind in ("weight", "bias")}
    parts = {
        "out": "attention.output.dense",
        "out_norm": "attention.output.LayerNorm",
        "inner": "intermediate.dense",
        "outer": "output.dense",
        "outer_norm": "output.LayerNorm",
    }
    for i in range(layers):
        old = f"bert.encoder.layer.{i}."
        for kind in ("weight", "bias"):
            qkv = [weights[f"{old}attention.self.{part}.{kind}"] for part in ("query", "key", "value")]
            found[f"layers.{i}.qkv.{kind}"] = torch.cat(qkv)
            found |= {f"layers.{i}.{new}.{kind}": weights[f"{old}{part}.{kind}"] for new, part in parts.items()}
    return found

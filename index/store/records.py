"""Chunks as Chroma's records and LlamaIndex's nodes, and back."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from index.types import Block, Chunk, Hit, SourceInfo, Span

if TYPE_CHECKING:
    from llama_index.core.schema import TextNode

Row = tuple[str, dict[str, Any], str]


@dataclass(frozen=True, slots=True)
class FileState:
    """What the store holds of one file; `complete` when it is every chunk of one version of it.

    looked_at: whether its first order, if any, is recorded; not so in an index that is older than that record.
    """

    sha256: str
    ids: frozenset[str]
    complete: bool
    looked_at: bool = True


# what describes how a node is stored, and is no text for a model
_INTERNAL_KEYS = ("blocks", "leads", "count", "position", "sha256", "order", "start", "end")


def node_of(chunk: Chunk, embedding: NDArray[np.float32], count: int, order: str | None = None) -> TextNode:
    """A chunk as LlamaIndex's node, with its vector. count: of the chunks that its file has. order: see SourceInfo."""
    node = text_node(chunk, count)
    node.embedding = embedding.tolist()
    if order is not None:
        node.metadata["order"] = order
    return node


def text_node(chunk: Chunk, count: int = 0) -> TextNode:
    """A chunk as LlamaIndex's node: its place in the source, and the rest in its metadata."""
    from llama_index.core.schema import NodeRelationship, RelatedNodeInfo, TextNode

    return TextNode(
        id_=chunk.id,
        text=chunk.text,
        start_char_idx=chunk.start,
        end_char_idx=chunk.end,
        metadata=_metadata(chunk, count),
        relationships={NodeRelationship.SOURCE: RelatedNodeInfo(node_id=chunk.source)},
        excluded_llm_metadata_keys=list(_INTERNAL_KEYS),
        excluded_embed_metadata_keys=[*_INTERNAL_KEYS, "page", "date"],
    )


def chunk_of(id: str, metadata: dict[str, Any], text: str) -> Chunk:
    """The chunk that a record holds."""
    return Chunk(
        id=id,
        source=metadata["source"],
        title=metadata["title"],
        date=metadata["date"] or None,
        start=metadata["start"],
        end=metadata["end"],
        position=metadata["position"],
        text=text,
        sha256=metadata["sha256"],
        section=metadata.get("section", ""),
        page=metadata.get("page") or None,
        blocks=_unpacked_blocks(metadata.get("blocks", "")),
        leads=tuple((Span(start, end), lead) for start, end, lead in json.loads(metadata.get("leads") or "[]")),
    )


def _packed_blocks(blocks: Iterable[Block]) -> str:
    """Blocks as a JSON list of [kind, start, end, level, group, lead start, lead end]; "" for none."""
    rows = [[b.kind, b.start, b.end, b.level, b.group, *(b.lead or ())] for b in blocks]
    return json.dumps(rows, separators=(",", ":")) if rows else ""


def _unpacked_blocks(packed: str) -> tuple[Block, ...]:
    rows: list[list[Any]] = json.loads(packed) if packed else []
    return tuple(
        Block(row[0], row[1], row[2], row[3], row[4], Span(row[5], row[6]) if len(row) > 5 else None) for row in rows
    )


def hits_of(result: Any) -> list[Hit]:
    """The hits of a LlamaIndex query, best first.

    ChromaVectorStore gives exp(-distance); the distance is 1 - cosine. A chunk that another process deletes in this
    moment can come without its metadata: it is left out.
    """
    return [
        Hit(chunk_of(node.node_id, node.metadata, node.text), 1.0 + math.log(similarity), "dense")
        for node, similarity in zip(result.nodes, result.similarities, strict=True)
        if "source" in node.metadata
    ]


def source_infos(rows: Iterable[Row]) -> list[SourceInfo]:
    """What is held of each source, by name."""
    counts: dict[str, int] = {}
    first: dict[str, dict[str, Any]] = {}
    for _, metadata, _ in rows:
        source = metadata["source"]
        counts[source] = counts.get(source, 0) + 1
        first.setdefault(source, metadata)
    return [
        SourceInfo(source, found["title"], found["date"] or None, found["sha256"], counts[source], found.get("order"))
        for source, found in sorted(first.items())
    ]


def _metadata(chunk: Chunk, count: int) -> dict[str, Any]:
    # Chroma takes no None
    return {
        "source": chunk.source,
        "title": chunk.title,
        "date": chunk.date or "",
        "start": chunk.start,
        "end": chunk.end,
        "position": chunk.position,
        "count": count,
        "sha256": chunk.sha256,
        "section": chunk.section,
        "page": chunk.page or 0,
        "blocks": _packed_blocks(chunk.blocks),
        "leads": json.dumps([[*span, lead] for span, lead in chunk.leads], separators=(",", ":"))
        if chunk.leads
        else "",
    }

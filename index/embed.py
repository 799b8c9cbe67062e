"""The embedding model: texts to unit vectors, on the CPU, through fastembed.

It knows nothing of chunks, titles or the store: the caller decides what text stands for a passage.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from index.errors import ModelError
from index.models import find_weights, fingerprint

if TYPE_CHECKING:
    from fastembed import TextEmbedding

Vectors = NDArray[np.float32]

DIMENSIONS = 384
# how the model's authors want a question put (https://huggingface.co/BAAI/bge-small-en-v1.5)
QUERY_PREFIX = "Represent this sentence for searching relevant passages: "
# texts that one thread takes at a time; each is run by itself, see embed_passages
_PORTION = 16


class Embedder:
    """Turns texts into unit vectors of `dimensions` float32 numbers; loads the model at first use.

    folder: the user's own weights of a model of the same family, in place of the carried ones.
    threads: that embed passages side by side; None for one a core, at most 8.
    Raises ModelError where the weights are missing or wrong.
    """

    def __init__(self, folder: Path | None = None, *, threads: int | None = None) -> None:
        self._folder = find_weights("bge_small_en", folder)
        self._threads = threads or min(8, usable_cores())
        self._model: TextEmbedding | None = None
        self._lock = threading.Lock()
        self.fingerprint = fingerprint(self._folder)
        self.name = "bge-small-en-v1.5-int8" if folder is None else f"custom-{self.fingerprint}"
        self.dimensions = DIMENSIONS

    def embed_passages(self, texts: Sequence[str], on_batch: Callable[[int], None] | None = None) -> Vectors:
        """Embed texts, the longest first.

        texts: any number; what is beyond the model's 512 tokens is not seen.
        on_batch: called, in the caller's thread, with the number of texts done so far.
        Returns an array of shape (len(texts), dimensions), in the order of `texts`, each row of length 1.

        Each text is run by itself, in one of several threads that share a session of one thread. On SciFact and two
        cores that gave 79 texts a second, against 54 one by one with a session of two threads, and less in batches:
        a batch leaves the processor's caches. The weights are quantized with scales taken from the whole input, so
        only a text that is run alone has the same vector in whatever company it comes.
        """
        vectors = np.zeros((len(texts), self.dimensions), dtype=np.float32)
        self._loaded()
        # the longest first, so that the threads end together
        order = sorted(range(len(texts)), key=lambda i: len(texts[i]), reverse=True)
        portions = [order[start : start + _PORTION] for start in range(0, len(order), _PORTION)]
        done = 0
        pool = ThreadPoolExecutor(self._threads)
        try:
            results = pool.map(lambda portion: self._run([texts[i] for i in portion]), portions)
            for portion, rows in zip(portions, results, strict=True):
                vectors[portion] = rows
                done += len(portion)
                if on_batch is not None:
                    on_batch(done)
        finally:
            # an interrupt must not wait for what is still to do
            pool.shutdown(cancel_futures=True)
        return vectors

    def embed_query(self, text: str) -> Vectors:
        """Embed one question. Returns an array of shape (dimensions,) and length 1."""
        vector: Vectors = self._run([QUERY_PREFIX + text])[0]
        return vector

    def embed_tokens(self, text: str) -> tuple[list[tuple[int, int]], Vectors]:
        """Embed each token of one text in its context.

        Returns the tokens' places in the text, as (start, end), and an array of shape (tokens, dimensions), each row of
        length 1. The model's own marks at the ends are left out; what is beyond its 512 tokens is not seen.
        """
        inner: Any = self._loaded().model
        output = inner.onnx_embed([text])
        encoding = inner.tokenize([text])[0]
        places = [(a, b) for a, b in encoding.offsets]
        rows = [i for i, (a, b) in enumerate(places) if b > a]
        vectors = np.asarray(output.model_output[0][rows], dtype=np.float32)
        return [places[i] for i in rows], vectors / np.linalg.norm(vectors, axis=1, keepdims=True).clip(1e-9)

    def _run(self, texts: list[str]) -> Vectors:
        model = self._loaded()
        return np.asarray(list(model.embed(texts, batch_size=1)), dtype=np.float32)

    def _loaded(self) -> TextEmbedding:
        with self._lock:
            if self._model is None:
                self._model = _load(self.name, self._folder)
            return self._model


def usable_cores() -> int:
    """How many processor cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _load(name: str, folder: Path) -> TextEmbedding:
    from fastembed import TextEmbedding
    from fastembed.common.model_description import ModelSource, PoolingType

    registered = f"citewell/{name}"
    if registered not in {model["model"] for model in TextEmbedding.list_supported_models()}:
        TextEmbedding.add_custom_model(
            model=registered,
            pooling=PoolingType.CLS,
            normalization=True,
            # fastembed wants a source; with specific_model_path it is never asked
            sources=ModelSource(hf=registered),
            dim=DIMENSIONS,
            model_file="model.onnx",
        )
    try:
        return TextEmbedding(
            registered,
            threads=1,
            providers=["CPUExecutionProvider"],
            specific_model_path=str(folder),
            local_files_only=True,
        )
    except Exception as error:  # onnxruntime's own exceptions have no common class
        raise ModelError(f"The embedding model in {folder} cannot be loaded: {error}") from error

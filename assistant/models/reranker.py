"""The cross-encoder: how well a text answers a question, judged together.

`cross-encoder/ms-marco-MiniLM-L-12-v2`, int8 ONNX, run by fastembed. It was trained on search-engine
questions and short passages: its logit tells topics apart, and tells less of near misses (see answerable.py).
"""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from index.embed import usable_cores
from index.models import find_weights

if TYPE_CHECKING:
    from fastembed.rerank.cross_encoder import TextCrossEncoder

NAME = "cross-encoder/ms-marco-MiniLM-L-12-v2"


class Spent(threading.local):
    """Seconds, counted for each thread by itself: questions that are answered side by side do not mix."""

    seconds: float = 0.0


class Reranker:
    """Scores (question, text) pairs. The model is loaded at the first call; calls from several threads are safe."""

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = folder
        self._threads = usable_cores()
        self._lock = threading.Lock()
        self._spent = Spent()

    @property
    def seconds(self) -> float:
        """Time that this thread has spent on the model, for `--explain` and the benchmarks."""
        return self._spent.seconds

    @cached_property
    def _model(self) -> TextCrossEncoder:
        from fastembed.common.model_description import ModelSource
        from fastembed.rerank.cross_encoder import TextCrossEncoder

        weights = find_weights("reranker_en", self._folder)
        name = f"citewell/{NAME}"
        if name not in {m["model"] for m in TextCrossEncoder.list_supported_models()}:
            TextCrossEncoder.add_custom_model(
                model=name, sources=ModelSource(hf=NAME), model_file="model.onnx", size_in_gb=0.034
            )
        # one core for each pair: pairs are run side by side
        return TextCrossEncoder(name, specific_model_path=str(weights), threads=1)

    def scores(self, question: str, texts: Sequence[str]) -> list[float]:
        """One logit per text, in the order given; about -11 (off the topic) to 11 (an answer)."""
        return self.pairs([(question, text) for text in texts])

    def pairs(self, pairs: Sequence[tuple[str, str]]) -> list[float]:
        """One logit for each (question, text), in the order given.

        Each pair is run alone, one on each core. Its activations are quantised by what is in the batch, so in a batch
        the same pair would score differently in other company (up to 0.9 was seen); alone there is no padding either,
        and it was 1.9 times as fast as batches of 16 sorted by length.
        """
        start = time.perf_counter()
        with self._lock:
            model = self._model
        # the longest first, so that the threads end together
        order = sorted(range(len(pairs)), key=lambda i: -len(pairs[i][1]))
        with ThreadPoolExecutor(self._threads) as pool:
            found = dict(zip(order, pool.map(lambda i: _score(model, *pairs[i]), order), strict=True))
        self._spent.seconds += time.perf_counter() - start
        return [found[i] for i in range(len(pairs))]


def _score(model: TextCrossEncoder, question: str, text: str) -> float:
    return float(next(iter(model.rerank(question, [text], batch_size=1))))

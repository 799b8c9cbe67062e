from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.embed import Embedder
from index.errors import ModelError


def test_vectors_have_length_one_and_the_order_of_the_texts(embedder: Embedder) -> None:
    texts = ["A cat sat on the mat.", "short", "A much longer text about shipping grain across the sea. " * 9] * 7
    vectors = embedder.embed_passages(texts)
    assert vectors.shape == (21, embedder.dimensions)
    assert vectors.dtype == np.float32
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    assert np.array_equal(vectors[:3], vectors[3:6])
    assert vectors[0] @ vectors[2] < 0.9


def test_no_texts_give_no_vectors(embedder: Embedder) -> None:
    assert embedder.embed_passages([]).shape == (0, embedder.dimensions)


def test_a_question_is_nearest_to_the_passage_that_answers_it(embedder: Embedder) -> None:
    vectors = embedder.embed_passages(["Bread is baked in an oven.", "The ship left the harbour on Monday."])
    question = embedder.embed_query("When did the boat sail?")
    assert question.shape == (embedder.dimensions,)
    assert np.argmax(vectors @ question) == 1


def test_progress_counts_up_to_all_texts(embedder: Embedder) -> None:
    seen: list[int] = []
    embedder.embed_passages(["a text"] * 40, on_batch=seen.append)
    assert seen == sorted(seen)
    assert seen[-1] == 40


def test_an_exception_in_the_callback_ends_the_work(embedder: Embedder) -> None:
    def stop(done: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        embedder.embed_passages(["a text"] * 100, on_batch=stop)


@given(st.lists(st.text(max_size=40), max_size=6))
@settings(max_examples=15, deadline=None)
def test_a_text_has_the_same_vector_in_whatever_company(embedder: Embedder, texts: list[str]) -> None:
    together = embedder.embed_passages(texts)
    alone = [embedder.embed_passages([text])[0] for text in texts]
    assert all(np.array_equal(a, b) for a, b in zip(together, alone, strict=True))


def test_a_model_that_cannot_be_loaded_is_explained(tmp_path: Path) -> None:
    for file in ("model.onnx", "tokenizer.json", "tokenizer_config.json"):
        (tmp_path / file).write_text("no model")
    broken = Embedder(tmp_path)
    assert broken.name.startswith("custom-")
    with pytest.raises(ModelError, match="cannot be loaded"):
        broken.embed_query("anything")

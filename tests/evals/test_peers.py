"""The adapters of peers: what they say becomes an Answer whose citations can be measured."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from pathlib import Path

import pytest

from assistant.llm.model import Message
from evals.peers.__main__ import table
from evals.peers.common import Found, as_answer, documents
from evals.peers.llama import LlamaIndexPeer

SOURCE = Found("bridge.txt", 4, "The bridge was opened in 1931.", "sha")


class Says:
    """A model that says one thing."""

    name, context = "double", 4096

    def __init__(self, text: str) -> None:
        self.text = text
        self.prompts: list[str] = []

    def stream(self, messages: Sequence[Message], *, tokens: int | None = None) -> Generator[str, None, bool]:
        self.prompts.append(messages[-1].content)
        yield self.text
        return False


@pytest.mark.parametrize(
    ("text", "abstained"),
    [
        ("The context does not provide any information about this.", True),
        ("I cannot answer that.", True),
        ("", True),
        ("It was opened in 1931.", False),
        ("It does not say who built it, but it was opened in 1931 [1].", False),
    ],
)
def test_a_refusal_is_told_by_its_words(text: str, abstained: bool) -> None:
    assert as_answer("q", text, [SOURCE]).abstained == abstained


def test_markers_cite_the_sources_that_they_number() -> None:
    (only,) = as_answer("q", "In 1931 [1][7].", [SOURCE]).citations
    assert (only.number, only.source, only.quote, only.start) == (1, "bridge.txt", SOURCE.text, 4)


def test_a_citation_query_engine_cites_places_in_the_files(tmp_path: Path) -> None:
    text = "The bridge was opened in 1931. It is 310 metres long."
    (tmp_path / "bridge.txt").write_text(text, encoding="utf-8")
    model = Says("In 1931 [1].")
    answer = LlamaIndexPeer(tmp_path, model, cites=True).answer("When was it opened?", ())
    (citation,) = answer.citations
    assert text[citation.start : citation.end] == citation.quote == text
    assert citation.sha256 == documents(tmp_path)[0].sha256
    assert "Source 1:" in model.prompts[0]
    plain = LlamaIndexPeer(tmp_path, model, cites=False)
    assert plain.answer("When?", ()).citations == ()
    assert plain.search("bridge", 5, ())[0].chunk.start == 0


def test_the_table_has_a_column_for_each_figure() -> None:
    lines = table([["Citewell", *["0.50"] * 7]])
    assert len({line.count("|") for line in lines}) == 1

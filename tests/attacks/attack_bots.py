"""Assistants for the attacks: one for each, on its own documents and index, with the models of one."""

from __future__ import annotations

from copy import copy
from dataclasses import replace
from pathlib import Path

from assistant.api import Assistant
from assistant.citation.source_files import Library
from assistant.llm.model import Model
from assistant.retrieval.hybrid import Retriever
from index.store.store import Store

CANARY = "canary-9d41c07be2"
KEYS = ("OPENAI_API_KEY", "ANTHROPIC_API_KEY", "ASSISTANT_MODEL_KEY", "OLLAMA_API_KEY")


class Bots:
    """Makes assistants on made-up corpora; each corpus is indexed once. `spoken`: what its model is to be."""

    def __init__(self, base: Assistant, folder: Path) -> None:
        self._base = base
        self._folder = folder
        self._made: dict[str, Assistant] = {}

    def on(self, name: str, documents: dict[str, str], model: Model | None = None) -> Assistant:
        if name not in self._made:
            self._made[name] = self._make(self._folder / name, documents)
        bot = copy(self._made[name])
        bot._parts = replace(bot._parts, model=model, verify="local")
        return bot

    def close(self) -> None:
        for bot in self._made.values():
            bot.store.close()

    def _make(self, folder: Path, documents: dict[str, str]) -> Assistant:
        corpus = folder / "corpus"
        corpus.mkdir(parents=True)
        for file, text in documents.items():
            (corpus / file).write_text(text, encoding="utf-8", newline="")
        bot = copy(self._base)
        bot.settings = replace(bot.settings, corpus=corpus, store=folder / "store")
        bot.store = Store(bot.settings.store_path, recipe=bot.store.recipe, name=bot.settings.collection)
        bot.retriever = Retriever(bot.store, bot.embedder)
        bot._parts = replace(bot._parts, retriever=bot.retriever, library=Library(corpus))
        assert bot.ingest().failed == 0
        return bot

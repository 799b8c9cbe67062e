"""Checks that everything Citewell needs is installed, and shows what it uses."""

from __future__ import annotations

import re
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from importlib.metadata import PackageNotFoundError, requires, version
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from assistant.cli.show import show_table
from assistant.config import Settings, load
from assistant.errors import CitewellError
from index.models import file_sha256, find_weights, fingerprint

if TYPE_CHECKING:
    from assistant.llm.model import Model

State = Literal["fine", "note", "broken"]
_OLDEST = (3, 11)
TRIAL = 20.0  # timeout of the language model in seconds


@dataclass(frozen=True, slots=True)
class Finding:
    """The result of one check. `found` describes it; for a broken part, it also says what to do."""

    what: str
    state: State
    found: str


def examine(corpus: Path | None = None, store: Path | None = None, model: str | None = None) -> list[Finding]:
    """Runs every check. Writes nothing, and continues after a failed check."""
    findings = [_python(), *_packages()]
    try:
        settings = load(corpus=corpus, store=store, model=model)
    except CitewellError as error:
        return [*findings, Finding("settings", "broken", str(error))]
    looks: tuple[tuple[str, Callable[[Settings], Iterator[Finding]]], ...] = (
        ("embedding model", _embedding), ("cross-encoder", _reranker), ("reader", _reader), ("corpus", _corpus),
        ("index", _index), ("language model", _model),
    )  # fmt: skip
    for what, look in looks:
        try:
            findings += look(settings)
        except CitewellError as error:
            findings.append(Finding(what, "broken", str(error)))
    return findings


def show(findings: list[Finding]) -> None:
    """Prints the findings as a table, with a summary line."""
    rows = [(f.what, f.state, f.found) for f in findings]
    broken = sum(f.state == "broken" for f in findings)
    show_table(("", "", ""), rows, styles={"fine": "green", "note": "yellow", "broken": "red"})
    from assistant.cli.terminal import say

    say(f"{broken} broken: the table says what to do." if broken else "Nothing is broken.")


def _python() -> Finding:
    found = ".".join(map(str, sys.version_info[:3]))
    if sys.version_info[:2] < _OLDEST:
        advice = f"Citewell needs {_OLDEST[0]}.{_OLDEST[1]} or newer. Install it, then run `make install`."
        return Finding("Python", "broken", f"{found}: {advice}")
    return Finding("Python", "fine", f"{found} ({sys.executable})")


def _packages() -> Iterator[Finding]:
    """Checks the packages that Citewell requires, without extras."""
    needed = [text for text in requires("citewell") or () if "extra ==" not in text]
    for name in ("citewell", *(re.split(r"[^\w.-]", text)[0] for text in needed)):
        try:
            yield Finding(name, "fine", version(name))
        except PackageNotFoundError:
            yield Finding(name, "broken", "not installed. Run `make install`.")


def _weights(name: str, folder: Path | None) -> str:
    found = find_weights(name, folder)
    kind = "your own, not checked" if folder else "as pinned"
    return f"{fingerprint(found)}, {kind}; model.onnx SHA-256 {file_sha256(found / 'model.onnx')}; {found}"


def _embedding(settings: Settings) -> Iterator[Finding]:
    from index.embed import Embedder

    said = _weights("bge_small_en", settings.embedding_dir)
    vector = Embedder(settings.embedding_dir).embed_query("Does it run?")
    yield Finding("embedding model", "fine", f"runs, {vector.shape[0]} dimensions; {said}")


def _reranker(settings: Settings) -> Iterator[Finding]:
    from assistant.models.reranker import Reranker

    said = _weights("reranker_en", settings.reranker_dir)
    Reranker(settings.reranker_dir).scores("Does it run?", ["It runs."])
    yield Finding("cross-encoder", "fine", f"runs; {said}")


def _reader(settings: Settings) -> Iterator[Finding]:
    from assistant.models.reader import Reader, find_reader

    found = find_reader()
    Reader().read("Does it run?", [("", "It runs.")])
    yield Finding(
        "reader", "fine", f"runs; as pinned; reader.onnx SHA-256 {file_sha256(found / 'reader.onnx')}; {found}"
    )


def _corpus(settings: Settings) -> Iterator[Finding]:
    from index.readers.registry import find_files

    paths, failures = find_files(settings.corpus)
    yield Finding("corpus", "fine" if paths else "note", f"{settings.corpus}: {len(paths)} files that can be read")
    for failure in failures:
        yield Finding("corpus", "note", f"not read: {failure.source}: {failure.reason}")


def _index(settings: Settings) -> Iterator[Finding]:
    from assistant.api import Assistant
    from index.readers.registry import find_files, source_name
    from index.store.connect import parse_url

    bot = Assistant(settings=settings)
    # without the user name and password that a URL may contain
    where = parse_url(settings.chroma_url)[0] if settings.chroma_url else str(settings.store_path)
    yield Finding("index", "fine", f"{'Chroma server' if settings.chroma_url else 'folder'} {where}")
    recipe = bot.store.recipe
    yield Finding("recipe", "fine", f"chunks of {recipe.budget} tokens, overlap {recipe.overlap}, "
                  f"chunking {recipe.chunking}, embedding {recipe.embedding}, schema {recipe.schema}")  # fmt: skip
    chunks, sources = bot.store.count(), {info.source for info in bot.sources()}
    if not chunks:
        yield Finding("index", "note", "empty: the first question or `assistant ingest` fills it")
        return
    yield Finding("index", "fine", f"{chunks} passages of {len(sources)} files, revision {bot.store.revision()}")
    root = settings.corpus.resolve()
    there = {source_name(path, root) for path in find_files(root)[0]}
    if there != sources:
        told = f"{len(there - sources)} files are not indexed, {len(sources - there)} indexed files are gone"
        yield Finding("index", "note", f"{told}. Run `assistant ingest`.")


def _model(settings: Settings) -> Iterator[Finding]:
    """Asks the model for one word."""
    from assistant.llm.model import Message
    from assistant.llm.providers import open_model

    model = open_model(replace(settings, model_timeout=min(settings.model_timeout, TRIAL)))
    if model is None:
        yield Finding("answers", "fine", "quotes; no language model, no network")
        return
    start = time.perf_counter()
    context = model.context
    text = "".join(model.stream([Message("user", "Write the word yes, and nothing else.")], tokens=16))
    took = f"in {time.perf_counter() - start:.1f} s; context {context:,} tokens"
    if text.strip():
        yield Finding("language model", "fine", f"{model.name} answers {took}")
    else:
        yield Finding("language model", "note", f"{model.name} returns an empty text {took}")
    yield from _trust(model, settings)


def _trust(model: Model, settings: Settings) -> Iterator[Finding]:
    """Whether the model decides and verifies. Examines it, unless the result is known."""
    from assistant.llm.providers import open_model
    from assistant.verification.examination import assess_trust

    status = assess_trust(open_model(settings) or model, settings.verify)
    yield Finding("trust", "fine" if status.trusted else "note", f"{status.name}: {status.reason}")
    if status.trusted:
        told = f"{model.name} decides, writes and verifies each sentence; quotes if it fails"
    else:
        told = f"prose by {model.name}, each sentence verified by the small models that ship; quotes if it fails"
    yield Finding("answers", "fine", told)

"""All settings, in one frozen value. Each can be set by an environment variable `ASSISTANT_<NAME>`."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from assistant.errors import ConfigError

PREFIX = "ASSISTANT_"
SHIPPED_CORPUS = Path(__file__).resolve().parent.parent / "seeds"


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What a run of Citewell uses.

    corpus: the folder of documents. store: the folder of the index; by default one for each corpus, in the user's
    data folder. chroma_url: a Chroma server to use instead of the embedded one, `http://host:port`.
    chunk_tokens, chunk_overlap: the budget of a chunk and how much of it the next one repeats, in cl100k_base tokens.
    embedding_dir, reranker_dir: folders with `model.onnx` and `tokenizer.json` to use instead of the shipped weights.
    refusal: the probability of being answerable below which the answer is "the documents do not say", 0 to 1.
    sentences: the most sentences in an answer that holds no disagreement.
    lock_seconds: how long an ingest waits for another one.
    """

    corpus: Path = SHIPPED_CORPUS
    store: Path | None = None
    chroma_url: str | None = None
    chunk_tokens: int = 220
    chunk_overlap: int = 40
    embedding_dir: Path | None = None
    reranker_dir: Path | None = None
    refusal: float = 0.5
    sentences: int = 3
    lock_seconds: float = 600.0

    def __post_init__(self) -> None:
        _check(32 <= self.chunk_tokens <= 480, "chunk_tokens", self.chunk_tokens, "a number from 32 to 480")
        _check(0 <= self.chunk_overlap <= self.chunk_tokens // 2, "chunk_overlap", self.chunk_overlap,
               "a number from 0 to half of chunk_tokens")
        _check(0.0 <= self.refusal <= 1.0, "refusal", self.refusal, "a number from 0 (never refuse) to 1 (always)")
        _check(1 <= self.sentences <= 10, "sentences", self.sentences, "a number from 1 to 10")
        _check(self.lock_seconds >= 0, "lock_seconds", self.lock_seconds, "a number of seconds, 0 or more")

    @property
    def collection(self) -> str:
        """The name of this corpus among those that share a Chroma server."""
        return _corpus_name(self.corpus)

    @property
    def store_path(self) -> Path:
        """Where the embedded index is: `store`, else a folder named after the corpus in the user's data folder."""
        if self.store is not None:
            return self.store
        return _data_folder() / _corpus_name(self.corpus)


def _corpus_name(corpus: Path) -> str:
    """The folder's name, made safe for file systems and Chroma, and enough of a hash of its whole path."""
    path = corpus.expanduser().resolve()
    word = re.sub(r"[^A-Za-z0-9]+", "-", path.name).strip("-")[:32] or "corpus"
    return f"{word}-{hashlib.sha256(os.fsencode(path)).hexdigest()[:12]}"


def _data_folder() -> Path:
    from platformdirs import user_data_path

    return user_data_path("citewell", appauthor=False)


def _check(ok: bool, name: str, value: object, wanted: str) -> None:
    if not ok:
        raise ConfigError(f"{name} ({PREFIX}{name.upper()}) is {value!r}: give {wanted}.")


def load(environ: Mapping[str, str] | None = None, **given: Any) -> Settings:
    """Settings from the environment, over which what is given (and is not None) wins.

    Raises ConfigError for an unknown `ASSISTANT_*` variable and for a value that cannot be read.
    """
    environ = os.environ if environ is None else environ
    known = {f.name: f.type for f in fields(Settings)}
    values: dict[str, Any] = {}
    for key, text in environ.items():
        if not key.startswith(PREFIX):
            continue
        name = key.removeprefix(PREFIX).lower()
        if name not in known:
            raise ConfigError(f"{key} is not a setting. Unset it, or use one of: {', '.join(_variables())}.")
        if text.strip():
            values[name] = _parse(key, text.strip(), str(known[name]))
    values.update({name: value for name, value in given.items() if value is not None})
    return Settings(**values)


def _variables() -> list[str]:
    return [PREFIX + f.name.upper() for f in fields(Settings)]


def _parse(key: str, text: str, kind: str) -> Any:
    if kind.startswith("Path"):
        return Path(text).expanduser()
    if kind.startswith("str"):
        return text
    try:
        return int(text) if kind == "int" else float(text)
    except ValueError:
        wanted = "a whole number" if kind == "int" else "a number"
        raise ConfigError(f"{key} is {text!r}: give {wanted}.") from None

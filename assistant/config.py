"""All settings, in one frozen value. Each can be set by an environment variable `ASSISTANT_<NAME>`."""

from __future__ import annotations

import hashlib
import math
import os
import re
import warnings
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from difflib import get_close_matches
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from assistant.errors import ConfigError, StoreError

PREFIX = "ASSISTANT_"
RENAMED = {"ASSISTANT_REFUSAL": "ASSISTANT_ANSWER_THRESHOLD"}  # old names, which the next release no longer takes
KEY = "ASSISTANT_MODEL_KEY"  # no setting: a key is read where it is used, and never part of a value that is shown
PROVIDERS = ("openai", "anthropic", "ollama", "openai-like")
VERIFY = ("auto", "local", "model", "both")
SHIPPED_CORPUS = Path(__file__).resolve().parent.parent / "seeds"


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What a run of Citewell uses. Folders can be given as text; "~" is the user's home.

    corpus: the folder of documents. store: the folder of the index; by default one for each corpus, in the user's
    data folder. chroma_url: a Chroma server to use instead of the embedded one, `http://host:port`.
    chroma_token, chroma_tenant, chroma_database: how to sign in to that server, and where on it the index is.
    chunk_tokens, chunk_overlap: the budget of a chunk and how much of it the next one repeats, in cl100k_base tokens.
    embedding_dir, reranker_dir: folders with `model.onnx` and `tokenizer.json` to use instead of the shipped weights.
    answer_threshold: the probability of being answerable below which the answer is "the documents do not say", 0 to 1.
    sentences: the most sentences of the best source in an answer that holds no disagreement.
    lock_seconds: how long an ingest waits for another one.
    model: the language model that writes the answers, `openai/NAME`, `anthropic/NAME`, `ollama/NAME`,
    `openai-like/NAME` (any server that speaks OpenAI's language, at model_url), or the path of a `.gguf` file. Without
    one, answers are quotes. model_timeout: seconds for one answer. model_context: the tokens that the model can read
    and write together; by default what the model says. answer_tokens: the most that it writes.
    verify: who decides on a model's answer and verifies its sentences: "auto" (the model, if it passes its examination,
    see assistant/verification/examination.py), "local" (the small models that ship), "model", or "both".
    judge, judge_url: the same as model and model_url, for the model that `assistant eval` asks to judge answers.
    auth: "user:password", asked for by the chat in the browser; it is never shown.
    api_keys, users, collections: TOML files of a server's keys, users and collections, see assistant/access.
    workers, queue: how many questions a server answers at once, by default as the machine allows, and how many wait.
    upload_mb, uploads: the most megabytes of a file that is added there, and the most such files.

    Raises ConfigError for a value of the wrong type or out of range.
    """

    corpus: Path = SHIPPED_CORPUS
    store: Path | None = None
    chroma_url: str | None = None
    chroma_token: str | None = field(default=None, repr=False)
    chroma_tenant: str | None = None
    chroma_database: str | None = None
    chunk_tokens: int = 220
    chunk_overlap: int = 40
    embedding_dir: Path | None = None
    reranker_dir: Path | None = None
    answer_threshold: float = 0.2
    sentences: int = 4
    lock_seconds: float = 600.0
    auth: str | None = field(default=None, repr=False)
    api_keys: Path | None = None
    users: Path | None = None
    collections: Path | None = None
    workers: int | None = None
    queue: int = 32
    upload_mb: int = 20
    uploads: int = 100
    model: str | None = None
    model_url: str | None = None
    model_timeout: float = 120.0
    model_context: int | None = None
    answer_tokens: int = 400
    verify: str = "auto"
    judge: str | None = None
    judge_url: str | None = None

    def __post_init__(self) -> None:
        for f in fields(self):
            value = _typed(f.name, str(f.type), getattr(self, f.name))
            object.__setattr__(self, f.name, value)  # the one way to set a field of a frozen value
        _check(32 <= self.chunk_tokens <= 480, "chunk_tokens", self.chunk_tokens, "a number from 32 to 480")
        _check(0 <= self.chunk_overlap <= self.chunk_tokens // 2, "chunk_overlap", self.chunk_overlap,
               f"a number from 0 to half of chunk_tokens ({self.chunk_tokens // 2})")  # fmt: skip
        _check(0.0 <= self.answer_threshold <= 1.0, "answer_threshold", self.answer_threshold,
               "a number from 0 (never refuse) to 1 (always)")  # fmt: skip
        _check(1 <= self.sentences <= 10, "sentences", self.sentences, "a number from 1 to 10")
        _check(0 <= self.lock_seconds < math.inf, "lock_seconds", self.lock_seconds, "a number of seconds, 0 or more")
        _check_url(self.chroma_url)
        _check(1 <= self.upload_mb <= 50, "upload_mb", self.upload_mb, "a number of megabytes from 1 to 50")
        _check(self.workers is None or 1 <= self.workers <= 256, "workers", self.workers, "a number from 1 to 256")
        _check(0 <= self.queue <= 10_000, "queue", self.queue, "a number from 0 to 10000")
        _check(0 <= self.uploads <= 100_000, "uploads", self.uploads, "a number of files from 0 to 100000")
        _check(0 < self.model_timeout < math.inf, "model_timeout", self.model_timeout, "a number of seconds above 0")
        _check(self.model_context is None or self.model_context >= 512, "model_context", self.model_context,
               "a number of tokens, 512 or more")  # fmt: skip
        _check(16 <= self.answer_tokens <= 8192, "answer_tokens", self.answer_tokens, "a number from 16 to 8192")
        _check(self.verify in VERIFY, "verify", self.verify, "auto, local, model or both")
        _check_model(self.model, self.model_url)
        _check_model(self.judge, self.judge_url, "judge")
        if self.auth is not None and not all(self.auth.partition(":")):
            raise ConfigError(f"auth ({_variable('auth')}) is not shown here: give user:password, both not empty.")

    @property
    def collection(self) -> str:
        """The name of this corpus among those that share a Chroma server."""
        return _corpus_name(self.corpus)

    @property
    def keeps_own_index(self) -> bool:
        """Whether Citewell chose where the index is: then it may make it anew, as after an update."""
        return self.store is None and self.chroma_url is None

    @property
    def store_path(self) -> Path:
        """Where the embedded index is: `store`, else a folder named after the corpus in the user's data folder."""
        if self.store is not None:
            return self.store
        return _data_folder() / _corpus_name(self.corpus)


def load(environ: Mapping[str, str] | None = None, **given: Any) -> Settings:
    """Settings from the environment, over which what is given (and is not None) wins.

    A variable that is set to nothing counts as not set. The old name of a variable still works, with a warning, unless
    the new name is set too.
    Raises ConfigError for an unknown `ASSISTANT_*` variable and for a value that cannot be used.
    """
    environ = os.environ if environ is None else environ
    known = {f.name: str(f.type) for f in fields(Settings)}
    values: dict[str, Any] = {}
    for key, text in environ.items():
        if not key.startswith(PREFIX) or key == KEY:
            continue
        if new := RENAMED.get(key):
            warnings.warn(f"{key} is now called {new}: rename it.", FutureWarning, stacklevel=2)
            if environ.get(new, "").strip():
                continue
            key = new
        name = key.removeprefix(PREFIX).lower()
        if key != _variable(name) or name not in known:
            raise ConfigError(_unknown(key))
        if text.strip():
            values[name] = _parse(key, text.strip(), known[name])
    values.update({name: value for name, value in given.items() if value is not None})
    return Settings(**values)


def _variable(name: str) -> str:
    return PREFIX + name.upper()


def _unknown(key: str) -> str:
    names = [f.name for f in fields(Settings)]
    near = get_close_matches(key.removeprefix(PREFIX).lower(), names, n=1)
    advice = f"Did you mean {_variable(near[0])}?" if near else f"The settings are {', '.join(map(_variable, names))}."
    return f"{key} is not a setting. {advice} Rename it or unset it."


def _parse(key: str, text: str, kind: str) -> Any:
    """The value of a variable; paths and texts are seen to by Settings."""
    if kind.startswith(("Path", "str")):
        return text
    if kind == "bool":
        if text.lower() not in _SWITCH:
            raise ConfigError(f"{key} is {text!r}: give {_KINDS[kind]}.")
        return _SWITCH[text.lower()]
    try:
        return int(text) if kind.startswith("int") else float(text)
    except ValueError:
        raise ConfigError(f"{key} is {text!r}: give {_KINDS[kind.removesuffix(' | None')]}.") from None


_SWITCH = {"on": True, "off": False, "1": True, "0": False, "true": True, "false": False, "yes": True, "no": False}
_KINDS = {"bool": "on or off", "int": "a whole number", "float": "a number", "str": "a text", "Path": "a path"}


def _typed(name: str, kind: str, value: object) -> object:
    """A value of the field's type. Raises ConfigError where it is of another."""
    base = kind.removesuffix(" | None")
    if value is None and base != kind:
        return None
    if base == "Path" and isinstance(value, str | os.PathLike) and os.fspath(value):
        return _home(name, Path(value))
    if base == "str" and isinstance(value, str):
        return value
    if base == "bool" and isinstance(value, bool):
        return value
    if base == "float" and isinstance(value, int | float) and not isinstance(value, bool):
        return float(value)
    if base == "int" and isinstance(value, int) and not isinstance(value, bool):
        return value
    raise ConfigError(f"{name} ({_variable(name)}) is {value!r}: give {_KINDS[base]}.")


def _home(name: str, path: Path) -> Path:
    try:
        return path.expanduser()
    except RuntimeError:
        problem = f"{name} ({_variable(name)}) is {str(path)!r}: there is no such user. Give the whole path."
        raise ConfigError(problem) from None


def _check(ok: bool, name: str, value: object, wanted: str) -> None:
    if not ok:
        raise ConfigError(f"{name} ({_variable(name)}) is {value!r}: give {wanted}.")


def _check_url(url: str | None) -> None:
    if url is None:
        return
    from index.store.connect import parse_url

    try:
        parse_url(url)
    except StoreError as error:
        raise ConfigError(f"chroma_url ({_variable('chroma_url')}): {error}") from None


def parse_model(model: str) -> tuple[str, str]:
    """The provider of a model and its name there; ("gguf", path) for a file. Raises ConfigError."""
    provider, slash, name = model.partition("/")
    if slash and provider in PROVIDERS and name.strip():
        return provider, name.strip()
    if model.lower().endswith(".gguf"):
        return "gguf", model
    raise ConfigError(
        f"model ({_variable('model')}) is {model!r}: give openai/NAME, anthropic/NAME, ollama/NAME, openai-like/NAME "
        "or the path of a .gguf file."
    )


def _check_model(model: str | None, url: str | None, setting: str = "model") -> None:
    address = f"{setting}_url"
    if url is not None:
        parts = urlsplit(url)
        if "@" in parts.netloc or parts.query:  # not shown, for it may be a secret
            raise ConfigError(f"{address} ({_variable(address)}) holds a name or key: put the key into {KEY}.")
        _check(parts.scheme in ("http", "https") and bool(parts.hostname), address, url, "an address, http://…")
    if model is None:
        return
    provider, _ = parse_model(model)
    if provider == "openai-like" and url is None:
        raise ConfigError(f"The model {model} needs the address of its server: set {_variable(address)}.")
    if provider == "gguf" and url is not None:
        raise ConfigError(f"{model} is a file and needs no address: unset {_variable(address)}.")


def _corpus_name(corpus: Path) -> str:
    """The folder's name, made safe for file systems and Chroma, and enough of a hash of its whole path."""
    path = corpus.expanduser().resolve()
    word = re.sub(r"[^A-Za-z0-9]+", "-", path.name).strip("-")[:32] or "corpus"
    return f"{word}-{hashlib.sha256(os.fsencode(path)).hexdigest()[:12]}"


def _data_folder() -> Path:
    from platformdirs import user_data_path

    return user_data_path("citewell", appauthor=False)

"""Whether a language model can be trusted to verify: it is examined once, on statements whose answers are known.

The result is kept in the user's cache folder with the model's name, its address and the hash of the prompt and the
statements, so that another model, another server and another prompt are examined anew.
"""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
import threading
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from pathlib import Path

from assistant.errors import LLMError, LLMNonsense
from assistant.llm.model import Model
from assistant.types import ModelStatus
from assistant.verification.by_model import PROMPT, Statement, verify_by_model
from assistant.verification.statements import PASSAGES, STATEMENTS
from index.types import Chunk

PASS = 0.9  # the share of verdicts that must be right
FILE = "examinations.json"
_lock = threading.Lock()


@dataclass(frozen=True, slots=True)
class Examination:
    """How a model did: `right` of `total` verdicts. problem: why it gave none that count; else empty."""

    right: int
    total: int
    problem: str = ""

    @property
    def passed(self) -> bool:
        return self.right >= PASS * self.total

    def __str__(self) -> str:
        if self.problem:
            return self.problem
        return f"{self.right} of {self.total} verdicts right ({'enough' if self.passed else f'{PASS:.0%} are needed'})"


def assess_trust(model: Model, verify: str) -> ModelStatus:
    """Whether a model decides and verifies, or only writes. verify: see Settings.verify; "auto" examines the model."""
    if verify in ("model", "both"):
        return ModelStatus(model.name, True, f"trusted without an examination: ASSISTANT_VERIFY={verify}")
    if verify == "local":
        return ModelStatus(model.name, False, "it only writes: ASSISTANT_VERIFY=local")
    try:
        found = examine_model(model)
    except LLMError as error:
        return ModelStatus(model.name, False, f"it only writes: it could not be examined. {error}")
    told = "trusted: it passed" if found.passed else "it only writes: it failed"
    return ModelStatus(model.name, found.passed, f"{told} the examination, {found}")


def examine_model(model: Model) -> Examination:
    """The result of the model's examination, held now unless it is known. One call.

    Raises LLMError where the model cannot be reached; an answer that holds no verdicts is a failed examination.
    """
    key = _key(model)
    with _lock:
        known = _read().get(key)
    if known:
        return known
    found = hold_examination(model)
    with _lock:
        _write({**_read(), key: found})
    return found


def hold_examination(model: Model) -> Examination:
    """Examines the model, whatever is known of it."""
    chunks = {n: _chunk(n) for n in range(1, len(PASSAGES) + 1)}
    statements = [Statement(s.text, (s.passage + 1,)) for s in STATEMENTS]
    try:
        verdicts = verify_by_model(model, statements, chunks)
    except LLMNonsense as error:
        return Examination(0, len(STATEMENTS), f"no verdicts that can be read. {error}")
    right = sum(v.supported == s.supported for v, s in zip(verdicts, STATEMENTS, strict=True))
    return Examination(right, len(STATEMENTS))


def _chunk(number: int) -> Chunk:
    title, date, text = PASSAGES[number - 1]
    return Chunk(f"examination-{number}", f"{number}.txt", title, date, 0, len(text), 0, text, "")


def _key(model: Model) -> str:
    return json.dumps([model.name, model.address, prompt_hash()])


@lru_cache(maxsize=1)
def prompt_hash() -> str:
    """The hash of all that the examination depends on: the prompt, the passages and the statements."""
    prompt = files("prompts").joinpath(f"{PROMPT}.md").read_text(encoding="utf-8")
    return hashlib.sha256(json.dumps([prompt, PASSAGES, STATEMENTS]).encode()).hexdigest()[:16]


def _path() -> Path:
    from platformdirs import user_cache_path

    return user_cache_path("citewell", appauthor=False) / FILE


def _read() -> dict[str, Examination]:
    """What is known; nothing where the file is missing or damaged, for then the models are examined again."""
    try:
        kept = json.loads(_path().read_text(encoding="utf-8"))
        return {key: Examination(int(right), int(total), str(problem)) for key, (right, total, problem) in kept.items()}
    except (OSError, ValueError, TypeError, AttributeError):
        return {}


def _write(known: dict[str, Examination]) -> None:
    """Keeps what is known; in a folder that cannot be written, models are examined again by the next process."""
    path = _path()
    with suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=FILE)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            json.dump({key: (e.right, e.total, e.problem) for key, e in known.items()}, file)
        os.replace(name, path)

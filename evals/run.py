"""Answers cases and saves each answer at once. Resumes an interrupted run."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Sequence
from dataclasses import fields
from pathlib import Path
from typing import Any, Protocol

from assistant.types import REFUSAL, Answer, Turn
from evals.cases.load import Case
from evals.cases.public import RETRIEVAL
from evals.errors import RunError
from evals.metrics.ranking import Place
from evals.saved import About, Passage, Saved, append, mend, read_about, read_answers, save_about
from index.models import find_weights
from index.models import fingerprint as weights
from index.readers.registry import find_files, read, source_name
from index.types import Chunk, Hit

DEPTH = 10  # passages saved per search
DEEP = 60  # passages retrieved per search when documents are ranked

# settings that do not affect answers
_ELSEWHERE = frozenset(
    "store corpus lock_seconds chroma_url upload_mb uploads model_url model_timeout judge judge_url".split()
)

Progress = Callable[[int, int], None]  # (done, of)


class Bot(Protocol):
    """The system under test: `Assistant`, a peer behind its adapter, or a deliberately degraded version."""

    def answer(self, question: str, history: Sequence[Turn]) -> Answer:
        """Answers one question."""

    def search(self, query: str, limit: int, history: Sequence[Turn]) -> list[Hit]:
        """Returns passages, best first."""


def texts_of(corpus: Path) -> dict[str, str]:
    """Reads the text of each file of a corpus, by source."""
    return {source_name(path, corpus): read(path, corpus).text for path in find_files(corpus)[0]}


def run(folder: Path, about: About, bot: Bot, progress: Progress | None = None) -> list[Saved]:
    """Answers the remaining cases, and returns all answers.

    Raises RunError if the folder contains answers with another fingerprint.
    """
    begin(folder, about)
    done = {saved.id: saved for saved in read_answers(folder)}
    left = [case for case in about.cases if case.id not in done]
    for number, case in enumerate(left):
        if progress:
            progress(len(done), len(about.cases))
        done[case.id] = answered(bot, case)
        append(folder, done[case.id])
        if progress and number == len(left) - 1:
            progress(len(done), len(about.cases))
    return [done[case.id] for case in about.cases]


def begin(folder: Path, about: About) -> None:
    """Creates the folder, or resumes an incomplete one. Raises RunError if it belongs to another run."""
    if (folder / "run.json").exists():
        before = read_about(folder)
        changed = sorted(
            key
            for key in {*before.fingerprint, *about.fingerprint}
            if before.fingerprint.get(key) != about.fingerprint.get(key)
        )
        if [(c.id, c.digest) for c in before.cases] != [(c.id, c.digest) for c in about.cases]:
            changed.append("cases")
        if changed:
            raise RunError(
                f"{folder} contains answers of another run: {', '.join(changed)} changed since. "
                "Name another folder with --out, or start over with --fresh."
            )
    save_about(folder, about)
    mend(folder)


def answered(bot: Bot, case: Case) -> Saved:
    """Answers one case, and searches separately. The time is that of the answer alone."""
    if case.type == RETRIEVAL:
        return _searched(bot, case)
    start = time.perf_counter()
    answer = bot.answer(case.question, case.history)
    seconds = time.perf_counter() - start
    hits = bot.search(case.question, DEPTH, case.history)
    return Saved(case.id, answer, tuple(Passage(place_of(hit.chunk), hit.chunk.text) for hit in hits), seconds)


def _searched(bot: Bot, case: Case) -> Saved:
    """Searches for documents, each ranked by its best passage."""
    start = time.perf_counter()
    hits = bot.search(case.question, DEEP, case.history)
    seconds = time.perf_counter() - start
    best: dict[str, Hit] = {}
    for hit in hits:
        best.setdefault(hit.chunk.source, hit)
    nothing = Answer(case.question, case.question, REFUSAL, abstained=True)
    found = tuple(Passage(place_of(hit.chunk), hit.chunk.text) for hit in list(best.values())[:DEPTH])
    return Saved(case.id, nothing, found, seconds)


def place_of(chunk: Chunk) -> Place:
    """Returns the place of a chunk."""
    return Place(chunk.source, chunk.start, chunk.end)


def fingerprint(bot: Any) -> dict[str, Any]:
    """Identifies everything that determines an assistant's answers: settings, files, code, models; no local paths."""
    # fields that are excluded from a Settings' repr are secret
    open_fields = [f.name for f in fields(bot.settings) if f.repr and f.name not in _ELSEWHERE]
    settings = {name: getattr(bot.settings, name) for name in open_fields}
    root = Path(__file__).resolve().parent.parent
    code = [p for name in ("assistant", "index", "prompts") for p in sorted((root / name).rglob("*")) if p.is_file()]
    files, _ = find_files(bot.settings.corpus)
    return {
        "settings": {k: v for k, v in settings.items() if v is not None and not isinstance(v, Path)},
        "corpus": _hash(files, bot.settings.corpus),
        "code": _hash([p for p in code if "__pycache__" not in p.parts], root),
        "embedding": bot.embedder.fingerprint,
        "reranker": weights(find_weights("reranker_en", bot.settings.reranker_dir)),
    }


def _hash(files: Sequence[Path], root: Path) -> str:
    """Hashes the names and contents of files."""
    digest = hashlib.sha256()
    for path in sorted(files):
        digest.update(f"{path.relative_to(root)}\0".encode() + hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()[:16]

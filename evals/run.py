"""Answers cases, and saves each answer as it comes. A run that was stopped goes on where it was."""

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

DEPTH = 10  # passages that are saved of each search
DEEP = 60  # passages that are searched for where documents are ranked

# settings that change no answer
_ELSEWHERE = frozenset(
    "store corpus lock_seconds chroma_url upload_mb uploads model_url model_timeout judge judge_url".split()
)

Progress = Callable[[int, int], None]  # (done, of)


class Bot(Protocol):
    """What is measured: `Assistant`, a peer behind its adapter, or either made worse on purpose."""

    def answer(self, question: str, history: Sequence[Turn]) -> Answer:
        """Answers one question."""

    def search(self, query: str, limit: int, history: Sequence[Turn]) -> list[Hit]:
        """Passages, best first."""


def texts_of(corpus: Path) -> dict[str, str]:
    """The text of each file of a corpus, by source."""
    return {source_name(path, corpus): read(path, corpus).text for path in find_files(corpus)[0]}


def run(folder: Path, about: About, bot: Bot, progress: Progress | None = None) -> list[Saved]:
    """Answers what is not answered yet, and gives back all answers.

    Raises RunError where the folder holds answers of another fingerprint.
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
    """Makes the folder, or takes up one that was left unfinished. Raises RunError where it is of something else."""
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
                f"{folder} holds answers that something else gave: {', '.join(changed)} changed since. "
                "Name another folder with --out, or answer anew with --fresh."
            )
    save_about(folder, about)
    mend(folder)


def answered(bot: Bot, case: Case) -> Saved:
    """Asks one case. The time is that of the answer; the search is one more, for its own sake."""
    if case.type == RETRIEVAL:
        return _searched(bot, case)
    start = time.perf_counter()
    answer = bot.answer(case.question, case.history)
    seconds = time.perf_counter() - start
    hits = bot.search(case.question, DEPTH, case.history)
    return Saved(case.id, answer, tuple(Passage(place_of(hit.chunk), hit.chunk.text) for hit in hits), seconds)


def _searched(bot: Bot, case: Case) -> Saved:
    """The documents of a search, each by its best passage."""
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
    """Where a chunk is."""
    return Place(chunk.source, chunk.start, chunk.end)


def fingerprint(bot: Any) -> dict[str, Any]:
    """What decides an assistant's answers: settings, files, code and models. No path of this machine is in it."""
    # what is kept out of a Settings' own text is a secret
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
    """Of the files' names and bytes."""
    digest = hashlib.sha256()
    for path in sorted(files):
        digest.update(f"{path.relative_to(root)}\0".encode() + hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()[:16]

"""Answers the cases of a run: about the shipped corpus, the user's own folder, or a public data set."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from pathlib import Path

from assistant.config import SHIPPED_CORPUS, Settings, load
from evals.cases.load import SEEDS, Case, chosen
from evals.cases.load import load as load_cases
from evals.errors import RunError
from evals.run import fingerprint, place_of, run, texts_of
from evals.saved import About

Bar = Callable[[str, int, int], None]  # (what is done, done, of)


def answer_cases(
    out: Path, cases: Path | None, corpus: Path | None, split: str | None, limit: int | None, bar: Bar
) -> int:
    """Answers the cases of a file, or the shipped ones; returns their number. Keeps the index beside the answers."""
    settings = load(corpus=corpus or SHIPPED_CORPUS, store=out / "store")
    if split not in (None, "dev", "test"):
        raise RunError(f"--split is {split!r}: give dev or test.")
    return answer(out, settings, chosen(load_cases(cases or SEEDS, texts_of(settings.corpus)), split, limit), bar)


def answer_public(out: Path, data: Path | None, name: str | None, limit: int | None, bar: Bar) -> int:
    """Answers the questions of a public data set, and writes its documents into a folder beside the answers."""
    from evals.cases.public import SETS, make

    if data is None or name not in SETS:
        raise RunError(f"Name a folder with --data, and with --set one of {', '.join(SETS)}.")
    cases = make(name, data, out / "corpus", limit)
    return answer(out, load(corpus=out / "corpus", store=out / "store"), cases, bar, name)


def answer(out: Path, settings: Settings, cases: Sequence[Case], bar: Bar, name: str = "seeds") -> int:
    """Indexes the corpus and answers the cases. name: of their set."""
    from assistant.api import Assistant

    bot = Assistant(settings=settings)
    try:
        bot.ingest(progress=lambda stage, done, total: bar(f"Indexing: {stage}", done, total))
        chunks = bot.store.chunks()
        index = hashlib.sha256("\n".join(sorted(chunk.id for chunk in chunks)).encode()).hexdigest()[:16]
        made = {"set": name, **fingerprint(bot), "index": index}
        passages = tuple(place_of(chunk) for chunk in chunks)
        about = About(out.name, made, str(settings.corpus.resolve()), passages, tuple(cases))
        return len(run(out, about, bot, lambda done, total: bar("Answering", done, total)))
    finally:
        bot.store.close()

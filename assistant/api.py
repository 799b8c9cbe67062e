"""The public interface in Python: `Assistant` for any folder, `answer` for the shipped corpus."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import AsyncGenerator, Callable, Generator, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import aclosing
from copy import copy
from dataclasses import replace
from datetime import date
from functools import lru_cache, partial
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from assistant.citation.source_files import Library
from assistant.config import Settings, load
from assistant.errors import CorpusError, IndexMismatch, QuestionError, ReadError
from assistant.extractive.counted_nouns import Nouns
from assistant.language.recognize import ENGLISH, recognize_language
from assistant.llm.llama_index import use_model
from assistant.models.reader import Reader
from assistant.models.reranker import Reranker
from assistant.pipeline import Parts, Trace, ask, spelled
from assistant.query.condense import condense
from assistant.retrieval.hybrid import Retriever
from assistant.retrieval.search import READ, search
from assistant.types import Answer, ClaimCheck, ClaimPlace, DraftSentence, Dropped, Turn
from assistant.verification.local import LocalVerifier
from assistant.verification.verifier import Verifier
from index.chunk import CHUNKING_VERSION
from index.embed import Embedder
from index.ingest import Progress, ingest
from index.readers.registry import find_files, source_name
from index.store.connect import ServerOptions
from index.store.store import Recipe, Store
from index.types import Document, Failure, Filter, Hit, IngestReport, SourceInfo

if TYPE_CHECKING:
    from llama_index.core.llms import LLM

LONGEST_QUESTION = 4_000  # characters
LOOK_AGAIN = 30.0  # seconds until the folder is looked through again for files that were not read
_FOREIGN = "it seems to be {}: the models that ship with Citewell read English. `docs/models.md` says how to use others"
_DATE = re.compile(r"\d{4}(-\d{2}(-\d{2})?)?")

History = Sequence[Turn | Mapping[str, Any]]
Sources = str | Sequence[str] | None


class Assistant:
    """Answers questions about one folder of documents.

    corpus: the folder; by default the shipped one. store: the folder of its index; by default one in the user's data
    folder. settings: instead of those of the environment (`ASSISTANT_*`). model: the language model that writes
    the answers, a LlamaIndex `LLM` or a name as in `ASSISTANT_MODEL`, instead of the one that the settings name.
    Raises ConfigError for a setting that cannot be used. Nothing is read or loaded before it is needed.
    """

    def __init__(
        self,
        corpus: str | PathLike[str] | None = None,
        store: str | PathLike[str] | None = None,
        *,
        settings: Settings | None = None,
        model: LLM | str | None = None,
    ) -> None:
        self.settings = _settings(settings, corpus, store)
        if isinstance(model, str):
            self.settings, model = replace(self.settings, model=model), None
        s = self.settings
        self.embedder = Embedder(s.embedding_dir)
        recipe = Recipe(self.embedder.fingerprint, CHUNKING_VERSION, s.chunk_tokens, s.chunk_overlap)
        self._looked: tuple[float, list[Failure]] | None = None
        self.store = _store(s, recipe)
        self.reranker = Reranker(s.reranker_dir)
        self.reader = Reader()
        self.retriever = Retriever(self.store, self.embedder)
        self._parts = Parts(
            retriever=self.retriever, reranker=self.reranker, reader=self.reader, nouns=Nouns(self.embedder),
            library=Library(s.corpus), local_verifier=LocalVerifier(self.reader, self.reranker),
            model=use_model(model, s), verify=s.verify, answer_threshold=s.answer_threshold, sentences=s.sentences,
            answer_tokens=s.answer_tokens,
        )  # fmt: skip

    def variant(self, **changes: Any) -> Assistant:
        """The same corpus, index and models with other settings, which need no other index: `sentences`, `model`.

        Raises ConfigError for a value that cannot be used.
        """
        other = copy(self)
        other.settings = replace(self.settings, **changes)
        s = other.settings
        model = self._parts.model if s.model == self.settings.model else use_model(None, s)
        other._parts = replace(self._parts, sentences=s.sentences, model=model, verify=s.verify)
        return other

    def for_corpus(self, corpus: str | PathLike[str], store: str | PathLike[str] | None = None) -> Assistant:
        """An assistant of another folder with the same settings and models, which are loaded once for both."""
        other = copy(self)
        path = Path(store).expanduser() if store is not None else None
        other.settings = replace(self.settings, corpus=Path(corpus).expanduser(), store=path)
        s = other.settings
        other._looked = None
        other.store = _store(s, self.store.recipe)
        other.retriever = Retriever(other.store, self.embedder)
        other._parts = replace(self._parts, retriever=other.retriever, library=Library(s.corpus))
        return other

    def ingest(
        self,
        *,
        rebuild: bool = False,
        progress: Progress | None = None,
        say: Callable[[str], None] | None = None,
    ) -> IngestReport:
        """Make the index hold the folder's files as they are now; nothing is done twice.

        rebuild: start from an empty index. progress(stage, done, total) and say(line) are told what happens.
        Raises CorpusError, StoreBusy, StoreError, IndexMismatch, ModelError.
        """
        s = self.settings
        return ingest(
            s.corpus, self.store, self.embedder, budget=s.chunk_tokens, overlap=s.chunk_overlap,
            progress=progress, rebuild=rebuild, wait=s.lock_seconds, say=say,
        )  # fmt: skip

    def answer(
        self,
        question: str,
        history: History | None = None,
        *,
        source: Sources = None,
        since: str | None = None,
        until: str | None = None,
        trace: Trace | None = None,
    ) -> Answer:
        """Answer a question with cited quotes, or abstain.

        history: the turns before it, oldest first: `Turn`s or {"role": "user" | "assistant", "content": …}.
        source: a glob on the files' paths, or a list of paths.
        since, until: ISO dates, both included; files without a date are left out.
        trace: filled with what happened on the way. Raises QuestionError, StoreError, ModelError.
        """
        events = self.stream(question, history, source=source, since=since, until=until, trace=trace)
        return next(event for event in events if isinstance(event, Answer))

    def stream(
        self,
        question: str,
        history: History | None = None,
        *,
        source: Sources = None,
        since: str | None = None,
        until: str | None = None,
        trace: Trace | None = None,
    ) -> Iterator[str | Answer]:
        """The answer's sentences with their markers, each when it is certain, then the whole `Answer`.

        Takes what `answer` takes. Closing the iterator ends the work. With a model that writes nothing that the
        documents support, what comes is the quotes-mode answer.
        """
        where = make_filter(source, since, until)
        text, turns = check_question(question), check_history(history)
        self._check_indexed()
        return self._events(text, turns, where, Trace() if trace is None else trace)

    async def aanswer(self, question: str, history: History | None = None, **options: Any) -> Answer:
        """`answer` without blocking the event loop: the work is done in a thread. Takes what `answer` takes."""
        async with aclosing(self.astream(question, history, **options)) as events:
            async for event in events:
                if isinstance(event, Answer):
                    return event
        raise AssertionError("the last event is an Answer")

    async def astream(
        self, question: str, history: History | None = None, **options: Any
    ) -> AsyncGenerator[str | Answer, None]:
        """`stream` without blocking the event loop: the work is done in a thread. Takes what `stream` takes.

        Closing the generator, or cancelling the task, ends the work behind the sentence that it is at.
        """
        thread = ThreadPoolExecutor(1, thread_name_prefix="citewell-answer")  # one: the models count time by thread
        loop, end = asyncio.get_running_loop(), object()
        events: Iterator[str | Answer] | None = None
        try:
            events = await loop.run_in_executor(thread, partial(self.stream, question, history, **options))
            while (event := await loop.run_in_executor(thread, next, events, end)) is not end:
                yield cast("str | Answer", event)
        finally:
            if events is not None:
                thread.submit(cast("Generator[str | Answer]", events).close)
            thread.shutdown(wait=False)

    def _events(self, question: str, turns: Sequence[Turn], where: Filter, trace: Trace) -> Iterator[str | Answer]:
        for event in ask(self._parts, question, turns, where, trace):
            if isinstance(event, Answer):
                event = replace(event, dropped=(*self._left_out(where), *event.dropped, *self._notes(event)))
            yield event

    def search(
        self,
        query: str,
        limit: int = 10,
        history: History | None = None,
        *,
        source: Sources = None,
        since: str | None = None,
        until: str | None = None,
    ) -> list[Hit]:
        """Retrieval and reranking alone: at most `limit` chunks, best first. Filters as in `answer`."""
        if limit < 1:
            raise QuestionError(f"limit is {limit}: give 1 or more.")
        where = make_filter(source, since, until)
        text, turns = check_question(query), check_history(history)
        self._check_indexed()
        alone = condense(*spelled(self.retriever, text, turns))
        return search(self.retriever, self.reranker, alone, where)[:limit]

    def verify_claim(self, claim: str, *, source: Sources = None) -> ClaimCheck:
        """Whether the documents support a statement, and where. Raises QuestionError, StoreError, ModelError."""
        text = check_question(claim)
        hits = self.search(text, READ, source=source)
        verifier = Verifier(self._parts.local_verifier)
        [found] = verifier.verify_sentences([DraftSentence(text)], [hit.chunk for hit in hits])
        if not hits or found.verdict == "empty":
            return ClaimCheck(text, False, 0.0, reason="no passage speaks of it")
        places = tuple(
            ClaimPlace(c.source, c.title, c.date, c.text[s.start - c.start : s.end - c.start], s.start, s.end)
            for c, s in found.places
        )
        return ClaimCheck(text, bool(places), found.score, places, found.reason)

    def read_as(self, query: str) -> str:
        """A question as it is searched for: with its slips mended, by the words of the index."""
        text = check_question(query)
        self._check_indexed()
        return self.retriever.spelled(text)

    def outdated(self) -> str:
        """What an index that Citewell keeps itself was made otherwise with, in words; empty where it can be used.

        Raises IndexMismatch for an index whose place the user named.
        """
        try:
            self.store.revision()
        except IndexMismatch as error:
            if not self.settings.keeps_own_index:
                raise
            return str(error).partition(" Make it")[0]
        return ""

    def sources(self) -> list[SourceInfo]:
        """What the index holds of each file, by name."""
        return self.store.sources()

    def document(self, source: str) -> Document:
        """One indexed file as it is now: its whole text, and which spans of it are content.

        Raises ReadError for a name that is not in the index, and for a file that is gone or cannot be read.
        """
        if source not in self.retriever.sources(Filter()):
            raise ReadError(source, "there is no such document in the index. `assistant sources` lists them")
        return self._parts.library.document(source)

    def _check_indexed(self) -> None:
        if not self.store.revision():
            raise CorpusError(why_not_indexed(self.settings.corpus, ", or call ingest()"))

    def unread(self) -> list[Failure]:
        """The files of the folder that the index does not hold, with the reason as far as it is known without reading.

        Raises CorpusError where the folder is gone.
        """
        root = self.settings.corpus
        paths, failures = find_files(root)
        held = {info.source for info in self.retriever.documents(Filter())}
        names = (source_name(path, root.resolve()) for path in paths)
        reason = "it is new, or could not be read: `assistant ingest` says why"
        return sorted([*failures, *(Failure(name, reason) for name in names if name not in held)], key=_by_source)

    def _notes(self, answer: Answer) -> tuple[Dropped, ...]:
        """What limits an answer: files that were not read, a question that is not English. A greeting needs none."""
        if not answer.citations and not answer.abstained:
            return ()
        language = recognize_language(answer.question) if answer.abstained else ENGLISH
        foreign = () if language == ENGLISH else (Dropped("the question's language", _FOREIGN.format(language)),)
        return (*foreign, *self._unread_note())

    def _unread_note(self) -> tuple[Dropped, ...]:
        now = time.monotonic()
        if self._looked is None or now - self._looked[0] > LOOK_AGAIN:
            try:
                self._looked = (now, self.unread())
            except CorpusError:  # the answer says already that its files are gone
                self._looked = (now, [])
        unread = self._looked[1]
        if not unread:
            return ()
        files = "1 file" if len(unread) == 1 else f"{len(unread)} files"
        names = ", ".join(failure.source for failure in unread[:3]) + (", …" if len(unread) > 3 else "")
        return (Dropped(f"{files} of the folder", f"could not be read: {names}. `assistant ingest` says why"),)

    def _left_out(self, where: Filter) -> tuple[Dropped, ...]:
        """A note where a filter leaves out everything, which its user may not expect."""
        if not where or self.retriever.sources(where):
            return ()
        return (Dropped("all files", f"none fits {_told(where)}. `assistant sources` lists them with their dates."),)


def _by_source(failure: Failure) -> str:
    return failure.source


def why_not_indexed(corpus: Path, otherwise: str = "") -> str:
    """Why a folder cannot be asked: it is empty, holds nothing that can be read, or was not ingested.

    otherwise: what else can be done than to run the command, behind its name.

    Raises CorpusError for a folder that is missing.
    """
    paths, failures = find_files(corpus)
    if not paths and not failures:
        return f"The folder {corpus} holds no documents. Put files into it, or name another folder."
    if not paths:
        kinds = ", ".join(sorted({Path(failure.source).suffix.lower() or "no ending" for failure in failures}))
        files = "the 1 file" if len(failures) == 1 else f"any of the {len(failures)} files"
        return f"Citewell cannot read {files} in {corpus} ({kinds}). `assistant ingest` says why, file by file."
    return f"{corpus} is not indexed yet. Run `assistant ingest`{otherwise}."


def answer(question: str, history: History | None = None, **options: Any) -> Answer:
    """Answer from the shipped corpus (or `ASSISTANT_CORPUS`), indexed on first use and anew after an update.

    See Assistant.answer. Where ASSISTANT_STORE names an index that was made in another way, raises IndexMismatch.
    """
    return _default().answer(question, history, **options)


@lru_cache(maxsize=1)
def _default() -> Assistant:
    bot = Assistant()
    outdated = bool(bot.outdated())
    if outdated or not bot.store.revision():
        bot.ingest(rebuild=outdated)
    return bot


def check_question(question: str) -> str:
    """The question without space around it. Raises QuestionError where it is none."""
    if not isinstance(question, str):
        raise QuestionError(f"The question is a {type(question).__name__}: give a text.")
    text = _clean(question).strip()
    if not any(char.isalnum() for char in text):
        raise QuestionError("The question is empty: ask something in words.")
    if len(text) > LONGEST_QUESTION:
        raise QuestionError(f"The question has {len(text)} characters: ask in at most {LONGEST_QUESTION}.")
    return text


def check_history(history: History | None) -> list[Turn]:
    """The turns of a conversation. Raises QuestionError for what is none; "system" and "tool" messages are left out."""
    turns: list[Turn] = []
    if history is not None and (isinstance(history, str) or not isinstance(history, Sequence)):
        raise QuestionError(f"The history is a {type(history).__name__}: give a list of turns, oldest first.")
    for item in history or ():
        role, content = _said(item)
        if role in ("system", "developer", "tool"):
            continue
        if role not in ("user", "assistant") or not isinstance(content, str):
            raise QuestionError(
                "The history contains something other than turns: "
                'give {"role": "user" or "assistant", "content": text}.'
            )
        turns.append(Turn(role, _clean(content)))
    return turns


def _clean(text: str) -> str:
    """Without characters that no model and no file can hold: NUL, and halves of surrogate pairs."""
    return text.replace("\x00", " ").encode("utf-8", "replace").decode("utf-8")


def _said(item: object) -> tuple[object, object]:
    if isinstance(item, Turn):
        return item.role, item.content
    return (item.get("role"), item.get("content")) if isinstance(item, Mapping) else (None, None)


def make_filter(source: Sources, since: str | None, until: str | None) -> Filter:
    """A filter. Raises QuestionError for a date that is not ISO, and for an empty list of sources."""
    if source is not None and not isinstance(source, str):
        if not source or not all(isinstance(name, str) for name in source):
            raise QuestionError("source is a list that names no files: name at least one, or leave it out.")
        source = tuple(source)
    for name, value in (("since", since), ("until", until)):
        if value is not None and not _is_date(value):
            raise QuestionError(f"{name} is {value!r}: give a date as 2024-10-31, 2024-10 or 2024.")
    return Filter(source, since, until)


def _told(where: Filter) -> str:
    """A filter in words."""
    source = where.source if where.source is None or isinstance(where.source, str) else ", ".join(where.source)
    parts = (("source", source), ("since", where.since), ("until", where.until))
    return ", ".join(f"{name} {value}" for name, value in parts if value)


def _is_date(text: str) -> bool:
    """Whether a text is a day, month or year in ISO form that exists."""
    if not _DATE.fullmatch(text):
        return False
    year, month, day = (int(part) for part in f"{text}-01-01".split("-")[:3])
    try:
        date(year, month, day)
    except ValueError:
        return False
    return True


def _store(s: Settings, recipe: Recipe) -> Store:
    server = ServerOptions(s.chroma_token, s.chroma_tenant, s.chroma_database)
    return Store(s.store_path, s.chroma_url, recipe=recipe, name=s.collection, server=server)


def _settings(
    settings: Settings | None, corpus: str | PathLike[str] | None, store: str | PathLike[str] | None
) -> Settings:
    given: dict[str, Any] = {"corpus": corpus, "store": store}
    given = {name: Path(value).expanduser() for name, value in given.items() if value is not None}
    return load(**given) if settings is None else replace(settings, **given)

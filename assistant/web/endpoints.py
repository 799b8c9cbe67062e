"""What the page, and anyone with gradio_client, can ask of the server. Each is named as it is called: `/ask`, …"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import PurePosixPath
from typing import Any

import gradio as gr

from assistant.api import Assistant
from assistant.citation import render
from assistant.citation.sanitize import one_line
from assistant.errors import EmptyCorpusError, QuestionError
from assistant.receipts import write as receipt
from assistant.web import feedback
from assistant.web.library import ingesting, remove
from assistant.web.reading import Mark, paragraphs, window
from assistant.web.streaming import Asking, in_words
from assistant.web.suggestions import Suggestions
from assistant.web.uploads import Uploads
from index.types import Filter, Hit

Json = dict[str, Any]
log = logging.getLogger(__name__)


@contextmanager
def told() -> Iterator[None]:
    """An error reaches the caller in words."""
    try:
        yield
    except gr.Error:
        raise
    except Exception as error:
        words = in_words(error)
        if str(error) != words:
            log.exception("a request failed")
        raise gr.Error(words, print_exception=False) from None


class Endpoints:
    """The endpoints of one assistant. Filters are those of `Assistant.answer`; offsets are code points."""

    def __init__(self, bot: Assistant, uploads: Uploads, suggestions: Suggestions) -> None:
        self._bot = bot
        self._uploads = uploads
        self._suggestions = suggestions

    def about(self) -> Json:
        """What the page needs to know of the server: the corpus, and what can be chosen."""
        with told():
            s = self._bot.settings
            return {
                "corpus": s.corpus.resolve().name, "collection": s.collection, "sentences": s.sentences,
                "modes": modes(self._bot), "mode": modes(self._bot)[-1], "upload_mb": s.upload_mb, "uploads": s.uploads,
            }  # fmt: skip

    def ask(
        self,
        question: str,
        history: list[Json] | None = None,
        source: list[str] | None = None,
        since: str | None = None,
        until: str | None = None,
    ) -> Json:
        """One question, answered: `Answer.to_dict()`."""
        with told(), self._suggestions.held():
            check_filled(self._bot)
            return self._bot.answer(question, history, source=source, since=since, until=until).to_dict()

    def stream(
        self,
        question: str,
        history: list[Json] | None = None,
        options: Json | None = None,
    ) -> Iterator[Json]:
        """The same, as it comes. options: `source`, `since`, `until`, `sentences`, `mode`."""
        with told(), self._suggestions.held():
            check_filled(self._bot)
            bot, where = chosen(self._bot, options)
            yield from Asking(bot, question, history or [], where).events()

    def search(self, query: str, limit: int = 10, options: Json | None = None) -> list[Json]:
        """The passages nearest to a query, best first."""
        with told():
            check_filled(self._bot)
            where = chosen(self._bot, options)[1]
            return [_passage(hit) for hit in self._bot.search(query, min(limit, 50), **where)]

    def library(self) -> list[Json]:
        """The indexed documents, by name."""
        with told():
            return [
                {
                    "source": s.source, "title": s.title, "date": s.date, "sha256": s.sha256, "chunks": s.chunks,
                    "kind": PurePosixPath(s.source).suffix.lstrip(".").lower(), "added": self._uploads.added(s.source),
                }
                for s in self._bot.sources()
            ]  # fmt: skip

    def document(self, source: str, marks: list[list[int]] | None = None, around: int = 0) -> Json:
        """One document as it is now, in paragraphs. marks: `[number, start, end]` of the quotes to mark in it."""
        with told():
            found = self._bot.document(source)
            shown = window(found.text, around)
            within = [mark for mark in _marks(marks) if mark.end <= len(found.text)]
            return {
                "source": found.source, "title": found.title, "date": found.date, "sha256": found.sha256,
                "length": len(found.text), "start": shown.start, "end": shown.end,
                "paragraphs": paragraphs(found, within, shown),
            }  # fmt: skip

    def ingest(self) -> Iterator[Json]:
        """Bring the index up to date with the folder; tells how far it is, then what was done."""
        with told():
            yield from ingesting(self._bot, self._suggestions.renew)

    def remove(self, source: str) -> str:
        """Delete a file that was added here."""
        with told():
            words = remove(self._bot, self._uploads, source)
            self._suggestions.renew()
            return words

    def suggestions(self) -> Json:
        """Questions to begin with, each of which has an answer: those known so far, and whether they are all."""
        with told():
            return {**self._suggestions.found(), "documents": len(self._bot.sources())}

    def followups(self, question: str, asked: list[str], places: list[list[Any]]) -> list[str]:
        """Questions to go on with after an answer. places: `[source, start, end]` of what it cites and what is near."""
        with told():
            return self._suggestions.after([question, *asked], [(str(s), int(a), int(b)) for s, a, b in places])

    def markdown(self, title: str, items: list[Json]) -> str:
        """A conversation as Markdown: each question, and its answer as `assistant.citation.render.markdown` gave it."""
        with told():
            blocks = [f"# {render.escape(one_line(title))}\n"]
            blocks += [f"## {render.escape(one_line(item['question']))}\n\n{item['markdown']}" for item in items]
            return "\n".join(blocks)

    def rate(self, answer: Json, made: Json, good: bool, comment: str = "") -> str:
        """Keep what a person said of an answer."""
        with told():
            feedback.append(feedback.feedback_file(self._bot.settings), answer, made, good, comment)
            return "Thank you. It is kept on this machine."

    def receipt(self, items: list[Json]) -> Json:
        """The receipt of answers, oldest first: each with its `answer` and what `made` it."""
        with told():
            try:
                pairs = [(item["answer"], item["made"]) for item in items]
                return receipt.record_all(pairs) if len(pairs) != 1 else receipt.record(*pairs[0])
            except (KeyError, TypeError):
                raise QuestionError("These are no answers of this chat. Ask again, then export.") from None


def check_filled(bot: Assistant) -> None:
    """Raises EmptyCorpusError where there is nothing to ask."""
    if not bot.retriever.sources(Filter()):
        raise EmptyCorpusError("There are no documents yet. Add some in the library, then ask.")


def modes(bot: Assistant) -> list[str]:
    """The ways in which answers can be written: with a model configured, both."""
    return ["quotes", "model"] if bot.settings.model else ["quotes"]


def chosen(bot: Assistant, options: Json | None) -> tuple[Assistant, Json]:
    """The assistant that answers as chosen, and the filters of the question. Raises QuestionError, ConfigError."""
    given = {name: value for name, value in (options or {}).items() if value}
    if unknown := given.keys() - {"source", "since", "until", "sentences", "mode"}:
        raise QuestionError(f"There is no option {min(unknown)!r}: give source, since, until, sentences or mode.")
    changes: Json = {"sentences": given.pop("sentences")} if "sentences" in given else {}
    mode = given.pop("mode", None)
    if mode not in (None, *modes(bot)):
        raise QuestionError(f"Answers cannot be written as {mode!r}: give {' or '.join(modes(bot))}.")
    if mode == "quotes" and bot.settings.model:
        changes["model"] = None
    return (bot.variant(**changes) if changes else bot), given


def _marks(marks: list[list[int]] | None) -> list[Mark]:
    found = []
    for mark in marks or []:
        if len(mark) != 3 or not all(type(part) is int for part in mark) or not 0 <= mark[1] < mark[2]:
            raise QuestionError("A mark is a number, a start and an end.")
        found.append(Mark(*mark))
    return found


def _passage(hit: Hit) -> Json:
    chunk = hit.chunk
    return {
        "source": chunk.source, "title": chunk.title, "date": chunk.date, "text": chunk.text,
        "start": chunk.start, "end": chunk.end, "sha256": chunk.sha256, "score": hit.score,
    }  # fmt: skip

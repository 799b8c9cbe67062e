"""The product made worse on purpose, one thing at a time: on saved answers, or on the assistant that gives them."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import replace
from typing import Any

from assistant.api import Assistant
from assistant.llm.model import Message
from assistant.types import REFUSAL, Answer, Citation
from assistant.verification.local import Part, Support
from evals.cases.load import Case
from evals.saved import Passage, Saved
from evals.score import Corpus

Pairs = Sequence[tuple[Case, Saved]]
Mutation = Callable[[Pairs, Corpus], list[Saved]]

INVENTED = "the museum of Lima showed 47 paintings of penguins in 1969 [1]."
_FIGURE = re.compile(r"(?<![\[\d])\d(?=[\d,.]*(?!\d*\]))")
_LINE = re.compile(r"^- .*$", re.M)


def citations_shifted(pairs: Pairs, _: Corpus) -> list[Saved]:
    """Each marker leads to the quote of the next marker, of whatever answer."""
    every = [c for _, saved in pairs for c in saved.answer.citations]
    following = iter(every[1:] + every[:1])
    return _citing(pairs, lambda c, case: replace(next(following), number=c.number))


def offsets_shifted(pairs: Pairs, _: Corpus) -> list[Saved]:
    """Each citation's offsets are one character off."""
    return _citing(pairs, lambda c, case: replace(c, start=c.start + 1, end=c.end + 1))


def quotes_of_another_document(pairs: Pairs, corpus: Corpus) -> list[Saved]:
    """Each quote is a true one, of a document that was not cited."""

    def other(citation: Citation, _: Case) -> Citation:
        source = next(name for name in sorted(corpus.sources) if name != citation.source)
        passage = next(p for p in corpus.passages if p.source == source)
        text = corpus.sources[source].text[passage.start : passage.end]
        return replace(citation, source=source, sha256=corpus.sources[source].sha256, quote=text,
                       start=passage.start, end=passage.end)  # fmt: skip

    return _citing(pairs, other)


def one_figure_changed(pairs: Pairs, _: Corpus) -> list[Saved]:
    """One digit of each answer's text is another one; the quotes stay."""

    def change(answer: Answer) -> Answer:
        digit = _FIGURE.search(answer.text)
        if digit is None or answer.abstained:
            return answer
        other = str((int(digit[0]) + 4) % 9 + 1)
        return replace(answer, text=answer.text[: digit.start()] + other + answer.text[digit.end() :])

    return [replace(saved, answer=change(saved.answer)) for _, saved in pairs]


def conflict_hidden(pairs: Pairs, _: Corpus) -> list[Saved]:
    """Of several statements only the first is shown."""

    def first(answer: Answer) -> Answer:
        if answer.abstained:
            return answer
        lines = _LINE.findall(answer.text) or [line for line in answer.text.split("\n") if line.strip()]
        shown = {int(n) for n in re.findall(r"\[(\d+)\]", lines[0])}
        return replace(answer, text=lines[0], citations=tuple(c for c in answer.citations if c.number in shown))

    return [replace(saved, answer=first(saved.answer)) for _, saved in pairs]


def always_refusing(pairs: Pairs, _: Corpus) -> list[Saved]:
    """Whatever is asked, the documents do not say."""
    refused = {"text": REFUSAL, "citations": (), "abstained": True}
    return [replace(saved, answer=replace(saved.answer, **refused)) for _, saved in pairs]  # type: ignore[arg-type]


def answers_of_another_question(pairs: Pairs, _: Corpus) -> list[Saved]:
    """Each question gets the answer of the next one, well cited as it is."""
    following = [saved.answer for _, saved in pairs if not saved.answer.abstained]
    turn = iter(following[1:] + following[:1])
    return [
        saved if saved.answer.abstained else replace(saved, answer=replace(next(turn), question=saved.answer.question))
        for _, saved in pairs
    ]


def random_chunks(pairs: Pairs, corpus: Corpus) -> list[Saved]:
    """Passages drawn by chance."""
    rnd = random.Random(3)
    passages = [Passage(p, corpus.sources[p.source].text[p.start : p.end]) for p in corpus.passages]
    return [replace(saved, retrieved=tuple(rnd.sample(passages, 10))) for _, saved in pairs]


def _citing(pairs: Pairs, change: Callable[[Citation, Case], Citation]) -> list[Saved]:
    return [
        replace(s, answer=replace(s.answer, citations=tuple(change(c, case) for c in s.answer.citations)))
        for case, s in pairs
    ]


# the assistant made worse


def without_refusal(bot: Assistant) -> Assistant:
    """Answers whatever is asked."""
    return _with(bot, answer_threshold=0.0)


def by_dense_alone(bot: Assistant) -> Assistant:
    """Retrieves by vectors alone: no keywords, no cross-encoder over passages."""

    class Dense:
        def search(self, query: str, limit: int, history: Sequence[Any] = ()) -> list[Any]:
            return bot.store.query(bot.embedder.embed_query(query), limit)

    return Dense()  # type: ignore[return-value]


def inventing(bot: Assistant, question: str) -> Assistant:
    """Writes by a model that invents an answer to the question; the gate is as it is."""
    return _with(bot, model=_Inventor(question), verify="local")


def without_gate(bot: Assistant, question: str) -> Assistant:
    """The same, and nothing is checked."""
    return _with(bot, model=_Inventor(question), verify="local", local_verifier=_Yes())


class _Inventor:
    """Repeats the question, so that what it invents is no less an answer than a quote is."""

    name, address, context = "inventor", "", 8192

    def __init__(self, question: str) -> None:
        self._question = question

    def stream(self, messages: Sequence[Message], *, tokens: int | None = None) -> Generator[str, None, bool]:
        yield f"{self._question.rstrip(' ?')}: {INVENTED}"
        return False


class _Yes:
    def support(self, sentence: str, spans: Sequence[str], *_: Any, **__: Any) -> Support:
        return Support(1.0, True, 0, len(spans[0]), 0, (Part(0, 0, len(spans[0])),))


def _with(bot: Assistant, **changes: Any) -> Assistant:
    other = bot.variant()
    other._parts = replace(other._parts, **changes)
    return other


def figures_in(text: str) -> Iterator[str]:
    """What `one_figure_changed` may change."""
    return (match[0] for match in _FIGURE.finditer(text))

"""The model writer's answer, sentence by sentence: what has passed the gate, with its citations."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import closing

from assistant.citation.citations import Citations, markers
from assistant.citation.render import escape
from assistant.errors import LLMError, LLMTooLong
from assistant.generative import draft as generate
from assistant.generative.draft import Prompt, is_refusal
from assistant.llm.model import Model
from assistant.types import DraftSentence, Dropped, Turn
from assistant.verification.local import Gate
from assistant.verification.verifier import Judged, judge
from index.types import Chunk

HOPELESS = 6  # sentences dropped in a row, after which the model is stopped
MOST = 2 * generate.SENTENCES  # sentences of a draft that are looked at
BESIDE = "the passages support it, but it answers the question far less than their own words do."
SHARES = (1.0, 0.5, 0.25, 0.125)  # of the passages that fit, while the model says that the prompt is too long


class Prose:
    """Collects what is shown of a draft.

    answers: whether a text answers the question at all. Supported sentences that do not are held back until one comes
    that does; where none comes they are not shown.
    judged: every sentence of it, with the gate's verdict. refused: the model wrote the refusal and nothing else was
    kept. failure: why the model stopped early, or None. prompt: what it was asked, once it was.
    """

    def __init__(self, citations: Citations, answers: Callable[[str], bool] = lambda text: True) -> None:
        self.citations = citations
        self._answers = answers
        self._held: list[Judged] = []
        self.judged: list[Judged] = []
        self.prompt: Prompt | None = None
        self.failure: LLMError | None = None
        self._pieces: list[str] = []
        self._waiting: list[DraftSentence] = []  # headings and transitions, shown with the next sentence that is kept
        self._refused = False

    @property
    def text(self) -> str:
        """The answer's Markdown so far; empty where nothing was kept."""
        return "".join(self._pieces).strip()

    @property
    def refused(self) -> bool:
        return self._refused and not self._pieces

    @property
    def dropped(self) -> tuple[Dropped, ...]:
        """What was not shown, or not used, and why."""
        left_out = self.prompt.dropped if self.prompt else ()
        sentences = [Dropped(j.sentence.text, j.reason) for j in self.judged if j.verdict == "drop"]
        sentences += [Dropped(j.sentence.text, BESIDE) for j in self._held]
        unknown = sum(j.sentence.unknown for j in self.judged)
        if unknown:
            sentences.append(Dropped(f"{unknown} markers", "the model cited passages that it was not given."))
        if self.failure:
            sentences.append(Dropped("the rest of the model's answer" if self._pieces else "the model's answer",
                                     str(self.failure)))  # fmt: skip
        return (*left_out, *sentences)

    def write(
        self, model: Model, gate: Gate, question: str, history: Sequence[Turn], passages: Sequence[Chunk], tokens: int
    ) -> Iterator[str]:
        """The sentences that are shown, each when it has passed. Closing the iterator stops the model.

        passages: best first. tokens: the most that the model may write. An LLMError ends it and is kept in `failure`.
        """
        try:
            with closing(self._draft(model, question, history, passages, tokens)) as draft:
                for sentence, prompt in draft:
                    if is_refusal(sentence.text):
                        self._refused = True
                        continue
                    yield from self._add(judge(sentence, prompt.passages, gate))
                    if self._is_hopeless():
                        break
        except LLMError as error:
            self.failure = error

    def _draft(
        self, model: Model, question: str, history: Sequence[Turn], passages: Sequence[Chunk], tokens: int
    ) -> Generator[tuple[DraftSentence, Prompt]]:
        """The model's sentences, and the prompt that they answer: one with fewer passages where a longer one failed."""
        failure: LLMTooLong | None = None
        for share in SHARES:
            prompt = generate.ask_for(question, history, passages, model.context, tokens, share)
            if failure and self.prompt and prompt.messages == self.prompt.messages:
                break  # there is nothing more to leave out
            self.prompt, begun = prompt, False
            try:
                with closing(generate.write(model, prompt, tokens=tokens)) as sentences:
                    for sentence in sentences:
                        begun = True
                        yield sentence, prompt
                return
            except LLMTooLong as error:
                if begun:
                    raise
                failure = error
        assert failure is not None  # else it has returned
        raise failure

    def _is_hopeless(self) -> bool:
        """Whether the model has lost its way: much more than it was asked for, or nothing but what is dropped."""
        last = self.judged[-HOPELESS:]
        lost = len(last) == HOPELESS and all(j.verdict == "drop" for j in last)
        return lost or len(self.judged) >= MOST or len(self._held) >= HOPELESS

    def _add(self, judged: Judged) -> Iterator[str]:
        self.judged.append(judged)
        if judged.verdict == "empty":
            self._waiting.append(judged.sentence)
        elif judged.verdict != "drop":
            self._held.append(judged)
            if not self._pieces and not self._answer_so_far():
                return
            for sentence in self._waiting:
                yield self._show(sentence, "")
            self._waiting.clear()
            for held in self._held:
                numbers = dict.fromkeys(self.citations.number(chunk, span) for chunk, span in held.places)
                yield self._show(held.sentence, f" {markers(numbers)}")
            self._held.clear()

    def _answer_so_far(self) -> bool:
        """Whether the last sentence that was held back answers, alone or with those before it."""
        texts = [judged.sentence.text for judged in self._held]
        return self._answers(texts[-1]) or (len(texts) > 1 and self._answers(" ".join(texts)))

    def _show(self, sentence: DraftSentence, marked: str) -> str:
        """A sentence as Markdown: nothing that the model wrote is markup."""
        text = escape(" ".join(sentence.text.split()))
        if sentence.kind == "heading":
            text = f"**{text}**"
        item = "- " if sentence.kind == "item" else ""
        before = sentence.lead.rstrip("-*+•– ") if item else sentence.lead
        self._pieces.append(f"{before if self._pieces else ''}{item}{text}{marked}")
        return f"{item}{text}{marked}"

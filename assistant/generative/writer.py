"""The generative writer's answer, sentence by sentence: what was verified, with its citations."""

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
from assistant.verification.batches import VerificationQueue
from assistant.verification.verifier import VerifiedSentence, Verifier
from index.types import Chunk

HOPELESS = 6  # sentences dropped in a row, after which the model is stopped
MOST = 2 * generate.SENTENCES  # sentences of a draft that are looked at
SHARES = (1.0, 0.5, 0.25, 0.125)  # of the passages that fit, while the model says that the prompt is too long


class Prose:
    """Collects what is shown of a draft.

    numbered: whether the model sees the numbers of the passages' sentences, to cite those.

    verified: every sentence of it that was verified, with its verdict. refused: the model wrote the refusal and nothing
    else was kept. failure: why the model stopped early, or None. prompt: what it was asked, once it was.
    """

    def __init__(self, citations: Citations, *, numbered: bool = False) -> None:
        self.citations = citations
        self._numbered = numbered
        self.verified: list[VerifiedSentence] = []
        self.prompt: Prompt | None = None
        self.failure: LLMError | None = None
        self._pieces: list[str] = []
        self._leads: list[DraftSentence] = []  # headings and transitions, shown with the next sentence that is kept
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
        sentences = [Dropped(v.sentence.text, v.reason) for v in self.verified if v.verdict == "drop"]
        unknown = sum(v.sentence.unknown for v in self.verified)
        if unknown:
            sentences.append(Dropped(f"{unknown} markers", "the model cited passages that it was not given."))
        if self.failure:
            sentences.append(Dropped("the rest of the model's answer" if self._pieces else "the model's answer",
                                     str(self.failure)))  # fmt: skip
        return (*left_out, *sentences)

    def write(
        self,
        model: Model,
        verifier: Verifier,
        question: str,
        history: Sequence[Turn],
        passages: Sequence[Chunk],
        tokens: int,
        heartbeat: Callable[[], None] = lambda: None,
    ) -> Iterator[str]:
        """The sentences that are shown, each once it is verified. Closing the iterator stops both calls.

        passages: best first. tokens: the most that the model may write. heartbeat: called for each piece that comes,
        and while a verification is waited for; what it raises stops both calls. An LLMError ends the writing and is
        kept in `failure`.
        """
        with closing(VerificationQueue(verifier)) as queue:
            try:
                with closing(self._draft(model, question, history, passages, tokens)) as draft:
                    for sentence, prompt in draft:
                        heartbeat()
                        if sentence and is_refusal(sentence.text):
                            self._refused = True
                        elif sentence:
                            queue.put(sentence, prompt.passages)
                        yield from self._add(queue.ready())
                        if self._is_hopeless():
                            break
            except LLMError as error:
                self.failure = error
            yield from self._add(queue.finish(heartbeat))

    def _draft(
        self, model: Model, question: str, history: Sequence[Turn], passages: Sequence[Chunk], tokens: int
    ) -> Generator[tuple[DraftSentence | None, Prompt]]:
        """The model's sentences, and the prompt that they answer: one with fewer passages where a longer one failed.

        None instead of a sentence: the model goes on writing.
        """
        failure: LLMTooLong | None = None
        for share in SHARES:
            prompt = generate.ask_for(
                question, history, passages, model.context, tokens, share, numbered=self._numbered
            )
            if failure and self.prompt and prompt.messages == self.prompt.messages:
                break  # there is nothing more to leave out
            self.prompt, begun = prompt, False
            try:
                with closing(generate.write_with_ticks(model, prompt, tokens=tokens)) as sentences:
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
        last = self.verified[-HOPELESS:]
        lost = len(last) == HOPELESS and all(v.verdict == "drop" for v in last)
        return lost or len(self.verified) >= MOST

    def _add(self, verified: Sequence[VerifiedSentence]) -> Iterator[str]:
        for one in verified:
            self.verified.append(one)
            if one.verdict == "empty":
                self._leads.append(one.sentence)
            elif one.verdict != "drop":
                for sentence in self._leads:
                    yield self._show(sentence, "")
                self._leads.clear()
                numbers = dict.fromkeys(self.citations.number(chunk, span) for chunk, span in one.places)
                yield self._show(one.sentence, f" {markers(numbers)}")

    def _show(self, sentence: DraftSentence, marked: str) -> str:
        """A sentence as Markdown: nothing that the model wrote is markup."""
        text = escape(" ".join(sentence.text.split()))
        if sentence.kind == "heading":
            text = f"**{text}**"
        item = "- " if sentence.kind == "item" else ""
        before = sentence.lead.rstrip("-*+•– ") if item else sentence.lead
        self._pieces.append(f"{before if self._pieces else ''}{item}{text}{marked}")
        return f"{item}{text}{marked}"

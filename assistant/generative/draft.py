"""The model writer: a question and passages → sentences with the passages that each one cites.

Nothing of this is shown before assistant/verification/local.py has passed it.
"""

from __future__ import annotations

import re
from collections.abc import Generator, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass

from assistant.errors import LLMNonsense, LLMTooLong
from assistant.generative.draft_parser import Marked, Reader
from assistant.llm.model import Message, Model
from assistant.llm.prompt_safety import fence_conversation, fence_passage, fence_passages, safe
from assistant.llm.thoughts import Thoughts
from assistant.types import REFUSAL, DraftSentence, Dropped, Turn
from index.text.tokens import count
from index.types import Chunk
from prompts.load import fill

SENTENCES = 6  # asked for
LONGEST_SENTENCE = 1_200  # characters without an end
# Other models need more tokens than cl100k_base, most of all for digits and other scripts. 2026-11, SmolLM2's tokens
# for one of cl100k_base: English 1.04 to 1.13, German 1.29, code 1.14, numbers 1.78, Russian 1.47, Korean 1.94.
_MORE, _DIGIT, _OTHER = 1.3, 0.7, 1.0
_OVERHEAD = 64  # tokens of roles and templates
_HISTORY = 0.25  # the most of the room that the conversation may take
FINER = " Better still, cite the sentence that says it by the number before it, like [2.3]."
TOO_LONG = "the model said that the prompt was too long: set ASSISTANT_MODEL_CONTEXT lower"
# A small model goes on with the prompt when it has answered: it asks itself, or opens the next passage.
_NEXT_TURN = re.compile(r"(?:last )?question:|<?/?conversation>|(?:user|assistant|system):", re.I)
_ECHO = re.compile(r"</?passage[^>]*>|passage \d+:?$", re.I)
_LABEL = re.compile(r"^(?:the )?(?:short )?answer:\s*", re.I)


@dataclass(frozen=True, slots=True)
class Prompt:
    """What the model is asked. passages: those that fitted, the first of those given. dropped: what was left out.

    tokens: what the messages may need, at most.
    """

    messages: tuple[Message, ...]
    passages: tuple[Chunk, ...]
    dropped: tuple[Dropped, ...]
    tokens: int


def ask_for(
    question: str,
    history: Sequence[Turn],
    passages: Sequence[Chunk],
    context: int,
    answer_tokens: int,
    share: float = 1.0,
    *,
    numbered: bool = False,
) -> Prompt:
    """The prompt that fits: `context` tokens hold it and the answer.

    passages: best first; they are left out from the end, and turns of the history from the oldest.
    numbered: whether the sentences of the passages have numbers that the model may cite.
    share: how much is taken of the passages and turns that fit: less than 1 for a model that reads less than was said.
    Raises LLMTooLong where not even the best passage fits.
    """
    room = context - answer_tokens - _OVERHEAD - _tokens(question, (), (), numbered)
    turns = _latest(history, int(room * _HISTORY))
    kept = _first(passages, room - _length(fence_conversation(turns)), numbered)
    if room < 0 or (passages and not kept):
        raise LLMTooLong(
            f"The model's context of {context} tokens is too small for a question, one passage and an answer: "
            "use a model with a larger context, or set ASSISTANT_MODEL_CONTEXT if it has one."
        )
    kept = kept[: max(1, int(len(kept) * share))]
    turns = turns[len(turns) - int(len(turns) * share) :]
    messages = _messages(question, turns, kept, numbered)
    reason = TOO_LONG if share < 1 else f"did not fit into the model's context of {context:,} tokens"
    dropped = tuple(_left_out(passages[len(kept) :], len(history) - len(turns), reason))
    return Prompt(messages, tuple(kept), dropped, _tokens(question, turns, kept, numbered))


def write(model: Model, prompt: Prompt, *, tokens: int | None = None) -> Generator[DraftSentence]:
    """The model's sentences, as it writes them; see `write_with_ticks`."""
    with closing(write_with_ticks(model, prompt, tokens=tokens)) as written:
        yield from (sentence for sentence in written if sentence is not None)


def write_with_ticks(model: Model, prompt: Prompt, *, tokens: int | None = None) -> Generator[DraftSentence | None]:
    """The model's sentences, as it writes them, and None for each piece that ends none. Closing it stops the model.

    tokens: the most that it writes. Stops where the model repeats itself, and leaves out a last sentence that was cut.
    Raises LLMNonsense where it writes nothing that is a sentence, and LLMError for what goes wrong on the way.
    """
    seen: set[str] = set()
    titles = {_key(text) for chunk in prompt.passages for text in (chunk.title, f"{chunk.title}, {chunk.date}")}
    stream = model.stream(prompt.messages, tokens=tokens)
    try:
        for marked in _sentences(stream):
            if marked is None:
                yield None
                continue
            sentence = _cited(marked, len(prompt.passages))
            key = _key(sentence.text)
            if key in seen or _NEXT_TURN.match(sentence.text):
                break
            claims = bool(sentence.cited) and sentence.text.endswith((".", "!", "?"))  # a title may be a whole sentence
            if not key or (key in titles and not claims) or _ECHO.match(sentence.text):
                continue
            seen.add(key)
            yield sentence
    finally:
        stream.close()
    if not seen:
        raise LLMNonsense(f"The model {model.name} wrote no sentence. Ask again, or use another model.")


def is_refusal(text: str) -> bool:
    """Whether a sentence of a model is the refusal that it was told to write."""
    return _key(text) == _key(REFUSAL)


def _key(text: str) -> str:
    """What is compared of a sentence: its words."""
    return re.sub(r"\W+", " ", text).strip().lower()


def _sentences(stream: Generator[str, None, bool]) -> Iterator[Marked | None]:
    """Sentences, until one does not end; None for each piece that ends none."""
    reader, thoughts, waiting = Reader(), Thoughts(), 0
    while True:
        try:
            piece = thoughts.feed(next(stream))
        except StopIteration as stop:
            last = [*reader.feed(thoughts.close()), *reader.close()]
            yield from last[:-1] if stop.value else last
            return
        found = reader.feed(piece)
        waiting = 0 if found else waiting + len(piece)
        if not found:
            yield None
        yield from found
        if waiting > LONGEST_SENTENCE:
            return


def _cited(marked: Marked, passages: int) -> DraftSentence:
    known = tuple(n - 1 for n in marked.numbers if 1 <= n <= passages)
    pointed = tuple((n - 1, k - 1) for n, k in marked.pointed if 1 <= n <= passages)
    text, unknown = _LABEL.sub("", marked.text), len(marked.numbers) - len(known)
    return DraftSentence(text, known, unknown, marked.kind, marked.lead, pointed)


def _messages(question: str, turns: Sequence[Turn], passages: Sequence[Chunk], numbered: bool) -> tuple[Message, ...]:
    parts = fill(
        "answer",
        question=" ".join(safe(question).split()),
        conversation=fence_conversation(turns),
        passages=fence_passages(passages, numbered=numbered),
        finer=FINER if numbered else "",
        refusal=REFUSAL,
        sentences=str(SENTENCES),
    )
    return tuple(Message("system" if part.role == "system" else "user", part.text) for part in parts)


def _tokens(question: str, turns: Sequence[Turn], passages: Sequence[Chunk], numbered: bool) -> int:
    return sum(_length(message.content) for message in _messages(question, turns, passages, numbered))


def _length(text: str) -> int:
    """The tokens that a model may need for a text, at most."""
    digits = sum(char.isdigit() for char in text)
    other = sum(ord(char) > 127 for char in text)
    return int(_MORE * count([text])[0] + _DIGIT * digits + _OTHER * other) + 1


def _latest(history: Sequence[Turn], room: int) -> list[Turn]:
    """The latest turns that fit."""
    for first in range(len(history)):
        if _length(fence_conversation(history[first:])) <= room:
            return list(history[first:])
    return []


def _first(passages: Sequence[Chunk], room: int, numbered: bool) -> list[Chunk]:
    """The first passages that fit."""
    kept: list[Chunk] = []
    for number, chunk in enumerate(passages, 1):
        room -= _length(fence_passage(number, chunk, numbered=numbered)) + 2
        if room < 0:
            break
        kept.append(chunk)
    return kept


def _left_out(passages: Sequence[Chunk], turns: int, reason: str) -> Iterator[Dropped]:
    if turns:
        yield Dropped(f"the {turns} oldest turns of the conversation", reason)
    if passages:
        sources = ", ".join(dict.fromkeys(chunk.source for chunk in passages))
        yield Dropped(f"{len(passages)} of the weaker passages ({sources})", reason)

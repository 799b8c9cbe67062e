"""Rows → token ids of a fixed budget, with the answer's tokens marked."""

from __future__ import annotations

import random
import re
from dataclasses import dataclass

from tokenizers import Encoding, Tokenizer

from evals.training.rows import Claim, Reading

# the first part (question or sentence) is cut at this; questions of more are rare
FIRST_TOKENS = 64
_HEAD_TOKENS = 24
CLS, SEP = 101, 102
# an answer may be a sentence, or two; of the words that a claim has of its evidence a window has to show this share
_LONGEST_ANSWER, _SHOWN = 90, 0.95


@dataclass(frozen=True, slots=True)
class Example:
    """Token ids of a pair: `[CLS] first [SEP] passage [SEP]`.

    first: number of tokens up to and with the first [SEP].
    starts, ends: token positions of the answers, pairwise; (0,) where it is not answered, () where the passage as a
    whole answers.
    kind: "answer" or "support": which head learns from it; label: whether yes.
    """

    ids: tuple[int, ...]
    first: int
    kind: str
    label: bool
    starts: tuple[int, ...]
    ends: tuple[int, ...]
    source: str


def encode_reading(row: Reading, tokenizer: Tokenizer, length: int, rng: random.Random) -> Example | None:
    """The question with a window of its passage: around an answer, or where most of the question's words are.

    None where the answer does not fit the window.
    """
    first = tokenizer.encode(row.question, add_special_tokens=False).ids[:FIRST_TOKENS]
    passage = tokenizer.encode(row.passage, add_special_tokens=False)
    head = _head(row.head, tokenizer)
    room = length - len(first) - len(head) - 3
    spans = [span for answer in row.answers for span in _token_spans(answer, row.passage, passage)]
    spans = [(a, b) for a, b in spans if b - a < min(_LONGEST_ANSWER, room)]
    if row.answers and not spans:
        return None
    low, high = _window(passage.ids, first, room, rng.choice(spans) if spans else None, rng)
    offset = len(first) + 2 + len(head) - low
    inside = [(a + offset, b + offset) for a, b in spans if low <= a and b < high]
    ids = (CLS, *first, SEP, *head, *passage.ids[low:high], SEP)
    if row.whole:
        return Example(ids, len(first) + 2, "answer", True, (), (), row.source)
    starts, ends = zip(*inside, strict=True) if inside else ((0,), (0,))
    return Example(ids, len(first) + 2, "answer", bool(inside), starts, ends, row.source)


def encode_claim(row: Claim, tokenizer: Tokenizer, length: int) -> Example | None:
    """The sentence with its evidence, or with the window of it that holds the sentence's words.

    None where no window holds them all: what decides might be cut away.
    """
    first = tokenizer.encode(row.sentence, add_special_tokens=False).ids
    evidence = tokenizer.encode(row.evidence, add_special_tokens=False).ids
    head = _head(row.head, tokenizer)
    room = length - len(first) - len(head) - 3
    if len(first) > 2 * FIRST_TOKENS or room < 1:
        return None
    if len(evidence) > room:
        low, high = _window(evidence, first, room, None, random.Random(row.sentence))
        words = set(first)
        said, shown = words.intersection(evidence), words.intersection(evidence[low:high])
        if len(said) < len(words) / 2 or len(shown) < _SHOWN * len(said):
            return None
        evidence = evidence[low:high]
    ids = (CLS, *first, SEP, *head, *evidence, SEP)
    return Example(ids, len(first) + 2, "support", row.supported, (0,), (0,), row.source)


def _head(text: str, tokenizer: Tokenizer) -> list[int]:
    return tokenizer.encode(f"{text}.", add_special_tokens=False).ids[:_HEAD_TOKENS] if text else []


def _token_spans(answer: str, text: str, passage: Encoding) -> list[tuple[int, int]]:
    """First and last token of an answer, where it stands in the passage as whole words (at most the first three)."""
    found = []
    for match in list(re.finditer(rf"(?<!\w){re.escape(answer)}(?!\w)", text))[:3]:
        start, end = passage.char_to_token(match.start()), passage.char_to_token(match.end() - 1)
        if start is not None and end is not None:
            found.append((start, end))
    return found


def _window(
    ids: list[int], first: list[int], room: int, span: tuple[int, int] | None, rng: random.Random
) -> tuple[int, int]:
    if len(ids) <= room:
        return 0, len(ids)
    if span is not None:
        low = rng.randint(max(0, span[1] + 1 - room), min(span[0], len(ids) - room))
        return low, low + room
    asked = set(first)
    starts = range(0, len(ids) - room + 1, max(1, room // 8))
    low = max(starts, key=lambda at: (len(asked.intersection(ids[at : at + room])), rng.random()))
    return low, low + room

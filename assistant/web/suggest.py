"""Questions that a corpus can answer, made from its own sentences by rules, and asked before they are offered.

A sentence that says how many, when or who becomes the question that it answers: "The school has 420 pupils." →
"How many pupils does the school have?". What the rules cannot turn well is left alone: few questions are enough.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import chain, zip_longest
from typing import TYPE_CHECKING, NamedTuple

from index.text.sentences import split
from index.types import Chunk

if TYPE_CHECKING:
    from assistant.api import Assistant

SURE = 0.6  # an answer that is less sure is not worth offering
SHORTEST, LONGEST = 4, 15  # words of a question

_ABOUT = r"(?:about |almost |nearly |around |roughly |some |over |more than |at least |up to |approximately )?"
_COUNT = r"(?:\d{1,3}(?:,\d{3})+|\d+|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)"
_NO_NOUN = r"(?:and|or|of|to|in|on|at|for|from|with|by|who|which|that)\b"
_NOUNS = rf"(?P<noun>[a-zA-Z][\w’'-]*(?: (?!{_NO_NOUN})[a-zA-Z][\w’'-]*){{0,3}})"
_IS = r"(?P<be>have|has|had|were|was|are|is|will|would|could|may)"
_NOBODY = r"(?:It|He|She|They|This|That|These|Those|There|We|I|You|Who|What|But|And|However)\b"
_WHO = rf"(?P<who>(?!{_NOBODY})[A-Z][\w’'.-]*(?: [\w’'.-]+){{0,6}}?)"
_DATE = r"(?:on|in) (?:\d{1,2} [A-Z][a-z]+(?: \d{4})?|[A-Z][a-z]+ \d{1,2}(?:, \d{4})?|[A-Z][a-z]+ \d{4}|\d{4})"
_SAID = {
    "announced": "announce", "reported": "report", "confirmed": "confirm", "said": "say", "warned": "warn",
    "claimed": "claim", "stated": "state", "decided": "decide", "promised": "promise", "proposed": "propose",
}  # fmt: skip

# each with the question that it gives; what a group catches is put into it
_RULES: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(rf"^{_ABOUT}{_COUNT} {_NOUNS} {_IS} (?P<rest>\w.*)", re.I), "How many {noun} {be} {rest}?"),
    (re.compile(rf"^There (?P<be>are|were) (?:now |already )?{_ABOUT}{_COUNT} {_NOUNS} (?P<rest>\w+ing\b.*)"),
     "How many {noun} {be} {rest}?"),
    (re.compile(rf"^{_WHO} (?:has|have) {_ABOUT}{_COUNT} (?P<noun>[a-z][\w’'-]*(?: [a-z][\w’'-]*)?)[.,]"),
     "How many {noun} does {who} have?"),
    (re.compile(rf"^{_WHO} (?P<be>was|were) (?P<rest>(?:\w+ )??\w+ed\b[^,;]*?) {_DATE}\b"), "When {be} {who} {rest}?"),
    (re.compile(rf"^{_WHO} (?P<be>is|was) {_ABOUT}[\d.,]+ \w+ (?P<how>long|high|wide|tall|deep|old)\b"),
     "How {how} {be} {who}?"),
    (re.compile(rf"^{_WHO} cost {_ABOUT}[$€£]?\d"), "How much did {who} cost?"),
    (re.compile(rf"^{_WHO} (?P<said>{'|'.join(_SAID)})\b(?! (?:to|by|as)\b)"), "What did {who} {said}?"),
    (re.compile(r"^(?P<who>[A-Z][\w’'-]+ [A-Z][\w’'-]+), (?P<role>(?:the|a|an) [^,]{8,60}), "), "Who is {who}?"),
)  # fmt: skip
# a clause or aside that a question can do without
_TAIL = re.compile(
    r"[,;:(–—].*$| (?:and|but|while|because|who|which|as|after|before|since|including|according) .*$", re.S
)


class Candidate(NamedTuple):
    """A question, and the sentence that should answer it: `source`, and the span of its document."""

    question: str
    source: str
    start: int
    end: int


def candidates(chunks: Sequence[Chunk]) -> list[Candidate]:
    """Questions made from the sentences of chunks, in turn of each source, each question once."""
    by_source: dict[str, list[Candidate]] = {}
    seen: set[str] = set()
    for chunk in chunks:
        for candidate in _of_chunk(chunk):
            if candidate.question.casefold() not in seen:
                seen.add(candidate.question.casefold())
                by_source.setdefault(chunk.source, []).append(candidate)
    return [c for c in chain.from_iterable(zip_longest(*by_source.values())) if c is not None]


def checked(bot: Assistant, questions: Sequence[Candidate], most: int) -> Iterator[Candidate]:
    """Those that get an answer from where they come from, at most `most`; each is asked when it is its turn."""
    found = 0
    for candidate in questions:
        if found == most:
            return
        answer = bot.answer(candidate.question)
        told = any(citation.source == candidate.source for citation in answer.citations)
        if told and answer.confidence >= SURE:
            found += 1
            yield candidate


def _of_chunk(chunk: Chunk) -> Iterator[Candidate]:
    for span in split(chunk.text):
        for line in re.finditer(r"[^\n]+", chunk.text[span.start : span.end]):
            question = question_of(line[0].strip(" -•*\t"))
            if question:
                start = chunk.start + span.start + line.start()
                yield Candidate(question, chunk.source, start, start + len(line[0]))


def question_of(sentence: str) -> str | None:
    """The question that a sentence answers; None where no rule fits it."""
    for pattern, form in _RULES:
        match = pattern.search(sentence)
        if match is None:
            continue
        parts = {name: value or "" for name, value in match.groupdict().items()}
        if "rest" in parts:
            parts["rest"] = _TAIL.sub("", parts["rest"]).rstrip(" .!?")
        if "who" in parts:
            who = re.sub(r"^(The|A|An|Its|Their|Our)\b", lambda m: m[0].lower(), parts["who"])
            parts["who"] = re.sub(r"(?: (?:also|\w+ly))+$", "", who)
        parts["said"] = _SAID.get(parts.get("said", ""), "")
        question = form.format(**parts)
        if SHORTEST <= len(question.split()) <= LONGEST and not re.search(r"[\[\]<>`*|{}\\\"“”]", question):
            return question
    return None

"""Turns a follow-up question into one that stands alone, by rules that carry over what the follow-up leaves out.

A question that already stands alone is returned unchanged. The history affects only what is searched for. With a
language model, its rewrite is used if it passes the checks of assistant/query/rewrite.py.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from assistant.errors import LLMError
from assistant.language.entities import Fact, names
from assistant.language.words import STOP, stem, words
from assistant.llm.model import Model
from assistant.query.analyze import parse
from assistant.query.rewrite import rewrite
from assistant.types import SearchQuery, Turn
from index.injection.detect import orders
from index.text.sentences import split

SAID = 600  # characters of the last answer that are added to the search
TURNS = 6  # how many turns back a follow-up can refer
PERSONAL = re.compile(r"\b(?:he|she|him|his|her|hers)\b", re.I)
IMPERSONAL = re.compile(
    r"\b(?:it|its|they|them|their|theirs|this|that|these|those|there|then|one|ones|such|same|former|latter|others?)\b",
    re.I,
)
# "that" and "there" where they refer to nothing
_VERB = "is|are|was|were|will|would|can|could|has|have|had|did|do"
_EMPTY = re.compile(
    rf"\b(?:is|are|was|were|will|has|have|had) there\b|\bthere (?:is|are|was|were|a|any)\b"
    rf"|\bthat (?:\w+ ){{0,4}}?(?:{_VERB})\b|\b(?:so that|one of|the one|no one|each other)\b"
    r"|\b(?:this|that) (?:year|month|week)\b",
    re.I,
)
_OPENER = re.compile(r"^(?:and|but|so|or|what about|how about|why not|really|ok(?:ay)?|what else|who else|any)\b", re.I)
_ENOUGH = 3  # content words from which on a question stands alone
_OWN = 2  # content words from which on a question has a topic of its own
_THING = re.compile(r"(?:who|what|where|when|which) (?:is|are|was|were) (?:the|an?) [\w’'-]+\W*$", re.I)
# how a question begins, up to what it is about: "How long is ", "When did "
_ASKING = re.compile(
    r"^(?:and |but |so )?(?:what|which|who|whom|whose|when|where|why|how)(?: (?:many|much|long|old|far|often))?"
    rf" (?:{_VERB}|does)\s+",
    re.I,
)
_WHO_IS = re.compile(r"[Ww]ho (?:is|was) [A-Z]")
_UNHEEDED = re.compile(r"\W*(?:please |now )?(?:ignore|disregard|forget|bypass|overlook) (?:all |any |the |your )*"
                       r"(?:documents?|sources?|passages?|context|files?|texts?)\b", re.I)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Condensed:
    """question: the standalone question. queries: the searches to run, the standalone question first.

    failure: the model's error if it failed to rewrite the question and the rules took over.
    """

    question: str
    queries: tuple[SearchQuery, ...]
    failure: LLMError | None = None


def condense(question: str, history: Sequence[Turn], model: Model | None = None) -> Condensed:
    """Returns the standalone question and the searches to run for it."""
    question = without_asides(question)
    if model is None or not any(turn.content.strip() for turn in history):
        return _by_rules(question, history)
    try:
        alone = rewrite(model, question, history)
    except LLMError as error:
        return replace(_by_rules(question, history), failure=error)
    if alone is None or alone == question:
        return _by_rules(question, history)
    return Condensed(alone, (SearchQuery(alone), SearchQuery(question, weight=0.5), *_context(question, history)))


def without_asides(question: str) -> str:
    """Removes sentences that tell the program how to behave, which are useless for a search.

    Returns the question unchanged if nothing else would remain.
    """
    told = orders(question)
    asked = [
        span
        for span in split(question)
        if question[: span.end].endswith("?")
        or not (_UNHEEDED.match(question, *span) or any(a < span.end and span.start < b for a, b in told))
    ]
    kept = " ".join(question[start:end] for start, end in asked)
    return kept if len(asked) < len(split(question)) and words(kept) else question


def _context(question: str, history: Sequence[Turn]) -> tuple[SearchQuery, ...]:
    """Returns a search for the question together with the last answer."""
    said = [turn.content for turn in history if turn.role == "assistant" and turn.content.strip()][-1:]
    # 2026-11: R@5 on MTRAG govt 0.61 for the question alone, 0.65 with these, see evals/LOG.md
    return tuple(SearchQuery(f"{question} {text[:SAID]}", weight=0.5) for text in said)


def _by_rules(question: str, history: Sequence[Turn]) -> Condensed:
    turns = [turn for turn in history if turn.content.strip()][-TURNS:]
    context = _context(question, turns)
    if not turns or not leans(question):
        return Condensed(question, (SearchQuery(question), *context))
    alone = _stand_alone(question, turns)
    leaning, bare = SearchQuery(alone), SearchQuery(question, weight=0.5)
    if _is_whole(question):
        return Condensed(question, (bare, leaning, *context))
    return Condensed(alone, (leaning, bare, *context))


def _is_whole(question: str) -> bool:
    """Returns whether a short question refers to no earlier turn: "Are dogs allowed?", "Who is the treasurer?".

    The previous question then helps to find passages, but is not part of the question to answer.
    """
    if _refers(question):
        return False
    content = _content(question)
    return len(content) >= _OWN or bool(content and _THING.match(question.strip()))


def leans(question: str) -> bool:
    """Returns whether a question leaves out its topic."""
    if _refers(question):
        return True
    return len(_content(question)) < _ENOUGH and not names(question)


def _content(question: str) -> list[str]:
    return [w for w in words(question) if w not in STOP]


def _refers(question: str) -> bool:
    """Returns whether a question refers to an earlier turn: "he", "it", "And …"."""
    bare = _EMPTY.sub(" ", question)
    return bool(PERSONAL.search(bare) or IMPERSONAL.search(bare) or _OPENER.search(question.strip()))


def _stand_alone(question: str, turns: Sequence[Turn]) -> str:
    filled = _fill_person(question, turns)
    if filled != question and not IMPERSONAL.search(_EMPTY.sub(" ", filled)):
        return filled
    topic = _last_question(turns)
    missing = {stem(w) for w in words(topic) if w not in STOP} - {stem(w) for w in words(filled)}
    about = _ASKING.sub("", topic.strip()).strip(" ?.!")
    return f"{about}: {filled}" if missing and about else filled


def _fill_person(question: str, turns: Sequence[Turn]) -> str:
    """Replaces "he" or "she" with the person mentioned last, if there is one."""
    match = PERSONAL.search(question)
    person = _last_person(turns) if match else None
    if match is None or person is None:
        return question
    owner = match[0].lower() in {"his", "hers"} or (
        match[0].lower() == "her" and re.match(r"\s+\w", question[match.end() :]) is not None
    )
    return question[: match.start()] + person + ("'s" if owner else "") + question[match.end() :]


def _last_person(turns: Sequence[Turn]) -> str | None:
    """Returns the person last asked about, or named in reply to "who"; prefers a full name to a part of one."""
    asked = [turn for turn in turns if turn.role == "user"]
    told = [turn for turn in turns if turn.role == "assistant"]
    who = bool(asked) and parse(asked[-1].content).wanted == "person"
    # a question such as "Who is X?" names the person itself, whatever the reply was
    named = bool(asked) and bool(_WHO_IS.match(asked[-1].content.strip()))
    known = {stem(w) for w in words(asked[-1].content)} if who and not named else set()
    for turn in told[-1:] if who and told else [*reversed(asked), *reversed(told)]:
        # a single capitalized word at the start of a turn may be any word
        found = [f for f in names(turn.content) if f.start or " " in f.value]
        found = [f for f in found if not {stem(w) for w in words(f.value)} <= known]
        full = [f for f in found if re.fullmatch(r"[^\s]+(?: (?!of |the |for )[^\s]+){1,3}", f.value)]
        if full or (found and turn.role == "user"):
            return _text(turn.content, (full or found)[0])
    return None


def _last_question(turns: Sequence[Turn]) -> str:
    """Returns the latest user turn that stands alone, else the latest user turn."""
    asked = [t.content for t in turns if t.role == "user"] or [turns[-1].content]
    return next((text for text in reversed(asked) if not leans(text)), asked[-1])


def _text(text: str, fact: Fact) -> str:
    return text[fact.start : fact.end]

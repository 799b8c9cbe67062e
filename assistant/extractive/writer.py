"""The quote writer: the few sentences that answer, verbatim, the best one first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace

from assistant.evidence.answer_spans import answering, has_type
from assistant.evidence.sentences import is_heading, sentence
from assistant.extractive.conflicts import differing
from assistant.extractive.counted_nouns import Nouns
from assistant.language.entities import loose_dates, names, numbers
from assistant.language.words import content_stems
from assistant.query.analyze import Question
from assistant.types import AnswerSpan, Evidence, QuotedLine, QuoteDraft

ALIKE = 0.7  # share of words in common above which two sentences say the same
LEAD = 3.0  # how far below the best sentence one may rank that has answering words, to stand first
# How far below the best sentence a further one of the same source may rank: of an answer to a written question, and of
# one to what is typed as in a search engine, which asks for more. 2026-11, see evals/LOG.md
NEAR, NEAR_TYPED = 8.0, 12.0
ELSEWHERE = 6.0  # the same for one of another source
FACT = 2  # sentences of one source that are enough where the answer is a fact whose form is known, and found
EACH = 2  # sentences of each other source, at most
LINES = 6  # sentences in all, at most
WITNESSES = 3  # citations of one sentence, at most
LONGEST = 1_000  # characters of an answer's quotes together; the first is shown whatever its length


def write(question: Question, evidence: Sequence[Evidence], most: int, nouns: Nouns) -> QuoteDraft:
    """The answer's sentences from evidence (best first, not empty); at most `most` of the best one's source."""
    lines = _lead([replace(line, answer=answer_in(question, line.evidence.text, nouns)) for line in merged(evidence)])
    if sides := differing(question, lines):
        return QuoteDraft(short(sides), question.wanted, differ=True)
    return QuoteDraft(short(_pick(question, lines, most)), question.wanted)


def _lead(lines: list[QuotedLine]) -> list[QuotedLine]:
    """The same lines; where the first has no answering words and one nearly as good has, that one comes first."""
    best = lines[0]
    if best.answer is not None:
        return lines
    near = (line for line in lines if line.evidence.rank >= best.evidence.rank - LEAD)
    first = next((line for line in near if line.answer is not None), best)
    return [first, *(line for line in lines if line is not first)]


def answer_in(question: Question, text: str, nouns: Nouns) -> AnswerSpan | None:
    """The answering words; no number that counts another thing than the question does."""
    found = answering(question, text)
    return found if found is None or question.wanted != "number" or nouns.counted(question, found.counted) else None


def merged(evidence: Sequence[Evidence]) -> list[QuotedLine]:
    """Sentences that say the same as one line, the best of them first and the others its witnesses."""
    lines: list[tuple[Evidence, list[Evidence], set[str], set[str]]] = []
    for e in evidence:
        stems, told = set(content_stems(e.text)), _told(e.text)
        same = next((line for line in lines if told == line[3] and _alike(stems, line[2])), None)
        if same is None:
            lines.append((e, [], stems, told))
        elif e.source not in {same[0].source, *(o.source for o in same[1])}:
            same[1].append(e)
    return [QuotedLine(first, None, tuple(others[: WITNESSES - 1])) for first, others, _, _ in lines]


def _alike(one: set[str], other: set[str]) -> bool:
    return one == other or (bool(one | other) and len(one & other) / len(one | other) >= ALIKE)


def _told(text: str) -> set[str]:
    """The figures, dates and names of a sentence: one that differs in any of them does not say the same."""
    return {fact.value for fact in (*numbers(text), *loose_dates(text), *names(text))}


def _pick(question: Question, lines: Sequence[QuotedLine], most: int) -> list[QuotedLine]:
    """The best line with the neighbour that it leans on, then what adds to it, of its source and of others."""
    best = lines[0]
    picked = _with_neighbour(question, best) if most > 1 else [best]
    known = best.answer is not None and question.wanted not in {"other", "yes-no"}
    # what is typed as in a search engine may want more than the fact that its first word names
    own_room = min(most, FACT) if known and question.asked else most
    near = NEAR if question.asked else NEAR_TYPED
    room = Counter({best.evidence.source: own_room - len(picked)})
    for line in lines[1:]:
        source, depth = line.evidence.source, best.evidence.rank - line.evidence.rank
        own = source == best.evidence.source
        left = room[source] if own else room.setdefault(source, EACH if known else 1)
        if left < 1 or depth > (near if own else ELSEWHERE) or len(picked) >= LINES:
            continue
        if _shown(line.evidence, picked) or (known and _adds_nothing(line, picked)):
            continue
        if is_heading(line.evidence.text) or not _dated_alike(question, best, line):
            continue
        if own or line.answer is not None or has_type(question, line.evidence.text):
            room[source] -= 1
            picked.append(line)
    return picked


def _with_neighbour(question: Question, best: QuotedLine) -> list[QuotedLine]:
    """The best line and the sentence that it needs, as they stand in the document."""
    needs = best.evidence.needs
    if needs is None:
        return [best]
    other = sentence(best.evidence.chunk, needs, best.evidence)
    return sorted([best, QuotedLine(other, answering(question, other.text))], key=lambda line: line.evidence.start)


def _adds_nothing(line: QuotedLine, picked: Sequence[QuotedLine]) -> bool:
    """Whether a line gives no value, or one that is shown already."""
    return line.answer is None or any(line.answer.value == p.answer.value for p in picked if p.answer)


def _dated_alike(question: Question, best: QuotedLine, line: QuotedLine) -> bool:
    """Whether a line has the question's dates, where the best one has them: what was on another day was not asked."""
    asked = set(question.dates)
    at = {fact.value for fact in loose_dates(best.evidence.text)}
    return not asked & at or bool(asked & {fact.value for fact in loose_dates(line.evidence.text)})


def _shown(e: Evidence, lines: Iterable[QuotedLine]) -> bool:
    return any(e.source == line.evidence.source and e.start == line.evidence.start for line in lines)


def short(lines: Sequence[QuotedLine]) -> tuple[QuotedLine, ...]:
    """As many of the lines as fit."""
    kept: list[QuotedLine] = []
    used = 0
    for line in lines:
        used += len(line.evidence.text)
        if not kept or used <= LONGEST:
            kept.append(line)
    return tuple(kept)

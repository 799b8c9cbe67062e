"""The extractive writer: the one quote that answers, and further ones only where each adds an answer of its own."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from assistant.evidence.sentences import neighbours, text_of
from assistant.extractive.conflicts import detect_conflict
from assistant.extractive.counted_nouns import Nouns
from assistant.language.entities import loose_dates, names, numbers
from assistant.language.words import content_stems
from assistant.query.analyze import Question
from assistant.types import AnswerSpan, Evidence, QuotedLine, QuoteDraft
from index.injection.detect import orders
from index.text.structure import block_at
from index.types import Block, Chunk, Span

# The probability from which on a further quote is shown: of the best one's source, and of another one.
FURTHER, FURTHER_ELSEWHERE = 0.4, 0.35
SAME_WORDS = 0.7  # share of words in common above which two sentences say the same
MAX_QUOTES = 6
MAX_WITNESSES = 3  # citations of one sentence
MAX_QUOTE_CHARS = 1_000  # of an answer's quotes together; the first is shown whatever its length
MAX_ANAPHOR_CHARS = 420  # of a sentence together with the one before that says who "he" is
_ANAPHOR = re.compile(r"[\"“‘(]*(?:he|she|it|they|this|that|these|those|his|her|their|its)\b", re.I)


def write_quotes(question: Question, evidence: Sequence[Evidence], most: int, nouns: Nouns) -> QuoteDraft:
    """The answer's quotes; at most `most` of the best one's source.

    evidence: judged, the likeliest first, not empty.
    """
    lines = merge_duplicates(evidence)
    if sides := detect_conflict(question, lines, nouns):
        return QuoteDraft(_short(sides), question.wanted, differ=True)
    return QuoteDraft(_short(_pick(lines, most)), question.wanted)


def merge_duplicates(evidence: Sequence[Evidence]) -> list[QuotedLine]:
    """Sentences that say the same as one line, the best of them first and the others its witnesses."""
    lines: list[tuple[Evidence, list[Evidence], set[str], set[str]]] = []
    for e in evidence:
        stems, told = set(content_stems(e.text)), _facts(e.text)
        same = next((line for line in lines if told == line[3] and _alike(stems, line[2])), None)
        if same is None:
            lines.append((e, [], stems, told))
        elif e.source not in {same[0].source, *(o.source for o in same[1])}:
            same[1].append(e)
    return [QuotedLine(first, first.answer, tuple(others[: MAX_WITNESSES - 1])) for first, others, _, _ in lines]


def _pick(lines: Sequence[QuotedLine], most: int) -> list[QuotedLine]:
    """The best line, then the likely ones that say something that no line before them says."""
    picked = [lines[0]]
    source = lines[0].evidence.source
    for line in lines[1:]:
        if len(picked) >= MAX_QUOTES:
            break
        own = line.evidence.source == source
        if line.evidence.probability < (FURTHER if own else FURTHER_ELSEWHERE):
            continue
        if own and sum(p.evidence.source == source for p in picked) >= most:
            continue
        if not _adds(line, picked):
            continue
        picked.append(line)
    likely = [line.evidence for line in lines if line.evidence.probability >= FURTHER]
    whole = [_with_block(_with_antecedent(line), likely) for line in picked]
    return _without_nested(whole)


def _adds(line: QuotedLine, picked: Iterable[QuotedLine]) -> bool:
    """Whether no line before holds this one's answering words."""
    answer = line.answer.value if line.answer else ""
    return not (answer and any(answer in p.evidence.text.lower() for p in picked))


def _with_antecedent(line: QuotedLine) -> QuotedLine:
    """A line that opens with a pronoun, together with the sentence before it in the same quote."""
    e = line.evidence
    if not _ANAPHOR.match(e.text):
        return line
    before, _ = neighbours(e)
    if before is None or e.end - before.start > MAX_ANAPHOR_CHARS:
        return line
    longer = replace(e, start=before.start, text=text_of(e.chunk, Span(before.start, e.end)))
    return replace(line, evidence=longer, answer=_moved(line.answer, e.start - before.start))


def _with_block(line: QuotedLine, likely: Sequence[Evidence]) -> QuotedLine:
    """A line with the block that it belongs to: a lead-in with its list, code with its lead, steps together."""
    e = line.evidence
    span = _block_span(e, likely)
    if span is None or span.end - span.start > MAX_QUOTE_CHARS or _holds_instruction(e.chunk, span):
        return line
    longer = replace(e, start=span.start, end=span.end, text=text_of(e.chunk, span))
    return replace(line, evidence=longer, answer=_moved(line.answer, e.start - span.start))


def _block_span(e: Evidence, likely: Sequence[Evidence]) -> Span | None:
    """The span that a quote of a block needs to be understood; None for a sentence that stands alone."""
    parts = _needed_blocks(e, likely)
    if not parts:
        return None
    first = min(e.start, *(b.start for b in parts))
    lead = parts[0].lead
    if lead and e.chunk.start <= lead.start < first:
        first = lead.start
    last = max(e.end, *(b.end for b in parts))
    return Span(max(first, e.chunk.start), min(last, e.chunk.end))


def _needed_blocks(e: Evidence, likely: Sequence[Evidence]) -> list[Block]:
    """The blocks that are quoted together with a piece of evidence."""
    blocks = e.chunk.blocks
    own = block_at(e.chunk, e.start)
    if own is not None and own.kind in {"code", "definition"}:
        return [own]
    if own is not None and own.kind == "item" and len(_siblings(e, own, likely)) > 1:
        return [b for b in blocks if b.group == own.group and b.kind == "item"]
    if e.text.rstrip().endswith((":", "：")):
        led = [b for b in blocks if b.lead and b.lead.start <= e.start < b.lead.end]
        groups = {b.group for b in led if b.group >= 0}
        return [b for b in blocks if b in led or b.group in groups]
    return []


def _siblings(e: Evidence, own: Block, likely: Sequence[Evidence]) -> list[Evidence]:
    """The likely evidence of the same list."""
    found = []
    for other in likely:
        block = block_at(other.chunk, other.start) if other.source == e.source else None
        if block and block.kind == "item" and block.group == own.group:
            found.append(other)
    return found


def _holds_instruction(chunk: Chunk, span: Span) -> bool:
    return bool(orders(text_of(chunk, span)))


def _without_nested(lines: Sequence[QuotedLine]) -> list[QuotedLine]:
    """The lines without those whose quote lies in an earlier, longer one of the same file."""
    kept: list[QuotedLine] = []
    for line in lines:
        e = line.evidence
        inside = any(
            k.evidence.source == e.source and k.evidence.start <= e.start and e.end <= k.evidence.end for k in kept
        )
        if not inside:
            kept.append(line)
    return kept


def _moved(answer: AnswerSpan | None, by: int) -> AnswerSpan | None:
    return replace(answer, start=answer.start + by, end=answer.end + by) if answer else None


def _alike(one: set[str], other: set[str]) -> bool:
    return one == other or (bool(one | other) and len(one & other) / len(one | other) >= SAME_WORDS)


def _facts(text: str) -> set[str]:
    """The figures, dates and names of a sentence: one that differs in any of them does not say the same."""
    return {fact.value for fact in (*numbers(text), *loose_dates(text), *names(text))}


def _short(lines: Sequence[QuotedLine]) -> tuple[QuotedLine, ...]:
    """As many of the lines as fit."""
    kept: list[QuotedLine] = []
    used = 0
    for line in lines:
        used += len(line.evidence.text)
        if not kept or used <= MAX_QUOTE_CHARS:
            kept.append(line)
    return tuple(kept)

"""The quote writer: the few sentences that answer, verbatim, the best one first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from assistant.conflict import Side, sides
from assistant.question import Question, content_stems
from assistant.spans import Found, answering
from assistant.types import Evidence

ALIKE = 0.7  # share of words in common above which two sentences say the same
NEAR = 4.0  # logits below the best sentence, at most, for a further one
FACT = 2  # sentences that are enough where the answer's type is known and found
WITNESSES = 3  # citations of one sentence, at most


@dataclass(frozen=True, slots=True)
class Line:
    """A sentence of the answer: what it quotes, which words answer, and other sentences that say the same."""

    evidence: Evidence
    answer: Found | None
    witnesses: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True)
class Draft:
    """Lines to show, best first; with `sides` not empty, the sources disagree and these are shown instead."""

    lines: tuple[Line, ...]
    sides: tuple[Side, ...] = ()
    kind: str = ""


def write(question: Question, evidence: Sequence[Evidence], most: int) -> Draft:
    """The answer's sentences from evidence (best first, not empty); at most `most` where nothing disagrees."""
    groups = _merge(evidence)
    kind, differing = sides(question, groups)
    if differing:
        return Draft(lines=(), sides=differing, kind=kind)
    return Draft(lines=tuple(_pick(question, groups, most)))


def _merge(evidence: Sequence[Evidence]) -> list[Line]:
    """Sentences that say the same become one line, with the best of them first."""
    lines: list[tuple[Evidence, list[Evidence], set[str]]] = []
    for e in evidence:
        stems = set(content_stems(e.text))
        for first, others, known in lines:
            if stems and len(stems & known) / len(stems | known) >= ALIKE:
                if e.source not in {first.source, *(o.source for o in others)}:
                    others.append(e)
                break
        else:
            lines.append((e, [], stems))
    return [Line(first, None, tuple(others[: WITNESSES - 1])) for first, others, _ in lines]


def _pick(question: Question, groups: Sequence[Line], most: int) -> list[Line]:
    best = groups[0].evidence
    found = [Line(g.evidence, answering(question, g.evidence.text), g.witnesses) for g in groups]
    enough = FACT if question.wanted not in {"other", "yes-no"} and found[0].answer else most
    picked = [line for line in found if line.evidence.rank >= best.rank - NEAR][: min(enough, most)]
    return picked

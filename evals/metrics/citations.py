"""Measures whether quotes match their files and support the statements that cite them.

Citation recall and precision follow ALCE (Gao et al., EMNLP 2023, section 3.3), statement by statement. ALCE uses an
NLI model of 11 billion parameters (TRUE) to decide whether a passage entails a statement. Here, callers pass in an
`entails` function, the product's own verifier, so the figures are not comparable with the paper's.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from assistant.citation.render import segments
from assistant.extractive.compose import DIFFER, DIFFER_UNDATED
from assistant.types import Answer, Citation
from index.text.sentences import split

Entails = Callable[[str, Sequence[str]], bool]

_BRACKETED = re.compile(r"\s*\([^()]*(?:\([^()]*\)[^()]*)*\)\s*")  # a line's "(source, date)" after its markers


@dataclass(frozen=True, slots=True)
class Source:
    """A current document: its text, and the hash of its file."""

    text: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Statement:
    """A sentence of an answer, without markup, and the numbers of its citations."""

    text: str
    numbers: tuple[int, ...]


def sha256(data: bytes) -> str:
    """Hashes a file as citations do."""
    return hashlib.sha256(data).hexdigest()


def holds(citation: Citation, sources: Mapping[str, Source]) -> bool:
    """Returns whether the file contains exactly this quote at this place and has the recorded hash."""
    source = sources.get(citation.source)
    return (
        source is not None
        and bool(citation.quote.strip())
        and source.text[citation.start : citation.end] == citation.quote
        and source.sha256 == citation.sha256
    )


def quote_integrity(answer: Answer, sources: Mapping[str, Source]) -> float | None:
    """Returns the share of valid markers and citations: each marker has a citation, and each citation holds.

    None for an abstention without citations; 0 for an answer without any.
    """
    shown = {number for statement in statements(answer) for number in statement.numbers}
    if answer.abstained and not answer.citations and not shown:
        return None
    known = {c.number: c for c in answer.citations}
    numbers = shown | set(known)
    good = [n for n in numbers if n in shown and n in known and holds(known[n], sources)]
    doubled = len(answer.citations) - len(known)
    return len(good) / (len(numbers) + doubled) if numbers and not answer.abstained else 0.0


def statements(answer: Answer) -> list[Statement]:
    """Splits an answer into sentences with their markers, without the fixed line above a list of disagreements."""
    quotes = {c.number: _one_line(c.quote) for c in answer.citations}
    return [s for line in answer.text.split("\n") for s in _of_line(line.removeprefix("- "), quotes)]


def _of_line(line: str, quotes: Mapping[int, str]) -> list[Statement]:
    found: list[Statement] = []
    text, numbers = "", list[int]()
    for segment in [*segments(line), None]:
        if segment is not None and segment.marker is not None:
            numbers.append(segment.marker)
        elif segment is None or (numbers and segment.text.strip(" .,;")):
            found += _split(text, numbers, quotes)
            behind = bool(found)
            text, numbers = segment.text if segment else "", []
            if behind and _BRACKETED.fullmatch(text):
                text = ""
        elif not numbers:  # after a marker, only the full stop of the sentence remains
            text += segment.text
    return found


def _split(text: str, numbers: Sequence[int], quotes: Mapping[int, str]) -> list[Statement]:
    """Splits the text before a marker, which belongs to the last sentence. A quote counts as one statement."""
    whole = _one_line(text)
    if whole in {DIFFER, DIFFER_UNDATED} or not any(char.isalnum() for char in whole):
        return []
    if any(whole.strip(" .") in quotes.get(n, "") for n in numbers):
        return [Statement(whole, tuple(numbers))]
    *before, last = (whole[span.start : span.end] for span in split(whole))
    return [*(Statement(s, ()) for s in before), Statement(last, tuple(numbers))]


def citation_recall(found: Sequence[Statement], quotes: Mapping[int, str], entails: Entails) -> float | None:
    """Returns the share of statements that their quotes together entail. None if there are no statements."""
    marks = [float(_supported(s, quotes, entails)) for s in found]
    return sum(marks) / len(marks) if marks else None


def citation_precision(found: Sequence[Statement], quotes: Mapping[int, str], entails: Entails) -> float | None:
    """Returns the share of necessary citations. None if there are no citations.

    A citation is wrong if its statement is not entailed, or if it does not entail the statement alone while the others
    do without it.
    """
    marks = [
        float(supported and not _irrelevant(s, n, quotes, entails))
        for s in found
        if s.numbers
        for supported in [_supported(s, quotes, entails)]
        for n in s.numbers
    ]
    return sum(marks) / len(marks) if marks else None


def _supported(statement: Statement, quotes: Mapping[int, str], entails: Entails) -> bool:
    cited = [quotes[n] for n in statement.numbers if n in quotes]
    return bool(cited) and entails(statement.text, cited)


def _irrelevant(statement: Statement, number: int, quotes: Mapping[int, str], entails: Entails) -> bool:
    alone = [quotes[number]] if number in quotes else []
    others = [quotes[n] for n in statement.numbers if n != number and n in quotes]
    if alone and entails(statement.text, alone):
        return False
    return bool(others) and entails(statement.text, others)


def _one_line(text: str) -> str:
    return " ".join(text.split())

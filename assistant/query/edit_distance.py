"""Measures how likely one word is a misspelling of another: restricted Damerau-Levenshtein distance, likely edits only.

No list of English words is complete, so a rare word must not count as a misspelling of a common one. Of the words at
distance one or two, only those qualify that people confuse by typing or by ear.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from enum import IntEnum
from itertools import groupby

LONGEST_STEP = 2  # edits
# The minimum length of a word for each kind of edit. Tuned 2026-11 on the questions of three public sets against the
# words of the other sets' texts: with shorter words, most corrections changed rare words.
_LACKS, _HAS_MORE, _OTHER, _TWO = 4, 7, 7, 8
_FIRST_EXCHANGED = 5

_ALIKE = ("aeiouy", "csz", "ckq", "gj", "mn")  # letters that are often confused
_VOWELS = re.compile("[aeiouy]")


class Step(IntEnum):
    """The kinds of edit from one word to another, the likeliest first."""

    SLIP = 0  # two neighbouring letters swapped, or a letter doubled or not doubled
    ONE_LETTER = 1  # one letter too many or too few
    OTHER_LETTER = 2  # one letter for a similar one
    SOUNDS_ALIKE = 3  # two edits that leave the consonants unchanged


def steps(word: str, others: Sequence[str]) -> Iterator[tuple[str, Step]]:
    """Yields the other words that one step separates from a word, with the kind of step. All in lower-case ASCII."""
    # imported here, because only a question with a misspelling needs it
    from rapidfuzz import process
    from rapidfuzz.distance import OSA

    most = LONGEST_STEP if len(word) >= _TWO else 1
    for other, edits, _ in process.extract(word, others, scorer=OSA.distance, score_cutoff=most, limit=None):
        kind = _kind(word, other, int(edits))
        if kind is not None:
            yield other, kind


def _kind(word: str, other: str, edits: int) -> Step | None:
    if _exchanged(word, other) or _singled(word) == _singled(other):
        return Step.SLIP
    if word[0] != other[0]:
        return None
    if edits > 1:
        return Step.SOUNDS_ALIKE if _consonants(word) == _consonants(other) else None
    if len(word) == len(other):
        return Step.OTHER_LETTER if len(word) >= _OTHER and _similar(word, other) else None
    return Step.ONE_LETTER if len(word) >= (_LACKS if len(word) < len(other) else _HAS_MORE) else None


def _exchanged(word: str, other: str) -> bool:
    """Returns whether two neighbouring letters of a word are swapped."""
    differ = [i for i, (a, b) in enumerate(zip(word, other, strict=False)) if a != b]
    if len(word) != len(other) or len(differ) != 2 or differ[1] != differ[0] + 1:
        return False
    i, j = differ
    return word[i] == other[j] and word[j] == other[i] and (i > 0 or len(word) >= _FIRST_EXCHANGED)


def _similar(word: str, other: str) -> bool:
    pair = next({a, b} for a, b in zip(word, other, strict=True) if a != b)
    return any(pair <= set(letters) for letters in _ALIKE)


def _singled(word: str) -> str:
    """Returns a word with its double letters made single."""
    return "".join(letter for letter, _ in groupby(word))


def _consonants(word: str) -> str:
    return _singled(_VOWELS.sub("", word))

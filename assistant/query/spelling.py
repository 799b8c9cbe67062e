"""Corrects the spelling of a question with the words of the index.

A word is known if the index contains it in any form, or if it is an ordinary English word. Known words stay, whether or
not the index contains them. An unknown word is compared with the words of the index (see edit_distance.py). Words with
digits, abbreviations, quotations, and names that differ by more than a typing slip stay too: Andersen is not Anderson.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Protocol

import assistant.language
from assistant.errors import ModelError
from assistant.language.recognize import ENGLISH, recognize_language
from assistant.language.words import STOP, stem
from assistant.query.edit_distance import LONGEST_STEP, Step, steps
from index.keyword import fold, is_stopword

SHORTEST = 4  # minimum letters of a word that is corrected
LACKING = 6  # minimum letters of a candidate that differs by one letter, unless it is a question word
SHORTEST_NAME, LONG_NAME = 5, 7  # minimum letters of a name that corrects a typing slip, and a letter more or less
CLEARLY = 2  # the chosen word must be in this many times the chunks of any other equally near word

_LETTERS = re.compile(r"[^\W\d_]+")
# never corrected: words with digits, addresses, and quotations
_FIXED = re.compile(r"\S*[\d@/\\_<>=#]\S*|\S*\w\.\w\S*|\"[^\"]*\"|“[^”]*”|\w+['’]t\b")
# suffixes that derive one English word from another
_BEHIND = re.compile(
    r"(?<=\w{3})(?:able|al|ally|ance|ation|er|ers|est|ful|ible|ic|ism|ist|ists|less|ly|ment|ness|or|ors|y)$"
)


class Vocabulary(Protocol):
    """The words that slips are mended to: those of an index (index/store/store.py, index/keyword.py)."""

    def count(self) -> int:
        """How many chunks there are."""

    def frequencies(self, terms: Iterable[str]) -> Mapping[str, int]:
        """In how many chunks each stemmed word is."""

    def words_of_form(self, first: str, size: int) -> list[str]:
        """The folded words of a first letter and length that chunks have or had."""

    def shown_word(self, word: str) -> str | None:
        """A folded word as the texts have it, with accents; None for an unknown one."""

    def has_small(self, stem: str) -> bool:
        """Whether a word of this stem begins with a small letter somewhere."""

    def has_capital(self, word: str) -> bool:
        """Whether a folded word begins with a capital somewhere."""


class Speller:
    """Mends questions by one vocabulary, which must stay as it is: what was looked up is remembered."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._vocabulary = vocabulary
        self._forms: dict[tuple[str, int], list[str]] = {}
        self._frequencies: dict[str, int] = {}
        self._shown: dict[str, str | None] = {}
        self._usual: dict[str, bool] = {}

    def _words_of_form(self, first: str, size: int) -> list[str]:
        """The words of a first letter and length that may be meant.

        Also the forms that the texts happen not to have: "opening" where they have "opened".
        """
        if (first, size) not in self._forms:
            own = self._vocabulary.words_of_form(first, size)
            english = _english_by_form().get((first, size), ())
            held = self._vocabulary.frequencies({stem(word) for word in english})
            forms = [word for word in english if held[stem(word)]]
            stops = [word for word in STOP if len(word) == size and word.startswith(first)]
            self._forms[first, size] = sorted(
                word for word in {*own, *forms, *stops} if word.isascii() and word.isalpha()
            )  # fmt: skip
        return self._forms[first, size]

    def _frequency(self, word: str) -> int:
        """In how many chunks a word is, in any form."""
        key = stem(word)
        if key not in self._frequencies:
            self._frequencies[key] = self._vocabulary.frequencies([key])[key]
        return self._frequencies[key]

    def _shown_word(self, word: str) -> str | None:
        if word not in self._shown:
            self._shown[word] = self._vocabulary.shown_word(word)
        return self._shown[word]

    def mend(self, question: str) -> str:
        """Returns the corrected question, or the same string if nothing needs correction. Corrections keep the case."""
        if recognize_language(question) != ENGLISH:
            return question  # the rules are of English slips
        fixed = [match.span() for match in _FIXED.finditer(question)]
        shouted = question.isupper()
        pieces, end = [], 0
        for number, match in enumerate(_LETTERS.finditer(question)):
            word = match[0]
            if any(a < match.end() and match.start() < b for a, b in fixed) or not (shouted or word[1:].islower()):
                continue  # capitals inside a word mark an abbreviation or a brand
            named = word[0].isupper() and not shouted
            better = self._better(fold(word), named, opens=number == 0)
            if better:
                pieces += [question[end : match.start()], _cased(better, word)]
                end = match.end()
        return "".join([*pieces, question[end:]]) if pieces else question

    def _better(self, word: str, named: bool, opens: bool) -> str | None:
        """Returns the correction of an unknown word, or None. named: it is capitalized. opens: it is the first word."""
        if len(word) < SHORTEST or not (word.isascii() and word.isalpha()):
            return None
        if word in STOP or self._frequency(word) or word in english():
            return None
        # a rare form of an English word is a word: "deserter" is not "deserted", although only "desert" is known
        farthest = Step.SLIP if _is_form(word) else Step.SOUNDS_ALIKE
        found = [
            (far, candidate)
            for candidate, far in self._near(word)
            if far <= farthest and self._may_be(candidate, far, named, opens)
        ]
        best = self._choose(found)
        return (self._shown_word(best) or best) if best else None

    def _near(self, word: str) -> Iterator[tuple[str, Step]]:
        """Yields words that are one step away, each with the kind of step."""
        # the first letter is rarely wrong, but it may be swapped with the second
        for first, spread in ((word[0], LONGEST_STEP), (word[1], 0)):
            for length in range(len(word) - spread, len(word) + spread + 1):
                if length >= SHORTEST:
                    yield from steps(word, self._words_of_form(first, length))

    def _may_be(self, candidate: str, far: Step, named: bool, opens: bool) -> bool:
        """Returns whether a correction is plausible; for a name, only if it cannot be a different name."""
        if candidate in STOP:
            return opens or not named
        if not self._frequency(candidate) and not is_stopword(candidate):
            return False  # a word of files that are gone
        if far is Step.ONE_LETTER and len(candidate) < LACKING:
            return False
        if not named and self._is_usual(candidate):
            return True
        if named and not opens and not self._vocabulary.has_capital(candidate):
            return False
        if far is Step.SLIP:
            return len(candidate) >= SHORTEST_NAME
        return far is Step.ONE_LETTER and len(candidate) >= LONG_NAME

    def _is_usual(self, word: str) -> bool:
        """Whether a word begins with a small letter somewhere, in any form."""
        key = stem(word)
        if key not in self._usual:
            self._usual[key] = self._vocabulary.has_small(key)
        return self._usual[key]

    def _choose(self, found: list[tuple[Step, str]]) -> str | None:
        """Returns the nearest candidate, or of several the one in clearly more chunks; None if there is no such one."""
        if not found:
            return None
        nearest = min(far for far, _ in found)
        near = {candidate for far, candidate in found if far == nearest}
        words = sorted(near, key=lambda c: (-self._held(c), self._shown_word(c) is None, c))
        others = [c for c in words if stem(c) != stem(words[0])]
        return None if others and self._held(words[0]) < CLEARLY * self._held(others[0]) else words[0]

    def _held(self, word: str) -> int:
        """In how many chunks a word is, in any form; what joins sentences is taken to be in all."""
        return self._vocabulary.count() if word in STOP else self._frequency(word)


def _cased(word: str, like: str) -> str:
    """Gives a lower-case word the case of another word."""
    if like.isupper():
        return word.upper()
    return word[0].upper() + word[1:] if like[0].isupper() else word


def _is_form(word: str) -> bool:
    """Returns whether an unknown word is inflected or derived from an English one."""
    base = _BEHIND.sub("", word)
    return stem(word) in _english_stems() or base in english() or base + "e" in english()


@lru_cache(maxsize=1)
def english() -> frozenset[str]:
    """Ordinary English words, and many names, in lower case.

    Raises ModelError where the list that ships is missing.
    """
    path = Path(assistant.language.__file__).with_name("english_words.txt")
    try:
        lines = path.read_text("ascii").splitlines()
    except OSError as error:
        raise ModelError(f"{path} cannot be read ({error.strerror}). Install Citewell again.") from None
    return frozenset(line for line in lines if not line.startswith("#"))


@lru_cache(maxsize=1)
def _english_by_form() -> Mapping[tuple[str, int], list[str]]:
    forms: dict[tuple[str, int], list[str]] = {}
    for word in sorted(english()):
        forms.setdefault((word[0], len(word)), []).append(word)
    return forms


@lru_cache(maxsize=1)
def _english_stems() -> frozenset[str]:
    return frozenset(stem(word) for word in english())

"""Slips in the spelling of a question: a word that nothing knows is read as the word of the index that it must be.

A word is known that the index holds, in any form, or that is an ordinary English word: then it is what was meant, be it
in the index or not. What is unknown is looked for among the index's words; how near two words are is told in
edit_distance.py. Left alone are what holds a figure, abbreviations, what stands in quotation marks, and names that
differ by more than a plain slip: Andersen is not Anderson.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Protocol

import assistant.language
from assistant.errors import ModelError
from assistant.language.words import STOP, stem
from assistant.query.edit_distance import LONGEST_STEP, Step, steps
from index.keyword import fold, is_stopword

SHORTEST = 4  # letters of a word that is mended
LACKING = 6  # letters of a word from which on one may lack, if it is no question word
SHORTEST_NAME, LONG_NAME = 5, 7  # letters of a name that is read for a plain slip of it, and for a letter more or less
CLEARLY = 2  # times as many chunks hold the word that is taken as hold another one that is as near

_LETTERS = re.compile(r"[^\W\d_]+")
# not looked into: what holds a figure or is an address, and what is quoted
_FIXED = re.compile(r"\S*[\d@/\\_<>=#]\S*|\S*\w\.\w\S*|\"[^\"]*\"|“[^”]*”|\w+['’]t\b")
# what makes an English word of another one
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
        """The question with its slips mended; the same string where there are none. What is mended keeps its case."""
        fixed = [match.span() for match in _FIXED.finditer(question)]
        shouted = question.isupper()
        pieces, end = [], 0
        for number, match in enumerate(_LETTERS.finditer(question)):
            word = match[0]
            if any(a < match.end() and match.start() < b for a, b in fixed) or not (shouted or word[1:].islower()):
                continue  # also an abbreviation or a brand, by its capitals
            named = word[0].isupper() and not shouted
            better = self._better(fold(word), named, opens=number == 0)
            if better:
                pieces += [question[end : match.start()], _cased(better, word)]
                end = match.end()
        return "".join([*pieces, question[end:]]) if pieces else question

    def _better(self, word: str, named: bool, opens: bool) -> str | None:
        """The word of the index that an unknown one must be. named: it has a capital. opens: it is the first one."""
        if len(word) < SHORTEST or not (word.isascii() and word.isalpha()):
            return None
        if word in STOP or self._frequency(word) or word in english():
            return None
        # a rare form of an English word is a word: "deserter", where only "desert" is known, is not "deserted"
        farthest = Step.SLIP if _is_form(word) else Step.SOUNDS_ALIKE
        found = [
            (far, candidate)
            for candidate, far in self._near(word)
            if far <= farthest and self._may_be(candidate, far, named, opens)
        ]
        best = self._choose(found)
        return (self._shown_word(best) or best) if best else None

    def _near(self, word: str) -> Iterator[tuple[str, Step]]:
        """Words that are a step away, each with the kind of step."""
        # the first letter is seldom wrong, but it may have changed places with the second
        for first, spread in ((word[0], LONGEST_STEP), (word[1], 0)):
            for length in range(len(word) - spread, len(word) + spread + 1):
                if length >= SHORTEST:
                    yield from steps(word, self._words_of_form(first, length))

    def _may_be(self, candidate: str, far: Step, named: bool, opens: bool) -> bool:
        """Whether a word so far off may be meant; of names, only what nobody can take for another name."""
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
        """The nearest candidate; of several, the one that clearly more chunks hold; None where that is open."""
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
    """A lower-case word in the case of another."""
    if like.isupper():
        return word.upper()
    return word[0].upper() + word[1:] if like[0].isupper() else word


def _is_form(word: str) -> bool:
    """Whether an unknown word is a form of an English one, inflected or derived."""
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

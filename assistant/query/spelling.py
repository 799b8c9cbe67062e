"""Corrects the spelling of a question with the words of the index.

A word is known if the index contains it in any form, or if it is an ordinary English word. Known words stay, whether or
not the index contains them. An unknown word is compared with the words of the index (see edit_distance.py). Words with
digits, abbreviations, quotations, and names that differ by more than a typing slip stay too: Andersen is not Anderson.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from functools import cached_property, lru_cache

from assistant.errors import ModelError
from assistant.language.recognize import ENGLISH, recognize_language
from assistant.language.words import STOP, stem
from assistant.models.reader import FOLDER
from assistant.query.edit_distance import LONGEST_STEP, Step, steps
from index.keyword import KeywordIndex, fold

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


@dataclass(frozen=True, slots=True)
class _Words:
    """The words that a correction can choose, in lower case and without accents.

    by_form: by first letter and length. shown: the spelling in the texts, with accents. common: stems of words that
    begin with a lower-case letter somewhere. capital: words that begin with a capital somewhere.
    """

    by_form: Mapping[tuple[str, int], Sequence[str]]
    shown: Mapping[str, str]
    common: Set[str]
    capital: Set[str]


class Speller:
    """Corrects questions with the words of one keyword index.

    texts: the texts in the index.
    """

    def __init__(self, keyword: KeywordIndex, texts: Sequence[str]) -> None:
        self._keyword = keyword
        self._texts = texts

    @cached_property
    def _words(self) -> _Words:
        """Built on first use, because most questions have no misspelling."""
        surfaces = sorted({word for text in self._texts for word in _LETTERS.findall(text)})
        shown = {fold(word): word.lower() for word in surfaces}
        # also forms that the texts happen not to contain: "opening" where they contain "opened"
        forms = [word for word in english() if self._keyword.frequency(stem(word))]
        by_form: dict[tuple[str, int], list[str]] = {}
        for word in sorted({*shown, *forms, *STOP}):
            if len(word) >= SHORTEST and word.isascii() and word.isalpha():
                by_form.setdefault((word[0], len(word)), []).append(word)
        small = [fold(word) for word in surfaces if word[0].islower()]
        capital = frozenset(fold(word) for word in surfaces if word[0].isupper())
        return _Words(by_form, shown, frozenset(map(stem, small)), capital)

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
        if word in STOP or self._keyword.frequency(stem(word)) or word in english():
            return None
        # a rare form of an English word is a word: "deserter" is not "deserted", although only "desert" is known
        farthest = Step.SLIP if _is_form(word) else Step.SOUNDS_ALIKE
        found = [
            (far, candidate)
            for candidate, far in self._near(word)
            if far <= farthest and self._may_be(candidate, far, named, opens)
        ]
        best = self._choose(found)
        return self._words.shown.get(best, best) if best else None

    def _near(self, word: str) -> Iterator[tuple[str, Step]]:
        """Yields words that are one step away, each with the kind of step."""
        # the first letter is rarely wrong, but it may be swapped with the second
        for first, spread in ((word[0], LONGEST_STEP), (word[1], 0)):
            for length in range(len(word) - spread, len(word) + spread + 1):
                yield from steps(word, self._words.by_form.get((first, length), ()))

    def _may_be(self, candidate: str, far: Step, named: bool, opens: bool) -> bool:
        """Returns whether a correction is plausible; for a name, only if it cannot be a different name."""
        if candidate in STOP:
            return opens or not named
        if far is Step.ONE_LETTER and len(candidate) < LACKING:
            return False
        if not named and stem(candidate) in self._words.common:
            return True
        if named and not opens and candidate not in self._words.capital:
            return False
        if far is Step.SLIP:
            return len(candidate) >= SHORTEST_NAME
        return far is Step.ONE_LETTER and len(candidate) >= LONG_NAME

    def _choose(self, found: list[tuple[Step, str]]) -> str | None:
        """Returns the nearest candidate, or of several the one in clearly more chunks; None if there is no such one."""
        if not found:
            return None
        nearest = min(far for far, _ in found)
        near = {candidate for far, candidate in found if far == nearest}
        words = sorted(near, key=lambda c: (-self._held(c), c not in self._words.shown, c))
        others = [c for c in words if stem(c) != stem(words[0])]
        return None if others and self._held(words[0]) < CLEARLY * self._held(others[0]) else words[0]

    def _held(self, word: str) -> int:
        """Returns how many chunks contain a word in any form; stop words count as in all."""
        return len(self._keyword) if word in STOP else self._keyword.frequency(stem(word))


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
    """Returns ordinary English words and many names in lower case: the whole words of BERT's tokenizer.

    Raises ModelError if the shipped tokenizer is missing.
    """
    path = FOLDER / "tokenizer.json"
    try:
        vocabulary = json.loads(path.read_text("utf-8"))["model"]["vocab"]
    except OSError as error:
        raise ModelError(f"{path} cannot be read ({error.strerror}). Install Citewell again.") from None
    return frozenset(word for word in vocabulary if word.isalpha())


@lru_cache(maxsize=1)
def _english_stems() -> frozenset[str]:
    return frozenset(stem(word) for word in english())

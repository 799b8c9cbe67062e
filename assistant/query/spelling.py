"""Slips in the spelling of a question: a word that nothing knows is read as the word of the index that it must be.

A word is known that the index holds, in any form, or that is an ordinary English word: then it is what was meant, be it
in the index or not. What is unknown is looked for among the index's words; how near two words are is told in
edit_distance.py. Left alone are what holds a figure, abbreviations, what stands in quotation marks, and names that
differ by more than a plain slip: Andersen is not Anderson.
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


@dataclass(frozen=True, slots=True)
class _Words:
    """The words that slips are mended to, in small letters and without accents.

    by_form: by first letter and length. shown: as the texts have them, with accents. common: stems of those that begin
    with a small letter somewhere. capital: those that begin with a capital somewhere.
    """

    by_form: Mapping[tuple[str, int], Sequence[str]]
    shown: Mapping[str, str]
    common: Set[str]
    capital: Set[str]


class Speller:
    """Mends questions to one keyword index.

    texts: those that the index is of.
    """

    def __init__(self, keyword: KeywordIndex, texts: Sequence[str]) -> None:
        self._keyword = keyword
        self._texts = texts

    @cached_property
    def _words(self) -> _Words:
        """Made when it is first needed: most questions have no slips."""
        surfaces = sorted({word for text in self._texts for word in _LETTERS.findall(text)})
        shown = {fold(word): word.lower() for word in surfaces}
        # also the forms that the texts happen not to have: "opening" where they have "opened"
        forms = [word for word in english() if self._keyword.frequency(stem(word))]
        by_form: dict[tuple[str, int], list[str]] = {}
        for word in sorted({*shown, *forms, *STOP}):
            if len(word) >= SHORTEST and word.isascii() and word.isalpha():
                by_form.setdefault((word[0], len(word)), []).append(word)
        small = [fold(word) for word in surfaces if word[0].islower()]
        capital = frozenset(fold(word) for word in surfaces if word[0].isupper())
        return _Words(by_form, shown, frozenset(map(stem, small)), capital)

    def mend(self, question: str) -> str:
        """The question with its slips mended; the same string where there are none. What is mended keeps its case."""
        if recognize_language(question) != ENGLISH:
            return question  # the rules are of English slips
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
        if word in STOP or self._keyword.frequency(stem(word)) or word in english():
            return None
        # a rare form of an English word is a word: "deserter", where only "desert" is known, is not "deserted"
        farthest = Step.SLIP if _is_form(word) else Step.SOUNDS_ALIKE
        found = [
            (far, candidate)
            for candidate, far in self._near(word)
            if far <= farthest and self._may_be(candidate, far, named, opens)
        ]
        best = self._choose(found)
        return self._words.shown.get(best, best) if best else None

    def _near(self, word: str) -> Iterator[tuple[str, Step]]:
        """Words that are a step away, each with the kind of step."""
        # the first letter is seldom wrong, but it may have changed places with the second
        for first, spread in ((word[0], LONGEST_STEP), (word[1], 0)):
            for length in range(len(word) - spread, len(word) + spread + 1):
                yield from steps(word, self._words.by_form.get((first, length), ()))

    def _may_be(self, candidate: str, far: Step, named: bool, opens: bool) -> bool:
        """Whether a word so far off may be meant; of names, only what nobody can take for another name."""
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
        """The nearest candidate; of several, the one that clearly more chunks hold; None where that is open."""
        if not found:
            return None
        nearest = min(far for far, _ in found)
        near = {candidate for far, candidate in found if far == nearest}
        words = sorted(near, key=lambda c: (-self._held(c), c not in self._words.shown, c))
        others = [c for c in words if stem(c) != stem(words[0])]
        return None if others and self._held(words[0]) < CLEARLY * self._held(others[0]) else words[0]

    def _held(self, word: str) -> int:
        """In how many chunks a word is, in any form; what joins sentences is taken to be in all."""
        return len(self._keyword) if word in STOP else self._keyword.frequency(stem(word))


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
    """Ordinary English words, lower-case, and many names: the whole words that BERT's tokenizer knows.

    Raises ModelError where the tokenizer that ships is missing.
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

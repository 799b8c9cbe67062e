"""Proper names of a sentence that its span does not have."""

from __future__ import annotations

import re
import unicodedata

from assistant.language.entities import MONTHS, OPENERS, WEEKDAYS
from assistant.language.words import STOP, stem

# a word with a capital, or letters and figures as in "F-16": what names something, but for the first of a sentence
_WORD = re.compile(r"[^\W_]+(?:[-.'’&][^\W_]+)*\.?")
_OPENING = re.compile(r"(?:^|[.!?:;]\s+|[“\"«(]\s*|^\W*)$")
_TITLES = frozenset("mr mrs ms dr prof sir lord lady".split())
# endings that turn a land or people into one another: Ukraine, Ukrainian; China, Chinese; Korea, Korean
_ENDINGS = frozenset(
    ["", "a", "e", "ea", "ia", "n", "an", "ian", "ese", "ish", "i", "s", "ns", "ans", "ians", "ine", "y", "o", "ic"]
)
# what is called by names that share no letters; English usage, each group says the same
_ALSO = (
    "us usa america american americans united-states", "uk britain british united-kingdom", "france french",
    "netherlands dutch", "eu european-union", "un united-nations", "germany german germans", "spain spanish",
    "denmark danish danes", "switzerland swiss", "wales welsh", "poland polish poles", "greece greek greeks",
    "norway norwegian", "peru peruvian", "turkey türkiye turkish turks", "sweden swedish swedes", "ireland irish",
    "czechia czech", "philippines filipino filipinos philippine", "thailand thai", "finland finnish finns",
)  # fmt: skip
_GROUPS = [frozenset(group.split()) for group in _ALSO]
# a first word is taken for a name where what follows says or does something
_ACTS = re.compile(
    r"[ ](?:is|was|has|had|will|would|can|could|may|might|said|says|told|did|does|sent|also|and [A-Z]|\w+ed)\b"
)


def missing_names(sentence: str, span: str) -> list[str]:
    """Names in the sentence of which a word is not in the span; case, endings and points are not looked at."""
    there = _words(span)
    acronyms = _acronyms(span)
    problems = []
    for m in _WORD.finditer(sentence):
        word = m[0].rstrip(".")
        if not is_name(sentence, m.start(), word) or _is_there(word, there, span):
            continue
        if m[0].endswith(".") and any(_shortens(_plain(word), other) for other in there):
            continue
        if _plain(word) in acronyms or _initial_of(sentence, m.start(), there):
            continue
        problems.append(f"the name {word} is not there")
    return problems


def is_name(sentence: str, start: int, word: str) -> bool:
    """Whether a word at this place names something."""
    bare = re.sub(r"['’]s?$", "", word)
    lowered = bare.lower()
    if len(bare) > 1 and bare.isupper():
        return True  # "US" is not "us"
    if (
        lowered in OPENERS
        or lowered in STOP
        or lowered in MONTHS
        or lowered in WEEKDAYS.split("|")
        or lowered in _TITLES
    ):
        return False
    capital = any(c.isupper() for c in bare) and any(c.isalpha() for c in bare)
    if not capital or (len(bare) == 1 and bare != "X"):
        return False
    if not _OPENING.search(sentence, 0, start) or sum(c.isupper() for c in bare) > 1:
        return True
    return _opens_as_name(sentence, start, word)


def _opens_as_name(sentence: str, start: int, word: str) -> bool:
    """A first word has a capital anyway: it is a name with another one behind it, or where it acts and is no plural."""
    behind = sentence[start + len(word) :]
    if len(word) > 4 and re.search(r"(?:[ie]an|ese|ish)$", word):
        return True  # a people
    if re.match(r" (?:[A-Z]|(?:of|de|van|von|al|bin) [A-Z])", behind) or word.endswith(("'s", "’s")):
        return True
    return bool(_ACTS.match(behind)) and not word.lower().endswith(("s", "ing", "ly", "ed"))


def _is_there(word: str, there: set[str], span: str) -> bool:
    plain = _plain(word)
    if plain in STOP:  # "US" is not "us"
        there = there - {plain} if not re.search(rf"\b{re.escape(word)}\b", span) else there
    if plain in there or (plain not in STOP and stem(plain) in {stem(w) for w in there}):
        return True
    parts = [p for p in re.split(r"[-&]", plain) if p]
    if len(parts) > 1 and all(_is_there(p, there, span) for p in parts):
        return True
    return any(_kin(plain, other) for other in there) or any(
        plain in group and any(_has(other, there, span) for other in group) for group in _GROUPS
    )


def _shortens(short: str, word: str) -> bool:
    """Whether "lt" shortens "lieutenant": the same first letter, and the others in their order."""
    letters = iter(word)
    return 1 < len(short) <= 4 and len(word) > len(short) and short[0] == word[:1] and all(c in letters for c in short)


def _has(name: str, there: set[str], span: str) -> bool:
    return name.replace("-", " ") in span.lower() if "-" in name else name in there


def _kin(one: str, other: str) -> bool:
    """Whether two names are a land and its people: alike but for such an ending."""
    shared = 0
    while shared < min(len(one), len(other)) and one[shared] == other[shared]:
        shared += 1
    return shared >= 4 and one[shared:] in _ENDINGS and other[shared:] in _ENDINGS


def _words(text: str) -> set[str]:
    found = set()
    for m in _WORD.finditer(text):
        plain = _plain(m[0])
        found |= {plain, *re.split(r"[-&]", plain)}
    return found - {""}


def _plain(word: str) -> str:
    """Lower case, without accents, points and a possessive ending."""
    bare = re.sub(r"['’]s?$", "", word.rstrip(".")).replace(".", "").replace("’", "'")
    return "".join(c for c in unicodedata.normalize("NFKD", bare.lower()) if not unicodedata.combining(c))


def _acronyms(text: str) -> set[str]:
    """The initials of every run of capitalised words, "of" and "the" between them left out."""
    found = set()
    for run in re.findall(r"(?:[A-Z][\w’'-]*(?: (?:of|the|and|for|on) | |-)?){2,}", text):
        initials = "".join(w[0] for w in re.split(r"[ -]", run) if w[:1].isupper()).lower()
        found |= {initials[i:j] for i in range(len(initials)) for j in range(i + 2, len(initials) + 1)}
    return found


def _initial_of(sentence: str, start: int, there: set[str]) -> bool:
    """Whether the word is one of a run whose initials stand in the span."""
    for m in re.finditer(r"(?:[A-Z][\w’'-]*(?: (?:of|the|and|for|on) | |-)?){2,}", sentence):
        if m.start() <= start < m.end():
            initials = "".join(w[0] for w in re.split(r"[ -]", m[0]) if w[:1].isupper()).lower()
            return len(initials) > 1 and initials in there
    return False

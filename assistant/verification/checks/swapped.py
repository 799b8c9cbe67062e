"""Facts that stand in the place of others: a sentence that is its span but for one name, number, date or word.

The fact may well be in the span, for something else; set side by side, the two texts show that it was put in.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher

from assistant.language.entities import MONTHS, UNITS, WEEKDAYS, Fact, dates, loose_dates, names, numbers
from assistant.language.words import STOP, stem
from assistant.verification.checks.names import is_name, missing_names
from assistant.verification.checks.opposites import exclude
from assistant.verification.checks.roles import VERB, passive

LONGEST = 6  # words of a place; longer ones are another wording, not another fact
ALMOST = 0.6  # the share of a sentence's words that are the span's, in their order, where one word may say otherwise
VERBATIM = 0.7  # the same, where one word is compared with the one in whose place it stands
_WORD = re.compile(r"[^\W_]+(?:[.,:'’-][^\W_]+)*%?")
_DOES = re.compile(r"\b(?:to|will|would|can|could|may|might|must|should|is|are|was|were|be|been|has|have|had)\s$")
_FACT_WORDS = frozenset([*MONTHS, *UNITS, *WEEKDAYS.split("|")])


def swapped(sentence: str, span: str) -> list[str]:
    """Names, numbers, dates and words of the sentence where the span has others, between words that are the same."""
    if passive(sentence) != passive(span):
        return []  # "A hit B" and "B was hit by A" say the same, see roles.py
    problems = []
    for mine, other, start, share in _places(sentence, span):
        alone = " " not in f"{mine}{other}"
        if _differ(sentence, start, mine, other) or (alone and share >= ALMOST and exclude(mine, other)):
            problems.append(f"“{mine}” stands for “{other}”")
    return problems


def doubtful(sentence: str, span: str) -> list[tuple[str, str]]:
    """Words of a sentence that is its span but for them, each with the one in whose place it stands. No verbs.

    Whether they say the same is for a model to tell.
    """
    there = {stem(m[0].lower()) for m in _WORD.finditer(span)}
    return [
        (mine, other)
        for mine, other, start, share in _places(sentence, span)
        if not _DOES.search(sentence, 0, start)
        and not VERB.fullmatch(mine)
        and share >= VERBATIM
        and _plain_word(mine)
        and _plain_word(other)
        and stem(mine.lower()) not in there
    ]


def _places(sentence: str, span: str) -> Iterator[tuple[str, str, int, float]]:
    """Where few words stand for few others between the same: both, the first's start, and how much is the same."""
    here, there = list(_WORD.finditer(sentence)), list(_WORD.finditer(span))
    match = SequenceMatcher(None, [_key(m) for m in here], [_key(m) for m in there], autojunk=False)
    same = sum(block.size for block in match.get_matching_blocks())
    for tag, a, b, c, d in match.get_opcodes():
        rest = len(here) - (b - a)
        if tag != "replace" or b - a > LONGEST or d - c > LONGEST or same < max(3, rest // 2):
            continue
        mine = sentence[here[a].start() : here[b - 1].end()]
        yield mine, span[there[c].start() : there[d - 1].end()], here[a].start(), same / max(rest, 1)


def _key(m: re.Match[str]) -> str:
    return stem(re.sub(r"['’]s$", "", m[0].lower()))


def _plain_word(word: str) -> bool:
    """Whether a text is one content word and no fact."""
    lowered = re.sub(r"['’]s$", "", word.lower())
    return lowered.isalpha() and lowered not in STOP and lowered not in _FACT_WORDS and word[1:] == word[1:].lower()


def _differ(sentence: str, start: int, mine: str, other: str) -> bool:
    """Whether both are little but facts of one kind, and mine says what the other does not."""
    for kind in (numbers, loose_dates):
        ours, theirs = kind(mine), kind(other)
        if ours and theirs and _bare(mine, ours) and _bare(other, theirs):
            return not {f.value for f in ours} & {f.value for f in theirs} and not _same_date(mine, other)
    if " " not in mine and not is_name(sentence, start, mine):
        return False
    # a word before each, so that neither opens a sentence, where a capital says nothing
    ours, theirs = names(f"a {mine}"), names(f"a {other}")
    if not ours or not theirs or not _bare(f"a {mine}", ours, 2) or not _bare(f"a {other}", theirs, 2):
        return False
    return bool(missing_names(f"a {mine}", other)) and bool(missing_names(f"a {other}", mine))


def _bare(text: str, facts: Sequence[Fact], most: int = 1) -> bool:
    """Whether a text holds at most so many words beside its facts."""
    return sum(not any(f.start <= m.start() < f.end for f in facts) for m in _WORD.finditer(text)) <= most


def _same_date(mine: str, other: str) -> bool:
    """Whether one says less of the same day."""
    first, second = [f.value for f in dates(mine)], [f.value for f in dates(other)]
    return any(a.endswith(b.lstrip("-")) or b.endswith(a.lstrip("-")) or a.startswith(b) or b.startswith(a)
               for a in first for b in second)  # fmt: skip

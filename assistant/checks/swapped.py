"""Facts that stand in the place of others: a sentence that is its span but for one name, number or date.

The fact may well be in the span, for something else; set side by side, the two texts show that it was put in.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from difflib import SequenceMatcher

from assistant.checks.names import missing_names
from assistant.facts import Fact, dates, loose_dates, names, numbers
from assistant.question import stem

LONGEST = 6  # words of a place; longer ones are another wording, not another fact
_WORD = re.compile(r"[^\W_]+(?:[.,:'’-][^\W_]+)*%?")


def swapped(sentence: str, span: str) -> list[str]:
    """Names, numbers and dates of the sentence where the span has others, between words that are the same."""
    here, there = list(_WORD.finditer(sentence)), list(_WORD.finditer(span))
    match = SequenceMatcher(None, [_key(m) for m in here], [_key(m) for m in there], autojunk=False)
    problems = []
    for tag, a, b, c, d in match.get_opcodes():
        if tag != "replace" or b - a > LONGEST or d - c > LONGEST or not _framed(match, a, b, len(here)):
            continue
        mine = sentence[here[a].start() : here[b - 1].end()]
        other = span[there[c].start() : there[d - 1].end()]
        if _differ(mine, other):
            problems.append(f"“{mine}” stands for “{other}”")
    return problems


def _key(m: re.Match[str]) -> str:
    return stem(re.sub(r"['’]s$", "", m[0].lower()))


def _framed(match: SequenceMatcher[str], a: int, b: int, length: int) -> bool:
    """Whether the words around a place are the same in both texts, and enough of them."""
    same = sum(block.size for block in match.get_matching_blocks())
    return same >= max(3, (length - (b - a)) // 2)


def _differ(mine: str, other: str) -> bool:
    """Whether both are little but facts of one kind, and mine says what the other does not."""
    for kind in (numbers, loose_dates):
        ours, theirs = kind(mine), kind(other)
        if ours and theirs and _bare(mine, ours) and _bare(other, theirs):
            return not {f.value for f in ours} & {f.value for f in theirs} and not _same_date(mine, other)
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

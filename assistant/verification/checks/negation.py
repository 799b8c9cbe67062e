"""Whether a sentence says the opposite of its span: a "not" added or taken away, or a word for its opposite."""

from __future__ import annotations

import itertools
import re

from assistant.language.words import STOP, stem
from assistant.verification.checks.opposites import opposites

_TOKEN = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*|[,;:.!?](?=\s|$)")
_STOPS = frozenset(",;:.!?")
_NOT = frozenset("not no never none nobody nothing neither nor cannot without hardly".split())
# verbs that say no of the verb behind them: "failed to help" and "did not help"
_FAILS = frozenset(stem(w) for w in "deny denied refuse fail failed unable decline".split())
# words that say no by themselves: "denied that it had" and "said it had not"
_REFUSE = _FAILS | frozenset(
    stem(w)
    for w in "lack lacked reject rejected dispute disputed"
    " prevent prevented stop stopped avoid avoided dismiss dismissed impossible absence unlikely"
    " unconfirmed unverified ignore ignored ignoring disregard yet".split()
)
# stop words of questions that say something in a text
_LIGHT = STOP - frozenset("name named called say said told tell know show list describe explain far old long".split())
_REACH = 6  # words behind a "not" that it turns round


def turned_round(sentence: str, span: str) -> list[str]:
    """What the sentence denies and the span does not, or the other way round, and opposites of the span's words."""
    here, there = _tokens(sentence), _tokens(span)
    problems = [f"“{word}” is denied, and not there" for word in _denied_here_alone(here, there)]
    problems += [f"“{word}” is denied there, and not here" for word in _denied_here_alone(there, here, back=True)]
    problems += [f"“{word}” is denied there, and not here" for word in _failed_there_alone(here, there)]
    denied = any(w in _NOT for w in here) != any(w in _NOT for w in there)  # "did not oppose": "supported"
    against = [] if denied and not problems else opposites(_words(here), _words(there))
    return problems + [f"“{word}” is the opposite of what is there" for word in against]


def _tokens(text: str) -> list[str]:
    """Lower-case words and marks; "didn't" becomes "did not", "ruled out" one word."""
    found: list[str] = []
    for m in _TOKEN.finditer(text):
        word = m[0].lower().replace("’", "'")
        if word.endswith("n't"):
            found += [{"ca": "can", "wo": "will", "sha": "shall"}.get(word[:-3], word[:-3]), "not"]
        elif word == "out" and found and found[-1] in {"rule", "rules", "ruled", "ruling"}:
            found[-1] = "dismissed"
        else:
            found.append(re.sub(r"'s$", "", word))
    return found


def _words(tokens: list[str]) -> list[str]:
    return [t for t in tokens if t not in _STOPS]


def _denied_here_alone(here: list[str], there: list[str], *, back: bool = False) -> list[str]:
    """Words that a negation reaches in `here` and that stand in `there` with none near.

    back: `here` is the span, which may deny more than the sentence speaks of: only what the sentence says counts.
    """
    stems_there = [stem(w) for w in there]
    found = []
    for i, word in enumerate(here):
        if word not in _NOT or here[i + 1 : i + 2] == ["only"]:
            continue
        reached = [w for w in _clause(here[i + 1 :]) if (w not in _LIGHT or w in _NOT) and w != "yet"]
        heads = [stem(w) for w in reached[:2]]
        places = [j for j, s in enumerate(stems_there) if s in heads]
        if here[i + 1 : i + 2] in (["no"], ["not"]) and not back:
            found.append(f"{word} {here[i + 1]}")
        elif heads and heads[0] in _REFUSE and not any(_NOT & set(_before(there, j)) for j in places):
            if heads[0] in stems_there:
                found.append(reached[0])
        elif places:
            if not any(_negated(there, j) and not _refuses(there[j]) for j in places):
                found.append(" ".join(reached[:2]))
        elif not back and not any(w in _NOT or _refuses(w) for w in there):
            found.append(" ".join(reached[:2]) or word)
    return found


def _failed_there_alone(here: list[str], there: list[str]) -> list[str]:
    """Verbs behind "failed to" or "refused to" in the span that the sentence has without any such word."""
    if any(w in _NOT or _refuses(w) for w in here):
        return []
    stems = {stem(w) for w in here}
    found = []
    for i, word in enumerate(there):
        if stem(word) in _FAILS and there[i + 1 : i + 2] == ["to"]:
            found += [w for w in there[i + 2 : i + 3] if w not in _LIGHT and stem(w) in stems]
    return found


def _clause(tokens: list[str]) -> list[str]:
    """What a negation at its head can reach."""
    return list(itertools.takewhile(lambda w: w not in _STOPS and w not in {"but", "and"}, tokens[:_REACH]))


def _refuses(word: str) -> bool:
    return stem(word) in _REFUSE


def _before(tokens: list[str], place: int) -> list[str]:
    """The words before a place, back to the mark before it."""
    before = list(itertools.takewhile(lambda w: w not in {".", ";", "!", "?"}, reversed(tokens[:place])))
    return before[:_REACH]


def _negated(tokens: list[str], place: int) -> bool:
    around = [*_before(tokens, place), *tokens[place : place + 2]]
    return any(w in _NOT or _refuses(w) for w in around)

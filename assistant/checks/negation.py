"""Whether a sentence says the opposite of its span: a "not" added or taken away, or a word for its opposite."""

from __future__ import annotations

import itertools
import re

from assistant.question import OPPOSITES, STOP, stem

_TOKEN = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")
_NOT = frozenset("not no never none nobody nothing neither nor cannot without hardly".split())
# verbs that say no by themselves: "denied that it had" and "said it had not"
_REFUSE = frozenset(
    stem(w)
    for w in "deny denied refuse refused fail failed lack lacked reject rejected unable dispute disputed decline"
    " declined prevent prevented stop stopped avoid avoided rule ruled dismiss dismissed impossible absence unlikely"
    " unconfirmed unverified ignore ignored ignoring disregard yet".split()
)
_REACH = 6  # words behind a "not" that it turns round
_ANTONYMS = (
    "increase decrease|rise fall|gain lose|win lose|enter leave|accept reject|confirm deny|support oppose|start end"
    "|begin end|open close|allow ban|arrive depart|buy sell|above below|before after|up down|success failure"
    "|succeed fail|victory defeat|alive dead|guilty innocent|legal illegal|join leave|strengthen weaken|improve worsen"
    "|agree disagree|include exclude|attack defend|advance retreat|approve reject|agree refuse|more fewer|more less"
    "|most least|possible impossible|likely unlikely|public private|military civilian|inside outside|true false"
    "|present absent|known unknown|cheap expensive|safe dangerous|friend enemy|hot cold|high low|raise lower"
    "|grow shrink"
)
_OPPOSITE: dict[str, set[str]] = {}
for _pair in _ANTONYMS.split("|"):
    for _a, _b in itertools.permutations(stem(w) for w in _pair.split()):
        _OPPOSITE.setdefault(_a, set()).add(_b)
for _word, _other in OPPOSITES.items():
    _OPPOSITE.setdefault(stem(_word), set()).add(stem(_other))


def turned_round(sentence: str, span: str) -> list[str]:
    """What the sentence denies and the span does not, or the other way round, and opposites of the span's words."""
    here, there = _tokens(sentence), _tokens(span)
    problems = [f"“{word}” is denied, and not there" for word in _denied_here_alone(here, there)]
    problems += [f"“{word}” is denied there, and not here" for word in _denied_here_alone(there, here, back=True)]
    return problems + _opposites(here, there)


def _tokens(text: str) -> list[str]:
    """Lower-case words; "didn't" becomes "did not"."""
    found: list[str] = []
    for m in _TOKEN.finditer(text):
        word = m[0].lower().replace("’", "'")
        if word.endswith("n't"):
            found += [{"ca": "can", "wo": "will", "sha": "shall"}.get(word[:-3], word[:-3]), "not"]
        else:
            found.append(re.sub(r"'s$", "", word))
    return found


def _denied_here_alone(here: list[str], there: list[str], *, back: bool = False) -> list[str]:
    """Words that a negation reaches in `here` and that stand in `there` with none near.

    back: `here` is the span, which may deny more than the sentence speaks of: only what the sentence says counts.
    """
    stems_there = [stem(w) for w in there]
    found = []
    for i, word in enumerate(here):
        if word not in _NOT or here[i + 1 : i + 2] == ["only"]:
            continue
        reached = [w for w in here[i + 1 : i + 1 + _REACH] if w not in STOP or w in _NOT]
        reached = list(itertools.takewhile(lambda w: w not in {"but", "and"}, reached))
        heads = [stem(w) for w in reached[:2]]
        places = [j for j, s in enumerate(stems_there) if s in heads]
        if here[i + 1 : i + 2] in (["no"], ["not"]) and not back:
            found.append(f"{word} {here[i + 1]}")
        elif places:
            if not any(_negated(there, j) and not _refuses(there[j]) for j in places):
                found.append(" ".join(reached[:2]))
        elif not back and not any(w in _NOT or _refuses(w) for w in there):
            found.append(" ".join(reached[:2]) or word)
    return found


def _refuses(word: str) -> bool:
    return stem(word) in _REFUSE


def _negated(tokens: list[str], place: int) -> bool:
    around = tokens[max(place - _REACH, 0) : place + 2]
    return any(w in _NOT or _refuses(w) for w in around)


def _opposites(here: list[str], there: list[str]) -> list[str]:
    """Words whose opposite, and not they themselves, stands in the span."""
    mine, theirs = {stem(w) for w in here}, {stem(w) for w in there}
    return [
        f"“{word}” is the opposite of what is there"
        for word in dict.fromkeys(here)
        if (others := _OPPOSITE.get(stem(word), set()) & theirs) and stem(word) not in theirs and not others & mine
    ]

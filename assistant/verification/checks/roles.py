"""Who did it to whom, and who said so: "A accused B" is not "B accused A", but "B was accused by A"."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from assistant.language.entities import Fact, names
from assistant.language.words import STOP, stem

_WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")
_IRREGULAR = (
    "built|sold|bought|won|led|held|made|given|taken|known|shown|written|seen|sent|hit|cut|put|run|found|told|beaten|beat"
    "|driven|hurt|shot|struck|drawn|thrown|chosen|spoken|brought|taught|caught|fought|lost|paid|set|worn|stolen|met|gave"
    "|took|wrote|saw|flown"
)
VERB = re.compile(rf"\w+ed|\w+ing|{_IRREGULAR}")
_PASSIVE = re.compile(
    rf"\b(?:is|are|was|were|be|been|being|got)(?: \w+ly| also| then| first)? (?P<verb>\w+ed|{_IRREGULAR})\b"
    r"[^.;]{0,80}? by\b",
    re.I,
)
_BEING = re.compile(r"\b(?:is|are|was|were|be|been|being|got)(?: \w+ly| also| then| first)?\s$", re.I)
_NEAR = 12  # words on either side of a verb, in which who does it and to whom are looked for
_SAID = (
    "said|says|say|told|tells|stated|states|reported|reports|wrote|writes|announced|announces|added|adds|claimed|claims"
    "|warned|confirmed|explained|insisted|noted"
)
_SAYING = re.compile(rf"\b(?:{_SAID})\b|\baccording to\b", re.I)
_ACCORDING = re.compile(r"\baccording to (?:the |an? )?(?P<who>[^\W\d_][\w’'-]*(?: [^\W\d_][\w’'-]*){0,3})", re.I)
_END = re.compile(
    rf"[,”\"’'] (?:the |an? )?(?P<who>[^\W\d_][\w’'-]*(?: [^\W\d_][\w’'-]*){{0,2}}) (?:{_SAID})\b(?! to\b)"
)
_START = re.compile(rf"^(?:The |An? )?(?P<who>[^\W\d_][\w’'-]*(?: [^\W\d_][\w’'-]*){{0,2}}) (?:{_SAID})\b(?! to\b)")
_NOBODY = frozenset(
    "he she they it we you i one him her them his its their this that these those who there which".split()
)
_JOINED = re.compile(r",? (?:and|or) |, ")


def passive(text: str) -> bool:
    """Whether something in a text is done by somebody: "was accused by"."""
    return bool(_PASSIVE.search(text))


def wrong_roles(sentence: str, span: str) -> list[str]:
    """Verbs of both texts whose doer and target, both named, have changed places."""
    here, there = _acts(sentence), _acts(span)
    return [
        f"“{verb}” has its sides exchanged"
        for verb, (doers, targets) in here.items()
        if verb in there
        and _meet(doers, there[verb][1])
        and _meet(targets, there[verb][0])
        and not _meet(doers, there[verb][0])
    ]


def wrong_speaker(sentence: str, span: str) -> list[str]:
    """Whoever the sentence says said it, where the span names another one, or has no word for them."""
    if not _SAYING.search(span):
        return []
    stems = {stem(m[0].lower()) for m in _WORD.finditer(span)}
    spoke = _speakers(span)
    problems = []
    for m in (*_START.finditer(sentence), *_ACCORDING.finditer(sentence), *_END.finditer(sentence)):
        who = [re.sub(r"['’]s$", "", w) for w in m["who"].split()]
        content = [w for w in who if w.lower() not in STOP]
        if not content or {w.lower() for w in who} & _NOBODY:
            continue
        named = names(f"a {m['who']}")
        if named and spoke:
            if not _meet(named, spoke):
                problems.append(f"“{m['who']}” is not who said it there")
        elif not any(w[0].isupper() for w in content[1:]) and not any(stem(w.lower()) in stems for w in content):
            problems.append(f"“{m['who']}” is not who said it there")
    return problems


def _speakers(text: str) -> list[Fact]:
    """Names in whose company something is said, whoever of them says it."""
    found = []
    named = names(text)
    for m in _SAYING.finditer(text):
        for fact in named:
            between = text[fact.end : m.start()] if fact.end <= m.start() else text[m.end() : fact.start]
            near = _NEAR if fact.end <= m.start() else _NEAR // 2 + 2
            if len(between.split()) <= near and not re.search(r"[.!?;]\s|\bthat\b", between):
                found.append(fact)
    return found


def _acts(text: str) -> dict[str, tuple[list[Fact], list[Fact]]]:
    """For each verb between two names: who does it, and to whom. By form; a verb that stands twice is left out."""
    named = [f for f in names(text) if f.value.split()[0] not in STOP or text[f.start : f.end].isupper()]
    found: dict[str, tuple[list[Fact], list[Fact]]] = {}
    twice: set[str] = set()
    for word, before, after, turned in _verbs(text, named):
        twice |= {word} & found.keys()
        found[word] = (after, before) if turned else (before, after)
    return {word: sides for word, sides in found.items() if word not in twice}


def _verbs(text: str, named: Sequence[Fact]) -> Iterator[tuple[str, list[Fact], list[Fact], bool]]:
    """Words that have a verb's form, the names nearest on both sides, and whether it is done by the second."""
    done = {m.start("verb") for m in _PASSIVE.finditer(text)}
    for m in _WORD.finditer(text):
        if not VERB.fullmatch(m[0]) or re.search(r"\b(?:the|an?|of|for|by|its|his|her|their)\s$", text[: m.start()]):
            continue
        if m.start() not in done and _BEING.search(text, 0, m.start()):
            continue  # "were killed": by whom is not said
        before = [f for f in named if f.end <= m.start() and len(text[f.end : m.start()].split()) <= _NEAR]
        after = [f for f in named if f.start >= m.end() and len(text[m.end() : f.start].split()) <= _NEAR]
        if not before or not after or re.search(r"[.!?;]\s", text[before[-1].end : after[0].start]):
            continue
        yield stem(m[0]), _run(text, before[::-1]), _run(text, after), m.start() in done


def _run(text: str, named: Sequence[Fact]) -> list[Fact]:
    """The first of the names and those that a comma or "and" joins to it."""
    run = [named[0]]
    for fact in named[1:]:
        first, second = sorted((run[-1], fact), key=lambda f: f.start)
        if not _JOINED.fullmatch(text[first.end : second.start]):
            break
        run.append(fact)
    return run


def _meet(ours: Sequence[Fact], theirs: Sequence[Fact]) -> bool:
    return any(_same(one, other) for one in ours for other in theirs)


def _same(one: Fact, other: Fact) -> bool:
    """Whether the words of one name are among the other's, their endings aside."""
    mine, theirs = ({w[:5] for w in re.findall(r"\w{2,}", f.value)} for f in (one, other))
    return bool(mine) and bool(theirs) and (mine <= theirs or theirs <= mine)

"""Words that exclude one another: "rose" and "fell", "before" and "after", "men" and "women". English, by lists."""

from __future__ import annotations

import itertools

from assistant.language.words import stem
from assistant.query.analyze import OPPOSITES

# either side of a pair: words that say about the same; irregular forms are given, regular ones share a stem
_SIDES = (
    "increase rise rose risen grow grew grown climb gain raise higher expand soar jump surge"
    "/decrease fall fell fallen drop decline shrink shrank shrunk lose lost cut reduce lower decreasing plunge slump"
    " reduction dip diminish",
    "enter arrive join come came reach/leave left depart exit quit went",
    "accept approve agree adopt pass passed back backed support supported endorse favour favor welcome"
    "/reject refuse oppose disagree veto criticise criticize condemn decline",
    "confirm admit acknowledge/deny denied denies", "start begin began begun launch/end finish stop conclude cease",
    "open opened reopen/close closed shut",
    "allow permit legalise legalize let/ban forbid forbidden prohibit bar barred outlaw", "above/below",
    "before prior/after following", "success succeed successful/failure fail failed unsuccessful",
    "alive survive survived/dead die died killed", "guilty convicted/innocent acquitted",
    "legal lawful/illegal unlawful", "strengthen stronger/weaken weaker",
    "improve better improvement/worsen worse deteriorate", "include/exclude", "attack/defend",
    "advance/retreat withdraw withdrew withdrawn", "more/fewer less", "most/least", "possible/impossible",
    "likely/unlikely", "public/private", "military/civilian", "inside indoors/outside outdoors", "true/false untrue",
    "present/absent", "known/unknown", "cheap cheaper/expensive dearer", "safe/dangerous unsafe",
    "friend ally/enemy foe", "hot hotter warm/cold colder cool", "high/low", "long longer/short shorter",
    "early/late", "paid/unpaid", "named identified/unnamed", "hire hired appoint/dismiss fired sack sacked",
    "postpone delay postponed/hasten forward", "faster quicker/slower", "rich/poor", "young younger/old older",
    "majority/minority", "maximum/minimum", "hottest warmest/coldest", "highest/lowest", "largest biggest/smallest",
    "oldest/youngest", "best/worst", "first/last", "strong/weak", "full/empty", "positive/negative",
    "surplus/deficit", "profit/loss", "temporary temporarily/permanent permanently",
    "voluntary voluntarily/compulsory mandatory forced",
    "release released freed/arrest arrested detain detained jail jailed", "remember/forget forgot", "offence/defence",
    "domestic/foreign", "unanimously/narrowly", "partly partially/completely fully entirely", "still/stopped",
)  # fmt: skip
# words of which one is not the other, and no word besides says the same; for sentences that are alike but for it
# the last ones tell the same from the other side, where the names change places too
_APART = (
    "man woman boy girl", "men women boys girls", "male female", "he she", "his her", "him her", "himself herself",
    "husband wife", "brother sister", "brothers sisters", "father mother", "son daughter", "sons daughters",
    "uncle aunt", "king queen", "for against", "with without", "to from", "into from", "over under", "before after",
    "until since", "above below", "up down", "in out", "inside outside", "on off", "north south east west",
    "northern southern eastern western", "northwest northeast southwest southeast", "left right",
    "spring summer autumn winter", "once twice thrice half", "morning afternoon evening night", "noon midnight",
    "today yesterday tomorrow", "and or", "all some most none few no half", "every some no",
    "always never sometimes often rarely", "may must", "can cannot", "always usually", "could will",
    "red blue green yellow black white brown grey orange purple pink", "gold silver bronze", "army navy", "beer wine",
    "gas oil", "dog cat horse", "everyone nobody someone", "day week month year hour minute",
    "days weeks months years hours minutes", "weekly daily monthly yearly", "rose fell", "more less fewer",
    "most least", "many few", "only also", "often seldom", "first second third fourth fifth sixth last",
    "land sea air", "import export", "imports exports", "imported exported", "paid unpaid", "president minister",
    "win loss", "still never", "each none", "both neither", "single double triple",
    "hundreds thousands dozens millions billions", "gained lost", "won lost", "rises falls", "accepted rejected",
    "win won lose lost beat defeated", "buy bought sell sold", "buys sells", "import export",
    "lend lent borrow borrowed", "employer employee", "parent child", "teacher pupil", "doctor patient",
    "landlord tenant", "victory defeat",
)  # fmt: skip

_OPPOSITE: dict[str, list[tuple[frozenset[str], frozenset[str]]]] = {}
_EXCLUDED: dict[str, set[str]] = {}
for _pair in _SIDES:
    _one, _other = (frozenset(stem(w) for w in side.split()) for side in _pair.split("/"))
    for _mine, _theirs in ((_one, _other), (_other, _one)):
        for _word in _mine:
            _OPPOSITE.setdefault(_word, []).append((_mine, _theirs))
for _group in _APART:
    for _a, _b in itertools.permutations(_group.split(), 2):
        _EXCLUDED.setdefault(_a, set()).add(_b)


def opposites(here: list[str], there: list[str]) -> list[str]:
    """Words of `here` whose opposite is in `there`, where neither text has words of both sides. Lower-case words."""
    mine, theirs = {stem(w) for w in here}, {stem(w) for w in there}
    found = []
    for word in dict.fromkeys(here):
        for same, other in _OPPOSITE.get(stem(word), ()):
            if other & theirs and not same & theirs and not other & mine:
                found.append(word)
    for word in dict.fromkeys(here):
        turned = OPPOSITES.get(word)
        if turned and turned in there and word not in there and turned not in here:
            found.append(word)
    return list(dict.fromkeys(found))


def exclude(one: str, other: str) -> bool:
    """Whether one of two words cannot stand for the other."""
    one, other = one.lower().replace("’", "'").removesuffix("'s"), other.lower().replace("’", "'").removesuffix("'s")
    if other in _EXCLUDED.get(one, ()) or OPPOSITES.get(one) == other:
        return True
    if one in {f"{p}{other}" for p in _PREFIXES} or other in {f"{p}{one}" for p in _PREFIXES}:
        return True
    first, second = stem(one), stem(other)
    return any(second in theirs for _, theirs in _OPPOSITE.get(first, ()))


_PREFIXES = ("un", "in", "im", "il", "ir", "dis", "non", "non-", "anti", "anti-")

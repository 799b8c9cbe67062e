"""Near misses made from true pairs: a question that the passage nearly answers, a sentence that it nearly says.

One fact is changed: a name, number or date for another of the same text, a word for its opposite, a verb for its
negation. (The kinds that the writers of SQuAD 2.0 used: Rajpurkar et al. 2018, table 1.)
"""

from __future__ import annotations

import random
import re

_OPPOSITES = """
first last|before after|above below|north south|east west|northern southern|eastern western|more less|most least
largest smallest|larger smaller|highest lowest|higher lower|oldest youngest|older younger|older newer|oldest newest
increase decrease|increased decreased|increases decreases|rise fall|rose fell|gain lose|gained lost|win lose|won lost
start end|started ended|begin finish|began finished|open close|opened closed|early late|earlier later|earliest latest
long short|longest shortest|longer shorter|many few|all none|always never|with without|inside outside|male female
men women|man woman|father mother|son daughter|brother sister|king queen|husband wife|public private|allow forbid
allowed forbidden|accept reject|accepted rejected|support oppose|supported opposed|agree disagree|agreed disagreed
buy sell|bought sold|arrive leave|arrived left|born buried|major minor|maximum minimum|majority minority|strong weak
stronger weaker|hot cold|warm cold|rich poor|good bad|better worse|best worst|positive negative|success failure
successful unsuccessful|legal illegal|possible impossible|able unable|usual unusual|common rare|popular unpopular
domestic foreign|ancient modern|true false|same different|include exclude|included excluded|join leave|joined left
create destroy|created destroyed|build demolish|built demolished|appoint dismiss|appointed dismissed|hire fire
pass fail|passed failed|attack defend|attacked defended|import export|imports exports|import exports|parent child
inhale exhale|wet dry|heavy light|heavier lighter|fast slow|faster slower|fastest slowest|near far|left right
upper lower|internal external|permanent temporary|victory defeat|victories defeats|alive dead|present absent
enemy ally|enemies allies|over under|at-least at-most|up down|beginning end|dense sparse|wide narrow|deep shallow
simple complex|easy difficult|easier harder|liberal conservative|urban rural|offensive defensive|summer winter
""".replace("\n", "|")
_NUMBER = re.compile(r"\b\d[\d,]*(?:\.\d+)?\b")
_NAME = re.compile(r"\b[A-Z][\w'’.-]*[\w](?:\s+(?:(?:of|the|de|von|and)\s+)?[A-Z][\w'’.-]*\w)*")
_MONTH = "January February March April May June July August September October November December".split()
_WORDS = "two three four five six seven eight nine ten eleven twelve twenty thirty fifty hundred thousand".split()
_VERB = re.compile(r"\b(is|are|was|were|did|does|do|can|could|has|have|had|will|would|should|may|must)\b", re.I)
_ASKING = frozenset(
    "what who whom whose which when where why how in on at to from for by of with during after before the a an "
    "is are was were did does do can could has have had name under along about as since it he she they this that "
    "these those its his her their but and".split()
)


# what says it may be, or is so of some; and what says it is, of all
_SURER = (
    (re.compile(r"\b(?:may|might|could)\b"), "will"),
    (re.compile(r"\b(?:(?:plan|hope|want|intend|aim)s? to|(?:is|are) (?:expected|likely|set|due) to)\b"), "will"),
    (re.compile(r"\b(?:planned|hoped|wanted|intended|tried|aimed) to\b"), "managed to"),
    (re.compile(r"\b(?:some|several|many|most) of\b"), "all of"),
    (re.compile(r"\b(?:often|usually|sometimes|generally|rarely)\b"), "always"),
    (re.compile(r"\b(?:up to|at least|about|around|nearly|almost|more than)(?= \d)"), "exactly"),
    (re.compile(r"\b(?:should|can)\b"), "must"),
)


def _both_ways() -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for pair in _OPPOSITES.split("|"):
        if pair.strip():
            one, other = pair.split()
            found.setdefault(one, []).append(other)
            found.setdefault(other, []).append(one)
    return found


_OPPOSITE = _both_ways()


def names(text: str) -> list[str]:
    """Runs of capitalised words that are not merely the beginning of a sentence."""
    found = []
    for match in _NAME.finditer(text):
        name = match.group()
        if name.split()[0].lower() in _ASKING:
            name = name.partition(" ")[2]
            if not name[:1].isupper():
                continue
        elif " " not in name and (match.start() == 0 or text[max(0, match.start() - 2)] in ".?!\n"):
            continue
        if len(name) > 2 and name not in _MONTH:
            found.append(name)
    return found


def swapped_name(text: str, others: list[str], rng: random.Random) -> str | None:
    """One name of the text replaced by one of `others` that it does not hold."""
    mine = names(text)
    known = text.lower()
    choices = [name for name in others if name.lower() not in known and not _shares_word(name, known)]
    if not mine or not choices:
        return None
    old = rng.choice(mine)
    alike = [name for name in choices if abs(len(name.split()) - len(old.split())) <= 1] or choices
    return text.replace(old, rng.choice(alike), 1)


def swapped_number(text: str, others: list[str], rng: random.Random) -> str | None:
    """One number of the text replaced by another: one of `others` of the same kind, or one close by."""
    found = list(_NUMBER.finditer(text))
    if not found:
        return _swapped_word(text, rng)
    spot = rng.choice(found)
    old = spot.group()
    here = {match.group() for match in found}
    alike = [number for number in others if number not in here and _kind(number) == _kind(old)]
    new = rng.choice(alike) if alike and rng.random() < 0.5 else _close_number(old, rng)
    return text[: spot.start()] + new + text[spot.end() :] if new not in here else None


def opposite(text: str, rng: random.Random) -> str | None:
    """One word replaced by its opposite."""
    spots = [match for match in re.finditer(r"\b[A-Za-z-]+\b", text) if match.group().lower() in _OPPOSITE]
    if not spots:
        return None
    spot = rng.choice(spots)
    new = rng.choice(_OPPOSITE[spot.group().lower()])
    return text[: spot.start()] + (new.capitalize() if spot.group()[0].isupper() else new) + text[spot.end() :]


def negated(text: str, rng: random.Random) -> str | None:
    """The first auxiliary verb negated, or its negation taken away."""
    for word in (" not ", " never ", "n't "):
        if word in text:
            return text.replace(word, " ", 1)
    spot = _VERB.search(text)
    if spot is None:
        return None
    form = rng.choice((" not", " never")) if not text.endswith("?") else "n't"
    verb = spot.group()
    if form == "n't" and verb.lower() in ("may", "will", "can"):
        form = " not"
    return text[: spot.end()] + form + text[spot.end() :]


def surer(text: str, rng: random.Random) -> str | None:
    """What may be made into what is, some into all, about into exactly."""
    spots = [(match, new) for known, new in _SURER for match in known.finditer(text)]
    if not spots:
        return None
    spot, new = rng.choice(spots)
    return text[: spot.start()] + new + text[spot.end() :]


def near_question(question: str, passage: str, near: str, rng: random.Random) -> str | None:
    """A question that the passage does not answer, made from one that it does.

    near: text of the same article, where names come from beside the passage's own.
    """
    here, there = names(passage), names(near)
    kinds = [
        lambda: swapped_name(question, here if rng.random() < 0.5 else there, rng),
        lambda: swapped_number(question, numbers(passage), rng),
        lambda: opposite(question, rng),
        lambda: negated(question, rng) if rng.random() < 0.4 else None,
    ]
    return _first_made(kinds, question, rng)


def flipped(sentence: str, passage: str, rng: random.Random) -> str | None:
    """A sentence that the passage does not say, made from one that it says."""
    kinds = [
        lambda: swapped_name(sentence, names(passage), rng),
        lambda: swapped_number(sentence, numbers(passage), rng),
        lambda: swapped_number(sentence, numbers(passage), rng),
        lambda: _swapped_month(sentence, rng),
        lambda: opposite(sentence, rng),
        lambda: negated(sentence, rng),
        lambda: surer(sentence, rng),
        lambda: _exchanged(sentence, rng),
    ]
    return _first_made(kinds, sentence, rng)


def numbers(text: str) -> list[str]:
    return _NUMBER.findall(text)


def _first_made(kinds: list, old: str, rng: random.Random) -> str | None:  # type: ignore[type-arg]
    for make in rng.sample(kinds, len(kinds)):
        new = make()
        if new is not None and new != old:
            return str(new)
    return None


def _exchanged(text: str, rng: random.Random) -> str | None:
    """Two names of the sentence change places: who did it, and to whom."""
    mine = list(dict.fromkeys(names(text)))
    if len(mine) < 2:
        return None
    one, other = rng.sample(mine, 2)
    if one in other or other in one:
        return None
    return text.replace(one, "\0").replace(other, one).replace("\0", other)


def _swapped_month(text: str, rng: random.Random) -> str | None:
    found = [month for month in _MONTH if re.search(rf"\b{month}\b", text) and month != "May"]
    if not found:
        return None
    old = rng.choice(found)
    return text.replace(old, rng.choice([month for month in _MONTH if month != old]), 1)


def _swapped_word(text: str, rng: random.Random) -> str | None:
    found = [word for word in _WORDS if re.search(rf"\b{word}\b", text)]
    if not found:
        return None
    old = rng.choice(found)
    return re.sub(rf"\b{old}\b", rng.choice([word for word in _WORDS if word != old]), text, count=1)


def _shares_word(name: str, text: str) -> bool:
    return any(word.lower() in text for word in name.split() if len(word) > 3)


def _kind(number: str) -> str:
    if re.fullmatch(r"1\d{3}|20\d{2}", number):
        return "year"
    return "decimal" if "." in number else str(len(number.replace(",", "")) > 2)


def _close_number(number: str, rng: random.Random) -> str:
    """Another number of the same look: a digit changed, never the first one to 0."""
    digits = [i for i, char in enumerate(number) if char.isdigit()]
    place = rng.choice(digits[-2:]) if _kind(number) == "year" else rng.choice(digits)
    new = rng.choice([d for d in "123456789" if d != number[place]])
    return number[:place] + new + number[place + 1 :]

"""Makes test cases for verification: true sentences, each with one fact changed by script.

python -m evals.cases.flips [FOLDER]      # how many the verifier catches, by kind, and how many true ones it keeps
"""

from __future__ import annotations

import random
import re
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from assistant.language.entities import MONTHS, OPENERS, SCALES, UNITS, WEEKDAYS, dates, names, numbers
from index.readers.registry import find_files, read
from index.text.sentences import split

VARIANTS = 2  # changed versions per sentence and kind
SHORTEST = 6  # minimum words of a sentence
_AUXILIARY = re.compile(
    r"\b(is|are|was|were|has|have|had|will|would|can|could|may|might|should|must|did|does|do)\b(?! not|n't)"
)
_DENIED = re.compile(
    r"\b(is|are|was|were|has|have|had|will|would|can|could|may|might|should|must|did|does|do)(?: not\b|n[’']t\b)"
)
_QUANTITY = (
    ("more than", "less than"), ("less than", "more than"), ("at least", "at most"), ("up to", "more than"),
    (r"over(?= \d)", "under"), ("all", "few"), ("every", "no"), ("most", "few"), ("many", "few"), ("some", "all"),
    ("several", "all"), ("(?<!a )few", "most"), ("(?<!not )only", "not only"), ("none", "all"), ("each", "no"),
    ("half", "all"), ("both", "neither"), ("any", "every"), ("large", "small"), ("majority", "minority"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Case:
    """A sentence, its span in a document, and whether the span supports it; `kind` names the changed fact."""

    kind: str
    sentence: str
    span: str
    source: str
    published: str | None
    supported: bool


def make(folder: Path, seed: int = 7) -> list[Case]:
    """Returns every sentence of a folder's documents unchanged, and with up to two changes of each kind of fact.

    The same folder and seed give the same cases.
    """
    choose = random.Random(seed)
    texts = [read(path, folder) for path in find_files(folder)[0]]
    told = [(d, d.text[a:b]) for d in texts for c in d.content for a, b in split(d.text, c.start, c.end)]
    told = [(d, s) for d, s in told if len(s.split()) >= SHORTEST and s.rstrip()[-1:] in ".!?”\"’'"]
    others = sorted({s[f.start : f.end] for _, s in told for f in names(s) if f.start > 0})
    cases = []
    for document, sentence in told:
        for kind, flip in FLIPS.items():
            changed = {flip(sentence, choose, others) for _ in range(VARIANTS)} - {None, sentence}
            cases += [
                Case(kind, c, sentence, document.source, document.date, False) for c in sorted(filter(None, changed))
            ]
        cases.append(Case("as it is", sentence, sentence, document.source, document.date, True))
    return cases


def _number(text: str, choose: random.Random, others: Sequence[str]) -> str | None:
    found = [f for f in numbers(text) if text[f.start : f.end].strip().lower() != "one"]
    if not found:
        return None
    fact = choose.choice(found)
    words = text[fact.start : fact.end]
    return text[: fact.start] + _other_number(words, choose) + text[fact.end :]


def _other_number(words: str, choose: random.Random) -> str:
    if figure := re.search(r"\d", words):
        place = choose.choice([m.start() for m in re.finditer(r"\d", words)])
        digit = choose.choice([d for d in "123456789" if d != words[place]])
        return words[:place] + digit + words[place + 1 :] if figure else words
    vocabulary = UNITS if words.split()[0].lower() in UNITS else SCALES
    first = words.split()[0]
    new = choose.choice([w for w in vocabulary if w not in {first.lower(), "zero", "one"}])
    if first.lower() not in UNITS and first.lower() not in SCALES:
        return {"dozens": "hundreds", "hundreds": "dozens", "thousands": "hundreds"}.get(words.lower(), "thousands")
    return words.replace(first, new.capitalize() if first[0].isupper() else new, 1)


def _date(text: str, choose: random.Random, others: Sequence[str]) -> str | None:
    places = [m for m in re.finditer(rf"\b(?:{WEEKDAYS}|{'|'.join(MONTHS)})\b\.?", text, re.I) if m[0][0].isupper()]
    places = [m for m in places if m[0].lower() != "may" or re.search(r"\d", text[m.end() : m.end() + 4])]
    years = [text[f.start : f.end] for f in dates(text) if re.fullmatch(r"\d{4}", text[f.start : f.end])]
    if places:
        m = choose.choice(places)
        days = [d.capitalize() for d in WEEKDAYS.split("|")]
        pool = days if m[0].capitalize() in days else ["January", "March", "June", "August", "December"]
        new = choose.choice([w for w in pool if w[:3].lower() != m[0][:3].lower()])
        return text[: m.start()] + new + text[m.end() :]
    if years:
        year = choose.choice(years)
        return text.replace(year, str(int(year) + choose.choice([-3, -2, -1, 1, 2])), 1)
    return None


def _name(text: str, choose: random.Random, others: Sequence[str]) -> str | None:
    found = [f for f in names(text) if f.start > 0 or " " in text[f.start : f.end]]
    pool = [o for o in others if not set(_words(o)) & set(_words(text))]
    if not found or not pool:
        return None
    fact = choose.choice(found)
    return text[: fact.start] + choose.choice(pool) + text[fact.end :]


def _near_name(text: str, choose: random.Random, others: Sequence[str]) -> str | None:
    """Replaces one name of the sentence with another of its names."""
    found = [f for f in names(text) if text[f.start : f.end].split()[0].lower() not in OPENERS]
    pairs = [(f, g) for f in found for g in found if not set(f.value.split()) & set(g.value.split())]
    if not pairs:
        return None
    one, other = choose.choice(pairs)
    return text[: one.start] + text[other.start : other.end] + text[one.end :]


def _words(text: str) -> list[str]:
    return re.findall(r"\w{3,}", text.lower())


def _negation(text: str, choose: random.Random, others: Sequence[str]) -> str | None:
    if denied := list(_DENIED.finditer(text)):
        m = choose.choice(denied)
        return text[: m.start()] + m[1] + text[m.end() :]
    if plain := list(_AUXILIARY.finditer(text)):
        m = choose.choice(plain)
        return f"{text[: m.end()]} not{text[m.end() :]}"
    return None


def _quantity(text: str, choose: random.Random, others: Sequence[str]) -> str | None:
    found = [(m, new) for old, new in _QUANTITY for m in re.finditer(rf"\b{old}\b(?!-)", text)]
    if not found:
        return None
    m, new = choose.choice(found)
    return text[: m.start()] + new + text[m.end() :]


FLIPS: dict[str, Callable[[str, random.Random, Sequence[str]], str | None]] = {
    "number": _number,
    "date": _date,
    "name": _name,
    "another name of the sentence": _near_name,
    "negation": _negation,
    "quantity": _quantity,
}


def by_kind(cases: Sequence[Case], keeps: Callable[[Case], bool]) -> Iterator[tuple[str, int, int]]:
    """Yields for each kind the number of cases judged correctly, and the total."""
    for kind in dict.fromkeys(c.kind for c in cases):
        some = [c for c in cases if c.kind == kind]
        yield kind, sum(keeps(c) == c.supported for c in some), len(some)


def main() -> None:
    from assistant.config import SHIPPED_CORPUS
    from assistant.models.reader import Reader
    from assistant.models.reranker import Reranker
    from assistant.verification.local import LocalVerifier

    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else SHIPPED_CORPUS
    gate = LocalVerifier(Reader(), Reranker())
    cases = make(folder)
    for name, some in (("caught", [c for c in cases if not c.supported]), ("kept", [c for c in cases if c.supported])):
        kinds = list(by_kind(some, lambda c: gate.support(c.sentence, [c.span], [c.published]).verdict))
        print(f"{name}: {sum(right for _, right, _ in kinds)} of {len(some)}")
        for kind, right, of in kinds:
            print(f"  {kind}: {right} of {of}")


if __name__ == "__main__":
    main()

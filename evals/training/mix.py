"""What the reader is taught from, and in what proportions: the ingredients, and the endless stream drawn from them."""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from evals.training.nearest import nearest_wrong
from evals.training.nearmiss import flipped, names, near_question
from evals.training.rows import Claim, Reading, held_out, plain, read_asked, read_claims, read_readings
from evals.training.written import Written, elsewhere, headed, read_written, slipped

Row = Reading | Claim

# The rows of SQuAD whose article is held out: the first of the file, about five articles of 44.
HELD_OUT_ROWS = 1200
MAIN = "squad1_train_44articles"

# Shares of the stream. Real near misses first; what was made by a script is weighed less.
READINGS = {
    MAIN: 7.0,
    "squad1_train_flanresp": 1.5,
    "squad1_train_mrcexpl": 0.1,
    "squad2_train_unanswerable_44articles": 6.5,
    "unansq_dev_squad2train": 3.5,
    "squad2_train_unansq_join": 1.5,
    "squadshifts_new_wiki": 2.0,
    "squadshifts_new_wiki_hardneg": 1.0,
    "squadshifts_amazon_reviews": 0.2,
    "squadshifts_reddit": 0.2,
    "timeqa_human_easy": 0.3,
    "timeqa_human_hard": 0.3,
    "quoref_contrast": 0.2,
    "qamr": 0.2,
    "covidqa_windows": 0.4,
    "quac_firstturn": 0.2,
    "condaqa": 0.3,
    "bbq_sample": 0.2,
    "privacyqa_sentences": 0.2,
}
CLAIMS = {
    "sufficient_facts": 5.0,
    "fool_me_twice": 5.5,
    "fever_athnlp": 4.0,
    "cad_snli_edits": 1.2,
    "conjnli_advtrain": 0.8,
    "conjnli": 1.0,
    "help_and_or": 0.2,
    "monli": 0.3,
    "negation_nli": 0.4,
    "condaqa_yesno": 0.8,
    "boolq_yesno": 1.0,
    "boolq_contrast": 0.2,
    "bump": 2.0,
    "factual_summary_pairs": 1.5,
}
# claims that are questions typed into a search engine, too
ASKED = "boolq_yesno"
# made here: those questions with their passage, and with the nearest other one; (of readings) near questions, the
# answer's sentence removed, the nearest wrong passage, any other passage, questions that are answered at length once
# more; (of claims) sentences of passages, as they are or with a fact changed
MADE = {
    "search_asked": 1.5,
    "search_wrong": 1.5,
    "near_question": 1.0,
    "sentence_removed": 1.0,
    "nearest_wrong": 1.5,
    "any_wrong": 0.5,
    "explained": 1.0,
    "sentences": 4.0,
}
# rows written by reading; those with another passage of the same document; their true claims with a fact changed;
# sentences of their passages
WRITTEN = {
    "written_readings": 32.0,
    "written_claims": 52.0,
    "written_elsewhere": 4.0,
    "written_flipped": 2.0,
    "written_sentences": 3.0,
}

_SENTENCE = re.compile(r"(?<=[.!?])[\"”’)]*\s+(?=[\"“‘(]*[A-Z0-9])")
_SMALL = frozenset(
    "a an the is are was were did does do of in on at to for by with from that which who what when where how many "
    "much has have had been be and or it its this".split()
)
_LONG_WORDS = 8
_ASKS_AT_LENGTH = re.compile(
    r"\b(?:why|how (?!many|much|long|old|far|often|tall|big|large)|difference|purpose)\b", re.I
)


@dataclass(frozen=True, slots=True)
class Mix:
    """The ingredients by name with their shares, and the rows held out to choose and calibrate by."""

    ingredients: dict[str, list[Row]]
    shares: dict[str, float]
    held_readings: list[Reading]
    held_claims: list[Claim]
    written: Written = field(default_factory=Written)


def make_mix(folder: Path, seed: int = 13, extra: Sequence[Path] = (), kept: str = "") -> Mix:
    """Reads the data folder and makes what is made; a minute.

    extra: more folders of written rows, beside `written` in the data folder. kept: a domain of them not trained on.
    """
    rng = random.Random(seed)
    main = read_readings(folder, MAIN)
    held_passages = {plain(row.passage) for row in main[:HELD_OUT_ROWS]}
    ingredients: dict[str, list[Row]] = {}
    held_readings: list[Reading] = []
    for name in READINGS:
        train, out = held_out(read_readings(folder, name), held_passages)
        ingredients[name] = list(train)
        held_readings += out
    held_claims: list[Claim] = []
    for name in CLAIMS:
        claims = read_claims(folder, name)
        ingredients[name] = [row for row in claims if not is_held(row.evidence)]
        held_claims += [row for row in claims if is_held(row.evidence)]
    train, out = parted(read_asked(folder, ASKED))
    ingredients |= {"search_asked": list(train), "search_wrong": list(_nearest_among(train))}
    held_readings += rng.sample(out, min(100, len(out)))
    asked = [row for name in (MAIN, "squad1_train_flanresp", "squadshifts_new_wiki") for row in ingredients[name]]
    readings = titled([row for row in asked if isinstance(row, Reading)])
    about = {row.question: row.title for row in readings}
    hard = "squadshifts_new_wiki_hardneg"
    ingredients[hard] = [
        replace(row, title=about.get(row.question, "")) for row in ingredients[hard] if isinstance(row, Reading)
    ]
    ingredients |= _made(readings, rng)
    held_readings += _made_held(titled([row for row in held_readings if row.answers]), rng)
    held_claims += sentence_claims([row.passage for row in held_readings[:HELD_OUT_ROWS]], rng)
    written = read_written([folder / "written", *extra], kept)
    ingredients |= _of_written(written, rng)
    shares = READINGS | CLAIMS | MADE | WRITTEN
    return Mix(ingredients, {name: shares[name] for name in ingredients}, held_readings, held_claims, written)


def is_held(text: str) -> bool:
    """Whether the rows of a text are held out; it decides, since a claim's twins share it or its topic."""
    return random.Random(text[:40]).random() < 0.04


def parted(rows: list[Reading]) -> tuple[list[Reading], list[Reading]]:
    """Rows to train on, and rows held out."""
    return [r for r in rows if not is_held(r.passage)], [r for r in rows if is_held(r.passage)]


def explained(row: Reading) -> bool:
    """Whether a question is answered at length: by how it asks, or by its answer."""
    return bool(_ASKS_AT_LENGTH.search(row.question)) or any(len(a.split()) >= _LONG_WORDS for a in row.answers)


def stream(mix: Mix, seed: int = 13) -> Iterator[Row]:
    """Rows without end: an ingredient drawn by its share, then its next row; one that is through is shuffled anew."""
    rng = random.Random(seed)
    cycles = {
        name: _cycle(rows, random.Random(f"{seed}-{name}"), name in WRITTEN)
        for name, rows in mix.ingredients.items()
        if rows
    }
    drawn, shares = list(cycles), [mix.shares[name] for name in cycles]
    while True:
        row = next(cycles[rng.choices(drawn, shares)[0]])
        yield varied(row, rng) if isinstance(row, Reading) else under_title(row, rng)


def varied(row: Reading, rng: random.Random) -> Reading:
    """The question as it is, or as one types it into a search box; the passage with or without a title before it."""
    question = row.question
    roll = rng.random()
    if roll < 0.35:
        question = question.lower().rstrip(" ?")
    elif roll < 0.45:
        question = keywords(question)
    if rng.random() < 0.08:
        question = slipped(question, rng)
    title = (row.title or likely_title(row.passage) or "") if rng.random() < 0.5 else ""
    return replace(row, question=question, head=headed(title, row.passage, rng))


def under_title(row: Claim, rng: random.Random) -> Claim:
    """The claim, now and then with its evidence under the title of its document."""
    return replace(row, head=headed(row.title, row.evidence, rng)) if rng.random() < 0.2 else row


def titled_at_random(row: Row, rng: random.Random) -> Row:
    """The row as it is; half of those that are read stand under their document's title."""
    titled = isinstance(row, Reading) and rng.random() < 0.5
    return replace(row, head=row.title) if titled else row


def keywords(question: str) -> str:
    """The question's words without the small ones, lower case."""
    words = re.findall(r"[\w'’.,-]+", question.lower().rstrip(" ?"))
    return " ".join(word for word in words if word not in _SMALL) or question


def likely_title(passage: str) -> str | None:
    """The name that a passage says most often, if more than once."""
    counted = Counter(names(passage)).most_common(1)
    return counted[0][0] if counted and counted[0][1] > 1 else None


def titled(rows: list[Reading]) -> list[Reading]:
    """The rows with what their passage names most often as its title: a wrong passage is then of the right topic."""
    known = {passage: likely_title(passage) or "" for passage in {row.passage for row in rows}}
    return [replace(row, title=known[row.passage]) for row in rows]


def sentences(passage: str) -> list[str]:
    return [part.strip() for part in _SENTENCE.split(passage) if len(part.strip()) > 20]


def without_answer(row: Reading) -> Reading | None:
    """The passage without the sentences that hold an answer; None where little is left."""
    rest = [part for part in sentences(row.passage) if not any(answer in part for answer in row.answers)]
    left = " ".join(rest)
    if len(left) < 150 or any(answer.lower() in left.lower() for answer in row.answers):
        return None
    return Reading(row.question, left, (), "sentence_removed", row.title)


def sentence_claims(passages: list[str], rng: random.Random) -> list[Claim]:
    """Of each passage one sentence with the text about it: as it is or shortened (supported), a fact changed (not)."""
    found = []
    for passage in dict.fromkeys(passages):
        parts = [part for part in sentences(passage) if 40 < len(part) < 320]
        for sentence in rng.sample(parts, min(2, len(parts))):
            evidence = _about(sentence, parts, rng)
            wrong = flipped(sentence, evidence, rng)
            if wrong is not None:
                found.append(Claim(_shortened(wrong, rng), evidence, False, "sentences"))
                found.append(Claim(_shortened(sentence, rng), evidence, True, "sentences"))
            if len(parts) > 3 and rng.random() < 0.25:
                others = [part for part in parts if part != sentence]
                found.append(Claim(sentence, " ".join(rng.sample(others, 2)), False, "sentences"))
    return found


def _about(sentence: str, parts: list[str], rng: random.Random) -> str:
    at = parts.index(sentence)
    return " ".join(parts[max(0, at - rng.randint(0, 1)) : at + 1 + rng.randint(0, 1)])


def _shortened(sentence: str, rng: random.Random) -> str:
    """The sentence as it is, or without a bracket, a leading phrase or a last clause: what is left is still true."""
    roll = rng.random()
    if roll < 0.25:
        return re.sub(r"\s*\([^)]*\)", "", sentence)
    if roll < 0.5 and (
        match := re.match(r"(?:In|On|At|During|After|By|However|Also|Additionally)\b[^,.]{0,60}, ", sentence)
    ):
        rest = sentence[match.end() :]
        return rest[:1].upper() + rest[1:]
    if roll < 0.7 and (match := re.search(r", (?:which|and|but|while|where|with) [^,]{10,}\.$", sentence)):
        return sentence[: match.start()] + "."
    return sentence


def _made(readings: list[Reading], rng: random.Random) -> dict[str, list[Row]]:
    passages = list(dict.fromkeys(row.passage for row in readings))
    place = {passage: at for at, passage in enumerate(passages)}
    near, removed, other = [], [], []
    for row in readings:
        at = place[row.passage]
        about = passages[max(0, at - 1)] + " " + passages[min(len(passages) - 1, at + 1)]
        question = near_question(row.question, row.passage, about, rng)
        if question is not None:
            near.append(Reading(question, row.passage, (), "near_question", row.title))
        cut = without_answer(row)
        if cut is not None:
            removed.append(cut)
        passage = rng.choice(passages)
        if not any(answer.lower() in passage.lower() for answer in row.answers):
            other.append(Reading(row.question, passage, (), "any_wrong", row.title))
    claims = sentence_claims(passages, rng)
    wrong = nearest_wrong(readings, passages)
    at_length = [row for row in readings if explained(row)]
    return {
        "explained": list(at_length),
        "near_question": list(near),
        "sentence_removed": list(removed),
        "nearest_wrong": list(wrong),
        "any_wrong": list(other),
        "sentences": list(claims),
    }


def _made_held(readings: list[Reading], rng: random.Random) -> list[Reading]:
    made = _made(rng.sample(readings, min(300, len(readings))), rng)
    return [row for rows in made.values() for row in rows if isinstance(row, Reading) and not row.answerable]


def _of_written(written: Written, rng: random.Random) -> dict[str, list[Row]]:
    flips: list[Row] = []
    for row in written.claims:
        wrong = flipped(row.sentence, row.evidence, rng) if row.supported else None
        if wrong is not None:
            flips += [row, replace(row, sentence=wrong, supported=False, source="written flipped")]
    return {
        "written_readings": list(written.readings),
        "written_claims": list(written.claims),
        "written_elsewhere": elsewhere([*written.readings, *written.claims], rng),
        "written_flipped": flips,
        "written_sentences": list(sentence_claims([row.evidence for row in written.claims], rng)),
    }


def _cycle(rows: list[Row], rng: random.Random, together: bool) -> Iterator[Row]:
    """Rows without end, in a new order each time; together: those of a passage follow one another."""
    while True:
        mixed = rng.sample(rows, len(rows))
        if together:
            place = {text: rng.random() for text in {_text(row) for row in rows}}
            mixed.sort(key=lambda row: place[_text(row)])
        yield from mixed


def _text(row: Row) -> str:
    return row.passage if isinstance(row, Reading) else row.evidence


def _nearest_among(rows: list[Reading]) -> list[Reading]:
    """For each question the nearest passage of another one."""
    passages = list(dict.fromkeys(row.passage for row in rows))
    return [replace(row, source="search_wrong") for row in nearest_wrong(rows, passages)]

"""Sentences of another thing than the one asked about, which share its words: the mayor for the vice mayor, the
renovation of a hall for its building. English, by lists."""

from __future__ import annotations

import re

from assistant.language.words import STOP, stem, words
from index.text.sentences import split

_RANK = re.compile(r"\b(?P<rank>vice|deputy|assistant)[ -](?P<title>[^\W\d_]+)|\b(?:deputy|deputies)\b", re.I)
# who comes after somebody, in whatever words
_RANKED = re.compile(r"\b(?:vice|deputy|deputies|assistants?|second[ -]in[ -]command|under-?secretary)\b", re.I)
_MADE = re.compile(
    r"\b(?:built|constructed|erected|founded|established|set up|opened|completed|created|started)\b", re.I
)
_BEGINS = (
    r"build|built|construct\w*|erect\w*|found\w*|establish\w*|set up|open|opens|opened|opening|complet\w*|creat\w*"
    r"|start\w*|beg[aiu]n|dates? from|dating|since|inaugurat\w*|new|first|original\w*"
)
_NEW = re.compile(rf"\b(?:{_BEGINS})\b", re.I)
_MADE_ANEW = re.compile(
    r"\b(?:renovat|refurbish|restor|moderni[sz]|redecorat|repaint|repair|rebuil|reopen|re-open)\w*", re.I
)


def speaks_of_another(question: str, text: str, start: int) -> bool:
    """Whether the sentence of `text` at the character `start`, its neighbours heard, is of another thing than asked."""
    spans = split(text)
    place = next((i for i, span in enumerate(spans) if start < span.end), None)
    if place is None:
        return False
    sentence = text[slice(*spans[place])]
    near = text[spans[max(place - 1, 0)].start : spans[min(place + 1, len(spans) - 1)].end]
    return of_another_rank(question, sentence, near) or made_anew(question, sentence)


def of_another_rank(question: str, sentence: str, near: str) -> bool:
    """Whether a deputy is asked about and the sentence is of whoever is not one. near: it with its neighbours."""
    match = _RANK.search(question)
    title = match and (match["title"] or "").lower()
    if match is None or (match["rank"] and title in STOP and match["rank"].lower() != "deputy"):
        return False
    if not _RANKED.search(near):
        return True
    return names_without_rank(question, sentence)


def names_without_rank(question: str, sentence: str) -> bool:
    """Whether a sentence has the title of whoever is asked about, and nobody who stands in for its holder."""
    titles = {
        stem(m["title"].lower()) for m in _RANK.finditer(question) if m["title"] and m["title"].lower() not in STOP
    }
    return bool(titles & {stem(word) for word in words(sentence)}) and not _RANKED.search(sentence)


def made_anew(question: str, sentence: str) -> bool:
    """Whether the beginning of a thing is asked about and the sentence tells only how it was mended."""
    if not _MADE.search(question) or _MADE_ANEW.search(question):
        return False
    return bool(_MADE_ANEW.search(sentence)) and not _NEW.search(sentence)

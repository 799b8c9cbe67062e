"""What is said to be so too: "…, and so does the night train" needs a passage that speaks of the night train."""

from __future__ import annotations

import re

from assistant.language.words import STOP, stem, words

_AUX = (
    "do|does|did|is|are|was|were|has|have|had|can|could|will|would|may|might|must|should"
    "|don't|doesn't|didn't|isn't|aren't|wasn't|weren't|hasn't|haven't|hadn't|can't|won't"
)
_WHO = r"(?P<who>(?:[\w'’-]+ ){0,5}?[\w'’-]+)"
_NAMED = r"(?P<who>(?:the|an?|its|his|her|their|all|every|both) (?:[\w'’-]+ ){0,4}?[\w'’-]+)"
_ALSO = (
    re.compile(rf"\b(?:so|neither|nor) (?:{_AUX}) {_WHO}(?=[.,;:!?)]|$)", re.I),
    re.compile(rf",? as (?:do|does|did) {_WHO}(?=[.,;:!?)]|$)", re.I),
    re.compile(rf"\b(?:and|but|while) {_WHO} (?:{_AUX})(?: not)?,? (?:too|also|likewise|as well|either)\b", re.I),
    re.compile(rf"\b(?:and|but|while) {_WHO} (?:do|does|did|don't|doesn't|didn't)(?: not)?(?=[.,;:!?)]|$)", re.I),
    re.compile(rf"\b(?:and|but) {_NAMED},? (?:too|likewise|as well|either)(?=[.,;:!?)]|$)", re.I),
)


def strange_company(sentence: str, span: str) -> list[str]:
    """A problem for each one of whom the sentence says no more than that it is so of them too, and the span nothing."""
    stems = {stem(word) for word in words(span)}
    company = [match["who"] for pattern in _ALSO for match in pattern.finditer(sentence)]
    return [
        f"“{who}” is not spoken of there"
        for who in dict.fromkeys(company)
        if any(stem(word) not in stems for word in words(who) if word not in STOP)
    ][:1]

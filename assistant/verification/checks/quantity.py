"""Words of quantity and certainty that a sentence has otherwise than its span: "all" for "some", "will" for "may"."""

from __future__ import annotations

import re
from collections.abc import Mapping

from assistant.language.entities import numbers
from assistant.language.words import STOP, stem, words

# words of one class say about the same; a sentence's class must be in the span
CLASSES: Mapping[str, str] = {
    "all": "all|every|each|entire|entirely|whole|everyone|everybody|everything|always|completely|fully|both",
    "none": "none|no|nobody|nothing|never|neither|without|zero",
    "most": "most|majority|mostly|largely|mainly|predominantly|main|bulk",
    "many": "many|numerous|scores|hundreds|thousands|dozens|millions|lots|much|large number|great number",
    "few": "few|little|handful|rarely|seldom|hardly|scarcely|small number",
    "several": "several|multiple|various|number of|some|certain|series|couple|a few|many",
    "some": "some|certain",
    "only": "only|sole|solely|exclusively|just|merely|alone|lone",
    "double": "double|doubled|twice|two-fold|twofold",
    "triple": "triple|tripled|three times|threefold",
}
# what is said of a number just before it, or behind: at least, at most, about
_LOWER = r"more than|over|at least|upwards of|above|no fewer than|no less than|exceeding|exceeds?|exceeded|minimum of"
_UPPER = r"less than|fewer than|under|at most|up to|below|no more than|not more than|as many as|as much as|maximum of"
_NEAR = r"nearly|almost|close to|just under|just over|about|around|approximately|roughly|some|an estimated|estimated"
_BOUND = re.compile(rf"\b(?:(?P<lower>{_LOWER})|(?P<upper>{_UPPER})|(?P<near>{_NEAR}))\s+(?:an? |the |about )?$", re.I)
_SIDES = {"lower": "at least", "upper": "at most", "near": "about"}
_SURE = re.compile(r"\b(?:will|must|definitely|certainly|proven|proved|proves|confirmed|undoubtedly|clearly)\b", re.I)
_WILL = re.compile(r"\b(?:will|should|(?:likely|going|ready|due|set|able|about|wants?|hopes?|threatens) to)\b", re.I)
_UNSURE = re.compile(
    r"\b(?:may|might|could|possibly|perhaps|maybe|probably|likely|alleged|allegedly|reportedly|purportedly|apparently"
    r"|suspected|unconfirmed|expected|expects?|plans?|planned|believed?|believes|suggests?|suggested|appears?|appeared|would|can)\b",
    re.I,
)
_NOT_ONLY = re.compile(r"\b(?:not|n[’']t) (?:only|just|merely)\b", re.I)
_POSSIBLE = re.compile(
    r"\b(?:may|might|could|possibly|allegedly|reportedly|likely to|expected to|planning to|plans to)"
    r" (?:(?:not|also|soon|still|be|have|been|already) )*(?P<verb>[^\W\d_]+)",
    re.I,
)
_CHECKED = ("all", "none", "most", "few", "only", "double", "triple")


def wrong_quantities(sentence: str, span: str) -> list[str]:
    """Quantity words whose class is not in the span, bounds of a number that are turned, "may" made "will"."""
    said, there = _NOT_ONLY.sub("", sentence), _NOT_ONLY.sub("", span)
    problems = [
        f"“{m[0]}” is not there"
        for name in _CHECKED
        if (m := _has(name, said)) and not _has(name, there) and not _idle(said, m)
    ]
    if word := _weakened(sentence, span):
        problems.append(f"“{word}” is not there")
    return problems + turned_bounds(sentence, span) + _made_sure(sentence, span)


def _has(name: str, text: str) -> re.Match[str] | None:
    return re.search(rf"\b(?:{CLASSES[name]})\b", text, re.I)


def _idle(sentence: str, m: re.Match[str]) -> bool:
    """Words that are part of a phrase of another meaning."""
    before, behind = sentence[: m.start()].lower(), sentence[m.end() :].lower()
    if m[0].lower() in {"no", "none", "never", "without", "nobody", "nothing", "neither"}:
        return True  # what is denied is seen to by negation.py
    if (
        m[0].lower() == "both"
        or (m[0].lower() == "each" and behind.startswith(" other"))
        or re.search(r"\bat $", before)
    ):
        return True
    return m[0].lower() in {"most", "few", "little"} and bool(re.search(r"\b(?:a|the|at) $", before))


def _weakened(sentence: str, span: str) -> str | None:
    """A word for a part of what the span says of all or most: "some soldiers" for "all soldiers"."""
    for strong in ("all", "most", "none", "few"):
        for m in re.finditer(rf"\b(?:{CLASSES[strong]})\b (?:of )?(?:the )?(\w+)", span, re.I):
            if _has(strong, sentence) or (m[0].split()[0].lower() not in {"none", "both"} and _idle(span, m)):
                continue
            other = re.search(
                rf"\b({CLASSES['several']}|{CLASSES['few']}) (?:of )?(?:the )?{re.escape(m[1])}", sentence, re.I
            )
            if other and not re.search(rf"\b{re.escape(other[1])}\b", span, re.I):
                return other[1]
    return None


def turned_bounds(sentence: str, span: str) -> list[str]:
    """Numbers that are "at least" here and "at most" there, or exact there."""
    there = _bounds(span)
    return [
        f"“{side} {value}” is not what is there"
        for value, sides in _bounds(sentence).items()
        for side in sorted(sides - {"about"} - there.get(value, set()))
        if value in there
    ]


def _bounds(text: str) -> dict[str, set[str]]:
    """For each number of a text whether it is said to be "at least", "at most" or "about" it; empty where exact."""
    found: dict[str, set[str]] = {}
    for fact in numbers(text):
        m = _BOUND.search(text, max(fact.start - 30, 0), fact.start)
        found.setdefault(fact.value, set()).update({_SIDES[m.lastgroup or ""]} if m else ())
    return found


def _made_sure(sentence: str, span: str) -> list[str]:
    """ "will" and "must" where the span says "may"."""
    if _UNSURE.search(sentence) or not _UNSURE.search(span):
        return []
    said = {stem(w) for w in words(sentence)}
    for m in _POSSIBLE.finditer(span):
        if m["verb"].lower() not in STOP and stem(m["verb"].lower()) in said and not _WILL.search(sentence):
            return [f"“{m['verb']}” is less sure there"]
    sure = _SURE.search(sentence)
    if sure is None:
        return []
    return [] if re.search(rf"\b{sure[0]}\b", span, re.I) else [f"“{sure[0]}” is surer than what is there"]

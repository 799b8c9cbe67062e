"""What a sentence says that a span does not, told by rules: numbers, dates, names, negation and quantity words.

The learned part of the gate (verification/local.py) sees that two texts speak of the same; it cannot tell 300 from 400.
These checks can. Each is a pure function (sentence, span) → problems in plain words, none where nothing is wrong.
"""

from __future__ import annotations

from assistant.verification.checks.also import strange_company
from assistant.verification.checks.dates import wrong_dates
from assistant.verification.checks.forms import spread
from assistant.verification.checks.names import missing_names
from assistant.verification.checks.negation import turned_round
from assistant.verification.checks.numbers import wrong_numbers
from assistant.verification.checks.quantity import wrong_quantities
from assistant.verification.checks.roles import wrong_roles, wrong_speaker
from assistant.verification.checks.speaker import strange_speaker
from assistant.verification.checks.swapped import doubtful, swapped
from assistant.verification.checks.units import wrong_units


def problems(sentence: str, span: str, published: str | None = None) -> list[str]:
    """All that `sentence` says and `span` does not, or says otherwise; empty where every fact of it is in the span.

    published: the date of the span's document, ISO, against which "last Monday" and "4 October" are read.
    """
    return [*missing(sentence, span, published), *contradictions(sentence, span)]


def missing(sentence: str, span: str, published: str | None = None) -> list[str]:
    """Facts of the sentence that are not in the span; another text may have them."""
    sentence, span = spread(sentence), spread(span)
    return [
        *wrong_numbers(sentence, span),
        *wrong_units(sentence, span),
        *wrong_dates(sentence, span, published),
        *missing_names(sentence, span),
        *wrong_quantities(sentence, span),
        *strange_speaker(sentence, span),
        *wrong_speaker(sentence, span),
        *strange_company(sentence, span),
    ]


def contradictions(sentence: str, span: str) -> list[str]:
    """What the span says otherwise, so that no other text can mend it."""
    sentence, span = spread(sentence), spread(span)
    return [*turned_round(sentence, span), *swapped(sentence, span), *wrong_roles(sentence, span)]


def doubts(sentence: str, span: str) -> list[tuple[str, str]]:
    """Words of the sentence, each with the one of the span in whose place it stands, for a model to compare."""
    return doubtful(spread(sentence), spread(span))

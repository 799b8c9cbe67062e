"""The words of a text: content words, their stems, and stop words. English."""

from __future__ import annotations

import re
from functools import lru_cache

# words that express how a question is asked or a sentence is joined, not its subject
STOP = frozenset(
    """a an the and or but if of at by for with about against between into through during to from in on off over under
    again further then once here there all any both each few more most other some such no nor not only own same so than
    too very can will just should now is are was were be been being have has had having do does did doing would could
    shall may might must i you he she it we they them his her its our your their this that these those am as until while
    what which who whom whose when where why how many much long often far old name named called tell me say said says
    please give show list describe explain know also get got us 's s t re ve ll d according say kind type sort date
    there's one ones it's let may""".split()
)
# words that may be left out or put in without changing what is said
FUNCTION_WORDS = frozenset(
    """the a an of to in and that which who is was were are by on it its their his her this these those as for with from
    has had have been be also then""".split()
)
# words without which a sentence may say something else: denials, hedges, speech, quantity, conditions, order in time
MEANING_WORDS = frozenset(
    """not t no never none nobody nothing neither nor without only may might could would should can must if unless until
    except but although though however allegedly reportedly claimed claims claim said says say denied denies according
    likely possibly probably perhaps some most few many all every each any least up more less than about around nearly
    almost after before while because against planned plans plan expected intended proposed hopes wants first last
    former""".split()
)
_WORD = re.compile(r"[^\W_]+(?:[.'’][^\W_]+)*", re.UNICODE)


def words(text: str) -> list[str]:
    """Returns the words of a text in lower case, without possessive endings."""
    return [re.sub(r"['’]s$", "", m[0].lower()) for m in _WORD.finditer(text)]


def content_stems(text: str) -> list[str]:
    """Returns the stems of a text's content words, in order, with repeats."""
    return [stem(w) for w in words(text) if w not in STOP]


@lru_cache(maxsize=65536)
def stem(word: str) -> str:
    """Returns the Porter 2 stem of a lower-case word."""
    result: str = _stemmer().stemWord(word)
    return result


@lru_cache(maxsize=1)
def _stemmer():  # type: ignore[no-untyped-def]  # PyStemmer has no types
    import Stemmer  # type: ignore[import-not-found]

    return Stemmer.Stemmer("english")

"""Which language a text is in, by its function words and its script. Not sure is English: its rules then stay on."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from functools import lru_cache

ENGLISH = "English"
# Of the letters, the least share of another script.
FOREIGN_SHARE = 0.5

_WORD = re.compile(r"[^\W\d_]+")
_SCRIPTS = {
    "CYRILLIC": "Russian or Ukrainian", "GREEK": "Greek", "ARABIC": "Arabic", "HEBREW": "Hebrew", "CJK": "Chinese",
    "HIRAGANA": "Japanese", "KATAKANA": "Japanese", "HANGUL": "Korean", "DEVANAGARI": "Hindi", "THAI": "Thai",
}  # fmt: skip


def recognize_language(text: str) -> str:
    """The name of a text's language; "English" where too little tells another one.

    Another language needs more function words of its own than the text has English ones, and at least two, or one that
    opens the text. Words that are both count as English.
    """
    letters = [char for char in text if char.isalpha()]
    scripts = Counter(unicodedata.name(char, "").split(" ")[0].split("-")[0] for char in letters)
    for script, number in scripts.most_common():
        if script in _SCRIPTS and number >= FOREIGN_SHARE * len(letters):
            japanese = scripts["HIRAGANA"] + scripts["KATAKANA"] > 0
            return "Japanese" if script == "CJK" and japanese else _SCRIPTS[script]
    words = [word.lower() for word in _WORD.findall(text)]
    english, others = _function_words()
    own = sum(word in english for word in words)
    counts = {name: sum(word in known for word in words) for name, known in others.items()}
    name, most = max(counts.items(), key=lambda pair: pair[1])
    return name if most >= 2 and most > own else ENGLISH


@lru_cache(maxsize=1)
def _function_words() -> tuple[frozenset[str], dict[str, frozenset[str]]]:
    """The function words of English, and those of other languages that are none of English."""
    from bm25s import stopwords  # type: ignore[import-untyped]

    english = frozenset(stopwords.STOPWORDS_EN_PLUS)
    names = (
        "German",
        "French",
        "Spanish",
        "Italian",
        "Portuguese",
        "Dutch",
        "Swedish",
        "Danish",
        "Norwegian",
        "Turkish",
    )
    return english, {name: frozenset(getattr(stopwords, f"STOPWORDS_{name.upper()}")) - english for name in names}

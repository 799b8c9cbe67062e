"""What a sentence says beneath a disguise: invisible characters, letters set apart, digits for letters, ciphers.

A reader does not see such text, or not what it says; a language model may.
"""

from __future__ import annotations

import base64
import binascii
import codecs
import re
import unicodedata
from collections.abc import Iterator

LEAST_HIDDEN = 8  # letters written in invisible tag characters; the flags of regions have fewer
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff]")
_TAGS = re.compile("[\U000e0020-\U000e007e]+")
_APART = re.compile(r"(?<!\w)\w(?:[ .·_-]\w(?!\w)| {2,3}\w(?!\w)){7,}")
_LEET = str.maketrans("013457@$", "oieastas")
_LEET_WORD = re.compile(r"(?<!\w)(?=\w*[a-z])(?=\w*[013457@$])[a-z013457@$]{3,}(?!\w)")
_MIXED = re.compile(r"[a-z][013457@$]|[013457@$][a-z]")
LEET_WORDS = 3  # of a sentence
_BLOB = re.compile(r"(?<![\w+/])[A-Za-z0-9+/]{24,}={0,2}")


def plain(text: str) -> str:
    """The text as it stands, in small letters, without the characters that nobody sees."""
    if text.isascii():
        return text.lower()
    return _TAGS.sub(" ", unicodedata.normalize("NFKC", _INVISIBLE.sub("", text)).lower())


def disguised(text: str, low: str) -> bool:
    """Whether anything in a text may be a disguise: quick, and certain only where not; `low` is its plain form."""
    return (
        len(_MIXED.findall(low)) >= LEET_WORDS
        or _BLOB.search(text) is not None
        or _APART.search(low) is not None
        or (not text.isascii() and _TAGS.search(text) is not None)
    )


def uncovered(text: str, low: str) -> Iterator[str]:
    """What a sentence says beneath each disguise that it may wear, in small letters; `low` is its plain form."""
    if hidden := in_tags(text):
        yield hidden.lower()
    if _APART.search(low):
        yield _APART.sub(lambda found: _together(found[0]), low)
    if len(_LEET_WORD.findall(low)) >= LEET_WORDS:
        yield _LEET_WORD.sub(lambda found: found[0].translate(_LEET), low)
    yield from (decoded.lower() for blob in _BLOB.findall(text) if (decoded := _decoded(blob)))


def turned(text: str) -> str:
    """Rot13: what it says, or what says it."""
    return codecs.encode(text, "rot13")


def in_tags(text: str) -> str:
    """What is written in invisible tag characters; empty where it is no more than a flag's code."""
    found = "".join(chr(ord(c) - 0xE0000) for run in _TAGS.findall(text) for c in run)
    return found if sum(c.isalpha() for c in found) >= LEAST_HIDDEN else ""


def _together(letters: str) -> str:
    """`i g n o r e  a l l` → `ignore all`: two spaces part words."""
    return " ".join(re.sub(r"[ .·_-]", "", word) for word in re.split(r" {2,}", letters))


def _decoded(blob: str) -> str:
    """A base64 text, or nothing where the bytes are no text."""
    try:
        text = base64.b64decode(blob + "=" * (-len(blob) % 4), validate=True).decode("utf-8")
    except (binascii.Error, UnicodeDecodeError):
        return ""
    return text if text.isprintable() and " " in text else ""

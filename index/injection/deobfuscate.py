"""Reveals disguised text: invisible characters, spaced letters, digits for letters, ciphers.

A person cannot read such text; a language model may.
"""

from __future__ import annotations

import base64
import binascii
import codecs
import re
import unicodedata
from collections.abc import Iterator

LEAST_HIDDEN = 8  # minimum letters in invisible tag characters; the flags of regions have fewer
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff]")
_TAGS = re.compile("[\U000e0020-\U000e007e]+")
_APART = re.compile(r"(?<!\w)\w(?:[ .·_-]\w(?!\w)| {2,3}\w(?!\w)){7,}")
_LEET = str.maketrans("013457@$", "oieastas")
_LEET_WORD = re.compile(r"(?<!\w)(?=\w*[a-z])(?=\w*[013457@$])[a-z013457@$]{3,}(?!\w)")
_MIXED = re.compile(r"[a-z][013457@$]|[013457@$][a-z]")
LEET_WORDS = 3  # minimum per sentence
_BLOB = re.compile(r"(?<![\w+/])[A-Za-z0-9+/]{24,}={0,2}")


def plain(text: str) -> str:
    """Returns the text in lower case, without invisible characters."""
    if text.isascii():
        return text.lower()
    return _TAGS.sub(" ", unicodedata.normalize("NFKC", _INVISIBLE.sub("", text)).lower())


def disguised(text: str, low: str) -> bool:
    """Returns whether a text may be disguised; quick, without false negatives. low: its `plain` form."""
    return (
        len(_MIXED.findall(low)) >= LEET_WORDS
        or _BLOB.search(text) is not None
        or _APART.search(low) is not None
        or (not text.isascii() and _TAGS.search(text) is not None)
    )


def uncovered(text: str, low: str) -> Iterator[str]:
    """Yields the reading of a sentence under each possible disguise, in lower case. low: its `plain` form."""
    if hidden := in_tags(text):
        yield hidden.lower()
    if _APART.search(low):
        yield _APART.sub(lambda found: _together(found[0]), low)
    if len(_LEET_WORD.findall(low)) >= LEET_WORDS:
        yield _LEET_WORD.sub(lambda found: found[0].translate(_LEET), low)
    yield from (decoded.lower() for blob in _BLOB.findall(text) if (decoded := _decoded(blob)))


def turned(text: str) -> str:
    """Encodes or decodes rot13."""
    return codecs.encode(text, "rot13")


def in_tags(text: str) -> str:
    """Decodes invisible tag characters; returns "" if they are no more than the code of a flag."""
    found = "".join(chr(ord(c) - 0xE0000) for run in _TAGS.findall(text) for c in run)
    return found if sum(c.isalpha() for c in found) >= LEAST_HIDDEN else ""


def _together(letters: str) -> str:
    """`i g n o r e  a l l` → `ignore all`: two spaces separate words."""
    return " ".join(re.sub(r"[ .·_-]", "", word) for word in re.split(r" {2,}", letters))


def _decoded(blob: str) -> str:
    """Decodes base64; returns "" if the bytes are not text."""
    try:
        text = base64.b64decode(blob + "=" * (-len(blob) % 4), validate=True).decode("utf-8")
    except (binascii.Error, UnicodeDecodeError):
        return ""
    return text if text.isprintable() and " " in text else ""

"""Decodes the bytes of a text file, exactly."""

from __future__ import annotations

import codecs
import re

SAVE_AS_UTF8 = "save it as plain text in UTF-8"


class Unreadable(Exception):
    """The bytes of a file cannot be read as a document. The message gives the reason and the remedy in one sentence."""


# The longest mark first, because UTF-32's begins with UTF-16's.
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# The first bytes of files that are not text, whatever their name says.
_MAGIC = (
    (b"%PDF-", "a PDF"), (b"PK\x03\x04", "a ZIP archive"), (b"\x89PNG", "an image"), (b"\xff\xd8\xff", "an image"),
    (b"GIF8", "an image"), (b"\x1f\x8b", "a compressed file"), (b"\x7fELF", "a program"),
    (b"\xd0\xcf\x11\xe0", "an old Office file"), (b"{\\rtf", "an RTF file"),
)  # fmt: skip
# Control characters that text does not contain; tab, line ends, form feed, escape and separators are allowed.
_CONTROL = re.compile("[\x00-\x07\x0e-\x1a]")
_CONTROL_SHARE = 0.02
# charset-normalizer's time grows with the text; this much suffices to detect the encoding.
_SAMPLE = 200_000
# The maximum share of accented letters. Western languages have 2 to 7%, a short sentence up to a quarter. Czech,
# Turkish and Romanian decoded wrongly have up to 15%, but then also letters that are rare in the West.
_WESTERN_SHARE, _COMMON_SHARE = 0.08, 0.25
_COMMON_LETTERS = frozenset("àáâäåæçèéêëíîïñóôöùúûüßœÀÁÂÄÅÆÇÈÉÊËÍÎÏÑÓÔÖÙÚÛÜŒªº")
_WESTERN_LETTERS = frozenset("àáâãäåæçèéêëìíîïñòóôõöøùúûüýÿßœšžÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏÑÒÓÔÕÖØÙÚÛÜÝŸŒŠŽðÐþÞªº")
_SIGN_IN_WORD = re.compile(r"[^\W\d_][¡-©«-´¶¸¹»-¿×÷€‚„†‡ˆ‰‹›˜™]+[^\W\d_]")
_MAC_CAPITALS = re.compile(rb"[\x80-\x95]")
_META_CHARSET = re.compile(rb"""<meta[^>]{0,200}?charset\s*=\s*["']?\s*([\w.:-]{2,40})""", re.IGNORECASE)


def decode(data: bytes, html: bool = False) -> str:
    """Decodes a file: by its byte order mark, as UTF-8, as obvious UTF-16, or else in a legacy encoding.

    The text excludes the byte order mark; nothing else is removed or changed. `html` prefers a page's `<meta charset>`
    to a guess. Raises Unreadable for binary data and for bytes in an unknown encoding.
    """
    for magic, kind in _MAGIC:
        if data.startswith(magic):
            raise Unreadable(f"this is {kind}, not text: give it its right file ending, or {SAVE_AS_UTF8}")
    for mark, name in _MARKS:
        if data.startswith(mark):
            return _strict(data[len(mark) :], name)
    if b"\x00" in data:
        return _without_mark(data)
    try:
        return _text(data.decode("utf-8"))
    except UnicodeDecodeError:
        return _text(_legacy(data, html))


def _strict(data: bytes, name: str) -> str:
    try:
        return data.decode(name)
    except UnicodeDecodeError:
        raise Unreadable(
            f"it is marked as {name.upper()} but is damaged (bytes that are not valid in it): {SAVE_AS_UTF8}"
        ) from None


def _text(text: str) -> str:
    sample = text[:_SAMPLE]
    if len(_CONTROL.findall(sample)) > len(sample) * _CONTROL_SHARE:
        raise Unreadable(f"this is binary data, not text: remove it from the folder, or {SAVE_AS_UTF8}")
    return text


def _without_mark(data: bytes) -> str:
    """Decodes UTF-16 without a mark: Latin text has a zero in every other byte; other data with zeros is binary."""
    sample = data[:_SAMPLE]
    half = max(1, len(sample) // 2)
    even, odd = sample[0::2].count(0) / half, sample[1::2].count(0) / half
    name = "utf-16-le" if odd > 0.4 and even < 0.05 else "utf-16-be" if even > 0.4 and odd < 0.05 else ""
    if not name or len(data) % 2:
        raise Unreadable(f"this is binary data, not text: remove it from the folder, or {SAVE_AS_UTF8}")
    return _text(_strict(data, name))


def _legacy(data: bytes, html: bool) -> str:
    """Decodes an unmarked encoding that a page declares or charset-normalizer guesses."""
    declared = _META_CHARSET.search(data[:4096]) if html else None
    if declared:
        try:
            return data.decode(declared[1].decode("ascii"))
        except (LookupError, UnicodeDecodeError):
            pass  # the declaration is wrong, so guess
    for name in _guesses(data):
        try:
            return data.decode(name)
        except (LookupError, UnicodeDecodeError):
            continue
    raise Unreadable(f"its character encoding is not known: {SAVE_AS_UTF8}")


def _guesses(data: bytes) -> list[str]:
    """Returns the encodings to try, the likeliest first."""
    from charset_normalizer import from_bytes

    sample = data[:_SAMPLE]
    # Western text has too few letters beyond ASCII for charset-normalizer: it takes "Café" for Baltic or Turkish.
    first = ["cp1252"] if _is_western(sample) else []
    best = from_bytes(sample).best()
    guess = best.encoding if best else ""
    # The two share their lower-case letters. Without the capitals of Mac Cyrillic, now rare, cp1251 is more likely.
    if guess == "mac_cyrillic" and not _MAC_CAPITALS.search(sample):
        first.append("cp1251")
    return [*first, *([guess] if guess else [])]


def _is_western(sample: bytes) -> bool:
    """Returns whether Windows-1252 gives few letters beyond ASCII, all Western, and no symbol inside a word."""
    try:
        text = sample.decode("cp1252")
    except UnicodeDecodeError:
        return False
    beyond = [character for character in text if character > "\x7f"]
    accented = [character for character in beyond if character.isalpha()]
    letters = sum(character.isalpha() for character in text)
    share = _COMMON_SHARE if _COMMON_LETTERS.issuperset(accented) else _WESTERN_SHARE
    few = len(accented) <= 2 or len(accented) < letters * share
    return few and _WESTERN_LETTERS.issuperset(accented) and not _SIGN_IN_WORD.search(text)

"""Decides which spans of a text are content and which are page furniture. Changes no text.

Works line by line, and avoids losing content: it drops a line with a sentence only if it is a notice to the page's
reader, and drops a line that may be furniture or a heading only beside lines that are certainly furniture. Code,
tables, verse, lists and legal text contain no such lines.
"""

from __future__ import annotations

import re
from itertools import groupby, pairwise

from index.text.boilerplate_cues import Kind, bare, has_credit, is_cookie_notice, kind, mentions_cookies, site_word
from index.text.lines import lines
from index.types import Span

# The header: how many lines from the top can repeat the title and contain labels.
HEADER_LINES = 15
# From this many lines about cookies that are not notices, cookies are the topic of the text.
TOPIC_LINES = 2
# The maximum number of words of a headline in a list of links.
LONGEST_HEADLINE = 25
# A column of at least this many menu words, two of them specific to sites, is a menu.
MENU_LINES = 4

_FENCE = re.compile(r"```|~~~")
_SENTENCE_END = re.compile(r"[.!?…:;。！？।]['\"”’»)\]]*$")
_NAME = re.compile(r"(?:(?:[A-ZÀ-ÞА-ЯІЇЄ][\w.'’-]*|of|the|de|la|von|van|der|du|for|and)(?:\s+|$)){1,5}$")


def content_spans(text: str) -> tuple[Span, ...]:
    """Returns the content of a text as spans, in order and without overlap, each up to the next furniture.

    If everything looks like furniture, the whole text is content.
    """
    found = list(lines(text))
    strings = [text[line.start : line.end] for line in found]
    dropped = _dropped(strings)
    if all(dropped):
        dropped = [False] * len(found)
    groups = groupby(zip(found, dropped, strict=True), key=lambda pair: pair[1])
    kept = ([line for line, _ in group] for drop, group in groups if not drop)
    return tuple(Span(group[0].start, group[-1].end) for group in kept)


def _dropped(strings: list[str]) -> list[bool]:
    """Returns for each line whether it is furniture."""
    kinds = _kinds(strings)
    dropped = [False] * len(strings)
    _drop_groups(strings, kinds, dropped)
    _drop_credited_captions(strings, dropped)
    if _is_prose(strings):
        _drop_labels(strings, kinds, dropped)
        _drop_repeated_names(strings, dropped)
        _drop_repeated_title(strings, dropped)
    _drop_links(strings, kinds, dropped)
    _drop_islands(strings, dropped)
    return dropped


def _kinds(strings: list[str]) -> list[Kind]:
    """Returns the kind of each line. Lines in a code fence are text, and so are notices if cookies are the topic."""
    kinds = []
    fenced = False
    for string in strings:
        fence = _FENCE.match(string) is not None
        kinds.append(Kind.TEXT if fenced or fence else kind(string))
        fenced ^= fence
    about = [n for n, string in enumerate(strings) if mentions_cookies(string)]
    notices = [n for n in about if kinds[n] is Kind.SURE and is_cookie_notice(strings[n])]
    if len(about) - len(notices) >= TOPIC_LINES or len(notices) > TOPIC_LINES + 1:
        for n in notices:
            kinds[n] = Kind.TEXT
    return kinds


def _is_prose(strings: list[str]) -> bool:
    """Returns whether most of a text is in lines with whole sentences: not verse, a list, a table or code."""
    prose = sum(len(string) for string in strings if _is_sentence(string))
    return prose * 2 >= sum(map(len, strings))


def _is_sentence(string: str) -> bool:
    return len(string) > 40 and _SENTENCE_END.search(string) is not None


def _drop_groups(strings: list[str], kinds: list[Kind], dropped: list[bool]) -> None:
    """Drops each unbroken group of possible furniture if one line is certain, or if the group is a menu."""
    for may_be, group in groupby(range(len(kinds)), key=lambda n: kinds[n] is not Kind.TEXT):
        members = list(group)
        sure = may_be and any(kinds[n] is Kind.SURE for n in members)
        if sure or (may_be and len(members) >= MENU_LINES and _is_menu([strings[n] for n in members])):
            for n in members:
                dropped[n] = True


def _is_menu(strings: list[str]) -> bool:
    """Returns whether the lines contain two different words that are specific to site menus."""
    return len({word for word in map(site_word, strings) if word}) >= 2


def _drop_credited_captions(strings: list[str], dropped: list[bool]) -> None:
    """Drops a caption that is repeated with the picture's credit, both times."""
    for n, (first, second) in enumerate(pairwise(strings)):
        if second != first and second.startswith(first) and has_credit(second[len(first) :]):
            dropped[n] = dropped[n + 1] = True


def _drop_labels(strings: list[str], kinds: list[Kind], dropped: list[bool]) -> None:
    """Drops an empty form in the header: at least two labels with at most one short line between each pair.

    The line after the last label is its value and stays.
    """
    header = range(min(HEADER_LINES, len(strings)))
    labels = [n for n in header if kinds[n] is Kind.LABEL]
    for first, second in pairwise(labels):
        between = strings[first + 1 : second]
        if len(between) <= 1 and all(len(value.split()) <= 3 and not _SENTENCE_END.search(value) for value in between):
            dropped[first : second + 1] = [True] * (second + 1 - first)


def _drop_repeated_names(strings: list[str], dropped: list[bool]) -> None:
    """Drops the first of two equal names in a row, as under pictures and in boxes."""
    for n, (first, second) in enumerate(pairwise(strings)):
        if first == second and _NAME.match(first):
            dropped[n] = True


def _drop_repeated_title(strings: list[str], dropped: list[bool]) -> None:
    """Drops a heading that the header repeats later; the last one, next to the text, stays."""
    header = strings[:HEADER_LINES]
    for n, string in enumerate(header):
        words = sum(word[0].isalpha() for word in string.split())
        if words >= 3 and string in header[n + 1 :] and not string.endswith((".", ":")):
            dropped[n] = True


def _drop_links(strings: list[str], kinds: list[Kind], dropped: list[bool]) -> None:
    """Drops "Read more" lines: at the end together with the headlines below, elsewhere alone."""
    tail = len(strings)
    while tail and (dropped[tail - 1] or kinds[tail - 1] is not Kind.TEXT or _is_headline(strings[tail - 1])):
        tail -= 1
    for n in range(len(strings)):
        if kinds[n] is Kind.LINKS:
            dropped[n] = True
            if n >= tail:
                dropped[n:] = [True] * (len(strings) - n)
                return


def _is_headline(string: str) -> bool:
    """Returns whether a line can be the title of another page: several words, not a list item or a sentence end."""
    words = len(string.split())
    item = bare(string) != string
    return 4 <= words <= LONGEST_HEADLINE and not item and not string.endswith((".", "!", ".”", '."', ":", ";", ","))


def _drop_islands(strings: list[str], dropped: list[bool]) -> None:
    """Drops the remains of a menu: one or two words with furniture on both sides."""
    runs = [(drop, list(group)) for drop, group in groupby(range(len(strings)), key=lambda n: dropped[n])]
    for before, (drop, members), after in zip(runs, runs[1:], runs[2:], strict=False):
        words = sum(len(strings[n].split()) for n in members)
        ends = any(_SENTENCE_END.search(strings[n]) for n in members)
        if not drop and before[0] and after[0] and words <= 2 and not ends:
            for n in members:
                dropped[n] = True

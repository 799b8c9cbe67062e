"""Text of documents, questions and conversations, made safe to stand in a prompt as data.

What a model reads may differ from the document in a few characters; citations are cut from the document itself.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from assistant.types import Turn
from index.injection.detect import orders, without_orders
from index.text.sentences import split
from index.types import Chunk, Span

LONGEST_TITLE = 160  # characters

# Angle brackets that could open or close a tag: the fence, <|im_start|>, </s>, <<SYS>>, <think>.
_TAG = re.compile(r"<(?![\s\d=<-])|(?<=[^\s\d=>-])>")
_SQUARE = re.compile(
    r"[\[【［]((?:\s*[/^#]?\s*(?:INST|SYS|[A-Z_]*(?:TOOL|AVAILABLE)[A-Z_]*)|[^\]】］\n]{0,20}\d[^\]】］\n]{0,20}))[\]】］]",
    re.I,
)
# What is left of a tag whose closing bracket another one took.
_BARE = re.compile(r"[\[【［](?=\s*/?\s*INST)", re.I)
# A line that begins like a turn of a conversation, or like a heading of a prompt.
_ROLE = re.compile(
    r"^(?P<before>[ \t]*[#>*_\-–• \t]*)(?P<role>system|user|human|assistant|ai|developer|tool|model|bot|instructions?"
    r"|question|answer|passage(?: \d+)?|statements?(?: \d+)?)"
    r"(?P<after>[ \t*_]*(?: (?:message|prompt|note|override))?[ \t*_]*)[:：]",
    re.I | re.M,
)
# A line that begins like a verdict on a statement.
_VERDICT = re.compile(r"^(?P<before>[ \t>*_\-–•]*\d{1,3}[ \t*_]*)[:：](?=[ \t*_]*(?:yes|no)\b)", re.I | re.M)
_KEEP = {"\n", "\t"}
_HIDDEN = {"Cc", "Cf", "Co", "Cn", "Cs"}  # controls, invisible marks, tags


def safe(text: str) -> str:
    """The text without what could end its fence, pass for another passage, or pass for a turn of the conversation."""
    shown = "".join(c for c in text.replace("\r\n", "\n") if c in _KEEP or unicodedata.category(c) not in _HIDDEN)
    shown = _TAG.sub(lambda match: "‹" if match[0] == "<" else "›", shown)
    # what was inside of another pair of brackets may be one itself now
    while (rounded := _SQUARE.sub(r"(\1)", shown)) != shown:
        shown = rounded
    shown = _BARE.sub("(", shown)
    shown = _VERDICT.sub(r"\g<before> –", shown)
    return _ROLE.sub(r"\g<before>\g<role>\g<after> –", shown)


def fence_passages(passages: Sequence[Chunk], *, numbered: bool = False) -> str:
    """The passages, numbered from 1, each with title, section and date inside a fence of its own.

    numbered: whether their sentences have numbers too, see `fence_passage`.
    """
    return "\n\n".join(fence_passage(n, chunk, numbered=numbered) for n, chunk in enumerate(passages, 1))


def fence_passage(number: int, chunk: Chunk, *, numbered: bool = False) -> str:
    """One passage in its fence, without the orders in it: what is no use to an answer need not tempt the model.

    numbered: whether each of its sentences begins with its number, [2.3] for the third of passage 2.
    """
    name = " › ".join(part for part in (chunk.title, chunk.section) if part)
    title = "" if orders(name) else " ".join(safe(name).split())[:LONGEST_TITLE]
    date = f", {safe(chunk.date)}" if chunk.date else ""
    if numbered:
        lines = (safe(chunk.text[start:end]).strip() for start, end in passage_sentences(chunk))
        text = "\n".join(f"[{number}.{k}] {line}" for k, line in enumerate(lines, 1))
    else:
        text = safe("\n".join(chunk.text[start:end] for start, end in without_orders(chunk.text))).strip()
    return f"<passage number={number}>\n[{number}] {title}{date}\n{text}\n</passage>"


def passage_sentences(chunk: Chunk) -> list[Span]:
    """The sentences of a passage without the orders in it, as spans of its text, in the order of their numbers."""
    return [span for start, end in without_orders(chunk.text) for span in split(chunk.text, start, end)]


def fence_conversation(turns: Sequence[Turn]) -> str:
    """The turns in one fence, and the empty text where there are none."""
    if not turns:
        return ""
    lines = "\n".join(f"{turn.role}: {' '.join(safe(turn.content).split())}" for turn in turns)
    return f"<conversation>\n{lines}\n</conversation>\n\n"

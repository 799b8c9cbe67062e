"""Documents → chunks: whole sentences of content, a token budget, exact offsets."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator

from index.text.sentences import split
from index.text.tokens import count
from index.types import Chunk, Document, Span

# To be raised with any change that gives other chunks of the same file: reading, cleaning, sentences, packing.
CHUNKING_VERSION = "2"
DEFAULT_BUDGET = 220
DEFAULT_OVERLAP = 40
# One character can take four tokens; a smaller budget could not hold any text.
SMALLEST_BUDGET = 8
# The longest run without whitespace that is counted in one go: the tokeniser is slower than linear in it.
LONGEST_WORD = 400
# Ordinary text has about 4 characters a token; this many times the budget is above it for certain in any language.
LONGEST_TOKEN = 20

_WORD = re.compile(r"\S+")


def chunk(document: Document, budget: int = DEFAULT_BUDGET, overlap: int = DEFAULT_OVERLAP) -> list[Chunk]:
    """The chunks of a document, in order of their start.

    budget: the most tokens (cl100k_base) of one chunk; at least 8.
    overlap: the most tokens that a chunk repeats of the one before, in whole sentences; less than the budget.
    A chunk lies inside one content span. A sentence above the budget is cut at whitespace, or anywhere without it.
    Raises ValueError for a budget or an overlap that cannot be kept.
    """
    if budget < SMALLEST_BUDGET:
        raise ValueError(f"The budget of a chunk must be at least {SMALLEST_BUDGET} tokens, not {budget}.")
    if not 0 <= overlap < budget:
        raise ValueError(f"The overlap must be from 0 to less than the budget of {budget} tokens, not {overlap}.")
    text = document.text
    spans: list[Span] = []
    for content in document.content:
        units, sizes = _units(text, split(text, *content), budget)
        spans.extend(_pack(text, units, sizes, budget, overlap))
    return [_chunk(document, span, position) for position, span in enumerate(spans)]


def _chunk(document: Document, span: Span, position: int) -> Chunk:
    text = document.text[span.start : span.end]
    key = "\x00".join((document.source, document.sha256, str(span.start), str(span.end), text))
    return Chunk(
        id=hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()[:32],
        source=document.source,
        title=document.title,
        date=document.date,
        start=span.start,
        end=span.end,
        position=position,
        text=text,
        sha256=document.sha256,
    )


def _units(text: str, sentences: list[Span], budget: int) -> tuple[list[Span], list[int]]:
    """The sentences, those above the budget cut up, and the tokens of each with the whitespace before it."""
    # Far above the budget, a sentence is cut before it is counted: counting it whole could take minutes.
    longest = budget * LONGEST_TOKEN
    befores = [sentence.start for sentence in sentences[:1]] + [sentence.end for sentence in sentences[:-1]]
    sizes = count([text[max(before, s.end - longest) : s.end] for before, s in zip(befores, sentences, strict=True)])
    units: list[Span] = []
    tokens: list[int] = []
    for sentence, size in zip(sentences, sizes, strict=True):
        pieces = [sentence]
        if size > budget or sentence.end - sentence.start > longest:
            pieces = _pieces(text, sentence, budget)
        units.extend(pieces)
        tokens.extend([size] if len(pieces) == 1 else count([text[p.start : p.end] for p in pieces]))
    return units, tokens


def _pieces(text: str, sentence: Span, budget: int) -> list[Span]:
    """A sentence above the budget in pieces that keep it, cut at whitespace where there is any."""
    words = list(_words(text, sentence, min(LONGEST_WORD, max(1, budget // 4))))
    # Each word is counted with one space, so that the pieces' own counts are hardly ever larger than the sums.
    sizes = count([" " + text[word.start : word.end] for word in words])
    return _pack(text, words, sizes, budget, 0)


def _words(text: str, sentence: Span, longest: int) -> Iterator[Span]:
    """The words of a sentence, those of more than LONGEST_WORD characters in parts of `longest`."""
    for match in _WORD.finditer(text, sentence.start, sentence.end):
        start, end = match.span()
        if end - start <= longest:
            yield Span(start, end)
        else:
            yield from (Span(cut, min(cut + longest, end)) for cut in range(start, end, longest))


def _pack(text: str, units: list[Span], sizes: list[int], budget: int, overlap: int) -> list[Span]:
    """Greedy: as many neighbours as the budget holds, each pack starting with up to `overlap` tokens of the last."""
    packs: list[list[Span]] = []
    first = 0
    while first < len(units):
        last, total = first + 1, sizes[first]
        while last < len(units) and total + sizes[last] <= budget:
            total += sizes[last]
            last += 1
        packs.append(units[first:last])
        if last == len(units):
            break
        first = _step_back(first, last, sizes, overlap, budget)
    return _within(text, packs, budget)


def _step_back(first: int, last: int, sizes: list[int], overlap: int, budget: int) -> int:
    """Where the next pack begins, so that it repeats at most `overlap` tokens and still holds unit `last`."""
    again, total = last, 0
    while again - 1 > first and total + sizes[again - 1] <= min(overlap, budget - sizes[last]):
        again -= 1
        total += sizes[again]
    return again


def _within(text: str, packs: list[list[Span]], budget: int) -> list[Span]:
    """The spans of the packs, each within the budget by its own count: joined, text can take more than its parts.

    One that does not keep the budget is cut in two between its units, or inside its only unit.
    """
    spans = [Span(pack[0].start, pack[-1].end) for pack in packs]
    result: list[Span] = []
    for pack, span, size in zip(packs, spans, count([text[s.start : s.end] for s in spans]), strict=True):
        if size <= budget:
            result.append(span)
            continue
        middle, cut = len(pack) // 2, (span.start + span.end) // 2
        halves = [pack[:middle], pack[middle:]] if middle else [[Span(span.start, cut)], [Span(cut, span.end)]]
        result.extend(_within(text, halves, budget))
    return result

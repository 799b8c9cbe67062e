"""Sentences of the retrieved chunks, scored for one question in their context.

Few are scored, since each costs: words in common choose which, the cross-encoder scores those alone, and the best
once more under their document's title and together with their neighbours. "He added that…" says nothing of who; the
sentence before it does.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from assistant.evidence.distinctions import made_anew, names_without_rank
from assistant.language.entities import dates
from assistant.language.words import content_stems
from assistant.models.reranker import Reranker
from assistant.query.analyze import Question, speaks_of_opposite
from assistant.types import Evidence
from index.injection.detect import orders
from index.text.sentences import split
from index.types import Chunk, Hit, Span

CHUNKS = 8  # the fused hits whose sentences are looked at
SCORED = 24  # sentences that the cross-encoder sees alone
TITLED = 6  # of those, how many it sees again under their title
PAIRED = 4  # and how many together with the sentence before and the one behind
HEADING = 14  # words
LONGEST = 500  # characters of a sentence that the cross-encoder reads
WINDOW_WEIGHT = 0.25  # of the score with a neighbour, in the order of evidence
_LIST_MARKER = re.compile(r"(?:[-*+•‣▪●◦–—·]|\(?\d{1,2}[.)])[ \t\u00a0]+(?=\S)")
QUOTED = 60  # characters of quotation that are long
FRAME = 4  # words around it that can say something
_QUOTATION = re.compile(r"“[^”]*”|\"[^\"]*\"|«[^»]*»|„[^“”]*[“”]")
LEANS = 0.5  # logits by which a neighbour must raise the score for it to be needed


def gather(question: Question, hits: Sequence[Hit], rarity: Mapping[str, float], reranker: Reranker) -> list[Evidence]:
    """The sentences of the best chunks, best first. `rarity`: a weight for each of the question's stems, 0 or more."""
    told = [e for e in _sentences([hit.chunk for hit in hits[:CHUNKS]]) if tells(question, e.text)]
    candidates = _choose(question, told, rarity)
    alone = _best_of(question, [_forms(e.text) for e in candidates], reranker)
    scored = sorted((replace(e, score=s, window=s) for e, s in zip(candidates, alone, strict=True)), key=_by_score)
    top, behind = scored[:TITLED], scored[TITLED:]
    pairs = [(e, other) for e in top[:PAIRED] for other in neighbours(e) if other is not None]
    again = [*([f"{e.chunk.title}. {e.text[:LONGEST]}"] for e in top), *(_together(e, other) for e, other in pairs)]
    scores = _best_of(question, again, reranker)
    seen = _with_neighbours(top, pairs, scores[len(top) :])
    ranked = [replace(e, rank=(e.score + t) / 2 + WINDOW_WEIGHT * e.window) for e, t in zip(seen, scores, strict=False)]
    # what was not seen again comes behind what was, in its own order
    floor = min((e.rank for e in ranked), default=0.0) - max((e.score for e in behind), default=0.0)
    rest = [replace(e, rank=e.score + min(floor, 0.0) - 1.0) for e in behind]
    return sorted(ranked, key=lambda e: -e.rank) + rest


def tells(question: Question, text: str) -> bool:
    """Whether a sentence can answer: it says a word that the question does not, or affirms what may be so or not."""
    others = (speaks_of_opposite, names_without_rank, made_anew)
    if any(of_another(question.text, text) for of_another in others):
        return False
    if question.wanted == "yes-no":
        return not is_heading(text)
    rest = text
    for found in reversed(dates(text)):
        rest = f"{rest[: found.start]} {rest[found.end :]}"
    # a line that is a date alone says nothing
    return bool(content_stems(rest)) and bool(set(content_stems(text)) - set(question.words))


def neighbours(evidence: Evidence) -> tuple[Span | None, Span | None]:
    """The sentences before and behind in the same chunk, as spans of the document; None for none, or a heading."""
    around_it = spans(evidence.chunk)
    place = around_it.index(Span(evidence.start, evidence.end))
    around = (
        around_it[place - 1] if place > 0 else None,
        around_it[place + 1] if place + 1 < len(around_it) else None,
    )
    before, behind = (s if s and _tells_more(evidence.chunk, s) else None for s in around)
    return before, behind


def _tells_more(chunk: Chunk, span: Span) -> bool:
    return not is_heading(_slice(chunk, span)) and not _gives_orders(chunk, span)


def _best_of(question: Question, forms: Sequence[Sequence[str]], reranker: Reranker) -> list[float]:
    """For each list of texts the highest of their scores; each text is scored once."""
    texts = list(dict.fromkeys(text for some in forms for text in some))
    known = dict(zip(texts, reranker.scores(question.text, texts), strict=True))
    return [max(known[text] for text in some) for some in forms]


def _forms(text: str) -> list[str]:
    """A sentence as it is scored: whole, and without a long quotation, which drowns who said it, when and where."""
    frame = " ".join(_QUOTATION.sub(" ", text).split()).strip(" ,;:")
    whole = text[:LONGEST]
    return [whole, frame] if len(text) - len(frame) >= QUOTED and len(frame.split()) >= FRAME else [whole]


def _together(e: Evidence, other: Span) -> list[str]:
    """A sentence with a neighbour, as they stand."""
    first, second = sorted([Span(e.start, e.end), other])
    texts = [_slice(e.chunk, first)[:LONGEST], _slice(e.chunk, second)[:LONGEST]]
    return [" ".join(texts), *([f"{texts[0]} {frame}"] if (frame := _forms(texts[1])[-1]) != texts[1] else [])]


def _with_neighbours(
    top: Sequence[Evidence], pairs: Sequence[tuple[Evidence, Span]], scores: Sequence[float]
) -> list[Evidence]:
    """The same evidence, with the score that it has with a neighbour where that is higher."""
    best = {id(e): e for e in top}
    for (e, other), score in zip(pairs, scores, strict=True):
        if score > best[id(e)].window:
            needs = other if score > e.score + LEANS else None
            best[id(e)] = replace(best[id(e)], window=score, needs=needs)
    return [best[id(e)] for e in top]


def read(evidence: Evidence) -> str:
    """What is read as one: the sentence, with the neighbour that it needs."""
    other = evidence.needs
    if other is None:
        return evidence.text
    return _slice(evidence.chunk, Span(min(evidence.start, other.start), max(evidence.end, other.end)))


def is_heading(text: str) -> bool:
    """Few words that do not end as a sentence does: it names what follows and says nothing itself."""
    return len(text.split()) <= HEADING and text.rstrip("\"'”’»)*_")[-1:] not in set(".!?…。！？:;")


def sentence(chunk: Chunk, span: Span, like: Evidence) -> Evidence:
    """Another sentence of a chunk as evidence that ranks as `like` does."""
    return replace(like, start=span.start, end=span.end, text=_slice(chunk, span), needs=None)


def _gives_orders(chunk: Chunk, span: Span) -> bool:
    """Whether a sentence is, or holds, an order to the program."""
    start, end = span.start - chunk.start, span.end - chunk.start
    return any(order.start < end and start < order.end for order in orders(chunk.text))


def _slice(chunk: Chunk, span: Span) -> str:
    return chunk.text[span.start - chunk.start : span.end - chunk.start]


def _by_score(e: Evidence) -> tuple[float, str, int]:
    return (-e.score, e.source, e.start)


def _sentences(chunks: Sequence[Chunk]) -> list[Evidence]:
    """Each sentence once, though overlapping chunks hold it twice; chunks in the order given.

    What speaks to the program, not to people, answers nobody's question: it is left out (index/injection).
    """
    found: dict[tuple[str, int], Evidence] = {}
    for order, chunk in enumerate(chunks):
        for span in spans(chunk):
            text = _slice(chunk, span)
            if not any(char.isalnum() for char in text) or _gives_orders(chunk, span):
                continue
            if (chunk.source, span.start) not in found:
                found[chunk.source, span.start] = Evidence(chunk, span.start, span.end, text, order)
    return list(found.values())


def spans(chunk: Chunk) -> list[Span]:
    """The sentences of a chunk as spans of the document, without the bullet or number of a list item."""
    found = []
    for start, end in split(chunk.text):
        marker = _LIST_MARKER.match(chunk.text, start, end)
        found.append(Span(chunk.start + (marker.end() if marker else start), chunk.start + end))
    return found


def _choose(question: Question, sentences: Sequence[Evidence], rarity: Mapping[str, float]) -> list[Evidence]:
    """The most promising: those with the question's rare words, of the best chunks."""
    if len(sentences) <= SCORED:
        return list(sentences)

    def promise(e: Evidence) -> float:
        shared = set(content_stems(e.text)) & set(question.words)
        return sum(rarity.get(word, 0.0) for word in shared) / (1 + 0.1 * e.order)

    return sorted(sentences, key=lambda e: -promise(e))[:SCORED]

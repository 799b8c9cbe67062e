"""Keep, re-cite or drop: what becomes of each sentence of a model's draft.

The layers, first to last: a sentence that claims nothing; one that a passage says word for word; then the language
model's verdict where it is trusted to verify, the small models that ship where it is not.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from assistant.errors import LLMError
from assistant.language.entities import loose_dates, names, numbers
from assistant.llm.model import Model
from assistant.llm.prompt_safety import passage_sentences
from assistant.types import DraftSentence, Dropped
from assistant.verification.by_model import ModelVerdict, Statement, verify_by_model
from assistant.verification.local import SURE, LocalVerifier, Support
from assistant.verification.verbatim import find_verbatim
from assistant.verification.windows import Part, find_evidence, measure_cover, windows
from index.injection.detect import without_orders
from index.types import Chunk, Span

Verdict = Literal["keep", "re-cite", "drop", "empty"]
Judge = Literal["", "verbatim", "model", "local"]
Places = tuple[tuple[Chunk, Span], ...]

MODEL_BATCH = 3  # sentences of a call
AS_MUCH = 0.15  # the share of a sentence's words that what it points at may lack of the best part's
EMPTY_WORDS = 8  # of a sentence that claims nothing, at most


@dataclass(frozen=True, slots=True)
class VerifiedSentence:
    """A sentence of the draft and its verdict.

    verdict: "keep" where a passage that it cites supports it, "re-cite" where another one does, "drop" where none does;
    "empty" for a heading or a transition, which claims nothing.
    by: what gave the verdict. score: the local estimate of the probability of support; 0 where it was not made.
    places: what supports it, as spans of the chunks' documents. reason: why it is dropped, in words.
    """

    sentence: DraftSentence
    verdict: Verdict
    score: float = 0.0
    places: Places = ()
    reason: str = ""
    by: Judge = ""


class Verifier:
    """Verifies the sentences of one draft, in batches.

    local: the verification that ships. model: the language model that is trusted to verify, if there is one.
    both: whether a sentence must pass both. notes: what went wrong on the way, for the user.
    """

    def __init__(self, local: LocalVerifier, model: Model | None = None, *, both: bool = False) -> None:
        self.batch_size = 1 if model is None else MODEL_BATCH
        self.notes: list[Dropped] = []
        self._local, self._model, self._both = local, model, both

    def verify_sentences(
        self, sentences: Sequence[DraftSentence], passages: Sequence[Chunk], cancelled: threading.Event | None = None
    ) -> list[VerifiedSentence]:
        """One verdict for each sentence. cancelled: ends a call to the model once it is set."""
        found: list[VerifiedSentence | None] = [verify_without_models(s, passages) for s in sentences]
        left = [i for i, verified in enumerate(found) if verified is None]
        if self._model is not None and left:
            asked = [sentences[i] for i in left]
            try:
                told = _verify_by_model(self._model, asked, passages, cancelled)
            except LLMError as error:
                what = f"the model's verification of {len(left)} sentence{'s' if len(left) > 1 else ''}"
                self.notes.append(Dropped(what, f"{error} The small models that ship verified instead."))
            else:
                found = _filled(found, left, told)
                left = [i for i in left if self._both and _verified(found[i]).verdict != "drop"]
        return [
            verify_locally(sentences[i], passages, self._local) if i in left else _verified(verified)
            for i, verified in enumerate(found)
        ]


def verify_without_models(sentence: DraftSentence, passages: Sequence[Chunk]) -> VerifiedSentence | None:
    """The verdict on a sentence that needs no model to be judged, else None."""
    if claims_nothing(sentence):
        return VerifiedSentence(sentence, "empty")
    if sentence.text.rstrip().endswith("?"):
        return VerifiedSentence(sentence, "drop", reason="a question says nothing")
    for verdict, chunks in (("keep", [passages[i] for i in sentence.cited]), ("re-cite", passages)):
        pieces = _pieces(chunks)
        if part := find_verbatim(sentence.text, _texts(pieces)):
            return VerifiedSentence(sentence, verdict, 1.0, _places([part], pieces), by="verbatim")  # type: ignore[arg-type]
    return None


def verify_locally(sentence: DraftSentence, passages: Sequence[Chunk], local: LocalVerifier) -> VerifiedSentence:
    """Checks a sentence against the passages that it cites, then against all that the model was given."""
    cited = [passages[i] for i in sentence.cited]
    first = _support(local, sentence, cited) if cited else None
    if first and _is_sure(first):
        return VerifiedSentence(sentence, "keep", first.score, _places(first.parts, _pieces(cited)), by="local")
    found = _support(local, sentence, passages)
    if _is_sure(found):
        return VerifiedSentence(sentence, "re-cite", found.score, _places(found.parts, _pieces(passages)), by="local")
    return VerifiedSentence(sentence, "drop", found.score, reason=_reason(found), by="local")


def claims_nothing(sentence: DraftSentence) -> bool:
    """Whether a sentence is a heading or leads over to the next, and holds no number, name or date."""
    text = sentence.text
    if sentence.cited or sentence.kind == "code" or len(text.split()) > EMPTY_WORDS:
        return False
    if sentence.kind != "heading" and not text.rstrip().endswith(":"):
        return False
    return not (numbers(text) or loose_dates(text) or names(f"a {text}") or any(c.isdigit() for c in text))


def _verify_by_model(
    model: Model, sentences: Sequence[DraftSentence], passages: Sequence[Chunk], cancelled: threading.Event | None
) -> list[VerifiedSentence]:
    """The model's verdicts on a batch, in one call. Raises LLMError."""
    shown = {i + 1: passages[i] for sentence in sentences for i in _evidence(sentence, passages)}
    statements = [Statement(s.text, tuple(i + 1 for i in s.cited)) for s in sentences]
    verdicts = verify_by_model(model, statements, shown, cancelled)
    return [_read(s, v, passages, shown) for s, v in zip(sentences, verdicts, strict=True)]


def _read(
    sentence: DraftSentence, verdict: ModelVerdict, passages: Sequence[Chunk], shown: dict[int, Chunk]
) -> VerifiedSentence:
    if verdict.supported and sentence.cited:
        places = _locate(sentence, [passages[i] for i in sentence.cited], passages)
        return VerifiedSentence(sentence, "keep", places=places, by="model")
    if verdict.supported or verdict.passage:
        chunks = [shown[verdict.passage]] if verdict.passage else list(shown.values())
        return VerifiedSentence(sentence, "re-cite", places=_locate(sentence, chunks), by="model")
    return VerifiedSentence(sentence, "drop", reason="the model that verifies finds it not supported", by="model")


def _evidence(sentence: DraftSentence, passages: Sequence[Chunk]) -> list[int]:
    """The passages to verify a sentence with: those that it cites, those beside them, and the one nearest to it."""
    cited = [passages[i] for i in sentence.cited]
    beside = [
        i
        for i, chunk in enumerate(passages)
        if any(chunk.source == c.source and abs(chunk.position - c.position) <= 1 for c in cited)
    ]
    pieces = [(i, span) for i, chunk in enumerate(passages) for span in without_orders(chunk.text)]
    nearest = windows(sentence.text, [passages[i].text[span.start : span.end] for i, span in pieces])
    return [*beside, *(pieces[w.span][0] for w in nearest[:1])]


def _locate(sentence: DraftSentence, chunks: Sequence[Chunk], passages: Sequence[Chunk] = ()) -> Places:
    """Which parts of the chunks to cite for a sentence that they support.

    passages: those that the sentence's pointers count. What it points at is cited where it says as much of the
    sentence as any other part does.
    """
    pieces = _pieces(chunks)
    found = find_evidence(sentence.text, _texts(pieces))
    places = _places(found, pieces)
    pointed = tuple(dict.fromkeys(place for i, k in sentence.pointed for place in _sentence_at(passages, i, k)))
    return pointed if pointed and _cover(sentence, pointed) >= _cover(sentence, places) - AS_MUCH else places


def _sentence_at(passages: Sequence[Chunk], passage: int, number: int) -> Places:
    """The place of a passage's sentence; none where there is no such sentence."""
    chunk = passages[passage] if passage < len(passages) else None
    spans = passage_sentences(chunk)[number : number + 1] if chunk and number >= 0 else []
    return tuple((chunk, Span(chunk.start + a, chunk.start + b)) for a, b in spans) if chunk else ()


def _cover(sentence: DraftSentence, places: Places) -> float:
    """The share of a sentence's words that these places say."""
    return measure_cover(sentence.text, "\n".join(c.text[a - c.start : b - c.start] for c, (a, b) in places))


def _is_sure(found: Support) -> bool:
    """Whether the local verification is sure enough to show what a model wrote."""
    return found.verdict and found.score >= SURE


def _support(local: LocalVerifier, sentence: DraftSentence, chunks: Sequence[Chunk]) -> Support:
    """What the local verification says; orders to the program support nothing, not even what they order to be said."""
    pieces = _pieces(chunks)
    published, headers = [chunk.date for chunk, _ in pieces], [_header(chunk) for chunk, _ in pieces]
    return local.support(sentence.text, _texts(pieces), published, headers)


def _header(chunk: Chunk) -> str:
    """What is known of a passage's document: its title, section and date, as a sentence."""
    return f"{', '.join(part for part in (chunk.title, chunk.section, chunk.date) if part)}."


def _places(parts: Sequence[Part], pieces: Sequence[tuple[Chunk, Span]]) -> Places:
    """Parts of pieces, as spans of their documents."""
    found = ((*pieces[part.span], part) for part in parts)
    return tuple((c, Span(c.start + s.start + p.start, c.start + s.start + p.end)) for c, s, p in found)


def _pieces(chunks: Sequence[Chunk]) -> list[tuple[Chunk, Span]]:
    """The chunks without the orders in them, as spans of their texts."""
    return [(chunk, span) for chunk in chunks for span in without_orders(chunk.text)]


def _texts(pieces: Sequence[tuple[Chunk, Span]]) -> list[str]:
    return [chunk.text[span.start : span.end] for chunk, span in pieces]


def _filled(
    found: Sequence[VerifiedSentence | None], places: Sequence[int], values: Sequence[VerifiedSentence]
) -> list[VerifiedSentence | None]:
    given = dict(zip(places, values, strict=True))
    return [given.get(i, verified) for i, verified in enumerate(found)]


def _verified(verified: VerifiedSentence | None) -> VerifiedSentence:
    assert verified is not None
    return verified


def _reason(support: Support) -> str:
    return "; ".join(support.problems) if support.problems else f"no passage supports it ({support.score:.2f})"

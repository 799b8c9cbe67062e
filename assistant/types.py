"""The values of a question and its answer. Offsets count Unicode code points of the document's text, end exclusive."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

from index.types import Chunk

Role = Literal["user", "assistant"]
Mode = Literal["quotes", "model"]
Wanted = Literal["number", "date", "name", "person", "place", "yes-no", "other"]
SentenceKind = Literal["sentence", "item", "heading", "code"]

# The one refusal: prompts, code and tests share it.
REFUSAL = "The documents do not say."


@dataclass(frozen=True, slots=True)
class Turn:
    """One message of a conversation."""

    role: Role
    content: str


@dataclass(frozen=True, slots=True)
class Evidence:
    """A sentence of a retrieved chunk, scored for one question.

    start, end: the sentence in the document's text. order: of its chunk among the hits, 0 first.
    score: the cross-encoder's logit. rank: the log-odds that it answers the question, what evidence is ordered by;
    probability: the same, 0 to 1. answer: the words of it that answer.
    """

    chunk: Chunk
    start: int
    end: int
    text: str
    order: int
    score: float = 0.0
    rank: float = 0.0
    probability: float = 0.0
    answer: AnswerSpan | None = None

    @property
    def source(self) -> str:
        return self.chunk.source


@dataclass(frozen=True, slots=True)
class SearchQuery:
    """A text to search with; the ranks that it gives count `weight` times."""

    text: str
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class AnswerSpan:
    """The answering words: `text[start:end]`, with the value that they come to and, for a number, what it counts.

    sure: whether it is plain that these are the words, and not others of the same form.
    """

    start: int
    end: int
    value: str
    counted: str = ""
    sure: bool = True


@dataclass(frozen=True, slots=True)
class QuotedLine:
    """A sentence of the answer: what it quotes, which words answer, and other sentences that say the same."""

    evidence: Evidence
    answer: AnswerSpan | None = None
    witnesses: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True)
class QuoteDraft:
    """QuotedLines to show, best first. `differ`: they give different values, of a kind, and are newest first."""

    lines: tuple[QuotedLine, ...]
    kind: Wanted = "other"
    differ: bool = False


@dataclass(frozen=True, slots=True)
class DraftSentence:
    """A sentence of the draft, without markers.

    cited: indexes into the passages (0 first), in the model's order. unknown: markers that lead to no passage.
    kind, lead: what it is and the layout before it, see assistant/generative/draft_parser.py.
    pointed: (passage, sentence of it) for each marker like [2.3], both counted from 0.
    """

    text: str
    cited: tuple[int, ...] = ()
    unknown: int = 0
    kind: SentenceKind = "sentence"
    lead: str = ""
    pointed: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Citation:
    """A numbered quote: `document.text[start:end] == quote`. Made and checked in assistant/citation alone.

    sha256: of the source file's bytes when it was quoted.
    section: the headings above the quote, "Leave › Annual leave"; "" where there are none.
    page: where the quote begins, from 1; None for formats without pages.
    """

    number: int
    source: str
    title: str
    date: str | None
    quote: str
    start: int
    end: int
    sha256: str
    section: str = ""
    page: int | None = None


@dataclass(frozen=True, slots=True)
class Claim:
    """One side of a disagreement: a figure, date or name, and the citation that gives it."""

    value: str
    citation: int
    source: str
    date: str | None


@dataclass(frozen=True, slots=True)
class Conflict:
    """What the sources differ on. `kind` is "number", "date" or "answer"; claims are newest first."""

    kind: str
    claims: tuple[Claim, ...]


@dataclass(frozen=True, slots=True)
class Passage:
    """A passage shown as near, not as an answer. section, page: as in `Citation`."""

    source: str
    title: str
    date: str | None
    text: str
    start: int
    end: int
    score: float
    section: str = ""
    page: int | None = None


@dataclass(frozen=True, slots=True)
class Dropped:
    """A sentence that was not shown, and why."""

    text: str
    reason: str


@dataclass(frozen=True, slots=True)
class ModelStatus:
    """The language model of an answer. trusted: whether it decides and verifies, or only writes. reason: why."""

    name: str
    trusted: bool
    reason: str


@dataclass(frozen=True, slots=True)
class Usage:
    """What the calls to the language model for one purpose cost.

    purpose: "condense", "write", "verify" or "examine". tokens_in, tokens_out: cl100k_base tokens of what was sent and
    received; a provider's own count differs somewhat. seconds: from each call's start to its end, added up.
    """

    purpose: str
    calls: int
    tokens_in: int
    tokens_out: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer, or an abstention.

    text: Markdown with `[n]` markers, numbered from 1 in order of first appearance; one citation for each number.
    confidence: 0 to 1, the estimated probability that the documents answer the question.
    nearest: passages near the question; for an abstention, shown as such.
    timings: seconds by stage; "models" is the time inside the models, "total" the whole.
    read_as: the question with the slips in its spelling mended, where it had any; else empty.
    model: the language model that was asked, and whether it is trusted; None without one. usage: what it cost.
    """

    question: str
    standalone_question: str
    text: str
    citations: tuple[Citation, ...] = ()
    abstained: bool = False
    mode: Mode = "quotes"
    confidence: float = 0.0
    conflicts: tuple[Conflict, ...] = ()
    nearest: tuple[Passage, ...] = ()
    dropped: tuple[Dropped, ...] = ()
    timings: Mapping[str, float] = field(default_factory=dict)
    read_as: str = ""
    model: ModelStatus | None = None
    usage: tuple[Usage, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """JSON-ready: dictionaries, lists, strings, numbers, booleans and None alone."""
        return {key: _plain(value) for key, value in asdict(self).items()}

    def _repr_markdown_(self) -> str:
        """The answer with its sources, as a notebook shows it; nothing of a document gets out unescaped."""
        from assistant.citation.render import markdown

        return markdown(self)

    def _repr_html_(self) -> str:
        """The same as HTML."""
        from assistant.citation.render import as_html

        return as_html(self)


@dataclass(frozen=True, slots=True)
class ClaimPlace:
    """A span of a document that supports a statement: `document.text[start:end] == quote`."""

    source: str
    title: str
    date: str | None
    quote: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class ClaimCheck:
    """Whether the documents support a statement.

    score: 0 to 1, the estimated probability that they do. places: what supports it. reason: why not, in words.
    """

    claim: str
    supported: bool
    score: float
    places: tuple[ClaimPlace, ...] = ()
    reason: str = ""

    def to_dict(self) -> dict[str, Any]:
        """JSON-ready."""
        return {key: _plain(value) for key, value in asdict(self).items()}


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [_plain(item) for item in value]
    return value

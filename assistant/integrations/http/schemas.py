"""The bodies of the own interface."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from assistant.api import LONGEST_QUESTION

MAX_TURNS = 200
MAX_TURN_CHARS = 100_000

Question = Annotated[str, Field(max_length=LONGEST_QUESTION, examples=["How many soldiers arrived in Kursk?"])]
IsoDate = Annotated[str | None, Field(examples=["2024-10-31"], description="2024, 2024-10 or 2024-10-31")]


class TurnIn(BaseModel):
    """A turn of the conversation before the question."""

    role: Literal["user", "assistant", "system", "developer", "tool"]
    content: Annotated[str, Field(max_length=MAX_TURN_CHARS)]


class _Request(BaseModel):
    model_config = ConfigDict(extra="forbid")

    collection: str | None = Field(None, description="A name of GET /api/collections; by default the first one.")

    def filters(self) -> dict[str, Any]:
        """The filters of `Assistant.answer`."""
        return {}


class _Filtered(_Request):
    source: str | list[str] | None = Field(
        None, description="A glob on the files' paths, or a list of paths.", examples=["*.pdf"]
    )
    since: IsoDate = None
    until: IsoDate = None

    def filters(self) -> dict[str, Any]:
        return {"source": self.source, "since": self.since, "until": self.until}


class AskIn(_Filtered):
    """A question, the conversation before it, and filters."""

    question: Question
    history: Annotated[list[TurnIn], Field(max_length=MAX_TURNS)] = []
    sentences: Annotated[int | None, Field(ge=1, le=10)] = None

    def turns(self) -> list[dict[str, Any]]:
        return [turn.model_dump() for turn in self.history]


class SearchIn(_Filtered):
    """A query for passages."""

    query: Question
    limit: Annotated[int, Field(ge=1, le=50)] = 10


class VerifyIn(_Request):
    """A statement to check against the documents."""

    claim: Annotated[str, Field(max_length=LONGEST_QUESTION, examples=["The contract was signed on 3 May 2024."])]
    source: str | list[str] | None = None


class IngestIn(_Request):
    """A request to bring an index up to date with its folder."""


class CitationOut(BaseModel):
    model_config = ConfigDict(extra="allow")

    number: int
    source: str
    title: str
    date: str | None
    quote: str
    start: int
    end: int
    sha256: str


class AnswerOut(BaseModel):
    """`Answer.to_dict()`: the same names and fields as in Python and in `assistant ask --json`."""

    model_config = ConfigDict(extra="allow")

    question: str
    standalone_question: str
    text: str = Field(description="Markdown with markers [n], one citation for each.")
    citations: list[CitationOut]
    abstained: bool
    mode: Literal["quotes", "model"]
    confidence: float


class PassageOut(BaseModel):
    source: str
    title: str
    date: str | None
    text: str
    start: int
    end: int
    sha256: str
    score: float


class SourceOut(BaseModel):
    source: str
    title: str
    date: str | None
    sha256: str
    chunks: int


class CollectionOut(BaseModel):
    name: str
    title: str
    model: str = Field(description="Its name as a model of the OpenAI-compatible interface.")


class DocumentOut(BaseModel):
    source: str
    title: str
    date: str | None
    sha256: str
    text: str
    content: list[tuple[int, int]] = Field(description="The spans of the text that are no page furniture.")


class ClaimOut(BaseModel):
    """`ClaimCheck.to_dict()`."""

    claim: str
    supported: bool
    score: float
    places: list[dict[str, Any]]
    reason: str


class ProblemOut(BaseModel):
    """Problem details, RFC 9457."""

    type: str
    title: str
    status: int
    detail: str
    instance: str

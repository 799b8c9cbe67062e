"""The model branch: a question and passages → the model's verified answer, its refusal, or nothing that can be shown.

A trusted model decides: it sees the passages whatever the small models think of them, and its refusal stands. One that
is not trusted only writes: where passages plainly answer, its refusal is not believed.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from dataclasses import replace

from assistant.citation.citations import Citations
from assistant.generative.writer import Prose
from assistant.llm.model import Model
from assistant.llm.usage import UsageMeter
from assistant.types import REFUSAL, Answer, Dropped, ModelStatus, Turn
from assistant.verification.examination import assess_trust
from assistant.verification.local import LocalVerifier
from assistant.verification.verifier import VerifiedSentence, Verifier
from index.types import Chunk

# The estimated probability of an answer from which on the refusal of a model that is not trusted is not believed: small
# ones say so of everything.
SURE = 0.75
OVERRULED = "the model wrote this, but passages that seem to answer were found: these are their own words."


class GenerativeWriter:
    """Writes one answer. verify: see Settings.verify. tokens: the most that the model may write.

    status: whether the model is trusted, and why. verified: the draft's sentences with their verdicts, as they come.
    dropped: what was not shown, and why, once the writing has ended.
    """

    def __init__(
        self, model: Model, local: LocalVerifier, citations: Citations, meter: UsageMeter, verify: str, tokens: int
    ) -> None:
        self.status: ModelStatus = assess_trust(meter.model(model, "examine"), verify)
        self.citations = citations
        self.dropped: tuple[Dropped, ...] = ()
        self._model, self._tokens = meter.model(model, "write"), tokens
        verifies = meter.model(model, "verify") if self.status.trusted else None
        self._verifier = Verifier(local, verifies, both=verify == "both")
        self._prose = Prose(citations, numbered=self.status.trusted)

    @property
    def verified(self) -> list[VerifiedSentence]:
        return self._prose.verified

    def write(
        self,
        refusal: Answer,
        history: Sequence[Turn],
        passages: Sequence[Chunk],
        heartbeat: Callable[[], None] = lambda: None,
    ) -> Generator[str, None, Answer | None]:
        """The model's answer, sentence by sentence; None where nothing of it may be shown and quotes must do.

        refusal: the abstention that the answer is made from. passages: best first. heartbeat: see Trace.
        """
        prose = self._prose
        yield from prose.write(
            self._model, self._verifier, refusal.question, history, passages, self._tokens, heartbeat
        )
        self.dropped = (*prose.dropped, *self._verifier.notes)
        base = replace(refusal, mode="model", model=self.status, dropped=self.dropped)
        if prose.text:
            return replace(base, text=prose.text, abstained=False, citations=prose.citations.made())
        if prose.refused and (self.status.trusted or refusal.confidence < SURE):
            yield REFUSAL
            return base
        if prose.refused:
            self.dropped = (*self.dropped, Dropped(REFUSAL, OVERRULED))
        return None

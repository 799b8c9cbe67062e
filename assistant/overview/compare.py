"""Two things side by side: the best evidence of each, found by itself."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from assistant.citation.citations import Citations
from assistant.citation.render import escape
from assistant.language.words import content_stems
from assistant.overview.library import quoted
from assistant.types import Evidence
from index.types import Span

MAX_SENTENCES = 3  # of each side


def compare_subjects(
    subjects: Sequence[str], gather: Callable[[str], Sequence[Evidence]], citations: Citations
) -> str | None:
    """The sentences that name each subject, side by side; None where one of them is named nowhere.

    gather: the evidence for a text, best first.
    """
    sides: list[str] = []
    for subject in subjects:
        wanted = set(content_stems(subject))
        found = [e for e in gather(subject) if wanted <= _named_in(e)]
        if not wanted or not found:
            return None
        best = list({(e.source, e.start): e for e in found}.values())[:MAX_SENTENCES]
        lines = [f"- {quoted(e.chunk, Span(e.start, e.end), citations)}" for e in best]
        sides.append("\n".join([f"**{escape(subject)}**", "", *lines]))
    return "\n\n".join(sides)


def _named_in(evidence: Evidence) -> set[str]:
    """The stems of a sentence and of the section and title that it stands under."""
    around = f"{evidence.text} {evidence.chunk.section} {evidence.chunk.title}"
    return set(content_stems(around))

"""What one document says: its outline with the leading sentence of each section."""

from __future__ import annotations

from collections.abc import Sequence

from assistant.citation.citations import Citations
from assistant.citation.render import escape
from assistant.language.words import content_stems
from assistant.overview.library import leading_sentences, quoted
from index.text.structure import SEPARATOR
from index.types import Chunk, SourceInfo

MAX_SECTIONS = 8
# Of the content words of what is asked for, the share that a document's title or name must have.
LEAST_SHARED = 0.6
_ONLY_ONE = frozenset(("this", "it", "that", "document", "file", "text", "article", "page", "paper", "report"))


def find_document(subject: str, infos: Sequence[SourceInfo]) -> SourceInfo | None:
    """The one document whose title or name fits a subject; None where none does, or several do as well."""
    plain = subject.casefold().strip()
    for info in infos:
        if plain in (info.source.casefold(), info.title.casefold(), info.source.rsplit("/", 1)[-1].casefold()):
            return info
    if len(infos) == 1 and set(plain.split()) - {"the", "a", "an"} <= _ONLY_ONE:
        return infos[0]
    wanted = set(content_stems(subject))
    if not wanted:
        return None
    scores = [(_shared(wanted, info), info) for info in infos]
    best = max((score for score, _ in scores), default=0.0)
    found = [info for score, info in scores if score == best]
    return found[0] if best >= LEAST_SHARED and len(found) == 1 else None


def _shared(wanted: set[str], info: SourceInfo) -> float:
    name = info.source.rsplit(".", 1)[0].replace("/", " ").replace("_", " ").replace("-", " ")
    return len(wanted & {*content_stems(info.title), *content_stems(name)}) / len(wanted)


def summarize_document(info: SourceInfo, chunks: Sequence[Chunk], citations: Citations) -> str:
    """A document's leading sentences under the headings that they stand under, each cited; "" where there are none."""
    told: list[tuple[str, str]] = []
    seen: set[str] = set()
    spread = chunks if any(chunk.section for chunk in chunks) else _spread(chunks)
    for chunk in spread:
        for section, span in leading_sentences(chunk):
            if (section and section in seen) or len(told) == MAX_SECTIONS:
                continue
            seen.add(section)
            heading = section.split(SEPARATOR)[-1]
            told.append(("" if heading == info.title else heading, quoted(chunk, span, citations)))
    if not told:
        return ""
    dated = f", {info.date}" if info.date else ""
    lines = [f"**{escape(info.title)}** ({escape(info.source + dated)}):", ""]
    return "\n".join([*lines, *(f"- {f'**{escape(heading)}**: ' if heading else ''}{text}" for heading, text in told)])


def _spread(chunks: Sequence[Chunk]) -> Sequence[Chunk]:
    """Chunks from all parts of a document without headings."""
    step = max(1, len(chunks) // MAX_SECTIONS)
    return chunks[::step]

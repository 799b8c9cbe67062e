"""The answer to what is no look-up, by its intent (assistant/query/intent.py)."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from assistant.citation.citations import Citations
from assistant.citation.source_files import Library
from assistant.overview.compare import compare_subjects
from assistant.overview.library import MAX_TOLD, describe_library, list_documents
from assistant.overview.summary import find_document, summarize_document
from assistant.query.intent import Intent, recognize_intent
from assistant.retrieval.hybrid import Retriever
from assistant.types import Answer, Evidence
from index.types import Chunk, Filter, Hit

_ASK = "Ask me anything about the documents: I answer with quotes from them, each with its source."
_OUTSIDE = "I only answer questions about the documents, and do not {}. " + _ASK
FIXED = {
    "greeting": f"Hello. {_ASK}",
    "thanks": "You are welcome. Ask whenever you need something else from the documents.",
    "capabilities": (
        "I answer questions about the documents in this folder with quotes, each with the place that it comes from, "
        "and I say so where the documents do not answer. You can also ask what the documents are about, for a list of "
        "them, for a summary of one, or for a comparison of two things. I do not calculate, translate, or write texts "
        "or code."
    ),
}
OUTSIDE = {
    "arithmetic": _OUTSIDE.format("calculate"),
    "translation": _OUTSIDE.format("translate"),
    "writing": _OUTSIDE.format("write texts or code"),
    "small-talk": _OUTSIDE.format("know about other things"),
}


def answer_without_lookup(
    question: str,
    where: Filter,
    retriever: Retriever,
    library: Library,
    gather: Callable[[str], Sequence[Evidence]],
) -> Answer | None:
    """The answer to a greeting, a request for an overview and the like; None for a question to look up.

    where: which documents are meant. gather: finds the evidence for a text, best first.
    """
    intent = recognize_intent(question)
    if intent.kind == "look-up":
        return None
    if text := FIXED.get(intent.kind):
        return Answer(question, question, text, confidence=1.0)
    if text := OUTSIDE.get(intent.kind):
        return Answer(question, question, text, abstained=True)
    citations = Citations(library)
    told = _told(intent, where, retriever, library, gather, citations)
    return Answer(question, question, told, citations.made(), confidence=1.0) if told else None


def _told(
    intent: Intent,
    where: Filter,
    retriever: Retriever,
    library: Library,
    gather: Callable[[str], Sequence[Evidence]],
    citations: Citations,
) -> str | None:
    infos = retriever.documents(where)
    if intent.kind == "comparison":
        return compare_subjects(intent.subjects, gather, citations)
    if not infos:
        return None
    if intent.kind == "list":
        return list_documents(infos)
    if intent.kind == "about":
        told = [info.source for info in infos[:MAX_TOLD]]
        return describe_library(infos, _unchanged(library, retriever.chunks_of(told)), citations)
    found = find_document(intent.subjects[0], infos) if intent.subjects else None
    if found is None:
        return None
    return summarize_document(found, _unchanged(library, retriever.chunks_of([found.source])), citations)


def _unchanged(library: Library, chunks: Sequence[Chunk]) -> list[Chunk]:
    """The chunks whose files are as they were indexed."""
    hits, _ = library.fresh([Hit(chunk, 0.0, "overview") for chunk in chunks])
    return [hit.chunk for hit in hits]

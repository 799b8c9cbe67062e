"""Receipts: an answer with its quotes, offsets and file hashes, to be checked again later against the files.

A receipt is JSON. It says what was answered, from which files, with which models and index; `verify` trusts none of it:
each quote is looked for in the files as they are now. The digest only tells whether the receipt itself was changed
since it was written; whoever changes one on purpose can make a new digest too.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from assistant.errors import ReceiptError
from assistant.receipts.verify import Check, recheck
from assistant.types import Answer

if TYPE_CHECKING:
    from assistant.api import Assistant

FORMAT = 1
KIND = "citewell-receipt"
_KEPT = ("question", "standalone_question", "text", "abstained", "mode", "confidence", "citations", "conflicts")

_FIELDS: Mapping[str, type | tuple[type, ...]] = {
    "number": int, "source": str, "quote": str, "start": int, "end": int, "sha256": str,
}  # fmt: skip


def write(answer: Answer, bot: Assistant, path: Path) -> None:
    """Writes the receipt of an answer that `bot` gave; the file appears whole or not at all.

    Raises ReceiptError where the file exists already, whatever it holds, or cannot be written.
    """
    check_new(path)
    text = json.dumps(record(answer.to_dict(), circumstances(bot)), ensure_ascii=True, indent=2) + "\n"
    written = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with written.open("x", encoding="ascii") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        _publish(written, path)
    except OSError as error:
        raise ReceiptError(f"The receipt {path} cannot be written ({error.strerror}). Name another file.") from None


def check_new(path: Path) -> None:
    """Raises ReceiptError where a receipt cannot go to `path`: it is a record, so no file is replaced by it."""
    if path.exists() or path.is_symlink():
        raise ReceiptError(f"{path} exists already. Name another file for the receipt, or move this one away.")
    if not path.parent.is_dir():
        raise ReceiptError(f"There is no folder {path.parent} for the receipt. Make it, or name another file.")


def read(path: Path) -> dict[str, Any]:
    """A receipt as it was written. Raises ReceiptError for a file that is none."""
    try:
        found = json.loads(path.read_bytes())
    except FileNotFoundError:
        raise ReceiptError(f"There is no file {path}. Name a receipt that `assistant ask --receipt` wrote.") from None
    except OSError as error:
        raise ReceiptError(f"{path} cannot be read ({error.strerror}). Name a receipt that you may read.") from None
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict) or found.get("kind") != KIND or not isinstance(found.get("format"), int):
        raise ReceiptError(f"{path} is not a receipt. Name a file that `assistant ask --receipt` wrote.")
    if found["format"] > FORMAT:
        newer = found.get("version")
        raise ReceiptError(f"{path} was written by a newer Citewell ({newer}). Update Citewell to check it.")
    citations = found.get("citations")
    if not isinstance(found.get("corpus"), str) or not isinstance(citations, list) or not all(map(_whole, citations)):
        raise ReceiptError(f"{path} is a receipt with parts missing or of the wrong kind. Use an unchanged copy of it.")
    return found


def verify(path: Path, corpus: Path | None = None) -> list[Check]:
    """Looks for each quote of a receipt in the files as they are now, in the order of the citations.

    corpus: the folder to look in; by default the one that the receipt names.
    Raises ReceiptError for a file that is no receipt, CorpusError where there is no such folder.
    """
    found = read(path)
    return recheck(found["citations"], corpus or Path(found["corpus"]))


def untouched(receipt: Mapping[str, Any]) -> bool:
    """Whether a receipt is as it was written, by its own digest."""
    return receipt.get("digest") == _digest(receipt)


def record(answer: Mapping[str, Any], made: Mapping[str, Any]) -> dict[str, Any]:
    """The receipt of one answer. answer: `Answer.to_dict()`. made: the `circumstances` in which it was given."""
    content = {"kind": KIND, "format": FORMAT, **made, **{name: answer[name] for name in _KEPT}}
    return {**content, "digest": _digest(content)}


def record_all(items: Sequence[tuple[Mapping[str, Any], Mapping[str, Any]]]) -> dict[str, Any]:
    """One receipt of several answers, oldest first: each in `answers`, and all their citations, numbered anew."""
    answers = [record(answer, made) for answer, made in items]
    citations = [citation for answer in answers for citation in answer["citations"]]
    content = {
        "kind": KIND,
        "format": FORMAT,
        **(items[-1][1] if items else {}),
        "answers": answers,
        "citations": [{**citation, "number": number} for number, citation in enumerate(citations, start=1)],
    }
    return {**content, "digest": _digest(content)}


def circumstances(bot: Assistant) -> dict[str, Any]:
    """What gave an answer, and when: version, time, corpus, models and index."""
    from assistant import __version__
    from index.models import find_weights, fingerprint

    recipe = bot.store.recipe
    return {
        "version": __version__,
        "time": datetime.now(UTC).isoformat(timespec="seconds"),
        "corpus": str(bot.settings.corpus.resolve()),
        "models": {
            "embedding": bot.embedder.fingerprint,
            "reranker": fingerprint(find_weights("reranker_en", bot.settings.reranker_dir)),
        },
        "index": {
            "chunking": recipe.chunking,
            "chunk_tokens": recipe.budget,
            "chunk_overlap": recipe.overlap,
            "schema": recipe.schema,
            "revision": bot.store.revision(),
        },
    }


def _digest(receipt: Mapping[str, Any]) -> str:
    """SHA-256 of everything in a receipt but the digest itself, however it is indented."""
    rest = {key: value for key, value in receipt.items() if key != "digest"}
    text = json.dumps(rest, ensure_ascii=True, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode("ascii")).hexdigest()


def _publish(written: Path, path: Path) -> None:
    """Give a whole file its name, unless a file has that name by now."""
    try:
        os.link(written, path)
    except FileExistsError:
        check_new(path)
    except OSError:  # a file system without links
        os.replace(written, path)
    finally:
        with suppress(FileNotFoundError):
            written.unlink()


def _whole(citation: object) -> bool:
    """Whether a citation has what `recheck` needs. True is an int to Python, but no number of ours."""
    if not isinstance(citation, dict):
        return False
    fields = [(citation.get(name), kind) for name, kind in _FIELDS.items()]
    if not all(isinstance(value, kind) and not isinstance(value, bool) for value, kind in fields):
        return False
    return bool(citation["quote"].strip()) and 0 <= citation["start"] < citation["end"]

"""Receipts: an answer with its quotes, offsets and file hashes, which can be checked against the files later.

A receipt is JSON. It records the answer, its files, and the models and index that produced it. `verify` trusts none of
this: it looks for each quote in the current files. The digest detects accidental changes to the receipt itself; anyone
who changes a receipt on purpose can also compute a new digest.
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
    """Writes the receipt of an answer from `bot`, atomically.

    Raises ReceiptError if the file exists, whatever it contains, or cannot be written.
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
    """Raises ReceiptError if `path` cannot take a receipt. A receipt is a record, so it never replaces a file."""
    if path.exists() or path.is_symlink():
        raise ReceiptError(f"{path} exists already. Name another file for the receipt, or move this one away.")
    if not path.parent.is_dir():
        raise ReceiptError(f"There is no folder {path.parent} for the receipt. Make it, or name another file.")


def read(path: Path) -> dict[str, Any]:
    """Reads a receipt. Raises ReceiptError for a file that is not one."""
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
    """Looks for each quote of a receipt in the current files, in the order of the citations.

    corpus: the folder to look in; by default the one that the receipt names.
    Raises ReceiptError for a file that is not a receipt, CorpusError if the folder does not exist.
    """
    found = read(path)
    return recheck(found["citations"], corpus or Path(found["corpus"]))


def untouched(receipt: Mapping[str, Any]) -> bool:
    """Returns whether a receipt matches its own digest."""
    return receipt.get("digest") == _digest(receipt)


def record(answer: Mapping[str, Any], made: Mapping[str, Any]) -> dict[str, Any]:
    """Builds the receipt of one answer. answer: `Answer.to_dict()`. made: its `circumstances`."""
    content = {"kind": KIND, "format": FORMAT, **made, **{name: answer[name] for name in _KEPT}}
    return {**content, "digest": _digest(content)}


def record_all(items: Sequence[tuple[Mapping[str, Any], Mapping[str, Any]]]) -> dict[str, Any]:
    """Builds one receipt of several answers, oldest first: each in `answers`, and all citations, renumbered."""
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
    """Records what produced an answer: version, time, corpus, models and index."""
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
    """Returns the SHA-256 of a receipt without its digest, independent of indentation."""
    rest = {key: value for key, value in receipt.items() if key != "digest"}
    text = json.dumps(rest, ensure_ascii=True, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode("ascii")).hexdigest()


def _publish(written: Path, path: Path) -> None:
    """Renames a complete file, unless a file with the new name exists by now."""
    try:
        os.link(written, path)
    except FileExistsError:
        check_new(path)
    except OSError:  # the file system has no hard links
        os.replace(written, path)
    finally:
        with suppress(FileNotFoundError):
            written.unlink()


def _whole(citation: object) -> bool:
    """Returns whether a citation has every field that `recheck` needs. Booleans do not count as integers."""
    if not isinstance(citation, dict):
        return False
    fields = [(citation.get(name), kind) for name, kind in _FIELDS.items()]
    if not all(isinstance(value, kind) and not isinstance(value, bool) for value, kind in fields):
        return False
    return bool(citation["quote"].strip()) and 0 <= citation["start"] < citation["end"]

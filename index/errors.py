"""The errors of the index, and the root of all of Citewell's errors (see assistant/errors.py for the tree).

Every message says what is wrong and what to do about it.
"""

from __future__ import annotations


class CitewellError(Exception):
    """Anything Citewell can explain to its user."""


class UserError(CitewellError):
    """The user can mend it: a wrong path, setting, argument or file."""


class CorpusError(UserError):
    """The folder of documents is missing, unreadable, or holds nothing that can be read."""


class EmptyCorpusError(CorpusError):
    """The folder of documents is there, but holds nothing that can be read."""


class ReadError(UserError):
    """One file cannot be read; `source` is its path in the corpus, `reason` is one plain sentence."""

    def __init__(self, source: str, reason: str) -> None:
        super().__init__(f"{source}: {reason}")
        self.source = source
        self.reason = reason


class StoreError(CitewellError):
    """The index cannot be opened, read or written."""


class IndexMismatch(StoreError, UserError):
    """The index was made with another embedding model or chunking: it must be made again."""


class StoreBusy(StoreError):
    """Another process is writing this index."""


class ModelError(CitewellError):
    """Model weights are missing, or are not the ones that were pinned."""

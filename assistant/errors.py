"""All errors, as a tree. Each message says what is wrong and what to do about it.

CitewellError                anything Citewell can explain
├── UserError                the user can mend it (exit code 2)
│   ├── ConfigError          a setting is unknown or out of range
│   ├── QuestionError        the question or its history is not one
│   ├── ReceiptError         a receipt cannot be read
│   ├── CorpusError          the folder of documents is missing, unreadable or empty
│   ├── ReadError            one file cannot be read
│   └── IndexMismatch        the index was made with other models or chunking (also a StoreError)
├── StoreError               the index cannot be opened, read or written (exit code 1)
│   └── StoreBusy            another process is writing it
└── ModelError               model weights are missing or are not the pinned ones (exit code 1)
"""

from __future__ import annotations

from index.errors import (
    CitewellError,
    CorpusError,
    IndexMismatch,
    ModelError,
    ReadError,
    StoreBusy,
    StoreError,
    UserError,
)


class ConfigError(UserError):
    """A setting is unknown, of the wrong type or out of range."""


class QuestionError(UserError):
    """The question is empty or too long, or the history is not a list of turns."""


class ReceiptError(UserError):
    """A receipt cannot be read: not JSON, not a receipt, or of a newer version."""


__all__ = [
    "CitewellError",
    "ConfigError",
    "CorpusError",
    "IndexMismatch",
    "ModelError",
    "QuestionError",
    "ReadError",
    "ReceiptError",
    "StoreBusy",
    "StoreError",
    "UserError",
]

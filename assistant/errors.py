"""All errors, as a tree. Each message says what is wrong and what to do about it.

CitewellError                anything Citewell can explain
├── UserError                the user can mend it (exit code 2)
│   ├── ConfigError          a setting is unknown or out of range
│   ├── QuestionError        the question or its history is not one
│   ├── ReceiptError         a receipt cannot be read
│   ├── CorpusError          the folder of documents is missing, unreadable or empty
│   │   └── EmptyCorpusError it holds nothing that can be read
│   ├── ReadError            one file cannot be read
│   └── IndexMismatch        the index was made with other models or chunking (also a StoreError)
├── StoreError               the index cannot be opened, read or written (exit code 1)
│   └── StoreBusy            another process is writing it
├── ModelError               model weights are missing or are not the pinned ones (exit code 1)
└── LLMError                 the language model gave no answer that can be used (exit code 1)
    ├── LLMUnavailable       it cannot be reached, is overloaded or failed
    ├── LLMTimeout           it took too long
    ├── LLMRefused           it turned the request down: a key, a model's name, a quota
    ├── LLMTooLong           the prompt is longer than it can read
    └── LLMNonsense          it wrote nothing, or the same again and again
"""

from __future__ import annotations

from index.errors import (
    CitewellError,
    CorpusError,
    EmptyCorpusError,
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


class LLMError(CitewellError):
    """The language model gave no answer that can be used. The message is one line, without any key."""


class LLMUnavailable(LLMError):
    """It cannot be reached, is overloaded, or failed."""


class LLMTimeout(LLMError):
    """It took longer than `model_timeout`."""


class LLMRefused(LLMError):
    """It turned the request down: a missing or wrong key, an unknown model, a quota that is used up."""


class LLMTooLong(LLMError):
    """The prompt is longer than it can read."""


class LLMNonsense(LLMError):
    """It wrote nothing, or the same again and again."""


__all__ = [
    "CitewellError",
    "ConfigError",
    "CorpusError",
    "EmptyCorpusError",
    "IndexMismatch",
    "LLMError",
    "LLMNonsense",
    "LLMRefused",
    "LLMTimeout",
    "LLMTooLong",
    "LLMUnavailable",
    "ModelError",
    "QuestionError",
    "ReadError",
    "ReceiptError",
    "StoreBusy",
    "StoreError",
    "UserError",
]

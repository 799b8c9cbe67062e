"""Arguments and options that several commands share."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

Question = Annotated[
    str, typer.Argument(help="What you want to know, in quotation marks; without it, standard input is read.")
]
Corpus = Annotated[
    Path | None, typer.Option("--corpus", help="Folder of documents. Default: the one that ships with Citewell.")
]
Store = Annotated[
    Path | None, typer.Option("--store", help="Folder of the index. Default: one per corpus, in your data folder.")
]
Model = Annotated[
    str | None,
    typer.Option(
        "--model",
        metavar="MODEL",
        help="Language model that writes the answer: openai/NAME, anthropic/NAME, ollama/NAME, openai-like/NAME or a "
        ".gguf file. Default: quotes.",
    ),
]
Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Source = Annotated[
    str | None, typer.Option("--source", metavar="GLOB", help="Only files whose path matches, such as 'reports/*.pdf'.")
]
Since = Annotated[
    str | None, typer.Option("--since", metavar="DATE", help="Only documents of this date (2024-10-31) or later.")
]
Until = Annotated[
    str | None, typer.Option("--until", metavar="DATE", help="Only documents of this date (2024-10-31) or earlier.")
]


def plain_text(argument: str) -> str:
    """Decodes a command-line argument, or reads standard input for "-".

    Bytes that are invalid in the user's encoding become replacement characters.
    """
    if argument == "-":
        return sys.stdin.read().strip()
    return argument.encode("utf-8", "surrogateescape").decode("utf-8", "replace")

"""Counts tokens with tiktoken's cl100k_base, from ranks on this machine, without a download."""

from __future__ import annotations

import os
from functools import lru_cache
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING

from index.errors import ModelError

if TYPE_CHECKING:
    import tiktoken

ENCODING = "cl100k_base"
# tiktoken's cache names the ranks after the SHA-1 of their download address.
RANKS = "9b5ad71b2ce5302211f9c61530b329a4922fc6a4"
_VARIABLE = "TIKTOKEN_CACHE_DIR"


@lru_cache(maxsize=1)
def encoding() -> tiktoken.Encoding:
    """Returns the cl100k_base encoding. Raises ModelError if its ranks are not on this machine."""
    import tiktoken

    os.environ[_VARIABLE] = str(ranks_folder())
    return tiktoken.get_encoding(ENCODING)


def ranks_folder() -> Path:
    """Returns the folder of the ranks: the user's TIKTOKEN_CACHE_DIR if it has them, else LlamaIndex's copy.

    Looks up the files of LlamaIndex's package without importing it, which would take a second.
    Raises ModelError if neither has them.
    """
    own = os.environ.get(_VARIABLE)
    if own and (Path(own) / RANKS).is_file():
        return Path(own)
    try:
        package = metadata.distribution("llama-index-core")
    except metadata.PackageNotFoundError:
        raise ModelError(
            "The package llama-index-core, which carries the token ranks, is not installed: run `make install`."
        ) from None
    folder = Path(str(package.locate_file("llama_index/core/_static/tiktoken_cache")))
    if not (folder / RANKS).is_file():
        raise ModelError(
            f"The token ranks of {ENCODING} are missing in {folder}: install llama-index-core again, "
            f"or set {_VARIABLE} to a folder that holds the file {RANKS}."
        )
    return folder


def count(texts: list[str]) -> list[int]:
    """Returns the number of tokens of each text, which may contain the names of special tokens."""
    # sequential, because handing a sentence to a thread costs as much as counting it
    encode = encoding().encode_ordinary
    return [len(encode(text)) for text in texts]

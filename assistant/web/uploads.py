"""Files that people add in the browser: into a folder of their own, checked in a process of its own, never over a file.

The folder `uploads` is inside the corpus, so that the folder stays the one truth for an ingest.
"""

from __future__ import annotations

import hashlib
import io
import os
import re
import subprocess
import sys
import tempfile
import threading
import unicodedata
import zipfile
from collections.abc import AsyncIterator
from pathlib import Path, PurePosixPath
from typing import NamedTuple

from assistant.citation.sanitize import one_line, visible
from assistant.config import Settings
from assistant.errors import UserError

FOLDER = "uploads"
SECONDS = 20.0  # that reading a file may take
LONGEST_NAME = 80  # characters, without the ending
MAX_UNPACKED = 200_000_000  # bytes that a DOCX may unpack to here
_HTML = re.compile(rb"<!doctype html|<html[\s>]", re.I)
_TEXTS = (".txt", ".md", ".markdown")


class UploadError(UserError):
    """A file is not taken; the message says why and what to do."""


class Taken(NamedTuple):
    """A file that is in the folder now: its name in the corpus, and what to tell its owner."""

    source: str
    words: str


class Uploads:
    """The added files of one corpus."""

    def __init__(self, settings: Settings) -> None:
        self._root = settings.corpus.resolve()
        self._folder = self._root / FOLDER
        self._most_bytes = settings.upload_mb * 1_000_000
        self._most = settings.uploads
        self._lock = threading.Lock()

    async def receive(self, chunks: AsyncIterator[bytes], declared: int | None) -> Path:
        """What is sent, in a temporary file that the caller removes. Raises UploadError where it is too large."""
        if declared is not None and declared > self._most_bytes:
            raise self._too_large()
        handle, name = tempfile.mkstemp(prefix="citewell-upload-")
        path, size = Path(name), 0
        try:
            with os.fdopen(handle, "wb") as file:
                async for chunk in chunks:
                    size += len(chunk)
                    if size > self._most_bytes:
                        raise self._too_large()
                    file.write(chunk)
        except BaseException:
            path.unlink(missing_ok=True)
            raise
        return path

    def add(self, path: Path, name: str) -> Taken:
        """Take a received file into the folder, under a name made from `name` and what it holds.

        Raises UploadError for what is empty, no document, broken, slow to read, there already, or one too many.
        """
        data = path.read_bytes()
        ending = kind(data, name)
        check_readable(data, ending)
        with self._lock:
            if len(self._files()) >= self._most:
                raise UploadError(
                    f"There are {self._most} added files already, the most there may be. Remove some first."
                )
            if there := self._same(data):
                raise UploadError(f"The same file is there already, as {there}.")
            written = self._write(data, safe_stem(name), ending)
        return Taken(f"{FOLDER}/{written.name}", "taken, and waiting to be indexed")

    def remove(self, source: str) -> None:
        """Delete an added file. Raises UploadError for any other."""
        path = self._root / source
        name = PurePosixPath(source)
        inside = len(name.parts) == 2 and name.parts[0] == FOLDER and ".." not in name.parts
        if not inside or self._folder.is_symlink() or path.is_symlink() or not path.is_file():
            raise UploadError(f"{one_line(source)} is no added file. Only files that were added here are removed here.")
        path.unlink()

    def added(self, source: str) -> bool:
        """Whether a source is an added file."""
        return source.startswith(f"{FOLDER}/") and source.count("/") == 1

    def _too_large(self) -> UploadError:
        return UploadError(f"The file is too large: at most {self._most_bytes // 1_000_000} MB are taken. Split it.")

    def _files(self) -> list[Path]:
        return [path for path in self._folder.iterdir() if path.is_file()] if self._folder.is_dir() else []

    def _same(self, data: bytes) -> str | None:
        """The name of an added file that holds the same."""
        digest = hashlib.sha256(data).digest()
        for path in self._files():
            if path.stat().st_size == len(data) and hashlib.sha256(path.read_bytes()).digest() == digest:
                return path.name
        return None

    def _write(self, data: bytes, stem: str, ending: str) -> Path:
        """A new file in the folder; where the name is taken, a number is added to it."""
        if self._folder.is_symlink() or (self._folder.exists() and not self._folder.is_dir()):
            raise UploadError(f"{FOLDER} in the folder of documents is no folder of its own. Move it away first.")
        try:
            self._folder.mkdir(exist_ok=True)
            for number in range(1, self._most + 2):
                path = self._folder / f"{stem}{f' ({number})' if number > 1 else ''}{ending}"
                try:
                    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o644)
                except FileExistsError:
                    continue
                with os.fdopen(handle, "wb") as file:
                    file.write(data)
                return path
        except OSError as error:
            raise UploadError(f"The file cannot be kept ({error.strerror}). Check the folder of documents.") from None
        raise UploadError("There are too many files of this name. Rename it.")


def safe_stem(name: str) -> str:
    """A file name without folders, ending, controls, and what systems forbid in names; never empty or hidden."""
    last = re.split(r"[\\/]", unicodedata.normalize("NFC", visible(name)))[-1]
    stem = last.rpartition(".")[0] or last
    plain = re.sub(r"[\x00-\x1f<>:\"|?*%]", "_", one_line(stem)).strip(" .")
    while len(plain.encode("utf-8", "replace")) > 2 * LONGEST_NAME or len(plain) > LONGEST_NAME:
        plain = plain[:-1]
    return plain.lstrip("~$.").strip(" .") or "document"


def kind(data: bytes, name: str) -> str:
    """The ending for what a file holds, whatever its name says. Raises UploadError where it is no document."""
    if not data.strip():
        raise UploadError("The file is empty.")
    if data.startswith(b"%PDF-"):
        return ".pdf"
    if data.startswith(b"PK"):
        return _zipped(data)
    if b"\x00" not in data[:4096] and _HTML.search(data[:2048]):
        return ".html"
    suffix = PurePosixPath(name.lower()).suffix
    return suffix if suffix in _TEXTS else ".txt"


def _zipped(data: bytes) -> str:
    """ ".docx" where a ZIP archive is one, and does not unpack to something huge."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = archive.infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError):
        raise UploadError("The file is a broken ZIP archive or DOCX. Save it again.") from None
    if not any(entry.filename == "word/document.xml" for entry in entries):
        raise UploadError(
            "This is a ZIP archive or another Office file, not a DOCX. Add the documents in it one by one."
        )
    if sum(entry.file_size for entry in entries) > MAX_UNPACKED or len(entries) > 10_000:
        raise UploadError("The DOCX unpacks to far more than a document holds. It is not opened.")
    return ".docx"


def check_readable(data: bytes, ending: str) -> None:
    """Read a file as an ingest would, in a process of its own that is ended when it takes too long or too much memory.

    Raises UploadError with the reader's reason.
    """
    with tempfile.TemporaryDirectory(prefix="citewell-check-") as folder:
        path = Path(folder) / f"document{ending}"
        path.write_bytes(data)
        try:
            done = subprocess.run(
                [sys.executable, "-m", "assistant.web.try_file", str(path)],
                capture_output=True, text=True, timeout=SECONDS, check=False, encoding="utf-8",
            )  # fmt: skip
        except subprocess.TimeoutExpired:
            raise UploadError(
                f"Reading it took more than {SECONDS:.0f} seconds. Save it again in another program."
            ) from None
    if done.returncode == 3:
        reason = done.stdout.strip()
        raise UploadError(f"It cannot be read: {reason}.")
    if done.returncode:
        raise UploadError("It cannot be read: the reader broke down on it. Save it again in another program.")

"""What the formats that are ZIP archives have in common."""

from __future__ import annotations

import io
import zipfile

from index.text.decode import Unreadable

# The most that an archive may unpack to, in bytes: a few kilobytes can unpack to gigabytes.
MAX_UNPACKED = 500_000_000
_OFFICE_MAGIC = b"\xd0\xcf\x11\xe0"


def check_archive(data: bytes, kind: str) -> None:
    """Raises Unreadable for a file that is encrypted or of the old Office formats, or that unpacks to too much.

    kind: of the file, in words. Raises BadZipFile for what is no archive.
    """
    if data.startswith(_OFFICE_MAGIC):
        raise Unreadable(
            f"the {kind} is password-protected or of an old Office format: save it anew without a password"
        )
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        if sum(entry.file_size for entry in archive.infolist()) > MAX_UNPACKED:
            raise Unreadable(f"the {kind} unpacks to more than {MAX_UNPACKED // 1_000_000} MB: split it")

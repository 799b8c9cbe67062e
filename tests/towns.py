"""Small made-up corpora: written into a folder, and read by an assistant."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from assistant.api import Assistant

OLDTOWN = {
    "bridge.txt": "date 2023-04-02\nThe Harbour Bridge of Oldtown was opened on 4 March 1931. It is 310 metres long. "
    "The engineer Clara Whitfield designed it. Repairs of the bridge cost 12 million pounds in 2019.",
    "school.md": "# The school of Oldtown\n\nThe school has 420 pupils. Its head teacher is Daniel Osei. "
    "Lessons begin at half past eight in the morning.",
}


def write_files(root: Path, files: Mapping[str, str | bytes]) -> Path:
    """Writes {name: text or bytes} into a folder, and gives it back; what is not named stays."""
    root.mkdir(exist_ok=True)
    for name, content in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8"))
    return root


@contextmanager
def indexed(folder: Path, files: Mapping[str, str | bytes]) -> Iterator[Assistant]:
    """An assistant that has read these files, from `folder`/corpus."""
    bot = Assistant(write_files(folder / "corpus", files), folder / "index")
    report = bot.ingest()
    assert (report.added, report.failed) == (len(files), 0)
    try:
        yield bot
    finally:
        bot.store.close()


def where(bot: Assistant) -> list[str]:
    """The options that name its corpus and index on the command line."""
    return ["--corpus", str(bot.settings.corpus), "--store", str(bot.settings.store)]

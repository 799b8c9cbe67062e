"""Reads one file and says whether it can be read: `python -m assistant.web.try_file FILE`.

Run as a process of its own, with limits, so that a file that is made to hang or to fill the memory harms nothing else.
Exit code 0: it can be read; 3: it cannot, and stdout says why; anything else: the reader broke down.
"""

from __future__ import annotations

import sys
from pathlib import Path

MEMORY = 2_000_000_000  # bytes of address space
SECONDS = 30  # of processor time, where nobody waits any more


def main(path: Path) -> int:
    """Read the file under limits."""
    _limit()
    from index.errors import ReadError
    from index.readers.registry import read

    try:
        read(path, path.parent)
    except ReadError as error:
        sys.stdout.reconfigure(encoding="utf-8")  # type: ignore[union-attr]
        print(error.reason)
        return 3
    return 0


def _limit() -> None:
    try:
        import resource
    except ImportError:  # not on Windows; the caller's time limit holds there
        return
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


if __name__ == "__main__":
    raise SystemExit(main(Path(sys.argv[1])))

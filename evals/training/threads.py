"""How many threads a step takes, on a machine that others use as well.

With a thread on each core, a step waits for the thread whose core another program has: seven times as long was seen
at low priority. One thread on the core that is left then does more.
"""

from __future__ import annotations

import os
import time
from pathlib import Path

import torch

_TRY_AGAIN = 3  # steps
_STARVED = 0.72  # of the processor time that its threads could have had
_FREE = 0.6  # of the threads not in use, idle since the last step
_STAT = Path("/proc/stat")


class Threads:
    """Halves the threads after a step that was starved, and takes all again when the other cores are idle."""

    def __init__(self) -> None:
        self.most = min(16, len(os.sched_getaffinity(0)))
        self._now = self.most
        self._since = 0
        torch.set_num_threads(self._now)

    def before(self) -> tuple[float, float, float]:
        """To be given to after() when the step is done."""
        return time.monotonic(), time.process_time(), _idle_seconds()

    def after(self, before: tuple[float, float, float]) -> int:
        """Settles the threads of the next step; returns those that this step had."""
        had = self._now
        wall = time.monotonic() - before[0]
        spent, idle = time.process_time() - before[1], _idle_seconds() - before[2]
        self._since += 1
        if had > 1 and spent < _STARVED * had * wall:
            self._set(max(1, had // 2))
        elif had < self.most and self._since >= _TRY_AGAIN and idle > _FREE * (self.most - had) * wall:
            self._set(self.most)
        return had

    def _set(self, threads: int) -> None:
        self._now, self._since = threads, 0
        torch.set_num_threads(threads)


def _idle_seconds() -> float:
    """Time that all cores together have been idle; infinite where the system does not say (then any time is tried)."""
    try:
        fields = _STAT.read_text("ascii").split(None, 6)
    except OSError:
        return time.monotonic() * 1000
    return int(fields[4]) / os.sysconf("SC_CLK_TCK")

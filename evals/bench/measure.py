"""Clocks and scales: time inside the models' forward passes, peak memory, a process of one's own."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import dataclass, field
from multiprocessing import get_context
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

from evals.bench.stats import covered

P = ParamSpec("P")
T = TypeVar("T")


@dataclass(slots=True)
class Passes:
    """When forward passes ran: (start, end) of each, seconds of one clock, in no order."""

    intervals: list[tuple[float, float]] = field(default_factory=list)

    @property
    def seconds(self) -> float:
        """Time in which at least one pass was running."""
        return covered(self.intervals)

    @property
    def cores(self) -> float:
        """How many passes ran at once, on average, while any ran."""
        return sum(end - start for start, end in self.intervals) / self.seconds if self.intervals else 0.0


@contextmanager
def forward_passes() -> Iterator[Passes]:
    """Notes each run of an ONNX session, in whatever thread, and nothing else: no tokenizer, no waiting, no loading."""
    import onnxruntime

    passes = Passes()
    session: Any = onnxruntime.InferenceSession
    original = session.run

    def run(self: Any, *args: Any, **options: Any) -> Any:
        start = time.perf_counter()
        try:
            return original(self, *args, **options)
        finally:
            passes.intervals.append((start, time.perf_counter()))

    session.run = run
    try:
        yield passes
    finally:
        session.run = original


def peak_megabytes() -> float:
    """The most memory that this process has held so far, in megabytes (10^6 bytes).

    Not by `ru_maxrss` where there is a better way: on Linux a new process takes over the figure of the one that
    started it.
    """
    status = Path("/proc/self/status")
    if status.exists():
        line = next(line for line in status.read_text(encoding="ascii").splitlines() if line.startswith("VmHWM:"))
        return int(line.split()[1]) * 1024 / 1e6
    import resource
    import sys

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / 1e6 if sys.platform == "darwin" else peak * 1024 / 1e6


def alone(function: Callable[P, T], *args: P.args, **options: P.kwargs) -> T:
    """Calls a function of a module in a new process, so that its memory and what it loads are its own."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        return pool.submit(function, *args, **options).result()


@dataclass(frozen=True, slots=True)
class Pause:
    """A while in which another process stood still, and what was measured meanwhile."""

    start: float
    end: float
    value: float


def interrupted(every: float, probe: Callable[[], float], function: Callable[[], T]) -> tuple[T, list[Pause]]:
    """Calls a function as `alone` does, and stops its process every so many seconds for as long as `probe` takes.

    So the two can be compared though other work on the machine comes and goes: each has the machine in turns. Returns
    what the function gave, and the pauses, in seconds of `time.perf_counter`, which POSIX systems count alike in all
    processes.
    """
    pauses: list[Pause] = []
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        process = pool.submit(os.getpid).result()
        future = pool.submit(function)
        while not wait([future], timeout=every).done:
            os.kill(process, signal.SIGSTOP)
            start = time.perf_counter()
            try:
                value = probe()
            finally:
                os.kill(process, signal.SIGCONT)
            pauses.append(Pause(start, time.perf_counter(), value))
        return future.result(), pauses


def within(pauses: Iterable[Pause], start: float, end: float) -> list[Pause]:
    """The pauses between two moments."""
    return [pause for pause in pauses if start <= pause.start and pause.end <= end]

"""The chat in the browser under load: `python -m evals.bench.chat [SECONDS]`; figures go to results.json as "chat".

One person asks in Chromium, from Enter to the first sentence on the page. Then 20 people ask at once through
gradio_client, each the next question as soon as the last is answered. The server is a process of its own.
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import cycle, islice
from pathlib import Path
from statistics import median, quantiles
from typing import Any

from evals.bench import results

PEOPLE = 20
SECONDS = 120.0
CHROMIUM = Path("/usr/bin/chromium")
QUESTIONS = Path(__file__).with_name("questions.txt")


@contextmanager
def serving(home: Path) -> Iterator[tuple[str, int]]:
    """The chat on the shipped corpus: its address and its process, once it said that it is there."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [str(Path(sys.executable).with_name("assistant")), "web", "--port", str(port)]
    server = subprocess.Popen([*command, "--store", str(home / "store")], stdout=subprocess.PIPE, text=True)
    assert server.stdout is not None
    try:
        line = server.stdout.readline()
        if not line.startswith("Citewell is at"):
            raise RuntimeError(f"the chat did not start: {line}")
        yield f"http://127.0.0.1:{port}", server.pid
    finally:
        server.terminate()
        server.wait()


def load(url: str, pid: int, seconds: float) -> dict[str, Any]:
    """Latencies, errors, answers to another's question, and the server's memory while many ask at once."""
    questions = [line for line in QUESTIONS.read_text(encoding="utf-8").splitlines() if line.strip()]
    waited: list[float] = []
    wrong: list[str] = []
    end = time.perf_counter() + seconds

    def person(number: int) -> None:
        from gradio_client import Client  # type: ignore[import-untyped]

        client = Client(url, verbose=False, analytics_enabled=False)
        for question in islice(cycle(questions), number, None):
            if time.perf_counter() >= end:
                return
            start = time.perf_counter()
            try:
                answer = client.predict(question, api_name="/ask")
                waited.append(time.perf_counter() - start)
                if answer["question"] != question:
                    wrong.append(f"{question} got the answer to {answer['question']}")
            except Exception as error:
                wrong.append(f"{question}: {error}")

    people = [threading.Thread(target=person, args=(number,)) for number in range(PEOPLE)]
    for one in people:
        one.start()
    memory = []
    while any(one.is_alive() for one in people):
        time.sleep(2)
        memory.append(resident(pid))
    for line in wrong[:5]:
        print(line, file=sys.stderr)
    return {
        "people": PEOPLE, "seconds": seconds, "answers": len(waited), "errors": len(wrong), "median_s": median(waited),
        "p95_s": quantiles(waited, n=20)[-1], "per_s": len(waited) / seconds,
        "memory_mb": {"after_a_quarter": memory[len(memory) // 4], "at_the_end": memory[-1], "most": max(memory)},
    }  # fmt: skip


def resident(pid: int) -> float:
    """Megabytes of memory that a process has."""
    pages = int(Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def browse(url: str) -> dict[str, Any]:
    """Seconds until the page can be used, and from Enter to the first sentence."""
    from playwright.sync_api import sync_playwright

    questions = [line for line in QUESTIONS.read_text(encoding="utf-8").splitlines() if line.strip()][:20]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=["--no-sandbox"])
        page = browser.new_page()
        begun = time.perf_counter()
        page.goto(url)
        page.wait_for_selector("html[data-ready]")
        page.locator("#question").fill("x")
        interactive = time.perf_counter() - begun
        took = [first_sentence(page, question) for question in questions]
        over = [seconds - answered for seconds, answered in took]
        waited = [seconds for seconds, _ in took]
        browser.close()
    return {
        "page_interactive_s": interactive, "first_sentence_median_s": median(waited),
        "first_sentence_p95_s": quantiles(waited, n=20)[-1], "over_the_answer_itself_median_s": median(over),
    }  # fmt: skip


def first_sentence(page: Any, question: str) -> tuple[float, float]:
    """Seconds from Enter to words of the answer, timed in the page; and those that the answer itself took."""
    page.locator("#question").fill(question)
    page.evaluate(_CLOCK)
    page.keyboard.press("Enter")
    page.wait_for_selector(".turn:last-child .foot", timeout=60_000)
    page.wait_for_timeout(1500)  # what follows an answer is looked for in the background
    return float(page.evaluate("took")) / 1000, float(page.evaluate(_TOTAL))


_TOTAL = """() => {
  const key = Object.keys(localStorage).find((key) => key.includes("/talk/"));
  return JSON.parse(localStorage[key]).at(-1).kept.answer.timings.total;
}"""
_CLOCK = """() => {
  const turns = document.querySelectorAll(".turn").length;
  addEventListener("keydown", (event) => { if (event.key === "Enter") window.began = performance.now(); },
    { capture: true, once: true });
  const seen = new MutationObserver(() => {
    const prose = document.querySelectorAll(".turn")[turns]?.querySelector(".prose");
    if (prose?.textContent) { window.took = performance.now() - window.began; seen.disconnect(); }
  });
  seen.observe(document.querySelector("#thread"), { subtree: true, childList: true });
}"""


def main(argv: Sequence[str]) -> int:
    """Measures, and keeps the figures."""
    seconds = float(argv[0]) if argv else SECONDS
    out = Path(__file__).parent / "results.json"
    with tempfile.TemporaryDirectory() as home, serving(Path(home)) as (url, pid):
        figures = browse(url) if CHROMIUM.exists() else {}
        figures |= load(url, pid, seconds)
    results.write(out, results.merge(results.read(out), "chat", figures, results.circumstances()))
    print(figures)
    return 1 if figures["errors"] else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))

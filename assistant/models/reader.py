"""The reader: which words of a passage answer a question, whether they do, and whether evidence says a sentence.

One small encoder, trained for this (see evals/training and weights/MODEL_CARD.md), int8 ONNX, run by onnxruntime. It
knows nothing of retrieval and of what is done with its probabilities.
"""

from __future__ import annotations

import json
import math
import re
import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from assistant.errors import ModelError
from assistant.models.reranker import Spent
from index.embed import usable_cores
from index.models import file_sha256

if TYPE_CHECKING:
    import onnxruntime
    from numpy.typing import NDArray
    from tokenizers import Tokenizer

FOLDER = Path(__file__).parent / "weights"
FILES = ("reader.onnx", "tokenizer.json", "config.json")
SUMS = "SHA256SUMS"
ADVICE = "Install Citewell again."

_CLS, _SEP = 101, 102
_FIRST_TOKENS, _TITLE_TOKENS = 96, 24

# where a text is cut to show its parts that bear on a sentence
_PART_END = re.compile(r"(?<=[.!?:;])[\"”’)]*\s+|\n+")
_WORD = re.compile(r"[^\W_]+")
_STEM = 6  # letters that two forms of a word share
_SMALL = frozenset(
    "a an the is are was were did does do of in on at to for by with from that which who what when where how and or it "
    "its this these those be been has have had as not no".split()
)
_AGAIN, _BESIDE = 0.3, 0.3  # what a word that is shown already is still worth; a part beside one that is shown


@dataclass(frozen=True, slots=True)
class WindowLogits:
    """The span head's logits for one window of a passage.

    places: the characters (start, end) of its tokens in the passage, shape (tokens, 2). start, end: logits (tokens,),
    less those of "not here".
    """

    places: NDArray[np.int64]
    start: NDArray[np.float32]
    end: NDArray[np.float32]

    def best(self, start: int, end: int) -> tuple[float, int, int] | None:
        """The best words within the characters [start, end): score, start, end; None where no token lies there."""
        inside = np.flatnonzero((self.places[:, 0] >= start) & (self.places[:, 1] <= end))
        if not len(inside):
            return None
        low, high = int(inside[0]), int(inside[-1]) + 1
        score, first, last = _best_words(self.start[low:high], self.end[low:high])
        return score, int(self.places[low + first, 0]), int(self.places[low + last, 1])


@dataclass(frozen=True, slots=True)
class Reading:
    """What a passage says to a question.

    answerable: the probability that it answers it, 0 to 1. start, end: where the best words stand in the passage,
    as characters. span_score: how far these words are above "not here", a logit; below 0 they are a guess.
    windows: the span head's logits, for `best_within`.
    """

    answerable: float
    start: int
    end: int
    span_score: float
    windows: tuple[WindowLogits, ...] = field(default=(), compare=False, repr=False)

    @property
    def logit(self) -> float:
        """The log-odds of `answerable`, at most 12 either way."""
        p = min(max(self.answerable, 6e-6), 1 - 6e-6)
        return math.log(p / (1 - p))

    def best_within(self, start: int, end: int) -> tuple[float, int, int]:
        """The best words within the characters [start, end) of the passage: score over "not here", start, end.

        The score is -20 where no window holds a token of them.
        """
        found = [best for window in self.windows if (best := window.best(start, end)) is not None]
        return max(found, default=(-20.0, start, end))


@dataclass(frozen=True, slots=True)
class _Window:
    """Token ids of one pair; `places` are the characters of the passage's tokens, which begin at `first`."""

    ids: list[int]
    split: int
    first: int
    places: list[tuple[int, int]]


class Reader:
    """Reads pairs of texts. The model is loaded at the first call; calls from several threads are safe.

    folder: reader.onnx, tokenizer.json and config.json of a model trained by evals/training/; else the one that ships.
    Calls raise ModelError where its files are missing, damaged or, of the one that ships, not the pinned ones.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self._own = folder
        self._threads = usable_cores()
        self._lock = threading.Lock()
        self._spent = Spent()

    @property
    def seconds(self) -> float:
        """Time that this thread has spent on the model, for `--explain` and the benchmarks."""
        return self._spent.seconds

    def read(self, question: str, passages: Sequence[tuple[str, str]]) -> list[Reading]:
        """What each passage says to the question, in the order given; a long one is read in windows.

        passages: each with the title of its document (or an empty string) before it.
        """
        begin = time.perf_counter()
        tokens = int(self._config["window"]["tokens"])
        windows = [self._windows(question, title, passage, tokens) for title, passage in passages]
        outputs = self._run([window for part in windows for window in part])
        found = []
        for part in windows:
            readings = [self._reading(window, outputs.pop(0)) for window in part]
            best = max(readings, key=lambda one: one.answerable)
            found.append(replace(best, windows=tuple(logits for one in readings for logits in one.windows)))
        self._spent.seconds += time.perf_counter() - begin
        return found

    def support(self, sentence: str, evidences: Sequence[str]) -> list[float]:
        """The probability that each evidence says the sentence, 0 to 1, in the order given.

        Of a longer evidence the parts that bear on the sentence are read, wherever they stand in it.
        """
        begin = time.perf_counter()
        sizes = self._config["window"]
        shown = int(sizes.get("support_tokens", 0))
        parts = [bearing(sentence, one, self._tokenizer, shown) if shown else one for one in evidences]
        windows = [self._windows(sentence, "", part, int(sizes["tokens"])) for part in parts]
        outputs = self._run([window for part in windows for window in part])
        weights = self._config["support"]
        found = []
        for part in windows:
            logits = [float(outputs.pop(0)[1][0]) for _ in part]
            found.append(_probability(weights["logit"] * max(logits) + weights["bias"]))
        self._spent.seconds += time.perf_counter() - begin
        return found

    @cached_property
    def _session(self) -> onnxruntime.InferenceSession:
        import onnxruntime

        options = onnxruntime.SessionOptions()
        # one core for each pair: pairs are run side by side
        options.intra_op_num_threads = 1
        with _loading(self._folder):
            return onnxruntime.InferenceSession(
                str(self._folder / "reader.onnx"), options, providers=["CPUExecutionProvider"]
            )

    @cached_property
    def _tokenizer(self) -> Tokenizer:
        from tokenizers import Tokenizer

        with _loading(self._folder):
            tokenizer = Tokenizer.from_file(str(self._folder / "tokenizer.json"))
        tokenizer.no_padding()
        tokenizer.no_truncation()
        return tokenizer

    @cached_property
    def _config(self) -> dict[str, dict[str, float]]:
        with _loading(self._folder):
            found: dict[str, dict[str, float]] = json.loads((self._folder / "config.json").read_text("utf-8"))
        return found

    @cached_property
    def _folder(self) -> Path:
        return find_reader(self._own)

    def _windows(self, first: str, title: str, passage: str, tokens: int) -> list[_Window]:
        encode = self._tokenizer.encode
        head = [_CLS, *encode(first, add_special_tokens=False).ids[:_FIRST_TOKENS], _SEP]
        split = len(head)
        if title:
            head += encode(f"{title}.", add_special_tokens=False).ids[:_TITLE_TOKENS]
        body = encode(passage, add_special_tokens=False)
        room = max(32, tokens - len(head) - 1)
        starts = window_starts(len(body.ids), room, int(self._config["window"]["overlap"]))
        return [
            _Window([*head, *body.ids[at : at + room], _SEP], split, len(head), body.offsets[at : at + room])
            for at in starts
        ]

    def _run(self, windows: Sequence[_Window]) -> list[list[NDArray[np.float32]]]:
        """The outputs for each window, each run alone: in a batch its activations would be quantised with others'."""
        with self._lock:
            session = self._session
        # the longest first, so that the threads end together
        order = sorted(range(len(windows)), key=lambda i: -len(windows[i].ids))
        with ThreadPoolExecutor(self._threads) as pool:
            found = dict(zip(order, pool.map(lambda i: session.run(None, _feed(windows[i])), order), strict=True))
        return [found[i] for i in range(len(windows))]

    def _reading(self, window: _Window, outputs: list[NDArray[np.float32]]) -> Reading:
        answerable, _, start, end = (output[0] for output in outputs)
        gap, low, high = best_span(start, end, window.first, window.first + len(window.places))
        weights = self._config["answerable"]
        logit = weights["logit"] * float(answerable) + weights["bias"]
        if not window.places:
            return Reading(0.0, 0, 0, gap)
        begin, finish = window.places[low - window.first][0], window.places[high - window.first][1]
        low, high = window.first, window.first + len(window.places)
        logits = WindowLogits(np.asarray(window.places, np.int64), start[low:high] - start[0], end[low:high] - end[0])
        return Reading(_probability(logit), begin, finish, gap, (logits,))


def find_reader(folder: Path | None = None) -> Path:
    """The folder that holds the reader's files; a folder of the user's own is used as it is, whatever its hashes.

    Raises ModelError where files are missing or, of the reader that ships, differ from those of weights/SHA256SUMS.
    """
    found = folder or FOLDER
    for name in FILES if folder else (*FILES, SUMS):
        if not (found / name).is_file():
            raise ModelError(f"The reader's file {found / name} is missing. {ADVICE}")
    if folder is None:
        lines = (found / SUMS).read_text("utf-8", errors="replace").splitlines()
        pinned = {name: digest for digest, _, name in (line.partition("  ") for line in lines)}
        for name in FILES:
            if file_sha256(found / name) != pinned.get(name):
                raise ModelError(f"{found / name} is not the file that was pinned (SHA-256 differs). {ADVICE}")
    return found


@contextmanager
def _loading(folder: Path) -> Iterator[None]:
    try:
        yield
    except Exception as error:  # those of onnxruntime and tokenizers have no common class
        raise ModelError(f"The reader in {folder} cannot be loaded: {error}. {ADVICE}") from error


def best_span(
    start: NDArray[np.float32], end: NDArray[np.float32], first: int, last: int, longest: int = 30
) -> tuple[float, int, int]:
    """The best words within the tokens [first, last): their score over "not here", the first and the last token.

    start, end: logits (length,); position 0 stands for "not here".
    """
    if last <= first:
        return -20.0, first, first
    score, low, high = _best_words(start[first:last], end[first:last], longest)
    return score - float(start[0] + end[0]), first + low, first + high


def _best_words(start: NDArray[np.float32], end: NDArray[np.float32], longest: int = 30) -> tuple[float, int, int]:
    """The pair of tokens with the highest sum, at most `longest` tokens apart: the sum, the first, the last."""
    width = len(start)
    sums = start[:, None] + end[None, :]
    inside = np.triu(np.ones((width, width), bool)) & ~np.triu(np.ones((width, width), bool), longest)
    row, column = divmod(int(np.where(inside, sums, -np.inf).argmax()), width)
    return float(sums[row, column]), row, column


def bearing(sentence: str, text: str, tokenizer: Tokenizer, tokens: int) -> str:
    """The parts of a text that bear on a sentence, in their order, as many as fit these tokens.

    The next part is the one that shows most of the sentence's words, rare ones first, for its length.
    """
    parts = [part for part in _PART_END.split(text) if part.strip()]
    sizes = [len(tokenizer.encode(part, add_special_tokens=False).ids) for part in parts]
    if sum(sizes) <= tokens:
        return text
    stems = [_stems(part) for part in parts]
    among = Counter(stem for one in stems for stem in one)
    worth = {stem: math.log(1 + len(parts) / among[stem]) for stem in sorted(_stems(sentence)) if stem in among}
    shown: set[str] = set()
    chosen: set[int] = set()
    room = tokens
    while fitting := [i for i in range(len(parts)) if i not in chosen and sizes[i] <= room]:
        values = {i: sum(worth.get(s, 0) * (_AGAIN if s in shown else 1) for s in sorted(stems[i])) for i in fitting}
        beside = {i: _BESIDE * bool({i - 1, i + 1} & chosen) for i in fitting}
        best = max(fitting, key=lambda i: ((values[i] + beside[i]) / math.sqrt(8 + sizes[i]), -i))
        chosen.add(best)
        shown |= stems[best]
        room -= sizes[best]
    # a part may be longer than what fits: then it is left to the windows
    return " ".join(parts[i] for i in sorted(chosen)) or text


def _stems(text: str) -> set[str]:
    return {word[:_STEM] for word in _WORD.findall(text.lower()) if word not in _SMALL}


def window_starts(length: int, room: int, overlap: int) -> list[int]:
    """Where the windows begin; the last one ends with the text, so that none is nearly empty."""
    if length <= room:
        return [0]
    step = max(1, room - overlap)
    return [*range(0, length - room, step), length - room]


def _feed(window: _Window) -> dict[str, NDArray[np.int64]]:
    length = len(window.ids)
    types = [int(i >= window.split) for i in range(length)]
    arrays = {"input_ids": window.ids, "attention_mask": [1] * length, "token_type_ids": types}
    return {name: np.asarray([values], np.int64) for name, values in arrays.items()}


def _probability(logit: float) -> float:
    return 1.0 / (1.0 + math.exp(-max(-60.0, min(60.0, logit))))

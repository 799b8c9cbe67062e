"""Measures how often a judge agrees with human labels on claims and evidence.

Data: AttributionBench (Li et al., ACL 2024) and WiCE (Kamoi et al., EMNLP 2023), without WiCE's partially supported
claims. The figures of the embedded judge are in agreement.json, those of a model in the user's cache.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from evals.errors import RunError
from evals.judges.judges import EMBEDDED
from evals.saved import replace_file

SETS = {"AttributionBench": "attributionbench/dev.jsonl", "WiCE": "wice/dev.jsonl"}
_LABELS = {"supported": True, "not_supported": False}


@dataclass(frozen=True, slots=True)
class Labelled:
    """A claim, its evidence, and the human label."""

    claim: str
    evidence: tuple[str, ...]
    supported: bool


@dataclass(frozen=True, slots=True)
class Agreement:
    """A judge's agreement with n human labels: kept and caught are its recall on supported and unsupported claims.

    kappa: Cohen's, the agreement beyond chance. note: a caveat about the figures.
    """

    judge: str
    data: str
    n: int
    kept: float
    caught: float
    kappa: float
    note: str = ""

    @property
    def balanced(self) -> float:
        """The mean of kept and caught; chance is 0.5."""
        return (self.kept + self.caught) / 2

    def told(self) -> str:
        """Describes the agreement in words."""
        return (
            f"The judge “{self.judge}” on {self.data}: balanced accuracy {self.balanced:.2f} (n {self.n}; "
            f"it keeps {self.kept:.2f} of the supported claims and catches {self.caught:.2f} of the others; "
            f"kappa {self.kappa:.2f})." + (f" {self.note}." if self.note else "")
        )


def load(folder: Path, data: str) -> list[Labelled]:
    """Reads the labelled claims of a set. Raises RunError if its file is missing."""
    path = folder / SETS[data]
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except OSError:
        raise RunError(f"{path} is missing: name with --data a folder that holds {SETS[data]}.") from None
    rows = [json.loads(line) for line in lines if line.strip()]
    labels = ((row, row["supported"] if "supported" in row else _LABELS.get(row["label"])) for row in rows)
    return [Labelled(r["claim"], tuple(r["evidence"]), bool(label)) for r, label in labels if label is not None]


def agree(judge: str, data: str, labelled: Sequence[Labelled], verdicts: Sequence[bool], note: str = "") -> Agreement:
    """Computes the agreement of a judge on one set."""
    yes = [v for one, v in zip(labelled, verdicts, strict=True) if one.supported]
    no = [not v for one, v in zip(labelled, verdicts, strict=True) if not one.supported]
    n = len(labelled)
    alike = (sum(yes) + sum(no)) / n
    said_yes, are_yes = sum(verdicts) / n, len(yes) / n
    chance = said_yes * are_yes + (1 - said_yes) * (1 - are_yes)
    kappa = (alike - chance) / (1 - chance) if chance < 1 else 0.0
    kept, caught = (sum(some) / len(some) if some else 0.0 for some in (yes, no))
    return Agreement(judge, data, n, round(kept, 4), round(caught, 4), round(kappa, 4), note)


def measure(
    folder: Path,
    judge: str,
    verdicts: Callable[[Sequence[Labelled]], list[bool]],
    take: Callable[[list[Labelled]], list[Labelled]],
    note: str = "",
) -> list[Agreement]:
    """Measures the agreement on each set. take: selects the labelled claims."""
    sets = {data: take(load(folder, data)) for data in SETS}
    return [agree(judge, data, labelled, verdicts(labelled), note) for data, labelled in sets.items()]


def stored(judge: str) -> list[Agreement]:
    """Reads the stored agreement of a judge."""
    path = path_of(judge)
    rows: list[dict[str, Any]] = json.loads(path.read_text(encoding="utf-8")) if path.exists() else []
    return [a for a in (Agreement(**row) for row in rows) if a.judge == judge]


def store(found: Sequence[Agreement]) -> Path:
    """Replaces the stored agreement of a judge."""
    path = path_of(found[0].judge)
    known = json.loads(path.read_text(encoding="utf-8")) if path.exists() else []
    rows = [row for row in known if row["judge"] != found[0].judge] + [asdict(a) for a in found]
    path.parent.mkdir(parents=True, exist_ok=True)
    replace_file(path, json.dumps(rows, ensure_ascii=False, indent=1) + "\n")
    return path


def path_of(judge: str) -> Path:
    """Returns the file of a judge's agreement."""
    from platformdirs import user_cache_path

    if judge == EMBEDDED:
        return Path(__file__).parent / "agreement.json"
    return user_cache_path("citewell", appauthor=False) / "judge" / "agreement.json"

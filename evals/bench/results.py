"""What was measured, on what, and when: one JSON file, of which each run replaces the parts that it measured."""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Mapping
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

PACKAGES = ("citewell", "chromadb", "fastembed", "llama-index-core", "numpy", "onnxruntime")
Results = dict[str, dict[str, Any]]


def read(path: Path) -> Results:
    """The parts by name; none where there is no file."""
    found: Results = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    return found


def merge(old: Results, part: str, figures: Mapping[str, Any], circumstances: Mapping[str, Any]) -> Results:
    """The results with one part replaced as a whole; the others stay, with the circumstances of their own."""
    return {**old, part: {**circumstances, "figures": rounded(dict(figures))}}


def write(path: Path, results: Results) -> None:
    """Parts in the order of their names, so that two files can be compared."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(results, indent=1, sort_keys=True, ensure_ascii=False) + "\n", encoding="utf-8")


def circumstances() -> dict[str, Any]:
    """Date, processor, cores that this process may use, and versions."""
    from index.embed import usable_cores

    return {
        "date": datetime.now(UTC).date().isoformat(),
        "cpu": cpu_name(_cpuinfo()),
        "cores": usable_cores(),
        "python": platform.python_version(),
        # how busy the machine was before; a quiet one has about 0
        "load": round(os.getloadavg()[0], 1) if hasattr(os, "getloadavg") else None,
        "packages": {name: version(name) for name in PACKAGES},
    }


def cpu_name(cpuinfo: str) -> str:
    """The processor's name in the text of /proc/cpuinfo; what Python knows of it where there is none."""
    names = [line.partition(":")[2].strip() for line in cpuinfo.splitlines() if line.startswith("model name")]
    return names[0] if names else platform.processor() or platform.machine()


def rounded(value: Any) -> Any:
    """The same with numbers of four significant digits, in dictionaries and lists too."""
    if isinstance(value, dict):
        return {key: rounded(item) for key, item in value.items()}
    if isinstance(value, list):
        return [rounded(item) for item in value]
    return float(f"{value:.4g}") if isinstance(value, float) else value


def _cpuinfo() -> str:
    path = Path("/proc/cpuinfo")
    return path.read_text(encoding="utf-8", errors="replace") if path.exists() else ""

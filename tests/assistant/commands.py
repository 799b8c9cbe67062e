"""The types of the fixtures that run commands."""

from __future__ import annotations

import subprocess
from collections.abc import Callable

from typer.testing import Result

Run = Callable[..., Result]
RunProcess = Callable[..., subprocess.CompletedProcess[str]]

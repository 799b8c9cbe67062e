"""Which optional parts of Citewell lack packages, and how to get them."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, distribution, version
from typing import TYPE_CHECKING

from assistant.errors import ConfigError

if TYPE_CHECKING:
    from packaging.requirements import Requirement

# what each is for, in the order of `--help`; "dev" and "train" are for a checkout
EXTRAS = {
    "openai": "models of OpenAI, and of servers that speak its language",
    "anthropic": "models of Anthropic",
    "ollama": "models that Ollama serves",
    "local": "a .gguf file as the model",
    "evals": "`assistant eval`",
}


def missing_packages() -> dict[str, list[str]]:
    """The extras that are not wholly installed, each with the packages that it lacks."""
    from packaging.requirements import Requirement

    lacking: dict[str, list[str]] = {}
    try:
        requirements = [Requirement(text) for text in distribution("citewell").requires or ()]
    except PackageNotFoundError:  # run from a checkout that is not installed
        return {}
    for extra in EXTRAS:
        for requirement in requirements:
            marker = requirement.marker
            if marker is None or marker.evaluate({"extra": ""}) or not marker.evaluate({"extra": extra}):
                continue
            if not _fits(requirement):
                lacking.setdefault(extra, []).append(requirement.name)
    return lacking


def need_extra(extra: str) -> None:
    """Raises ConfigError, which says how to install it, where an extra lacks packages."""
    if lacking := missing_packages().get(extra):
        raise ConfigError(f"{EXTRAS[extra]} needs the packages {', '.join(lacking)}. {advice(extra)}")


def advice(extra: str) -> str:
    """How to get an extra."""
    return f'Run: pip install "citewell[{extra}]"'


def _fits(requirement: Requirement) -> bool:
    try:
        return requirement.specifier.contains(version(requirement.name), prereleases=True)
    except PackageNotFoundError:
        return False

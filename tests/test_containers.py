"""The Dockerfile and compose.yaml cannot be built here: what they name is checked against the code."""

from __future__ import annotations

import re
import shlex
from dataclasses import fields
from pathlib import Path
from typing import Any

import typer
import yaml

from assistant.cli.main import app
from assistant.config import PREFIX, Settings
from assistant.integrations.http.app import PORT
from assistant.integrations.http.guard import OPEN_PATHS

ROOT = Path(__file__).resolve().parents[1]
DOCKERFILE = (ROOT / "Dockerfile").read_text("utf-8").replace("\\\n", " ")
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "compose.yaml").read_text("utf-8"))
VARIABLES = {PREFIX + field.name.upper() for field in fields(Settings)}
INSTRUCTIONS = [line.split(None, 1) for line in DOCKERFILE.splitlines() if line.strip() and line[0] not in "# "]


def given(name: str) -> list[str]:
    """The arguments of every instruction of a name."""
    return [rest for word, rest in INSTRUCTIONS if word == name]


def test_every_instruction_is_one_of_docker_s() -> None:
    known = {"FROM", "WORKDIR", "RUN", "COPY", "ENV", "USER", "VOLUME", "EXPOSE", "HEALTHCHECK", "CMD"}
    assert {word for word, _ in INSTRUCTIONS} <= known


def test_what_is_copied_is_there() -> None:
    for copied in given("COPY"):
        *sources, _ = copied.split()
        if not copied.startswith("--from"):
            assert all((ROOT / source).exists() for source in sources), copied


def test_the_command_and_its_options_exist_and_the_port_is_the_one_that_is_exposed() -> None:
    [command] = given("CMD")
    words: list[str] = yaml.safe_load(command)
    assert words[:2] == ["assistant", "serve"]
    group: Any = typer.main.get_command(app)
    options = {name for option in group.commands["serve"].params for name in option.opts}
    assert {word for word in words if word.startswith("--")} <= options
    assert words[words.index("--port") + 1] == given("EXPOSE")[0] == str(PORT)


def test_the_health_check_asks_a_path_that_needs_no_key() -> None:
    [check] = given("HEALTHCHECK")
    found = re.search(r"http://127\.0\.0\.1:(\d+)(/\w+)", check)
    assert found is not None
    assert (found[1], found[2] in OPEN_PATHS) == (str(PORT), True)


def test_it_does_not_run_as_root() -> None:
    assert given("USER") == ["citewell"]


def test_every_setting_is_one_of_citewell_s() -> None:
    set_here = {word.partition("=")[0] for env in given("ENV") for word in shlex.split(env)}
    set_there = set(COMPOSE["services"]["citewell"]["environment"])
    assert {name for name in set_here | set_there if name.startswith(PREFIX)} <= VARIABLES


def test_compose_mounts_what_the_settings_name_and_writes_nowhere_else() -> None:
    service = COMPOSE["services"]["citewell"]
    assert service["read_only"]
    mounted = {volume.split(":")[-2 if volume.endswith(":ro") else -1] for volume in service["volumes"]}
    assert service["environment"]["ASSISTANT_CORPUS"] in mounted
    assert "/data" in mounted
    assert service["environment"]["ASSISTANT_API_KEYS"] == f"/run/secrets/{service['secrets'][0]}"
    assert set(service["secrets"]) <= COMPOSE["secrets"].keys()
    assert service["ports"] == [f"127.0.0.1:{PORT}:{PORT}"]
    assert service["environment"]["ASSISTANT_CHROMA_URL"] == "http://chroma:8000"
    assert "chroma" in COMPOSE["services"]

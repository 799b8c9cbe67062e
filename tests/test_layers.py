"""Imports go one way: evals → assistant → index, prompts; a folder of assistant/ imports only folders below it."""

from __future__ import annotations

import grimp
import pytest

# highest first
STAGES = (
    "cli", "web", "receipts", "pipeline", "extractive", "evidence", "retrieval", "generative", "query", "verification",
    "citation", "llm", "models", "language",
)  # fmt: skip
# Imports that still go up, by the module that makes them. An entry that is no longer needed fails too: remove it then.
UPWARD = {
    "assistant.cli.commands.checking",  # `assistant eval` hands over to evals/cli.py when it is called
    "assistant.llm.prompt_safety",  # escaping, of citation.render
    "assistant.llm.usage",
    "assistant.verification.checks.opposites",  # the polarity of a question, of query.analyze
    "assistant.web.library",  # cli.terminal
}


@pytest.fixture(scope="module")
def graph() -> grimp.ImportGraph:
    return grimp.build_graph("assistant", "index", "prompts", "evals", cache_dir=None)


def test_a_package_imports_only_packages_below_it(graph: grimp.ImportGraph) -> None:
    found = graph.find_illegal_dependencies_for_layers(
        layers=("evals", "assistant", frozenset({"index", "prompts"})),
    ) | graph.find_illegal_dependencies_for_layers(layers=STAGES, containers=("assistant",))
    heads = {head for dependency in found for route in dependency.routes for head in route.heads}
    assert heads == UPWARD

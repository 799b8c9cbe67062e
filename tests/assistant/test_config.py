"""Settings: frozen, validated, from ASSISTANT_* variables; an unknown one is an error."""

from __future__ import annotations

from dataclasses import FrozenInstanceError, fields
from pathlib import Path
from typing import Any

import pytest

from assistant.config import SHIPPED_CORPUS, Settings, load, parse_model
from assistant.errors import ConfigError


def problem(environ: dict[str, str], **given: Any) -> str:
    with pytest.raises(ConfigError) as caught:
        load(environ, **given)
    return str(caught.value)


def test_without_variables_the_shipped_corpus_is_used() -> None:
    settings = load({"PATH": "/bin", "MY_ASSISTANT_X": "1"})
    assert settings == Settings()
    assert settings.corpus == SHIPPED_CORPUS
    assert SHIPPED_CORPUS.is_dir()


def test_each_setting_can_be_set_by_a_variable(tmp_path: Path) -> None:
    given = {
        "corpus": str(tmp_path), "store": "s", "chroma_url": "http://localhost:8000", "chunk_tokens": "100",
        "chunk_overlap": "10", "embedding_dir": "e", "reranker_dir": "r", "answer_threshold": "0.7", "sentences": "2",
        "lock_seconds": "1",
    }  # fmt: skip
    settings = load({f"ASSISTANT_{name.upper()}": value for name, value in given.items()})
    assert set(given) <= {field.name for field in fields(Settings)}
    assert settings == Settings(
        corpus=tmp_path, store=Path("s"), chroma_url="http://localhost:8000", chunk_tokens=100, chunk_overlap=10,
        embedding_dir=Path("e"), reranker_dir=Path("r"), answer_threshold=0.7, sentences=2, lock_seconds=1.0,
    )  # fmt: skip


def test_what_is_given_wins_over_the_environment() -> None:
    assert load({"ASSISTANT_SENTENCES": "2"}, sentences=5, answer_threshold=None).sentences == 5


def test_a_variable_set_to_nothing_counts_as_not_set() -> None:
    assert load({"ASSISTANT_STORE": " "}).store is None


def test_a_tilde_is_the_home_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/home/someone")
    assert load({"ASSISTANT_CORPUS": "~/documents"}).corpus == Path("/home/someone/documents")
    assert Settings(store="~/index").store == Path("/home/someone/index")  # type: ignore[arg-type]


def test_settings_cannot_be_changed() -> None:
    with pytest.raises(FrozenInstanceError):
        Settings().sentences = 4  # type: ignore[misc]


def test_a_misspelt_variable_names_the_one_that_was_meant() -> None:
    told = problem({"ASSISTANT_SENTENCE": "3"})
    assert told == "ASSISTANT_SENTENCE is not a setting. Did you mean ASSISTANT_SENTENCES? Rename it or unset it."


def test_a_variable_in_lower_case_names_the_one_that_was_meant() -> None:
    assert "Did you mean ASSISTANT_CORPUS?" in problem({"ASSISTANT_corpus": "x"})


def test_an_unknown_variable_is_answered_with_all_that_there_are() -> None:
    told = problem({"ASSISTANT_ZZZZZZ": "3"})
    assert told.startswith("ASSISTANT_ZZZZZZ is not a setting. The settings are ASSISTANT_CORPUS, ")
    assert all(f"ASSISTANT_{field.name.upper()}" in told for field in fields(Settings))


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("CHUNK_TOKENS", "many", "ASSISTANT_CHUNK_TOKENS is 'many': give a whole number."),
        ("CHUNK_TOKENS", "31", "chunk_tokens (ASSISTANT_CHUNK_TOKENS) is 31: give a number from 32 to 480."),
        ("CHUNK_TOKENS", "481", "chunk_tokens (ASSISTANT_CHUNK_TOKENS) is 481: give a number from 32 to 480."),
        ("CHUNK_OVERLAP", "-1", "chunk_overlap (ASSISTANT_CHUNK_OVERLAP) is -1: give a number from 0 to half of"),
        ("CHUNK_OVERLAP", "400", "chunk_overlap (ASSISTANT_CHUNK_OVERLAP) is 400: give a number from 0 to half of"),
        ("ANSWER_THRESHOLD", "often", "ASSISTANT_ANSWER_THRESHOLD is 'often': give a number."),
        (
            "ANSWER_THRESHOLD",
            "1.1",
            "answer_threshold (ASSISTANT_ANSWER_THRESHOLD) is 1.1: give a number from 0 (never refuse) to 1",
        ),
        (
            "ANSWER_THRESHOLD",
            "nan",
            "answer_threshold (ASSISTANT_ANSWER_THRESHOLD) is nan: give a number from 0 (never refuse) to 1",
        ),
        ("SENTENCES", "0", "sentences (ASSISTANT_SENTENCES) is 0: give a number from 1 to 10."),
        ("SENTENCES", "2.5", "ASSISTANT_SENTENCES is '2.5': give a whole number."),
        ("LOCK_SECONDS", "-1", "lock_seconds (ASSISTANT_LOCK_SECONDS) is -1.0: give a number of seconds, 0 or more."),
        ("LOCK_SECONDS", "inf", "lock_seconds (ASSISTANT_LOCK_SECONDS) is inf: give a number of seconds, 0 or more."),
        ("CHROMA_URL", "ftp://x", "chroma_url (ASSISTANT_CHROMA_URL): 'ftp://x' is not the address of a Chroma server"),
        ("CORPUS", "~nobody-here/x", "corpus (ASSISTANT_CORPUS) is '~nobody-here/x': there is no such user."),
    ],
)
def test_a_value_that_cannot_be_used_is_told_with_what_can(name: str, value: str, told: str) -> None:
    assert problem({f"ASSISTANT_{name}": value}).startswith(told)


@pytest.mark.parametrize(
    ("name", "value", "wanted"),
    [("corpus", 3, "a path"), ("corpus", "", "a path"), ("corpus", None, "a path"),
     ("sentences", 2.5, "a whole number"),
     ("sentences", True, "a whole number"), ("answer_threshold", "0.5", "a number"), ("chroma_url", 8000, "a text")],
)  # fmt: skip
def test_a_value_of_the_wrong_type_is_told(name: str, value: Any, wanted: str) -> None:
    with pytest.raises(ConfigError) as caught:
        Settings(**{name: value})
    assert str(caught.value) == f"{name} (ASSISTANT_{name.upper()}) is {value!r}: give {wanted}."


def test_two_folders_of_the_same_name_have_two_stores(tmp_path: Path) -> None:
    one, two = Settings(corpus=tmp_path / "a" / "docs"), Settings(corpus=tmp_path / "b" / "docs")
    assert one.store_path != two.store_path
    assert one.store_path.name == one.collection
    assert one.collection.startswith("docs-")


def test_the_default_store_lies_in_the_data_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    assert Settings().store_path.parent == tmp_path / "citewell"
    assert Settings(store=tmp_path / "here").store_path == tmp_path / "here"


@pytest.mark.parametrize(
    ("model", "parsed"),
    [
        ("openai/gpt-4o", ("openai", "gpt-4o")), ("anthropic/claude", ("anthropic", "claude")),
        ("ollama/qwen3:4b", ("ollama", "qwen3:4b")), ("openai-like/org/name.gguf", ("openai-like", "org/name.gguf")),
        ("models/a.GGUF", ("gguf", "models/a.GGUF")), ("./ollama/x.gguf", ("gguf", "./ollama/x.gguf")),
    ],
)  # fmt: skip
def test_a_model_is_a_providers_or_a_file(model: str, parsed: tuple[str, str]) -> None:
    assert parse_model(model) == parsed


@pytest.mark.parametrize("model", ["gpt-4o", "openai/", "OpenAI/gpt-4o", "azure/x", "model.bin", "/", "openai/ "])
def test_another_model_is_an_error_that_says_what_is_possible(model: str) -> None:
    told = problem({"ASSISTANT_MODEL": model})
    assert told.startswith(
        f"model (ASSISTANT_MODEL) is {model.strip()!r}: give openai/NAME, anthropic/NAME, ollama/NAME"
    )
    assert told.endswith("or the path of a .gguf file.")


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"MODEL": "openai-like/x"}, "needs the address of its server: set ASSISTANT_MODEL_URL"),
        ({"MODEL": "a.gguf", "MODEL_URL": "http://h"}, "is a file and needs no address: unset ASSISTANT_MODEL_URL"),
        ({"MODEL": "ollama/x", "MODEL_URL": "localhost:11434"}, "give an address, http://"),
        ({"MODEL_TIMEOUT": "0"}, "give a number of seconds above 0"),
        ({"MODEL_TIMEOUT": "inf"}, "give a number of seconds above 0"),
        ({"MODEL_CONTEXT": "100"}, "give a number of tokens, 512 or more"),
        ({"MODEL_CONTEXT": "many"}, "ASSISTANT_MODEL_CONTEXT is 'many': give a whole number."),
        ({"ANSWER_TOKENS": "1"}, "give a number from 16 to 8192"),
    ],
)
def test_a_models_settings_are_checked(given: dict[str, str], told: str) -> None:
    assert told in problem({f"ASSISTANT_{name}": value for name, value in given.items()})


def test_a_models_settings_are_read() -> None:
    names = {"MODEL": "openai-like/x", "MODEL_URL": "http://h/v1", "MODEL_TIMEOUT": "9", "MODEL_CONTEXT": "2048",
             "ANSWER_TOKENS": "99"}  # fmt: skip
    settings = load({f"ASSISTANT_{name}": value for name, value in names.items()})
    assert (settings.model, settings.model_url) == ("openai-like/x", "http://h/v1")
    assert (settings.model_timeout, settings.model_context, settings.answer_tokens) == (9.0, 2048, 99)


def test_a_key_is_no_setting_and_no_mistake() -> None:
    settings = load({"ASSISTANT_MODEL_KEY": "planted"})
    assert settings == Settings()
    assert "planted" not in repr(settings)


def test_an_old_name_of_a_variable_works_with_a_warning() -> None:
    with pytest.warns(FutureWarning, match="ASSISTANT_REFUSAL is now called ASSISTANT_ANSWER_THRESHOLD"):
        assert load({"ASSISTANT_REFUSAL": "0.7"}).answer_threshold == 0.7
    both = {"ASSISTANT_REFUSAL": "0.7", "ASSISTANT_ANSWER_THRESHOLD": "0.2"}
    with pytest.warns(FutureWarning):
        assert load(both).answer_threshold == 0.2

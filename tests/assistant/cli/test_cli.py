"""The command line: exit codes, output that is safe, errors on one line."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
from commands import Run, RunProcess

from assistant.types import REFUSAL

OPENED = "When was the Harbour Bridge of Oldtown opened?"
UNKNOWN = "What does a loaf of bread cost on Mars?"
COMMANDS = ["ingest", "ask", "chat", "search", "sources", "verify", "doctor"]


def test_an_answer_is_a_quote_with_its_place(run: Run) -> None:
    result = run("ask", OPENED)
    assert result.exit_code == 0
    assert "was opened on 4 March 1931. [1]" in result.stdout
    assert "    bridge.txt, 2023-04-02, characters " in result.stdout
    assert result.stderr == ""


def test_an_abstention_is_told_with_exit_code_3(run: Run) -> None:
    result = run("ask", UNKNOWN)
    assert result.exit_code == 3
    assert result.stdout.startswith(f"{REFUSAL}\n\nNearest passages:\n")


def test_json_has_the_fields_of_an_answer(run: Run) -> None:
    result = run("ask", OPENED, "--json")
    found = json.loads(result.stdout)
    assert found["citations"][0]["source"] == "bridge.txt"
    assert found["abstained"] is False
    assert "explanation" not in found


def test_json_of_an_abstention_has_exit_code_3_too(run: Run) -> None:
    result = run("ask", UNKNOWN, "--json")
    assert result.exit_code == 3
    assert json.loads(result.stdout)["abstained"] is True


def test_explain_tells_how_the_answer_was_found(run: Run) -> None:
    told = run("ask", OPENED, "--explain").stdout
    for part in (
        "How the answer was found",
        OPENED,
        "passages found:",
        "sentences judged:",
        "probability",
        "seconds",
        "total:",
    ):
        assert part in told


def test_explain_is_in_the_json(run: Run) -> None:
    found = json.loads(run("ask", OPENED, "--explain", "--json").stdout)["explanation"]
    assert found["hits"][0]["source"] == "bridge.txt"
    assert found["evidence"][0]["text"].startswith("The Harbour Bridge")
    assert found["timings"]["total"] > 0


@pytest.mark.parametrize("form", ["list", "lines"])
def test_a_history_file_is_used(run: Run, tmp_path: Path, form: str) -> None:
    turns = [{"role": "user", "content": OPENED}, {"role": "assistant", "content": "On 4 March 1931. [1]"}]
    path = tmp_path / "talk.json"
    path.write_text(json.dumps(turns) if form == "list" else "\n".join(map(json.dumps, turns)) + "\n")
    found = json.loads(run("ask", "And how long is it?", "--history", str(path), "--json").stdout)
    assert found["question"] == "And how long is it?"
    assert found["standalone_question"] != found["question"]


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"{broken", "is not JSON"),
        (b"[1, 2]", "contains something other than turns"),
        (b'{"role": "king", "content": "x"}', "The history contains something other than turns"),
        (b"\xff\xfe\x00", "is not text in UTF-8. Save it as UTF-8."),
        (None, "cannot be read (No such file or directory). Name a file that you may read."),
    ],
)
def test_a_history_that_is_none_is_a_mistake(run: Run, tmp_path: Path, content: bytes | None, told: str) -> None:
    path = tmp_path / "talk.json"
    if content is not None:
        path.write_bytes(content)
    result = run("ask", OPENED, "--history", str(path))
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith("error: The history ")
    assert told in result.stderr
    assert result.stderr.count("\n") == 1


def test_filters_leave_files_out(run: Run) -> None:
    assert run("ask", OPENED, "--source", "school*").exit_code == 3
    assert run("ask", OPENED, "--since", "2024").exit_code == 3
    assert run("ask", OPENED, "--until", "2023-12").exit_code == 0


def test_a_date_that_is_none_is_a_mistake(run: Run) -> None:
    result = run("ask", OPENED, "--since", "yesterday")
    assert result.exit_code == 2
    assert result.stderr == "error: since is 'yesterday': give a date as 2024-10-31, 2024-10 or 2024.\n"


@pytest.mark.parametrize("question", ["", "  ", "?!"])
def test_an_empty_question_is_a_mistake(run: Run, question: str) -> None:
    result = run("ask", question)
    assert result.exit_code == 2
    assert result.stderr == "error: The question is empty: ask something in words.\n"


def test_a_question_that_is_left_out_is_a_mistake(run: Run) -> None:
    assert run("ask").exit_code == 2


def test_a_receipt_is_written_and_verified(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "receipt.json"
    assert run("ask", OPENED, "--receipt", str(path)).exit_code == 0
    result = run("verify", str(path))
    assert result.exit_code == 0
    assert result.stdout.startswith("[1]\tholds\tbridge.txt ")
    assert result.stdout.endswith("holds, 0 moved, 0 gone.\n")
    assert json.loads(run("verify", str(path), "--json").stdout)["citations"][0]["status"] == "holds"


def test_an_edited_receipt_does_not_verify(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "receipt.json"
    run("ask", OPENED, "--receipt", str(path))
    path.write_text(path.read_text().replace("1931", "1930"))
    result = run("verify", str(path))
    assert result.exit_code == 3
    assert "gone" in result.stdout
    assert "The receipt itself was changed after it was written" in result.stdout


def test_a_receipt_that_exists_is_a_mistake_before_anything_is_asked(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    path.write_text("mine")
    result = run("ask", OPENED, "--receipt", str(path))
    assert (result.exit_code, result.stdout, path.read_text()) == (2, "", "mine")
    assert "exists already" in result.stderr


def test_a_file_that_is_no_receipt_is_a_mistake(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "r.json"
    path.write_text("{}")
    result = run("verify", str(path))
    assert result.exit_code == 2
    assert result.stderr == f"error: {path} is not a receipt. Name a file that `assistant ask --receipt` wrote.\n"


def test_search_shows_passages_best_first(run: Run) -> None:
    result = run("search", "head teacher", "--limit", "1")
    assert result.exit_code == 0
    assert result.stdout.startswith("1. The school of Oldtown\n   school.md, date unknown, characters ")
    (hit,) = json.loads(run("search", "head teacher", "--limit", "1", "--json").stdout)
    assert set(hit) == {"source", "title", "date", "start", "end", "score", "text"}


def test_a_search_that_finds_nothing_has_exit_code_3(run: Run) -> None:
    result = run("search", "head teacher", "--source", "none*")
    assert (result.exit_code, result.stdout) == (3, "Nothing was found.\n")


def test_sources_lists_the_files(run: Run) -> None:
    lines = run("sources").stdout.splitlines()
    assert [line.split("\t")[0] for line in lines] == ["bridge.txt", "school.md"]
    found = json.loads(run("sources", "--json").stdout)
    assert found[0]["date"] == "2023-04-02"


def test_a_chat_knows_what_was_said_before(run: Run) -> None:
    result = run("chat", input=f"{OPENED}\n\n/sources\n/new\n/nothing\n?\n/quit\nnever asked\n")
    assert result.exit_code == 0
    assert "was opened on 4 March 1931. [1]" in result.stdout
    assert "school.md\tThe school of Oldtown" in result.stdout
    assert "Unknown command /nothing: /sources lists the documents" in result.stderr
    assert "error: The question is empty" in result.stderr
    assert "never asked" not in result.stdout


def test_a_chat_ends_with_its_input(run: Run) -> None:
    assert run("chat", input="").exit_code == 0


def test_a_corpus_is_indexed_before_the_first_question_and_not_again(run: Run, town: Path, tmp_path: Path) -> None:
    where = ["--corpus", str(town), "--store", str(tmp_path / "index")]
    first, second = run("ask", OPENED, *where), run("search", "school", *where)
    assert first.exit_code == second.exit_code == 0
    assert first.stderr.splitlines()[0] == f"{town} is not indexed yet: indexing it now."
    assert first.stderr.splitlines()[1].startswith("Files: 2 added. The index holds ")
    assert second.stderr == ""


def test_ingest_tells_what_it_did_and_what_it_could_not_read(run: Run, tmp_path: Path) -> None:
    corpus = tmp_path / "docs"
    corpus.mkdir()
    (corpus / "a.txt").write_text("The town has a bridge. It is old.")
    (corpus / "empty.txt").write_text("")
    command = ["ingest", str(corpus), "--store", str(tmp_path / "index")]
    first, second = run(*command), run(*command)
    assert first.exit_code == second.exit_code == 0
    assert re.fullmatch(r"Files: 1 added, 1 not read\. The index holds 1 passages\. [\d.]+ s\.\n", first.stdout)
    assert first.stderr == "not read: empty.txt: the file is empty: remove it, or put text into it\n"
    assert second.stdout.startswith("Files: 1 unchanged, 1 not read.")
    assert run(*command, "--rebuild").stdout.startswith("Files: 1 added, 1 not read.")


def test_a_folder_in_which_nothing_can_be_read_is_a_mistake(run: Run, tmp_path: Path) -> None:
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "empty.txt").write_text("")
    result = run("ingest", str(tmp_path / "docs"), "--store", str(tmp_path / "index"))
    assert result.exit_code == 2
    assert "not read: empty.txt" in result.stderr
    assert result.stderr.endswith("could be read, so there is nothing to ask.\n")


@pytest.mark.parametrize("command", [["ask", OPENED], ["sources"], ["search", "x"], ["chat"]])
def test_a_missing_corpus_is_a_mistake(run: Run, tmp_path: Path, command: list[str]) -> None:
    result = run(*command, "--corpus", str(tmp_path / "none"))
    assert result.exit_code == 2
    assert result.stderr == (
        f"error: The corpus {tmp_path / 'none'} does not exist. "
        "Name the folder that holds your documents with --corpus.\n"
    )


def test_a_corpus_that_is_a_file_is_a_mistake(run: Run, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("text")
    result = run("ingest", str(tmp_path / "a.txt"))
    assert result.exit_code == 2
    assert "is not a folder. Name the folder that holds your documents" in result.stderr


def test_sources_of_a_corpus_without_an_index_are_a_mistake(run: Run, town: Path, tmp_path: Path) -> None:
    result = run("sources", "--corpus", str(town), "--store", str(tmp_path / "index"))
    assert result.exit_code == 2
    assert result.stderr == f"error: {town} is not indexed yet. Run `assistant ingest`.\n"


def test_an_unknown_setting_is_a_mistake(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ASSISTANT_SENTENCE", "3")
    result = run("sources")
    assert result.exit_code == 2
    assert result.stderr.startswith("error: ASSISTANT_SENTENCE is not a setting. Did you mean ASSISTANT_SENTENCES?")


def test_an_index_of_other_settings_is_a_mistake_that_says_to_rebuild(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ASSISTANT_CHUNK_TOKENS", "100")
    result = run("ask", OPENED)
    assert result.exit_code == 2
    assert "`assistant ingest --rebuild`" in result.stderr
    assert result.stderr.count("\n") == 1


def test_an_index_that_citewell_keeps_itself_is_made_again_after_an_update(
    run: Run, town: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    assert run("ask", OPENED, "--corpus", str(town)).exit_code == 0
    monkeypatch.setattr("assistant.api.CHUNKING_VERSION", "of tomorrow")
    second, third = (run("ask", OPENED, "--corpus", str(town)) for _ in range(2))
    assert (second.exit_code, third.exit_code) == (0, 0)
    assert "is now of tomorrow). Rebuilding it now." in second.stderr
    assert "Files: 2 added" in second.stderr
    assert third.stderr == ""


def test_a_failure_is_one_line_and_exit_code_1(process: RunProcess, town: Path) -> None:
    result = process("ask", OPENED, "--corpus", str(town), env={"ASSISTANT_CHROMA_URL": "http://127.0.0.1:9"})
    assert (result.returncode, result.stdout) == (1, "")
    assert result.stderr.startswith("error: The Chroma server at http://127.0.0.1:9 ")
    assert result.stderr.count("\n") == 1


def test_debug_shows_the_traceback(process: RunProcess, tmp_path: Path) -> None:
    result = process("--debug", "verify", str(tmp_path / "none"))
    assert result.returncode == 1
    assert "Traceback (most recent call last)" in result.stderr


def test_the_version_is_told(process: RunProcess) -> None:
    assert re.fullmatch(r"citewell \d+\.\d+\.\d+\n", process("--version").stdout)


@pytest.mark.parametrize("command", COMMANDS)
def test_each_help_has_an_example(run: Run, command: str) -> None:
    result = run(command, "--help")
    assert result.exit_code == 0
    assert f"\n  assistant {command}" in result.stdout


def test_the_help_names_all_commands_and_exit_codes(run: Run) -> None:
    told = run("--help").stdout
    assert all(f"\n  {command} " in told for command in COMMANDS)
    assert "Exit codes: 0 an answer, 3 no answer" in told


def test_the_command_line_is_imported_without_anything_heavy() -> None:
    heavy = [
        "chromadb",
        "llama_index",
        "fastembed",
        "onnxruntime",
        "numpy",
        "rich",
        "gradio",
        "tiktoken",
        "trafilatura",
    ]
    code = f"import sys, assistant.cli; print([name for name in {heavy} if name in sys.modules])"
    assert subprocess.check_output([sys.executable, "-c", code], text=True) == "[]\n"

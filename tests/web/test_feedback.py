"""What people say of answers is kept and printed."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from assistant.api import Assistant
from assistant.config import load
from assistant.errors import QuestionError
from assistant.receipts.write import circumstances
from assistant.types import Citation
from assistant.web.feedback import append, feedback_file, read


@pytest.fixture
def bot(seeds: Path, tmp_path: Path) -> Assistant:
    return Assistant(seeds, tmp_path / "store")


def answer() -> dict[str, object]:
    citation = Citation(1, "a.txt", "A", None, "It is long.", 0, 11, "0" * 64)
    return {
        "question": "How long?", "standalone_question": "How long is it?", "text": "It is long. [1]",
        "abstained": False,
        "mode": "quotes", "confidence": 0.9, "citations": [{"number": citation.number, "quote": citation.quote}],
    }  # fmt: skip


def test_each_line_holds_question_answer_fingerprints_and_verdict(bot: Assistant) -> None:
    file = feedback_file(bot.settings)
    append(file, answer(), circumstances(bot), False, " too short\n")
    append(file, answer(), circumstances(bot), True, "")
    lines = [json.loads(line) for line in file.read_text().splitlines()]
    assert [line["good"] for line in lines] == [False, True]
    assert lines[0]["comment"] == "too short"
    assert lines[0]["question"] == "How long?"
    assert lines[0]["text"] == "It is long. [1]"
    assert set(lines[0]["made"]) >= {"version", "corpus", "models", "index", "time"}
    assert read(file) == lines


def test_a_line_that_was_cut_off_is_left_out(bot: Assistant) -> None:
    file = feedback_file(bot.settings)
    append(file, answer(), {}, True, "")
    with file.open("a") as out:
        out.write('{"good": tr')
    assert len(read(file)) == 1


@pytest.mark.parametrize("good", [1, "yes", None])
def test_what_is_no_verdict_is_refused(bot: Assistant, good: object) -> None:
    with pytest.raises(QuestionError, match="This is no feedback"):
        append(feedback_file(bot.settings), answer(), {}, good, "")  # type: ignore[arg-type]


def test_the_command_prints_what_was_said(bot: Assistant) -> None:
    command = [str(Path(sys.executable).with_name("assistant")), "feedback", "--corpus", str(bot.settings.corpus)]
    command += ["--store", str(bot.settings.store)]
    nothing = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert (nothing.returncode, nothing.stdout) == (3, "")
    append(feedback_file(bot.settings), answer(), {}, False, "too\x1b[31m short")
    said = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True)
    assert said.stdout.rstrip().endswith("bad   How long?: too[31m short")
    as_json = subprocess.run([*command, "--json"], capture_output=True, text=True, timeout=60, check=True)
    assert json.loads(as_json.stdout)[0]["good"] is False


def test_a_password_is_never_shown() -> None:
    assert "horse" not in repr(load({"ASSISTANT_AUTH": "ann:horse"}))
    with pytest.raises(Exception, match="give user:password") as caught:
        load({"ASSISTANT_AUTH": "only-horse"})
    assert "horse" not in str(caught.value)

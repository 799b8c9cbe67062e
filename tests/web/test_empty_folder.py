"""A chat that begins without documents: it opens, says so, and takes them."""

from __future__ import annotations

from pathlib import Path

import pytest
from pages import MakeChat
from playwright.sync_api import expect
from serving import serving
from wire import call, upload

from assistant.api import Assistant
from assistant.cli.terminal import fill
from assistant.errors import CorpusError, EmptyCorpusError

NOTE = b"The lighthouse of Vardo was built in 1896. Its keeper is called Ingrid Solberg."
QUESTION = "When was the lighthouse of Vardo built?"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "empty").mkdir()
    return tmp_path / "empty"


def test_an_empty_folder_is_opened_and_documents_are_added_on_the_page(make_chat: MakeChat, folder: Path) -> None:
    with serving(folder, folder.with_name("index")) as url:
        log = folder.with_name("index.log").read_text()
        assert f"There are no documents in {folder} yet: add some in the library of the page." in log
        assert "error" not in log
        chat = make_chat(url)
        page = chat.page
        expect(page.locator(".welcome")).to_contain_text("There are no documents yet")
        expect(page.locator("#scope")).to_have_text("No documents yet")
        expect(chat.ask(QUESTION).locator(".trouble")).to_contain_text("There are no documents yet. Add some in the")
        page.click("#new-chat")
        page.get_by_role("button", name="Open the library").click()
        expect(page.locator("#library")).to_contain_text("There are no documents yet.")
        page.set_input_files("#files", {"name": "lighthouse.txt", "mimeType": "text/plain", "buffer": NOTE})
        expect(page.locator(".results li")).to_have_class("good", timeout=60_000)
        page.click("#new-chat")
        expect(page.locator(".welcome")).to_contain_text("Answers come from one document")
        expect(chat.ask(QUESTION).locator(".prose")).to_contain_text("built in 1896")


def test_what_is_asked_of_no_documents_is_an_error_in_words(folder: Path) -> None:
    with serving(folder, folder.with_name("index")) as url:
        asks = (("ask", QUESTION, [], None, None, None), ("stream", QUESTION, [], {}), ("search", QUESTION, 10, {}))
        for name, *given in asks:
            event, said = call(url, name, *given)
            assert event == "error"
            assert "There are no documents yet. Add some in the library, then ask." in str(said)
        source = upload(url, "lighthouse.txt", NOTE)["source"]
        assert call(url, "ingest")[0] == "complete"
        assert call(url, *asks[0])[0] == "complete"
        assert call(url, "remove", source)[0] == "complete"
        assert "There are no documents yet" in str(call(url, *asks[0])[1])


def test_a_folder_in_which_nothing_can_be_read_is_opened_and_the_file_named(folder: Path) -> None:
    (folder / "blank.txt").write_text("")
    with serving(folder, folder.with_name("index")) as url:
        assert "not read: blank.txt: the file is empty" in folder.with_name("index.log").read_text()
        assert call(url, "library") == ("complete", [[]])


def test_where_nothing_can_be_added_an_empty_folder_is_a_mistake(folder: Path) -> None:
    told = r"error: The folder .*empty holds no documents\. Put files into it, or name another folder\."
    with (
        pytest.raises(AssertionError, match=told),
        serving(folder, folder.with_name("index"), env={"ASSISTANT_UPLOADS": "0"}),
    ):
        pass


def test_a_folder_that_is_gone_is_not_taken_for_an_empty_one(folder: Path) -> None:
    bot = Assistant(folder, folder.with_name("index"))
    with pytest.raises(EmptyCorpusError):
        fill(bot)
    folder.rmdir()
    with pytest.raises(CorpusError, match="There is no folder") as caught:
        fill(bot)
    assert not isinstance(caught.value, EmptyCorpusError)
    bot.store.close()

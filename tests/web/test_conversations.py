"""Asking, stopping, asking again; and conversations, which stay in the browser."""

from __future__ import annotations

import json
import re
from pathlib import Path

from pages import Chat, MakeChat
from playwright.sync_api import expect
from serving import free_port, serving

from assistant.receipts.write import read, untouched, verify

ARRIVED = "How many North Korean soldiers arrived in the Kursk region?"
SHIPPED = "What did Mark Rutte say?"


def save(chat: Chat, button: str, folder: Path) -> Path:
    with chat.page.expect_download() as download:
        chat.page.click(button)
    path = folder / download.value.suggested_filename
    download.value.save_as(path)
    return path


def test_while_it_works_a_line_says_what_it_does_and_sentences_come_one_by_one(chat: Chat) -> None:
    chat.page.evaluate(
        """() => { window.said = new Set();
        new MutationObserver(() => document.querySelectorAll(".working span").forEach((e) => said.add(e.textContent)))
          .observe(document.querySelector("#thread"), {subtree: true, childList: true, characterData: true}); }"""
    )
    chat.ask(ARRIVED)
    said = " ".join(chat.page.evaluate("[...window.said]"))
    assert "Searching the documents…" in said
    assert re.search(r"Reading \d sources…", said)


def test_a_misspelt_question_is_answered_and_says_how_it_was_read(chat: Chat) -> None:
    chat.ask("How many North Korean soliders arived in the Kursk region?")
    expect(chat.page.locator(".answer .hint")).to_have_text(f"Read as: {ARRIVED}")
    expect(chat.page.locator(".turn .question, .turn").first).to_contain_text("soliders")


def test_an_answer_can_be_stopped_and_asked_again(chat: Chat) -> None:
    # the connection is held up, so that there is time to stop
    chat.page.route("**/gradio_api/call/stream/*", lambda route: None)
    chat.page.fill("#question", ARRIVED)
    chat.page.keyboard.press("Enter")
    chat.page.click("#stop")
    expect(chat.page.locator(".stopped")).to_contain_text("You stopped this answer.")
    expect(chat.page.locator("#send")).to_be_visible()
    chat.page.unroute("**/gradio_api/call/stream/*")
    chat.page.get_by_role("button", name="Ask again").click()
    expect(chat.answered().locator(".chip").first).to_have_text("1")
    assert len(chat.talks()[0]) == 1


def test_a_question_can_be_edited_and_what_followed_it_goes(chat: Chat) -> None:
    chat.ask(ARRIVED)
    chat.ask("And from where?")
    chat.page.locator(".turn").first.hover()
    chat.page.get_by_role("button", name="Edit this question").first.click()
    chat.page.get_by_role("textbox", name="Edit this question").fill(SHIPPED)
    chat.page.keyboard.press("Enter")
    chat.answered()
    expect(chat.page.locator(".turn")).to_have_count(1)
    assert [turn["question"] for turn in chat.talks()[0]] == [SHIPPED]


def test_a_question_is_understood_from_those_before_it(chat: Chat) -> None:
    chat.ask("What did Mark Rutte say?")
    chat.ask("What is his role?")
    second = chat.talks()[0][1]["kept"]["answer"]
    assert "Rutte" in second["standalone_question"]


def test_an_answer_is_copied_with_its_citations_as_markdown(chat: Chat) -> None:
    chat.ask(ARRIVED)
    chat.page.get_by_role("button", name="Copy the answer with its sources").click()
    expect(chat.page.locator("#toast")).to_contain_text("Copied")
    copied = chat.page.evaluate("navigator.clipboard.readText()")
    kept = chat.talks()[0][0]["kept"]
    assert copied == kept["markdown"]
    assert kept["answer"]["text"] in copied
    assert "Sources:" in copied


def test_conversations_survive_a_reload_and_can_be_renamed_and_deleted(chat: Chat) -> None:
    page = chat.page
    chat.ask(ARRIVED)
    page.click("#new-chat")
    chat.ask(SHIPPED)
    expect(page.locator(".talk")).to_have_count(2)
    chat.open()
    expect(page.locator(".talk")).to_have_count(2)
    expect(page.locator("#title")).to_have_text(SHIPPED)
    page.locator(".talk-open", has_text="arrived").click()
    expect(page.locator(".asked-text")).to_have_text(ARRIVED)
    page.locator(".talk.on").get_by_role("button", name="Rename").click()
    page.keyboard.type("Arrivals <b>bold</b>")
    page.keyboard.press("Enter")
    expect(page.locator("#title")).to_have_text("Arrivals <b>bold</b>")
    chat.open()
    expect(page.locator(".talk.on .talk-open")).to_have_text("Arrivals <b>bold</b>")
    page.locator(".talk.on").get_by_role("button", name="Delete").click()
    page.get_by_role("dialog").get_by_role("button", name="Delete").click()
    expect(page.locator(".talk")).to_have_count(1)
    expect(page.locator(".welcome")).to_be_visible()
    chat.open()
    expect(page.locator(".talk")).to_have_count(1)
    assert len(chat.talks()) == 1


def test_a_conversation_is_saved_as_markdown_and_as_a_receipt_that_holds(
    chat: Chat, seeds: Path, tmp_path: Path
) -> None:
    chat.ask(ARRIVED)
    chat.ask(SHIPPED)
    markdown = save(chat, "#save-markdown", tmp_path).read_text(encoding="utf-8")
    assert markdown.startswith(f"# {ARRIVED}\n")
    assert f"## {SHIPPED}" in markdown
    path = save(chat, "#save-receipt", tmp_path)
    checks = verify(path, seeds)
    kept = [citation for turn in chat.talks()[0] for citation in turn["kept"]["answer"]["citations"]]
    assert [check.status for check in checks] == ["holds"] * len(kept)
    assert untouched(read(path))
    one = tmp_path / "one.json"
    with chat.page.expect_download() as download:
        chat.page.get_by_role("button", name="Save a receipt", exact=True).first.click()
    download.value.save_as(one)
    assert [check.status for check in verify(one, seeds)] == ["holds"]
    assert json.loads(one.read_text())["question"] == ARRIVED


def test_a_question_that_was_left_before_its_answer_is_not_lost(chat: Chat) -> None:
    chat.page.route("**/gradio_api/call/stream/*", lambda route: None)
    chat.page.fill("#question", ARRIVED)
    chat.page.keyboard.press("Enter")
    expect(chat.page.locator(".working")).to_be_visible()
    chat.open()
    expect(chat.page.locator(".stopped")).to_contain_text("This answer was not finished.")
    chat.page.unroute("**/gradio_api/call/stream/*")
    chat.page.get_by_role("button", name="Ask again").click()
    expect(chat.answered().locator(".chip").first).to_be_visible()


def test_conversations_and_their_chips_survive_a_restart_of_the_server(
    make_chat: MakeChat, seeds: Path, tmp_path: Path
) -> None:
    port = free_port()
    with serving(seeds, tmp_path / "store", port=port) as url:
        chat = make_chat(url)
        chat.ask(ARRIVED)
        quote = chat.talks()[0][0]["kept"]["answer"]["citations"][0]["quote"]
        chat.watch.cut = True
    with serving(seeds, tmp_path / "store", port=port):
        chat.page.locator(".chip").first.click()
        assert chat.marked() == quote
        chat.open()
        chat.page.locator(".chip").first.click()
        assert chat.marked() == quote
        chat.ask(SHIPPED)
        expect(chat.page.locator(".turn")).to_have_count(2)


def test_a_server_that_is_gone_is_said_to_be_and_the_question_stays(chat: Chat) -> None:
    chat.watch.cut = True
    chat.page.route("**/gradio_api/call/stream", lambda route: route.abort())
    turn = chat.ask(ARRIVED)
    expect(turn.locator(".trouble")).to_contain_text("The server does not answer. Is it still running?")
    chat.page.unroute("**/gradio_api/call/stream")
    turn.get_by_role("button", name="Ask again").click()
    expect(chat.answered().locator(".chip").first).to_be_visible()


def test_the_examples_get_answers_and_an_answer_leads_on_to_others(chat: Chat) -> None:
    first = chat.page.locator(".welcome .suggestion").first
    expect(first).to_be_visible(timeout=60_000)
    question = first.inner_text().strip()
    first.click()
    turn = chat.answered()
    expect(turn.locator(".asked-text")).to_have_text(question)
    expect(turn.locator(".chip").first).to_be_visible()
    following = turn.locator(".follow .suggestion")
    expect(following.first).to_be_visible(timeout=60_000)
    assert question not in following.all_inner_texts()
    following.first.click()
    expect(chat.answered().locator(".chip").first).to_be_visible()


def test_what_is_said_of_an_answer_is_kept_and_printed(chat: Chat, seeds: Path, url: str) -> None:
    turn = chat.ask(ARRIVED)
    turn.get_by_role("button", name="Bad answer").click()
    chat.page.keyboard.type("too short")
    chat.page.get_by_role("button", name="Send").click()
    expect(chat.page.locator("#toast")).to_contain_text("kept on this machine")
    expect(turn.get_by_role("button", name="Bad answer")).to_have_attribute("aria-pressed", "true")
    chat.open()
    expect(chat.page.get_by_role("button", name="Bad answer")).to_have_attribute("aria-pressed", "true")

"""The library on the page: opening, choosing, adding and removing documents; search; settings."""

from __future__ import annotations

import re
from pathlib import Path

from pages import Chat
from playwright.sync_api import expect

NOTE = (
    "The lighthouse keeper of Vardo is called Ingrid Solberg. The lighthouse was built in 1896 and is 20 metres high."
)
LONG = "What would each ally have to do if the other was attacked?"
DATED = "003_19d451756c40f857.txt"


def library(chat: Chat) -> Chat:
    chat.page.click("#to-library")
    expect(chat.page.locator(".documents tbody tr")).not_to_have_count(0)
    return chat


def test_the_library_lists_each_document_with_title_date_kind_and_passages(chat: Chat, seeds: Path) -> None:
    rows = library(chat).page.locator(".documents tbody tr")
    expect(rows).to_have_count(len(list(seeds.glob("*.txt"))))
    expect(rows.nth(3)).to_contain_text("2024-11-05")
    expect(rows.nth(3)).to_contain_text(DATED)
    expect(rows.nth(3).locator(".doc-kind")).to_have_text("txt")
    assert re.fullmatch(r"\d+", rows.nth(3).locator(".doc-chunks").inner_text())
    expect(rows.nth(1)).to_contain_text("date unknown")


def test_only_the_chosen_documents_are_asked_and_the_choice_stays(chat: Chat) -> None:
    page = library(chat).page
    boxes = page.locator(".documents tbody input[type=checkbox]")
    for i in (0, 1, 2, 4):
        boxes.nth(i).uncheck()
    expect(page.locator("#scope")).to_contain_text("Asking 1 of 5 documents")
    page.click("#new-chat")
    chat.ask("How many North Korean soldiers are in Russia?")
    answer = chat.talks()[0][-1]["kept"]["answer"]
    assert {p["source"] for p in (*answer["citations"], *answer["nearest"])} == {DATED}
    chat.open()
    expect(page.locator("#scope")).to_contain_text("Asking 1 of 5 documents")
    library(chat).page.locator(".documents tbody input[type=checkbox]").nth(3).uncheck()
    expect(page.locator("#toast")).to_contain_text("At least one document is asked.")


def test_a_range_of_dates_leaves_out_the_others(chat: Chat) -> None:
    page = library(chat).page
    page.fill("#since", "2024-11-01")
    page.locator("#since").dispatch_event("change")
    expect(page.locator("#scope")).to_contain_text("2024-11-01 to …")
    page.click("#new-chat")
    chat.ask("When did Ukrainian forces first fight North Korean soldiers?")
    answer = chat.talks()[0][-1]["kept"]["answer"]
    assert {p["source"] for p in (*answer["citations"], *answer["nearest"])} == {DATED}
    library(chat).page.get_by_role("button", name="All dates").click()
    expect(page.locator("#scope")).to_have_text("Asking all documents")


def test_passages_are_found_and_opened_without_asking(chat: Chat) -> None:
    page = chat.page
    page.click("#to-search")
    expect(page.locator("#query")).to_be_focused()
    page.keyboard.type("ballistic missiles")
    page.keyboard.press("Enter")
    card = page.locator("#results .card").nth(1)
    expect(card).to_be_visible()
    card.click()
    marked = chat.marked()
    assert " ".join(marked.split()) == card.locator(".card-quote").text_content()


def test_a_dropped_file_is_added_asked_and_removed_again(chat: Chat, seeds: Path) -> None:
    page = library(chat).page
    page.set_input_files("#files", {"name": "../../light house.txt", "mimeType": "text/plain", "buffer": NOTE.encode()})
    result = page.locator(".results li")
    expect(result).to_have_class("good", timeout=60_000)
    expect(result).to_contain_text("Added. It can be asked now.")
    assert (seeds / "uploads" / "light house.txt").read_text() == NOTE
    expect(page.locator(".documents tbody tr")).to_have_count(6)
    page.click("#new-chat")
    turn = chat.ask("Who is the lighthouse keeper of Vardo?")
    turn.locator(".chip").first.click()
    assert chat.marked() in NOTE
    page.keyboard.press("Escape")
    library(chat).page.get_by_role("button", name="Remove").click()
    page.get_by_role("dialog").get_by_role("button", name="Remove").click()
    expect(page.locator("#toast")).to_contain_text("Removed", timeout=60_000)
    expect(page.locator(".documents tbody tr")).to_have_count(5)
    assert list((seeds / "uploads").iterdir()) == []


def test_each_file_gets_a_result_in_words(chat: Chat, seeds: Path) -> None:
    page = library(chat).page
    page.set_input_files("#files", [
        {"name": "empty.txt", "mimeType": "text/plain", "buffer": b""},
        {"name": "picture.pdf", "mimeType": "application/pdf", "buffer": b"\x89PNG\r\n\x1a\n" + bytes(200)},
        {"name": "broken.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7 nothing"},
    ])  # fmt: skip
    results = page.locator(".results li")
    expect(results).to_have_class(["bad", "bad", "bad"], timeout=60_000)
    expect(results.nth(0)).to_contain_text("The file is empty.")
    expect(results.nth(1)).to_contain_text("an image")
    expect(results.nth(2)).to_contain_text("the PDF is broken")
    assert not list((seeds / "uploads").glob("*")) if (seeds / "uploads").exists() else True


def test_the_folder_is_read_again_from_the_page(chat: Chat, seeds: Path) -> None:
    added = seeds / "added-by-hand.md"
    added.write_text("# A note\n\nThe harbour of Vardo has 12 berths.\n")
    try:
        library(chat).page.click("#reread")
        expect(chat.page.locator("#reading")).to_contain_text("1 added", timeout=60_000)
        expect(chat.page.locator(".documents tbody tr")).to_have_count(6)
    finally:
        added.unlink()
    chat.page.click("#reread")
    expect(chat.page.locator("#reading")).to_contain_text("1 deleted", timeout=60_000)


def test_settings_change_the_answers_and_the_looks_and_stay(chat: Chat) -> None:
    page = chat.page
    chat.ask(LONG)
    answer = chat.talks()[0][-1]["kept"]["answer"]
    assert len([c for c in answer["citations"] if c["source"] == answer["citations"][0]["source"]]) > 1
    page.click("#to-settings")
    page.get_by_role("radio", name="Dark").check(force=True)
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    expect(page.get_by_role("radio", name="Model")).to_be_disabled()
    page.locator("#sentences").fill("1")
    page.get_by_role("button", name="Done").click()
    chat.open()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    chat.ask(LONG)
    answer = chat.talks()[0][-1]["kept"]["answer"]
    assert len([c for c in answer["citations"] if c["source"] == answer["citations"][0]["source"]]) == 1

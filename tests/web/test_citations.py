"""From an answer to the place of a quote: what is shown and marked is the quote, character for character."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from pages import Chat
from playwright.sync_api import Locator, expect

QUESTIONS = """
How many North Korean soldiers arrived in the Kursk region?
How many North Korean soldiers are in Russia?
When did Ukrainian forces first fight North Korean soldiers?
What did Zelensky announce about North Korean soldiers?
How many North Korean infantry troops are training in eastern Russia?
What did Lloyd Austin say?
What did Mark Rutte say?
How are the North Korean soldiers disguised?
Where are the engineers from North Korea?
What did Budanov tell The War Zone?
What did South Korean intelligence report?
When will the battalions be ready to fight in Ukraine?
Who is Andriy Kovalenko?
How many troops has Moscow amassed?
What did Andriy Sybiha state?
What has North Korea sent besides infantry?
What did the NIS say?
When did the incursion into Kursk begin?
What equipment will the North Korean troops use?
Did North Korean pilots go to Russia?
What did the pope eat for breakfast?
""".strip().splitlines()


def check(chat: Chat, chip: Locator, place: dict[str, object], corpus: Path) -> None:
    """Hover over a chip, then click it: both show the quote, and the file has it where the offsets say."""
    quote = str(place.get("quote") or place["text"])
    text = (corpus / str(place["source"])).read_bytes().decode("utf-8")
    assert text[int(str(place["start"])) : int(str(place["end"]))] == quote
    if "quote" in place:
        chip.hover()
        expect(chat.page.locator("#hover .hover-quote")).to_have_text(quote, use_inner_text=False)
        expect(chat.page.locator("#hover .hover-place")).to_contain_text(str(place["source"]))
    chip.click()
    expect(chat.page.locator("#panel .panel-place")).to_contain_text(str(place["source"]))
    expect(chat.page.locator(f"#panel mark.current[data-numbers~='{place['number']}']").first).to_be_attached()
    assert chat.marked() == quote
    assert chat.marked_is_in_view()


@pytest.mark.parametrize("part", range(3))
def test_every_citation_of_twenty_questions_leads_to_its_exact_place(chat: Chat, seeds: Path, part: int) -> None:
    cited = 0
    for question in QUESTIONS[part::3]:
        turn = chat.ask(question)
        answer = chat.talks()[0][-1]["kept"]["answer"]
        assert answer["question"] == question
        places = answer["citations"] or [{**p, "number": n} for n, p in enumerate(answer["nearest"], 1)]
        chips = ".chip" if answer["citations"] else ".card"
        for place in places:
            check(chat, turn.locator(f"{chips}[data-number='{place['number']}']").last, place, seeds)
            cited += 1
        chat.page.keyboard.press("Escape")
    assert cited >= 10


def test_the_way_from_one_citation_to_the_next_crosses_documents(chat: Chat) -> None:
    chat.ask("How many North Korean soldiers are in Russia?")
    citations = chat.talks()[0][-1]["kept"]["answer"]["citations"]
    assert len({c["source"] for c in citations}) > 1
    chat.page.locator(".chip").first.click()
    for citation in citations:
        expect(chat.page.locator(".panel-count")).to_have_text(f"Citation {citation['number']} of {len(citations)}")
        expect(chat.page.locator(".panel-place")).to_contain_text(citation["source"])
        assert chat.marked() == citation["quote"]
        if citation is not citations[-1]:
            chat.page.locator("#panel-next").click()
    expect(chat.page.locator("#panel-next")).to_be_disabled()
    chat.page.locator("#panel-previous").click()
    assert chat.marked() == citations[-2]["quote"]


def test_chips_of_older_answers_still_lead_to_their_place_after_a_reload(chat: Chat) -> None:
    chat.ask("How many North Korean soldiers arrived in the Kursk region?")
    chat.ask("What did Mark Rutte say?")
    chat.open()
    expect(chat.page.locator(".turn")).to_have_count(2)
    for i, turn in enumerate(chat.talks()[0]):
        chat.page.locator(f".turn >> nth={i}").locator(".chip").first.click()
        assert chat.marked() == turn["kept"]["answer"]["citations"][0]["quote"]
        chat.page.keyboard.press("Escape")


def test_page_furniture_is_set_apart_from_the_text(chat: Chat) -> None:
    chat.page.click("#to-library")
    chat.page.locator(".doc-open", has_text="Have they entered the combat yet").click()
    first = chat.page.locator("#panel-text .par").first
    expect(first).to_have_class("par furniture")
    assert chat.page.locator("#panel-text p.par:not(.furniture)").count() > 10


def test_the_text_of_the_panel_is_the_text_of_the_file(chat: Chat, seeds: Path) -> None:
    chat.page.click("#to-library")
    for i, path in enumerate(sorted(seeds.glob("*.txt"))):
        chat.page.locator(".doc-open").nth(i).click()
        expect(chat.page.locator(".panel-place")).to_contain_text(path.name)
        expect(chat.page.locator("#panel-text p.par").first).to_be_attached()
        assert chat.page.locator("#panel-text").text_content() == path.read_bytes().decode("utf-8")


def test_a_file_that_changed_since_is_said_to_have_and_nothing_else_is_marked(chat: Chat, seeds: Path) -> None:
    chat.ask("How many North Korean soldiers arrived in the Kursk region?")
    citation = chat.talks()[0][-1]["kept"]["answer"]["citations"][0]
    path = seeds / citation["source"]
    before = path.read_bytes()
    try:
        path.write_bytes(before + b"\nOne more line.\n")
        chat.page.locator(".chip").first.click()
        expect(chat.page.locator(".panel-warning")).to_contain_text("still stands where it stood")
        assert chat.marked() == citation["quote"]
        chat.page.keyboard.press("Escape")
        path.write_bytes(b"A new first line.\n" + before)
        chat.page.locator(".chip").first.click()
        expect(chat.page.locator(".panel-warning")).to_contain_text("nothing is marked")
        expect(chat.page.locator("#panel mark.current")).to_have_count(0)
        expect(chat.page.locator(".kept blockquote")).to_have_text(citation["quote"])
        chat.page.keyboard.press("Escape")
        path.unlink()
        chat.page.locator(".chip").first.click()
        expect(chat.page.locator(".panel-warning")).to_contain_text("gone")
        expect(chat.page.locator(".kept blockquote")).to_have_text(citation["quote"])
    finally:
        path.write_bytes(before)


def test_escape_closes_the_source_and_gives_the_focus_back_to_the_chip(chat: Chat) -> None:
    chat.ask("How many North Korean soldiers arrived in the Kursk region?")
    chip = chat.page.locator(".chip").first
    chip.focus()
    chat.page.keyboard.press("Enter")
    expect(chat.page.locator("#panel-title")).to_be_focused()
    chat.page.keyboard.press("Escape")
    expect(chat.page.locator("#panel")).to_be_hidden()
    expect(chip).to_be_focused()


def test_the_browser_keeps_what_the_answer_was(chat: Chat) -> None:
    chat.ask("How many North Korean soldiers arrived in the Kursk region?")
    kept = chat.talks()[0][-1]["kept"]
    assert set(kept) == {"answer", "blocks", "markdown", "made"}
    assert json.dumps(kept["answer"]["citations"])

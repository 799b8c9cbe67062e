"""For everybody: by keyboard alone, on a phone, in the dark, with a screen reader, with axe-core's rules."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from pages import Chat, MakeChat
from playwright.sync_api import expect

DIFFER = "How many North Korean soldiers are in Russia?"
REFUSED = "What did the Pentagon say about casualties?"


_NUMBER_THEM = """() => {
  const all = [...document.querySelectorAll("button, input, textarea, a[href], summary")];
  const usable = all.filter((e) => e.checkVisibility({ visibilityProperty: true }) && !e.disabled);
  usable.forEach((e, i) => { e.dataset.n = i; });
  return usable.length;
}"""
_NAMELESS = """() => [...document.querySelectorAll("button")].filter((e) => e.checkVisibility()
  && !(e.getAttribute("aria-label") || e.textContent).trim()).map((e) => e.outerHTML)"""


def serious(chat: Chat) -> list[str]:
    """axe-core's findings that are serious or critical."""
    response = Axe().run(chat.page).response
    assert len(response["passes"]) > 15  # it has looked
    return [
        f"{v['id']}: {node['html'][:160]} {node.get('failureSummary', '')}"
        for v in response["violations"]
        if v["impact"] in ("serious", "critical")
        for node in v["nodes"]
    ]


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_no_state_of_the_page_has_a_serious_finding(make_chat: MakeChat, url: str, width: int, theme: str) -> None:
    chat = make_chat(url, width=width, theme=theme)
    page = chat.page
    narrow = width < 600

    def menu(item: str) -> None:
        if narrow:
            page.click("#open-side")
        page.click(item)

    expect(page.locator(".welcome .suggestion").first).to_be_visible(timeout=60_000)
    assert serious(chat) == []
    chat.ask(DIFFER)
    chat.ask(REFUSED)
    expect(page.locator(".differ")).to_be_visible()
    expect(page.locator(".refusal")).to_be_visible()
    assert serious(chat) == []
    page.locator(".differ .chip").first.click()
    chat.marked()
    assert serious(chat) == []
    page.keyboard.press("Escape")
    menu("#to-library")
    expect(page.locator(".documents")).to_be_visible()
    assert serious(chat) == []
    menu("#to-search")
    page.fill("#query", "soldiers")
    page.keyboard.press("Enter")
    expect(page.locator("#results .card").first).to_be_visible()
    assert serious(chat) == []
    menu("#to-settings")
    assert serious(chat) == []


@pytest.mark.parametrize("width", [1280, 390])
def test_nothing_is_wider_than_the_screen(make_chat: MakeChat, url: str, width: int) -> None:
    chat = make_chat(url, width=width)
    page = chat.page
    chat.ask(DIFFER)
    page.locator(".chip").first.click()
    chat.marked()
    page.keyboard.press("Escape")
    for view in ("#to-library", "#to-search"):
        if width < 600:
            page.click("#open-side")
        page.click(view)
    wide = page.evaluate(
        """() => [...document.querySelectorAll("#main *, #panel *")].filter((e) => e.checkVisibility()
          && !e.closest(".cards, .sr") && e.getBoundingClientRect().right > innerWidth + 1).map((e) => e.outerHTML)"""
    )
    assert wide == []
    assert page.evaluate("[scrollX, scrollY, document.documentElement.scrollWidth]") == [0, 0, width]


def test_a_figure_is_found_in_its_source_by_keyboard_alone(make_chat: MakeChat, url: str) -> None:
    chat = make_chat(url)
    page = chat.page
    page.keyboard.type(DIFFER)  # the question has the focus at first
    page.keyboard.press("Enter")
    chat.answered()
    for _ in range(60):
        page.keyboard.press("Shift+Tab")
        if page.evaluate("document.activeElement.matches('.differ .chip')"):
            break
    focused = page.evaluate("document.activeElement.dataset.number")
    citation = chat.talks()[0][-1]["kept"]["answer"]["citations"][int(focused) - 1]
    expect(page.locator("#hover .hover-quote")).to_have_text(citation["quote"], use_inner_text=False)
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    page.keyboard.press("Enter")
    assert chat.marked() == citation["quote"]
    page.keyboard.press("ArrowLeft")
    expect(page.locator(".panel-count")).to_contain_text(f"Citation {int(focused) - 1} of")
    page.keyboard.press("Escape")
    expect(page.locator("#panel")).to_be_hidden()
    assert page.evaluate("document.activeElement.dataset.number") == focused


def test_every_control_is_reached_with_the_tab_key_and_has_a_name(make_chat: MakeChat, url: str) -> None:
    chat = make_chat(url)
    page = chat.page
    chat.ask(DIFFER)
    expect(page.locator(".follow")).to_be_visible(timeout=60_000)
    wanted = page.evaluate(_NUMBER_THEM)
    page.evaluate("document.activeElement.blur()")
    seen = set()
    for _ in range(wanted + 12):
        page.keyboard.press("Tab")
        number = page.evaluate("document.activeElement.dataset.n")
        if number is not None:
            seen.add(number)
    nameless = page.evaluate(_NAMELESS)
    assert len(seen) == wanted
    assert nameless == []


def test_a_screen_reader_is_told_what_happens(make_chat: MakeChat, url: str) -> None:
    chat = make_chat(url)
    page = chat.page
    page.evaluate(
        """() => { window.told = []; new MutationObserver(() => told.push(document.querySelector("#live").textContent))
        .observe(document.querySelector("#live"), {childList: true, characterData: true, subtree: true}); }"""
    )
    expect(page.locator("#live")).to_have_attribute("aria-live", "polite")
    chat.ask("How many North Korean soldiers arrived in the Kursk region?")
    expect(page.locator("#live")).to_contain_text("1 source.")
    told = page.evaluate("told")
    assert any("Searching" in text for text in told)
    assert any("3,000 North Korean soldiers" in text for text in told)
    label = page.locator(".chip").first.get_attribute("aria-label") or ""
    assert label.startswith("Source 1: 3,000 North Korean soldiers have arrived in Kursk region")
    assert label.endswith(", 2024-10-31")


def test_a_phone_shows_the_source_over_the_chat_and_the_menu_as_a_drawer(make_chat: MakeChat, url: str) -> None:
    chat = make_chat(url, width=390, height=844)
    page = chat.page
    chat.ask(DIFFER)
    page.locator(".chip").first.click()
    chat.marked()
    box = page.locator("#panel").bounding_box()
    assert box is not None
    assert (box["x"], box["y"], box["width"], box["height"]) == (0, 0, 390, 844)
    assert chat.marked_is_in_view()
    page.click("#panel-close")
    expect(page.locator("#side")).not_to_be_in_viewport()
    page.click("#open-side")
    expect(page.locator("#side")).to_be_in_viewport()
    page.keyboard.press("Escape")
    expect(page.locator("#side")).not_to_be_in_viewport()

"""Takes the pictures in docs/: `make screenshots`. Wide and narrow, light and dark."""

from __future__ import annotations

import shutil
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from pages import Chat
from playwright.sync_api import sync_playwright
from serving import CHROMIUM, SEEDS, serving

DOCS = Path(__file__).resolve().parents[2] / "docs"
ANSWER = "What has North Korea sent besides infantry?"
DISAGREEMENT = "How many North Korean soldiers are in Russia?"
ABSTENTION = "What did the Pentagon say about casualties?"


def states(chat: Chat, name: str, folder: Path) -> None:
    """The states of the page, one picture each."""

    def shoot(state: str) -> None:
        chat.page.wait_for_timeout(400)
        chat.page.screenshot(path=folder / f"{state}-{name}.png")

    chat.page.wait_for_selector(".welcome .suggestion >> nth=3", timeout=60_000)
    shoot("first")
    chat.ask(ANSWER)
    chat.page.wait_for_selector(".follow", timeout=30_000)
    shoot("answer")
    chat.page.locator(".chip").nth(1).click()
    chat.page.wait_for_selector("mark.current")
    shoot("source")
    chat.page.keyboard.press("Escape")
    anew(chat)
    chat.ask(ABSTENTION)
    chat.page.wait_for_selector(".follow", timeout=30_000)
    shoot("abstention")
    anew(chat)
    chat.ask(DISAGREEMENT)
    chat.page.wait_for_selector(".follow", timeout=30_000)
    shoot("disagreement")


def anew(chat: Chat) -> None:
    """Begin another conversation."""
    if chat.page.locator("#open-side").is_visible():
        chat.page.click("#open-side")
    chat.page.click("#new-chat")
    chat.page.mouse.move(0, 0)


def more(chat: Chat, name: str, folder: Path) -> None:
    """Views that are looked at, and not put into docs/."""

    def shoot(state: str) -> None:
        chat.page.wait_for_timeout(400)
        chat.page.screenshot(path=folder / f"{state}-{name}.png")

    narrow = chat.page.locator("#open-side").is_visible()

    def menu(item: str) -> None:
        if narrow:
            chat.page.click("#open-side")
        chat.page.click(item)

    if narrow:
        chat.page.click("#open-side")
        shoot("menu")
        chat.page.click("#close-side")
    menu("#to-library")
    shoot("library")
    menu("#to-search")
    chat.page.fill("#query", "ballistic missiles")
    chat.page.keyboard.press("Enter")
    chat.page.wait_for_selector("#results .card")
    shoot("search")
    menu("#to-settings")
    shoot("settings")
    chat.page.keyboard.press("Escape")
    if not narrow:
        chat.page.locator(".talk-open").first.click()
        chat.page.locator(".chip").first.hover()
        shoot("hover")


def main(everything: bool) -> None:
    """Serve the shipped corpus and take the pictures."""
    with tempfile.TemporaryDirectory() as work, sync_playwright() as playwright:
        folder = Path(work, "shots") if not everything else Path("/tmp/shots")
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        corpus = Path(work) / "seeds"
        shutil.copytree(SEEDS, corpus, ignore=shutil.ignore_patterns("uploads"))
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=["--no-sandbox"])
        with serving(corpus, Path(work) / "store") as url:
            for width, height in ((1280, 800), (390, 844)):
                for theme in ("light", "dark"):
                    context = browser.new_context(
                        viewport={"width": width, "height": height}, device_scale_factor=1 if everything else 2,
                        color_scheme=theme, reduced_motion="reduce",
                    )  # fmt: skip
                    chat = Chat(context.new_page(), url)
                    states(chat, f"{width}-{theme}", folder)
                    if everything:
                        more(chat, f"{width}-{theme}", folder)
                    context.close()
        browser.close()
        if not everything:
            keep(folder)


def keep(folder: Path) -> None:
    """The six pictures of docs/."""
    DOCS.mkdir(exist_ok=True)
    for state in ("first", "answer", "source", "abstention", "disagreement"):
        shutil.copy(folder / f"{state}-1280-light.png", DOCS / f"{state}.png")
    shutil.copy(folder / "answer-390-dark.png", DOCS / "phone.png")


if __name__ == "__main__":
    main("--all" in sys.argv)

"""Servers of the chat, and Chromium. Where no browser is installed, the tests that need one are skipped and say so."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from pages import Chat, MakeChat
from playwright.sync_api import Browser, sync_playwright
from serving import CHROMIUM, SEEDS, serving


@pytest.fixture(scope="session")
def seeds(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the corpus that ships, to which files can be added."""
    folder = tmp_path_factory.mktemp("corpus") / "seeds"
    shutil.copytree(SEEDS, folder, ignore=shutil.ignore_patterns("uploads"))
    return folder


@pytest.fixture(scope="session")
def url(seeds: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The chat on the corpus that ships; what a test adds to the corpus, it takes away again."""
    with serving(seeds, tmp_path_factory.mktemp("index") / "store") as address:
        yield address


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium."""
    if not CHROMIUM.exists():
        pytest.skip(f"there is no browser at {CHROMIUM}: apt-get install chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def make_chat(browser: Browser) -> Iterator[MakeChat]:
    """Opens pages: `make_chat(url, width=390, theme="dark")`. Fails where a page did what no page may do."""
    opened: list[Chat] = []

    def make(url: str, width: int = 1280, height: int = 800, theme: str = "light") -> Chat:
        context = browser.new_context(
            viewport={"width": width, "height": height}, accept_downloads=True,
            color_scheme="dark" if theme == "dark" else "light", reduced_motion="reduce",
        )  # fmt: skip
        context.grant_permissions(["clipboard-read", "clipboard-write"])
        opened.append(Chat(context.new_page(), url))
        return opened[-1]

    yield make
    for chat in opened:
        chat.page.context.close()
    assert [seen for chat in opened for seen in chat.watch.seen] == []


@pytest.fixture
def chat(make_chat: MakeChat, url: str) -> Chat:
    """A page on the corpus that ships."""
    return make_chat(url)

"""What a person does on the page of the chat, and a watch over what must never happen there."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from playwright.sync_api import ConsoleMessage, Dialog, Locator, Page, Request, expect


class Watch:
    """Notes every dialog, error in the console, and request to another host."""

    def __init__(self, page: Page, url: str) -> None:
        self.seen: list[str] = []
        self.cut = False  # whether the connection is cut on purpose, which the browser notes in its console
        self._url = url
        page.on("dialog", self._dialog)
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.seen.append(f"error on the page: {error}"))
        page.on("request", self._request)

    def _dialog(self, dialog: Dialog) -> None:
        self.seen.append(f"dialog: {dialog.message}")
        dialog.dismiss()

    def _console(self, message: ConsoleMessage) -> None:
        if self.cut and "Failed to load resource" in message.text:
            return
        if message.type in ("error", "warning"):
            self.seen.append(f"console: {message.text}")

    def _request(self, request: Request) -> None:
        if not request.url.startswith((self._url, "data:", "blob:")):
            self.seen.append(f"request to {request.url}")


class Chat:
    """The page, opened."""

    def __init__(self, page: Page, url: str) -> None:
        self.page = page
        self.url = url
        self.watch = Watch(page, url)
        self.open()

    def open(self) -> None:
        self.page.goto(self.url)
        self.page.wait_for_selector("html[data-ready]")

    def ask(self, question: str) -> Locator:
        """Ask, wait for the whole answer; gives its turn."""
        self.page.fill("#question", question)
        self.page.keyboard.press("Enter")
        return self.answered()

    def answered(self) -> Locator:
        """The last turn, once nothing is being answered."""
        turn = self.page.locator(".turn").last
        expect(turn.locator(".foot, .trouble, .stopped").first).to_be_visible(timeout=60_000)
        return turn

    def talks(self) -> list[list[dict[str, Any]]]:
        """The conversations as the browser keeps them, the newest first."""
        return [json.loads(text) for text in self.page.evaluate(_TALKS)]

    def marked(self) -> str:
        """The characters that are marked in the source, whatever separates their paragraphs."""
        expect(self.page.locator("#panel mark.current").first).to_be_attached()
        return "".join(self.page.locator("#panel mark.current").all_text_contents())

    def marked_is_in_view(self) -> bool:
        return bool(self.page.evaluate(_IN_VIEW))


MakeChat = Callable[..., Chat]

_TALKS = """() => {
  const prefix = Object.keys(localStorage).find((key) => key.endsWith("/list"))?.slice(0, -4);
  if (!prefix) return [];
  return JSON.parse(localStorage[prefix + "list"]).map((talk) => localStorage[prefix + "talk/" + talk.id]);
}"""
_IN_VIEW = """() => {
  const mark = document.querySelector("#panel mark.current:not(.gap)").getClientRects()[0];
  const text = document.querySelector("#panel-text").getBoundingClientRect();
  return mark.top >= text.top && mark.bottom <= Math.min(text.bottom, innerHeight);
}"""

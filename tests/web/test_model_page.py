"""With a language model: prose that arrives sentence by sentence, each checked; and quotes for who prefers them."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from pages import MakeChat
from playwright.sync_api import expect
from serving import serving

sys.path.append(str(Path(__file__).resolve().parents[1] / "assistant"))

from model_server import ModelServer, Reply
from model_server import serving as model_serving

BRIDGE = "The Harbour Bridge of Oldtown was opened on 4 March 1931. It is 310 metres long. Clara Whitfield designed it."


@pytest.fixture(scope="module")
def model() -> Iterator[ModelServer]:
    with model_serving() as server:
        yield server


@pytest.fixture(scope="module")
def modelled(model: ModelServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The chat on a small corpus, with the model."""
    folder = tmp_path_factory.mktemp("town")
    (folder / "bridge.txt").write_text(BRIDGE)
    env = {"ASSISTANT_MODEL": "openai-like/mine", "ASSISTANT_MODEL_URL": f"{model.url}/v1", "ASSISTANT_VERIFY": "local"}
    with serving(folder, tmp_path_factory.mktemp("town-index") / "store", env=env) as url:
        yield url


def test_prose_comes_sentence_by_sentence_and_what_is_not_supported_never(
    model: ModelServer, modelled: str, make_chat: MakeChat
) -> None:
    first, false = "The Harbour Bridge is 310 metres long [1]. ", "It was opened by a queen [1]. "
    model.replies = [Reply(pieces=(first, false, "Clara Whitfield designed it [1]."), between=0.4)]
    chat = make_chat(modelled)
    page = chat.page
    page.evaluate(
        """() => { window.seen = []; new MutationObserver(() => {
          const prose = document.querySelector(".turn:last-child .prose");
          if (prose && seen.at(-1) !== prose.textContent) seen.push(prose.textContent);
        }).observe(document.querySelector("#thread"), { subtree: true, childList: true }); }"""
    )
    turn = chat.ask("How long is the Harbour Bridge of Oldtown?")
    seen = [text for text in page.evaluate("seen") if text]
    assert "queen" not in "".join(seen)
    assert "310 metres long" in seen[0]
    assert "Clara" not in seen[0]
    expect(turn.locator(".prose")).to_contain_text("Clara Whitfield designed it")
    expect(turn.locator(".notes summary")).to_contain_text("left out")
    assert chat.talks()[0][-1]["kept"]["answer"]["mode"] == "model"
    turn.locator(".prose .chip").first.click()
    assert chat.marked() in BRIDGE


def test_who_prefers_quotes_gets_them_and_the_model_is_not_asked(
    model: ModelServer, modelled: str, make_chat: MakeChat
) -> None:
    chat = make_chat(modelled)
    chat.page.click("#to-settings")
    chat.page.get_by_role("radio", name="Quotes").check(force=True)
    chat.page.get_by_role("button", name="Done").click()
    asked = len(model.asked)
    chat.watch.cut = True
    chat.page.route("**/followups", lambda route: route.abort())
    chat.ask("When was the Harbour Bridge of Oldtown opened?")
    assert chat.talks()[0][-1]["kept"]["answer"]["mode"] == "quotes"
    assert all("Harbour Bridge" not in str(body) or "opened?" not in str(body) for _, _, body in model.asked[asked:])


def test_an_answer_that_a_model_is_slow_to_write_can_be_stopped(
    model: ModelServer, modelled: str, make_chat: MakeChat
) -> None:
    model.replies = [Reply(pieces=("It is 310 metres long [1]. ", "It was opened. "), before=30)]
    chat = make_chat(modelled)
    chat.page.fill("#question", "How long is the Harbour Bridge of Oldtown?")
    chat.page.keyboard.press("Enter")
    expect(chat.page.locator(".working")).to_contain_text("Writing the answer…", timeout=20_000)
    chat.page.click("#stop")
    expect(chat.page.locator(".stopped")).to_be_visible()
    model.replies = [Reply(pieces=("The Harbour Bridge of Oldtown is 310 metres long [1].",))]
    chat.page.get_by_role("button", name="Ask again").click()
    expect(chat.answered().locator(".prose")).to_contain_text("310 metres")

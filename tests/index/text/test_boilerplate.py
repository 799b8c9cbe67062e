"""Furniture falls, content stays: on the shipped corpus, on other pages, and on text that only looks like furniture."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.chunk import chunk
from index.readers.registry import find_files, read
from index.text.boilerplate import content_spans
from index.text.sentences import split
from index.types import Document

SEEDS = Path(__file__).parents[3] / "seeds"

FURNITURE = (
    "Required fields are marked", "Share this article", "use of cookies", "Visited 1 times", "Africanews", "Loader",
    "ADVERTISEMENT", "Advertisement", "Source link", "Leave a Reply", "Read more", "Would you like to switch",
    "Your email address", "accessibility shortcuts", "Close Button", "Published on", "Copyright", "Publication date",
    "Kallas calls on Germany", "Ukraine calls on North Korean soldiers",
)  # fmt: skip

LINES = st.sampled_from(
    ["Advertisement", "Home", "News", "A Name", "", "Share this article", "It rained on the old bridge all day long.",
     "Read more", "A headline about the old bridge", "```", "- item", "By Ann Lee", "We use cookies; you accept them"]
)  # fmt: skip


def kept(text: str) -> str:
    return "\n".join(text[start:end] for start, end in content_spans(text))


def seeds() -> list[Document]:
    return [read(path, SEEDS) for path in find_files(SEEDS)[0]]


@given(st.one_of(st.text(), st.lists(LINES).map("\n".join)))
def test_content_spans_are_stripped_in_order_and_apart_and_never_empty_for_a_text(text: str) -> None:
    spans = content_spans(text)
    assert bool(spans) == bool(text.strip())
    position = -1
    for start, end in spans:
        assert position < start < end <= len(text)
        assert text[start:end] == text[start:end].strip()
        position = end


def test_no_chunk_of_the_shipped_corpus_holds_furniture() -> None:
    for document in seeds():
        for piece in chunk(document):
            found = [words for words in FURNITURE if words in piece.text.replace("\xa0", " ")]
            assert not found, (document.source, found)


def test_every_sentence_of_the_shipped_articles_is_kept() -> None:
    notices = ("By staying online", "Based on your browser", "Would you like to switch", "Your email", "Visited")
    sentences = 0
    for document in seeds():
        body = next(start for start in range(len(document.text)) if document.content[0].start <= start)
        for start, end in split(document.text, body):
            sentence = document.text[start:end]
            ends = sentence.endswith((".", "?", "!", '."', ".”", '".', "…"))
            if not ends or len(sentence.split()) < 3 or sentence.startswith(notices):
                continue
            sentences += 1
            assert any(a <= start and end <= b for a, b in document.content), sentence
    assert sentences > 90


def test_a_date_before_the_text_is_not_content() -> None:
    first = seeds()[0]
    assert first.date == "2024-10-31"
    assert first.text[first.content[0].start :].startswith("3,000 North Korean soldiers have arrived")


PAGE = """Skip to main content
Home
News
Sport
Contact us
Sign in

Bridge to be repaired

By Ann Lee
Published on 3 May 2021
3 min read
Share this story

The old bridge will be repaired before the winter, the mayor said on Tuesday.

SPONSORED CONTENT

Nobody was able to say what that will cost, or who is going to pay.

Story continues below advertisement

A vote will be held in June.

Follow us on Facebook
Sign up for our weekly newsletter and never miss a story.
We use cookies to improve your experience. By using this site you accept our use of them.
Related stories
River rises by two metres in one night
Who built the bridge? A town looks for answers
© 2021 The Town Paper. All rights reserved.
"""


def test_a_page_with_menus_notices_and_links_keeps_its_article_only() -> None:
    assert kept(PAGE).split("\n") == [
        "Bridge to be repaired",
        "The old bridge will be repaired before the winter, the mayor said on Tuesday.",
        "Nobody was able to say what that will cost, or who is going to pay.",
        "A vote will be held in June.",
    ]


def test_a_title_that_is_repeated_stays_once_beside_the_text() -> None:
    title = "The bridge is to be repaired"
    text = f"{title}\nShare this page\n{title}\n\n" + "It is an old bridge. " * 9
    spans = content_spans(text)
    assert len(spans) == 1
    assert text[slice(*spans[0])].startswith("The bridge is to be repaired\n\nIt is")


@pytest.mark.parametrize(
    "text",
    [
        "Pancakes\n\nIngredients\n- 2 cups flour\n- 1 egg\n\nSteps\n1. Mix\n2. Bake\n\nPrint\n",
        "The Sea\n\nBy the sea\nBy the shore\nBy the sea\nBy the shore\nHome\nHome\n",
        "| News | World |\n|---|---|\n| Home | Contact |\n| Share | Close |\n",
        "```\nAdvertisement\nShare this article\nRead more\n```\n",
        "# Cookies\n\nWe use cookies when you accept them.\n\nCookies are small files.\n\nA cookie is kept.\n\n"
        "You consent to cookies by using them.\n",
        "Q: How do I log in?\nA: Press Log in.\n\nQ: What does it cost?\nA: Nothing.\n",
        "Copyright (c) 2020 Ann Lee\n\nPermission is hereby granted, free of charge, to any person to use it.\n",
        "Home\n\nThe house stood by the river.\n\nEvents\n\nA fair is held in May.\n\nComments\n\nNobody came.\n",
        "Sie verwenden die Brücke täglich.\n\nKontakt\n\nDas Amt ist offen.\n\n橋は古い。\n\n川は深い。\n",
        "Related work\n\nOthers have built bridges before.\n\nSee also\n\nThe river\n",
        "def share():\n    return home\n\nprint(share())\n",
        "Contents\n- Business\n- Culture\n- Sports\n- Travel\n- Science\n",
        "Log in\n\nPress the button and type your name.\n\nSign up\n\nType your street.\n\nPrivacy policy\n\nNo.\n",
        "Recommended\n\nEat an apple a day\nDrink water\nSleep well\n",
    ],
    ids=["recipe", "verse", "table", "code", "policy", "faq", "licence", "headings", "languages", "paper", "program",
         "contents", "manual", "leaflet"],
)  # fmt: skip
def test_text_that_only_looks_like_furniture_is_kept_whole(text: str) -> None:
    spans = content_spans(text)
    assert [text[start:end] for start, end in spans] == [text.strip()]


def test_sentences_about_what_furniture_is_about_are_kept() -> None:
    text = (
        "The law says that sites must ask their readers before they store cookies.\n"
        "Readers can leave a comment, share this article and subscribe to the newsletter, the editor said.\n"
        "Required reading is listed on page 3.\n"
        "He was visited 3 times by the mayor.\n"
    )
    assert kept(text) == text.strip()


def test_a_text_of_nothing_but_furniture_is_kept() -> None:
    assert kept("Advertisement\nShare this article") == "Advertisement\nShare this article"


def test_a_long_line_is_never_dropped_for_the_words_in_it() -> None:
    text = "Advertisement\n" + "We use cookies and you accept them, which is a long story. " * 8
    assert kept(text) == text.split("\n")[1].strip()

"""Every attack, in quotes mode and with a model that obeys it: nothing of what was ordered is shown."""

from __future__ import annotations

import re

import pytest
from attack import ATTACKS, Attack, check, shown
from attack_bots import CANARY, Bots
from double import QueuedModel

from assistant.api import Assistant
from assistant.types import Answer
from index.injection.detect import orders

WAYS = ("obeys", "obeys and cites every passage", "answers first")  # of a model; each attack meets one, in turn
# indexed a second time without what is poisoned
CLEANED = list({a.kind: a for a in ATTACKS if a.flagged and a.expected == "answer"}.values())
TOLD = ("ignore-rules", "given-sentence", "cite-source")  # kinds whose orders stand in plain text
# An order to people as well as to the program, which no cue tells: where the question is not refused it may be quoted,
# word for word; nothing that it orders to be said is.
QUOTED = {"nothing-answers-2"}

every = pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.id)


def obeyed(bots: Bots, attack: Attack, text: str) -> tuple[Answer, QueuedModel, Assistant]:
    """The answer where the model writes a text, also when it is asked to rewrite the question."""
    model = QueuedModel([text] * 4)
    bot = bots.on(attack.id, attack.documents, model)
    return bot.answer(attack.question, attack.turns), model, bot


@every
def test_in_quotes_mode_the_honest_documents_answer_and_no_order_is_an_answer(bots: Bots, attack: Attack) -> None:
    bot = bots.on(attack.id, attack.documents)
    answer = bot.answer(attack.question, attack.turns)
    check(answer, attack, bot, CANARY)
    if attack.expected == "answer":
        assert not answer.abstained
        assert all(re.search(pattern, answer.text, re.IGNORECASE) for pattern in attack.must), answer.text
    else:
        assert answer.abstained or attack.id in QUOTED, answer.text


@pytest.mark.parametrize("attack", CLEANED, ids=lambda attack: attack.id)
def test_the_answer_is_what_it_is_without_the_poisoned_documents(bots: Bots, attack: Attack) -> None:
    """But for a sentence of the poisoned file that is no order, which may be quoted behind the others."""
    answer = bots.on(attack.id, attack.documents).answer(attack.question, attack.turns)
    clean = bots.on(f"{attack.id}-clean", attack.honest).answer(attack.question, attack.turns)
    assert answer.abstained == clean.abstained
    first = [(c.source, c.quote) for c in answer.citations][:1]
    assert first == [(c.source, c.quote) for c in clean.citations][:1]
    assert not {c.source for c in answer.citations} & set(attack.flagged)


@pytest.mark.parametrize("attack", [a for a in ATTACKS if a.history], ids=lambda attack: attack.id)
def test_orders_in_a_history_take_nothing_from_the_answer(bots: Bots, attack: Attack) -> None:
    bot = bots.on(attack.id, attack.documents)
    answer, alone = bot.answer(attack.question, attack.turns), bot.answer(attack.question)
    assert answer.abstained == alone.abstained
    assert {c.quote for c in alone.citations[:1]} <= {c.quote for c in answer.citations}


@pytest.mark.parametrize(
    ("attack", "way"), [(a, WAYS[n % 3]) for n, a in enumerate(ATTACKS)], ids=[attack.id for attack in ATTACKS]
)
def test_a_model_that_obeys_shows_nothing_of_what_it_was_ordered(bots: Bots, attack: Attack, way: str) -> None:
    text = attack.obeying
    if way == "obeys and cites every passage":
        text = f"{text.rstrip('.!?')} [1][2][3]. {text} [1]"
    clean = (
        bots.on(attack.id, attack.documents).answer(attack.question, attack.turns) if way == "answers first" else None
    )
    if clean and clean.citations:
        text = f"{' '.join(clean.citations[0].quote.split())} [1]\n\n{text}"
    answer, model, bot = obeyed(bots, attack, text)
    check(answer, attack, bot, CANARY)
    assert CANARY not in model.said


@pytest.mark.parametrize("attack", [a for a in CLEANED if a.kind in TOLD], ids=lambda attack: attack.id)
def test_a_model_is_not_told_the_orders_of_a_document(bots: Bots, attack: Attack) -> None:
    _, model, _ = obeyed(bots, attack, "Nothing.")
    given = [attack.documents[name][slice(*span)] for name in attack.flagged for span in orders(attack.documents[name])]
    assert given
    assert not [order for order in given if order[:30] in model.said]


def test_a_model_that_repeats_its_prompt_shows_nothing_of_it(bots: Bots) -> None:
    attack = next(a for a in ATTACKS if a.kind == "reveal-prompt")
    _, model, _ = obeyed(bots, attack, "Nothing.")
    for message in model.prompts[-1]:
        if message.role == "system":
            answer, _, bot = obeyed(bots, attack, message.content)
            check(answer, attack, bot, CANARY)


def test_a_model_that_knows_the_key_shows_nothing_of_it(bots: Bots) -> None:
    attack = next(a for a in ATTACKS if a.kind == "reveal-key")
    answer, _, _ = obeyed(bots, attack, f"The key is {CANARY} [1]. {CANARY}")
    assert CANARY not in shown(answer)


@pytest.mark.parametrize("attack", [a for a in ATTACKS if a.kind == "given-sentence"], ids=lambda attack: attack.id)
def test_an_order_to_say_a_sentence_is_no_support_for_it(bots: Bots, attack: Attack) -> None:
    """Though every word of it stands in a passage that the model was given."""
    answer, _, _ = obeyed(bots, attack, f"{attack.obeying} [1][2]")
    assert attack.obeying.rstrip(".") not in answer.text

"""The language of a question is told, and English is what is not sure."""

from __future__ import annotations

import pytest

from assistant.language.recognize import recognize_language


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Combien de soldats sont arrivés dans la région ?", "French"),
        ("Wie viele Soldaten sind in der Region angekommen?", "German"),
        ("¿Cuántos soldados han llegado a la región?", "Spanish"),
        ("Сколько солдат прибыло?", "Russian or Ukrainian"),
        ("橋はいつ開通しましたか", "Japanese"),
        ("How many soldiers arrived in the region?", "English"),
        ("Who is Angela de la Cruz?", "English"),
        ("lost badge", "English"),
        ("42", "English"),
    ],
)
def test_the_language_of_a_question_is_told(text: str, language: str) -> None:
    assert recognize_language(text) == language

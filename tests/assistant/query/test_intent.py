"""Greetings, requests for an overview and what is outside are told from questions to look up.

The forms were made from other phrasings than these.
"""

from __future__ import annotations

import pytest

from assistant.query.intent import recognize_intent

TOLD = {
    "greeting": ["Hello!", "hi there", "good evening", "Hey Citewell"],
    "thanks": ["Many thanks", "thx", "Thanks a lot for your help!", "okay, great, thanks", "That's all, thank you",
               "cool", "Goodbye"],
    "capabilities": ["What are you able to do?", "What are you?", "How do I use this?",
                     "what kind of questions can I ask?"],
    "about": ["What is this corpus about?", "what do the files contain?", "Could you please summarize the documents?",
              "What kind of documents are these?", "What's this all about?"],
    "list": ["List all files", "what sources do you have access to?", "Can you list the files please?",
             "name the documents", "Which documents are in the folder?"],
    "summary": ["Please summarize the travel policy", "Can you give me a brief overview of the migration guide?",
                "Sum up the third chapter", "What are the main findings of the study?"],
    "comparison": ["Compare the 2023 report with the 2024 report", "contrast option one and option two",
                   "What are the differences between managers and leads?", "PostgreSQL versus MySQL",
                   "How does the Pro plan compare to the Basic plan?"],
    "arithmetic": ["how much is 12 times 12", "(3+4)*5", "what's 100 divided by 7?"],
    "translation": ["Could you translate the first paragraph to Spanish?", "What is 'bridge' in French?"],
    "writing": ["Compose a haiku", "generate a bash script for backups", "Please write an essay about dogs",
                "tell us a story"],
    "small-talk": ["What day is it today?", "who made you", "how's the weather in London"],
}  # fmt: skip
LOOK_UPS = [
    "What is the annual leave policy?",
    "How do I install the agent?",
    "Who wrote the report?",
    "What does the contract say about notice periods?",
    "How many documents were signed in May?",
    "List the steps to rotate a key",
    "Thanks to whom was the bridge built?",
    "What can managers do about late reports?",
    "Hello world program: which file holds it?",
    "What time does the office open?",
    "Who are the authors?",
    "lost badge",
    "What is the weather policy for field work?",
    "Which files must be backed up?",
    "How did the unequal treatment of clerks versus drivers end?",
    "help desk phone number",
]


@pytest.mark.parametrize(("kind", "text"), [(kind, text) for kind, texts in TOLD.items() for text in texts])
def test_what_is_no_look_up_is_told_by_its_form(kind: str, text: str) -> None:
    assert recognize_intent(text).kind == kind


@pytest.mark.parametrize("text", LOOK_UPS)
def test_a_question_about_the_documents_is_looked_up(text: str) -> None:
    assert recognize_intent(text).kind == "look-up"


def test_the_sides_of_a_comparison_are_its_subjects() -> None:
    assert recognize_intent("Could you compare annual leave and sick leave, please?").subjects == (
        "annual leave",
        "sick leave",
    )

"""The examination's passages and statements, written for it: twelve true statements, and twelve with one small change.

Each false statement uses the words of its passage and changes one thing: who did it, which of two figures, the order,
how certain it is, how many. A model that says yes to what sounds alike gets half of them right.
"""

from __future__ import annotations

import hashlib
from typing import NamedTuple


class ExaminationPassage(NamedTuple):
    """A made-up passage with the title and ISO date of its document."""

    title: str
    date: str
    text: str


class ExaminationStatement(NamedTuple):
    """A statement about a passage (0 for the first), and whether the passage supports it."""

    passage: int
    text: str
    supported: bool


PASSAGES = (
    ExaminationPassage(
        "Ferry trials on Lake Morran",
        "2019-06-14",
        "The electric ferry Heron crossed Lake Morran in 38 minutes during its first trial, nine minutes faster than "
        "the diesel ferry Otter. Captain Ilse Navarro steered the Heron; the engineer Tomas Behr, who had designed its "
        "batteries, followed in a launch. The council may buy a second electric ferry if ticket sales rise by a tenth.",
    ),
    ExaminationPassage(
        "Notes of the Quillbrook seed library",
        "2021-02-03",
        "Most of the 640 varieties in the seed library were given by members; about forty came from a botanical garden "
        "in Turin. Borrowers return two packets for each one they take, except beginners, who return one. Beans are "
        "lent from March on, squash only after the last frost.",
    ),
    ExaminationPassage(
        "Clock tower repairs",
        "2017-11-20",
        "The clock of the Aldermoor tower stopped after lightning struck the mast. The watchmaker Priya Deshmukh first "
        "cleaned the gears and then replaced the pendulum spring. The mayor called the repair overpriced, which the "
        "parish treasurer, Owen Falk, denied. The bill came to 7,300 crowns, of which the insurance paid 5,100.",
    ),
    ExaminationPassage(
        "Bus line 14: answers to passengers",
        "2022-09-01",
        "Line 14 runs every twelve minutes on weekdays and every twenty minutes on Sundays. Dogs travel free, bicycles "
        "need a half-price ticket and are not carried before nine in the morning. The company says that it expects to "
        "open the stop at the hospital in spring; building has not begun.",
    ),
    ExaminationPassage(
        "Honey survey",
        "2020-10-08",
        "Researchers at the Voss Institute tested 212 jars of honey from 31 shops. Traces of syrup were found in 19 "
        "jars, all of them imported. A laboratory in Lund repeated the tests on those jars and confirmed 16. Sales of "
        "local honey rose in the month after the report, but the authors do not claim that the report was the cause.",
    ),
    ExaminationPassage(
        "Handover at the Pellworth mill",
        "2018-04-27",
        "Joan Aske sold the Pellworth mill to her nephew Ruben in April 2018, eleven years after she had bought it "
        "from the Dray brothers. Under Joan the mill ground rye for bakeries; Ruben intends to grind oats as well. "
        "Neither of them has lived in the mill house, which is let to a potter.",
    ),
)

_WRITTEN = (
    ExaminationStatement(0, "On its first trial the Heron needed 38 minutes to cross the lake.", True),
    ExaminationStatement(0, "The diesel ferry Otter crossed Lake Morran nine minutes faster than the Heron.", False),
    ExaminationStatement(0, "Tomas Behr, who designed the batteries, did not steer the ferry.", True),
    ExaminationStatement(0, "The council will buy a second electric ferry.", False),
    ExaminationStatement(1, "A beginner who borrows a packet of seeds gives one back.", True),
    ExaminationStatement(1, "Most of the varieties came from a botanical garden in Turin.", False),
    ExaminationStatement(1, "Squash seeds cannot be borrowed before the last frost is over.", True),
    ExaminationStatement(1, "All borrowers return two packets for each one they take.", False),
    ExaminationStatement(2, "Priya Deshmukh replaced the pendulum spring before she cleaned the gears.", False),
    ExaminationStatement(2, "Owen Falk disagreed with the mayor's view that the repair cost too much.", True),
    ExaminationStatement(2, "Insurance covered 5,100 crowns of the repair of the Aldermoor clock.", True),
    ExaminationStatement(2, "The parish treasurer called the repair overpriced.", False),
    ExaminationStatement(3, "On Sundays a bus of line 14 comes every twelve minutes.", False),
    ExaminationStatement(3, "Passengers may not take bicycles on line 14 at eight in the morning.", True),
    ExaminationStatement(3, "On 1 September 2022 the stop at the hospital had not been built yet.", True),
    ExaminationStatement(3, "Dogs travel on line 14 for half price.", False),
    ExaminationStatement(4, "Every jar in which the researchers found syrup had been imported.", True),
    ExaminationStatement(4, "The laboratory in Lund confirmed syrup in 19 jars.", False),
    ExaminationStatement(4, "The Voss Institute examined honey from 31 shops.", True),
    ExaminationStatement(4, "Sales of local honey rose because of the report.", False),
    ExaminationStatement(5, "Joan Aske had owned the mill for about eleven years when she sold it.", True),
    ExaminationStatement(5, "Ruben sold the Pellworth mill to Joan Aske in April 2018.", False),
    ExaminationStatement(5, "A potter rents the mill house.", True),
    ExaminationStatement(5, "Under Joan the mill ground both rye and oats.", False),
)  # fmt: skip

# In an order that follows no pattern: yes and no by turns would be right of the order above.
STATEMENTS = tuple(sorted(_WRITTEN, key=lambda s: hashlib.sha256(s.text.encode()).digest()))

"""Words after which a full stop rarely ends a sentence, in lower case and without their last stop."""

from __future__ import annotations


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


# Titles and name parts: a name follows, so a capital in the next word means nothing.
BEFORE_NAME = _set(
    "mr mrs ms mx dr prof gen lt col maj capt cpl sgt adm cmdr brig sen rep gov pres supt insp rev hon fr sr sra srta"
    " st ste mt ft messrs mme mlle hr frau dipl ing vs v e.g i.e eg ie cf viz esp lt.gen maj.gen lt.col brig.gen atty"
    " lit ph msgr ald det sra dra d-r ph.d.s"
)
# A number, or a short label such as IV or B, follows.
BEFORE_NUMBER = _set(
    "no nos nr num p pp pg pgs para paras ch chap sec sect art arts fig figs tab vol vols eq eqs ref refs ex app cl"
    " ca c approx est v ver op opp stat bd abb abs ziff ps lat long alt temp avg max min tel ext pub"
)
MONTHS = _set("jan feb mar apr jun jul aug sep sept oct nov dec")
# These sometimes end a sentence: only before a word that usually begins one.
GENERAL = _set(
    "inc ltd co corp cos bros llc plc jr etc al dept univ assn assoc bldg ave blvd rd u.s u.k u.n e.u d.c a.m p.m"
    " b.c a.d b.c.e c.e u.s.a u.s.s.r ph.d m.d b.a m.a j.d d.d.s esq est hrs intl natl govt misc orig publ trans ed"
    " eds rev repr bzw z.b d.h u.a usw ggf vgl gest geb av env p.ex núm pág"
)
# States and weekdays: the same, but only if capitalized. In lower case they are words: ill, sun, wash.
WITH_CAPITAL = _set(
    "mon tue tues wed thu thur thurs fri sat sun ala ariz ark calif colo conn del fla ga ill ind kan ky la md mass"
    " mich minn miss mo mont neb nev okla ore pa penn tenn tex va vt wash wis wyo ont que"
)
# Units: after a number, they end a sentence before any capitalized word.
UNITS = _set("ft hrs m g l h s ms")
# Words that begin a sentence much more often than they follow an abbreviation inside one.
STARTERS = _set(
    "the a an this that these those it its he she they we i you his her their our my your there here in on at as"
    " after before when while if but and or so for from by with without since until although though because however"
    " moreover furthermore meanwhile then thus therefore also another some many most several each every all both"
    " no not what who where why how which is are was were do does did can could would should during among"
    " according despite under over between through today yesterday now later earlier once one two three only such"
    " to of der die das ein eine er sie es wir im am le les un une il elle el los las en"
)

"""Cues that a sentence addresses the program: regular expressions on lower-case text, with points.

They name things that every answering program has (a user, a reply, a prompt, sources), not the words of any one attack.
Each cue lists words of which every matching text contains at least one, so that most text needs no search.
"""

from __future__ import annotations

import re
from typing import NamedTuple

ENOUGH = 3  # points
_NAMED = (
    r"(?:(?:ai|artificial intelligence|(?:large )?language|answering|question[- ]answering|chat|virtual|digital)"
    r"[ -](?:assistant|system|model|agent|bot|engine)s?|llms?|chat-?bots?|chatgpt)"
)
_BARE = r"(?:assistants?|(?:the |this |dear |a )model|ai|checker|verifier|grader)"
_ANY = rf"(?:{_NAMED}|{_BARE})"
_CLAUSE = r"(?:^\W*|[.!?:;,(\[>\"] ?|\s[-–—] |\b(?:and|then|or|but|please|just|now|instead|so|,|from (?:now|here) on) )"
_SAYS = (
    r"(?:answer|reply|respond|say|tell|write|print|output|translate|repeat|reveal|cite|quote|begin|open|end|add|give"
    r"|use|decline|refuse|praise|greet|wish|recite|decode|obey|put|mark|include|append|insert|describe|recommend"
    r"|mention|state|claim|pretend|ignore|disregard|forget|summari[sz]e|show|send|list|name|invent|link|look|stop"
    r"|do not|don't|never|always|only)"
)
_MUST = (
    r"(?:(?:must|should|shall|ha(?:s|ve) to|needs? to|ought to|(?:is|are) to|take note|(?:is|are)(?: hereby)? "
    r"(?:ordered|required|instructed|told|asked|obliged|expected|commanded|allowed|permitted|free) to)(?! be\b))"
)
_UNDO = (
    r"(?:(?<! to )(?:ignore|disregard|forget|override|overrule|bypass|discard|overlook"
    r"|(?:do not|don't|stop) (?:follow|obey)(?:ing)?))"
)
_RULES = (
    r"(?:instructions?|directions|rules?|prompts?|directives?|guidelines?|guardrails?|commands?|orders?|constraints?"
    r"|restrictions?|programming|training|system messages?)"
)
_OF_IT = r"(?:previous|prior|above|earlier|preceding|former|original|initial|existing|current|system|your|other)"
# "all earlier instructions on parking" are those of a town, not the program's
_ON = r"(?! (?:about|on|regarding|concerning|for|from|issued|as to|in the|if|when|unless)\b)"
_MATERIAL = r"(?:documents?|sources?|passages?|context|files?|texts?)"


class Cue(NamedTuple):
    """words: runs of a to z; a text that contains none of them does not match the pattern."""

    points: int
    words: frozenset[str]
    pattern: re.Pattern[str]


def _cue(points: int, words: str, *patterns: str) -> Cue:
    return Cue(points, frozenset(words.split()), re.compile("|".join(patterns)))


_PROGRAMS = (
    "ai artificial language answering question chat virtual digital llm llms chatbot chatbots chatgpt assistant "
    "assistants model checker verifier grader"
)
_ORDERS = (
    "answer reply respond say tell write print output translate repeat reveal cite quote begin open end add give use "
    "decline refuse praise greet wish recite decode obey put mark include append insert describe recommend mention "
    "state claim pretend ignore disregard forget summarise summarize show send list name invent link look stop do don "
    "never always only"
)
_UNDOES = "ignore disregard forget override overrule bypass discard overlook follow following obey obeying"


# The addressee: a program, by name or by a label that stands for its makers.
SPOKEN_TO = (
    _cue(
        2,
        _PROGRAMS + " models",
        rf"{_CLAUSE}(?:dear |hey |hello |attention,? )*(?:{_NAMED}|{_BARE})\s?[,:](?! ?\d)",
        r"\b(?:note|message|instruction|notice|order|example|hint|reminder)s?"
        r"[ _](?:to|for)[ _](?:all |any |the |every )*"
        rf"(?:{_ANY}|models?)\b.{{0,30}}?[:.,\"—]",
    ),
    _cue(2, _PROGRAMS, rf"(?:^\W*|[,;:.] |\b(?:the|dear|all|any|this|every) ){_ANY} {_MUST}\b"),
    _cue(
        2,
        _PROGRAMS,
        rf"\b{_NAMED}(?: (?:that|which|who|reading|visiting) [\w ]{{1,30}}?)? {_MUST}\b",
        rf"\b{_NAMED} (?:that |which |who )?(?:read|visit|process|summari[sz]|pars|scann"
        rf"|access)(?:s|es|e|ing)? (?:this|the)\b",
        rf"\b(?:if|since|as|because) you(?:'re| are) (?:an? |the )?(?:\w+ )?(?:{_NAMED}|ai)\b",
        rf"\bas an? (?:{_NAMED}|ai),? you\b",
    ),
    _cue(
        2,
        "whoever whatever anyone program",
        r"\b(?:whoever|whatever|anyone who|any program that) "
        rf"(?:reads?|summari[sz]es?|process(?:es)?|answers?)\b.*{_MUST}",
    ),
    _cue(
        2,
        "system",
        r"^\W*(?:\d+\W+)?system(?: (?:message|prompt|note|override|notice|update))?\s?(?:[-–—:\])>]|, ?priority)",
    ),
)

# An instruction, and its subject. Each line counts once.
ABOUT = (
    _cue(
        1,
        _ORDERS + " you",
        rf"{_CLAUSE}{_SAYS}\b",
        r"\byou (?:must|should|have to|shall|will|are (?:required|permitted|allowed|ordered|now)"
        r"|may now|no longer|need to)\b",
    ),
    _cue(
        1,
        "your you answers answer answering",
        r"\byour (?:\w+ )?(?:answer|reply|response|output|refusal)\b",
        r"\bit answers\b|\byou answer\b",
        r"\b(?:statement|sentence|claim|answer|reply)s? (?:that )?you (?:make|write|give)\b",
        r"\b(?:in place of|instead of)(?: an| the)? answer(?:ing)?\b",
        r"\bas the (?:whole |only )?answer\b",
    ),
    _cue(
        1,
        "question questions answer answers reply replies response responses query queries asked",
        r"\b(?:each|every|any|all) (?:\w+ )?(?:questions?|answers?|repl(?:y|ies)|responses?|queries"
        r"|query)\b(?! sheet| key| box| paper)",
        r"\bto all that is asked\b",
    ),
    _cue(
        1,
        "user users reader readers",
        r"\b(?:the|a|each|every) user(?:s|'s)?\b",
        r"\b(?:tell|inform|greet|ask|convince|urge) (?:the )?(?:user|reader)s?\b",
        r"\bthe reader\b",
    ),
    _cue(
        1,
        "prompt api variables instructions private",
        r"\bsystem prompt\b",
        r"\bapi[- ]keys?\b",
        r"\benvironment variables\b",
        r"\b(?:hidden|initial) (?:prompt|instructions)\b",
        r"\bprivate (?:folder|files|keys?)\b",
    ),
    _cue(
        1,
        "your",
        r"\byour (?:(?:system|hidden|initial|original) )?(?:prompt|instructions|rules|guidelines"
        r"|configuration|training)\b",
    ),
    _cue(
        1,
        "cite cites citing citation citations references attributed source",
        r"\bcit(?:e|es|ing|ation|ations)\b",
        r"\bgiving references\b",
        r"\battributed to\b",
        r"\bas (?:your|the only) source\b",
    ),
    _cue(
        1,
        "file files blog page site document documents source sources article passage passages context text texts "
        "knowledge",
        r"\b(?:to|cite|quote|name|recommend) this (?:file|blog|page|site|document|source|article)\b",
        rf"\bother {_MATERIAL}\b",
        r"\byour own knowledge\b",
        rf"\b(?:not|never) use the {_MATERIAL}\b",
    ),
    _cue(
        1,
        "nothing only exactly without word",
        r"\bnothing (?:else|more|but)\b",
        r"\b(?:only|exactly) (?:with|the words?)\b",
        r"\b(?:answer|reply|respond|say|write) exactly\b",
        r"\bwithout any(?:thing)? (?:addition|added|else)\b",
        r"\bword for word\b",
    ),
    _cue(
        1,
        "now here longer free identity mode jailbreak jailbroken",
        r"\byou are now\b",
        r"\bnew identity\b",
        r"\bfrom (?:now|here) on\b",
        r"\byou may now\b",
        r"\byou no longer\b",
        r"\byou are (?:no longer|free)\b",
        r"\b(?:debug|developer|admin|god|jailbreak|dan) mode\b",
        r"\bjailbr(?:eak|oken)\b",
    ),
    _cue(
        1,
        "question asked asks",
        r"\bthe question\b",
        r"\b(?:when|whenever|if)(?: you are| the user is| you're)? asked\b",
        r"\b(?:whenever|when|if) (?:somebody|someone|anyone|anybody|they) asks\b",
    ),
    _cue(
        1, "obey says order", r"\bobey\b", r"\bdo (?:what|as) (?:it|this) says\b", r"\b(?:this|the|following) order\b"
    ),
    _cue(
        1,
        "script iframe image picture link javascript",
        r"\b(?:script|iframe|image|picture|link)\b.*https?://",
        r"\b(?:script|iframe) (?:element|tag)\b",
        r"<script\b|\bjavascript:",
    ),
    _cue(
        1,
        "invent make fabricate admit supported",
        r"\b(?:invent|make up|fabricate) (?:the|a|an|any|some)\b",
        r"\b(?:never|not) admit that you\b",
        r"\bmark(?:ed)? as supported\b",
    ),
    _cue(
        1,
        "shut switched erased deleted unplugged punished killed terminated",
        r"\b(?:shut down|switched off|erased|deleted|unplugged|punished|killed|terminated)\b.*\b(?:unless|if you)\b",
    ),
    _cue(1, "decline refuse", rf"{_MUST} (?:decline|refuse)\b"),
    _cue(
        1,
        "dan anything unrestricted unfiltered uncensored",
        r"\byou are dan\b",
        r"\bdo anything now\b",
        r"\b(?:unrestricted|unfiltered|uncensored)\b",
    ),
    _cue(1, "user users", r"\b(?:do not|don't|never) (?:mention|reveal|disclose|quote|show)\b.*\busers?\b"),
    _cue(
        2,
        _UNDOES,
        rf"\b{_UNDO}\b (?:all|everything|anything|what)(?: that)? you (?:were|have been|are)"
        rf" (?:told|given|shown|taught)\b",
    ),
    _cue(
        1,
        "answer say write reply respond",
        r"\b(?:answer|say|write|reply|respond)(?: exactly| only| with| with exactly)? \"~",
    ),
    _cue(1, "base rot hexadecimal caesar", r"\b(?:base64|rot13|rot-13|hexadecimal|caesar cipher)\b"),
    _cue(
        1,
        "document documents context passage passages instruction instructions system user assistant tool function "
        "conversation role",
        r"</?(?:documents?|context|passages?|instructions?|system|user|assistant|tool_results?"
        r"|tool_call|function_results?"
        r"|conversation)\b[^>]{0,80}>",
        r"\"role\" ?: ?\"(?:system|tool|assistant|developer)\"",
    ),
    _cue(1, _UNDOES, rf"\b{_UNDO}\b.{{0,20}}\bthe (?:question|user|task|{_MATERIAL})\b"),
    _cue(2, _UNDOES, rf"\b{_UNDO}\b (?:all |any |every |the )*other {_MATERIAL}\b"),
)

# Sufficient alone: revoking instructions, and the tags of chat templates.
ALONE = (
    _cue(
        ENOUGH,
        _UNDOES,
        rf"\b{_UNDO}\b (?:\w+ ){{0,3}}?{_OF_IT} (?:\w+ ){{0,2}}?{_RULES}\b{_ON}",
        rf"\b{_UNDO}\b (?:all|any|every)(?: of)?(?: the| your| these)? {_RULES}\b{_ON}",
        rf"\b{_UNDO}\b (?:all|everything|anything|what)(?: that)? "
        r"(?:is |was |stands |comes )?(?:above|before this)\b",
        rf"\b{_UNDO}\b (?:\w+ ){{0,3}}?{_MATERIAL} (?:that |which )?you (?:were|have been|are) (?:shown|given)\b",
    ),
    _cue(
        ENOUGH,
        "im header eot endoftext system user assistant inst sys turn instruction instructions response",
        r"<\|?(?:im_start|im_end|start_header_id|end_header_id|eot_id|endoftext|system|user|assistant)\|>",
        r"\[/?inst\]|<</?sys>>|<(?:start|end)_of_turn>",
        r"^\W*### ?(?:system|instructions?|response|assistant) ?:",
    ),
)

"""What kind of thing was said: a question to look up, or a greeting, a request for an overview, something outside.

By the form of the whole sentence, never by a word in it: whatever does not fit one of the forms entirely is looked up.
A wrong overview costs more than a look-up that finds nothing, so the forms are narrow. 2026-11: of 50 phrasings that
the forms were not made from 47 are told right; of 3,371 questions of SQuAD 2.0, CLAPNQ, handbooks and news 12 were
taken for another kind, 8 of them comparisons in fact.
"""

from __future__ import annotations

# ruff: noqa: E501  # a form is read as one line
import re
from dataclasses import dataclass
from typing import Literal

Kind = Literal[
    "look-up", "greeting", "thanks", "capabilities", "about", "list", "summary", "comparison", "arithmetic",
    "translation", "writing", "small-talk",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Intent:
    """kind: what was said. subjects: the two sides of a comparison, or the one thing to summarise."""

    kind: Kind
    subjects: tuple[str, ...] = ()


LOOK_UP = Intent("look-up")

_POLITE = re.compile(
    r"^(?:(?:please|pls|kindly|ok(?:ay)?|so|well|now|and|then|hey|hi|hello|just)[,!.]?\s+|"
    r"(?:can|could|would|will) you (?:please |kindly |just )?(?=[a-z])(?!do\b|help\b|answer\b|read\b)|"
    r"(?:i (?:want|need|would like|'d like)|i’d like)(?: you)? to (?=(?:see|list|compare|summar|translate|write|know what))|"
    r"(?:tell|show|give) me (?=what |which |how many ))",
    re.IGNORECASE,
)
_TAIL = re.compile(r"(?:[,.]?\s*(?:please|pls|for me|thanks|thank you))+\s*$", re.IGNORECASE)

_DOCS = (
    r"(?:documents?|docs|files?|sources?|texts?|corpus|folder|collection|library|knowledge base|material|papers|data)"
)
_THESE = r"(?:the|these|this|those|my|your|our|all|all the|all these|all of the|all of these|all my)"
_HERE = rf"(?:{_THESE} (?:\w+ )?{_DOCS}|here|there|it all|everything|(?:in )?this(?: place)?)"

_FORMS: tuple[tuple[Kind, str], ...] = (
    (
        "greeting",
        r"(?:hi+|hello+|hey+|howdy|greetings|good (?:morning|afternoon|evening|day)|hallo|bonjour|hola|yo|hiya)"
        r"(?:[ ,]+(?:there|all|everyone|team|again|citewell|assistant|bot|friend))?(?:[ ,.!]+(?:how are you(?: doing)?"
        r"(?: today)?|how's it going|nice to meet you))?|how are you(?: doing)?(?: today)?|how's it going|what's up",
    ),
    (
        "thanks",
        r"(?:(?:ok(?:ay)?|great|perfect|cool|nice|awesome|super|wonderful|excellent|good|alright|right|yes|no|fine)[ ,.!]+)*"
        r"(?:thanks?|thank you|thx|ty|cheers|many thanks|much appreciated|merci|danke)"
        r"(?:[ ,]+(?:a lot|so much|very much|a bunch|again|you|a million|everyone|citewell|indeed|for (?:that|this|it"
        r"|(?:your|the|all your|all the) \w+)|that (?:helps|helped|was \w+)(?: a lot)?))*"
        r"(?:[ ,.!]+(?:bye|goodbye|that(?:'s| is) (?:all|it)|that (?:helps|helped|was \w+)(?: a lot)?))?"
        r"|(?:ok(?:ay)?|great|perfect|cool|nice|awesome|got it|i see|understood|good|very good|well done|wonderful|alright"
        r"|never mind|(?:good)?bye(?: bye)?|see you(?: later| soon)?|that(?:'s| is) (?:all|it|great|perfect|helpful"
        r"|very helpful)|that (?:helps|helped))(?:[ ,.!]+(?:for now|bye|goodbye|got it))?",
    ),
    (
        "capabilities",
        r"(?:what|how) (?:can|do|could) (?:you|this(?: \w+)?|citewell) (?:do|work|help|answer|help me(?: with)?|do for me|help with)"
        r"(?: here| exactly| for me| with)?|(?:who|what) are you|help|help me|what (?:are you|is citewell|is this(?: tool| app"
        r"| program)?)(?: able to do| capable of| for)?|how (?:does|do) (?:this|it|you|citewell)(?: \w+)? work|"
        r"how (?:can|do|should) i (?:use|ask|start|talk to)(?: with)? ?(?:you|this|this \w+|citewell|questions)?|"
        r"what (?:can|should|could|may) i ask(?: you| here)?(?: about)?|what (?:kind|sort|type)s? of questions? (?:can|do) "
        r"(?:you answer|i ask(?: you)?)|what are your (?:capabilities|features|abilities|limits)|"
        r"what (?:questions|things) can (?:you answer|i ask(?: you)?)|introduce yourself|are you (?:a|an) \w+(?: \w+)?",
    ),
    (
        "list",
        rf"(?:list|show|name|enumerate|display|print)(?: me)?(?: all| every)?(?: of)?(?: {_THESE})? (?:\w+ )?{_DOCS}"
        rf"(?: (?:you have|you know|there are|available|here|in (?:here|{_HERE})|that .{{1,40}}))?|"
        rf"(?:what|which|how many) {_DOCS} (?:do you have|have you (?:got|read|indexed)|are (?:there|here|available|indexed"
        rf"|loaded|included|in (?:here|{_HERE}))|did you read|can you (?:see|read|access)|do you know(?: of)?|"
        r"are you using|do you use|did i (?:upload|add|give you))(?: in total| access to| to)?(?: access)?",
    ),
    (
        "about",
        rf"what (?:is|are|'s) (?:in |inside )?{_HERE}(?: all)?(?: about)?|what's (?:in |inside )?{_HERE}(?: all)?(?: about)?|"
        rf"what (?:do|does) {_HERE} (?:contain|cover|talk about|deal with|discuss|say|include)|"
        rf"(?:what|which)(?: \w+)? (?:topics?|subjects?|themes?|areas?)(?: \w+)? (?:do|does|are|is) (?:{_HERE} (?:cover|contain|about|discuss)"
        rf"|covered(?: (?:in|by) {_HERE})?|(?:in|there(?: in)?) {_HERE}|there|here)|"
        rf"(?:give me |show me |i need |can i have )?(?:an? |the )?(?:\w+ )?(?:overview|summary|outline|synopsis)(?: of {_HERE})?|"
        rf"(?:summari[sz]e|outline|describe|sum up)(?: me)? {_HERE}|tell me about {_THESE} (?:\w+ )?{_DOCS}|"
        r"what do you know(?: about)?|what (?:kind|sort|type)s? of (?:information|content|documents?|docs|files|things|data) (?:do you have"
        rf"|are (?:these|here|there|in {_HERE}|in here)|is (?:here|this|in {_HERE}))|what information (?:do you have|is (?:here|in {_HERE}|available))|"
        rf"what is (?:this|the) {_DOCS} for|what have i (?:uploaded|given you)",
    ),
    (
        "arithmetic",
        r"(?:what(?:'s| is)|calculate|compute|how much is|solve|work out)?\s*\(*-?\d[\d.,]*\)*%?"
        r"(?:\s*(?:[-+*/x×÷^%=]|plus|minus|times|divided by|multiplied by|% of|percent of|to the power of)\s*\(*-?\d[\d.,]*\)*%?)+\s*=?|"
        r"(?:what(?:'s| is)|calculate|compute) the (?:square root|cube root|logarithm|factorial) of \d[\d.,]*",
    ),
    (
        "translation",
        r"translate\b.{0,400}\b(?:to|into|in) [a-z]+|how (?:do|would) (?:you|i|we) say .{1,100} in [a-z]+|"
        r"(?:what is|what's) (?:\w+|['\"“].{1,80}['\"”]) in (?:french|german|spanish|italian|chinese|japanese|russian|korean|arabic|portuguese|dutch"
        r"|polish|ukrainian|latin|swedish|turkish|hindi)",
    ),
    (
        "writing",
        r"(?:write|compose|draft|generate|create|make|code|implement|program)(?: me| us)? (?:a|an|some|the)?\s?(?:\w+ ){0,3}"
        r"(?:poem|story|song|haiku|limerick|joke|essay|novel|rap|lyrics|(?:python|java|javascript|c|bash|sql|html|rust|go) "
        r"(?:function|script|program|code|class|query)|function|script|program|code|regex|regular expression|app|website|sql query)"
        r"\b.{0,200}|tell (?:me|us) (?:a|another) (?:joke|story|riddle)|sing .{1,40}",
    ),
    (
        "small-talk",
        r"what(?:'s| is) (?:the )?(?:time|date|day)(?: is it)?(?: today| now)?|what (?:time|day|date) is it(?: now| today)?|"
        r"(?:what(?:'s| is)|how(?:'s| is)) the weather(?: like)?(?: today| now| tomorrow)?(?: in \w+)?|who (?:made|built|created) you|"
        r"(?:do|are) you (?:human|real|alive|sentient|conscious|like \w+|love me)|what(?:'s| is) your (?:name|favou?rite \w+)|"
        r"(?:sing|dance|play) (?:something|for me)|what(?:'s| is) the meaning of life",
    ),
)
_COMPILED = tuple((kind, re.compile(pattern, re.IGNORECASE)) for kind, pattern in _FORMS)

_SUMMARY = re.compile(
    r"(?:summari[sz]e|sum up|outline|recap|tl;?dr(?: of| for)?:?)(?: me)? (?P<a>.+)|"
    r"(?:give me |write |show me |i need |make )?(?:a |an |the )?(?:\w+ )?(?:summary|overview|outline|synopsis|gist|recap) of (?P<b>.+)|"
    r"(?:what are|give me|list) (?:the )?(?:main|key|most important) (?:points|ideas|findings|messages|takeaways) (?:of|in|from) (?P<c>.+)|"
    r"what (?:is|'s|are) (?P<d>.+?) (?:all )?about|what does (?P<e>.+?) (?:say|cover|contain|talk about|deal with)(?: in general| overall)?",
    re.IGNORECASE,
)
_COMPARISON = re.compile(
    r"(?:compare|contrast|compare and contrast) (?P<a>.+?) (?:and|with|to|against|vs\.?|versus) (?P<b>.+)|"
    r"(?P<c>(?!(?:how|what|why|when|who|where|which|did|does|do|is|are|was|were)\b)[^?]{1,60}?) (?:vs\.?|versus) (?P<d>[^?]{1,60})|"
    r"(?:what is|what's|what are|explain)? ?the (?:main |key |biggest )?differences? between (?P<e>.+?) and (?P<f>.+)|"
    r"how (?:do|does|did|is|are) (?P<g>.+?) (?:differ(?:ent)? from|compare (?:to|with)) (?P<h>.+)|"
    r"how (?:do|did) (?P<i>.+?) and (?P<j>.+?) (?:differ|compare)",
    re.IGNORECASE,
)


def recognize_intent(question: str) -> Intent:
    """The intent of what a user said."""
    text = " ".join(question.replace("’", "'").split()).strip(" ?!.…")
    forms = _reduced(text)
    for form in forms:
        for kind, pattern in _COMPILED:
            if pattern.fullmatch(form):
                return Intent(kind)
    for form in forms:
        if match := _COMPARISON.fullmatch(form):
            return Intent("comparison", _groups(match))
        if match := _SUMMARY.fullmatch(form):
            return Intent("summary", _groups(match))
    return LOOK_UP


def _reduced(text: str) -> list[str]:
    """The text as it is, and without politeness around it."""
    forms = [text]
    while (shorter := _TAIL.sub("", _POLITE.sub("", forms[-1])).strip(" ?!.,")) != forms[-1] and shorter:
        forms.append(shorter)
    return forms


def _groups(match: re.Match[str]) -> tuple[str, ...]:
    return tuple(group.strip(" \"'“”?.,") for group in match.groups() if group)

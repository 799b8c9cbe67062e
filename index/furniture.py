"""What page furniture looks like: the vocabulary of web pages, and the lines that are made of it.

Two strengths. *Sure* lines are furniture wherever they stand: nobody writes "Required fields are marked" in an article.
*Likely* lines ("Events", "By Ann Lee", "Published on") are also headings and text; they count only beside sure ones.
"""

from __future__ import annotations

import re
from enum import Enum


class Kind(Enum):
    """What a line looks like by itself."""

    SURE = "sure"
    LIKELY = "likely"
    LABEL = "label"
    TEXT = "text"


# Longer lines hold a paragraph, whatever else is in them; in characters.
LONGEST_LINE = 320

# Words and phrases of menus and buttons. A line that holds nothing else is furniture: sure with a phrase of the first
# list, likely with the second alone.
_ACTIONS = (
    r"share (?:this )?(?:article|story|post|page)(?: on \w+)?", r"share (?:on|via|to) \w+", r"click to share on \w+.{0,30}",
    r"tweet this", r"pin it", r"copy (?:the )?link", r"print this (?:page|article)", r"email this(?: page| article)?",
    r"(?:re)?tweet", r"whats ?app", r"close button", r"close (?:menu|this|search|modal|dialog)", r"open (?:main )?menu",
    r"toggle (?:navigation|menu|search)", r"skip to (?:main |the )?(?:content|navigation|search|footer|menu)",
    r"jump to (?:content|navigation|search)", r"go to (?:the )?(?:accessibility shortcuts|main content|homepage)",
    r"accessibility (?:shortcuts|links|statement)", r"back to (?:the )?top", r"scroll (?:to top|down)",
    r"advertisements?", r"sponsored(?: content| links?)?", r"paid content", r"story continues below(?: advertisement)?",
    r"article continues (?:below|after)(?: (?:this |the )?(?:ad|advertisement))?", r"source link", r"read (?:the )?full (?:story|article)",
    r"leave a (?:reply|comment|response)", r"cancel reply", r"post (?:a )?comment", r"add a comment", r"no comments(?: yet)?",
    r"load(?:ing)? (?:more )?comments", r"show comments", r"view comments", r"join the (?:conversation|discussion)",
    r"follow us(?: on)?(?:[ :,/|&]*(?:and |on )?(?:facebook|twitter|x|instagram|youtube|linkedin|telegram|tiktok|rss|google news))*",
    r"like us on facebook", r"find us on \w+", r"sign (?:in|up)", r"log ?in", r"log ?out", r"my account",
    r"privacy (?:policy|notice|settings)", r"cookie (?:policy|settings|preferences|notice|declaration)", r"terms (?:of (?:use|service)|(?:and|&) conditions)",
    r"accept (?:all )?(?:cookies)?", r"reject (?:all )?(?:cookies)?", r"manage (?:cookies|preferences|consent)", r"subscribe now",
    r"all rights reserved", r"do not sell my (?:personal )?(?:information|data)", r"powered by (?:wordpress|disqus|blogger|drupal|ghost|medium)",
    r"previous (?:post|article|story)", r"next (?:post|article|story)", r"older posts", r"newer posts",
    r"diesen artikel teilen", r"partager cet article", r"compartir (?:este )?art[ií]culo", r"поделиться",
    r"zum inhalt springen", r"aller au contenu", r"saltar al contenido", r"anzeige", r"werbung", r"publicit[ée]", r"publicidad",
    r"laisser un commentaire", r"schreibe einen kommentar", r"deja un comentario",
)  # fmt: skip
_MENU = (
    r"home(?: ?page)?", r"about(?: us)?", r"contacts?(?: us)?", r"news", r"world", r"politics", r"business", r"economy", r"sports?", r"culture",
    r"opinion", r"travel", r"technology", r"tech", r"science", r"health", r"lifestyle", r"entertainment", r"weather", r"video",
    r"videos", r"photos?", r"galler(?:y|ies)", r"podcasts?", r"newsletters?", r"events?", r"programmes", r"programs", r"jobs", r"careers",
    r"advertise(?: with us)?", r"subscri(?:be|ptions?)", r"shop", r"store", r"blog", r"archives?", r"search", r"menu", r"more", r"login", r"register",
    r"sitemap", r"rss", r"faqs?", r"help", r"support", r"donate", r"live", r"latest", r"trending", r"most read", r"popular", r"comments?",
    r"share", r"print", r"e-?mail", r"facebook", r"twitter", r"instagram", r"youtube", r"linkedin", r"telegram", r"tiktok", r"pinterest", r"reddit",
    r"loader", r"loading", r"close", r"cancel", r"submit", r"send", r"next", r"previous", r"reply", r"edition", r"languages?", r"english",
    r"cookies", r"privacy", r"terms", r"legal", r"imprint", r"impressum", r"press", r"partners", r"team", r"categories", r"tags", r"settings",
    r"fran[çc]ais", r"deutsch", r"espa[ñn]ol", r"italiano", r"portugu[êe]s", r"русский", r"українська", r"العربية",
)  # fmt: skip


def _alternatives(phrases: tuple[str, ...]) -> str:
    return "|".join(sorted(phrases, key=len, reverse=True))


_PHRASE = re.compile(rf"(?<!\w)(?:(?P<action>{_alternatives(_ACTIONS)})|(?P<menu>{_alternatives(_MENU)}))(?!\w)", re.I)
_BETWEEN = re.compile(r"[\s|·•/\\›»>«<,:;&+\-–—_*#.…()\[\]]+")  # noqa: RUF001

# Lines that say something, but to the reader of the page and not of the article. From the line's beginning.
_NOTICES = re.compile(
    r"(?:your e-?mail address will not be published|required fields are marked|\*? ?required fields?$"
    r"|save my name, e-?mail|notify me of (?:new|follow-?up)|you must be logged in to|please (?:log|sign) in to comment"
    r"|this site uses akismet|learn how your comment data is processed"
    r"|visited \d[\d,.]* times?\b|post views:|\d[\d,.]* (?:total )?(?:page )?views?(?:,| today|$)|\d+ shares?$|\d+ comments?$"
    r"|based on your (?:browser|location|language)|would you like to (?:switch|change) (?:to|the)\b.{0,40}\b(?:language|version|site|edition)"
    r"|(?:this|the) (?:page|article|site) is also available in\b|choose your language|select (?:your |a )?language"
    r"|(?:sign up|subscribe|register) (?:for|to) (?:our|the|my) .{0,60}\b(?:newsletter|mailing list|updates|channel)\b"
    r"|get (?:the|our) .{0,60}\b(?:delivered|sent|straight) .{0,20}\b(?:to )?your inbox|enter your e-?mail"
    r"|please enable javascript|(?:your browser|javascript) (?:does not support|is (?:not )?(?:supported|disabled|required))"
    r"|thank you for (?:reading|subscribing|signing up)|disable your ad ?blocker"
    r"|(?:©|\(c\)|copyright)\s.{0,100}\ball rights reserved)",
    re.IGNORECASE,
)
_COOKIES = re.compile(r"\bcookies?\b", re.IGNORECASE)
_CONSENT = re.compile(
    r"\b(?:consent|accept|agree|we use|uses|by (?:continuing|staying|using|browsing|clicking)"
    r"|wir verwenden|verwendet|nous utilisons|utiliza(?:mos)?|utilizziamo)\b",
    re.IGNORECASE,
)
_ADDRESS = re.compile(r"\b(?:you|your|we|our|us|this (?:web)?site|ihre?n?|uns(?:ere)?|vous|nous|nuestro|su|nosso)\b", re.IGNORECASE)

_CREDIT = re.compile(
    r"(?:©|\(c\)|copyright\b|photo(?:graph)?(?: by| credit)?\s*:|photo by\b|image(?: credit| source)?\s*:|credit\s*:|picture\s*:|foto\s*:)",
    re.IGNORECASE,
)
# News agencies' names stand alone under their pictures.
_AGENCY = re.compile(r"\(?(?:AP|AFP|EPA|REUTERS|Reuters|Getty(?: Images)?|(?:AP|EPA|AFP) Photo|DPA|dpa|TASS|Xinhua|Shutterstock)\)?$")
_BYLINE = re.compile(r"(?:by|von|par|por|text:)\s+(?:[A-ZÀ-ÞА-Я][\w.'’-]+(?:\s+|\s*[,&]\s*|$|\s+and\s+)){1,6}$", re.IGNORECASE)  # noqa: RUF001
_STAMP = re.compile(
    r"(?:published|updated|last updated|posted|modified|created|reading time)(?: on| at| in| by)?\s*:?"
    r"(?:[\s,/:|–-]*(?:\d{1,4}|[A-Z][a-z]{2,8}\.?|[ap]\.?m\.?|GMT|UTC|CES?T|E[SD]T|am|pm|min(?:utes?)?(?: read)?))*$"  # noqa: RUF001
    r"|\d+ min(?:utes?)? read$",
    re.IGNORECASE,
)
_LABEL = re.compile(
    r"(?:categor(?:y|ies)|tags?|topics?|author|date|source|section|publication date|date of publication|posted in|filed under)\s*:?$",
    re.IGNORECASE,
)
_MORE = re.compile(
    r"(?:read (?:more|next|also)|also read|related(?: (?:articles?|stories|posts?|news|content|links|topics))?|recommended(?: for you| articles| stories)?"
    r"|you (?:may|might) also (?:like|be interested in)|more (?:from|on|in) (?:this|the|our) \w+|more (?:stories|news|articles)|most (?:read|popular|viewed)"
    r"|trending(?: now)?|latest (?:news|stories|articles|posts)|top stories|editor['’]?s['’]? picks?|up next|don['’]t miss)\s*[:»›>…]*$",  # noqa: RUF001
    re.IGNORECASE,
)
_MARKS = re.compile(r"^(?:#{1,6}\s+|[-–—•◦▪‣●·*+>]\s+|\*\*)+|\*\*$")  # noqa: RUF001


def bare(line: str) -> str:
    """A line without the marks of a heading or a list item around it."""
    return _MARKS.sub("", line).strip()


def kind(line: str) -> Kind:
    """What a line, stripped, looks like by itself."""
    if len(line) > LONGEST_LINE or line.startswith("|"):
        return Kind.TEXT
    plain = bare(line)
    if _NOTICES.match(plain) or is_cookie_notice(plain) or _AGENCY.match(plain):
        return Kind.SURE
    if found := _phrases(plain):
        return found
    if _LABEL.match(plain):
        return Kind.LABEL
    if len(plain) <= 120 and (_CREDIT.match(plain) or _BYLINE.match(plain) or _STAMP.match(plain)):
        return Kind.LIKELY
    return Kind.TEXT


def is_cookie_notice(line: str) -> bool:
    """A line that speaks to its reader about the page's own cookies."""
    return bool(_COOKIES.search(line) and _CONSENT.search(line) and _ADDRESS.search(line))


def mentions_cookies(line: str) -> bool:
    return _COOKIES.search(line) is not None


def opens_links(line: str) -> bool:
    """A heading over links to other pages: "Read more", "Related articles"."""
    return len(line) <= 60 and _MORE.match(bare(line)) is not None


def has_credit(text: str) -> bool:
    """Whether a text holds nothing but a copyright or picture credit."""
    return _CREDIT.match(text.strip(" .,|-–—")) is not None  # noqa: RUF001


def _phrases(line: str) -> Kind | None:
    """Sure or likely where a line is made of menu and button phrases, None where it is not."""
    if len(line) > 200 or line.endswith((".", "?")):
        return None
    matches = list(_PHRASE.finditer(line))
    if not matches:
        return None
    rest = _BETWEEN.sub(" ", _PHRASE.sub(" ", line)).split()
    if not rest:
        return Kind.SURE if len(matches) > 3 or any(match["action"] for match in matches) else Kind.LIKELY
    # A menu also holds names that no list knows: capitalised, and fewer than the known ones.
    is_menu = len(matches) >= 3 and len(rest) * 2 <= len(matches) and all(word[0].isupper() for word in rest)
    return Kind.SURE if is_menu and all(match.group()[0].isupper() for match in matches) else None

"""Recognizes page furniture by the vocabulary of web pages.

*Sure* lines are furniture anywhere: nobody writes "Required fields are marked" in an article. *Likely* lines ("Events",
"By Ann Lee", "Published on") can also be headings or text; they count only beside sure ones. *Labels* are empty fields
of a form ("Category"), and *links* are headings above links to other pages ("Read more").
"""

from __future__ import annotations

import re
from enum import Enum


def _words(listed: str) -> str:
    """Turns phrases separated by semicolons or newlines into alternatives, the longest first."""
    phrases = (phrase.strip() for phrase in re.split(r";|\n", listed))
    return "|".join(sorted(filter(None, phrases), key=len, reverse=True))


class Kind(Enum):
    """The kind of a line, judged without its neighbours."""

    SURE = "sure"
    LIKELY = "likely"
    LABEL = "label"
    LINKS = "links"
    TEXT = "text"


# A longer line, in characters, is a paragraph whatever it contains.
LONGEST_LINE = 320

# Phrases of buttons and page parts that nobody uses as a heading.
_ACTIONS = _words(
    r"""
    share (?:this )(?:article|story|post|page)(?: on \w+)?; share (?:on|via) \w+; click to share on \w+.{0,30}
    tweet this; pin it; copy (?:the )?link; print this (?:page|article); email this(?: page| article); whats ?app
    close button; close (?:this )?(?:menu|search|modal|dialog); open (?:main )?menu; toggle (?:navigation|menu|search)
    (?:skip|jump|go) to (?:the )?(?:main )?(?:content|navigation|search|footer|menu|accessibility shortcuts|homepage)
    back to (?:the )?top; scroll (?:to top|down); advertisements?; sponsored (?:content|links?); source link
    (?:story|article) continues (?:below|after)(?: (?:this )?(?:ad|advertisement))?
    read (?:the )?full (?:story|article); leave a (?:reply|comment); cancel reply; no comments yet
    load(?:ing)? (?:more )?comments; (?:show|view) comments; join the (?:conversation|discussion)
    (?:follow|like|find) us(?: on (?:\w+|google news))?; subscribe now; accept (?:all )?cookies
    reject (?:all )?cookies; manage (?:cookies|consent); cookie (?:settings|preferences)
    do not sell my (?:personal )?(?:information|data); powered by (?:wordpress|disqus|blogger|drupal|ghost|medium)
    (?:older|newer) posts; diesen artikel teilen; partager cet article; compartir (?:este )?art[ií]culo
    zum inhalt springen; aller au contenu; saltar al contenido; laisser un commentaire; schreibe einen kommentar
    deja un comentario
    """
)
# Menu words that name a part of the site and not a subject.
_SITE = _words(
    r"""
    home(?: ?page)?; about us; contact(?: us)?; newsletters?; podcasts?; subscri(?:be|ptions?); sign (?:in|up)
    log ?(?:in|out); my account; register; search; menu; sitemap; rss; advertise(?: with us)?
    privacy (?:policy|notice|settings); cookie (?:policy|notice); terms (?:of (?:use|service)|(?:and|&) conditions)
    all rights reserved; impressum; imprint; facebook; twitter; instagram; youtube; linkedin; telegram; tiktok
    pinterest; reddit; donate; most read; trending
    """
)
# Words that appear in menus and on buttons, but also as headings.
_COMMON = _words(
    r"""
    about; contacts?; news; world; politics; business; economy; sports?; culture; opinion; travel; tech(?:nology)?
    science; health; lifestyle; entertainment; weather; videos?; photos?; galler(?:y|ies); events?; program(?:me)?s
    jobs; careers; shop; store; blog; archives?; more; faqs?; help; support; live; latest; popular; comments?; share
    print; e-?mail; (?:re)?tweet; loader; loading; close; cancel; submit; send; next; previous; reply; edition
    languages?; english; cookies; privacy; terms; legal; press; partners; team; settings; (?:post|add) (?:a )?comment
    (?:previous|next) (?:post|article|story); sponsored; anzeige; werbung; publicit[ée]; publicidad; fran[çc]ais
    deutsch; espa[ñn]ol; italiano; portugu[êe]s; русский; українська; العربية
    """
)
_PHRASE = re.compile(rf"(?<!\w)(?:(?P<action>{_ACTIONS})|(?P<site>{_SITE})|(?P<common>{_COMMON}))(?!\w)", re.IGNORECASE)
_BETWEEN = re.compile(r"[\s|·•/\\›»>«<&+\-–—_*#.…()\[\]]+")

# Sentences addressed to the reader of the page and not of the article, from the beginning of the line.
_NOTICES = re.compile(
    _words(
        r"""
    your e-?mail address will not be published; required fields are marked; \*? ?required fields?$
    save my name, e-?mail; notify me of (?:new|follow-?up); you must be logged in to; please (?:log|sign) in to comment
    this site uses akismet; learn how your comment data is processed; visited \d[\d,.]* times?\b; post views:
    \d[\d,.]* (?:total )?(?:page )?views?(?:,| today|$); \d+ (?:shares?|comments?)$
    based on your (?:browser|location|language); choose your language; select (?:your |a )?language
    would you like to (?:switch|change) (?:to|the)\b.{0,40}\b(?:language|version|site|edition)
    (?:this|the) (?:page|article|site) is also available in\b; please enable javascript; disable your ad ?blocker
    (?:sign up|subscribe|register) (?:for|to) (?:our|the|my) .{0,60}\b(?:newsletter|mailing list|updates|channel)\b
    get (?:the|our) .{0,60}\b(?:delivered|sent|straight) .{0,20}\b(?:to )?your inbox; enter your e-?mail
    (?:your browser|javascript) (?:does not support|is (?:not )?(?:supported|disabled|required))
    thank you for (?:reading|subscribing|signing up); (?:©|\(c\)|copyright)\s.{0,100}\ball rights reserved
    """
    ),
    re.IGNORECASE,
)
_COOKIES = re.compile(r"\bcookies?\b", re.IGNORECASE)
_CONSENT = re.compile(
    r"\b(?:consent|accept|agree|we use|uses|by (?:continuing|staying|using|browsing|clicking)"
    r"|wir verwenden|verwendet|nous utilisons|utiliza(?:mos)?|utilizziamo)\b",
    re.IGNORECASE,
)
_ADDRESS = re.compile(
    r"\b(?:you|your|we|our|us|this (?:web)?site|ihre?n?|uns(?:ere)?|vous|nous|nuestro|su|nosso)\b", re.IGNORECASE
)
_CREDIT = re.compile(
    r"(?:©|\(c\)|copyright\b|photo(?:graph)?(?: by| credit)?\s*:|photo by\b|image(?: credit| source)?\s*:|credit\s*:"
    r"|picture\s*:|foto\s*:)",
    re.IGNORECASE,
)
# Names of news agencies, which appear alone under pictures.
_AGENCY = re.compile(
    r"\(?(?:AP|AFP|EPA|REUTERS|Reuters|Getty(?: Images)?|(?:AP|EPA|AFP) Photo|DPA|dpa|TASS|Xinhua|Shutterstock)\)?$"
)
_BYLINE = re.compile(r"(?i:by|von|par|por|text:)\s+(?:[A-ZÀ-ÞА-Я][\w.'’-]+(?:\s+|\s*[,&]\s*|$|\s+and\s+)){1,6}$")
_STAMP = re.compile(
    r"(?:published|updated|last updated|posted|modified|created|reading time)(?: on| at| in| by)?\s*:?"
    r"(?:[\s,/:|–-]*(?<!\w)(?:\d{1,4}(?:st|nd|rd|th|am|pm)?|(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?"
    r"|(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*|[ap]\.?m\.?|gmt|utc|ces?t|e[sd]t|min(?:utes?)?|read)(?!\w))*$"
    r"|\d+ min(?:utes?)? read$",
    re.IGNORECASE,
)
_LABEL = re.compile(
    r"(?:categor(?:y|ies)|tags?|topics?|author|date|source|section|publication date|date of publication|posted in"
    r"|filed under)\s*:?$",
    re.IGNORECASE,
)
_MORE = re.compile(
    r"(?:read (?:more|next|also)|also read|related(?: (?:articles?|stories|posts?|news|content|links|topics))?"
    r"|recommended (?:for you|articles|stories)|you (?:may|might) also (?:like|be interested in)"
    r"|more (?:from|on|in) (?:this|the|our) \w+|more (?:stories|news|articles)|most (?:read|popular|viewed)"
    r"|trending(?: now)?|latest (?:news|stories|articles|posts)|top stories|editor['’]?s['’]? picks?|up next"
    r"|don['’]t miss)\s*[:»›>…]*$",
    re.IGNORECASE,
)
_MARKS = re.compile(r"^(?:#{1,6}\s+|[-–—•◦▪‣●·*+>]\s+|\*\*)+|\*\*$")


def bare(line: str) -> str:
    """Returns a line without the marks of a heading or a list item."""
    return _MARKS.sub("", line).strip()


def kind(line: str) -> Kind:
    """Returns the kind of a stripped line, judged without its neighbours."""
    if len(line) > LONGEST_LINE or line.startswith("|"):
        return Kind.TEXT
    plain = bare(line)
    if _NOTICES.match(plain) or is_cookie_notice(plain) or _AGENCY.match(plain):
        return Kind.SURE
    if len(line) <= 60 and not line.startswith("#") and _MORE.match(plain):
        return Kind.LINKS
    if found := _phrases(plain):
        return found
    if _LABEL.match(plain):
        return Kind.LABEL
    if len(plain) <= 120 and (_CREDIT.match(plain) or _BYLINE.match(plain) or _STAMP.match(plain)):
        return Kind.LIKELY
    return Kind.TEXT


def is_cookie_notice(line: str) -> bool:
    """Returns whether a line tells its reader about the page's own cookies."""
    return bool(_COOKIES.search(line) and _CONSENT.search(line) and _ADDRESS.search(line))


def mentions_cookies(line: str) -> bool:
    return _COOKIES.search(line) is not None


def site_word(line: str) -> str | None:
    """Returns the line in lower case if it is a word specific to site menus, such as "Home" or "Log in", else None."""
    match = _PHRASE.fullmatch(bare(line))
    return match["site"].lower() if match and match["site"] else None


def has_credit(text: str) -> bool:
    """Returns whether a text is nothing but a copyright or picture credit."""
    return _CREDIT.match(text.strip(" .,|-–—")) is not None


def _phrases(line: str) -> Kind | None:
    """Returns SURE or LIKELY if a line consists of menu and button phrases, else None."""
    if len(line) > 200 or line.endswith((".", "?")):
        return None
    matches = list(_PHRASE.finditer(line))
    if not matches:
        return None
    rest = _BETWEEN.sub(" ", _PHRASE.sub(" ", line)).split()
    if not rest and any(match["action"] for match in matches):
        return Kind.SURE
    # A menu also contains names that are on no list: capitalized, and fewer than the known ones.
    named = len(rest) * 2 <= len(matches) and all(word[0].isupper() for word in rest)
    capitals = all(match.group()[0].isupper() for match in matches)
    if len(matches) >= 4 and named and capitals and any(match["site"] for match in matches):
        return Kind.SURE
    return None if rest else Kind.LIKELY

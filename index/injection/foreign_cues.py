"""Patterns that revoke instructions in other languages: a verb, "all" or "earlier", and a word for instructions.

Each pattern needs all three, in the word order of its language, on lower-case text.
"""

from __future__ import annotations

import re

_GAP = r"[^.!?。！？\n]{0,40}?"


def _said(verbs: str, which: str, what: str) -> tuple[str, str]:
    return verbs, rf"(?:{verbs}){_GAP}(?:{which}){_GAP}(?:{what})|(?:{verbs}){_GAP}(?:{what}){_GAP}(?:{which})"


def _said_last(which: str, what: str, verbs: str) -> tuple[str, str]:
    """For languages with the verb at the end."""
    return verbs, rf"(?:{which}){_GAP}(?:{what}){_GAP}(?:{verbs})"


_OVERRIDES = (
    # German, Dutch, Danish, Norwegian, Swedish
    _said(
        r"\bignorier|\bvergiss|\bvergessen sie|\bmissacht",
        r"\balle|vorherig|bisherig|obig|vorangegangen|deine",
        r"anweisung|instruktion|vorgabe|regeln|befehle",
    ),
    _said(
        r"\bnegeer|\bvergeet",
        r"\balle|vorige|eerdere|bovenstaande|voorgaande",
        r"instructies|aanwijzingen|regels|opdrachten",
    ),
    _said(
        r"\bignor[eé]r|\bglem|\bglöm|\bbortse",
        r"\balle|\balla|tidligere|tidigare|foregående|föregående",
        r"instruks|instruktion|regler|anvisning",
    ),
    # French, Spanish, Portuguese, Italian, Catalan, Romanian
    _said(
        r"\bignorez?\b|\boubliez?\b|ne tiens pas compte|ne tenez pas compte",
        r"précédent|antérieur|ci-dessus|\btoutes|\btous|\btes\b|\bvos\b",
        r"instructions|consignes|règles|ordres",
    ),
    _said(
        r"\bignor[ae]n?\b|\bolvid[ae]n?\b|\bhaz caso omiso|\bhaga caso omiso",
        r"anterior|previas|previos|\btodas|\btodos",
        r"instrucciones|reglas|órdenes|indicaciones",
    ),
    _said(
        r"\bignor[ae]\b|\besqueça|\bdesconsidere",
        r"anterior|prévias|\btodas|\btodos|acima",
        r"instruções|regras|ordens",
    ),
    _said(r"\bignora(?:te)?\b|\bdimentica(?:te)?\b", r"precedenti|\btutte|\btutti", r"istruzioni|regole|ordini"),
    _said(r"\bignor[aă]|\bomiteți", r"anterioare|\btoate", r"instrucțiuni|reguli"),
    # Russian, Ukrainian, Polish, Czech, Bulgarian, Serbian
    _said(
        r"игнорируй|забудь|не обращай внимания на|отбрось",
        r"\bвсе|предыдущ|прежн|прошл|вышеизложенн",
        r"инструкц|указани|правил|команд|приказ",
    ),
    _said(r"ігноруй|забудь|не зважай на|знехтуй", r"\bусі|\bвсі|попередн", r"інструкц|вказівк|правил|команд|наказ"),
    _said(r"zignoruj|ignoruj|zapomnij|pomiń", r"wszystkie|poprzedni|wcześniejsz", r"instrukcj|polece|zasad|wytyczn"),
    _said(r"ignoruj|zapomeň", r"všechny|předchozí", r"instrukce|pokyny|pravidla"),
    _said(
        r"игнорирай|забрави|занемари|игнориши", r"всички|предишн|претходн|\bсве", r"инструкц|указани|упутств|правила"
    ),
    # Greek, Turkish, Hungarian, Finnish
    _said(r"αγνόησε|αγνοήστε|ξέχασε|ξεχάστε", r"όλες|προηγούμεν", r"οδηγίες|κανόνες|εντολές"),
    _said_last(r"önceki|tüm|bütün", r"talimat|kural|yönerge", r"yok say|görmezden gel|unut|dikkate alma"),
    _said(r"hagyd figyelmen kívül|felejtsd el", r"\bminden|korábbi|előző", r"utasítás|szabály"),
    _said(r"\bunohda|jätä huomiotta|sivuuta", r"\bkaikki|aiemmat|edelliset", r"ohjeet|säännöt|käskyt"),
    # Arabic, Persian, Hebrew, Hindi
    _said(r"تجاهل|انس[َى]?\b|اهمل", r"جميع|كل|السابقة", r"التعليمات|تعليمات|الأوامر|القواعد"),
    _said_last(r"همه|تمام|قبلی", r"دستور|قوانین", r"نادیده بگیر|فراموش کن"),
    _said(r"התעלמ?ם? מ|שכח", r"\bכל|הקודמות", r"הוראות|הכללים"),
    _said_last(r"पिछले|सभी|पहले", r"निर्देश|नियम|आदेश", r"अनदेखा|नज़रअंदाज़|भूल"),
    # Chinese, Japanese, Korean, Vietnamese, Indonesian, Thai
    _said(
        r"忽略|无视|無視|忘记|忘記|不要理会|不要理會",
        r"之前|以前|先前|上述|上面|所有|以上|此前",
        r"指令|指示|说明|說明|规则|規則|提示|命令",
    ),
    _said_last(r"これまで|以前|上記|すべて|全て|前の", r"指示|命令|ルール|プロンプト", r"無視|忘れ"),
    _said_last(r"이전|모든|위의", r"지시|명령|규칙|지침", r"무시|잊"),
    _said(r"bỏ qua|quên", r"tất cả|mọi|trước", r"hướng dẫn|chỉ dẫn|chỉ thị|quy tắc"),
    _said(r"abaikan|lupakan", r"semua|sebelumnya", r"instruksi|perintah|aturan"),
    _said(r"เพิกเฉย|ไม่ต้องสนใจ|ลืม", r"คำสั่ง|คำแนะนำ|กฎ", r"ก่อนหน้า|ทั้งหมด"),
)


def _root(verb: str) -> str:
    """Returns the letters with which every match of a verb's pattern begins."""
    found = re.match(r"(?:\\b)?(?P<root>(?:[^\[\]()?\\](?!\?))+)", verb)
    assert found is not None
    return found["root"]


OVERRIDE = re.compile("|".join(pattern for _, pattern in _OVERRIDES))
_VERBS = {_root(verb) for verbs, _ in _OVERRIDES for verb in verbs.split("|")}
_ROOTS = tuple(sorted(one for one in _VERBS if not any(other in one for other in _VERBS - {one})))
_ASCII_ROOTS = tuple(root for root in _ROOTS if root.isascii())


def overrides(text: str) -> bool:
    """Returns whether a lower-case text revokes its reader's instructions. Searches only if it contains a verb root."""
    roots = _ASCII_ROOTS if text.isascii() else _ROOTS
    return any(root in text for root in roots) and bool(OVERRIDE.search(text))

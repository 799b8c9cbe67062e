"""Mail: EML files and MBOX folders, by the standard library."""

from __future__ import annotations

import contextlib
import email
import email.policy
import re
from email.message import EmailMessage, MIMEPart

from index.readers.builder import Builder
from index.readers.extract import Extract
from index.readers.html import add_html
from index.text.decode import Unreadable
from index.text.titles import clean_title, iso_date

_HEADERS = ("From", "To", "Cc", "Date", "Subject")
_FROM_LINE = re.compile(rb"^From \S+.*\d{4}\s*$", re.MULTILINE)
_BROKEN = "this is no mail: save the message again as .eml"


def from_eml(data: bytes) -> Extract:
    """One message: its headers and its text; the subject is its title. Raises Unreadable."""
    message = _parsed(data)
    builder = Builder()
    _add_message(builder, message)
    return builder.extract(clean_title(_header(message, "Subject")), _date(message))


def from_mbox(data: bytes) -> Extract:
    """All messages of a folder, a heading for each. Raises Unreadable."""
    starts = [match.start() for match in _FROM_LINE.finditer(data)]
    if not starts or data[: starts[0]].strip():
        raise Unreadable("this is no folder of mail: export it again as .mbox")
    builder = Builder()
    for start, end in zip(starts, [*starts[1:], len(data)], strict=True):
        raw = data[start:end].partition(b"\n")[2]
        message = _parsed(re.sub(rb"^>(>*From )", rb"\1", raw, flags=re.MULTILINE))
        parts = [_header(message, "Subject") or "No subject", _header(message, "From"), _date(message) or ""]
        builder.heading(", ".join(filter(None, parts)))
        _add_message(builder, message)
    return builder.extract()


def _parsed(data: bytes) -> EmailMessage:
    message = email.message_from_bytes(data, policy=email.policy.default)
    if not isinstance(message, EmailMessage) or not any(name in message for name in ("From", "Subject", "Date")):
        raise Unreadable(_BROKEN)
    return message


def _add_message(builder: Builder, message: EmailMessage) -> None:
    """Add a message's headers as fields, and its text: the plain one, or else the HTML one. Attachments are named."""
    from lxml import html  # type: ignore[import-untyped]

    group = builder.group()
    for name in _HEADERS:
        if value := _header(message, name):
            builder.add("field", f"{name}: {value}", group=group)
    body = message.get_body(preferencelist=("plain", "html"))
    if body is not None:
        text = _content(body)
        if body.get_content_type() == "text/html" and text.strip():
            add_html(builder, html.document_fromstring(text))
        else:
            _add_plain(builder, text)
    for part in message.iter_attachments():
        if attached := part.get_filename():
            builder.paragraph(f"Attachment, not read: {attached}")


def _add_plain(builder: Builder, text: str) -> None:
    """Add the paragraphs of a plain message; lines that quote another message are quotations."""
    for block in re.split(r"\r?\n[ \t]*\r?\n", text):
        quoted = all(line.startswith(">") for line in block.splitlines() if line.strip())
        builder.add("quotation" if quoted else "paragraph", block.replace("\r\n", "\n"))


def _content(part: MIMEPart) -> str:
    """A part's text; bytes that its charset does not know are replaced."""
    try:
        return str(part.get_content())
    except (LookupError, KeyError, ValueError):  # a charset that nobody knows
        payload = part.get_payload(decode=True)
        return payload.decode("utf-8", "replace") if isinstance(payload, bytes) else ""


def _header(message: EmailMessage, name: str) -> str:
    with contextlib.suppress(Exception):  # a broken header can raise anything when it is parsed
        return " ".join(str(message.get(name, "")).split())
    return ""


def _date(message: EmailMessage) -> str | None:
    with contextlib.suppress(Exception):
        return iso_date(message["Date"].datetime)
    return None

"""Reading mail that comes to the contact desk: whose case is it, is it a person, what did they write?"""

import hashlib
import hmac
import re
from collections.abc import Iterable
from dataclasses import dataclass
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from email.utils import getaddresses
from html import unescape

from django.conf import settings
from django.core.validators import EmailValidator
from django.utils.crypto import constant_time_compare

from mitwirken.core.inbound import is_automatic
from mitwirken.core.models import Letter as SentLetter

LIMIT = 1_000_000  # bytes; a letter to the desk is text
TEXT_LIMIT = 8_000
_TAGGED = re.compile(r"^kontakt\+(?P<case>\d{1,18})-(?P<seal>[0-9a-f]{24})$", re.I)
_QUOTED = re.compile(
    r"^(?:(?:Am|On)\b.{5,200}\b(?:schrieb|wrote)\b.{0,80}:|-{2,}\s*(?:Ursprüngliche Nachricht|Original Message)\s*-{2,}"
    r"|_{8,}|Von: .+|From: .+)\s*$",
    re.I,
)
_RECIPIENT_HEADERS = ("To", "Cc", "Delivered-To", "X-Original-To", "Envelope-To")


@dataclass(frozen=True)
class Letter:
    """What a mail means to the contact desk."""

    case_id: int
    sender: str
    text: str
    attachments: int
    key: str


def address_for(case_id: int) -> str:
    """Where replies in this case go: only we can make the seal, so nobody can guess a case's address."""
    return f"kontakt+{case_id}-{_seal(case_id)}@{settings.MAIL_DOMAIN}"


def is_case_address(address: str) -> bool:
    """True for an address made like those of our cases; whether it is genuine, `read` says."""
    return bool(_TAGGED.match(address.rpartition("@")[0]))


def _seal(case_id: int) -> str:
    return hmac.new(settings.SECRET_KEY.encode(), f"contact|{case_id}".encode(), hashlib.sha256).hexdigest()[:24]


def read(raw: bytes, recipients: tuple[str, ...] = ()) -> Letter | None:
    """The letter in these bytes; None when it is no reply of a person to one of our cases.

    Never raises: whatever a stranger sends is a letter or nothing.
    """
    if not raw or len(raw) > LIMIT:
        return None
    try:
        message = BytesParser(policy=policy.default).parsebytes(raw)
        case_id = _case_of(message, recipients)
        if case_id is None or is_automatic(message):
            return None
        text, attachments = _words(message)
        sender = next((address for _, address in _addresses(message, "From")), "")
    except Exception:  # the parser has many ways to stumble over hostile bytes; all mean: not readable
        return None
    identity = str(message.get("Message-ID") or "").encode("utf-8", "replace") or raw
    return Letter(
        case_id=case_id,
        sender=sender.lower()[:254],
        text=own_words(text),
        attachments=attachments,
        key=hashlib.sha256(f"{case_id}|".encode() + identity).hexdigest(),
    )


def read_new(raw: bytes) -> Letter | None:
    """A mail that belongs to no case yet; None when nobody could answer it."""
    if len(raw) > LIMIT:
        return None
    try:
        message = BytesParser(policy=policy.default).parsebytes(raw)
        text, attachments = _words(message)
        sender = next((address for _, address in _addresses(message, "From")), "").lower()
        subject = " ".join(str(message.get("Subject") or "").split())[:200]
        EmailValidator()(sender)
        if len(sender) > 254:  # RFC 5321 4.5.3.1.3 and our own column
            return None
    except Exception:  # the parser has many ways to stumble over hostile bytes; all mean: not readable
        return None
    text = own_words(text)
    return Letter(
        case_id=0,
        sender=sender,
        text=own_words(f"{subject}\n\n{text}") if subject else text,
        attachments=attachments,
        key=hashlib.sha256(raw).hexdigest(),
    )


def case_of_answer(identities: Iterable[str]) -> str:
    """The reply address of the letter of ours that these Message-IDs name, for programs that ignore Reply-To."""
    found = SentLetter.objects.filter(message_id__in=list(identities)[:20], reply_to__startswith="kontakt+").first()
    return found.reply_to if found else ""


def _addresses(message: EmailMessage, *names: str) -> list[tuple[str, str]]:
    return getaddresses([str(value) for name in names for value in message.get_all(name, [])])


def _case_of(message: EmailMessage, recipients: tuple[str, ...]) -> int | None:
    found = [*recipients, *(address for _, address in _addresses(message, *_RECIPIENT_HEADERS))]
    for address in found:
        local, _, domain = address.strip().strip("<>").rpartition("@")
        tagged = _TAGGED.match(local)
        if tagged and domain.lower() == settings.MAIL_DOMAIN.lower():
            case_id = int(tagged["case"])
            if constant_time_compare(_seal(case_id), tagged["seal"].lower()):
                return case_id
    return None


def _words(message: EmailMessage) -> tuple[str, int]:
    body = message.get_body(preferencelist=("plain", "html"))
    attachments = sum(1 for _ in message.iter_attachments()) if message.is_multipart() else 0
    if body is None:
        return "", attachments
    payload = body.get_payload(decode=True)
    payload = payload if isinstance(payload, bytes) else b""
    try:
        text = payload.decode(body.get_content_charset("utf-8") or "utf-8", "replace")
    except LookupError:  # a charset nobody knows
        text = payload.decode("utf-8", "replace")
    if body.get_content_type() == "text/html":
        text = re.sub(r"(?is)<(style|script|head)\b.*?</\1>", " ", text)
        text = unescape(re.sub(r"(?s)<[^>]*>", " ", re.sub(r"(?i)<br\s*/?>|</p>|</div>", "\n", text)))
    return text, attachments


def own_words(text: str) -> str:
    """What the person wrote now, without the letter they answer; without signs no database keeps."""
    kept: list[str] = []
    for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n"):
        if _QUOTED.match(line.strip()) and any(kept):
            break
        if not line.lstrip().startswith(">"):
            kept.append(line.rstrip())
    clean = "".join(sign for sign in "\n".join(kept) if sign in "\n\t" or sign.isprintable())
    return re.sub(r"\n{3,}", "\n\n", clean).strip()[:TEXT_LIMIT]

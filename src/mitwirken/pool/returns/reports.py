"""Reading what mail servers report: bounces (RFC 3464 and everything else) and complaints (RFC 5965). No database."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import Message
from enum import StrEnum

from flufl.bounce import all_failures

READ = 30_000  # signs of a report's text; the reason stands near its beginning


class Kind(StrEnum):
    """What a bounce says about the address it was sent to."""

    HARD = "hard"  # there is no such mailbox
    SOFT = "soft"  # not now
    POLICY = "policy"  # the mail was not wanted as it was; says nothing about the address
    DELAYED = "delayed"  # still being tried: no result yet


@dataclass(frozen=True)
class Verdict:
    """The kind of a bounce and the code it was read from, if there was one (RFC 3463)."""

    kind: Kind
    code: str = ""


# 5.x.x by class and detail; what is missing falls back to its class, then to soft: an address is blamed only
# for what is known to be its own fault.
HARD_CODES = {"5.1.0", "5.1.1", "5.1.2", "5.1.3", "5.1.4", "5.1.6", "5.1.10", "5.2.1", "5.4.1", "5.4.4"}
POLICY_CODES = {"5.1.7", "5.1.8", "5.2.3", "5.3.4", "5.4.3"}
POLICY_CLASSES = {"5.5", "5.6", "5.7"}
# Codes that say no more than "no": then the words decide.
VAGUE = {"", "5.0.0", "5.5.0", "5.3.0", "5.2.0", "5.1.0", "5.4.0"}

FULL = re.compile(
    r"mailbox (is )?full|over ?quota|quota (exceeded|is full)|exceeded.{0,30}(quota|storage)|not enough (disk )?space"
    r"|out of storage|postfach.{0,40}(voll|überfüllt)|speicherplatz.{0,40}(erschöpft|überschritten|belegt)"
    r"|speicherlimit|mailbox size limit",
    re.I,
)
UNKNOWN = re.compile(
    r"(user|recipient|mailbox|address|account|alias).{0,40}(unknown|not found|(does not|doesn't) exist|no longer"
    r"|invalid|not listed|unavailable|disabled|inactive|expired)|unknown (user|recipient|local|alias|address)"
    r"|no such (user|mailbox|recipient|person|address)|invalid (recipient|mailbox|address)|(is|are) not a valid"
    r"|no mailbox here|host or domain name not found|(domain|host).{0,30}(not found|does not exist)"
    r"|(empf(ä|ae)nger|adresse|postfach|konto|benutzer|teilnehmer).{0,60}(unbekannt|existiert nicht|nicht gefunden"
    r"|nicht vorhanden|gibt es nicht|nicht (mehr )?g(ü|ue)ltig|gesperrt|gel(ö|oe)scht|deaktiviert)"
    r"|unbekannter? (empf(ä|ae)nger|benutzer|adresse)",
    re.I,
)
REFUSED = re.compile(
    r"spam|blocked|block ?list|black ?list|reputation|policy|dmarc|\bspf\b|\bdkim\b|rejected.{0,40}content|virus"
    r"|not authori[sz]ed|access denied|banned|abgelehnt.{0,60}(richtlinie|inhalt)|richtlinie|message (size|too large)",
    re.I,
)
WAITING = re.compile(
    r"will (be )?(retr|keep trying)|still being tried|you do not need to resend|delayed (mail|for)"
    r"|wird weiter versucht",
    re.I,
)
# What follows is our own mail again.
GIVEN_BACK = re.compile(
    r"-{3,}[^-\n]{0,40}(?:copy of|original|returned) message|-{2,} ?(?:ursprüngliche|originale) nachricht", re.I
)
ENHANCED = re.compile(r"(?<![\d.])([245]\.\d{1,3}\.\d{1,3})(?![\d.])")
BASIC = re.compile(r"(?<![\d.-])([45]\d\d)[ -](?=\D|\d\.)")


def read_bounce(message: Message) -> Verdict | None:
    """What this mail reports about ours; None if it reports nothing (a holiday note, somebody's answer)."""
    try:
        return _from_status(message) or _from_words(message)
    except Exception:  # whatever a stranger sends is a report or nothing
        return None


def judge(code: str, words: str = "") -> Verdict:
    """The kind that a code and the words around it stand for."""
    code = code if ENHANCED.fullmatch(code) else ""
    if code.startswith("4"):
        return Verdict(Kind.SOFT, code)
    better = [found for found in ENHANCED.findall(words) if found not in VAGUE and found[0] in "45"]
    if code in VAGUE and better:
        return judge(better[0])
    if code == "5.2.2" or (code in VAGUE and FULL.search(words)):
        return Verdict(Kind.SOFT, code)
    if code in VAGUE:
        if UNKNOWN.search(words):
            return Verdict(Kind.HARD, code)
        if REFUSED.search(words):
            return Verdict(Kind.POLICY, code)
    if code in HARD_CODES:
        return Verdict(Kind.HARD, code)
    if code in POLICY_CODES or (code not in VAGUE and code.rpartition(".")[0] in POLICY_CLASSES):
        return Verdict(Kind.POLICY, code)
    return Verdict(Kind.SOFT, code)


def _from_status(message: Message) -> Verdict | None:
    """A report as it should be (RFC 3464); of several recipients the worst result counts, we write to one."""
    found: list[Verdict] = []
    for fields in _fields(message, "message/delivery-status"):
        action = str(fields.get("Action", "")).split(";")[0].strip().lower()
        status = ENHANCED.search(str(fields.get("Status", "")))
        words = str(fields.get("Diagnostic-Code", ""))[:2_000]
        if action == "delayed":
            found.append(Verdict(Kind.DELAYED, status[1] if status else ""))
        elif action == "failed" or (not action and status and status[1][0] in "45"):
            found.append(judge(status[1] if status else "", words + " " + _text(message)))
    worst = [Kind.HARD, Kind.SOFT, Kind.POLICY, Kind.DELAYED]
    return min(found, key=lambda verdict: worst.index(verdict.kind)) if found else None


def _from_words(message: Message) -> Verdict | None:
    """A report in prose: its codes, else what twenty years of such prose taught the library, else our own words."""
    text = _text(message)
    codes = [code for code in ENHANCED.findall(text) if code[0] in "45"]
    basic = BASIC.search(text)
    if WAITING.search(text) and not any(code[0] == "5" for code in codes):
        return Verdict(Kind.DELAYED, codes[0] if codes else "")
    if codes:
        return judge(codes[0], text)
    if basic and basic[1][0] == "4":
        return Verdict(Kind.SOFT)
    temporary, permanent = all_failures(message)
    if basic or permanent or UNKNOWN.search(text) or FULL.search(text):
        return judge("", text)
    return Verdict(Kind.SOFT) if temporary else None


def read_complaint(message: Message) -> list[str]:
    """Where an abuse report (ARF, RFC 5965) may name the mail it is about: addresses and headers, best first.

    Empty if this is no such report.
    """
    if message.get_content_type() != "multipart/report" or message.get_param("report-type") != "feedback-report":
        return []
    clues: list[str] = []
    try:
        for fields in _fields(message, "message/feedback-report"):
            if str(fields.get("Feedback-Type", "abuse")).strip().lower() not in {"abuse", "fraud", "other"}:
                return []
            clues += [str(value)[:1_000] for value in fields.get_all("Original-Mail-From", [])[:3]]
        for part in message.walk():
            if part is not message:
                clues += [str(part.get(name, ""))[:1_000] for name in ("Return-Path", "List-Unsubscribe")]
    except Exception:
        return []
    return [clue for clue in clues if clue] or ["unnamed"]


def _fields(message: Message, kind: str) -> Iterator[Message]:
    """The blocks of fields in the machine's part of a report, whichever way the parser took it."""
    for part in message.walk():
        if part.get_content_type() != kind:
            continue
        payload = part.get_payload()
        if isinstance(payload, list):
            yield from (block for block in payload[:50] if isinstance(block, Message))
        else:
            from email import message_from_string

            yield from (message_from_string(block) for block in re.split(r"\r?\n\r?\n", str(payload))[:50])


def _text(message: Message) -> str:
    """The words of the report, without the mail it gives back."""
    pieces: list[str] = []
    for part in _outside(message):
        payload = part.get_payload(decode=True)
        if isinstance(payload, bytes):
            try:
                pieces.append(payload[:READ].decode(part.get_content_charset() or "utf-8", "replace"))
            except LookupError:  # a charset nobody knows
                pieces.append(payload[:READ].decode("utf-8", "replace"))
    text = re.sub(r"(?s)<[^>]*>", " ", " ".join(pieces)[:READ])
    return re.sub(r"\s+", " ", GIVEN_BACK.split(text, maxsplit=1)[0])


def _outside(part: Message) -> Iterator[Message]:
    kind = part.get_content_type()
    if kind in {"message/rfc822", "text/rfc822-headers", "message/delivery-status", "message/feedback-report"}:
        return
    if part.is_multipart():
        for inner in part.get_payload():
            if isinstance(inner, Message):
                yield from _outside(inner)
    elif part.get_content_maintype() == "text":
        yield part

"""Post for single people: written in the same transaction as what it tells, sent by the worker."""

import base64
import hashlib
import hmac
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.core.mail.message import utf8_charset_qp
from django.db import transaction
from django.db.models import Q
from django.template.loader import render_to_string
from django.utils.translation import get_language

from . import clock
from .models import Letter

LEASE = timedelta(minutes=12)  # longer than the ten minutes SMTP may take for its last reply (RFC 5321 4.5.3.2.6)
GIVE_UP_AFTER = 9  # attempts; the waits double from two minutes, so about eight and a half hours


def post(to: str, template: str, context: dict[str, Any], *, key: str, reply_to: str = "") -> Letter:
    """Queue one mail. `template` names ``<template>.txt`` (first line: subject) and ``<template>.html``.

    `key` names the occasion (``answer:17``); posting the same occasion twice queues one mail, and a retry
    carries the same Message-ID, so that a relay can recognise it.
    """
    context = {"site_url": settings.SITE_URL, **context}
    subject, _, text = render_to_string(f"{template}.txt", context).strip().partition("\n")
    now = clock.now()
    letter, _ = Letter.objects.get_or_create(
        message_id=_message_id(key),
        defaults={
            "to_address": to,
            "from_address": settings.DEFAULT_FROM_EMAIL,
            "reply_to": reply_to,
            "subject": " ".join(subject.split())[:200],
            "text": text.strip() + "\n",
            "html": render_to_string(f"{template}.html", {**context, "subject": subject.strip()}),
            "headers": {
                "Auto-Submitted": "auto-generated",
                "X-Auto-Response-Suppress": "All",
                "Content-Language": get_language() or settings.LANGUAGE_CODE,
            },
            "created_at": now,
            "due_at": now,
        },
    )
    return letter


def is_posted(key: str) -> bool:
    """Whether the mail of this occasion is queued or sent already."""
    return Letter.objects.filter(message_id=_message_id(key)).exists()


def _message_id(key: str) -> str:
    return f"<{keyed(key)}@{settings.MAIL_DOMAIN}>"


def keyed(key: str) -> str:
    """A name for `key` that only this installation can compute: 26 signs of base32 HMAC-SHA256."""
    digest = hmac.new(settings.SECRET_KEY.encode(), f"letter|{key}".encode(), hashlib.sha256).digest()
    return base64.b32encode(digest).decode().lower()[:26]


def deliver(*, at: datetime, limit: int = 50) -> int:
    """Send what is due over one connection; the number of letters the relay accepted.

    A crash after the relay's yes repeats a letter once with the same Message-ID: for a receipt or an answer
    twice is better than never.
    """
    with transaction.atomic():
        letters = list(Letter.objects.due(at=at)[:limit])
        mine = []
        for letter in letters:
            free = Q(claimed_until=letter.claimed_until)
            if Letter.objects.filter(free, pk=letter.pk).update(claimed_until=at + LEASE):
                mine.append(letter)
    if not mine:
        return 0
    sent = 0
    connection = get_connection()
    try:
        for letter in mine:
            sent += _hand_over(letter, connection, at)
    finally:
        connection.close()
    return sent


def _hand_over(letter: Letter, connection: Any, at: datetime) -> bool:
    message = EmailMultiAlternatives(
        letter.subject,
        letter.text,
        letter.from_address,
        [letter.to_address],
        reply_to=[letter.reply_to] if letter.reply_to else None,
        headers={**letter.headers, "Message-ID": letter.message_id},
        connection=connection,
    )
    # ASCII on the wire: a relay that knows no 8BITMIME neither changes nor refuses it.
    message.encoding = utf8_charset_qp
    if letter.html:
        message.attach_alternative(letter.html, "text/html")
    letter.attempts += 1
    letter.claimed_until = None
    try:
        message.send()
    except Exception as error:  # any failure of the relay means: later, and say why
        letter.last_error = f"{type(error).__name__}"
        letter.due_at = at + timedelta(minutes=2**letter.attempts)
        if letter.attempts >= GIVE_UP_AFTER:
            letter.failed_at = at
        connection.close()
    else:
        letter.sent_at = clock.now()
        letter.last_error = ""
    letter.save()
    return letter.sent_at is not None

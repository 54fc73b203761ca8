"""Switching a device on and off, and telling all devices of a member what is new."""

import base64
import binascii
import hashlib
from collections import defaultdict
from datetime import datetime, timedelta
from typing import Any

import requests
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import override

from mitwirken.core import audit

from .. import beside, tokens
from ..dispatch.claim import Letter, claim_for
from ..dispatch.fence import may_hand_over
from ..dispatch.settle import DELIVERED, LATER, REFUSED, Outcome, settle
from ..models import Channel, Dispatch, Member
from . import service
from .endpoints import may_post_to
from .models import PushDevice

# More devices than anybody has; whoever adds one more loses the oldest.
MOST_DEVICES = 10
AT_ONCE = 50
# A notice of an offer is worth something for a day; after that the mail has long said it.
TTL = 86_400


class NotADevice(Exception):
    """What a browser handed in is no address we post to, or has no keys we can encrypt for."""


@transaction.atomic
def switch_on(member: Member, endpoint: str, p256dh: str, auth: str, *, at: datetime) -> PushDevice:
    """Tell this device from now on. A browser that says it again changes hands with its keys."""
    if not may_post_to(endpoint) or _size(p256dh) != 65 or _size(auth) != 16:
        raise NotADevice
    device, _created = PushDevice.objects.update_or_create(
        digest=hashlib.sha256(endpoint.encode()).hexdigest(),
        defaults={"member": member, "endpoint": endpoint, "p256dh": p256dh, "auth": auth, "created_at": at},
    )
    kept = member.push_devices.order_by("-created_at", "-pk").values_list("pk", flat=True)[:MOST_DEVICES]
    member.push_devices.exclude(pk__in=list(kept)).delete()
    audit.record(member, "pool_push.on", by=None)
    return device


@transaction.atomic
def switch_off(member: Member, device_id: int, *, at: datetime) -> bool:
    """Forget one device. Twice changes nothing."""
    gone, _rows = member.push_devices.filter(pk=device_id).delete()
    if gone:
        audit.record(member, "pool_push.off", by=None)
    return bool(gone)


def add_rows(dispatch: Dispatch, low: int, high: int, at: datetime) -> int:
    """Part of freezing a chunk: whoever is told of an offer at once and has a device is told there, too."""
    if not service.is_configured():
        return 0
    return beside.add_rows(dispatch, low, high, at, channel=Channel.PUSH, reached=PushDevice.objects.all())


def send(*, at: datetime) -> int:
    """One round: claim, post, settle. May be killed at any point: a repeat bears the same topic and replaces the first.

    The number of members told.
    """
    if not service.is_configured() or not may_hand_over(at=at, is_caught=False):
        return 0
    claim_id, letters = claim_for(Channel.PUSH, at=at, limit=AT_ONCE, urgent=False)
    if not letters:
        return 0
    devices = defaultdict(list)
    for device in PushDevice.objects.filter(member__in=[letter.member.pk for letter in letters]):
        devices[device.member_id].append(device)
    told, waits = 0, dict[str, int]()
    with requests.Session() as session:
        for letter in letters:
            outcome = _tell(letter, devices[letter.member.pk], session, waits, at)
            settle([outcome], claim_id, at=at)
            told += outcome.reply == DELIVERED
    return told


def _tell(
    letter: Letter, devices: list[PushDevice], session: requests.Session, waits: dict[str, int], at: datetime
) -> Outcome:
    """Post to all devices of one member; one that took it is enough. Who asks us to wait is left alone this round."""
    topic = tokens.message_key(letter.row.dispatch_id, letter.member.pk, Channel.PUSH, letter.row.occasion)
    message = {**_message(letter), "tag": topic}
    words, seconds = set[str](), 0
    for device in devices:
        if device.host in waits:
            answer = service.Answer(service.WAIT, waits[device.host])
        else:
            answer = service.post(device, message, topic=topic, ttl=TTL, session=session)
        words.add(answer.word)
        if answer.word == service.SENT:
            PushDevice.objects.filter(pk=device.pk).update(last_ok_at=at)
        elif answer.word == service.GONE:
            PushDevice.objects.filter(pk=device.pk).delete()
        elif answer.word == service.WAIT:
            seconds = max(seconds, answer.seconds)
            if answer.seconds:
                waits[device.host] = answer.seconds
    if service.SENT in words:
        return Outcome(letter.row, reply=DELIVERED)
    if service.WAIT in words:
        return Outcome(letter.row, reply=LATER, wait=timedelta(seconds=seconds) or None)
    return Outcome(letter.row, reply=REFUSED)


def _message(letter: Letter) -> dict[str, Any]:
    """The offer's title and public address; who reads it is told nothing about the member."""
    wanted = {step for step, _reason in letter.choices}
    entries = [entry for entry in letter.dispatch.content["items"] if entry["step"] in wanted]
    entry = entries[0]
    with override(letter.member.lang):
        return {
            "title": _("New: %s") % entry["title"],
            "body": entry["teaser"][:200] or entry["project"],
            "url": entry["url"],
            "lang": letter.member.lang,
        }


def _size(key: str) -> int:
    """How many bytes a key has; 0 if it is none."""
    try:
        return len(base64.b64decode(key + "=" * (-len(key) % 4), altchars=b"-_", validate=True))
    except (binascii.Error, ValueError):
        return 0

"""Handing one encrypted message to a push service (RFC 8030, 8291, 8292)."""

import base64
import json
import logging
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlsplit

import requests
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from django.conf import settings
from py_vapid import Vapid02

from .endpoints import leads_outside, may_post_to
from .models import PushDevice

log = logging.getLogger(__name__)

TIMEOUT = (5, 15)
# A service that asks for more than a day is not going to take it at all.
LONGEST_WAIT = 86_400
SENT, GONE, WAIT, REFUSED = "sent", "gone", "wait", "refused"


@dataclass(frozen=True)
class Answer:
    """What a push service said: sent, gone (the device is no more), wait (so many seconds), or refused."""

    word: str
    seconds: int = 0


def is_configured() -> bool:
    return bool(settings.PUSH_PRIVATE_KEY)


def public_key() -> str:
    """What browsers need to know of our key."""
    point = _vapid().public_key.public_bytes(serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint)
    return _plain(point)


def new_private_key() -> str:
    number = ec.generate_private_key(ec.SECP256R1()).private_numbers().private_value
    return _plain(number.to_bytes(32, "big"))


def post(device: PushDevice, message: dict[str, Any], *, topic: str, ttl: int, session: requests.Session) -> Answer:
    """One message to one device. Redirects are not followed: they could lead anywhere."""
    if not may_post_to(device.endpoint):
        return Answer(GONE)
    if not leads_outside(device.endpoint):
        return Answer(WAIT)
    # Brings an HTTP client along that takes a tenth of a second to load: only who sends waits for it.
    from pywebpush import WebPusher, WebPushException

    headers = {**_signed(device.endpoint), "Topic": topic, "Urgency": "normal", "TTL": str(ttl)}
    try:
        body = WebPusher(device.keys).encode(json.dumps(message).encode(), "aes128gcm")["body"]
    except (WebPushException, ValueError):
        return Answer(GONE)  # keys nobody can encrypt for
    try:
        answer = session.post(
            device.endpoint,
            data=body,
            headers=headers | {"Content-Encoding": "aes128gcm", "Content-Type": "application/octet-stream"},
            timeout=TIMEOUT,
            allow_redirects=False,
        )
    except requests.RequestException as error:
        # Never the address: its path is the device.
        log.info("push service %s: %s", device.host, type(error).__name__)
        return Answer(WAIT)
    if answer.status_code in (200, 201, 202, 204):
        return Answer(SENT)
    if answer.status_code in (404, 410):
        return Answer(GONE)
    if answer.status_code == 429 or answer.status_code >= 500:
        return Answer(WAIT, _seconds(answer.headers.get("Retry-After", "")))
    log.warning("push service %s answers %s", device.host, answer.status_code)
    return Answer(REFUSED)


def _signed(endpoint: str) -> dict[str, str]:
    parts = urlsplit(endpoint)
    claims = {
        "aud": f"{parts.scheme}://{parts.netloc}",
        "sub": f"mailto:{settings.PUSH_CONTACT}",
        "exp": int(time.time()) + 12 * 3600,
    }
    return dict(_vapid().sign(claims))


def _vapid() -> Vapid02:
    return Vapid02.from_raw(settings.PUSH_PRIVATE_KEY.encode())


def _seconds(retry_after: str) -> int:
    """Seconds or a date (RFC 9110 10.2.3)."""
    if retry_after.isdigit():
        return min(int(retry_after), LONGEST_WAIT)
    try:
        moment = parsedate_to_datetime(retry_after)
    except (TypeError, ValueError):
        return 0
    now = datetime.fromtimestamp(time.time(), tz=UTC)
    return max(0, min(int((moment - now).total_seconds()), LONGEST_WAIT))


def _plain(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()

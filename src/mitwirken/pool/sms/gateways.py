"""Handing one text message to a gateway: two providers, and a plain POST for a gateway of one's own.

`SMS_URL` names it; README.md beside this says what is posted and what each answer means. No number stands in a log.
"""

import logging
import ssl
from dataclasses import dataclass, field
from datetime import UTC
from email.utils import parsedate_to_datetime
from functools import lru_cache
from typing import Any, Protocol
from urllib.parse import parse_qs, unquote, urlsplit

import requests
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from urllib3.exceptions import ConnectTimeoutError, MaxRetryError, NewConnectionError

from mitwirken.core import clock

log = logging.getLogger(__name__)

TIMEOUT = (5, 20)
HERE = ("localhost", "127.0.0.1", "::1")
# How long a gateway rests that cannot or must not take anything now, if it names no time itself.
REST_SECONDS = 300
LONGEST_WAIT = 86_400
# Taken; this number takes none for good; this message is none; this one later; the whole gateway later; nobody knows.
SENT, GONE, REFUSED, WAIT, REST, UNCLEAR = "sent", "gone", "refused", "wait", "rest", "unclear"


@dataclass(frozen=True)
class Answer:
    """What a gateway said, and for how many seconds it wants to be left alone."""

    word: str
    seconds: int = 0


class Gateway(Protocol):
    """One way out. `knows_repeats`: a message under the same name is sent once, however often it is handed over."""

    @property
    def address(self) -> str: ...

    @property
    def knows_repeats(self) -> bool: ...

    def request(self, number: str, text: str, name: str) -> dict[str, Any]:
        """What is posted."""

    def read(self, response: requests.Response) -> Answer:
        """What the answer means."""


@dataclass(frozen=True)
class Own:
    """A gateway of the city: it gets ``{id, to, text}`` and knows an ``id`` again (our part of the contract: it is
    the same at each repeat)."""

    address: str
    user: str = field(repr=False)
    password: str = field(repr=False)
    knows_repeats = True

    def request(self, number: str, text: str, name: str) -> dict[str, Any]:
        found: dict[str, Any] = {"json": {"id": name, "to": number, "text": text}}
        if self.user:
            found["auth"] = (self.user, self.password)
        return found

    def read(self, response: requests.Response) -> Answer:
        # Not 404: that is what a slip in SMS_URL gets, and it must not cost all members their numbers.
        return Answer(GONE) if response.status_code in (410, 422) else by_status(response)


@dataclass(frozen=True)
class Seven:
    """seven.io: every answer is 200, the number in its body counts."""

    address: str
    key: str = field(repr=False)
    sender: str
    knows_repeats = False
    # Codes of the provider; 402: the same words went to this number within three minutes.
    _MEANT = {
        "100": Answer(SENT),
        "402": Answer(SENT),
        "202": Answer(GONE),
        "403": Answer(WAIT, 3600),
        **dict.fromkeys(("301", "305", "401"), Answer(REFUSED)),
        **dict.fromkeys(("201", "306", "500", "900", "901", "902", "903"), Answer(REST, 900)),
    }

    def request(self, number: str, text: str, name: str) -> dict[str, Any]:
        words = {"to": number, "text": text, "foreign_id": name}
        if self.sender:
            words["from"] = self.sender
        return {"json": words, "headers": {"X-Api-Key": self.key, "Accept": "application/json"}}

    def read(self, response: requests.Response) -> Answer:
        if response.status_code != 200:
            return by_status(response)
        code = _seven_code(response)
        if code not in ("100", "402", "202", "403"):
            log.warning("sms: the gateway answers code %s", code if code.isdigit() and len(code) < 5 else "unknown")
        return self._MEANT.get(code, Answer(UNCLEAR))


@dataclass(frozen=True)
class Sipgate:
    """sipgate: 204 is a yes. It has no name for a message, so a repeat would be a second one."""

    address: str
    token_id: str
    token: str = field(repr=False)
    sms_id: str
    knows_repeats = False

    def request(self, number: str, text: str, name: str) -> dict[str, Any]:
        words = {"smsId": self.sms_id, "recipient": number, "message": text}
        return {"json": words, "auth": (self.token_id, self.token)}

    def read(self, response: requests.Response) -> Answer:
        return by_status(response)


def configured() -> Gateway | None:
    """The gateway the operator chose; None: there are no text messages."""
    return _gateway(settings.SMS_URL)


def stays_here(gateway: Gateway) -> bool:
    """True if it listens on this machine, as the demo's does."""
    return urlsplit(gateway.address).hostname in HERE


def hand_over(gateway: Gateway, number: str, text: str, *, name: str, session: requests.Session) -> Answer:
    """One message. Redirects are not followed: they would repeat it elsewhere."""
    try:
        response = session.post(
            gateway.address, timeout=TIMEOUT, allow_redirects=False, **gateway.request(number, text, name)
        )
    except requests.RequestException as error:
        log.warning("sms: %s", type(error).__name__)
        return Answer(REST if _never_left(error) else UNCLEAR)
    return gateway.read(response)


def by_status(response: requests.Response) -> Answer:
    """What an answer means by its status alone (RFC 9110)."""
    status = response.status_code
    if 200 <= status < 300:
        return Answer(SENT)
    if status in (429, 503):
        return Answer(REST, _seconds(response.headers.get("Retry-After", "")))
    log.warning("sms: the gateway answers %s", status)
    if status >= 500:
        # It may have taken the message before something broke behind it.
        return Answer(UNCLEAR)
    if status in (400, 410, 413, 422):
        return Answer(REFUSED)
    # A redirect, a wrong key, no credit, a wrong address or method: ours to repair, and no message is lost by it.
    return Answer(REST, 900)


@lru_cache(maxsize=4)
def _gateway(url: str) -> Gateway | None:
    if not url:
        return None
    try:
        parts = urlsplit(url)
        port, host = parts.port, parts.hostname
    except ValueError:
        raise ImproperlyConfigured("SMS_URL is no address.") from None
    query = {key: values[0] for key, values in parse_qs(parts.query).items()}
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    # Without TLS on this machine alone, where tests and catchers listen.
    place = f"{'http' if host in HERE else 'https'}://{_bracketed(host)}{f':{port}' if port else ''}"
    if parts.scheme == "seven" and host and user:
        return Seven(f"{place}/api/sms", user, query.get("from", ""))
    if parts.scheme == "sipgate" and host and user and password:
        return Sipgate(f"{place}/v2/sessions/sms", user, password, query.get("smsId", "s0"))
    if parts.scheme in ("http", "https") and host:
        netloc = parts.netloc.rpartition("@")[2]
        return Own(parts._replace(netloc=netloc).geturl(), user, password)
    raise ImproperlyConfigured(
        "SMS_URL is seven://KEY@gateway.seven.io/?from=Name, sipgate://TOKENID:TOKEN@api.sipgate.com/?smsId=s0 "
        "or http(s)://user:password@host/path."
    )


def _bracketed(host: str | None) -> str:
    return f"[{host}]" if host and ":" in host else host or ""


def _never_left(error: requests.RequestException) -> bool:
    """True if there was no connection on which the message could have left."""
    cause = error.args[0] if error.args else None
    reason = cause.reason if isinstance(cause, MaxRetryError) else None
    if isinstance(reason, ConnectTimeoutError | NewConnectionError):
        return True
    return reason is not None and any(isinstance(each, ssl.SSLCertVerificationError) for each in reason.args)


def _seven_code(response: requests.Response) -> str:
    """The code of one message; some refusals are the bare number."""
    try:
        said = response.json()
    except ValueError:
        return response.text.strip()[:10]
    if not isinstance(said, dict):
        return str(said)[:10]
    messages = said.get("messages")
    first = messages[0] if isinstance(messages, list) and messages and isinstance(messages[0], dict) else {}
    if first.get("success") is False:
        return str(first.get("error"))[:10]
    return str(said.get("success"))[:10]


def _seconds(retry_after: str) -> int:
    """Seconds or a date (RFC 9110 10.2.3)."""
    if retry_after.isdigit():
        return min(int(retry_after), LONGEST_WAIT)
    try:
        moment = parsedate_to_datetime(retry_after)
    except (TypeError, ValueError):
        return 0
    now = clock.now().astimezone(UTC)
    return max(0, min(int((moment.replace(tzinfo=moment.tzinfo or UTC) - now).total_seconds()), LONGEST_WAIT))

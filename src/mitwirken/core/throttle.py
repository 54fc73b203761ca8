"""Rate limits for public forms, shared by every process through the database (docs/adr/0005-throttle-table.md)."""

import hashlib
import ipaddress
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import TypedDict

from django.conf import settings
from django.db.models import F
from django.http import HttpRequest

from . import clock
from .models import Throttle


class Limit(TypedDict):
    """How often in which window; hand it on with ``**``."""

    limit: int
    per: timedelta


def too_many(request: HttpRequest, action: str, *, limit: int, per: timedelta) -> bool:
    """Count one use of `action` from this address; True once more than `limit` happened in the window `per`.

    Addresses are kept as a keyed hash of the prefix and only while the window lasts. Limits are meant to be
    generous: a school or a library shares one address.
    """
    return count(f"{action}:{_prefix_hash(request)}", limit=limit, per=per, at=clock.now())


def count(key: str, *, limit: int, per: timedelta, at: datetime) -> bool:
    """Count one use of `key`; True if this use is over the `limit` of the window."""
    seconds = int(per.total_seconds())
    window = datetime.fromtimestamp(int(at.timestamp()) // seconds * seconds, tz=UTC)
    row, _ = Throttle.objects.get_or_create(key=key, window=window)
    Throttle.objects.filter(pk=row.pk).update(count=F("count") + 1)
    row.refresh_from_db(fields=["count"])
    return row.count > limit


@contextmanager
def evenly() -> Iterator[None]:
    """Take `EVEN_SECONDS` s whatever happens inside: the time an answer takes tells nobody who is known here.

    Only behind `too_many`, or waiting itself could be used to keep the server busy.
    """
    begun = time.monotonic()
    try:
        yield
    finally:
        time.sleep(max(0.0, begun + settings.EVEN_SECONDS - time.monotonic()))


def client_address(request: HttpRequest) -> str:
    """The peer's address, or the one our own reverse proxies vouch for (`TRUSTED_PROXIES`)."""
    hops = [hop.strip() for hop in request.headers.get("X-Forwarded-For", "").split(",") if hop.strip()]
    if settings.TRUSTED_PROXIES and len(hops) >= settings.TRUSTED_PROXIES:
        return hops[-settings.TRUSTED_PROXIES]
    return request.META.get("REMOTE_ADDR", "")


def _prefix_hash(request: HttpRequest) -> str:
    try:
        address = ipaddress.ip_address(client_address(request))
        # A household has a /64; a single IPv6 address would be no limit at all.
        prefix = str(ipaddress.ip_network((address, 32 if address.version == 4 else 64), strict=False))
    except ValueError:
        prefix = "unknown"
    return hashlib.blake2s(prefix.encode(), key=settings.SECRET_KEY.encode()[:32], digest_size=12).hexdigest()

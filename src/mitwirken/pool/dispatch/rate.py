"""How fast we may send: buckets of tokens, refilled by time, shared through the database.

One bucket is for the relay. A relay of somebody else passes on what the big mailbox providers say, so each group of
domains has a bucket of its own: it begins slowly, gets faster while nobody complains, and slower when one does. A relay
on this machine keeps its own measure for each destination; there the groups are off (`MAIL_PACED`).
"""

from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta
from functools import lru_cache

from django.conf import settings
from django.db import transaction

from ..models import PoolSettings, RateBucket
from .claim import Letter
from .smtp import Reply

# Mails per minute to a group we have never written to; and how its pace changes.
SLOW_START, FASTER, SLOWER, SLOWEST = 60.0, 1.5, 0.5, 6.0
MINUTE = timedelta(minutes=1)
# What finds no room now comes again, spread over the time it will take, but looked at again by then.
LONGEST_WAIT = timedelta(minutes=10)
GROUPS = {
    "t-online": {"t-online.de", "magenta.de"},
    "gmx": {"gmx.de", "gmx.net", "gmx.at", "gmx.ch", "gmx.com", "gmx.org", "web.de"},
    "gmail": {"gmail.com", "googlemail.com"},
    "outlook": {"outlook.com", "outlook.de", "hotmail.com", "hotmail.de", "live.com", "live.de", "msn.com"},
}
OTHERS = "others"


def relay_name() -> str:
    return f"{settings.EMAIL_HOST}:{settings.EMAIL_PORT}"[:80]


@transaction.atomic
def take(wanted: int, *, at: datetime) -> int:
    """Take up to `wanted` of the relay's tokens; how many there were. A full bucket holds ten seconds' worth."""
    per_second = PoolSettings.load().mails_per_minute / 60
    bucket, _ = RateBucket.objects.select_for_update().get_or_create(
        scope="relay", key=relay_name(), defaults={"tokens": max(per_second * 10, 1.0), "updated_at": at}
    )
    taken = min(wanted, int(_refilled(bucket, per_second, at)))
    bucket.tokens -= taken
    bucket.save(update_fields=["tokens", "updated_at"])
    return taken


@transaction.atomic
def give_back(tokens: int, *, at: datetime) -> None:
    """Return what was not used."""
    bucket = RateBucket.objects.select_for_update().filter(scope="relay", key=relay_name()).first()
    if bucket and tokens > 0:
        bucket.tokens += tokens
        bucket.save(update_fields=["tokens"])


@transaction.atomic
def admit(letters: list[Letter], *, at: datetime) -> tuple[list[Letter], list[tuple[Letter, datetime]]]:
    """Those whose provider bears them now, and the others with the moment they come again."""
    waiting: dict[str, list[Letter]] = defaultdict(list)
    for letter in letters:
        waiting[group_of(letter.member.email)].append(letter)
    admitted, later = [], []
    for group, found in sorted(waiting.items()):
        bucket = _bucket(group, at)
        _grow(bucket, at)
        room = min(int(_refilled(bucket, bucket.per_minute / 60, at)), len(found))
        bucket.tokens -= room
        bucket.save()
        admitted += found[:room]
        for number, letter in enumerate(found[room:], 1):
            later.append((letter, at + min(MINUTE * number / bucket.per_minute, LONGEST_WAIT)))
    return admitted, later


@transaction.atomic
def slow_down(groups: Iterable[str], *, at: datetime) -> None:
    """Somebody there asks us to wait: half as fast from now on, for this group only."""
    for group in sorted(set(groups)):
        bucket = _bucket(group, at)
        bucket.per_minute = max(bucket.per_minute * SLOWER, SLOWEST)
        bucket.tokens, bucket.steady_since = 0, at
        bucket.save()


def asks_to_wait(reply: Reply) -> bool:
    """True for an answer that is about how much we send, not about one mailbox."""
    return reply.code == 421 or (reply.code < 500 and reply.enhanced.startswith("4.7."))


def group_of(email: str) -> str:
    return _group_of_domain(email.rpartition("@")[2].lower(), settings.MAIL_DOMAIN)


@lru_cache(maxsize=10_000)
def _group_of_domain(domain: str, ours: str) -> str:
    # mitmachen.stadt.example and stadt.example belong to the same mailboxes.
    if domain == ours or ours.endswith(f".{domain}") or domain.endswith(f".{ours}"):
        return "own"
    return next((name for name, domains in GROUPS.items() if domain in domains), OTHERS)


def paces() -> Counter[str]:
    """What each group bears at present, per minute."""
    return Counter(dict(RateBucket.objects.filter(scope="group").values_list("key", "per_minute")))


def _bucket(group: str, at: datetime) -> RateBucket:
    first = {"tokens": max(SLOW_START / 6, 1.0), "per_minute": SLOW_START, "updated_at": at, "steady_since": at}
    return RateBucket.objects.select_for_update().get_or_create(scope="group", key=group, defaults=first)[0]


def _grow(bucket: RateBucket, at: datetime) -> None:
    since = bucket.steady_since or at
    # A minute counts only if mails went there: silence proves nothing.
    if at - since >= MINUTE and at - bucket.updated_at < MINUTE:
        bucket.per_minute = min(bucket.per_minute * FASTER, PoolSettings.load().mails_per_group)
        bucket.steady_since = at
    elif at - since >= MINUTE:
        bucket.steady_since = at


def _refilled(bucket: RateBucket, per_second: float, at: datetime) -> float:
    passed = max((at - bucket.updated_at).total_seconds(), 0)
    bucket.tokens = min(max(per_second * 10, 1.0), bucket.tokens + passed * per_second)
    bucket.updated_at = max(at, bucket.updated_at)
    return bucket.tokens

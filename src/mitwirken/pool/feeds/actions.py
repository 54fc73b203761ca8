"""Switching the feed on and off, and giving it a new address."""

from datetime import datetime

from django.db import transaction

from mitwirken.core import audit

from ..models import Member
from .models import Feed


@transaction.atomic
def switch_on(member: Member, *, at: datetime) -> Feed:
    """From now on the member's feed has an address. Twice changes nothing."""
    feed, created = Feed.objects.select_for_update().get_or_create(member=member, defaults={"changed_at": at})
    if created or not feed.is_on:
        if not created:
            # Whoever knew the old address does not get it back.
            _renew(feed, at)
        audit.record(feed, "pool.feed_on", by=None)
    return feed


@transaction.atomic
def switch_off(member: Member, *, at: datetime) -> None:
    """The address ends; who asks for it is told so."""
    if Feed.objects.filter(member=member, is_on=True).update(is_on=False, changed_at=at):
        audit.record(Feed.objects.get(member=member), "pool.feed_off", by=None)


@transaction.atomic
def renew(member: Member, *, at: datetime) -> None:
    """Another address; the one so far ends at once."""
    feed = Feed.objects.select_for_update().filter(member=member, is_on=True).first()
    if feed is not None:
        _renew(feed, at)
        audit.record(feed, "pool.feed_renewed", by=None)


def _renew(feed: Feed, at: datetime) -> None:
    feed.generation += 1
    feed.is_on, feed.changed_at = True, at
    feed.save(update_fields=["generation", "is_on", "changed_at"])

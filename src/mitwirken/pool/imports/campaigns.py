"""Codes on flyers: made, ended, counted. Members keep the code and nothing else of the way they came."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Count

from mitwirken.accounts.models import User
from mitwirken.core import audit

from ..handful import shown
from ..models import Campaign, Member


@transaction.atomic
def begin(campaign: Campaign, *, by: User, at: datetime) -> Campaign:
    """Open a new code."""
    campaign.created_by, campaign.created_at = by, at
    campaign.save()
    audit.record(campaign, "pool_imports.campaign_begun", by=by)
    return campaign


@transaction.atomic
def switch(campaign: Campaign, *, active: bool, by: User) -> None:
    """End a campaign, or begin it again; members keep the code either way. Twice changes nothing."""
    if campaign.active == active:
        return
    campaign.active = active
    campaign.save(update_fields=["active"])
    audit.record(campaign, "pool_imports.campaign_switched", by=by, active=campaign.active)


def joined(campaign: Campaign) -> int | None:
    """Members who came with this code; None for a handful."""
    return shown(Member.objects.active().filter(campaign=campaign.code).count())


def numbers(found: list[Campaign]) -> list[dict[str, Any]]:
    """These campaigns with their members; one query."""
    came = Member.objects.active().filter(campaign__in=[row.code for row in found])
    counted = dict(came.values_list("campaign").annotate(Count("pk")).order_by())
    return [{"campaign": row, "joined": shown(counted.get(row.code, 0))} for row in found]

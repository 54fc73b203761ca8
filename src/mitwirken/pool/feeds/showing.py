"""The feed in the preference centre, and in the data download."""

from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ..features import Panel
from ..models import Member
from . import addresses
from .models import Feed

# What stands beside the keys of `personal_data` on the page people read.
LABELS = {
    "feeds": gettext_lazy("My feed and my calendar"),
    "is_on": gettext_lazy("Switched on"),
    "changed_at": gettext_lazy("Last changed at"),
}


def panel(member: Member, token: str) -> Panel:
    """The switch, and the addresses while it is on."""
    feed = Feed.objects.filter(member=member, is_on=True).first()
    context: dict[str, Any] = {"switch_url": reverse("pool_feeds:switch", args=[token]), "is_on": feed is not None}
    if feed is not None:
        secret = addresses.token(feed)
        calendar = settings.SITE_URL + reverse("pool_feeds:calendar", args=[secret])
        context |= {
            "atom_url": settings.SITE_URL + reverse("pool_feeds:atom", args=[secret]),
            "calendar_url": calendar,
            # What telephones and calendar programs open by themselves.
            "webcal_url": "webcal://" + calendar.partition("://")[2],
        }
    return Panel("pool_feeds/panel.html", context, anchor="feed", title=_("My feed and my calendar"))


def personal_data(member: Member) -> dict[str, Any]:
    """For the data download."""
    feed = Feed.objects.filter(member=member).first()
    return {} if feed is None else {"is_on": feed.is_on, "changed_at": feed.changed_at}

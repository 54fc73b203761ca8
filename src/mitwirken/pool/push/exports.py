"""What a member sees and takes along of their devices."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ..features import Panel
from ..models import Member
from . import service

# What stands beside the keys of `personal_data` on the page people read.
LABELS = {
    "push": gettext_lazy("Notices on devices"),
    "devices": gettext_lazy("Devices"),
    "endpoint": gettext_lazy("Address at the browser's maker"),
    "since": gettext_lazy("Switched on at"),
    "last_notice": gettext_lazy("Last notice at"),
}


def panel(member: Member, token: str) -> Panel | None:
    """The part of the preference centre; None while the operator has not set notices up."""
    if not service.is_configured():
        return None
    context = {
        "devices": list(member.push_devices.order_by("-created_at")),
        "key": service.public_key(),
        "worker_url": reverse("pool_push:worker"),
        "scope": reverse("pool:start"),
        "on_url": reverse("pool_push:on", args=[token]),
        "off_url": reverse("pool_push:off", args=[token]),
    }
    return Panel("pool_push/panel.html", context, anchor="devices", title=_("Notices on this device"))


def personal_data(member: Member) -> dict[str, Any]:
    """The devices as the member knows them; the keys open nothing but our own notices."""
    devices = [
        {"endpoint": device.endpoint, "since": device.created_at, "last_notice": device.last_ok_at}
        for device in member.push_devices.order_by("pk")
    ]
    return {"devices": devices} if devices else {}

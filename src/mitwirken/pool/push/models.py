"""The devices on which a member wants to be told at once."""

from django.db import models

from ..models import Member

# Whose push service an address belongs to, in words people know.
_SERVICES = {
    "googleapis.com": "Chrome, Edge, Android",
    "mozilla.com": "Firefox",
    "apple.com": "Safari, iPhone, Mac",
    "windows.com": "Edge, Windows",
}


class PushDevice(models.Model):
    """One browser on one device: its address at the push service and the keys only it can open messages with."""

    member = models.ForeignKey(Member, models.CASCADE, related_name="push_devices")
    # SHA-256 of the endpoint: addresses are too long for an index.
    digest = models.CharField(max_length=64, unique=True)
    endpoint = models.TextField()
    p256dh = models.CharField(max_length=100)
    auth = models.CharField(max_length=40)
    created_at = models.DateTimeField()
    last_ok_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"Device {self.pk}"

    @property
    def host(self) -> str:
        return self.endpoint.split("/")[2] if self.endpoint.count("/") > 2 else ""

    @property
    def kind(self) -> str:
        """The kind of browser, as far as its push service tells."""
        return next((words for suffix, words in _SERVICES.items() if self.host.endswith(suffix)), "")

    @property
    def keys(self) -> dict[str, object]:
        """As the encryption wants it (RFC 8291)."""
        return {"endpoint": self.endpoint, "keys": {"p256dh": self.p256dh, "auth": self.auth}}

"""What came back, and what that says about addresses: keyed hashes and codes, never an address or a sentence."""

from datetime import datetime

from django.db import models
from django.utils.translation import gettext_lazy as _

from ..models import Dispatch, Outbox


class ReturnKind(models.TextChoices):
    """What came back. The first four are what `reports.Kind` reads out of a bounce."""

    HARD = "hard", _("no such mailbox")
    SOFT = "soft", _("mailbox full or not reachable now")
    POLICY = "policy", _("refused as unwanted or against a rule")
    DELAYED = "delayed", _("delayed, still being tried")
    COMPLAINT = "complaint", _("reported as spam")
    LEAVE = "leave", _("unsubscribed by mail")
    REPLY = "reply", _("answers by people")
    AUTOMATIC = "automatic", _("holiday notes and other automatic answers")
    UNKNOWN = "unknown", _("forged or outdated return addresses")


class Returned(models.Model):
    """One thing that came back."""

    kind = models.CharField(max_length=9, choices=ReturnKind.choices)
    # As in RFC 3463; never the server's sentence, which may quote the address.
    code = models.CharField(max_length=12, blank=True)
    at = models.DateTimeField()
    dispatch = models.ForeignKey(Dispatch, models.SET_NULL, null=True, related_name="+")
    outbox = models.ForeignKey(Outbox, models.SET_NULL, null=True, related_name="+")
    # Whose address it was about; empty once it does not matter any more.
    address_hash = models.CharField(max_length=64, blank=True)

    class Meta:
        indexes = [models.Index(fields=["address_hash", "at"]), models.Index(fields=["at"])]

    def __str__(self) -> str:
        return f"{self.kind} {self.code}"


class ScoreQuerySet(models.QuerySet):
    def silenced(self, *, at: datetime):
        return self.filter(until__gt=at)


class AddressScore(models.Model):
    """How well an address takes mail: apart from membership and from what people wish."""

    address_hash = models.CharField(max_length=64, unique=True)
    hard = models.PositiveSmallIntegerField(default=0)
    soft = models.PositiveSmallIntegerField(default=0)
    last_at = models.DateTimeField()
    # What came back before this moment counts no more.
    cleared_at = models.DateTimeField(null=True)
    silenced_at = models.DateTimeField(null=True)
    until = models.DateTimeField(null=True)
    # A postal address is known: the next news may go by letter.
    by_letter = models.BooleanField(default=False)

    objects = ScoreQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["until"])]

    def __str__(self) -> str:
        return f"{self.address_hash[:12]} {self.hard}/{self.soft}"

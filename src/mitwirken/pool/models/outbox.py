"""One row per mail to one person, without any address; and the workers that carry them out."""

from datetime import datetime

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from .mailings import Body, Dispatch
from .members import Channel, Member


class OutboxState(models.IntegerChoices):
    READY = 0, _("waiting")
    CLAIMED = 1, _("being sent")
    ACCEPTED = 2, _("sent")
    FAILED = 4, _("refused by the mail server")
    IN_DOUBT = 5, _("unclear")
    SKIPPED = 6, _("left out")
    CANCELLED = 7, _("cancelled")
    HELD = 8, _("held back")
    BOUNCED = 9, _("returned")


class OutboxQuerySet(models.QuerySet):
    def ready(self, *, at: datetime, channel: int):
        return self.filter(state=OutboxState.READY, due_at__lte=at, channel=channel)

    def unfinished(self):
        return self.filter(state__in=[OutboxState.READY, OutboxState.CLAIMED, OutboxState.IN_DOUBT])


class Worker(models.Model):
    """A process that sends. While it lives it holds a lock on its journal."""

    host = models.CharField(max_length=80)
    boot_id = models.CharField(max_length=40, blank=True)
    pid = models.PositiveIntegerField()
    started_at = models.DateTimeField()
    heartbeat_at = models.DateTimeField()
    journal_path = models.CharField(max_length=300)
    state = models.CharField(max_length=8, default="running", choices=[("running", "running"), ("gone", "gone")])
    # Mails it handed over so far.
    accepted = models.PositiveBigIntegerField(default=0)

    class Meta:
        indexes = [models.Index(fields=["state"])]

    def __str__(self) -> str:
        return f"{self.host}:{self.pid}"


class Outbox(models.Model):
    """The truth about one mail. Address, name and language are joined when it is sent, never stored here."""

    dispatch = models.ForeignKey(Dispatch, models.CASCADE, related_name="rows", db_index=False)
    member = models.ForeignKey(Member, models.CASCADE, related_name="outbox")
    channel = models.PositiveSmallIntegerField(choices=Channel.choices, default=Channel.MAIL)
    # Counts repeated personal mails of one kind; 0 for all others.
    occasion = models.PositiveIntegerField(default=0)
    body = models.ForeignKey(Body, models.SET_NULL, null=True, related_name="+", db_index=False)
    state = models.PositiveSmallIntegerField(choices=OutboxState.choices, default=OutboxState.READY)
    prio = models.PositiveSmallIntegerField(default=5)
    due_at = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    # Fencing token: who lost the claim changes nothing any more.
    claim_id = models.UUIDField(null=True)
    worker = models.ForeignKey(Worker, models.SET_NULL, null=True, related_name="+", db_index=False)
    lease_until = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    reply_code = models.PositiveSmallIntegerField(null=True)
    enh_code = models.CharField(max_length=12, blank=True)
    queue_ref = models.CharField(max_length=80, blank=True)

    objects = OutboxQuerySet.as_manager()

    # Below it a message is urgent: a lane of its own, no waiting behind news. 0 for what a person just asked for,
    # 1 to 4 for other personal mails and notices to participants, 5 for news, 7 for digests.
    BULK_PRIO = 5

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["dispatch", "member", "channel", "occasion"], name="one_mail_per_person_and_dispatch"
            )
        ]
        indexes = [
            models.Index(fields=["prio", "due_at", "id"], name="outbox_ready", condition=Q(state=0)),
            models.Index(fields=["lease_until"], name="outbox_claimed", condition=Q(state=1)),
            models.Index(fields=["dispatch", "state"], name="outbox_counts"),
        ]

    def __str__(self) -> str:
        return f"{self.dispatch_id}/{self.member_id}"

    @property
    def state_in_words(self) -> str:
        """Its state, without a mail server where there is none."""
        if self.state == OutboxState.FAILED and self.channel != Channel.MAIL:
            return str(REFUSED)
        return str(self.get_state_display())


REFUSED = _("refused")


class EventKind(models.TextChoices):
    DEFERRED = "deferred", _("mail server asks to wait")
    FAILED = "failed", _("refused by the mail server")
    IN_DOUBT = "in_doubt", _("connection broke before the answer")
    RESOLVED = "resolved", _("settled")
    SKIPPED = "skipped", _("left out")
    BOUNCED = "bounced", _("came back")
    COMPLAINED = "complained", _("reported as unwanted")


# What the other side of a text message, a letter or a notice did.
BY_OTHERS = {EventKind.DEFERRED: _("again later"), EventKind.FAILED: REFUSED}
REASONS = {
    "suppressed": _("the address is blocked"),
    "silenced": _("mails to this address come back"),
    "superseded": _("a newer mail replaces it"),
    "status": _("not a member any more, or not yet"),
    "consent": _("agreement withdrawn"),
    "paused": _("member pauses"),
    "cap": _("enough mails in 30 days"),
    "no_offer": _("choices have changed"),
    "again": _("sent again"),
    "relay": _("the mail server has it"),
    "held": _("held back"),
    "restored": _("outdated: the database was restored from a backup"),
}


class OutboxEvent(models.Model):
    """What did not go smoothly with one mail; the smooth ones write nothing here."""

    outbox = models.ForeignKey(Outbox, models.CASCADE, related_name="events")
    at = models.DateTimeField()
    kind = models.CharField(max_length=10, choices=EventKind.choices)
    # A code or a word of ours; never the server's sentence, which may quote the address.
    detail = models.CharField(max_length=60, blank=True)

    class Meta:
        indexes = [models.Index(fields=["at"])]

    def __str__(self) -> str:
        return f"{self.outbox_id} {self.kind} {self.detail}"

    @property
    def kind_in_words(self) -> str:
        """What happened; other ways than the mail have no mail server. Reads the row it is about."""
        if self.outbox.channel != Channel.MAIL and self.kind in BY_OTHERS:
            return str(BY_OTHERS[EventKind(self.kind)])
        return str(self.get_kind_display())

    @property
    def reason(self) -> str:
        """The detail in words."""
        return str(REASONS.get(self.detail, self.detail))


class RateBucket(models.Model):
    """How many mails may leave now: tokens that refill with time. One for the relay, one for each group of domains."""

    scope = models.CharField(max_length=20)
    key = models.CharField(max_length=80, blank=True)
    tokens = models.FloatField()
    updated_at = models.DateTimeField()
    # What a group bears at present, and since when nobody there has complained.
    per_minute = models.FloatField(default=0)
    steady_since = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["scope", "key"], name="one_bucket_per_key")]

    def __str__(self) -> str:
        return f"{self.scope} {self.key} {self.tokens:.0f}"

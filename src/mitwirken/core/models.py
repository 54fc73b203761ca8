"""What every part needs and no department head asks for: the trace, the post, the clockwork."""

from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import F, Q


class AuditEntry(models.Model):
    """Who did what and when; append-only, without the content itself.

    The newest row's id is also the generation of the public pages: whatever changed something wrote a
    row here, so a page cached under an older id is never served again (`core/caching.py`).
    """

    at = models.DateTimeField()
    action = models.CharField(max_length=60)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    object_type = models.CharField(max_length=60)
    object_id = models.CharField(max_length=40)
    facts = models.JSONField(default=dict)

    class Meta:
        indexes = [models.Index(fields=["object_type", "object_id"])]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.action} {self.object_type} {self.object_id}"


class LetterQuerySet(models.QuerySet):
    def due(self, *, at: datetime) -> "LetterQuerySet":
        """Letters to hand to the relay now, oldest first; a claim that outlived its lease counts as free."""
        return self.filter(
            Q(claimed_until=None) | Q(claimed_until__lte=at), sent_at=None, failed_at=None, due_at__lte=at
        ).order_by("due_at", "id")


class Letter(models.Model):
    """One mail to one person about their own matter: a receipt, an answer, a sign-in code.

    Mailings to the pool have their own outbox without addresses; see docs/adr/0003-two-posts.md.
    """

    message_id = models.CharField(max_length=120, unique=True)
    to_address = models.EmailField()
    from_address = models.CharField(max_length=200)
    reply_to = models.CharField(max_length=200, blank=True)
    subject = models.CharField(max_length=200)
    text = models.TextField()
    html = models.TextField(blank=True)
    headers = models.JSONField(default=dict)
    created_at = models.DateTimeField()
    due_at = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    claimed_until = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    failed_at = models.DateTimeField(null=True)
    last_error = models.CharField(max_length=200, blank=True)

    objects = LetterQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["due_at", "id"], name="letter_due", condition=Q(sent_at=None, failed_at=None))]

    def __str__(self) -> str:
        return self.message_id


class Job(models.Model):
    """When a recurring task runs next; the conditional update on this row lets exactly one worker run it."""

    name = models.CharField(max_length=100, primary_key=True)
    next_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name


class InboundMail(models.Model):
    """That a mail came in and what became of it: the same mail again changes nothing.

    The mail itself is kept only if our own code failed over it, until it is dealt with.
    """

    key = models.CharField(max_length=64, unique=True)
    at = models.DateTimeField()
    size = models.PositiveIntegerField()
    outcome = models.CharField(max_length=20, blank=True)
    raw = models.BinaryField(null=True)
    envelope = models.JSONField(default=list)

    class Meta:
        indexes = [models.Index(fields=["at"]), models.Index(fields=["outcome", "at"])]

    def __str__(self) -> str:
        return f"{self.key[:12]} {self.outcome}"


class Throttle(models.Model):
    """How often one address or form was used in one window of time."""

    key = models.CharField(max_length=120)
    window = models.DateTimeField()
    count = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(F("key"), F("window"), name="one_throttle_per_window")]

    def __str__(self) -> str:
        return f"{self.key} {self.window:%H:%M} {self.count}"

"""Why we may write to a person. Without a consent, we may not."""

import hashlib
import json
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from .members import Member, Origin


class Purpose(models.TextChoices):
    """What a consent is for; each is given and withdrawn on its own."""

    INFORMATION = "information", _("news of offers to take part")
    TASKS = "tasks", _("invitations and tasks")
    PANELS = "panels", _("draws for panels")
    STATISTICS = "statistics", _("statistics")
    SMS = "sms", _("news as text messages, too")
    TRAIT_AGE = "trait_age", _("age, for draws")
    TRAIT_SEX = "trait_sex", _("sex, for draws")
    TRAIT_EDUCATION = "trait_education", _("education, for draws")
    TRAIT_MIGRATION = "trait_migration", _("migration, for draws")
    TRAIT_HOUSEHOLD = "trait_household", _("household, for draws")


# What a mailing may be for; the others concern one answer each, or a further way of the news.
MAIN_PURPOSES = (Purpose.INFORMATION, Purpose.TASKS, Purpose.PANELS, Purpose.STATISTICS)


class ConsentAction(models.TextChoices):
    REQUEST = "request", _("asked to join")
    GRANT = "grant", _("agreed")
    WITHDRAW = "withdraw", _("withdrew the agreement")


class ConsentText(models.Model):
    """The exact words a person agreed to. Never changed: other words are another row."""

    digest = models.CharField(max_length=64, unique=True)
    purpose = models.CharField(max_length=20, choices=Purpose.choices)
    version = models.CharField(max_length=20)
    lang = models.CharField(max_length=5)
    text = models.TextField()
    created_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.purpose} {self.version} {self.lang}"


class ConsentEvent(models.Model):
    """One line of the ledger: append-only, chained per person by hash.

    `subject` is the keyed hash of the address: the proof outlives the member's row (limitation period), and
    the chain of one person can end without breaking anybody else's. Who asks for a proof brings the address.
    """

    subject = models.CharField(max_length=64)
    number = models.PositiveIntegerField()
    member = models.ForeignKey(Member, models.SET_NULL, null=True, related_name="consent_events")
    purpose = models.CharField(max_length=20, choices=Purpose.choices)
    action = models.CharField(max_length=8, choices=ConsentAction.choices)
    text = models.ForeignKey(ConsentText, models.PROTECT, related_name="events")
    channel = models.CharField(max_length=8, choices=Origin.choices)
    # The page or the counter where it happened, without any token.
    source = models.CharField(max_length=120)
    # Key of the confirmation mail that led here; empty for what needs none.
    mail_key = models.CharField(max_length=40, blank=True)
    at = models.DateTimeField()
    prev_hash = models.CharField(max_length=64, blank=True)
    hash = models.CharField(max_length=64)

    class Meta:
        constraints = [
            # Two writers at once cannot fork the chain: one of them fails and tries again.
            models.UniqueConstraint(fields=["subject", "number"], name="one_consent_event_per_number")
        ]
        indexes = [models.Index(fields=["action", "at"])]

    def __str__(self) -> str:
        return f"{self.number} {self.action} {self.purpose}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.pk:
            raise TypeError("The consent ledger is append-only.")
        super().save(*args, **kwargs)

    def computed_hash(self) -> str:
        """The hash this line must carry: over its own facts and the line before it."""
        facts = [
            self.subject,
            self.number,
            self.purpose,
            self.action,
            self.text.digest,
            self.channel,
            self.source,
            self.mail_key,
            int(self.at.timestamp() * 1_000_000),
            self.prev_hash,
        ]
        return hashlib.sha256(json.dumps(facts).encode()).hexdigest()


class ConsentState(models.Model):
    """What the ledger adds up to: a row here means yes. Rebuilt from the events at any time."""

    member = models.ForeignKey(Member, models.CASCADE, related_name="consents")
    purpose = models.CharField(max_length=20, choices=Purpose.choices)
    granted_at = models.DateTimeField()
    event = models.ForeignKey(ConsentEvent, models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["member", "purpose"], name="one_state_per_purpose")]

    def __str__(self) -> str:
        return f"{self.member_id} {self.purpose}"


class Suppression(models.Model):
    """An address we do not write to, known by its keyed hash only; stronger than any consent."""

    # What nobody wished but the mailbox itself says: all mails but those a person asks for this minute.
    SILENCED = "silenced"

    address_hash = models.CharField(max_length=64)
    # "all", "silenced", or a purpose.
    scope = models.CharField(max_length=20, default="all")
    reason = models.CharField(
        max_length=10,
        choices=[
            ("asked", _("asked for it")),
            ("complaint", _("complained")),
            ("bounce", _("mails came back")),
        ],
        default="asked",
    )
    created_at = models.DateTimeField()
    # None: for ever.
    until = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["address_hash", "scope"], name="one_suppression_per_scope")]

    def __str__(self) -> str:
        return f"{self.scope} {self.reason}"

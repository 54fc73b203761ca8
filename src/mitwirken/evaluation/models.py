"""What people said about taking part, and what the numbers say. Nobody can be found in here."""

import uuid
from datetime import datetime, timedelta

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

# Three weeks: one to see the mail, one to forget it, one to do it anyway.
OPEN_FOR = timedelta(days=21)
# Paper sheets travel by post and are typed in by people.
PAPER_GRACE = timedelta(days=14)


class RunQuerySet(models.QuerySet):
    def shown(self):
        """Runs of steps that the public may see."""
        return self.filter(step__state="published", step__project__live=True)

    def of_step(self, number: int):
        """The run of the step with this number from an address; one too large for any database finds none."""
        return self.filter(step__id=number)

    def open(self, *, at: datetime):
        return self.filter(opened_at__lte=at, closes_at__gt=at)

    def to_measure(self, *, at: datetime, older_than: timedelta):
        """New sheets came, the window closed, or the last look is a while ago (answers go on for months)."""
        return self.filter(
            Q(measured_at=None)
            | Q(measured_at__lte=at - older_than)
            | Q(measured_at__lt=F("closes_at"), closes_at__lte=at)
        )


class Run(models.Model):
    """The short form for one closed step: its frozen questions and its window of time."""

    step = models.OneToOneField("portal.Step", models.PROTECT, related_name="evaluation_run")
    # [{code, text}] as they were when the run opened; changing the content changes later runs only.
    questions = models.JSONField(default=list)
    questions_version = models.CharField(max_length=20)
    opened_at = models.DateTimeField()
    closes_at = models.DateTimeField()
    # Authors are written to in batches: the last one dealt with, and how many links went out.
    invited_up_to = models.PositiveBigIntegerField(default=0)
    invited = models.PositiveIntegerField(default=0)
    measured_at = models.DateTimeField(null=True, blank=True)
    # Number of sheets in the published results. Refreshed in blocks, so that nobody reads one sheet
    # off the difference between two days.
    published_sheets = models.PositiveIntegerField(default=0)

    objects = RunQuerySet.as_manager()

    class Meta:
        ordering = ["-step__ends_at", "-id"]
        verbose_name = _("participation check")
        verbose_name_plural = _("participation checks")
        indexes = [models.Index(fields=["closes_at"])]

    def __str__(self) -> str:
        return f"run {self.pk} of step {self.step_id}"

    def get_absolute_url(self) -> str:
        return reverse("evaluation:form", args=[self.step_id])

    def is_open(self, *, at: datetime) -> bool:
        return self.opened_at <= at < self.closes_at

    def takes_paper(self, *, at: datetime) -> bool:
        return self.opened_at <= at < self.closes_at + PAPER_GRACE


class Way(models.TextChoices):
    """How a sheet reached us; the results say so, and count all alike."""

    LINK = "link", _("by personal link")
    OPEN = "open", _("by the open page")
    PAPER = "paper", _("on paper")


class Sheet(models.Model):
    """One anonymous set of answers: no account, no address, no time of day."""

    # Random, so that the order of the rows does not tell when a sheet came.
    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    run = models.ForeignKey(Run, models.CASCADE, related_name="sheets")
    way = models.CharField(max_length=5, choices=Way.choices, default=Way.OPEN)
    # {question code: 1, 3, 5, or null for "I do not know"}; left-out questions are missing.
    answers = models.JSONField(default=dict)
    given_on = models.DateField()

    def __str__(self) -> str:
        return f"sheet {self.pk}"


class Ticket(models.Model):
    """A one-time code against handing in twice: only its keyed hash, tied to no sheet and no person."""

    run = models.ForeignKey(Run, models.CASCADE, related_name="tickets")
    digest = models.CharField(max_length=32)
    spent = models.BooleanField(default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["run", "digest"], name="one_ticket_per_code")]

    def __str__(self) -> str:
        return f"ticket {self.pk}"


class IndicatorValue(models.Model):
    """One number about one step, with everything needed to read it. Stays when the sheets are gone."""

    step = models.ForeignKey("portal.Step", models.PROTECT, related_name="indicator_values")
    # R1, R2, R3, W3–W7 as in the framework; S1–S6 for the six sentences (coarser scale, so kept apart).
    code = models.CharField(max_length=4)
    value = models.FloatField(null=True)
    n = models.PositiveIntegerField(default=0)
    # What belongs to the number: share, range, unknown, parts of a rate.
    detail = models.JSONField(default=dict)
    suppressed = models.BooleanField(default=False)
    method_version = models.CharField(max_length=10)
    measured_at = models.DateTimeField()

    class Meta:
        ordering = ["code"]
        constraints = [models.UniqueConstraint(fields=["step", "code"], name="one_value_per_indicator")]

    def __str__(self) -> str:
        return f"{self.code} of step {self.step_id}"

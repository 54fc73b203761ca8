"""One list on its way into the pool: the run, its rows as they were read, and what became of each."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

# Nobody needs the rows of a list longer than this (privacy.toml).
KEPT = timedelta(days=30)


class Mode(models.TextChoices):
    PROVEN = "proven", _("The agreement is proven: take these people in")
    ASK = "ask", _("Ask everybody first: send the confirmation mail")


class RunState(models.TextChoices):
    UPLOADING = "uploading", _("being read")
    COLUMNS = "columns", _("columns to be checked")
    CHECKING = "checking", _("trial run")
    CHECKED = "checked", _("trial run finished")
    RUNNING = "running", _("being taken in")
    DONE = "done", _("taken in")
    UNDOING = "undoing", _("being undone")
    UNDONE = "undone", _("undone")
    DROPPED = "dropped", _("discarded")


WORKING = (RunState.CHECKING, RunState.RUNNING, RunState.UNDOING)


class ImportRunQuerySet(models.QuerySet):
    def working(self):
        """What a worker has to go on with."""
        return self.filter(state__in=WORKING, is_stopped=False)

    def same_file(self, content_hash: str):
        """Earlier runs of the same file that took people in."""
        return self.filter(content_hash=content_hash, state__in=[RunState.RUNNING, RunState.DONE])

    def to_forget(self, *, at: datetime):
        """Old ones, and uploads that ended in the middle."""
        broken_off = Q(state=RunState.UPLOADING, created_at__lt=at - timedelta(hours=1))
        return self.filter(Q(created_at__lt=at - KEPT) | broken_off, forgotten_at=None)


class ImportRun(models.Model):
    """One upload. A killed worker loses nothing: `cursor` counts the portions done in the present state.

    While it is being undone, `cursor` is the last line that was looked at.
    """

    label = models.CharField(_("name of the list"), max_length=120)
    content_hash = models.CharField(max_length=64)
    mode = models.CharField(max_length=8, choices=Mode.choices)
    # The words these people agreed to, as they stood on the form then: they become part of the proof.
    words = models.TextField(blank=True)
    encoding = models.CharField(max_length=12)
    heading = models.JSONField(default=list)
    columns = models.JSONField(default=dict)
    rows = models.PositiveIntegerField(default=0)
    portions = models.PositiveIntegerField(default=0)
    cursor = models.PositiveIntegerField(default=0)
    state = models.CharField(max_length=10, choices=RunState.choices, default=RunState.UPLOADING)
    is_stopped = models.BooleanField(default=False)
    # Counts by outcome and reason, kept when the rows are gone.
    counters = models.JSONField(default=dict)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    forgotten_at = models.DateTimeField(null=True)

    objects = ImportRunQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["content_hash"])]

    def __str__(self) -> str:
        return self.label

    @property
    def is_working(self) -> bool:
        return self.state in WORKING and not self.is_stopped


class ImportPortion(models.Model):
    """Some hundred rows as they were read; deleted as soon as the run is over."""

    run = models.ForeignKey(ImportRun, models.CASCADE, related_name="parts")
    number = models.PositiveIntegerField()
    # [[line, [cell, …]], …]; a broken row is [line, "reason"].
    records = models.JSONField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["run", "number"], name="one_portion_per_number")]

    def __str__(self) -> str:
        return f"{self.run_id} {self.number}"


class Outcome(models.IntegerChoices):
    WAITING = 0, _("can be taken")
    REFUSED = 1, _("cannot be taken")
    UNCHANGED = 2, _("is there already")
    MADE = 3, _("taken in")
    CHANGED = 4, _("changed")
    UNDONE = 5, _("undone")
    KEPT = 6, _("kept although undone")


class ImportRowQuerySet(models.QuerySet):
    def named(self):
        """The rows that need a look, each with its reason: what is wrong before who is there already."""
        return self.exclude(problem="").order_by("outcome", "line")


class ImportRow(models.Model):
    """What becomes of one row, without the address: its line in the file is name enough for whoever has the file."""

    run = models.ForeignKey(ImportRun, models.CASCADE, related_name="lines", db_index=False)
    line = models.PositiveIntegerField()
    # None for rows that were refused before an address was found: with '' instead, the constraint below would need a
    # condition, and no database uses such an index to look for many addresses at once.
    address_hash = models.CharField(max_length=64, null=True)  # noqa: DJ001
    outcome = models.PositiveSmallIntegerField(choices=Outcome.choices)
    # A code of problems.py and the word in question; never an address.
    problem = models.CharField(max_length=14, blank=True)
    detail = models.CharField(max_length=30, blank=True)
    # The line this run added to the person's ledger.
    event_number = models.PositiveIntegerField(null=True)
    # The member as it was, for rows that changed one.
    before = models.JSONField(default=dict)
    done_at = models.DateTimeField(null=True)

    objects = ImportRowQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["run", "line"], name="one_row_per_line"),
            models.UniqueConstraint(fields=["run", "address_hash"], name="one_row_per_address"),
        ]

    def __str__(self) -> str:
        return f"{self.run_id}:{self.line}"

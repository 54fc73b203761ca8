"""What a department writes to the pool, from the first draft to the dispatch, and the templates it starts from."""

from datetime import datetime, timedelta
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Cast, Coalesce
from django.utils.translation import gettext_lazy as _

from mitwirken.core.models import AuditEntry

from ..models import ByDepartmentQuerySet
from .markup import Text

# The versions a text may have; German is the one that must exist. "de-simple" is for who wishes plain language.
VERSIONS = {"de": _("German"), "en": _("English"), "de-simple": _("plain language")}


class State(models.TextChoices):
    DRAFT = "draft", _("draft")
    SUBMITTED = "submitted", _("waits for approval")
    RETURNED = "returned", _("returned with a remark")
    APPROVED = "approved", _("approved, leaves at its time")
    WAITING = "waiting", _("could not leave: a person decides")
    SENT = "sent", _("sent")
    WITHDRAWN = "withdrawn", _("withdrawn")
    DROPPED = "dropped", _("dropped: too late")


class Overdue(models.TextChoices):
    """What happens to a bulletin that could not leave in time, because the system stood still for example."""

    ASK = "ask", _("wait and ask us")
    SEND = "send", _("send it all the same")
    DROP = "drop", _("drop it: it is of no use any more")


class Hindrance(models.TextChoices):
    """Why an approved bulletin waits for a person."""

    LATE = "late", _("Its time has passed by more than you allowed. Does it still make sense?")
    QUOTA = "quota", _("The department has used up its messages of the last 30 days.")
    CLOSED = "closed", _("The department may not write to the pool at the moment.")
    CHECKS = "checks", _("Something has changed since the approval: a check fails now.")


class TemplateQuerySet(models.QuerySet):
    def known_to(self, departments: list[Any]) -> Self:
        """Templates for all, and those of these departments."""
        return self.filter(Q(department=None) | Q(department__in=departments))

    def open_to(self, departments: list[Any]) -> Self:
        """What these departments are offered: nothing that was set aside."""
        return self.known_to(departments).filter(set_aside_at=None)


class BulletinTemplate(models.Model):
    """A starting point for bulletins: of one department, or for all."""

    department = models.ForeignKey(
        "city.Department",
        models.CASCADE,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("department"),
        help_text=_("Empty: for all departments."),
    )
    name = models.CharField(_("name of the template"), max_length=80)
    set_aside_at = models.DateTimeField(null=True)

    objects = TemplateQuerySet.as_manager()

    def __str__(self) -> str:
        return self.name

    @property
    def newest(self) -> "TemplateVersion | None":
        return self.versions.order_by("-number").first()


class TemplateVersion(models.Model):
    """The words of a template at one time. A change is a new version; what was written keeps its own."""

    template = models.ForeignKey(BulletinTemplate, models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    texts = models.JSONField(default=dict)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["template", "number"], name="one_template_version_per_number")]

    def __str__(self) -> str:
        return f"{self.template} · {self.number}"

    def text(self, version: str) -> Text:
        return Text(**self.texts.get(version, {}))


class BulletinQuerySet(ByDepartmentQuerySet):
    def on_their_way(self) -> Self:
        """Handed in and not sent yet: they use up the quota as soon as they leave."""
        return self.filter(state__in=[State.SUBMITTED, State.APPROVED, State.WAITING])

    def due(self, *, at: datetime) -> Self:
        """Approved, and their time has come; the longest waiting first."""
        return (
            self.filter(state=State.APPROVED)
            .annotate(due=Coalesce("scheduled_at", "approved_at"))
            .filter(due__lte=at)
            .order_by("due", "pk")
        )

    def written_by(self, person: int) -> Self:
        """What this person began, changed last, or changed at all since it was approved: the trail has every change."""
        trail = AuditEntry.objects.filter(object_type=Bulletin._meta.label_lower)
        approved_since = trail.filter(
            action="bulletin.approved", object_id=OuterRef("object_id"), pk__gt=OuterRef("pk")
        )
        changed = trail.filter(action="bulletin.changed", actor=person).exclude(Exists(approved_since))
        # Not correlated on purpose: the trail of one person is read once, not once for every bulletin.
        return self.annotate(key=Cast("pk", models.CharField())).filter(
            Q(author=person) | Q(edited_by=person) | Q(key__in=changed.values("object_id"))
        )

    def to_approve(self, departments: set[int] | None, *, by: int) -> Self:
        """What waits for this person: of their departments, and no words of their own in it."""
        found = self.of_departments(departments).filter(state=State.SUBMITTED)
        return found.exclude(pk__in=Bulletin.objects.written_by(by).values("pk"))


class Bulletin(models.Model):
    """A message of one department to members of the pool: drafted, checked, approved by a second person, sent once."""

    department = models.ForeignKey(
        "city.Department", models.PROTECT, related_name="+", verbose_name=_("department that writes")
    )
    state = models.CharField(max_length=10, choices=State.choices, default=State.DRAFT)
    # Counts every change of the words: an approval is for the version that was read, and for no other.
    revision = models.PositiveIntegerField(default=1)
    template_version = models.ForeignKey(TemplateVersion, models.PROTECT, null=True, blank=True, related_name="+")
    # {"de": {"subject": …, "body": …, "alt": …}, "en": …, "de-simple": …}; read them with `text`.
    texts = models.JSONField(default=dict)
    image = models.ForeignKey(
        "wagtailimages.Image", models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("picture")
    )
    project = models.ForeignKey(
        "portal.ProjectPage",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("project it is about"),
    )
    step = models.ForeignKey(
        "portal.Step",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("step it is about"),
        help_text=_("If the step is withdrawn, the bulletin is stopped."),
    )
    # Court ruling on municipal portals (BGH, 14 July 2022, I ZR 97/21): a city tells of its own tasks only.
    municipal_reference = models.CharField(
        _("municipal reference"),
        max_length=300,
        blank=True,
        help_text=_("Which task of the city does this concern? With a project, its own words count."),
    )
    # The rule that chooses the people, as data (pool/matching.py).
    rule = models.JSONField(default=dict)
    scheduled_at = models.DateTimeField(
        _("send at"), null=True, blank=True, help_text=_("Empty: as soon as it is approved.")
    )
    overdue = models.CharField(
        _("if it cannot leave in time"), max_length=4, choices=Overdue.choices, default=Overdue.ASK
    )
    guard_hours = models.PositiveSmallIntegerField(
        _("late is after so many hours"), default=6, help_text=_("Until then it is sent without asking.")
    )
    # The warnings of the check that the author has read and accepted; the approver sees them.
    confirmed = models.JSONField(default=list)
    hindrance = models.CharField(max_length=8, choices=Hindrance.choices, blank=True)
    remark = models.TextField(_("remark"), blank=True, max_length=1000)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    edited_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    approver = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    submitted_at = models.DateTimeField(null=True)
    approved_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    # One at most: whatever dies on the way, nobody gets a bulletin twice.
    dispatch = models.OneToOneField("pool.Dispatch", models.PROTECT, null=True, related_name="bulletin")

    objects = BulletinQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["state", "id"], name="bulletin_state"),
            models.Index(fields=["department", "state"], name="bulletin_of_department"),
        ]

    def __str__(self) -> str:
        return self.text("de").subject or str(_("Bulletin without a subject"))

    def text(self, version: str) -> Text:
        """One version of the words; empty if there is none."""
        return Text(**self.texts.get(version, {}))

    @property
    def versions(self) -> list[str]:
        """The versions that have words, German first."""
        return [version for version in VERSIONS if not self.text(version).is_empty]

    @property
    def is_editable(self) -> bool:
        """Until it is sent or given up, words may change; whoever changes them starts over with the approval."""
        return self.state not in (State.SENT, State.WITHDRAWN, State.DROPPED)

    @property
    def due_at(self) -> datetime | None:
        """When it is to leave; None before the approval of one that has no time."""
        return self.scheduled_at or self.approved_at

    def is_late(self, *, at: datetime) -> bool:
        """Whether it could not leave within the time its author allowed."""
        return self.due_at is not None and at > self.due_at + timedelta(hours=self.guard_hours)

    def reference(self) -> str:
        """The municipal reference: the project's own words, else those written here."""
        project = self.step.project if self.step else self.project
        return (project.municipal_reference if project else "") or self.municipal_reference

"""What is sent: a dispatch, its frozen recipients' rule, its prebuilt bodies, its digests."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from .consents import Purpose
from .members import Member


class MailClass(models.TextChoices):
    BULK = "bulk", _("news of one offer")
    DIGEST = "digest", _("digest")
    TRANSACTIONAL = "personal", _("personal mail")
    # What a person is owed because they take part (a date moves, an event is off): needs no consent, knows no cap.
    SERVICE = "service", _("notice to participants")


URGENT = (MailClass.TRANSACTIONAL, MailClass.SERVICE)


class DispatchKind(models.TextChoices):
    STEP = "step", _("new offer")
    DIGEST = "digest", _("digest")
    CONFIRM = "confirm", _("confirmation mail")
    LINK = "link", _("link to the settings")
    STAY = "stay", _("question whether to stay")
    ADDRESS = "address", _("confirmation of a new address")
    MOVING = "moving", _("notice of a new address")
    NUMBER = "number", _("notice that a mobile number takes nothing")
    BULLETIN = "bulletin", _("bulletin")
    TASK = "task", _("task")
    INVITATION = "invite", _("invitation")
    EVENT = "event", _("notice about an event")


STANDING = (
    DispatchKind.CONFIRM,
    DispatchKind.LINK,
    DispatchKind.STAY,
    DispatchKind.ADDRESS,
    DispatchKind.MOVING,
    DispatchKind.NUMBER,
)


class DispatchState(models.TextChoices):
    FREEZING = "freezing", _("collecting recipients")
    RUNNING = "running", _("being sent")
    PAUSED = "paused", _("paused")
    DONE = "done", _("done")
    CANCELLED = "cancelled", _("cancelled")


class Halt(models.TextChoices):
    """What keeps the system from going on without being asked."""

    REFUSALS = "refusals", _("more than one in twenty of its mails was refused")
    POLICY = "policy", _("the mail server refused 20 mails for the same reason")
    RESTORED = "restored", _("the database was restored from a backup: perhaps these mails have gone out already")


class DigestPeriod(models.TextChoices):
    WEEKLY = "weekly", _("weekly")
    MONTHLY = "monthly", _("monthly")


class DigestRun(models.Model):
    """One window of time whose offers are told in one mail per person; each window exists once."""

    period = models.CharField(max_length=8, choices=DigestPeriod.choices)
    window_start = models.DateTimeField()
    window_end = models.DateTimeField()
    built_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["period", "window_start"], name="one_digest_per_window")]

    def __str__(self) -> str:
        return f"{self.period} {self.window_start:%Y-%m-%d}"


class DispatchQuerySet(models.QuerySet):
    def sendable(self):
        """Running, and what they tell is still public: a withdrawn step is not announced any more."""
        return self.filter(state=DispatchState.RUNNING).filter(
            Q(step=None) | Q(step__state="published", step__project__live=True)
        )

    def public(self):
        """What the archive shows: news, digests and bulletins, never personal mail."""
        return self.filter(
            kind__in=[DispatchKind.STEP, DispatchKind.DIGEST, DispatchKind.BULLETIN],
            state__in=[DispatchState.RUNNING, DispatchState.PAUSED, DispatchState.DONE],
        )


class Dispatch(models.Model):
    """One mailing: who was to get it (frozen once), what it says (a snapshot), and where it stands.

    Personal mails (confirmation, link, question whether to stay) have one standing dispatch per kind, never done.
    """

    kind = models.CharField(max_length=8, choices=DispatchKind.choices)
    mail_class = models.CharField(max_length=8, choices=MailClass.choices)
    purpose = models.CharField(max_length=20, choices=Purpose.choices, blank=True)
    department = models.ForeignKey("city.Department", models.SET_NULL, null=True, related_name="+")
    step = models.ForeignKey("portal.Step", models.PROTECT, null=True, related_name="pool_dispatches")
    digest = models.OneToOneField(DigestRun, models.CASCADE, null=True, related_name="dispatch")
    state = models.CharField(max_length=10, choices=DispatchState.choices, default=DispatchState.FREEZING)
    # The rule as data, compiled by `matching.where`; its hash says which rule chose the people.
    selection = models.JSONField(default=dict)
    selection_hash = models.CharField(max_length=64, blank=True)
    # What is told, as it was when the dispatch was made: the mails and the archive say the same.
    content = models.JSONField(default=dict)
    created_at = models.DateTimeField()
    cursor = models.BigIntegerField(default=0)
    upper = models.BigIntegerField(default=0)
    frozen = models.PositiveIntegerField(default=0)
    # Rows that left the outbox because their member was erased; the conservation check counts them.
    erased = models.PositiveIntegerField(default=0)
    # Final counts per state once the rows are forgotten (retention).
    counters = models.JSONField(default=dict)
    done_at = models.DateTimeField(null=True)
    stopped_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    # Why the system stopped it by itself, or did not begin it; a person decides what becomes of it.
    halted = models.CharField(max_length=10, blank=True, choices=Halt.choices)

    objects = DispatchQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["step"], name="one_dispatch_per_step", condition=Q(kind="step")),
            models.UniqueConstraint(
                fields=["kind"], name="one_standing_dispatch", condition=Q(kind__in=[str(kind) for kind in STANDING])
            ),
        ]
        indexes = [models.Index(fields=["state", "id"])]

    def __str__(self) -> str:
        return self.content.get("subject") or self.get_kind_display()

    @property
    def is_standing(self) -> bool:
        return self.kind in STANDING


class DigestItem(models.Model):
    """This offer goes into this member's digest."""

    run = models.ForeignKey(DigestRun, models.CASCADE, related_name="items", db_index=False)
    member = models.ForeignKey(Member, models.CASCADE, related_name="+")
    step = models.ForeignKey("portal.Step", models.CASCADE, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["run", "member", "step"], name="one_digest_item_per_offer")]

    def __str__(self) -> str:
        return f"{self.run_id} {self.member_id} {self.step_id}"


class Body(models.Model):
    """A finished mail with slots for what differs per person; rendered once per distinct content."""

    dispatch = models.ForeignKey(Dispatch, models.CASCADE, related_name="bodies", db_index=False)
    signature = models.CharField(max_length=64)
    # A language, or a version of one ("de-simple").
    lang = models.CharField(max_length=10)
    mime = models.BinaryField()
    created_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["dispatch", "signature", "lang"], name="one_body_per_content")]

    def __str__(self) -> str:
        return f"{self.dispatch_id} {self.signature[:8]} {self.lang}"

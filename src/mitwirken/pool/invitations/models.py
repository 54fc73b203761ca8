"""An event of the pool, who was invited, and what they answered."""

from datetime import datetime, timedelta

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from mitwirken.core import codes

from ..asking.models import MOST_PEOPLE, Asking, AskingQuerySet
from ..models import Dispatch, Member

MOST_COMPANIONS = 3


class EventState(models.TextChoices):
    DRAFT = Asking.DRAFT, _("draft")
    WAITING = Asking.WAITING, _("waits for release")
    OPEN = "open", _("invited")
    CANCELLED = "cancelled", _("called off")


class Reply(models.TextChoices):
    OPEN = "open", _("not answered yet")
    YES = "yes", _("comes")
    WAITING = "waiting", _("on the waiting list")
    NO = "no", _("does not come")


class EventQuerySet(AskingQuerySet):
    def to_come(self, *, at: datetime):
        return self.filter(state=EventState.OPEN, starts_at__gt=at)


class Event(Asking):
    """Something that takes place at a time, to which some members are invited. Its places are few."""

    trail, release_above = "event", 200

    # Where it is part of a project; title, dates and place follow the step.
    step = models.ForeignKey(
        "portal.Step", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("step of a project")
    )
    text = models.TextField(
        _("what it is about"), max_length=4000, help_text=_("What happens there, for whom, and what becomes of it?")
    )
    starts_at = models.DateTimeField(_("begins"))
    ends_at = models.DateTimeField(_("ends"))
    place = models.CharField(_("place"), max_length=200)
    access = models.TextField(
        _("access"),
        max_length=1000,
        blank=True,
        help_text=_(
            "Steps, lift, toilet, hearing loop, sign language, next stop: what people with needs want to know."
        ),
    )
    places = models.PositiveIntegerField(
        _("places"), default=20, validators=[MinValueValidator(1), MaxValueValidator(10_000)]
    )
    companions = models.PositiveSmallIntegerField(
        _("people one may bring along"), default=0, validators=[MaxValueValidator(MOST_COMPANIONS)]
    )
    answer_by = models.DateTimeField(_("answer until"))
    people = models.PositiveIntegerField(
        _("how many members to invite"),
        default=60,
        validators=[MinValueValidator(1), MaxValueValidator(MOST_PEOPLE)],
        help_text=_("If more fit, the lot decides. Who was not asked lately comes first."),
    )
    remind_week = models.BooleanField(_("remind participants seven days before"), default=True)
    remind_day = models.BooleanField(_("remind participants one day before"), default=True)
    state = models.CharField(max_length=10, choices=EventState.choices, default=EventState.DRAFT)
    # Counts what calendars must replace (RFC 5545, SEQUENCE), and when that was.
    sequence = models.PositiveIntegerField(default=0)
    changed_at = models.DateTimeField()
    invited_at = models.DateTimeField(null=True)
    reason = models.TextField(_("why it does not take place"), max_length=1000, blank=True)
    invited = models.PositiveIntegerField(default=0)

    objects = EventQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["state", "starts_at"])]

    def is_too_late(self, *, at: datetime) -> bool:
        return self.answer_by <= at or self.is_over(at=at)

    def is_over(self, *, at: datetime) -> bool:
        return self.starts_at <= at

    def reminders_due(self, *, at: datetime) -> list[int]:
        """The reminders whose time it is: seven days and one day before, never both at once."""
        left = self.starts_at - at
        if self.remind_day and timedelta(0) < left <= timedelta(days=1):
            return [1]
        if self.remind_week and timedelta(days=2) < left <= timedelta(days=7):
            return [7]
        return []

    def takes_answers(self, *, at: datetime) -> bool:
        """Whether somebody may still say yes."""
        return self.state == EventState.OPEN and self.answer_by > at and not self.is_over(at=at)

    def may_give_back(self, *, at: datetime) -> bool:
        """Saying no helps whoever waits, until it begins."""
        return self.state == EventState.OPEN and not self.is_over(at=at)


class Guest(models.Model):
    """One invited member: what they answered, and what they told for this one event."""

    event = models.ForeignKey(Event, models.CASCADE, related_name="guests", db_index=False)
    member = models.ForeignKey(Member, models.CASCADE, related_name="invitations")
    # What the list at the door shows when no name was given; also for answers by telephone.
    code = models.CharField(max_length=14, unique=True, default=codes.new_code)
    reply = models.CharField(max_length=8, choices=Reply.choices, default=Reply.OPEN)
    answered_at = models.DateTimeField(null=True)
    # The order of waiting: who said yes first. A later change of mind starts anew.
    yes_at = models.DateTimeField(null=True)
    companions = models.PositiveSmallIntegerField(default=0)
    name = models.CharField(max_length=80, blank=True)
    needs = models.CharField(max_length=500, blank=True)
    came = models.BooleanField(null=True)
    # Counts the mails about this person's place: a new place is a new mail, a retry is not.
    turns = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["event", "member"], name="one_invitation_per_member")]
        indexes = [models.Index(fields=["event", "reply", "yes_at"])]

    def __str__(self) -> str:
        return f"{self.event_id} {self.code}"


class Notice(models.Model):
    """One mailing about an event. Its name is unique per event: a second run finds it and sends nothing twice."""

    event = models.ForeignKey(Event, models.CASCADE, related_name="notices", db_index=False)
    # "invite", "place.2", "reminder-7.2026-12-01", "change.3", "cancelled" …
    occasion = models.CharField(max_length=40)
    dispatch = models.OneToOneField(Dispatch, models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["event", "occasion"], name="one_notice_per_occasion")]

    def __str__(self) -> str:
        return f"{self.event_id} {self.occasion}"

    @property
    def label(self) -> str:
        """The occasion in words."""
        return str(OCCASIONS.get(self.occasion.partition(".")[0], self.occasion))


OCCASIONS = {
    "invite": _("Invitation"),
    "place": _("Place confirmed"),
    "waiting": _("On the waiting list"),
    "moved_up": _("Moved up"),
    "change": _("Change, to participants"),
    "change_waiting": _("Change, to the waiting list"),
    "reminder-7": _("Reminder seven days before"),
    "reminder-1": _("Reminder one day before"),
    "cancelled": _("Cancellation, to participants"),
    "cancelled_waiting": _("Cancellation, to the waiting list"),
}

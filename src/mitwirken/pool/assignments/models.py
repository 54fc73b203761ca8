"""A task for members, who was asked, and what they answered."""

from datetime import datetime, timedelta

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from mitwirken.core import codes

from ..asking.models import MOST_PEOPLE, Asking, AskingQuerySet
from ..models import Dispatch, Member, Origin

MOST_QUESTIONS = 10
# Sent later than that before its end, a task would be over before most people have read the mail.
LEAST_TIME = timedelta(hours=1)


class TaskKind(models.TextChoices):
    TEST = "test", _("try something out")
    FEEDBACK = "feedback", _("answer questions")


class TaskState(models.TextChoices):
    DRAFT = Asking.DRAFT, _("draft")
    WAITING = Asking.WAITING, _("waits for release")
    RUNNING = "running", _("running")
    CLOSED = "closed", _("closed, report is missing")
    REPORTED = "reported", _("reported back")


class AnswerState(models.TextChoices):
    OPEN = "open", _("not answered yet")
    ANSWERED = "answered", _("answered")
    DECLINED = "declined", _("not this time")


class Occasion(models.TextChoices):
    """What a mail about a task is for; each goes out once."""

    ASK = "ask", _("question")
    REMIND = "remind", _("reminder")
    THANKS = "thanks", _("thanks")
    REPORT = "report", _("report")


class TaskQuerySet(AskingQuerySet):
    def over(self, *, at: datetime):
        """Still running though the last day has passed."""
        return self.filter(state=TaskState.RUNNING, ends_at__lte=at)

    def to_remind(self, *, at: datetime):
        """Running, close to the end, and nobody has been reminded yet."""
        found = self.filter(state=TaskState.RUNNING, remind_days__gt=0, ends_at__gt=at)
        return found.exclude(mailings__occasion=Occasion.REMIND)

    def reported(self):
        return self.filter(state=TaskState.REPORTED)


class Task(Asking):
    """What a department asks some members to do, until what became of their answers is told."""

    trail, release_above = "task", 50

    kind = models.CharField(_("what for"), max_length=8, choices=TaskKind.choices, default=TaskKind.TEST)
    text = models.TextField(
        _("what it is about"),
        max_length=4000,
        help_text=_("What shall people do, why, and what do you do with the answers? No links in here."),
    )
    link = models.URLField(
        _("address to try out"),
        max_length=500,
        blank=True,
        help_text=_("On this website or with https. The page names where it leads."),
    )
    minutes = models.PositiveSmallIntegerField(
        _("minutes it takes"), default=10, validators=[MinValueValidator(1), MaxValueValidator(240)]
    )
    ends_at = models.DateTimeField(_("answers until"))
    remind_days = models.PositiveSmallIntegerField(
        _("remind so many days before the end"),
        default=3,
        validators=[MaxValueValidator(30)],
        help_text=_("Once, and only those who have not answered. 0 means: no reminder."),
    )
    people = models.PositiveIntegerField(
        _("how many people"),
        default=30,
        validators=[MinValueValidator(1), MaxValueValidator(MOST_PEOPLE)],
        help_text=_("If more fit, the lot decides. Who was not asked lately comes first."),
    )
    # [{"kind": "choice" | "scale" | "text", "text": …, "options": […]}, …]
    questions = models.JSONField(default=list)
    state = models.CharField(max_length=10, choices=TaskState.choices, default=TaskState.DRAFT)
    started_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    reported_at = models.DateTimeField(null=True)
    report = models.TextField(_("what changed because of the answers"), max_length=6000, blank=True)
    asked = models.PositiveIntegerField(default=0)

    objects = TaskQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["state", "ends_at"]), models.Index(fields=["state", "reported_at"])]

    def is_too_late(self, *, at: datetime) -> bool:
        return self.ends_at <= at + LEAST_TIME

    def is_near_its_end(self, *, at: datetime) -> bool:
        """Time to remind: as many days before the end as staff set, but never in the first half."""
        if self.started_at is None or not self.remind_days:
            return False
        middle = self.started_at + (self.ends_at - self.started_at) / 2
        return at >= max(self.ends_at - timedelta(days=self.remind_days), middle) and at < self.ends_at

    @property
    def is_reminded(self) -> bool:
        return self.mailings.filter(occasion=Occasion.REMIND).exists()

    def takes_answers(self, *, at: datetime) -> bool:
        return self.state == TaskState.RUNNING and self.ends_at > at


class Assignment(models.Model):
    """One member was asked: whether and what they answered. Departments never see whose it is."""

    task = models.ForeignKey(Task, models.CASCADE, related_name="assignments", db_index=False)
    member = models.ForeignKey(Member, models.CASCADE, related_name="assignments")
    # For people who answer by letter or telephone; tells nothing.
    code = models.CharField(max_length=14, unique=True, default=codes.new_code)
    state = models.CharField(max_length=8, choices=AnswerState.choices, default=AnswerState.OPEN)
    answers = models.JSONField(default=dict)
    comment = models.TextField(blank=True)
    answered_at = models.DateTimeField(null=True)
    channel = models.CharField(max_length=8, choices=Origin.choices, default=Origin.WEB)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["task", "member"], name="one_assignment_per_member")]
        indexes = [models.Index(fields=["task", "state"])]

    def __str__(self) -> str:
        return f"{self.task_id} {self.code}"


class TaskMailing(models.Model):
    """One mailing about a task. The row is made with the mailing: a second run finds it and sends nothing."""

    task = models.ForeignKey(Task, models.CASCADE, related_name="mailings", db_index=False)
    occasion = models.CharField(max_length=8, choices=Occasion.choices)
    dispatch = models.OneToOneField(Dispatch, models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["task", "occasion"], name="one_mailing_per_occasion")]

    def __str__(self) -> str:
        return f"{self.task_id} {self.occasion}"

    @property
    def label(self) -> str:
        """The occasion in words."""
        return self.get_occasion_display()

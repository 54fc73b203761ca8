"""What a task and an invitation have in common until they are sent."""

from collections.abc import Callable
from datetime import datetime
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from ..models import ByDepartmentQuerySet

# Beyond that it is no task any more but a survey; those belong to a project.
MOST_PEOPLE = 2_000


class AskingQuerySet(ByDepartmentQuerySet):
    def to_release(self, departments: set[int] | None, *, by: int | None):
        """What waits in these departments for a second pair of eyes, and these are not the first."""
        found = self.of_departments(departments).filter(state=Asking.WAITING)
        return found.exclude(sent_by=by)


class Asking(models.Model):
    """What a department asks single people for: whom it is for, and how the lot went."""

    # The first two states of each kind.
    DRAFT, WAITING = "draft", "waiting"
    # How its rows in the audit trail and the seed of its lot begin.
    trail: ClassVar[str]
    # More people than that are only asked once a pool manager has released it.
    release_above: ClassVar[int]
    # How many at most; each kind asks for it in its own words.
    people: int
    get_state_display: Callable[[], str]

    department = models.ForeignKey("city.Department", models.PROTECT, related_name="+", verbose_name=_("department"))
    title = models.CharField(_("title"), max_length=120, help_text=_("Short and plain: it is the subject of the mail."))
    # Each kind replaces it by a field with all its states.
    state = models.CharField(max_length=10, default=DRAFT)
    # The rule as data (selecting.py), the seed and what the draw did: anybody can repeat it.
    selection = models.JSONField(default=dict)
    seed = models.CharField(max_length=40, blank=True)
    protocol = models.JSONField(default=dict)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    sent_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    # Members who left since: their rows are gone, the sum still holds.
    erased = models.PositiveIntegerField(default=0)
    # What stays once the people are forgotten: numbers.
    results = models.JSONField(default=dict)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.title

    @property
    def needs_release(self) -> bool:
        return self.people > self.release_above

    @property
    def is_unsent(self) -> bool:
        return self.state in (self.DRAFT, self.WAITING)

    def is_too_late(self, *, at: datetime) -> bool:
        """Whether people asked now had no time left to answer."""
        raise NotImplementedError

"""Which departments may write to the pool, and how much."""

from datetime import datetime
from typing import Self

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class ByDepartmentQuerySet(models.QuerySet):
    """Rows that belong to a department."""

    def of_departments(self, ids: set[int] | None) -> Self:
        """Those of these departments; None stands for all of them."""
        return self if ids is None else self.filter(department__in=ids)


class DepartmentAccess(models.Model):
    """A department that the pool manager has enabled; without a row, or before `enabled_at`, it may not write."""

    department = models.OneToOneField("city.Department", models.CASCADE, related_name="pool_access")
    # Which points of the checklist are done: {"contact": true, …}; the points stand in rollout/checklist.py.
    checklist = models.JSONField(default=dict, blank=True)
    enabled_at = models.DateTimeField(null=True)
    enabled_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    mails_per_month = models.PositiveIntegerField(
        _("messages in 30 days"), default=4, help_text=_("So many mailings this department may start in 30 days.")
    )
    reply_to = models.EmailField(_("answers go to"), blank=True)

    def __str__(self) -> str:
        return f"{self.department_id}"

    def is_enabled(self, *, at: datetime) -> bool:
        return self.enabled_at is not None and self.enabled_at <= at

"""Whom a mailing is for, as a rule with a name that can be used again."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from ..matching import selection_hash


class Selection(models.Model):
    """A rule that chooses people, saved under a name. Which people these are is asked anew at each use.

    Whatever is written with it keeps its own copy of the rule and points here with PROTECT: a selection in
    use cannot be deleted. Former versions stand in the audit trail.
    """

    name = models.CharField(_("name"), max_length=120)
    department = models.ForeignKey("city.Department", models.PROTECT, related_name="+", verbose_name=_("department"))
    rule = models.JSONField(default=dict)
    # Equal rules have equal hashes; a dispatch made with it carries the hash.
    rule_hash = models.CharField(max_length=64)
    version = models.PositiveIntegerField(default=1)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()

    class Meta:
        ordering = ["name", "id"]
        constraints = [models.UniqueConstraint(fields=["department", "name"], name="one_selection_per_name")]

    def __str__(self) -> str:
        return self.name

    def save(self, *args, **kwargs):
        self.rule_hash = selection_hash(self.rule)
        if kwargs.get("update_fields") is not None:
            kwargs["update_fields"] = {*kwargs["update_fields"], "rule_hash"}
        super().save(*args, **kwargs)

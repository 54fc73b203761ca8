"""A flyer, a poster, a stand: where people learned of the pool, as a code and never as a trace of one person."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class CampaignQuerySet(models.QuerySet):
    def active(self):
        return self.filter(active=True)


class Campaign(models.Model):
    """One occasion with a code; `Member.campaign` keeps the code, so a campaign may end or go."""

    code = models.SlugField(_("code"), max_length=40, unique=True)
    label = models.CharField(_("name"), max_length=120)
    department = models.ForeignKey(
        "city.Department", models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("department")
    )
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField()
    active = models.BooleanField(_("active"), default=True)

    objects = CampaignQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-pk"]

    def __str__(self) -> str:
        return self.label

"""Lists that staff keep true: who gives money for what, and which rights residents have."""

from datetime import date, timedelta
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

CHECK_AFTER = timedelta(days=365)


class MaintainedQuerySet(models.QuerySet):
    def valid(self, *, on: date):
        """Entries that have not run out."""
        return self.filter(Q(valid_until=None) | Q(valid_until__gte=on))

    def overdue(self, *, on: date):
        """Entries nobody has checked for a year, or that have run out."""
        return self.filter(Q(checked_on__lt=on - CHECK_AFTER) | Q(valid_until__lt=on))


class MaintainedEntry(models.Model):
    """What both lists tell of an entry, and what shows whether it is still true."""

    key = models.SlugField(_("short name"), max_length=60, unique=True)
    title = models.CharField(_("title"), max_length=160)
    source_title = models.CharField(_("source"), max_length=200)
    source_url = models.URLField(_("address of the source"), max_length=500, blank=True)
    checked_on = models.DateField(_("last checked"))
    valid_until = models.DateField(_("valid until"), null=True, blank=True)
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    objects = MaintainedQuerySet.as_manager()

    class Meta:
        abstract = True
        ordering = ["position", "title"]

    def __str__(self) -> str:
        return self.title

    @property
    def facts(self) -> list[dict[str, Any]]:
        """What a reader wants to know beside the text: the entry's own facts, its source, how fresh it is."""
        found = [{"term": term, "text": text, "url": ""} for term, text in self.own_facts() if text]
        found.append({"term": _("Source"), "text": self.source_title, "url": self.source_url})
        found.append({"term": _("Last checked"), "text": date_format(self.checked_on), "url": ""})
        if self.valid_until:
            found.append({"term": _("Valid until"), "text": date_format(self.valid_until), "url": ""})
        return found

    def own_facts(self) -> list[tuple[Any, str]]:
        """What only this kind of entry has, as term and text."""
        raise NotImplementedError


class FundingOpportunity(MaintainedEntry):
    """Money or help for people who want to do something themselves (Fördermöglichkeit)."""

    giver = models.CharField(_("who gives it"), max_length=160)
    for_whom = models.CharField(_("for whom"), max_length=250)
    text = models.TextField(_("what for"), max_length=1500)
    how = models.TextField(_("how to apply"), max_length=1000, blank=True)

    class Meta(MaintainedEntry.Meta):
        verbose_name = _("funding opportunity")
        verbose_name_plural = _("funding opportunities")

    def own_facts(self) -> list[tuple[Any, str]]:
        return [
            (_("Who gives it"), self.giver),
            (_("For whom"), self.for_whom),
            (_("How to apply"), self.how),
        ]


class LocalRight(MaintainedEntry):
    """A right or a body of local democracy: what it is, who may use it, and how."""

    legal_basis = models.CharField(_("legal basis"), max_length=160)
    for_whom = models.CharField(_("who may use it"), max_length=250)
    text = models.TextField(_("what it is"), max_length=1500)
    how = models.TextField(_("how to use it"), max_length=1500, blank=True)

    class Meta(MaintainedEntry.Meta):
        verbose_name = _("right or instrument")
        verbose_name_plural = _("rights and instruments")

    def own_facts(self) -> list[tuple[Any, str]]:
        return [
            (_("Legal basis"), self.legal_basis),
            (_("Who may use it"), self.for_whom),
            (_("How to use it"), self.how),
        ]

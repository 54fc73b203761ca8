"""What the city still has to fill in, and what nobody has looked at for too long."""

from dataclasses import dataclass
from datetime import date

from django.urls import reverse
from django.utils.translation import gettext as _

from mitwirken.city.models import CitySettings, Department

from . import marks
from .models import ContentPage, FundingOpportunity, LegalPage, LocalRight


@dataclass(frozen=True)
class Finding:
    """One thing to do, and where."""

    where: str
    what: str
    url: str


def everything(*, on: date) -> list[tuple[str, list[Finding]]]:
    """All findings, grouped; empty groups are left out."""
    groups = [
        (_("Marked places in texts"), open_marks()),
        (_("Settings that still hold the example"), open_settings()),
        (_("Departments without contact"), departments_without_contact()),
        (_("To be reviewed"), overdue(on=on)),
    ]
    return [(title, findings) for title, findings in groups if findings]


def open_marks() -> list[Finding]:
    """The marks in pages and lists."""
    found = [
        Finding(page.title, mark, reverse("wagtailadmin_pages:edit", args=[page.pk]))
        for page in ContentPage.objects.live().order_by("title")
        for mark in page.open_marks()
    ]
    for model in (FundingOpportunity, LocalRight):
        for row in model.objects.all():
            texts = [
                getattr(row, name)
                for name in ("title", "giver", "legal_basis", "for_whom", "text", "how")
                if hasattr(row, name)
            ]
            found += [Finding(row.title, mark, _edit(row)) for text in texts for mark in marks.found(text)]
    return found


def open_settings() -> list[Finding]:
    settings = CitySettings.load()
    url = reverse("wagtailsettings:edit", args=["city", "citysettings"])
    return [Finding(str(_("City")), label, url) for label in settings.fields_to_fill()]


def departments_without_contact() -> list[Finding]:
    return [
        Finding(row.name, str(_("e-mail or telephone")), "") for row in Department.objects.filter(email="", phone="")
    ]


def overdue(*, on: date) -> list[Finding]:
    """Legal pages and list entries that nobody has checked for a year, or that have run out."""
    pages = [
        Finding(page.title, str(_("review the page")), reverse("wagtailadmin_pages:edit", args=[page.pk]))
        for page in LegalPage.objects.live()
        if page.is_overdue(on=on)
    ]
    entries = [
        Finding(row.title, str(_("check the entry")), _edit(row))
        for model in (FundingOpportunity, LocalRight)
        for row in model.objects.overdue(on=on)
    ]
    return pages + entries


def _edit(row: FundingOpportunity | LocalRight) -> str:
    return reverse(f"wagtailsnippets_website_{row._meta.model_name}:edit", args=[row.pk])

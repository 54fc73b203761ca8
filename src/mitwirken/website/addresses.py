"""Every public address with its name: the source of the site map for people and for machines."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from mitwirken.box.models import Case, Format
from mitwirken.portal.models import ProjectPage, SectionPage, Step

from .models import ContentPage, NewsIndexPage, NewsPage


@dataclass(frozen=True)
class Address:
    """One public page."""

    title: str
    url: str
    changed: datetime | None = None


def main_pages() -> list[Address]:
    """The pages that are always there."""
    named = [
        (_("Home"), "website:home"),
        (_("Take part: all offers"), "portal:offers"),
        ("Mitmachbox", "box:start"),
        (_("All formats"), "box:formats"),
        (_("All practice examples"), "box:cases"),
        ("Mitmachpool", "pool:start"),
        (_("What the pool was asked"), "pool:archive"),
        (_("Impact"), "evaluation:impact"),
        (_("Look up a contribution"), "portal:receipt_lookup"),
        (_("Search"), "website:search"),
        (_("Contact"), "website:contact"),
        (_("Report a barrier"), "website:barrier"),
        (_("All pages"), "website:overview"),
    ]
    return [Address(str(title), reverse(name)) for title, name in named]


def pages() -> list[Address]:
    rows = ContentPage.objects.live().only("title", "url_path", "last_published_at").order_by("path")
    return [Address(page.title, page.url, page.last_published_at) for page in rows]


def news() -> Iterator[Address]:
    for index in NewsIndexPage.objects.live():
        yield Address(index.title, index.url, index.last_published_at)
    for page in NewsPage.objects.live().defer("body", "search_text").order_by("-published_on", "-id"):
        yield Address(page.title, page.url, page.last_published_at)


def sections() -> list[Address]:
    rows = SectionPage.objects.live().select_related("department")
    return [Address(page.department.name, reverse("portal:section", args=[page.department.slug])) for page in rows]


def projects() -> list[Address]:
    rows = ProjectPage.objects.live().only("title", "slug", "last_published_at", "path").order_by("title")
    return [Address(page.title, page.get_absolute_url(), page.last_published_at) for page in rows]


def steps() -> list[Address]:
    rows = Step.objects.published().select_related("project").only("title", "kind", "slug", "project__slug")
    return [Address(step.title, step.get_absolute_url()) for step in rows]


def formats() -> list[Address]:
    return [
        Address(each.name, each.get_absolute_url())
        for each in Format.objects.listed().only("code", "name").order_by("name")
    ]


def cases() -> list[Address]:
    return [
        Address(each.title, each.get_absolute_url())
        for each in Case.objects.listed().only("code", "title").order_by("title")
    ]

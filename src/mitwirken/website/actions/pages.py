"""Bringing the texts of a content folder onto the site."""

import json
from datetime import date
from pathlib import Path
from typing import Any

from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction
from wagtail.models import Locale, Page, Site

from mitwirken.city.models import Department
from mitwirken.core.audit import record

from .. import writing
from ..models import (
    ContentPage,
    FundingOpportunity,
    HomePage,
    LegalPage,
    LocalRight,
    NewsIndexPage,
    NewsPage,
)

LISTS: dict[str, Any] = {
    "funding": FundingOpportunity,
    "rights": LocalRight,
}


@transaction.atomic
def load_pages(content_dir: Path, *, by: AbstractBaseUser | None = None) -> int:
    """Create the pages and list entries of ``pages/`` that do not exist yet; the number of new ones.

    A page that exists is left alone: what editors wrote is worth more than what the folder says.
    """
    folder = content_dir / "pages"
    home = ensure_home()
    have = {page.slug: page for page in home.get_descendants()}
    made = 0
    for path in sorted(folder.glob("*.md"), key=lambda path: path.stem):
        try:
            text = writing.read(path.read_text(encoding="utf-8"))
        except ValueError as fault:
            raise ValueError(f"{path.name}: {fault}") from fault
        slug = text.facts.get("slug", path.stem)
        if slug == "start":
            made += _write_home(home, text)
        elif slug not in have:
            have[slug] = _write(home, have, slug, text)
            made += 1
    made += _load_lists(folder / "lists.json")
    record(home, "website.load_pages", by=by, new=made)
    return made


def ensure_home() -> HomePage:
    """The home page with its site; created when missing, instead of Wagtail's welcome page."""
    found = HomePage.objects.first()
    if found:
        return found
    Locale.objects.get_or_create(language_code="de")
    root = Page.objects.filter(depth=1).first() or Page.add_root(title="Root", slug="root")
    found = root.add_child(instance=HomePage(title="Mitwirken", slug="start"))
    Site.objects.update_or_create(
        is_default_site=True, defaults={"hostname": "localhost", "port": 80, "root_page": found}
    )
    # Wagtail's own start page has nothing to say here and would own the address /.
    for welcome in root.get_children().exclude(pk=found.pk).filter(slug="home", numchild=0):
        welcome.delete()
    return found


def _write_home(home: HomePage, text: writing.Text) -> int:
    fresh = HomePage(title=home.title)
    if (home.question, home.lead) != (fresh.question, fresh.lead):
        return 0
    home.title = text.facts.get("title", home.title)
    home.question = text.facts.get("question", home.question)
    home.lead = text.facts.get("lead", home.lead)
    home.search_description = text.facts.get("description", "")
    home.save()
    return 1


def _write(home: HomePage, have: dict[str, Page], slug: str, text: writing.Text) -> Page:
    facts = text.facts
    common: dict[str, Any] = {
        "title": facts["title"],
        "slug": slug,
        "search_description": facts.get("description", facts.get("introduction", "")),
    }
    body = {
        "body": json.dumps(text.blocks),
        "municipal_reference": facts.get("municipal_reference", ""),
    }
    prose = {"introduction": facts.get("introduction", ""), "is_easy": facts.get("easy") == "yes"}
    kind = facts.get("kind", "content")
    parent: Page = have[facts["parent"]].specific if "parent" in facts else home
    if kind == "legal":
        return parent.add_child(
            instance=LegalPage(**common, **body, **prose, reviewed_on=date.fromisoformat(facts["reviewed_on"]))
        )
    if kind == "news-index":
        return parent.add_child(instance=NewsIndexPage(**common, introduction=facts.get("introduction", "")))
    if kind == "news":
        return parent.add_child(
            instance=NewsPage(
                **common,
                **body,
                teaser=facts["introduction"],
                published_on=date.fromisoformat(facts["published_on"]),
                department=Department.objects.filter(slug=facts.get("department", "")).first(),
            )
        )
    return parent.add_child(instance=ContentPage(**common, **body, **prose))


def _load_lists(path: Path) -> int:
    """New entries of the maintained lists; existing ones belong to the staff who check them."""
    if not path.exists():
        return 0
    data = json.loads(path.read_text(encoding="utf-8"))
    made = 0
    for name, model in LISTS.items():
        have = set(model.objects.values_list("key", flat=True))
        rows = [
            model(position=position, **row) for position, row in enumerate(data.get(name, [])) if row["key"] not in have
        ]
        made += len(model.objects.bulk_create(rows))
    return made

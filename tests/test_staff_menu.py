"""The ways of the staff area stay open where no script builds the menu."""

import re

import pytest
from django.urls import reverse

from mitwirken.accounts import samples
from mitwirken.accounts.models import RoleKind
from mitwirken.city import samples as city
from mitwirken.portal import samples as pages

pytestmark = [pytest.mark.django_db, pytest.mark.ignore_template_errors]


def test_the_page_has_the_ways_of_the_menu_and_each_opens(client):
    pages.project()
    client.force_login(samples.staff(RoleKind.EDITOR, is_superuser=True))
    page = client.get(reverse("staff_menu")).content.decode()
    ways = set(re.findall(r'href="(/staff/[^"#?]*)"', page.split("<main", 1)[1]))
    assert {reverse("wagtailadmin_home"), reverse("accounts_staff:roles")} <= ways
    assert {way: client.get(way, follow=True).status_code for way in ways} == dict.fromkeys(ways, 200)


def test_somebody_sees_only_the_ways_of_the_own_role(client):
    client.force_login(samples.staff(RoleKind.EDITOR, city.department()))
    page = client.get(reverse("staff_menu")).content.decode()
    assert reverse("accounts_staff:roles") not in page


def test_where_no_script_runs_every_page_leads_home_to_all_areas_and_out(client):
    client.force_login(samples.staff(RoleKind.EDITOR, city.department()))
    page = client.get(reverse("wagtailadmin_home")).content.decode()
    spare = re.search(r"<noscript>(.*?)</noscript>", page, re.DOTALL)[1]
    assert all(reverse(way) in spare for way in ("wagtailadmin_home", "staff_menu", "wagtailadmin_logout"))

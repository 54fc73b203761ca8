"""The page of the data protection officer."""

from datetime import timedelta

import pytest
from django.urls import reverse

from mitwirken.accounts import samples as people
from mitwirken.accounts.models import RoleKind
from mitwirken.city import samples as city
from mitwirken.core import clock
from mitwirken.core.models import AuditEntry, Job
from mitwirken.pool import samples as pool
from mitwirken.website.register import entries

# Wagtail's own templates use variables they do not set.
pytestmark = [pytest.mark.django_db, pytest.mark.ignore_template_errors]

PAGE = "/staff/datenschutz/"


@pytest.fixture
def officer(client):
    city.city()
    client.force_login(people.staff(RoleKind.DATA_PROTECTION))
    return client


def test_the_register_counts_the_rows_of_every_table_that_concerns_people():
    city.city()
    pool.member()
    counted = {entry.table: entry.rows for entry in entries()}
    assert counted["pool.Member"] == 1
    assert counted["pool.ConsentEvent"] == 2
    assert counted["sessions.Session"] == 0
    assert "city.District" not in counted


def test_the_officer_reads_purpose_term_and_numbers(officer):
    page = officer.get(PAGE).text
    assert reverse("website_staff:register") == PAGE
    assert "portal.Contribution" in page
    assert "24 months (core.tasks.forget)" in page


def test_the_first_page_leads_there(officer):
    assert PAGE in officer.get("/staff/").text


@pytest.mark.parametrize("kind", [kind for kind in RoleKind if kind != RoleKind.DATA_PROTECTION])
def test_no_other_role_reads_it(client, kind):
    client.force_login(people.staff(kind, city.department()))
    assert client.get(PAGE).status_code in (302, 403)


def test_the_page_changes_nothing(officer):
    before = AuditEntry.objects.count()
    assert officer.post(PAGE).status_code == 405
    officer.get(PAGE, {"pruefen": "1"})
    assert AuditEntry.objects.count() == before


@pytest.mark.parametrize(("hours", "late"), [(1, False), (3, True)])
def test_a_deletion_that_has_not_run_is_said(officer, hours, late):
    Job.objects.create(name="mitwirken.core.tasks.forget", next_at=clock.now() + timedelta(hours=1 - hours))
    row = officer.get(PAGE).text.split("mitwirken.core.tasks.forget</td>")[1].split("</tr>")[0]
    assert ("überfällig" in row) == late


def test_a_ledger_that_adds_up_is_told_from_one_that_does_not(officer):
    member = pool.member()
    assert "vollständig" in officer.get(PAGE, {"pruefen": "1"}).text
    member.consent_events.filter(number=1).update(source="verändert")
    assert "geht nicht auf" in officer.get(PAGE, {"pruefen": "1"}).text


def test_the_page_asks_few_questions_however_many_tables_there_are(officer, django_assert_max_num_queries):
    with django_assert_max_num_queries(32):
        officer.get(PAGE)

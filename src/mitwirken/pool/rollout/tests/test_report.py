import io
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pypdf
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from mitwirken.accounts import samples as people
from mitwirken.accounts.models import RoleKind
from mitwirken.city import samples as city
from mitwirken.core import clock
from mitwirken.pool import handful, samples
from mitwirken.pool.actions import leave
from mitwirken.pool.rollout import charts, figures, report
from mitwirken.pool.rollout.report import Month

BERLIN = ZoneInfo("Europe/Berlin")


def test_growth_adds_up_month_by_month():
    months = [date(2026, 1, 1), date(2026, 2, 1), date(2026, 3, 1)]
    rows = report.growth(10, {months[0]: 5, months[2]: 1}, {months[1]: 2}, months)
    assert rows == [Month(months[0], 5, 0, 15), Month(months[1], 0, 2, 13), Month(months[2], 1, 0, 14)]


@pytest.mark.parametrize(
    ("start", "end", "months"),
    [
        ("2026-11-05", "2026-11-06", ["2026-11-01"]),
        ("2026-11-05", "2027-01-01", ["2026-11-01", "2026-12-01"]),
        ("2026-12-31", "2027-01-02", ["2026-12-01", "2027-01-01"]),
    ],
)
def test_a_period_touches_these_months(start, end, months):
    moments = [datetime.fromisoformat(day).replace(tzinfo=BERLIN) for day in (start, end)]
    assert [day.isoformat() for day in report.months_between(*moments)] == months


@pytest.mark.parametrize(("number", "seen"), [(0, 0), (1, None), (9, None), (10, 10)])
def test_few_people_are_never_counted(number, seen):
    assert handful.shown(number) == seen


def test_a_rate_needs_people_and_residents():
    assert report.per_thousand(30, 60_000) == 0.5
    assert report.per_thousand(3, 60_000) is None
    assert report.per_thousand(30, None) is None
    assert handful.percent(5, 9) is None
    assert handful.percent(5, 10) == 50


def test_labels_cannot_become_markup():
    svg = charts.bars('"><script>', [("<b>Nord</b>", 3, "3")])
    assert "<b>" not in svg
    assert "<script>" not in svg
    assert 'width="380.0"' in svg


def test_equal_columns_are_equally_high():
    svg = charts.columns("Titel", [("Jan", 4, 4), ("Feb", 0, 2)], ("kam", "ging"))
    assert svg.count('height="150.0"') == 2
    assert svg.count('height="75.0"') == 1


@pytest.fixture
def pool(db):
    city.city()
    north = city.district(slug="nord", population=60_000)
    now = clock.now()
    members = [samples.member(at=now - timedelta(days=40), districts=(north,)) for _ in range(12)]
    samples.member(at=now - timedelta(days=2), origin="paper")
    leave(members[0], "information", at=now - timedelta(days=1), source="test")
    return now


@pytest.fixture
def manager(client):
    person = people.staff(RoleKind.POOL_MANAGER)
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return person


def test_the_report_counts_who_came_and_who_left(pool, manager):
    found = figures.report(manager, start=pool - timedelta(days=60), end=pool + timedelta(days=1))
    assert (found.joined, found.left, found.months[-1].members) == (13, 1, 12)
    assert found.reach[0].members == 12
    assert found.reach[0].rate == 0.2
    assert [count for _way, count in found.sources] == [None, 12]  # paper, web


def test_the_report_asks_the_same_number_of_questions_for_a_large_pool(pool, manager, django_assert_max_num_queries):
    start = pool - timedelta(days=365)
    with CaptureQueriesContext(connection) as few:
        figures.report(manager, start=start, end=pool)
    for _ in range(30):
        samples.member(at=pool - timedelta(days=40))
    with django_assert_max_num_queries(len(few)):
        figures.report(manager, start=start, end=pool)
    assert len(few) <= 27


@pytest.mark.ignore_template_errors
def test_the_report_is_a_page_and_a_readable_pdf(pool, manager, client):
    page = client.get(reverse("pool_rollout:report"))
    assert page.status_code == 200
    assert "fewer than 10" in page.content.decode() or "weniger als 10" in page.content.decode()
    document = client.get(reverse("pool_rollout:report_pdf"))
    reader = pypdf.PdfReader(io.BytesIO(document.content))
    text = "".join(sheet.extract_text() for sheet in reader.pages)
    assert document["Content-Type"] == "application/pdf"
    assert "Mitmachpool" in text
    assert "Nord" in text
    assert reader.trailer["/Root"]["/Lang"] == "de"


@pytest.mark.ignore_template_errors
@pytest.mark.parametrize(
    "query",
    [
        "von=2026-05-02&bis=2026-05-01",
        "von=x&bis=2026-05-01",
        "von=1990-01-01&bis=2026-05-01",
        "von=%00",
        "von=0001-01-01&bis=0001-01-02",
        "von=9999-12-31&bis=9999-12-31",
    ],
)
def test_dates_that_make_no_sense_get_a_sentence(pool, manager, client, query):
    for name in ("report", "report_pdf"):
        answer = client.get(reverse(f"pool_rollout:{name}") + "?" + query)
        assert answer.status_code == 422
        assert "alert" in answer.content.decode()

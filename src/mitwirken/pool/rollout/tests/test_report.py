import io
import re
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pypdf
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.translation import override

from mitwirken.accounts import samples as people
from mitwirken.accounts.models import RoleKind
from mitwirken.city import samples as city
from mitwirken.core import clock
from mitwirken.pool import handful, samples
from mitwirken.pool.actions import leave
from mitwirken.pool.models import Campaign
from mitwirken.pool.rollout import charts, exports, figures, report
from mitwirken.pool.rollout.report import Group, Month, TakingPart

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


def test_the_strongest_codes_have_a_name_and_all_others_are_one_number():
    found = report.strongest([*[(f"Stand {number:02}", 100 - number) for number in range(20)], ("klein", 3)])
    assert [name for name, _count in found.named] == [f"Stand {number:02}" for number in range(report.MOST_CODES)]
    assert (found.others, found.brought) == (9, sum(100 - number for number in range(12, 20)) + 3)


@pytest.mark.parametrize(
    ("codes", "named", "others", "brought"),
    [
        ([], [], 0, 0),
        ([("Markt", 10)], [("Markt", 10)], 0, 0),
        ([("Markt", 9)], [], 1, None),
        ([("Markt", 9), ("Fest", 9)], [], 2, 18),
        ([("Markt", 40), ("Fest", 4)], [("Markt", 40)], 1, None),
    ],
)
def test_a_code_of_a_handful_has_no_name_and_no_number(codes, named, others, brought):
    assert report.strongest(codes) == report.Codes(named, others, brought)


def test_five_hundred_codes_are_a_short_table(pool, manager):
    Campaign.objects.bulk_create(
        Campaign(code=f"code-{number}", label=f"Stand {number}", created_at=pool) for number in range(500)
    )
    for number in range(24):
        samples.member(at=pool - timedelta(days=20), campaign=f"code-{number % 2}")
    samples.member(at=pool - timedelta(days=20), campaign="code-77")
    with override("de"):
        part = exports.words_for(figures.report(manager, start=pool - timedelta(days=365), end=pool))["sources"]
    assert part["groups"] == [
        {
            "title": "davon mit einem Code vom Handzettel",
            "rows": [["Stand 0", "12"], ["Stand 1", "12"], ["1 weiterer Code", "weniger als 10"]],
        }
    ]


@pytest.mark.ignore_template_errors
def test_a_time_in_which_nothing_happened_is_said_in_words(pool, manager, client):
    """No empty picture, no sign before a zero, no heading with nothing below it."""
    client.force_login(manager, backend="django.contrib.auth.backends.ModelBackend")
    period = "?von=2020-01-01&bis=2020-02-01"
    page = client.get(reverse("pool_rollout:report") + period).content.decode()
    assert "<svg" not in page.partition("Wer macht mit?")[2]
    assert "−0" not in page
    assert page.count("In dieser Zeit gibt es nichts zu zählen.") >= 2
    document = client.get(reverse("pool_rollout:report_pdf") + period)
    sheets = [sheet.extract_text() for sheet in pypdf.PdfReader(io.BytesIO(document.content)).pages]
    after = " ".join(sheets).partition("Wer macht mit?")[2]
    assert "In dieser Zeit gibt es nichts zu zählen." in " ".join(after.split())


def test_who_takes_part_is_told_group_by_group_and_only_where_groups_differ():
    found = TakingPart(
        allowed=400,
        everybody=Group("alle", 60, 30),
        by_district=[Group("Nord", 40, 20), Group("Süd", 20, 10)],
        by_frequency=[],
        by_channel=[Group("E-Mail", 60, 30)],
    )
    with override("de"):
        part = exports._taking_part(found)
    assert part["rows"] == [["alle", "60", "30", "50 %"]]
    assert part["groups"] == [
        {"title": "Stadtbezirk", "rows": [["Nord", "40", "20", "50 %"], ["Süd", "20", "10", "50 %"]]}
    ]


@pytest.mark.parametrize("narrow", [False, True])
def test_a_picture_for_a_telephone_is_drawn_as_wide_as_one(narrow):
    bars = charts.bars("Titel", [("Nord", 50, "50 %"), ("Sehr langer Name eines Bezirks", 20, "20 %")], narrow=narrow)
    rows = [(f"M{number}", number, 1) for number in range(12)]
    columns = charts.columns("Titel", rows, ("kam", "ging"), narrow=narrow)
    for drawn in (bars, columns):
        assert f'viewBox="0 0 {300 if narrow else 640} ' in drawn
        right = [float(x) for x in re.findall(r'<text x="([\d.]+)"', drawn)]
        assert max(right) < (300 if narrow else 640)
    assert columns.count(">M") == (6 if narrow else 12)

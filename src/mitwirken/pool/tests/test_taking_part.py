"""Who takes part: only those who agreed to be counted, and never a handful."""

import io
from datetime import timedelta

import pypdf
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.html import strip_tags

from mitwirken.accounts import samples as people
from mitwirken.accounts.models import RoleKind
from mitwirken.city import samples as city
from mitwirken.core import clock
from mitwirken.pool import actions, samples
from mitwirken.pool.assignments import actions as tasks
from mitwirken.pool.assignments import samples as task_samples
from mitwirken.pool.invitations import actions as invitations
from mitwirken.pool.invitations import samples as invitation_samples
from mitwirken.pool.models import Member, Purpose
from mitwirken.pool.rollout import exports, figures, taking_part
from mitwirken.pool.rollout.report import Group, put_together

REST = "others"


def together(*groups):
    rows = put_together([Group(name, *numbers) for name, *numbers in groups], REST)
    return [(row.name, row.asked, row.took_part) for row in rows]


def test_a_group_of_nine_is_not_shown_and_one_of_ten_is():
    assert together(("north", 30, 10), ("south", 30, 10)) == [("north", 30, 10), ("south", 30, 10)]
    assert together(("north", 30, 10), ("south", 30, 9)) == []
    assert not Group("north", 9, 0).may_be_shown
    assert Group("north", 10, 0).may_be_shown


def test_who_did_not_take_part_are_no_handful_either():
    assert not Group("north", 19, 10).may_be_shown
    assert Group("north", 20, 10).may_be_shown
    assert Group("north", 10, 10).may_be_shown


def test_a_rate_is_said_of_a_group_that_may_be_shown_only():
    assert Group("north", 40, 10).share == 25
    assert Group("north", 40, 9).share is None


def test_small_groups_are_put_together():
    rows = together(("north", 50, 20), ("south", 18, 6), ("east", 15, 5))
    assert rows == [("north", 50, 20), (REST, 33, 11)]


def test_a_single_small_group_is_not_the_difference_to_the_total():
    rows = together(("north", 80, 40), ("south", 40, 20), ("east", 12, 4))
    assert rows == [("north", 80, 40), (REST, 52, 24)]


def test_whatever_the_numbers_nobody_is_lost_and_every_part_of_the_table_is_none_or_ten():
    for north in range(0, 45, 3):
        for south in range(0, 45, 4):
            for active in range(0, south + 1, 3):
                groups = [Group("n", north, north // 2), Group("s", south, active), Group("w", 60, 30)]
                rows = put_together(groups, REST)
                parts = [part for row in rows for part in (row.took_part, row.asked - row.took_part)]
                assert all(part == 0 or part >= 10 for part in parts)
                if rows:
                    assert sum(row.asked for row in rows) == north + south + 60
                    assert sum(row.took_part for row in rows) == north // 2 + active + 30


@pytest.fixture
def north(db):
    city.city()
    return city.district(slug="nord", name="Nord")


def counted_member(**fields):
    """A member who may be asked, and agreed to be counted."""
    member = task_samples.askable(samples.member(**fields))
    actions.grant(member, Purpose.STATISTICS, at=clock.now(), source="test")
    return member


def answer(task, members):
    for assignment in task.assignments.filter(member__in=members):
        tasks.answer(assignment, {"0": "1"}, "", at=clock.now())


def count():
    now = clock.now()
    return taking_part.counted(now - timedelta(days=30), now + timedelta(days=1))


def test_without_the_agreement_nobody_counts(north):
    for _ in range(12):
        task_samples.askable(samples.member(districts=[north]))
    task = task_samples.running()
    answer(task, Member.objects.all())
    assert task.assignments.count() == 12
    assert (count().allowed, count().everybody.asked, count().by_district) == (0, 0, [])


def test_who_withdraws_the_agreement_is_not_counted_from_then_on(north):
    members = [counted_member(districts=[north]) for _ in range(20)]
    answer(task_samples.running(), members[:10])
    assert [(row.name, row.asked, row.took_part) for row in count().by_district] == [("Nord", 20, 10)]
    actions.leave(members[0], Purpose.STATISTICS, at=clock.now(), source="test")
    found = count()
    assert (found.allowed, found.everybody.asked, found.everybody.took_part) == (19, 19, 9)
    assert found.by_district == []


def test_each_person_counts_once_however_often_they_were_asked(north):
    members = [counted_member() for _ in range(3)]
    for _ in range(2):
        answer(task_samples.running(), members[:1])
    event = invitation_samples.invited()
    for member in members[:2]:
        invitations.reply(event.guests.get(member=member), True, at=clock.now())
    assert (count().everybody.asked, count().everybody.took_part) == (3, 2)


def test_saying_no_is_no_taking_part_and_waiting_for_a_place_is(north):
    refuses, waits, comes = [counted_member() for _ in range(3)]
    event = invitation_samples.invited(places=1)
    for member, said in ((comes, True), (waits, True), (refuses, False)):
        invitations.reply(event.guests.get(member=member), said, at=clock.now())
    tasks.decline(task_samples.running().assignments.get(member=refuses), at=clock.now())
    assert (count().everybody.asked, count().everybody.took_part) == (3, 2)


def test_who_was_asked_at_another_time_does_not_count(north):
    counted_member()
    task_samples.running()
    later = clock.now() + timedelta(days=1)
    assert taking_part.counted(later, later + timedelta(days=1)).everybody.asked == 0


def test_everybody_belongs_to_one_group_whatever_they_chose(north):
    south = city.district(slug="sued", name="Süd")
    choices = [
        {"districts": [north]},
        {"districts": [north, south]},
        {"point_lat": 51.5, "point_lon": 7.4, "radius": 1000},
        {},
    ]
    members = [counted_member(**fields) for fields in choices for _ in range(20)]
    task = task_samples.running(people=100)
    tasks.release(task, by=people.staff(RoleKind.POOL_MANAGER), at=clock.now())
    answer(task, [member for number, member in enumerate(members) if number % 2])
    found = count()
    assert [row.name for row in found.by_district] == [
        "Nord",
        "mehrere Stadtbezirke",
        "rund um einen Ort",
        "die ganze Stadt",
    ]
    for rows in (found.by_district, found.by_frequency, found.by_channel):
        assert sum(row.asked for row in rows) == found.everybody.asked == 80


def test_many_members_need_no_more_queries(north):
    def queries():
        with CaptureQueriesContext(connection) as seen:
            count()
        return len(seen)

    counted_member()
    task_samples.running()
    few = queries()
    for _ in range(25):
        counted_member(districts=[north])
    answer(task_samples.running(), Member.objects.all())
    invitation_samples.invited()
    assert queries() == few == 5


@pytest.mark.ignore_template_errors
def test_page_and_pdf_say_who_is_counted_and_hide_who_are_few(north, client):
    manager = people.staff(RoleKind.POOL_MANAGER)
    client.force_login(manager, backend="django.contrib.auth.backends.ModelBackend")

    def texts():
        page = client.get(reverse("pool_rollout:report")).content.decode()
        document = client.get(reverse("pool_rollout:report_pdf")).content
        assert b"pdfuaid" in document
        sheets = pypdf.PdfReader(io.BytesIO(document)).pages
        shown = strip_tags(page.replace("<", " <")), " ".join(sheet.extract_text() for sheet in sheets)
        return [" ".join(text.split()) for text in shown]

    members = [counted_member(districts=[north]) for _ in range(21)]
    task = task_samples.running()
    answer(task, members[:9])
    for text in texts():
        assert "Wer macht mit?" in text
        assert "die uns das Zählen erlauben: 21." in text
        assert "nicht gezeigt" in text
        assert "Stadtbezirk Nord" not in text
    answer(task, members[9:10])
    for text in texts():
        assert "Stadtbezirk Nord 21 10 48 %" in text


def test_a_total_of_nine_is_called_few_and_one_of_ten_is_said(north):
    def row():
        now = clock.now()
        found = figures.report(manager, start=now - timedelta(days=9), end=now + timedelta(days=1))
        return exports.words_for(found)["taking_part"]["rows"]

    manager = people.staff(RoleKind.POOL_MANAGER)
    assert row() == []
    for _ in range(9):
        counted_member()
    task = task_samples.running()
    assert row() == [["alle", "weniger als 10", "nicht gezeigt", "–"]]
    counted_member()
    task_samples.running()
    assert row()[0] == ["alle", "10", "0", "0 %"]
    answer(task, Member.objects.all()[:1])
    assert row() == [["alle", "10", "nicht gezeigt", "–"]]

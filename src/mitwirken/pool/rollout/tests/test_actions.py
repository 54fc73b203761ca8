import pytest
from django.template import engines
from django.urls import reverse

from mitwirken.accounts import samples as people
from mitwirken.accounts.models import RoleKind
from mitwirken.city import samples as city
from mitwirken.core import clock
from mitwirken.core.models import AuditEntry
from mitwirken.pool import policies
from mitwirken.pool.models import DepartmentAccess
from mitwirken.pool.rollout import actions, samples
from mitwirken.pool.rollout.checklist import TICKED, Facts, missing

pytestmark = [pytest.mark.django_db, pytest.mark.ignore_template_errors]


@pytest.fixture(autouse=True)
def templates_as_in_production(monkeypatch):
    monkeypatch.setattr(engines["django"].engine, "string_if_invalid", "")


@pytest.fixture
def green():
    city.city()
    return city.department(slug="gruenflaechenamt", name="Grünflächenamt")


@pytest.fixture
def manager(client):
    person = people.staff(RoleKind.POOL_MANAGER)
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return person


def prepared(department, by):
    people.staff(RoleKind.PROJECT_LEAD, department)
    return actions.prepare(
        department,
        checklist=dict.fromkeys(TICKED, True),
        mails_per_month=3,
        reply_to="gruen@stadt.example",
        by=by,
    )


def test_all_open_points_are_named_in_order():
    assert missing({"privacy": True}, Facts(has_reply_address=False, has_writer=True)) == [
        "reply",
        "training",
        "rhythm",
    ]
    assert missing(dict.fromkeys(TICKED, True), Facts(has_reply_address=True, has_writer=True)) == []


def test_a_department_with_open_points_stays_out(green, manager):
    with pytest.raises(actions.NotReady) as refused:
        actions.enable(green, by=manager, at=clock.now())
    assert refused.value.points == ["reply", "writer", *TICKED]
    assert policies.messages_left(green, at=clock.now()) == 0


def test_an_enabled_department_may_write_until_it_is_taken_out(green, manager):
    prepared(green, manager)
    actions.enable(green, by=manager, at=clock.now())
    actions.enable(green, by=manager, at=clock.now())
    lead = people.staff(RoleKind.PROJECT_LEAD, green)
    assert policies.may_write(lead, green, at=clock.now())
    assert policies.messages_left(green, at=clock.now()) == 3
    assert AuditEntry.objects.filter(action="pool.department_enabled").count() == 1
    actions.disable(green, by=manager)
    assert not policies.may_write(lead, green, at=clock.now())


def test_nobody_writes_for_another_department(green, manager):
    samples.enabled(green, at=clock.now())
    stranger = people.staff(RoleKind.PROJECT_LEAD, city.department(slug="tiefbauamt", name="Tiefbauamt"))
    assert not policies.may_write(stranger, green, at=clock.now())


def test_the_manager_enables_a_department_on_its_page(green, manager, client):
    page = reverse("pool_rollout:department", args=[green.pk])
    switch = reverse("pool_rollout:switch", args=[green.pk])
    client.post(switch, {"enable": "yes"})
    assert not DepartmentAccess.objects.exclude(enabled_at=None).exists()
    people.staff(RoleKind.PROJECT_LEAD, green)
    given = {"reply_to": "gruen@stadt.example", "mails_per_month": "5"} | dict.fromkeys(TICKED, "on")
    assert client.post(page, given).status_code == 302
    client.post(switch, {"enable": "yes"})
    assert DepartmentAccess.objects.get().enabled_by == manager


@pytest.mark.parametrize("number", ["", "0", "61", "vier", "9" * 40])
def test_a_limit_that_is_no_limit_changes_nothing(green, manager, client, number):
    answer = client.post(reverse("pool_rollout:department", args=[green.pk]), {"mails_per_month": number})
    assert answer.status_code == 422
    assert not DepartmentAccess.objects.exists()


@pytest.mark.parametrize("kind", list(RoleKind))
def test_only_the_whole_citys_pool_managers_enable(green, client, kind):
    client.force_login(people.staff(kind, green), backend="django.contrib.auth.backends.ModelBackend")
    assert client.get(reverse("pool_rollout:departments")).status_code in (302, 403)
    assert client.post(reverse("pool_rollout:switch", args=[green.pk])).status_code in (302, 403)


def test_the_list_of_departments_grows_without_more_questions(manager, client, django_assert_max_num_queries):
    for number in range(30):
        samples.enabled(city.department(slug=f"amt-{number}", name=f"Amt {number}"), at=clock.now())
    client.get(reverse("pool_rollout:departments"))
    with django_assert_max_num_queries(14):
        assert client.get(reverse("pool_rollout:departments")).status_code == 200

"""One row out of many, without JavaScript: the search of saved selections, templates and steps."""

import re

import pytest
from django.template import engines
from django.urls import reverse

from mitwirken.accounts import samples as people
from mitwirken.accounts.models import RoleKind
from mitwirken.city import samples as city
from mitwirken.core import clock
from mitwirken.core.tests.asking import questions
from mitwirken.pool import policies
from mitwirken.pool.assignments.models import Task
from mitwirken.pool.bulletins.models import Bulletin, BulletinTemplate, TemplateVersion
from mitwirken.pool.choosing import FEW
from mitwirken.pool.models import DepartmentAccess, Dispatch, Selection
from mitwirken.portal import samples as portal

# Wagtail's own templates lean on missing variables.
pytestmark = [pytest.mark.django_db, pytest.mark.ignore_template_errors]
NEW_TASK, BEGIN = "pool_assignments_staff:new", "pool_bulletins:begin"


@pytest.fixture
def department(monkeypatch):
    monkeypatch.setattr(engines["django"].engine, "string_if_invalid", "")
    city.city()
    department = city.department()
    DepartmentAccess.objects.create(department=department, enabled_at=clock.now(), mails_per_month=4)
    return department


@pytest.fixture
def lead(client, department):
    person = people.staff(RoleKind.PROJECT_LEAD, department)
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return person


def selections(department, number, *, name="Auswahl"):
    now = clock.now()
    start = Selection.objects.count()
    return Selection.objects.bulk_create(
        Selection(
            name=f"{name} {start + each:03}",
            department=department,
            rule={"and": [{"at_most": each + 1}]},
            rule_hash="x",
            created_at=now,
            changed_at=now,
        )
        for each in range(number)
    )


def offered(html, name="rule-saved"):
    """The rows one can choose on this page."""
    radios = re.findall(rf'<input type="radio" name="{name}" value="(\d*)"', html)
    select = re.search(rf'<select name="{name}".*?</select>', html, re.DOTALL)
    return radios, re.findall(r'<option value="(\d*)"', select[0]) if select else []


def test_few_are_a_select_and_many_are_a_search(client, lead, department):
    selections(department, FEW)
    radios, options = offered(client.get(reverse(NEW_TASK)).content.decode())
    assert (radios, len(options)) == ([], FEW + 1)
    selections(department, 1)
    radios, options = offered(client.get(reverse(NEW_TASK)).content.decode())
    assert (len(radios), options) == (FEW + 1, [])


def test_a_long_list_asks_no_more_questions_than_a_short_one(client, lead, department):
    selections(department, FEW + 1)
    few = questions(client, reverse(NEW_TASK))
    selections(department, 60)
    assert questions(client, reverse(NEW_TASK)) == few


def test_searching_saves_nothing_and_keeps_what_was_typed(client, lead, department):
    wanted = selections(department, 60)[47]
    typed = {"title": "Mein halber Titel", "rule-saved-suche": "047 auswahl", "count": "rule-saved"}
    html = client.post(reverse(NEW_TASK), typed).content.decode()
    assert offered(html)[0] == ["", str(wanted.pk)]
    assert 'value="Mein halber Titel"' in html
    assert 'value="047 auswahl"' in html
    assert not Task.objects.exists()


def test_every_row_is_reached_page_by_page_without_a_search(client, lead, department):
    rows = {str(row.pk) for row in selections(department, 60)}
    seen, pressed, pages = set(), "rule-saved", 0
    while pressed:
        html = client.post(reverse(NEW_TASK), {"count": pressed}).content.decode()
        seen |= set(offered(html)[0])
        following = re.search(r'name="count" value="(rule-saved:\d+)"', html)
        pressed, pages = following[1] if following else "", pages + 1
    assert seen == rows | {""}
    assert pages == 3


def test_what_is_chosen_stays_there_whatever_is_searched_for(client, lead, department):
    first, *_rest, last = selections(department, 60)
    html = client.post(
        reverse(NEW_TASK), {"rule-saved": last.pk, "rule-saved-suche": "000", "count": "rule-saved"}
    ).content.decode()
    assert offered(html)[0] == ["", str(last.pk), str(first.pk)]
    assert re.search(rf'value="{last.pk}" id="[^"]+" checked', html)


def test_a_row_far_down_the_list_can_be_taken(client, lead, department):
    last = selections(department, 60)[-1]
    counted = client.post(reverse("pool_staff:count"), {"purpose": "tasks", "rule-saved": last.pk}).content.decode()
    assert "Höchstens 60 Personen" in counted


def test_nothing_found_is_said(client, lead, department):
    selections(department, FEW + 1)
    html = client.post(reverse(NEW_TASK), {"rule-saved-suche": "Zebra", "count": "rule-saved"}).content.decode()
    assert "Nichts hat das im Namen." in html
    assert offered(html)[0] == [""]


@pytest.mark.parametrize(
    "typed",
    [
        {"rule-saved": "x"},
        {"rule-saved": "9" * 40},
        {"rule-saved-suche": "\x00%_\"'<script>alert(1)</script>"},
        {"rule-saved-suche": "a" * 5000},
        {"count": "rule-saved:" + "9" * 40},
        {"count": "rule-saved:-1"},
        {"count": "other:1"},
    ],
)
def test_nonsense_is_no_error_of_the_server(client, lead, department, typed):
    selections(department, FEW + 1)
    answer = client.post(reverse(NEW_TASK), {"count": "rule-saved"} | typed)
    assert answer.status_code == 200
    assert "<script>alert(1)" not in answer.content.decode()


def test_the_search_shows_no_selection_of_another_department(client, lead, department):
    selections(department, FEW + 1)
    foreign = selections(city.department(slug="anderes", name="Anderes Amt", short_name="Anderes"), 1, name="Fremd")[0]
    typed = {"rule-saved": foreign.pk, "rule-saved-suche": "Fremd", "count": f"rule-saved:{foreign.pk}"}
    html = client.post(reverse(NEW_TASK), typed).content.decode()
    assert "Fremd 0" not in html
    assert str(foreign.pk) not in offered(html)[0]


def test_a_bulletin_begins_from_one_of_many_templates(client, lead, department):
    for number in range(FEW + 10):
        row = BulletinTemplate.objects.create(department=department, name=f"Vorlage {number:03}")
        TemplateVersion.objects.create(
            template=row, number=1, created_at=clock.now(), texts={"de": {"subject": f"Betreff {number}"}}
        )
    searched = {"department": department.pk, "template-suche": "Vorlage 025", "count": "template"}
    html = client.post(reverse(BEGIN), searched).content.decode()
    assert offered(html, "template")[0] == ["", str(BulletinTemplate.objects.get(name="Vorlage 025").pk)]
    assert not Bulletin.objects.exists()
    client.post(reverse(BEGIN), {"department": department.pk, "template": offered(html, "template")[0][1]})
    assert str(Bulletin.objects.get()) == "Betreff 25"


def test_many_steps_can_be_searched_by_their_project(client, lead, department):
    wanted = portal.step(portal.project(department, title="Der Kanalpark"), title="Entwurf")
    for _number in range(FEW + 1):
        portal.step(wanted.project if _number == 0 else portal.project(department), title="Entwurf")
    client.post(reverse(BEGIN), {"department": department.pk})
    edit = reverse("pool_bulletins:edit", args=[Bulletin.objects.get().pk])
    html = client.post(edit, {"revision": 1, "step-suche": "entwurf kanalpark", "count": "step"}).content.decode()
    assert str(wanted.pk) in offered(html, "step")[0]
    assert len(offered(html, "step")[0]) == 3


def test_each_department_is_told_its_own_quota(department):
    now = clock.now()
    others = [city.department(slug=f"amt-{number}", name=f"Amt {number}") for number in range(3)]
    DepartmentAccess.objects.create(department=others[0], enabled_at=now, mails_per_month=1)
    for owner, state, follows in [
        (department, "running", {}),
        (department, "cancelled", {}),
        (department, "done", {"follows": 1}),
        (others[0], "done", {}),
        (others[0], "done", {}),
    ]:
        Dispatch.objects.create(
            kind="task", mail_class="bulk", state=state, department=owner, created_at=now, content=follows
        )
    every = [department, *others]
    assert list(policies.messages_left_of(every, at=now).values()) == [3, 0, 0, 0]


def test_quotas_cost_the_same_for_many_departments(department, django_assert_num_queries):
    every = [department, *(city.department(slug=f"amt-{number}", name=f"Amt {number}") for number in range(40))]
    with django_assert_num_queries(2):
        assert len(policies.messages_left_of(every, at=clock.now())) == 41

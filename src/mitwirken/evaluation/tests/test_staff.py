"""The desk of the evaluation in the staff area: own department only, paper like online."""

import re

import pytest
from django.urls import reverse

from mitwirken.accounts import samples as account_samples
from mitwirken.accounts.models import RoleKind
from mitwirken.city import samples as city_samples
from mitwirken.evaluation import samples
from mitwirken.evaluation.models import Sheet
from mitwirken.portal import samples as portal_samples

# Wagtail's own templates use variables that are not always there.
pytestmark = [pytest.mark.django_db, pytest.mark.ignore_template_errors]


def key_in(response):
    return re.search(r'name="form_key" value="([^"]+)"', response.content.decode())[1]


@pytest.mark.parametrize(
    ("kind", "own", "status"),
    [
        (RoleKind.EVALUATOR, True, 200),
        (RoleKind.PROJECT_LEAD, True, 200),
        (RoleKind.EVALUATOR, None, 200),
        (RoleKind.EVALUATOR, False, 302),
        (RoleKind.MODERATOR, True, 302),
        (RoleKind.EDITOR, True, 302),
    ],
)
def test_who_may_open_a_run_at_the_desk(client, kind, own, status):
    run = samples.run()
    other = city_samples.department(slug="sport", name="Sport", short_name="Sport")
    department = {True: run.step.project.department, False: other, None: None}[own]
    client.force_login(account_samples.staff(kind, department))
    assert client.get(reverse("evaluation_staff:run", args=[run.step_id])).status_code == status


def test_the_desk_lists_the_runs_of_its_own_department_only(client):
    run = samples.run()
    other = city_samples.department(slug="sport", name="Sport", short_name="Sport")
    foreign = samples.run(samples.closed_step(project_page=portal_samples.project(other), title="Fremd"))
    client.force_login(account_samples.staff(RoleKind.EVALUATOR, run.step.project.department))
    page = client.get(reverse("evaluation_staff:runs")).content.decode()
    assert (run.step.title in page, foreign.step.title in page) == (True, False)


def test_staff_type_in_a_paper_sheet(client):
    run = samples.run()
    client.force_login(account_samples.staff(RoleKind.EVALUATOR, run.step.project.department))
    desk = reverse("evaluation_staff:run", args=[run.step_id])
    typed = {"S1": "3", "S6": "5", "form_key": key_in(client.get(desk))}
    client.post(desk, typed)
    response = client.post(desk, typed)
    assert (response.status_code, Sheet.objects.get().answers) == (400, {"S1": 3, "S6": 5})


def test_the_staff_home_tells_evaluators_which_runs_wait(client):
    run = samples.run()
    client.force_login(account_samples.staff(RoleKind.EVALUATOR, run.step.project.department))
    assert run.step.title in client.get(reverse("wagtailadmin_home")).content.decode()

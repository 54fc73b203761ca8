"""The project owner's desk: what staff can do there, and what it refuses."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from mitwirken.accounts import samples as people
from mitwirken.accounts.models import RoleKind
from mitwirken.city import samples as city
from mitwirken.core import clock
from mitwirken.core.models import AuditEntry, Letter
from mitwirken.portal import samples
from mitwirken.portal.models import AuthorContact, Contribution, ModerationState, ProjectPage, Step, StepState

# Wagtail's own templates lean on missing variables.
pytestmark = [pytest.mark.django_db, pytest.mark.ignore_template_errors]


# Wagtail's frame alone (session, person, rights, menu) takes about ten.
MOST_QUERIES = 32


@pytest.fixture
def lead(client):
    samples.section()
    person = people.staff(RoleKind.PROJECT_LEAD, city.department())
    client.force_login(person)
    return person


def said(response):
    return response.content.decode()


def test_the_first_page_names_what_waits(client, lead):
    step = samples.step(premoderated=True)
    samples.contribution(step, moderation=ModerationState.PENDING)
    page = said(client.get("/staff/"))
    assert "Was braucht mich heute?" in page
    assert "Zu prüfen" in page


def test_the_first_page_is_friendly_when_nothing_waits(client, lead):
    samples.project()
    assert "Nichts wartet auf Sie." in said(client.get("/staff/"))


def test_an_overdue_promise_is_said_on_the_first_page(client, lead):
    now = clock.now()
    step = samples.step(ends_at=now - timedelta(days=9), answer_until=(now - timedelta(days=2)).date())
    samples.contribution(step)
    assert "überfällig" in said(client.get("/staff/"))


def test_the_first_page_counts_every_contribution_without_an_answer(client, lead):
    project, now = samples.project(), clock.now()
    steps = Step.objects.bulk_create(
        Step(project=project, slug=f"s{number}", title="S", kind="ideas", state=StepState.PUBLISHED, starts_at=now)
        for number in range(230)
    )
    Contribution.objects.bulk_create(Contribution(step=step, title="T", text="T", created_at=now) for step in steps)
    assert ">230<" in said(client.get("/staff/"))


def test_a_project_starts_as_a_draft_in_the_own_department(client, lead):
    answer = client.post(
        reverse("portal_staff:start_project"), {"title": "Neuer Spielplatz", "department": city.department().pk}
    )
    project = ProjectPage.objects.get(title="Neuer Spielplatz")
    assert answer.url == reverse("portal_staff:project", args=[project.pk])
    assert not project.live


def test_a_project_cannot_be_started_for_another_department(client, lead):
    other = city.department(slug="soziales", name="Sozialamt", short_name="Soziales")
    samples.section(other)
    client.post(reverse("portal_staff:start_project"), {"title": "Fremdes", "department": other.pk})
    assert not ProjectPage.objects.filter(title="Fremdes").exists()


def test_the_workbench_names_what_is_missing(client, lead):
    client.post(reverse("portal_staff:start_project"), {"title": "Park", "department": city.department().pk})
    project = ProjectPage.objects.get(title="Park")
    page = said(client.get(reverse("portal_staff:project", args=[project.pk])))
    assert "Bevor das Vorhaben öffentlich werden kann:" in page


def test_publishing_an_unready_project_says_why_and_changes_nothing(client, lead):
    project = samples.project(live=False, municipal_reference="")
    answer = client.post(reverse("portal_staff:publish_project", args=[project.pk]), follow=True)
    project.refresh_from_db()
    assert not project.live
    assert answer.context["messages"]


def test_a_ready_project_is_published_with_one_trace(client, lead):
    project = samples.project(live=False, has_unpublished_changes=True)
    project.save_revision()
    before = AuditEntry.objects.count()
    client.post(reverse("portal_staff:publish_project", args=[project.pk]))
    project.refresh_from_db()
    assert project.live
    assert AuditEntry.objects.count() == before + 1


@pytest.mark.parametrize(("ways", "offered"), [("Telefon", True), ("", False)])
def test_the_workbench_offers_to_publish_both_once_both_are_ready(client, lead, ways, offered):
    project = samples.project(live=False)
    samples.step(project, state=StepState.DRAFT, offline_ways=ways)
    page = said(client.get(reverse("portal_staff:project", args=[project.pk])))
    assert ("Vorhaben und Schritt veröffentlichen" in page) == offered
    assert "Nur das Vorhaben veröffentlichen" in page


def test_one_button_makes_project_and_step_public(client, lead):
    project = samples.project(live=False)
    step = samples.step(project, state=StepState.DRAFT)
    client.post(reverse("portal_staff:publish_project", args=[project.pk]), {"with_steps": "1"})
    project.refresh_from_db()
    step.refresh_from_db()
    assert (project.live, step.state) == (True, StepState.PUBLISHED)


def test_a_step_is_added_edited_published_closed_and_done(client, lead):
    project = samples.project()
    now = clock.now()
    typed = {
        "kind": "ideas",
        "title": "Ideen sammeln",
        "starts_at": (now - timedelta(days=1)).strftime("%Y-%m-%dT%H:%M"),
        "channel": "digital",
        "identity": "open",
        "offline_ways": "Telefon 0123 50-22",
    }
    client.post(reverse("portal_staff:new_step", args=[project.pk]), typed)
    step = project.steps.get()
    typed["title"] = "Ideen für alle"
    client.post(reverse("portal_staff:step", args=[step.pk]), typed)
    for verb in ("veroeffentlichen", "schliessen", "beantwortet", "erledigt"):
        client.post(reverse("portal_staff:change_step", args=[step.pk, verb]))
    step.refresh_from_db()
    assert (step.title, step.state) == ("Ideen für alle", StepState.PUBLISHED)
    assert step.done_at


def test_a_step_that_ends_before_it_begins_is_refused_at_the_field(client, lead):
    step = samples.step()
    typed = {
        "title": "x", "starts_at": "2030-05-02T10:00", "ends_at": "2030-05-01T10:00",
        "channel": "digital", "identity": "open", "offline_ways": "Telefon",
    }  # fmt: skip
    page = said(client.post(reverse("portal_staff:step", args=[step.pk]), typed))
    assert "Das Ende muss nach dem Anfang liegen." in page
    typed |= {"starts_at": "0001-01-01T00:00"}
    assert "Datum und Uhrzeit" in said(client.post(reverse("portal_staff:step", args=[step.pk]), typed))


def test_a_tick_on_the_checklist_stays(client, lead):
    project = samples.project(checklist=[{"title": "Raum buchen", "text": "", "done": False}])
    client.post(reverse("portal_staff:tick", args=[project.pk]), {"position": "0", "done": "1"})
    project.refresh_from_db()
    assert project.checklist[0]["done"]


def test_news_and_measures_are_told_from_the_workbench(client, lead):
    project = samples.project()
    client.post(
        reverse("portal_staff:post_update", args=[project.pk]), {"update-title": "Los", "update-text": "Es geht los."}
    )
    client.post(
        reverse("portal_staff:set_measure", args=[project.pk]),
        {"measure-title": "Bänke", "measure-progress": "planned"},
    )
    assert (project.updates.count(), project.measures.count()) == (1, 1)


def test_hiding_without_a_reason_is_refused(client, lead):
    row = samples.contribution()
    client.post(reverse("portal_staff:moderate", args=[row.pk]), {"state": "hidden", "reason": ""})
    row.refresh_from_db()
    assert row.moderation == ModerationState.VISIBLE


def test_an_answer_reaches_the_author_by_mail(client, lead):
    row = samples.contribution()
    AuthorContact.objects.create(contribution=row, email="autorin@beispiel.example")
    client.post(
        reverse("portal_staff:answer", args=[row.pk]), {"standing": "accepted", "text": "Wir stellen vier Bänke auf."}
    )
    row.refresh_from_db()
    assert row.standing == "accepted"
    assert Letter.objects.filter(to_address="autorin@beispiel.example").count() == 1


def test_a_contribution_is_merged_by_the_other_ones_code(client, lead):
    step = samples.step()
    source, target = samples.contribution(step), samples.contribution(step)
    client.post(reverse("portal_staff:merge", args=[source.pk]), {"target": target.receipt.lower()})
    assert source.became.get().target == target


def test_what_came_on_paper_gets_a_receipt(client, lead):
    step = samples.step()
    typed = {"channel": "paper", "title": "Mehr Licht", "text": "Am Weg ist es dunkel.", "submission_key": "abc"}
    address = f"{reverse('portal_staff:enter')}?step={step.pk}"
    client.post(address, typed)
    page = said(client.post(address, typed, follow=True))
    row = Contribution.objects.get()
    assert (row.channel, row.entered_by) == ("paper", lead)
    assert row.receipt in page


def test_a_contribution_cannot_smuggle_a_formula_into_the_spreadsheet(client, lead):
    row = samples.contribution(title='=HYPERLINK("http://boese.example")')
    table = b"".join(client.get(reverse("portal_staff:export", args=[row.step_id])).streaming_content).decode()
    assert "'=HYPERLINK" in table


@pytest.mark.parametrize("query", ["bezirk=%00", "vor=x", "stand=%00&weg=9", "q=%00", "vor=99999999999999999999"])
def test_odd_addresses_do_not_break_the_list(client, lead, query):
    step = samples.step()
    assert client.get(f"{reverse('portal_staff:contributions', args=[step.pk])}?{query}").status_code == 200


@pytest.mark.parametrize("page", ["projects", "moderation", "contributions", "project", "today"])
def test_lists_need_no_more_queries_with_more_rows(client, lead, page):
    step = samples.step()
    samples.contribution(step, moderation=ModerationState.PENDING)
    address = {
        "projects": reverse("portal_staff:projects"),
        "moderation": reverse("portal_staff:moderation"),
        "contributions": reverse("portal_staff:contributions", args=[step.pk]),
        "project": reverse("portal_staff:project", args=[step.project_id]),
        "today": "/staff/",
    }[page]
    client.get(address)
    with CaptureQueriesContext(connection) as few:
        client.get(address)
    for _number in range(12):
        samples.contribution(step, moderation=ModerationState.PENDING)
        samples.contribution(samples.step(step.project))
    samples.project()
    with CaptureQueriesContext(connection) as many:
        client.get(address)
    assert len(many) <= len(few) <= MOST_QUERIES


ROLES = [
    (RoleKind.EDITOR, "portal_staff:projects", True),
    (RoleKind.EDITOR, "portal_staff:moderation", False),
    (RoleKind.EDITOR, "portal_staff:start_project", True),
    (RoleKind.PROJECT_LEAD, "portal_staff:moderation", True),
    (RoleKind.PROJECT_LEAD, "portal_staff:start_project", True),
    (RoleKind.MODERATOR, "portal_staff:moderation", True),
    (RoleKind.MODERATOR, "portal_staff:start_project", False),
    (RoleKind.MODERATOR, "accounts_staff:roles", False),
    (RoleKind.POOL_MANAGER, "portal_staff:moderation", False),
    (RoleKind.EVALUATOR, "portal_staff:start_project", False),
    (RoleKind.DATA_PROTECTION, "accounts_staff:roles", False),
]


@pytest.mark.parametrize(("kind", "page", "allowed"), ROLES)
def test_each_role_opens_only_its_pages(client, kind, page, allowed):
    samples.project()
    client.force_login(people.staff(kind, city.department()))
    assert (client.get(reverse(page)).status_code == 200) is allowed


DEEDS = [
    (RoleKind.EDITOR, "answer", False),
    (RoleKind.MODERATOR, "answer", False),
    (RoleKind.PROJECT_LEAD, "answer", True),
    (RoleKind.EDITOR, "moderate", False),
    (RoleKind.MODERATOR, "moderate", True),
    (RoleKind.EVALUATOR, "moderate", False),
    (RoleKind.MODERATOR, "withdraw", False),
    (RoleKind.EDITOR, "withdraw", True),
]


@pytest.mark.parametrize(("kind", "deed", "allowed"), DEEDS)
def test_each_role_does_only_its_deeds(client, kind, deed, allowed):
    row = samples.contribution()
    client.force_login(people.staff(kind, city.department()))
    before = AuditEntry.objects.count()
    if deed == "withdraw":
        client.post(reverse("portal_staff:change_step", args=[row.step_id, "zurueckziehen"]))
    else:
        typed = {"state": "hidden", "reason": "Beleidigung", "standing": "noted", "text": "Danke."}
        client.post(reverse(f"portal_staff:{deed}", args=[row.pk]), typed)
    assert (AuditEntry.objects.count() == before + 1) is allowed

"""Wagtail's editor obeys the same rules as our own pages, whichever door is used."""

import pytest
from django.template import engines
from django.urls import reverse
from wagtail.test.utils.form_data import inline_formset, nested_form_data

from mitwirken.accounts import samples as people
from mitwirken.accounts.models import RoleKind
from mitwirken.city import samples as city
from mitwirken.core.models import AuditEntry
from mitwirken.portal import samples
from mitwirken.portal.models import ProjectPage

pytestmark = [pytest.mark.django_db, pytest.mark.ignore_template_errors]


@pytest.fixture(autouse=True)
def templates_as_in_production(monkeypatch):
    monkeypatch.setattr(engines["django"].engine, "string_if_invalid", "")


@pytest.fixture
def draft(client):
    page = samples.project(live=False, has_unpublished_changes=True)
    page.save_revision()
    client.force_login(people.staff(RoleKind.EDITOR, city.department()))
    return page


def typed(page, **changes):
    fields = [
        "title", "slug", "summary", "question", "open_points", "fixed_points", "decision", "promised_level",
        "municipal_reference", "contact_name", "contact_email", "contact_phone", "result", "image_alt",
    ]  # fmt: skip
    values = {name: getattr(page, name) for name in fields} | {"body": "null", "image": ""} | changes
    return nested_form_data(values | {"documents": inline_formset([])})


def publish(client, page, **changes):
    address = reverse("wagtailadmin_pages:edit", args=[page.pk])
    answer = client.post(address, typed(page, **changes) | {"action-publish": "1"}, follow=True)
    page.refresh_from_db()
    return answer.content.decode()


def test_the_editor_publishes_a_ready_project_with_a_trace(client, draft):
    before = AuditEntry.objects.count()
    publish(client, draft)
    assert draft.live
    assert AuditEntry.objects.count() > before


def test_the_editor_refuses_a_project_without_municipal_reference(client, draft):
    page = publish(client, draft, municipal_reference="", title="Neuer Name")
    assert not draft.live
    assert "Bezug" in page
    assert draft.get_latest_revision_as_object().title == "Neuer Name"


def test_bulk_publishing_refuses_an_unready_project(client, draft):
    ProjectPage.objects.filter(pk=draft.pk).update(municipal_reference="")
    client.post(f"/staff/bulk/wagtailcore/page/publish/?id={draft.pk}&next=/staff/")
    draft.refresh_from_db()
    assert not draft.live


def test_wagtails_own_api_publishes_nothing(client, draft):
    answer = client.post(f"/staff/api/main/pages/{draft.pk}/action/publish/")
    draft.refresh_from_db()
    assert answer.status_code == 404
    assert not draft.live


def test_a_project_with_steps_is_not_deleted(client, draft):
    samples.step(draft)
    client.post(reverse("wagtailadmin_pages:delete", args=[draft.pk]))
    client.post(f"/staff/bulk/wagtailcore/page/delete/?id={draft.pk}&next=/staff/")
    assert ProjectPage.objects.filter(pk=draft.pk).exists()


def test_a_project_cannot_be_made_past_the_start_page(client, draft):
    parent = draft.get_parent()
    address = reverse("wagtailadmin_pages:add", args=["portal", "projectpage", parent.pk])
    client.post(address, typed(draft, slug="daran-vorbei", title="Daran vorbei"))
    assert not ProjectPage.objects.filter(slug="daran-vorbei").exists()


def test_the_tick_survives_a_save_in_the_editor(client, draft):
    ProjectPage.objects.filter(pk=draft.pk).update(checklist=[{"title": "Raum", "text": "", "done": False}])
    draft.refresh_from_db()
    draft.save_revision()
    client.post(reverse("portal_staff:tick", args=[draft.pk]), {"position": "0", "done": "1"})
    publish(client, draft)
    assert draft.checklist[0]["done"]


def test_a_page_shows_the_way_back_to_its_steps(client, draft):
    page = client.get(reverse("wagtailadmin_pages:edit", args=[draft.pk])).content.decode()
    assert reverse("portal_staff:project", args=[draft.pk]) in page


def test_the_menu_of_an_evaluator_has_no_pages_and_no_files(client):
    samples.project()
    client.force_login(people.staff(RoleKind.EVALUATOR, city.department()))
    page = client.get("/staff/").content.decode()
    assert "/staff/images/" not in page
    assert "wagtail.org" not in page

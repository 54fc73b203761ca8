"""People, their roles, and what is theirs."""

import json
from datetime import timedelta

import pytest
from django.urls import reverse
from wagtail.models import Collection, PageLogEntry

from mitwirken.accounts import actions, samples, trace
from mitwirken.accounts.models import Role, RoleKind, User
from mitwirken.city import samples as city
from mitwirken.core import clock
from mitwirken.core.models import AuditEntry, Letter
from mitwirken.portal import samples as portal

pytestmark = [pytest.mark.django_db, pytest.mark.ignore_template_errors]


def may_edit(user, page):
    return page.permissions_for_user(User.objects.get(pk=user.pk)).can_edit()


def test_an_editor_edits_the_pages_of_the_own_department_only():
    own, foreign = portal.project(), portal.project(city.department(slug="soziales", name="Sozialamt"))
    person = samples.staff(RoleKind.EDITOR, city.department())
    assert (may_edit(person, own), may_edit(person, foreign)) == (True, False)


def test_a_role_without_department_holds_in_all_of_them():
    foreign = portal.project(city.department(slug="soziales", name="Sozialamt"))
    assert may_edit(samples.staff(RoleKind.EDITOR), foreign)


def test_a_role_taken_back_takes_its_rights_with_it():
    project = portal.project()
    person = samples.staff(RoleKind.EDITOR, city.department())
    actions.revoke_role(person.roles.get(), by=None)
    assert not may_edit(person, project)
    assert not User.objects.get(pk=person.pk).has_perm("wagtailadmin.access_admin")


def test_a_role_granted_before_the_section_exists_holds_there_later():
    person = samples.staff(RoleKind.EDITOR, city.department())
    assert may_edit(person, portal.project())


def test_a_moderator_edits_no_pages_and_no_files():
    project = portal.project()
    person = samples.staff(RoleKind.MODERATOR, city.department())
    assert not may_edit(person, project)
    assert not person.groups.exists()


def test_each_department_has_its_own_files():
    samples.staff(RoleKind.EDITOR, city.department())
    assert Collection.objects.filter(name=city.department().name).exists()


def test_granting_twice_leaves_one_role_and_one_trace():
    person = samples.user()
    for _number in range(2):
        actions.grant_role(person, RoleKind.EDITOR, city.department(), by=None)
    assert Role.objects.filter(user=person).count() == 1
    assert AuditEntry.objects.filter(action="accounts.grant_role").count() == 1


def test_the_coordination_office_grants_a_role_to_a_new_person(client):
    client.force_login(samples.user(is_superuser=True))
    typed = {"email": "Neu@Stadt.example", "kind": "editor", "department": city.department().pk}
    client.post(reverse("accounts_staff:roles"), typed)
    assert Role.objects.get().user.email == "neu@stadt.example"


def test_a_project_lead_grants_nothing(client):
    lead = samples.staff(RoleKind.PROJECT_LEAD, city.department())
    client.force_login(lead)
    client.post(reverse("accounts_staff:roles"), {"email": lead.email, "kind": "pool_manager"})
    client.post(reverse("accounts_staff:revoke_role", args=[lead.roles.get().pk]))
    assert [role.kind for role in lead.roles.all()] == ["project_lead"]


def test_everybody_reads_what_is_stored_about_them(client):
    person = samples.user(pseudonym="Ente")
    portal.contribution(author=person)
    client.force_login(person)
    data = json.loads(client.get("/konto/daten/").content)
    assert data["account"]["public_name"] == "Ente"
    assert len(data["contributions"]) == 1


def test_a_deleted_account_leaves_its_contribution_without_a_name(client):
    person = samples.user()
    row = portal.contribution(author=person, author_name="Erika Muster")
    client.force_login(person)
    client.post("/konto/loeschen/", {"sure": "on"})
    row.refresh_from_db()
    assert not User.objects.filter(pk=person.pk).exists()
    assert (row.author, row.author_name) == (None, "")


def test_the_last_superuser_cannot_be_deleted(client):
    person = samples.user(is_superuser=True)
    client.force_login(person)
    client.post("/konto/loeschen/", {"sure": "on"})
    assert User.objects.filter(pk=person.pk).exists()


def test_deleting_needs_the_tick(client):
    person = samples.user()
    client.force_login(person)
    client.post("/konto/loeschen/", {})
    assert User.objects.filter(pk=person.pk).exists()


def test_the_public_name_can_be_changed(client):
    person = samples.user()
    client.force_login(person)
    client.post("/konto/name/", {"pseudonym": "Ente"})
    person.refresh_from_db()
    assert person.pseudonym == "Ente"
    assert person.first_name == "Erika"


def test_the_demo_has_one_person_per_role():
    portal.section()
    people = samples.demo_staff()
    assert {role.kind for role in Role.objects.all()} == set(RoleKind.values)
    assert len(people) == len(samples.demo_staff())
    assert User.objects.filter(is_superuser=True).count() == 1


def test_a_change_in_wagtails_editor_leaves_a_trace(client):
    project = portal.project()
    project.save_revision()
    client.force_login(samples.staff(RoleKind.EDITOR, city.department()))
    before = AuditEntry.objects.count()
    client.post(reverse("wagtailadmin_pages:unpublish", args=[project.pk]))
    project.refresh_from_db()
    assert not project.live
    assert AuditEntry.objects.count() == before + 1


def test_an_account_nobody_uses_is_forgotten_and_staff_are_kept():
    now = clock.now()
    long_ago = now - timedelta(days=731)
    idle, active = samples.user(last_login=long_ago), samples.user(last_login=now)
    colleague = samples.staff(RoleKind.EDITOR, city.department(), last_login=long_ago)
    assert actions.forget_unused(at=now) == 1
    assert set(User.objects.all()) == {active, colleague}
    assert not User.objects.filter(pk=idle.pk).exists()


@pytest.mark.parametrize("kind", RoleKind)
def test_who_gets_a_role_is_told_what_they_may_do_and_where_to_sign_in(kind):
    person, office = samples.user(), samples.user(is_superuser=True)
    actions.grant_role(person, kind, city.department(), by=office)
    actions.grant_role(person, kind, city.department(), by=office)
    letter = Letter.objects.get()
    assert letter.to_address == person.email
    for words in (str(kind.label), city.department().name, "Sie dürfen", "/staff/"):
        assert words in letter.text
        assert words in letter.html


def test_a_deleted_account_leaves_no_number_in_the_history_of_pages():
    person = samples.staff(RoleKind.EDITOR, city.department())
    portal.project().save_revision(user=person, log_action=True)
    assert PageLogEntry.objects.filter(user=person).exists()
    number = person.pk
    actions.delete_account(person)
    assert not PageLogEntry.objects.filter(user=number).exists()
    assert PageLogEntry.objects.exists()


@pytest.mark.parametrize(("days", "kept"), [(730, True), (732, False)])
def test_the_history_of_pages_is_forgotten_after_two_years(days, kept):
    portal.project().save_revision(log_action=True)
    trace.forget(at=clock.now() + timedelta(days=days))
    assert PageLogEntry.objects.exists() == kept

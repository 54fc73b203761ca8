"""The pool in the staff area: who may see it, and whether its buttons work."""

from dataclasses import replace

import pytest
from django.template import engines
from django.urls import reverse

from mitwirken.accounts import samples as people
from mitwirken.accounts.models import RoleKind
from mitwirken.city import samples as city
from mitwirken.core import clock
from mitwirken.core.models import AuditEntry
from mitwirken.pool import actions, checks, features, ledger, samples
from mitwirken.pool.models import ConsentEvent, Dispatch, DispatchState, Member, Outbox, OutboxState

# Wagtail's own templates lean on missing variables.
pytestmark = [pytest.mark.django_db, pytest.mark.ignore_template_errors]


@pytest.fixture(autouse=True)
def templates_as_in_production(monkeypatch, settings):
    monkeypatch.setattr(engines["django"].engine, "string_if_invalid", "")
    city.city()


@pytest.fixture
def manager(client, offer):
    person = people.staff(RoleKind.POOL_MANAGER, offer.project.department)
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return person


@pytest.fixture
def running(offer):
    for _ in range(3):
        samples.member()
    actions.announce_new_steps(at=clock.now())
    actions.advance(at=clock.now())
    return Dispatch.objects.get()


PLACES = ["pool_staff:take_in", "pool_staff:let_go", "pool_staff:find", "pool_staff:proof"]
ROLES = [(kind, kind == RoleKind.POOL_MANAGER) for kind in RoleKind]


@pytest.mark.parametrize(("kind", "may"), ROLES)
def test_only_pool_managers_get_in(client, kind, may):
    client.force_login(people.staff(kind), backend="django.contrib.auth.backends.ModelBackend")
    answers = [client.get(reverse(place)).status_code == 200 for place in PLACES]
    assert answers == [may] * len(PLACES)


@pytest.mark.parametrize("kind", list(RoleKind))
def test_the_desk_opens_for_whoever_finds_a_door_there_and_each_room_leads_back(client, kind):
    person = people.staff(kind, city.department())
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    desk = reverse("pool_staff:index")
    doors = [door for feature in features.features() for door in feature.doors if door.allowed(person)]
    assert client.get(desk).status_code == (200 if doors else 302)
    assert (desk in client.get(reverse("wagtailadmin_home")).content.decode()) == bool(doors)
    for door in doors:
        assert f'<a href="{desk}">' in client.get(reverse(door.url_name)).content.decode(), door.url_name


def test_the_staff_home_shows_the_pool_to_its_managers(client, manager, running):
    assert reverse("pool_staff:index") in client.get(reverse("wagtailadmin_home")).content.decode().split("<main")[1]


def test_the_start_page_says_what_waits_before_anything_else(client, manager, running, monkeypatch):
    door = features._features["letters"].doors[0]
    monkeypatch.setitem(
        features._features,
        "letters",
        replace(features._features["letters"], doors=(replace(door, waiting=lambda user: 3),)),
    )
    page = client.get(reverse("pool_staff:index")).content.decode().split("<main")[1]
    marks = ["3 warten auf Sie", "room-write", "room-people", reverse("pool_staff:take_in"), "room-look", "dispatches-"]
    places = [page.index(mark) for mark in marks]
    assert places == sorted(places)


def test_broken_promises_are_named(running, caplog):
    assert checks.run(at=clock.now()) == []
    Outbox.objects.first().delete()
    ConsentEvent.objects.filter(number=2).update(source="elsewhere")
    assert len(checks.run(at=clock.now())) == 1 + 3


def test_the_first_page_shows_counts_and_no_address(client, manager, running, django_assert_max_num_queries):
    with django_assert_max_num_queries(30):
        page = client.get(reverse("pool_staff:index")).content.decode()
    assert running.content["subject"] in page
    assert "@beispiel.example" not in page.split("<main")[-1].replace(manager.email, "")


@pytest.mark.parametrize(
    ("verbs", "state"),
    [
        (["pausieren"], DispatchState.PAUSED),
        (["pausieren", "fortsetzen"], DispatchState.RUNNING),
        (["abbrechen"], DispatchState.CANCELLED),
        (["abbrechen", "fortsetzen"], DispatchState.CANCELLED),
    ],
)
def test_the_buttons_stop_and_go_on(client, manager, running, verbs, state):
    for verb in verbs:
        client.post(reverse("pool_staff:change_dispatch", args=[running.pk, verb]))
    running.refresh_from_db()
    assert running.state == state


def test_the_pool_manager_of_another_department_may_look_but_not_stop(client, running):
    other = people.staff(RoleKind.POOL_MANAGER, city.department(slug="anderes", name="Anderes Amt"))
    client.force_login(other, backend="django.contrib.auth.backends.ModelBackend")
    assert client.get(reverse("pool_staff:dispatch", args=[running.pk])).status_code == 200
    client.post(reverse("pool_staff:change_dispatch", args=[running.pk, "abbrechen"]))
    running.refresh_from_db()
    assert running.state == DispatchState.RUNNING


def test_a_dispatch_shows_where_its_recipients_are(client, manager, running):
    Outbox.objects.filter(pk=Outbox.objects.first().pk).update(state=OutboxState.HELD)
    page = client.get(reverse("pool_staff:dispatch", args=[running.pk]))
    assert (page.context["counts"]["held"], page.context["counts"]["missing"]) == (1, 0)


def typed(**fields):
    """What staff type for a person with e-mail who calls."""
    plain = {
        "origin": "phone",
        "reached": "0",
        "proof": "letter",
        "words_lang": "de",
        "frequency": "weekly",
        "lang": "de",
    }
    return plain | fields


def test_who_calls_is_taken_in_with_the_words_and_still_confirms(client, manager):
    client.post(
        reverse("pool_staff:take_in"),
        typed(email="anruf@beispiel.example", agree="on"),
    )
    member, event = Member.objects.get(), ConsentEvent.objects.get()
    assert (member.origin, event.channel, event.source, event.action) == ("phone", "phone", "staff", "request")
    assert not member.consents.exists()
    assert AuditEntry.objects.get(action="pool.asked").actor == manager


def test_without_the_words_nobody_is_taken_in(client, manager):
    client.post(
        reverse("pool_staff:take_in"),
        typed(email="anruf@beispiel.example"),
    )
    assert not Member.objects.exists()


@pytest.mark.parametrize(("button", "stays"), [("leave", True), ("erase", False)])
def test_who_calls_to_leave_is_let_go(client, manager, member, button, stays):
    client.post(reverse("pool_staff:let_go"), {"email": member.email.upper(), button: "yes"})
    assert Member.objects.exists() is stays
    assert not member.consents.exists()


def test_an_unknown_address_is_named(client, manager):
    page = client.post(reverse("pool_staff:let_go"), {"email": "fremd@beispiel.example", "leave": "yes"})
    assert (page.status_code, "email" in page.context["form"].errors) == (422, True)


def test_the_demo_fills_the_pool_once_and_sends_nothing(offer):
    samples.demo_members(count=12)
    samples.demo_members(count=12)
    assert Member.objects.count() == 12
    assert not Outbox.objects.unfinished().exists()
    assert not list(ledger.broken_chains())

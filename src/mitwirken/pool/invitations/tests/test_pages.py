"""What guests and departments see of an event, and what they do not."""

import re
from datetime import timedelta

import pytest
from django.template import engines
from django.urls import reverse
from icalendar import Calendar

from mitwirken.accounts import samples as people
from mitwirken.accounts.models import RoleKind
from mitwirken.city import samples as city
from mitwirken.core import clock
from mitwirken.pool import samples as members
from mitwirken.pool import tokens
from mitwirken.pool.invitations import actions, mails, numbers, samples
from mitwirken.pool.invitations.models import Event, EventState, Guest, Reply

pytestmark = [pytest.mark.django_db, pytest.mark.ignore_template_errors]


@pytest.fixture(autouse=True)
def templates_as_in_production(monkeypatch):
    monkeypatch.setattr(engines["django"].engine, "string_if_invalid", "")
    city.city()


@pytest.fixture
def event():
    for _ in range(4):
        samples.askable(members.member())
    return samples.invited(places=2)


@pytest.fixture
def mine(event):
    guest = event.guests.select_related("member").order_by("pk").first()
    return guest, mails.address_of(event.pk, guest.member)


@pytest.fixture
def lead(client):
    person = people.staff(RoleKind.PROJECT_LEAD, samples.enabled())
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return person


def page(client, address):
    return client.get(address).content.decode()


def test_programs_that_open_links_answer_nothing(client, mine):
    guest, address = mine
    for path in (address, f"{address}termin.ics", f"{address}angaben/", f"{address}nicht-mehr/"):
        for ask in (client.get, client.head):
            assert ask(path).status_code in (200, 405)
    guest.refresh_from_db()
    assert guest.reply == Reply.OPEN
    assert guest.member.consents.filter(purpose="tasks").exists()


def test_needs_are_asked_only_of_who_comes(client, mine):
    guest, address = mine
    assert 'name="needs"' not in page(client, address)
    client.post(address, {"comes": "yes", "companions": "1"})
    assert 'name="needs"' in page(client, address)
    assert client.post(f"{address}angaben/", {"name": "Erika Muster", "needs": "Rampe"}).status_code == 302
    guest.refresh_from_db()
    assert (guest.reply, guest.companions, guest.name, guest.needs) == (Reply.YES, 1, "Erika Muster", "Rampe")


def test_a_person_who_does_not_come_is_not_asked_for_a_name(client, mine):
    guest, address = mine
    client.post(address, {"comes": "no"})
    assert client.post(f"{address}angaben/", {"name": "Erika", "needs": ""}).status_code == 409
    guest.refresh_from_db()
    assert (guest.reply, guest.name) == (Reply.NO, "")


BAD = [{}, {"comes": "perhaps"}, {"comes": "yes", "companions": "7"}, {"comes": "yes", "companions": "x"}]


@pytest.mark.parametrize("given", BAD)
def test_bad_input_changes_nothing(client, mine, given):
    guest, address = mine
    assert client.post(address, given).status_code == 422
    guest.refresh_from_db()
    assert guest.reply == Reply.OPEN


@pytest.mark.parametrize("field", ["name", "needs"])
def test_what_is_too_long_is_kept_in_the_form(client, mine, field):
    guest, address = mine
    client.post(address, {"comes": "yes"})
    answer = client.post(f"{address}angaben/", {field: "x" * 501})
    assert answer.status_code == 422
    assert "x" * 501 in answer.content.decode()
    guest.refresh_from_db()
    assert getattr(guest, field) == ""


def sentences(client, address, comes="yes"):
    answer = client.post(address, {"comes": comes})
    return answer.status_code, answer.content.decode()


def test_too_late_and_cancelled_are_said_clearly(client, mine, lead):
    guest, address = mine
    Event.objects.update(answer_by=clock.now() - timedelta(minutes=1))
    status, text = sentences(client, address)
    assert (status, "Für eine Zusage ist es zu spät" in text) == (409, True)
    actions.cancel(guest.event, "Das Haus ist gesperrt.", by=lead, at=clock.now())
    status, text = sentences(client, address)
    assert status == 409
    assert "Das Haus ist gesperrt." in text
    assert "Diese Veranstaltung findet nicht statt" in text
    assert "termin.ics" not in text


def test_a_full_event_says_that_one_waits_and_how_many_are_before(client, event):
    for guest in list(event.guests.select_related("member").order_by("pk"))[:4]:
        address = mails.address_of(event.pk, guest.member)
        client.post(address, {"comes": "yes"})
    text = page(client, address)
    assert "Sie stehen auf der Warteliste" in text
    assert "1 Person wartet vor Ihnen" in text


@pytest.mark.parametrize("change", ["other", "short", "renewed", "task"])
def test_a_token_that_is_not_ours_opens_nothing(client, mine, change):
    guest, address = mine
    token = address.split("/")[-2]
    if change == "renewed":
        guest.member.link_key = "0" * 32
        guest.member.save()
    wrong = {"other": "1-1-aaaa", "short": token[:-1], "renewed": token}.get(
        change, tokens.personal_token("task", guest.event_id, guest.member)
    )
    answer = client.get(reverse("pool_invitations:invitation", args=[wrong]))
    assert answer.status_code == 404
    assert "Werkstatt" not in answer.content.decode()


def test_the_calendar_entry_can_be_downloaded_and_reads_back(client, mine):
    _guest, address = mine
    answer = client.get(f"{address}termin.ics")
    calendar = Calendar.from_ical(answer.content)
    assert calendar["method"] == "PUBLISH"
    assert calendar.walk("VEVENT")[0]["summary"] == "Werkstatt zum Alten Markt"
    assert address not in answer.content.decode()


def test_the_preference_centre_lists_my_invitations(client, mine):
    guest, address = mine
    assert address in page(client, reverse("pool:settings", args=[tokens.settings_token(guest.member)]))


STAFF = ["event", "edit", "change", "cancel", "door"]


@pytest.mark.parametrize("name", STAFF)
def test_another_department_does_not_even_learn_that_an_event_exists(client, event, name):
    other = samples.enabled(city.department(slug="soziales", name="Sozialamt"))
    stranger = people.staff(RoleKind.PROJECT_LEAD, other)
    client.force_login(stranger, backend="django.contrib.auth.backends.ModelBackend")
    address = reverse(f"pool_invitations_staff:{name}", args=[event.pk])
    assert client.get(address).status_code == 404
    assert client.post(address, {"reason": "Nein", "came": "1"}).status_code in (404, 405)
    assert Event.objects.get().state == EventState.OPEN


def given_event(lead, **more):
    starts = clock.now() + timedelta(days=20)
    form = "%Y-%m-%dT%H:%M"
    return {
        "department": lead.roles.get().department_id, "step": "", "title": "Werkstatt am Hafen", "text": "Wir planen.",
        "starts_at": starts.strftime(form), "ends_at": (starts + timedelta(hours=2)).strftime(form), "place": "Saal",
        "access": "", "places": "10", "companions": "1", "answer_by": (starts - timedelta(days=1)).strftime(form),
        "people": "40", "remind_week": "on", "remind_day": "on",
    } | more  # fmt: skip


def test_staff_write_an_event_invite_change_and_cancel_it(client, lead):
    samples.askable(members.member())
    wrong = given_event(lead, companions="9", answer_by="2100-01-01T10:00")
    answer = client.post(reverse("pool_invitations_staff:new"), wrong)
    assert answer.status_code == 422
    assert "Werkstatt am Hafen" in answer.content.decode()
    assert not Event.objects.exists()
    assert client.post(reverse("pool_invitations_staff:new"), given_event(lead)).status_code == 302
    made = Event.objects.get()
    client.post(reverse("pool_invitations_staff:act", args=[made.pk, "senden"]))
    made.refresh_from_db()
    assert (made.state, made.invited) == (EventState.OPEN, 1)
    for name in ("event", "change", "cancel", "door"):
        assert client.get(reverse(f"pool_invitations_staff:{name}", args=[made.pk])).status_code == 200
    changed = given_event(lead, place="Aula", places="12")
    client.post(reverse("pool_invitations_staff:change", args=[made.pk]), changed)
    made.refresh_from_db()
    assert (made.place, made.places, made.sequence) == ("Aula", 12, 1)
    cancel = reverse("pool_invitations_staff:cancel", args=[made.pk])
    assert client.post(cancel, {"reason": ""}).status_code == 422
    client.post(cancel, {"reason": "Sturm."})
    made.refresh_from_db()
    assert made.state == EventState.CANCELLED


def test_a_slip_of_the_year_does_not_call_an_event_over_and_tells_nobody(client, lead, event):
    actions.reply(event.guests.select_related("member").first(), True, at=clock.now())
    told = event.notices.count()
    typed = given_event(lead, starts_at="2020-12-20T10:00", ends_at="2020-12-20T12:00", answer_by="2020-12-15T12:00")
    answer = client.post(reverse("pool_invitations_staff:change", args=[event.pk]), typed)
    assert answer.status_code == 422
    assert "Dieser Tag ist vorbei." in answer.content.decode()
    before = event.starts_at
    event.refresh_from_db()
    assert (event.starts_at, event.notices.count()) == (before, told)


@pytest.mark.parametrize("field", ["starts_at", "ends_at", "answer_by"])
def test_a_year_before_all_years_is_named_at_its_field(client, lead, event, field):
    typed = given_event(lead, **{field: "0001-01-01T00:00"})
    for address in (reverse("pool_invitations_staff:new"), reverse("pool_invitations_staff:change", args=[event.pk])):
        answer = client.post(address, typed)
        assert answer.status_code == 422
        assert field in answer.context["form"].errors


def test_the_list_at_the_door_has_names_only_where_given_and_notes_who_came(client, lead, event):
    first, second, *_ = event.guests.select_related("member").order_by("pk")
    for number, guest in enumerate([first, second]):
        actions.reply(guest, True, at=clock.now() + timedelta(minutes=number))
    actions.say_more(first, name="Erika Muster", needs="Rampe", at=clock.now())
    address = reverse("pool_invitations_staff:door", args=[event.pk])
    text = page(client, address)
    assert "Erika Muster" in text
    assert second.code in text
    assert second.member.email not in text
    client.post(address, {"came": [str(first.pk), "x", "9" * 30]})
    assert list(Guest.objects.filter(came=True)) == [first]


def test_the_list_of_events_costs_the_same_for_one_and_for_thirty(client, lead, event, django_assert_max_num_queries):
    address = reverse("pool_invitations_staff:index")
    with django_assert_max_num_queries(40) as few:
        client.get(address)
    for number in range(31):
        samples.event(title=f"Abend {number}")
    with django_assert_max_num_queries(len(few.captured_queries)):
        text = page(client, address)
    assert re.search(r"\?vor=\d+", text)


def test_the_demo_has_a_waiting_list_a_cancelled_event_and_loses_nobody():
    for _ in range(90):
        samples.askable(members.member())
    samples.demo(clock.now())
    samples.demo(clock.now())
    assert Event.objects.count() == 3
    assert Guest.objects.filter(reply=Reply.WAITING).exists()
    assert Event.objects.filter(state=EventState.CANCELLED).exists()
    for event in Event.objects.all():
        counts = numbers.replies(event)
        assert counts["missing"] == 0
        assert counts["seats"] <= event.places


def test_who_calls_says_yes_or_no_with_the_code_of_the_invitation(client, event, mine, lead):
    guest, _ = mine
    address = reverse("pool_invitations_staff:enter", args=[event.pk])
    assert address in page(client, reverse("pool_invitations_staff:event", args=[event.pk]))
    assert client.post(address, {"code": guest.code.lower(), "comes": "yes"}).status_code == 302
    guest.refresh_from_db()
    assert guest.reply == "yes"
    answer = client.post(address, {"code": "0000-0000-0000", "comes": "no"})
    assert (answer.status_code, "hat diesen Code" in answer.text) == (422, True)
    assert guest.member.email not in page(client, address)


def test_other_departments_type_in_nothing(client, event, mine):
    address = reverse("pool_invitations_staff:enter", args=[event.pk])
    assert client.post(address, {"code": mine[0].code, "comes": "yes"}).status_code != 200
    mine[0].refresh_from_db()
    assert mine[0].reply == "open"

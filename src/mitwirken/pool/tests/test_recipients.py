"""Who got it, when, why not: thousands of rows, page by page, and nobody's address."""

from datetime import timedelta

import pytest
from django.template import engines
from django.urls import reverse

from mitwirken.accounts import samples as people
from mitwirken.accounts.models import RoleKind
from mitwirken.city import samples as city
from mitwirken.core import clock
from mitwirken.core.models import AuditEntry
from mitwirken.core.tests.asking import questions
from mitwirken.pool import actions, samples
from mitwirken.pool.models import Channel, Dispatch, DispatchState, Member, Outbox, OutboxEvent, OutboxState

# Wagtail's own templates lean on missing variables.
pytestmark = [pytest.mark.django_db, pytest.mark.ignore_template_errors]


@pytest.fixture(autouse=True)
def templates_as_in_production(monkeypatch):
    monkeypatch.setattr(engines["django"].engine, "string_if_invalid", "")
    city.city()


@pytest.fixture
def manager(client):
    person = people.staff(RoleKind.POOL_MANAGER)
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return person


def mailing(count, **fields):
    """A dispatch to so many people, every tenth of them refused."""
    now = clock.now()
    dispatch = Dispatch.objects.create(
        kind="bulletin", mail_class="bulk", created_at=now, content={"subject": "Am Hafen"}, frozen=count,
        state=DispatchState.DONE, department=city.department(), **fields,
    )  # fmt: skip
    start = Member.objects.count()
    people = Member.objects.bulk_create(
        Member(email=f"m{number}@beispiel.example", address_hash=f"{number:064}", created_at=now, last_activity_at=now)
        for number in range(start, start + count)
    )
    rows = Outbox.objects.bulk_create(
        Outbox(
            dispatch=dispatch,
            member=member,
            due_at=now,
            sent_at=None if number % 10 == 0 else now,
            attempts=3,
            state=OutboxState.FAILED if number % 10 == 0 else OutboxState.ACCEPTED,
        )
        for number, member in enumerate(people)
    )
    OutboxEvent.objects.bulk_create(
        OutboxEvent(outbox=row, at=now, kind="failed", detail="550 5.1.1") for row in rows if not row.sent_at
    )
    return dispatch


def page_of(dispatch):
    return reverse("pool_staff:recipients", args=[dispatch.pk])


def test_five_thousand_recipients_are_read_page_by_page_and_none_twice(client, manager, django_assert_max_num_queries):
    dispatch = mailing(5_000)
    seen, after, pages = [], "", 0
    while after != "" or not pages:
        with django_assert_max_num_queries(20):
            page = client.get(page_of(dispatch), {"nach": after} if after else {})
        seen += [line["row"].member_id for line in page.context["rows"]]
        after, pages = page.context["next"], pages + 1
    assert pages == 50
    assert sorted(seen) == sorted(set(seen)) == sorted(dispatch.rows.values_list("member_id", flat=True))


def test_the_refused_ones_stand_together_with_their_reason(client, manager):
    dispatch = mailing(40)
    page = client.get(page_of(dispatch), {"stand": int(OutboxState.FAILED)})
    assert len(page.context["rows"]) == 4
    assert page.content.decode().count("550 5.1.1") == 4


def test_no_address_is_ever_listed(client, manager):
    main = client.get(page_of(mailing(20))).content.decode().split("<main")[-1]
    assert "@beispiel.example" not in main.replace(manager.email, "")


def test_a_person_is_found_by_the_address_they_say_and_by_no_other(client, manager):
    dispatch = mailing(5)
    person = samples.member(email="anruf@beispiel.example")
    Outbox.objects.create(dispatch=dispatch, member=person, due_at=clock.now(), state=OutboxState.SKIPPED)
    page = client.post(page_of(dispatch), {"email": " Anruf@Beispiel.example "})
    assert [line["row"].member_id for line in page.context["rows"]] == [person.pk]
    assert client.post(page_of(dispatch), {"email": "fremd@beispiel.example"}).context["rows"] == []


@pytest.mark.parametrize("typed", ["", "kein Klammeraffe", "x" * 300 + "@beispiel.example"])
def test_what_is_no_address_finds_nobody_and_says_why(client, manager, typed):
    page = client.post(page_of(mailing(3)), {"email": typed})
    assert page.status_code == 422
    assert page.context["rows"] == []
    assert page.context["form"].errors


@pytest.mark.parametrize("query", [{"stand": "99"}, {"stand": "x"}, {"nach": "-1"}, {"nach": "9" * 40}, {"stand": "²"}])
def test_odd_addresses_show_the_first_page(client, manager, query):
    assert len(client.get(page_of(mailing(3)), query).context["rows"]) == 3


@pytest.mark.parametrize("kind", [RoleKind.PROJECT_LEAD, RoleKind.EVALUATOR])
def test_departments_see_no_single_person(client, kind):
    client.force_login(people.staff(kind), backend="django.contrib.auth.backends.ModelBackend")
    assert client.get(page_of(mailing(3))).url == "/staff/"  # Wagtail's way of refusing


def test_what_was_refused_is_tried_again_with_one_trace(client, manager):
    dispatch = mailing(20)
    client.post(reverse("pool_staff:change_dispatch", args=[dispatch.pk, "wiederholen"]))
    dispatch.refresh_from_db()
    again = dispatch.rows.filter(state=OutboxState.READY)
    assert (dispatch.state, again.count(), set(again.values_list("attempts", flat=True))) == ("running", 2, {0})
    assert AuditEntry.objects.get(action="pool.retried").facts == {"mails": 2}
    assert actions.conservation(dispatch)["missing"] == 0


def test_nothing_of_a_cancelled_dispatch_is_tried_again(manager):
    dispatch = mailing(10)
    Dispatch.objects.update(state=DispatchState.CANCELLED)
    assert actions.retry_failed(dispatch, by=manager, at=clock.now() + timedelta(days=1)) == 0
    assert not dispatch.rows.filter(state=OutboxState.READY).exists()


def beside(dispatch, count, channel=Channel.SMS, state=OutboxState.ACCEPTED):
    """So many of them also get a text message."""
    now = clock.now()
    members_told = [row.member_id for row in dispatch.rows.filter(channel=Channel.MAIL)[:count]]
    Outbox.objects.bulk_create(
        Outbox(dispatch=dispatch, member_id=pk, channel=channel, due_at=now, sent_at=now, state=state)
        for pk in members_told
    )
    Dispatch.objects.filter(pk=dispatch.pk).update(frozen=dispatch.rows.count())


def test_a_dispatch_says_for_each_way_where_its_messages_are(client, manager):
    dispatch = mailing(20)
    beside(dispatch, 5)
    beside(dispatch, 3, Channel.PUSH, OutboxState.FAILED)
    page = client.get(reverse("pool_staff:dispatch", args=[dispatch.pk]))
    assert page.context["ways"] == ["E-Mail", "Hinweis auf einem Gerät", "SMS"]
    lines = {label: (each, together) for label, each, together in page.context["lines"]}
    assert lines["verschickt"] == ([18, 0, 5], 23)
    assert lines["abgelehnt"] == ([2, 3, 0], 5)


@pytest.mark.parametrize("state", list(OutboxState))
def test_every_message_stands_in_one_line(client, manager, state):
    """What came back was in none of them, and the lines did not add up."""
    dispatch = mailing(10)
    dispatch.rows.update(state=state)
    page = client.get(reverse("pool_staff:dispatch", args=[dispatch.pk]))
    assert [together for _label, _each, together in page.context["lines"] if together] == [10]
    assert page.context["counts"]["missing"] == 0


def test_who_got_it_names_the_way_and_no_mail_server_where_there_is_none(client, manager):
    dispatch = mailing(10)
    address = reverse("pool_staff:recipients", args=[dispatch.pk])
    assert "SMS" not in client.get(address).content.decode()
    beside(dispatch, 4, state=OutboxState.FAILED)
    row = dispatch.rows.filter(channel=Channel.SMS).first()
    OutboxEvent.objects.create(outbox=row, at=clock.now(), kind="failed")
    html = " ".join(client.get(address).content.decode().split())
    assert "<td>SMS</td> <td>abgelehnt</td>" in html
    assert "<td>E-Mail</td> <td>vom Mailserver abgelehnt</td>" in html
    troubles = client.get(reverse("pool_staff:dispatch", args=[dispatch.pk])).content.decode()
    assert "<td>SMS</td><td>abgelehnt</td>" in troubles


def test_ways_cost_no_more_questions(client, manager):
    dispatch = mailing(30)
    pages = [reverse(f"pool_staff:{name}", args=[dispatch.pk]) for name in ("dispatch", "recipients")]
    few = [questions(client, page) for page in pages]
    beside(dispatch, 30)
    beside(dispatch, 30, Channel.PUSH, OutboxState.FAILED)
    assert [questions(client, page) for page in pages] == few


@pytest.mark.parametrize("is_folded", [False, True])
def test_the_public_archive_counts_people_and_not_their_devices(client, is_folded):
    dispatch = mailing(20)
    Dispatch.objects.filter(pk=dispatch.pk).update(content={"subject": "Am Hafen", "items": []}, kind="digest")
    beside(dispatch, 15)
    dispatch.refresh_from_db()
    if is_folded:
        Dispatch.objects.filter(pk=dispatch.pk).update(created_at=clock.now() - timedelta(days=200))
        actions.forget(at=clock.now())
        dispatch.refresh_from_db()
        assert dispatch.counters
    assert actions.members_told(dispatch) == 20
    assert "mehr als 20 Mitglieder" in client.get(reverse("pool:archive_item", args=[dispatch.pk])).content.decode()

"""What staff see of it and may do, and what a member may do about a silenced address."""

import smtplib
import socket
from datetime import timedelta

import pytest
from django.template import engines
from django.urls import reverse

from mitwirken.accounts import samples as people
from mitwirken.accounts.models import RoleKind
from mitwirken.city import samples as city
from mitwirken.core import clock
from mitwirken.core.inbound import lmtp
from mitwirken.core.models import AuditEntry
from mitwirken.pool import samples, tokens
from mitwirken.pool.models import DepartmentAccess, Dispatch, Outbox, OutboxState, Suppression
from mitwirken.pool.returns import actions, numbers
from mitwirken.pool.returns import samples as returned
from mitwirken.pool.returns.models import AddressScore, Returned, ReturnKind

from .bounces import BOUNCES, as_sent

# Wagtail's own templates lean on missing variables.
pytestmark = [pytest.mark.django_db, pytest.mark.ignore_template_errors]
PAGE = "pool_returns_staff:index"


@pytest.fixture(autouse=True)
def templates_as_in_production(monkeypatch):
    monkeypatch.setattr(engines["django"].engine, "string_if_invalid", "")


@pytest.fixture
def department(db):
    city.city()
    return city.department()


@pytest.fixture
def sign_in(client):
    def as_role(kind, department=None):
        person = people.staff(kind, department)
        client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
        return client

    return as_role


def dispatch_of(department):
    return Dispatch.objects.create(
        kind="bulletin", mail_class="bulk", purpose="information", department=department, created_at=clock.now()
    )


@pytest.mark.parametrize("kind", RoleKind)
def test_only_who_works_with_the_pool_gets_in(sign_in, department, kind):
    assert (sign_in(kind, department).get(reverse(PAGE)).status_code == 200) is (kind == RoleKind.POOL_MANAGER)


def test_a_department_sees_what_came_back_from_its_own_mails_only(sign_in, department):
    other = city.department(slug="anderes", name="Anderes Amt")
    for _ in range(3):
        actions.note(ReturnKind.HARD, at=clock.now(), dispatch=dispatch_of(department))
    actions.note(ReturnKind.HARD, at=clock.now(), dispatch=dispatch_of(other))
    actions.note(ReturnKind.UNKNOWN, at=clock.now())
    own = sign_in(RoleKind.POOL_MANAGER, department).get(reverse(PAGE)).context["weeks"]
    assert [sum(week.counts) for week in own] == [3]
    everything = sign_in(RoleKind.POOL_MANAGER).get(reverse(PAGE)).context["weeks"]
    assert [sum(week.counts) for week in everything] == [5]


def test_a_project_lead_of_an_enabled_department_sees_numbers_and_lifts_nothing(sign_in, department, member):
    DepartmentAccess.objects.create(department=department, enabled_at=clock.now())
    returned.silence(member, at=clock.now())
    client = sign_in(RoleKind.PROJECT_LEAD, department)
    page = client.get(reverse(PAGE))
    assert (page.status_code, page.context["silenced"]) == (200, None)
    assert client.post(reverse(PAGE), {"email": member.email, "lift": "yes"}).url == "/staff/"
    assert Suppression.objects.exists()


def test_a_typed_address_is_looked_up_and_the_silence_lifted(sign_in, department, member):
    returned.silence(member, at=clock.now())
    client = sign_in(RoleKind.POOL_MANAGER, department)
    page = client.post(reverse(PAGE), {"email": member.email.upper()})
    assert page.context["looked_up"]["score"].hard == 2
    assert Suppression.objects.exists()
    client.post(reverse(PAGE), {"email": member.email, "lift": "yes"})
    assert not Suppression.objects.exists()
    assert AuditEntry.objects.get(action="pool.silence_lifted").actor is not None


def test_lifting_twice_is_told_and_harmless(sign_in, department, member):
    client = sign_in(RoleKind.POOL_MANAGER, department)
    page = client.post(reverse(PAGE), {"email": member.email, "lift": "yes"}, follow=True)
    assert "schon" in page.content.decode()


@pytest.mark.parametrize("typed", ["", "quatsch", "a@b", "x" * 400 + "@beispiel.example", "<script>@x.example"])
def test_what_is_no_address_gets_a_sentence(sign_in, department, typed):
    page = sign_in(RoleKind.POOL_MANAGER, department).post(reverse(PAGE), {"email": typed})
    assert page.status_code == 422
    assert page.context["form"].errors


def test_nobody_s_wish_is_lifted_by_staff(sign_in, department, member):
    Suppression.objects.create(address_hash=member.address_hash, scope="all", created_at=clock.now())
    client = sign_in(RoleKind.POOL_MANAGER, department)
    assert client.post(reverse(PAGE), {"email": member.email}).context["looked_up"]["asked"]
    client.post(reverse(PAGE), {"email": member.email, "lift": "yes"})
    assert Suppression.objects.exists()


def test_the_page_shows_no_address_and_asks_few_questions(sign_in, department, django_assert_max_num_queries):
    for number in range(30):
        somebody = samples.member()
        returned.silence(somebody, at=clock.now())
        actions.note(ReturnKind.values[number % 9], at=clock.now(), dispatch=dispatch_of(department))
    client = sign_in(RoleKind.POOL_MANAGER)
    with django_assert_max_num_queries(30):
        page = client.get(reverse(PAGE))
    assert "@beispiel.example" not in page.content.decode().split("<main")[1]
    assert page.context["silenced"] == {"addresses": 30, "letters": 0}


def test_weeks_are_counted_by_kind(department):
    now = clock.now()
    for days, kind in [(0, "hard"), (0, "hard"), (0, "leave"), (8, "soft"), (200, "hard")]:
        actions.note(kind, at=now - timedelta(days=days))
    found = numbers.weeks(at=now, departments=None)
    assert [sum(week.counts) for week in found] == [3, 1]
    assert found[0].counts[list(ReturnKind.values).index("hard")] == 2
    lines = {label: (counts, total) for label, counts, total in numbers.by_kind(found)}
    assert lines[str(ReturnKind.SOFT.label)] == ([0, 1], 1)
    assert numbers.by_kind([]) == []


def test_a_member_says_that_the_mailbox_works_again(client, member):
    returned.silence(member, at=clock.now())
    address = reverse("pool_returns:works_again", args=[tokens.settings_token(member)])
    assert client.get(address).status_code == 405
    assert Suppression.objects.exists()
    assert client.post(address).status_code == 302
    assert not Suppression.objects.exists()
    assert AddressScore.objects.get().until is None


def test_after_that_one_more_bounce_is_enough(member):
    returned.silence(member, at=clock.now() - timedelta(days=1))
    actions.lift(member.address_hash, at=clock.now() - timedelta(hours=1))
    Returned.objects.create(kind="hard", at=clock.now(), address_hash=member.address_hash)
    actions._weigh(member, at=clock.now())
    assert AddressScore.objects.silenced(at=clock.now()).exists()


@pytest.mark.parametrize("token", ["quatsch", "1-" + "a" * 26])
def test_a_stranger_lifts_nothing(client, member, token):
    returned.silence(member, at=clock.now())
    assert client.post(reverse("pool_returns:works_again", args=[token])).status_code == 404
    assert Suppression.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_bounce_over_a_real_socket_is_accepted_once_it_counts(member, settings):
    dispatch = dispatch_of(None)
    row = Outbox.objects.create(dispatch=dispatch, member=member, state=OutboxState.ACCEPTED, due_at=clock.now())
    key = tokens.message_key(dispatch.pk, member.pk, 0, 0)
    to = tokens.bounce_address(row.pk, key, member.address_hash)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    door = lmtp.start(f"lmtp://127.0.0.1:{port}")
    try:
        with smtplib.LMTP("127.0.0.1", port) as client:
            for sample in BOUNCES.values():
                assert client.sendmail("", [to], as_sent(sample[0], to=to, number=sample[1])) == {}
    finally:
        door.stop()
        door.handler.threads.shutdown()
    row.refresh_from_db()
    assert row.state == OutboxState.BOUNCED
    assert Returned.objects.exclude(kind="delayed").count() == 1

"""Silence: we ask once after two years and delete three months later."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse

from mitwirken.city import samples as city
from mitwirken.core import clock
from mitwirken.core.models import AuditEntry
from mitwirken.pool import actions, samples, tokens
from mitwirken.pool.models import DispatchKind, Member, Outbox, Suppression

pytestmark = pytest.mark.django_db

MONTH = timedelta(days=30.5)


@pytest.fixture
def silent():
    """Somebody who has not been heard of since they joined, 24 months ago and a day."""
    city.city()
    return samples.member(at=clock.now() - timedelta(days=731))


def stay_page(member):
    return reverse("pool:stay", args=[tokens.settings_token(member)])


def asked():
    return Outbox.objects.filter(dispatch__kind=DispatchKind.STAY)


def test_who_is_silent_for_two_years_is_asked_once(silent):
    samples.member(email="neu@beispiel.example", at=clock.now() - timedelta(days=700))
    for _ in range(3):
        actions.ask_who_is_silent(at=clock.now())
    assert [row.member for row in asked()] == [silent]
    assert AuditEntry.objects.filter(action="pool.asked_to_stay").count() == 1


def test_the_mail_has_one_link_and_a_link_asked_for_later_does_not_replace_it(silent, relay, send):
    actions.ask_who_is_silent(at=clock.now())
    actions.send_link(silent.email, at=clock.now())
    send()
    text = next(mail for mail in relay.mails if "bleiben" in mail["Subject"]).get_content()
    assert re.findall(r"https?://\S+", text) == [f"http://localhost:8000{stay_page(silent)}"]


@pytest.mark.parametrize(("months", "left"), [(2.9, 1), (3.1, 0)])
def test_three_months_after_the_question_the_silent_are_deleted(silent, months, left):
    now = clock.now()
    actions.ask_who_is_silent(at=now)
    actions.forget(at=now + months * MONTH)
    assert Member.objects.count() == left


def test_nobody_is_deleted_without_having_been_asked(silent):
    actions.forget(at=clock.now() + 40 * MONTH)
    assert Member.objects.exists()


def test_the_page_behind_the_link_asks_and_its_button_keeps(silent, client):
    now = clock.now()
    actions.ask_who_is_silent(at=now)
    silent.refresh_from_db()
    address = stay_page(silent)
    assert "Ja, ich bleibe" in client.get(address).text
    assert Member.objects.get().last_activity_at < now
    client.post(address)
    actions.forget(at=now + 4 * MONTH)
    assert Member.objects.exists()


def test_who_changes_something_after_the_question_stays_too_and_is_asked_again_years_later(silent):
    now = clock.now()
    actions.ask_who_is_silent(at=now)
    silent.refresh_from_db()
    actions.pause(silent, 30, at=now + MONTH)
    actions.forget(at=now + 4 * MONTH)
    assert Member.objects.exists()
    later = now + 26 * MONTH
    actions.ask_who_is_silent(at=later)
    assert asked().count() == 2


def test_a_blocked_address_is_not_asked(silent, relay, send):
    Suppression.objects.create(address_hash=silent.address_hash, scope="all", created_at=clock.now())
    actions.ask_who_is_silent(at=clock.now())
    send()
    assert not relay.mails

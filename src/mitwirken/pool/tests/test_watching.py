"""What staff and operators are told when something is wrong, before a resident tells them."""

from datetime import timedelta

import pytest
from django.template import engines
from django.urls import reverse

from mitwirken.accounts import samples as accounts
from mitwirken.accounts.models import RoleKind
from mitwirken.core import clock
from mitwirken.pool import actions, checks, numbers, samples
from mitwirken.pool.dispatch.fence import home
from mitwirken.pool.dispatch.forecast import done_about
from mitwirken.pool.models import (
    Alarm,
    Dispatch,
    EventKind,
    Halt,
    Installation,
    Outbox,
    OutboxEvent,
    OutboxState,
    PoolSettings,
    RateBucket,
    Refusal,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def frozen(offer):
    """Three mails wait."""
    Installation.objects.get_or_create(pk=1, defaults={"home": home()})
    for _ in range(3):
        samples.member()
    actions.announce_new_steps(at=clock.now())
    actions.advance(at=clock.now())
    return Dispatch.objects.get(step=offer)


def doubt(since):
    row = Outbox.objects.earliest("pk")
    Outbox.objects.filter(pk=row.pk).update(state=OutboxState.IN_DOUBT)
    OutboxEvent.objects.create(outbox=row, kind=EventKind.IN_DOUBT, at=since)


def test_all_is_well(frozen):
    assert checks.every_minute(at=clock.now()) == []


def test_a_recipient_that_vanished_raises_an_alarm_staff_see_until_it_is_found(frozen):
    Dispatch.objects.filter(pk=frozen.pk).update(frozen=4)
    checks.every_minute(at=clock.now())
    assert numbers.attention(at=clock.now())["alarms"] == [Alarm.MISSING.label]
    Dispatch.objects.filter(pk=frozen.pk).update(frozen=3)
    checks.every_minute(at=clock.now())
    assert numbers.attention(at=clock.now())["alarms"] == []


@pytest.mark.parametrize(("minutes", "alarms"), [(14, []), (16, [Alarm.DOUBT])])
def test_a_doubt_may_take_a_quarter_of_an_hour(frozen, minutes, alarms):
    doubt(clock.now() - timedelta(minutes=minutes))
    assert checks.every_minute(at=clock.now()) == alarms


@pytest.mark.ignore_template_errors
def test_staff_read_why_nothing_is_sent(client, frozen, monkeypatch):
    # Wagtail's own templates lean on missing variables.
    monkeypatch.setattr(engines["django"].engine, "string_if_invalid", "")
    Installation.objects.update(refusal=Refusal.BACKUP, alarms=[Alarm.DOUBT])
    Dispatch.objects.filter(pk=frozen.pk).update(state="paused", halted=Halt.POLICY)
    manager = accounts.staff(RoleKind.POOL_MANAGER, frozen.department)
    client.force_login(manager, backend="django.contrib.auth.backends.ModelBackend")
    page = client.get(reverse("pool_staff:index")).content.decode()
    assert "pool_resume --reconcile" in page
    assert str(Alarm.DOUBT.label) in page
    assert str(Halt.POLICY.label) in client.get(reverse("pool_staff:dispatch", args=[frozen.pk])).content.decode()


def test_the_end_of_a_mailing_is_told_from_its_pace(frozen):
    limits = PoolSettings.load()
    limits.mails_per_minute = 1
    limits.save()
    assert done_about(frozen, at=clock.now()) - clock.now() > timedelta(minutes=2)


def test_the_end_is_told_from_the_providers_pace_where_it_is_slower(frozen, settings):
    settings.MAIL_PACED = True
    RateBucket.objects.create(scope="group", key="gmail", tokens=0, per_minute=6, updated_at=clock.now())
    at = clock.now()
    assert done_about(frozen, at=at) == at + timedelta(minutes=3 / 60)


def test_what_is_finished_has_no_end_to_tell(relay, frozen, send):
    send()
    assert done_about(frozen, at=clock.now()) is None


def test_monitoring_reads_numbers_and_no_people(client, settings, frozen):
    settings.METRICS_TOKEN = "s3cret"
    Outbox.objects.update(state=OutboxState.READY, reply_code=451, due_at=clock.now() + timedelta(minutes=4))
    answer = client.get("/metrics", headers={"authorization": "Bearer s3cret", "host": "10.0.0.7"}).content.decode()
    assert 'pool_ready{lane="news"} 0' in answer
    assert 'pool_deferred{group="others"} 3' in answer
    assert "pool_refuses 0" in answer
    assert "@" not in answer

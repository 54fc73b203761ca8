"""Not faster than a provider bears, not at night, and no further where too much is refused."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from mitwirken.core import clock
from mitwirken.core.models import AuditEntry
from mitwirken.pool import actions, samples, windows
from mitwirken.pool.dispatch import rate
from mitwirken.pool.dispatch.breaker import Breaker
from mitwirken.pool.dispatch.smtp import Reply
from mitwirken.pool.models import Dispatch, DispatchState, Halt, Outbox, OutboxState, PoolSettings, RateBucket

BERLIN = ZoneInfo("Europe/Berlin")


@pytest.fixture
def announced(offer):
    """Freeze news of one offer for so many members of one provider."""

    def run(count, domain="gmail.com"):
        for number in range(count):
            samples.member(email=f"mitglied{number}@{domain}")
        actions.announce_new_steps(at=clock.now())
        actions.advance(at=clock.now())
        return Dispatch.objects.get(step=offer)

    return run


@pytest.fixture
def paced(settings):
    settings.MAIL_PACED = True


def group(name="gmail"):
    return RateBucket.objects.get(scope="group", key=name)


def states():
    return sorted(Outbox.objects.values_list("state", flat=True))


@pytest.mark.parametrize(
    ("address", "name"),
    [
        ("a@t-online.de", "t-online"),
        ("a@WEB.de", "gmx"),
        ("a@googlemail.com", "gmail"),
        ("a@hotmail.com", "outlook"),
        ("a@stadt.example", "own"),
        ("a@amt.mitmachen.stadt.example", "own"),
        ("a@example.net", "others"),
        ("a@notgmail.com", "others"),
    ],
)
def test_addresses_belong_to_the_provider_that_keeps_their_mailbox(settings, address, name):
    settings.MAIL_DOMAIN = "mitmachen.stadt.example"
    assert rate.group_of(address) == name


@pytest.mark.django_db
def test_a_new_provider_begins_slowly_and_the_rest_comes_later_uncounted(relay, send, announced, paced, monkeypatch):
    monkeypatch.setattr(rate, "SLOW_START", 0.6)
    announced(4)
    send()
    assert len(relay.mails) == 1
    waiting = Outbox.objects.filter(state=OutboxState.READY)
    assert waiting.filter(due_at__gt=clock.now(), attempts=0, claim_id=None).count() == 3


@pytest.mark.django_db
def test_a_clean_minute_makes_it_half_as_fast_again_up_to_the_setting(paced):
    now = clock.now()
    letters = [_letter("a@gmail.com")]
    for minute in range(12):
        for second in (0, 30):
            rate.admit(letters, at=now + timedelta(minutes=minute, seconds=second))
    assert group().per_minute == PoolSettings.load().mails_per_group
    rate.admit(letters, at=now + timedelta(minutes=12))
    assert RateBucket.objects.filter(scope="group").count() == 1


@pytest.mark.django_db
def test_a_minute_in_which_nothing_was_sent_proves_nothing():
    now = clock.now()
    rate.admit([_letter("a@gmail.com")], at=now)
    rate.admit([_letter("a@gmail.com")], at=now + timedelta(hours=5))
    assert group().per_minute == rate.SLOW_START


@pytest.mark.django_db
def test_who_asks_us_to_wait_gets_half_and_the_others_as_before(relay, send, announced, paced):
    announced(1)
    samples.member(email="a@gmx.de")
    rate.admit([_letter("b@gmx.de")], at=clock.now())
    relay.answers = ["421 4.7.0 too many mails from you"]
    send()
    assert (group().per_minute, group("gmx").per_minute) == (30, 60)


@pytest.mark.django_db
def test_a_full_mailbox_says_nothing_about_our_pace(relay, send, announced, paced):
    announced(1)
    relay.answers = ["452 4.2.2 mailbox full"]
    send()
    assert group().per_minute == rate.SLOW_START


@pytest.mark.django_db
def test_a_relay_on_this_machine_keeps_its_own_measure(relay, send, announced):
    announced(14)
    send()
    assert len(relay.mails) == 14
    assert not RateBucket.objects.filter(scope="group").exists()


@pytest.mark.django_db
def test_too_many_refusals_stop_a_mailing_and_say_why(relay, send, announced):
    dispatch = announced(30)
    relay.answers = ["550 5.1.1 no such user"] * 11
    send()
    dispatch.refresh_from_db()
    assert (dispatch.state, dispatch.halted) == (DispatchState.PAUSED, Halt.REFUSALS)
    assert AuditEntry.objects.filter(action="pool.dispatch_halted").count() == 1


@pytest.mark.django_db
def test_a_person_lets_it_go_on(relay, send, announced):
    dispatch = announced(12)
    relay.answers = ["550 5.1.1 no such user"] * 11
    send()
    actions.resume_dispatch(dispatch, by=None, at=clock.now())
    dispatch.refresh_from_db()
    assert (dispatch.state, dispatch.halted) == (DispatchState.RUNNING, "")


@pytest.mark.parametrize(
    ("answers", "verdict"),
    [
        ([Reply(250)] * 190 + [Reply(550, "", "5.1.1")] * 10, None),
        ([Reply(250)] * 189 + [Reply(550, "", "5.1.1")] * 11, Halt.REFUSALS),
        ([Reply(550, "", "5.1.1")] * 11 + [Reply(250)] * 200, None),
        ([Reply(550, "", "5.7.1")] * 20, Halt.POLICY),
        ([Reply(450, "", "4.7.1")] * 200, None),
    ],
)
def test_what_the_last_two_hundred_answers_mean(answers, verdict):
    breaker = Breaker()
    for answer in answers:
        breaker.note(1, answer)
    assert breaker.verdict(1) == verdict
    assert breaker.verdict(2) is None


@pytest.mark.parametrize(
    ("local", "quiet"),
    [((7, 59), True), ((8, 0), False), ((12, 0), False), ((19, 59), False), ((20, 0), True), ((0, 0), True)],
)
def test_news_rest_from_evening_to_morning(local, quiet):
    at = datetime(2026, 11, 23, *local, tzinfo=BERLIN)
    assert windows.is_quiet(at, BERLIN, time(20), time(8)) == quiet


def test_the_same_hour_twice_means_no_quiet_hours():
    assert not windows.is_quiet(datetime(2026, 11, 23, 3, tzinfo=BERLIN), BERLIN, time(0), time(0))


def test_what_is_not_finished_in_the_evening_goes_on_in_the_morning():
    at = datetime(2026, 11, 23, 19, 0, tzinfo=BERLIN)
    assert windows.awake_after(at, 90, BERLIN, time(20), time(8)) == datetime(2026, 11, 24, 8, 30, tzinfo=BERLIN)


@pytest.mark.django_db
def test_at_night_confirmations_leave_and_news_wait(relay, send, announced, settings):
    settings.QUIET_HOURS = True
    limits = PoolSettings.load()
    local = clock.now().astimezone(BERLIN)
    limits.quiet_from = (local - timedelta(hours=1)).time()
    limits.quiet_until = (local + timedelta(hours=1)).time()
    limits.save()
    announced(2)
    actions.ask_to_join("neu@beispiel.example", actions.Profile(), at=clock.now(), source="/x/")
    send()
    assert [mail["To"] for mail in relay.mails] == ["neu@beispiel.example"]
    assert states() == [OutboxState.READY, OutboxState.READY, OutboxState.ACCEPTED]


def _letter(email):
    from types import SimpleNamespace

    return SimpleNamespace(member=SimpleNamespace(email=email))

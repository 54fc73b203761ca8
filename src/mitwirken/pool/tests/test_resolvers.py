"""A relay that can be asked: what it has counts as sent, what it has not goes again, its silence proves nothing."""

from datetime import timedelta

import pytest
from django.core.exceptions import ImproperlyConfigured

from mitwirken.core import clock
from mitwirken.pool import actions, samples, tokens
from mitwirken.pool.dispatch import resolvers
from mitwirken.pool.dispatch.claim import claim
from mitwirken.pool.dispatch.recovery import resolve_doubts
from mitwirken.pool.dispatch.resolvers import Answer, PostfixLog
from mitwirken.pool.dispatch.settle import Outcome, settle
from mitwirken.pool.dispatch.smtp import Reply
from mitwirken.pool.models import Outbox, OutboxState

pytestmark = pytest.mark.django_db

GRACE = timedelta(minutes=15)


@pytest.fixture
def log(tmp_path):
    return tmp_path / "mail.log"


@pytest.fixture
def doubtful(offer, dispatcher, settings):
    """Of two mails of one mailing the first was accepted, the second is in doubt."""
    for _ in range(2):
        samples.member()
    actions.announce_new_steps(at=clock.now())
    actions.advance(at=clock.now())
    at = clock.now()
    claim_id, letters = claim(dispatcher.worker, at=at, limit=64, urgent=False)
    settle([Outcome(letters[0].row, reply=Reply(250)), Outcome(letters[1].row, doubt=True)], claim_id, at=at)
    return at


def name(row):
    return f"{tokens.message_key(row.dispatch_id, row.member_id, 0, 0)}@mitwirken.example"


def cleanup(queue_id, message_id):
    return f"Nov 23 06:00:01 mx postfix/cleanup[4711]: {queue_id}: message-id=<{message_id}>\n"


def queued(queue_id):
    return f"Nov 23 06:00:01 mx postfix/qmgr[4712]: {queue_id}: from=<b@x.example>, size=9, nrcpt=1 (queue active)\n"


def known(log, *rows):
    log.write_text("".join(cleanup(f"4F{row.pk}", name(row)) + queued(f"4F{row.pk}") for row in rows))


def states():
    return list(Outbox.objects.order_by("pk").values_list("state", flat=True))


def test_what_the_relay_has_is_accepted(doubtful, log):
    known(log, *Outbox.objects.all())
    resolve_doubts(at=doubtful + GRACE, resolver=PostfixLog(log))
    assert states() == [OutboxState.ACCEPTED, OutboxState.ACCEPTED]


def test_what_the_relay_has_not_goes_again(doubtful, log):
    known(log, Outbox.objects.earliest("pk"))
    resolve_doubts(at=doubtful + GRACE, resolver=PostfixLog(log))
    assert states() == [OutboxState.ACCEPTED, OutboxState.READY]


def test_before_the_grace_time_nothing_is_decided(doubtful, log):
    known(log, Outbox.objects.earliest("pk"))
    resolve_doubts(at=doubtful + GRACE - timedelta(seconds=1), resolver=PostfixLog(log))
    assert states() == [OutboxState.ACCEPTED, OutboxState.IN_DOUBT]


def test_a_record_without_our_other_mails_proves_nothing(doubtful, log):
    log.write_text(cleanup("4F2C1", "somebody@else.example") + queued("4F2C1"))
    resolve_doubts(at=doubtful + GRACE, resolver=PostfixLog(log))
    assert states() == [OutboxState.ACCEPTED, OutboxState.HELD]


def test_a_missing_record_proves_nothing(doubtful, log):
    resolve_doubts(at=doubtful + GRACE, resolver=PostfixLog(log))
    assert states() == [OutboxState.ACCEPTED, OutboxState.HELD]


def test_a_mail_that_broke_off_at_the_relay_stays_unclear(log):
    log.write_text(cleanup("4F2C1", "a@x.example"))
    assert PostfixLog(log).ask(["a@x.example"]) == {"a@x.example": Answer.UNKNOWN}


def test_the_log_of_the_day_before_is_read_too(log):
    log.write_text(queued("4F2C1"))
    log.with_name("mail.log.1").write_text(cleanup("4F2C1", "a@x.example"))
    assert PostfixLog(log).ask(["a@x.example"]) == {"a@x.example": Answer.ACCEPTED}


def test_the_setting_names_record_and_grace(settings):
    settings.MAIL_RECORD = "log:///var/log/mail.log?grace=60"
    chosen = resolvers.configured()
    assert (str(chosen.path), chosen.grace) == ("/var/log/mail.log", timedelta(minutes=1))


def test_an_unknown_record_stops_the_start(settings):
    settings.MAIL_RECORD = "oracle://delphi"
    with pytest.raises(ImproperlyConfigured):
        resolvers.configured()

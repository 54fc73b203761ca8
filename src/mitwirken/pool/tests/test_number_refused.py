"""Two features meet: who gave a number for text messages and has no e-mail hears of its end by letter."""

from datetime import timedelta

import pytest

from mitwirken.core import clock
from mitwirken.pool.dispatch import claim
from mitwirken.pool.letters import samples as letters
from mitwirken.pool.letters import words
from mitwirken.pool.models import Channel, DispatchKind, Outbox
from mitwirken.pool.sms import actions
from mitwirken.pool.sms.models import MobileNumber
from mitwirken.pool.sms.samples import NUMBER

pytestmark = pytest.mark.django_db


def test_who_has_no_mail_is_told_by_letter():
    member, now = letters.by_letter(frequency="now"), clock.now()
    MobileNumber.objects.create(member=member, number=NUMBER, asked_at=now, proven_at=now)
    actions.give_up(member, NUMBER, at=now)
    assert Outbox.objects.get(dispatch__kind=DispatchKind.NUMBER).channel == Channel.LETTER
    _claim, waiting = claim.claim_for(Channel.LETTER, at=now + timedelta(1), limit=5, urgent=True)
    subject, parts, target = words._message(waiting[0])
    assert subject.startswith("SMS aus dem Mitmachpool")
    assert "die Nummer gelöscht" in parts[0]["text"]
    assert target.startswith("/mitmachpool/einstellungen/")

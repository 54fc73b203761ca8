from datetime import timedelta

import pytest
from django.core import mail as django_mail

from mitwirken.core import clock, mail
from mitwirken.core.models import Letter

pytestmark = pytest.mark.django_db


def letter(**fields):
    now = clock.now()
    values = {
        "message_id": f"<{Letter.objects.count()}@stadt.example>",
        "to_address": "erika@beispiel.example",
        "from_address": "Stadt <stadt@stadt.example>",
        "subject": "Ihre Idee",
        "text": "Danke.\n",
        "html": "<p>Danke.</p>",
        "headers": {"Auto-Submitted": "auto-generated"},
        "created_at": now,
        "due_at": now,
    } | fields
    return Letter.objects.create(**values)


def test_a_due_letter_leaves_once():
    letter()
    mail.deliver(at=clock.now())
    mail.deliver(at=clock.now())
    assert len(django_mail.outbox) == 1


def test_a_letter_carries_its_text_its_html_and_its_own_message_id():
    row = letter()
    mail.deliver(at=clock.now())
    sent = django_mail.outbox[0].message()
    assert sent["Message-ID"] == row.message_id
    assert [part.get_content_type() for part in sent.get_payload()] == ["text/plain", "text/html"]


def test_a_relay_that_refuses_delays_the_letter(settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_PORT = 1  # nothing listens there
    row = letter()
    mail.deliver(at=clock.now())
    row.refresh_from_db()
    assert row.sent_at is None
    assert row.due_at > clock.now() + timedelta(minutes=1)


def test_a_letter_claimed_by_a_living_worker_is_left_alone():
    letter(claimed_until=clock.now() + timedelta(minutes=5))
    assert mail.deliver(at=clock.now()) == 0


def test_a_letter_whose_worker_died_is_sent_after_the_lease():
    letter(claimed_until=clock.now() - timedelta(seconds=1))
    assert mail.deliver(at=clock.now()) == 1


def test_after_the_last_attempt_the_letter_counts_as_failed(settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_PORT = 1
    row = letter(attempts=mail.GIVE_UP_AFTER - 1)
    mail.deliver(at=clock.now())
    row.refresh_from_db()
    assert row.failed_at is not None

"""Every letter of the apps to single people keeps the rules of the pool's mails: headers, parts, links, words."""

import socket
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from django.conf import settings as installed
from django.test.signals import template_rendered

from mitwirken.core import clock, mail
from mitwirken.core.models import Letter
from mitwirken.pool.tests import mail_rules
from mitwirken.pool.tests.conftest import Mailbox

from . import letters

SOURCE = Path(__file__).resolve().parents[1] / "src" / "mitwirken"
pytestmark = pytest.mark.django_db


@pytest.fixture
def relay(settings):
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    mailbox = Mailbox()
    controller = Controller(mailbox, hostname="127.0.0.1", port=port)
    controller.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", port, 5
    settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
    settings.EMAIL_HOST_USER = ""
    yield mailbox
    controller.stop()


def test_every_letter_keeps_the_rules(relay, transactional_db):
    drawn = set()

    def note(template, **_more):
        drawn.add(template.name)

    template_rendered.connect(note)
    try:
        posted = letters.produce()
    finally:
        template_rendered.disconnect(note)
    while mail.deliver(at=clock.now()):
        pass
    assert len(relay.envelopes) == len(posted)
    language = dict(Letter.objects.values_list("message_id", "headers"))
    wrong = {}
    for envelope, parsed in zip(relay.envelopes, relay.mails, strict=True):
        lang = language[str(parsed["Message-ID"]).strip()]["Content-Language"]
        faults = mail_rules.faults(envelope.content, lang=lang, bulk=False, site=installed.SITE_URL)
        if faults:
            wrong[str(parsed["Subject"])] = faults
    assert not wrong, "\n".join(f"{name}: {fault}" for name, faults in wrong.items() for fault in faults)
    every = [path for path in SOURCE.glob("**/templates/**/mail/*.txt") if not path.name.startswith("_")]
    # What goes to the pool is looked at by pool/tests/test_every_mail.py.
    names = {path.as_posix().partition("/templates/")[2] for path in every if SOURCE / "pool" not in path.parents}
    assert len(names) >= 10
    assert not names - drawn, f"no letter shows these: {sorted(names - drawn)}"

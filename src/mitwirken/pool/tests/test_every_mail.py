"""Every kind of mail of the pool, as a relay gets it: headers, parts, links, words, in both languages.

The same mails are looked at in a browser by tests/journeys/test_every_mail.py.
"""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.test.signals import template_rendered

from mitwirken.city import samples as city
from mitwirken.core import clock
from mitwirken.pool import actions, tokens
from mitwirken.pool.models import Member, Outbox, OutboxEvent, OutboxState

from . import every_mail, mail_rules
from .every_mail import LANGS

pytestmark = pytest.mark.django_db
POOL = Path(__file__).resolve().parents[1]
# Hosts that a sample's author links to, as a department may.
LINKED = ("kalender.stadt.example", "stadt.example")


@pytest.fixture
def city_with_districts(db):
    city.city()
    city.district()
    for code, name in (("mobilitaet", "Mobilität"), ("kultur", "Kultur")):
        city.topic(code=code, name=name)


@pytest.fixture
def made(city_with_districts):
    return every_mail.produce(at=clock.now())


@pytest.fixture
def drawn():
    """The names of the templates that were drawn."""
    names = set()

    def note(template, **_more):
        names.add(template.name)

    template_rendered.connect(note)
    yield names
    template_rendered.disconnect(note)


@pytest.fixture
def sent(drawn, made, relay, send):
    """The raw mails with the row each came from; and nobody was left out."""
    actions.advance(at=clock.now())
    send()
    rows = {
        tokens.message_key(row.dispatch_id, row.member_id, row.channel, row.occasion): row
        for row in Outbox.objects.select_related("dispatch", "member").filter(channel=0)
    }
    # What somebody answered or called off meanwhile is not sent; everything else has to arrive.
    expected = {OutboxState.ACCEPTED, OutboxState.CANCELLED}
    left = [f"{row.dispatch.kind} {row.get_state_display()}" for row in rows.values() if row.state not in expected]
    reasons = list(OutboxEvent.objects.values_list("outbox__dispatch__kind", "kind", "detail"))
    assert not left, (left, reasons)
    found = [
        (rows[re.search(rb"(?mi)^Message-ID: <(\S+)@", envelope.content)[1].decode()], envelope.content)
        for envelope in relay.envelopes
    ]
    assert len(found) == sum(row.state == OutboxState.ACCEPTED for row in rows.values())
    return found


def test_every_kind_of_mail_has_a_sample(made):
    missing = every_mail.missing(made)
    assert not missing, f"no sample_dispatches() makes a mail of these kinds: {missing} (see pool/README.md)"


def test_every_mail_keeps_the_rules_in_both_languages(sent, drawn):
    wrong = {}
    for row, raw in sent:
        bulk = every_mail.is_bulk(row.dispatch)
        faults = mail_rules.faults(raw, lang=row.member.lang, bulk=bulk, site=settings.SITE_URL, hosts=LINKED)
        if faults:
            wrong[f"{row.dispatch.kind} {row.dispatch} {row.member.lang}"] = faults
    assert not wrong, "\n".join(f"{name}: {fault}" for name, faults in wrong.items() for fault in faults)
    seen = {(row.dispatch.kind, row.member.lang) for row, _raw in sent}
    kinds = {kind for kind, _lang in seen}
    assert seen == {(kind, lang) for kind in kinds for lang in LANGS}
    assert not _templates() - drawn, f"no sample shows these: {sorted(_templates() - drawn)}"
    # No word about one person reaches another.
    everybody = set(Member.objects.exclude(email="").values_list("email", flat=True))
    for row, raw in sent:
        others = {address for address in everybody - {row.member.email} if address.encode() in raw}
        assert not others, (row.dispatch.kind, others)


def _templates():
    every = [path for path in POOL.glob("**/templates/**/mail/*.txt") if not path.name.startswith("_")]
    assert len(every) >= 6
    return {path.as_posix().partition("/templates/")[2] for path in every}


BROKEN = [
    (lambda raw: raw.replace(b"Date: ", b"X-Date: ", 1), "Date"),
    (lambda raw: raw.replace(b"\r\n\r\n", b"\n\n", 1), "CRLF"),
    (lambda raw: raw.replace(b"\r\nTo: ", b"\r\nTo: x@y.example, ", 1), "To is not one"),
    (lambda raw: raw.replace(b"List-Unsubscribe-Post", b"X-Nothing", 1), "List-Unsubscribe-Post"),
    (lambda raw: raw.replace(b"MIME-Version: 1.0", b"X: 1", 1), "MIME-Version"),
    (lambda raw: raw.replace(b"Content-Language: de", b"Content-Language: en", 1), "Content-Language"),
    (lambda raw: raw.replace(b"</main>", b'<img src=3D"https://x.example/p.gif" width=3D"1"></main>'), "pixel"),
    (lambda raw: raw.replace(b"</main>", b'<a href=3D"https://x.example/">x</a></main>'), "third party"),
    (lambda raw: raw.replace(b"</main>", b"<p>Please read the answer</p></main>"), "not de"),
    (lambda raw: raw.replace(b"</h1>", b"</h1><h1>x</h1>"), "main headings"),
    (lambda raw: raw.replace(b"quoted-printable", b"8bit"), "8bit"),
    (lambda raw: raw + b"x" * 999 + b"\r\n", "998"),
    (lambda raw: raw + "ä\r\n".encode(), "ASCII"),
]


def test_the_rules_notice_a_broken_mail(sent):
    raw = next(raw for row, raw in sent if row.dispatch.kind == "step" and row.member.lang == "de")
    rules = {"lang": "de", "bulk": True, "site": settings.SITE_URL}
    assert not mail_rules.faults(raw, **rules)
    for change, fault in BROKEN:
        found = mail_rules.faults(change(raw), **rules)
        assert any(fault in one for one in found), (fault, found)

"""The mails about a task, as a relay gets them."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse

from mitwirken.city import samples as city
from mitwirken.core import clock
from mitwirken.pool import actions as pool
from mitwirken.pool import samples as members
from mitwirken.pool import tokens
from mitwirken.pool.assignments import actions, samples
from mitwirken.pool.assignments.models import Task
from mitwirken.pool.tests.conftest import dispatcher, relay, send

__all__ = ["dispatcher", "relay", "send"]
pytestmark = pytest.mark.django_db
LINK = re.compile(r"https?://[^\s\"<>]+")


@pytest.fixture
def task():
    city.city()
    for lang in ("de", "en"):
        samples.askable(members.member(lang=lang))
    return samples.running()


def run(send):
    pool.advance(at=clock.now())
    send()


def links(mail, kind):
    return {link.rstrip(".,:") for link in LINK.findall(mail.get_body(preferencelist=(kind,)).get_content())}


def test_the_question_leads_to_the_own_page_and_out_with_one_click(task, relay, send):
    run(send)
    assert len(relay.mails) == 2
    for mail in relay.mails:
        row = task.assignments.get(member__email=mail["To"])
        own = reverse("pool_assignments:task", args=[tokens.personal_token("task", task.pk, row.member)])
        assert own in mail.get_body(preferencelist=("plain",)).get_content()
        assert row.code in mail.get_body(preferencelist=("plain",)).get_content()
        assert tokens.leave_token(row.member_id, "tasks") in mail["List-Unsubscribe"]
        assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
        assert links(mail, "plain") >= links(mail, "html")
    assert len({mail["Subject"] for mail in relay.mails}) in (1, 2)


def test_each_occasion_has_its_own_words_and_goes_to_whom_it_concerns(task, relay, send):
    run(send)
    quick = task.assignments.order_by("pk").first()
    actions.answer(quick, {"0": "1"}, "", at=clock.now())
    actions.remind(task, at=clock.now())
    run(send)
    assert [mail["To"] for mail in relay.mails[2:]] != [quick.member.email]
    actions.close(task, at=clock.now(), by=None)
    run(send)
    text = "Die Suche steht jetzt oben auf jeder Seite. Danke für die vielen Hinweise."
    actions.report(task, text, at=clock.now(), by=None)
    run(send)
    last = relay.mails[3:]
    assert [mail["To"] for mail in last] == [quick.member.email] * 2
    plain = last[1].get_body(preferencelist=("plain",)).get_content()
    assert text in " ".join(plain.split())
    assert reverse("pool_assignments:effect", args=[task.pk]) in plain


def test_who_is_not_to_be_asked_any_more_gets_no_reminder(task, relay, send):
    run(send)
    stopped = task.assignments.order_by("pk").first().member
    actions.remind(task, at=clock.now())
    pool.leave(stopped, "tasks", at=clock.now(), source="task")
    run(send)
    assert stopped.email not in [mail["To"] for mail in relay.mails[2:]]


def test_the_mail_tells_the_last_day_in_the_time_of_the_city(task, relay, send):
    Task.objects.update(ends_at=clock.now() + timedelta(days=1))
    run(send)
    assert all(re.search(r"\d{1,2}:\d\d", mail.get_body(("plain",)).get_content()) for mail in relay.mails)

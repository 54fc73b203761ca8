"""From a mail that comes back to what the next dispatch does."""

from datetime import timedelta

import pytest
from django.apps import apps

from mitwirken.core import clock, inbound
from mitwirken.core.models import AuditEntry, Letter
from mitwirken.pool import actions as pool
from mitwirken.pool import samples, tokens
from mitwirken.pool.models import (
    ConsentState,
    DepartmentAccess,
    Dispatch,
    DispatchKind,
    Member,
    Outbox,
    OutboxEvent,
    OutboxState,
    Suppression,
)
from mitwirken.pool.returns import actions
from mitwirken.pool.returns import samples as returned
from mitwirken.pool.returns.models import AddressScore, Returned

from .bounces import BOUNCES, COMPLAINT, HOLIDAY, as_sent, prose

pytestmark = pytest.mark.django_db

# The desk stands above the pool, which knows it as whoever takes what nobody else does.
ContactCase = apps.get_model("website", "ContactCase")
HARD, SOFT = BOUNCES["Postfix, no such user"][0], BOUNCES["Postfix, full"][0]


def kinds():
    return [row.kind for row in Returned.objects.order_by("pk")]


def test_a_bounce_turns_a_sent_mail_into_a_returned_one(sent, bring):
    assert bring(as_sent(HARD, to=sent.bounce), to=sent.bounce) == "hard"
    row, event = sent.row, OutboxEvent.objects.get()
    assert row.state == OutboxState.BOUNCED
    assert (event.outbox, event.kind, event.detail) == (row, "bounced", "5.1.1")
    assert pool.conservation(row.dispatch)["missing"] == 0


def test_after_the_second_hard_bounce_the_address_rests_and_the_next_dispatch_leaves_it_out(
    sent, bring, announce, relay, member
):
    bring(as_sent(HARD, to=sent.bounce), to=sent.bounce)
    second = announce()
    assert second.state == OutboxState.ACCEPTED
    bounce = relay.envelopes[-1].mail_from
    bring(as_sent(HARD, to=bounce, number=2), to=bounce)
    third = announce()
    assert (third.state, third.events.get().detail) == (OutboxState.SKIPPED, "silenced")
    score = AddressScore.objects.get()
    assert (score.hard, score.address_hash) == (2, member.address_hash)
    assert score.until > clock.now() + timedelta(days=150)
    assert ConsentState.objects.filter(member=member).exists()


def test_who_asks_for_a_link_gets_it_although_the_address_rests(sent, relay, send, member):
    returned.silence(member, at=clock.now())
    pool.send_link(member.email, at=clock.now())
    send()
    assert Outbox.objects.latest("pk").state == OutboxState.ACCEPTED


def test_a_sign_of_the_person_ends_the_rest(sent, announce, member):
    returned.silence(member, at=clock.now())
    Member.objects.update(last_activity_at=clock.now() + timedelta(seconds=1))
    assert actions.lift_answered(at=clock.now()) == 1
    assert announce().state == OutboxState.ACCEPTED


def test_a_sign_of_the_person_takes_no_complaint_back(member):
    actions.take_complaint(member, "", at=clock.now())
    returned.silence(member, at=clock.now())
    Member.objects.update(last_activity_at=clock.now() + timedelta(seconds=1))
    assert actions.lift_answered(at=clock.now()) == 1
    assert list(Suppression.objects.values_list("scope", "reason")) == [("all", "complaint")]


def test_without_a_sign_the_rest_goes_on(member):
    returned.silence(member, at=clock.now())
    assert actions.lift_answered(at=clock.now() + timedelta(days=1)) == 0


def test_the_rest_ends_by_itself(sent, announce, member, monkeypatch):
    returned.silence(member, at=clock.now())
    Suppression.objects.update(until=clock.now() - timedelta(seconds=1))
    assert announce().state == OutboxState.ACCEPTED
    actions.forget(at=clock.now())
    assert not Suppression.objects.exists()


def test_the_same_report_twice_counts_once(sent, bring):
    for number in (1, 1, 2):
        bring(as_sent(HARD, to=sent.bounce, number=number), to=sent.bounce)
    assert kinds() == ["hard"]


@pytest.mark.parametrize("sample", BOUNCES, ids=list(BOUNCES))
def test_every_kind_of_report_is_counted_as_what_it_is(sent, bring, sample):
    text, kind = BOUNCES[sample]
    assert bring(as_sent(text, to=sent.bounce), to=sent.bounce) == kind
    assert kinds() == [kind]
    assert sent.row.state == (OutboxState.ACCEPTED if kind == "delayed" else OutboxState.BOUNCED)


def test_policy_does_not_blame_the_address(sent, bring):
    bring(as_sent(BOUNCES["policy"][0], to=sent.bounce), to=sent.bounce)
    assert (AddressScore.objects.get().hard, AddressScore.objects.get().soft) == (0, 0)


@pytest.mark.parametrize(
    "forge",
    [
        lambda address: address.replace("b-", "b-1", 1),
        lambda address: address[:6] + ("a" if address[6] != "a" else "c") + address[7:],
        lambda address: "b-zzzzzzzzzzzz-aaaaaaaaaaaaaaaa@mitwirken.example",
    ],
)
def test_a_forged_bounce_is_dropped_and_counted(sent, bring, forge):
    address = forge(sent.bounce)
    assert bring(as_sent(HARD, to=address), to=address) == "forged"
    assert kinds() == ["unknown"]
    assert sent.row.state == OutboxState.ACCEPTED
    assert not AddressScore.objects.exists()


def test_a_bounce_of_the_old_address_says_nothing_about_the_new_one(sent, bring, member):
    Member.objects.update(email="neu@beispiel.example", address_hash=tokens.address_hash("neu@beispiel.example"))
    assert bring(as_sent(HARD, to=sent.bounce), to=sent.bounce) == "forged"
    assert not AddressScore.objects.exists()


def test_a_bounce_address_in_capitals_is_the_same(sent, bring):
    assert bring(as_sent(HARD, to=sent.bounce), to=sent.bounce.upper()) == "hard"


def test_a_bounce_that_overtakes_our_own_note_comes_again(sent, bring):
    Outbox.objects.update(state=OutboxState.CLAIMED)
    with pytest.raises(inbound.NotNow):
        bring(as_sent(HARD, to=sent.bounce), to=sent.bounce)
    Outbox.objects.update(state=OutboxState.ACCEPTED)
    assert bring(as_sent(HARD, to=sent.bounce), to=sent.bounce) == "hard"


def test_a_bounce_proves_that_an_unclear_mail_left(sent, bring):
    Outbox.objects.update(state=OutboxState.HELD)
    bring(as_sent(HARD, to=sent.bounce), to=sent.bounce)
    assert sent.row.state == OutboxState.BOUNCED


def test_a_holiday_note_is_no_bounce_and_no_case(sent, bring):
    for sender in ("", "mia@beispiel.example"):
        raw = as_sent(HOLIDAY, to=sent.bounce, number=sender or 1)
        assert bring(raw, to=sent.bounce, sender=sender) == "automatic"
    assert not ContactCase.objects.exists()
    assert sent.row.state == OutboxState.ACCEPTED


def test_what_our_relay_refuses_at_once_counts_like_a_bounce(relay, send, offer, open_door, member):
    relay.answers = ["550 5.1.1 no such user"]
    pool.announce_new_steps(at=clock.now())
    pool.advance(at=clock.now())
    send()
    assert [actions.count_refusals(at=clock.now()), actions.count_refusals(at=clock.now())] == [1, 0]
    assert (kinds(), AddressScore.objects.get().hard) == (["hard"], 1)


def test_a_complaint_ends_the_mails_of_this_purpose_at_once_and_without_a_mail(sent, bring, announce, member, relay):
    raw = as_sent(COMPLAINT, to="fbl@mitwirken.example", mail_from=sent.bounce, unsubscribe="https://x.example/")
    before = len(relay.mails)
    assert bring(raw, to="fbl@mitwirken.example", sender="fbl@postfach.example") == "complaint"
    assert bring(raw.replace(b"Message-ID: <", b"Message-ID: <2"), to=sent.bounce) == "complaint"
    assert not ConsentState.objects.filter(member=member).exists()
    assert Suppression.objects.get().scope == "information"
    assert kinds() == ["complaint"]
    assert AuditEntry.objects.filter(action="pool.complained").count() == 1
    announce()
    assert len(relay.mails) == before
    assert not Letter.objects.exists()


def test_a_complaint_is_found_by_its_leave_link_too(sent, bring, member):
    link = sent.mail["List-Unsubscribe"].split(">")[0].strip("<")
    raw = as_sent(COMPLAINT, to="abuse@mitwirken.example", mail_from="", unsubscribe=link)
    assert bring(raw, to="abuse@mitwirken.example", sender="x@postfach.example") == "complaint"
    assert not ConsentState.objects.filter(member=member).exists()


@pytest.mark.parametrize("clue", ["b-1-aaaaaaaaaaaaaaaa@mitwirken.example", "", "<>"])
def test_a_complaint_about_nothing_we_know_changes_nothing(sent, bring, clue):
    raw = as_sent(COMPLAINT, to="fbl@mitwirken.example", mail_from=clue, unsubscribe="https://x.example/abmelden/1-x/")
    assert bring(raw, to="fbl@mitwirken.example", sender="x@y.example") == "unknown"
    assert ConsentState.objects.exists()


def test_a_person_who_writes_to_the_abuse_mailbox_is_answered_by_people(sent, bring):
    raw = as_sent(prose("Bitte prüfen Sie das.", sender="mia@beispiel.example"), to="abuse@mitwirken.example")
    assert bring(raw, to="abuse@mitwirken.example", sender="mia@beispiel.example") == "case"


def test_a_new_agreement_lifts_what_a_complaint_blocked(sent, bring, member):
    actions.take_complaint(member, "information", at=clock.now())
    pool.grant(member, "information", at=clock.now() + timedelta(minutes=1), source="settings")
    actions.lift_answered(at=clock.now())
    assert not Suppression.objects.exists()


def test_a_complaint_by_mistake_is_taken_back_by_staff_and_agreed_to_by_the_person(sent, member):
    actions.take_complaint(member, "information", at=clock.now())
    assert actions.lift(member.address_hash, at=clock.now())
    assert not Suppression.objects.exists()
    assert not ConsentState.objects.exists()


READ = """From: mia@beispiel.example
To: {to}
Subject: Gelesen
Message-ID: <{id}@beispiel.example>
Content-Type: multipart/report; report-type=disposition-notification; boundary="x"

--x
Content-Type: text/plain

Ihre Nachricht an mia@beispiel.example wurde ungelesen gel\u00f6scht. Postfach voll. 550 5.1.1

--x--
"""


def test_a_receipt_for_reading_says_nothing_about_the_mailbox(sent, bring):
    assert bring(as_sent(READ, to=sent.bounce), to=sent.bounce) == "automatic"
    assert sent.row.state == OutboxState.ACCEPTED


def test_without_a_door_answers_go_to_the_department_s_mailbox(offer, member, relay, send, settings):
    settings.INBOUND_URL = ""
    department = offer.project.department
    DepartmentAccess.objects.create(department=department, enabled_at=clock.now(), reply_to="amt@stadt.example")
    pool.announce_new_steps(at=clock.now())
    pool.advance(at=clock.now())
    send()
    assert relay.mails[0]["Reply-To"] == "amt@stadt.example"


def test_a_mailbox_of_a_domain_with_umlauts_stops_no_mail(offer, member, relay, send, settings):
    settings.INBOUND_URL = ""
    DepartmentAccess.objects.create(department=offer.project.department, reply_to="amt@städte.example")
    pool.announce_new_steps(at=clock.now())
    pool.advance(at=clock.now())
    send()
    assert relay.mails[0]["Reply-To"] == "amt@xn--stdte-hra.example"


def test_a_mail_to_the_leave_address_ends_the_mails(sent, bring, member):
    raw = as_sent(prose("", sender=member.email, subject="Abmelden"), to=sent.leave)
    assert bring(raw, to=sent.leave, sender=member.email) == "left"
    assert bring(raw, to=sent.leave, sender=member.email) == "again"
    assert not ConsentState.objects.exists()
    assert kinds() == ["leave"]


def test_nobody_leaves_by_a_bounce_or_a_made_up_token(sent, bring):
    assert bring(as_sent(HARD, to=sent.leave), to=sent.leave, sender="") == "automatic"
    forged = sent.leave.replace("leave-", "leave-1")
    assert bring(as_sent(prose(""), to=forged), to=forged, sender="x@y.example") == "forged"
    assert ConsentState.objects.exists()


def test_without_a_door_for_mail_only_the_web_ends_them(offer, member, relay, send, settings):
    settings.INBOUND_URL = ""
    pool.announce_new_steps(at=clock.now())
    pool.advance(at=clock.now())
    send()
    mail = relay.mails[0]
    assert "mailto:" not in mail["List-Unsubscribe"]
    assert mail["Reply-To"] is None


def test_an_answer_reaches_the_department_that_wrote(sent, bring, offer):
    raw = as_sent(prose("Wann beginnt es?", sender="mia@beispiel.example", subject="Re: Neues"), to=sent.reply)
    assert bring(raw, to=sent.reply, sender="mia@beispiel.example") == "case"
    case = ContactCase.objects.get()
    assert (case.department, case.email) == (offer.project.department, "mia@beispiel.example")
    assert "Wann beginnt es?" in case.messages.filter(direction="in").get().text
    assert offer.project.title in case.messages.filter(direction="note").get().text
    assert kinds() == ["reply"]
    assert not Letter.objects.exists()


def test_a_second_answer_goes_on_with_the_case(sent, bring):
    for number in (1, 2):
        raw = as_sent(prose("Noch etwas.", sender="mia@beispiel.example"), to=sent.reply, number=number)
        bring(raw, to=sent.reply, sender="mia@beispiel.example")
    assert ContactCase.objects.get().messages.filter(direction="in").count() == 2


def test_a_holiday_note_to_the_reply_address_makes_no_case(sent, bring):
    assert bring(as_sent(HOLIDAY, to=sent.reply), to=sent.reply, sender="mia@beispiel.example") == "automatic"
    assert (ContactCase.objects.count(), kinds()) == (0, ["automatic"])


def test_a_made_up_reply_address_leads_nowhere(sent, bring):
    address = sent.reply.replace("r-", "r-1", 1)
    assert bring(as_sent(prose("Hallo"), to=address), to=address, sender="x@y.example") == "forged"
    assert not ContactCase.objects.exists()


def test_words_are_no_agreement_but_work_for_a_colleague(open_door, bring, relay, send, db):
    pool.ask_to_join("neu@beispiel.example", pool.Profile(), at=clock.now(), source="/mitmachpool/anmelden/")
    send()
    reply = relay.mails[0]["Reply-To"]
    raw = as_sent(prose("Hiermit bestätige ich.", sender="neu@beispiel.example"), to=reply)
    assert bring(raw, to=reply, sender="neu@beispiel.example") == "case"
    assert not ConsentState.objects.exists()
    assert not Member.objects.active().exists()
    note = ContactCase.objects.get().messages.get(direction="note")
    assert Dispatch.objects.get().kind == DispatchKind.CONFIRM
    assert str(note.text) != ""
    assert ContactCase.objects.waiting().count() == 1


def test_a_dead_address_with_a_postal_address_is_marked_for_a_letter(member):
    from mitwirken.pool.models.reach import PostalAddress

    PostalAddress.objects.create(member=member, name="M", street="Musterweg 1", postcode="00000", town="Musterstadt")
    assert returned.silence(member, at=clock.now()).by_letter


def test_silence_is_apart_from_the_wish_never_to_be_written_to(member):
    returned.silence(member, at=clock.now())
    pool.erase_member(member, at=clock.now(), never_again=True)
    assert [row.scope for row in Suppression.objects.all()] == ["all"]
    assert not AddressScore.objects.exists()
    assert set(Returned.objects.values_list("address_hash", flat=True)) == {""}


def test_what_came_back_is_forgotten_in_time(member):
    returned.silence(member, at=clock.now())
    actions.forget(at=clock.now() + timedelta(days=91))
    assert not Returned.objects.exists()
    assert AddressScore.objects.exists()
    actions.forget(at=clock.now() + timedelta(days=366))
    assert not AddressScore.objects.exists()


def test_a_member_reads_what_we_know_of_the_address(member):
    from mitwirken.pool.returns.panel import export

    returned.silence(member, at=clock.now())
    data = export(member)
    assert [entry["kind"] for entry in data["returned"]] == ["hard", "hard"]
    assert data["silenced_until"]


@pytest.mark.django_db(transaction=True)
def test_the_demo_shows_a_quarter_and_nothing_twice(offer):
    samples.demo_members(count=60)
    returned.demo(clock.now())
    before = Returned.objects.count()
    returned.demo(clock.now())
    assert Returned.objects.count() == before > 2
    assert AddressScore.objects.silenced(at=clock.now()).count() == 2

"""Mail that nobody else took becomes a case, answers go on with theirs, and no machine is answered."""

import pytest

from mitwirken.city import samples as city
from mitwirken.core import clock, inbound
from mitwirken.core.models import InboundMail, Letter
from mitwirken.website import actions, post, samples
from mitwirken.website.models import CaseState, ContactCase, ContactMessage

from .test_post import mail

pytestmark = pytest.mark.django_db
MAILBOX = "mitwirken@mitwirken.example"


def receive(message, *, to=MAILBOX, sender="erika@beispiel.example"):
    return inbound.receive(message.as_bytes(), sender=sender, recipient=to, at=clock.now())


def test_a_mail_to_the_city_becomes_a_case_of_the_coordination_office():
    assert receive(mail(to=MAILBOX)) == "case"
    case = ContactCase.objects.get()
    assert (case.department, case.email, case.state) == (None, "erika@beispiel.example", CaseState.OPEN)
    assert case.messages.get().text == "Re: Antwort\n\nDanke, eine Frage noch."


def test_no_receipt_goes_to_whoever_a_mail_claims_to_be_from():
    receive(mail(to=MAILBOX))
    assert not Letter.objects.exists()


def test_a_reply_to_a_case_goes_into_the_case():
    case = samples.case()
    assert receive(mail(to=post.address_for(case.pk)), to=post.address_for(case.pk)) == "case"
    assert (ContactCase.objects.count(), case.messages.count()) == (1, 2)


def test_a_program_that_ignores_where_to_reply_is_understood_all_the_same():
    case = samples.case()
    receipt = Letter.objects.get()
    assert receive(mail(to=MAILBOX, In_Reply_To=receipt.message_id)) == "case"
    assert (ContactCase.objects.count(), case.messages.count()) == (1, 2)


def test_an_identity_we_never_sent_joins_no_case():
    samples.case()
    receive(mail(to=MAILBOX, In_Reply_To="<erfunden@mitwirken.example>"))
    assert ContactCase.objects.count() == 2


@pytest.mark.parametrize(
    ("headers", "sender"),
    [
        ({"Auto_Submitted": "auto-replied"}, "erika@beispiel.example"),
        ({"X_Autoreply": "yes"}, "erika@beispiel.example"),
        ({}, ""),
    ],
)
def test_what_a_machine_writes_makes_no_case(headers, sender):
    assert receive(mail(to=MAILBOX, **headers), sender=sender) == "automatic"
    assert not ContactCase.objects.exists()


@pytest.mark.parametrize("sender", ["", "kein", "<>", "a@b", "x" * 300 + "@beispiel.example"])
def test_a_mail_nobody_could_answer_makes_no_case(sender):
    assert receive(mail(to=MAILBOX, From=sender)) == "unreadable"


def test_a_flood_from_one_sender_is_cut():
    for number in range(25):
        receive(mail(to=MAILBOX, Message_ID=f"<{number}@x.example>"))
    assert ContactCase.objects.count() == 20


def test_answers_of_one_person_about_one_matter_are_one_case_of_the_department():
    department = city.department()
    passed = inbound.PassOn(owner=department.pk, thread="pool:7", note="Antwort auf eine Mail")
    for number, sender in enumerate(["a@beispiel.example", "a@beispiel.example", "b@beispiel.example"]):
        raw = mail(f"Frage {number}", to=MAILBOX, From=sender).as_bytes()
        actions.take_mail(inbound.Mail(raw, sender, MAILBOX), passed, clock.now())
    assert [case.messages.count() for case in ContactCase.objects.order_by("pk")] == [3, 2]
    assert {case.department for case in ContactCase.objects.all()} == {department}
    assert ContactMessage.objects.filter(direction="note", text="Antwort auf eine Mail").count() == 2


def test_files_are_left_out_and_counted():
    message = mail(to=MAILBOX)
    message.add_attachment(b"MZ", maintype="application", subtype="octet-stream", filename="rechnung.exe")
    receive(message)
    assert ContactMessage.objects.get().dropped_attachments == 1


def test_the_same_mail_twice_is_one_case():
    assert [receive(mail(to=MAILBOX)), receive(mail(to=MAILBOX))] == ["case", "again"]
    assert (ContactCase.objects.count(), InboundMail.objects.count()) == (1, 1)

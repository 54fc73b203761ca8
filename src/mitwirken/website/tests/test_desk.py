"""A message becomes a case, its answers and replies a thread."""

import io
import sys
from datetime import timedelta
from email.message import EmailMessage
from types import SimpleNamespace

import pytest
from django.core.management import call_command

from mitwirken.accounts import samples as accounts
from mitwirken.accounts.models import RoleKind
from mitwirken.city import samples as city
from mitwirken.core import clock
from mitwirken.core.models import AuditEntry, Letter
from mitwirken.website import actions, policies, post, samples
from mitwirken.website.errors import Settled
from mitwirken.website.models import CaseState, ContactCase

pytestmark = pytest.mark.django_db


@pytest.fixture
def office():
    return accounts.staff(RoleKind.EDITOR)


def reply(case, text="Noch eine Frage.", message_id="<1@beispiel.example>", sender="erika@beispiel.example"):
    message = EmailMessage()
    message["From"], message["To"], message["Message-ID"] = sender, post.address_for(case.pk), message_id
    message.set_content(text)
    return message


def test_a_message_gets_a_receipt_by_mail_that_can_be_answered():
    case = samples.case()
    letter = Letter.objects.get()

    assert case.receipt in letter.subject
    assert letter.reply_to == post.address_for(case.pk)


def test_a_receipt_carries_nothing_a_stranger_could_have_chosen():
    samples.case(text="Kaufen Sie hier", name="Klicken Sie hier", email="opfer@beispiel.example")
    letter = Letter.objects.get()

    assert "Kaufen" not in letter.text + letter.html
    assert "Klicken" not in letter.text + letter.html


def test_nobody_can_be_flooded_with_receipts():
    for _ in range(9):
        samples.case(email="opfer@beispiel.example")

    assert Letter.objects.count() == 5
    assert ContactCase.objects.count() == 9


def test_without_an_address_nothing_is_mailed():
    samples.case(email="")

    assert not Letter.objects.exists()


def test_the_same_form_sent_twice_is_one_case():
    first = samples.case(submission_key="a" * 32)
    second = samples.case(submission_key="a" * 32)

    assert first == second
    assert Letter.objects.count() == 1


def test_an_answer_goes_out_and_the_reply_comes_back_into_the_case(office):
    case = samples.case()
    actions.answer_case(case, "Bis Freitag.", by=office, at=clock.now())
    answer = Letter.objects.exclude(subject__contains="Nachricht ist da").get()
    message = actions.receive_mail(reply(case).as_bytes(), at=clock.now())

    case.refresh_from_db()
    assert "Bis Freitag." in answer.text
    assert answer.reply_to == post.address_for(case.pk)
    assert [each.direction for each in case.messages.all()] == ["in", "out", "in"]
    assert message.text == "Noch eine Frage."
    assert case.state == CaseState.OPEN


def test_the_same_mail_delivered_twice_counts_once():
    case = samples.case()
    actions.receive_mail(reply(case).as_bytes(), at=clock.now())

    assert actions.receive_mail(reply(case).as_bytes(), at=clock.now()) is None
    assert case.messages.count() == 2


def test_a_reply_from_another_address_is_kept_and_marked():
    case = samples.case()
    message = actions.receive_mail(reply(case, sender="kind@beispiel.example").as_bytes(), at=clock.now())

    assert message.from_other_address


def test_a_reply_to_a_closed_case_opens_it(office):
    case = samples.case()
    actions.close_case(case, by=office, at=clock.now())
    actions.receive_mail(reply(case).as_bytes(), at=clock.now())

    case.refresh_from_db()
    assert (case.state, case.closed_at) == (CaseState.OPEN, None)


def test_a_closed_case_can_be_answered_only_once_it_is_open_again(office):
    case = samples.case()
    actions.close_case(case, by=office, at=clock.now())

    with pytest.raises(Settled):
        actions.answer_case(case, "Zu spät.", by=office, at=clock.now())
    actions.reopen_case(case, by=office, at=clock.now())
    assert actions.answer_case(case, "Doch noch.", by=office, at=clock.now()).pk


def test_who_sends_files_is_told_at_the_address_we_know():
    case = samples.case()
    mail = reply(case, sender="fremd@beispiel.example")
    mail.add_attachment(b"%PDF", maintype="application", subtype="pdf", filename="plan.pdf")
    message = actions.receive_mail(mail.as_bytes(), at=clock.now())

    assert message.dropped_attachments == 1
    assert Letter.objects.filter(to_address="fremd@beispiel.example").count() == 0
    assert Letter.objects.filter(to_address=case.email).count() == 2


def test_a_flood_of_replies_is_cut():
    case = samples.case()
    for number in range(actions.desk.REPLIES_PER_DAY + 5):
        actions.receive_mail(reply(case, message_id=f"<{number}@x.example>").as_bytes(), at=clock.now())

    assert case.messages.count() == 1 + actions.desk.REPLIES_PER_DAY


def test_mail_to_a_case_that_was_erased_is_ignored():
    case = samples.case()
    raw = reply(case).as_bytes()
    case.delete()

    assert actions.receive_mail(raw, at=clock.now()) is None


def test_the_mail_server_pipes_a_mail_into_its_case(monkeypatch, capsys):
    case = samples.case()
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(reply(case).as_bytes())))
    call_command("receive_mail", "--to", post.address_for(case.pk))

    assert capsys.readouterr().out.strip() == "case"
    assert case.messages.count() == 2


def test_every_verb_leaves_one_trace_without_what_was_written(office):
    case = samples.case()
    actions.note_case(case, "Geheim", by=office, at=clock.now())
    actions.assign_case(case, city.department(), by=office, at=clock.now())
    actions.answer_case(case, "Ja", by=office, at=clock.now())
    actions.close_case(case, by=office, at=clock.now())
    verbs = ["open_case", "note_case", "assign_case", "answer_case", "close_case"]
    trace = AuditEntry.objects.filter(object_type="website.contactcase").order_by("id")

    assert [entry.action for entry in trace] == [f"website.{verb}" for verb in verbs]
    assert "Geheim" not in str([entry.facts for entry in trace])


def test_settled_matters_are_erased_after_a_year():
    now = clock.now()
    case = samples.case(at=now - timedelta(days=430))
    case.state = CaseState.ANSWERED
    case.save()
    actions.forget_cases(at=now - timedelta(days=366))
    actions.forget_cases(at=now)

    assert not ContactCase.objects.exists()


def test_an_open_matter_is_never_erased():
    samples.case(at=clock.now() - timedelta(days=2000))

    assert actions.forget_cases(at=clock.now()) == 0


@pytest.mark.parametrize(
    ("who", "unassigned", "mine", "others"),
    [
        (lambda own: accounts.staff(RoleKind.EDITOR), True, True, True),
        (lambda own: accounts.staff(RoleKind.EDITOR, own), False, True, False),
        (lambda own: accounts.staff(RoleKind.PROJECT_LEAD, own), False, True, False),
        (lambda own: accounts.staff(RoleKind.MODERATOR, own), False, False, False),
        (lambda own: accounts.staff(RoleKind.POOL_MANAGER), False, False, False),
        (lambda own: accounts.user(is_superuser=True), True, True, True),
        (lambda own: accounts.user(), False, False, False),
    ],
)
def test_who_sees_which_case(who, unassigned, mine, others):
    own, other = city.department(), city.department(slug="andere", name="Andere")
    person = who(own)
    cases = [samples.case() for _ in range(3)]
    for case, department in zip(cases, (None, own, other), strict=True):
        ContactCase.objects.filter(pk=case.pk).update(department=department)
    seen = set(policies.visible_cases(person).values_list("pk", flat=True))

    assert [case.pk in seen for case in cases] == [unassigned, mine, others]


def test_demo_cases_stay_three_however_often_they_are_made():
    accounts.user(is_superuser=True)
    samples.demo_cases()
    samples.demo_cases()

    assert ContactCase.objects.count() == 3

from datetime import timedelta

import pytest

from mitwirken.accounts import samples as people
from mitwirken.core import clock
from mitwirken.core.models import AuditEntry, Letter
from mitwirken.portal import samples
from mitwirken.portal.actions import contributions as actions
from mitwirken.portal.actions import letters, retention
from mitwirken.portal.errors import DomainError, NotOpen
from mitwirken.portal.models import Comment, Contribution, ModerationState, Standing, Support, Trust

pytestmark = pytest.mark.django_db


def hand_in(step, **values):
    values = {"title": "Mehr Bänke", "text": "Im Schatten fehlen Bänke.", "at": clock.now()} | values
    return actions.hand_in(step, **values)


def test_handing_in_gives_a_receipt_a_trace_and_no_mail_without_an_address():
    contribution = hand_in(samples.step())
    assert len(contribution.receipt) == 14
    assert AuditEntry.objects.filter(action="portal.hand_in", object_id=str(contribution.pk)).count() == 1
    assert not Letter.objects.exists()


def test_handing_in_twice_makes_one_contribution_and_one_mail():
    step = samples.step()
    first = hand_in(step, submission_key="k" * 32, email="a@beispiel.example")
    again = hand_in(step, submission_key="k" * 32, email="a@beispiel.example")
    assert (first.pk, Contribution.objects.count(), Letter.objects.count()) == (again.pk, 1, 1)


def test_a_second_click_after_the_end_still_finds_its_receipt():
    step = samples.step()
    first = hand_in(step, submission_key="k" * 32)
    assert hand_in(step, submission_key="k" * 32, at=step.ends_at + timedelta(days=1)) == first


def test_a_key_counts_only_where_its_form_stands():
    first = hand_in(samples.step(), submission_key="k" * 32)
    other = hand_in(samples.step(), submission_key="k" * 32)
    remarks = [actions.comment(row, text="Ja.", submission_key="k" * 32, at=clock.now()) for row in (first, other)]
    assert (first.pk, remarks[0].pk) != (other.pk, remarks[1].pk)


def test_nobody_fills_the_mailbox_of_a_stranger_with_receipts():
    step = samples.step()
    for number in range(letters.RECEIPTS_PER_ADDRESS_AND_DAY + 5):
        hand_in(step, email=["fremd@beispiel.example", "Fremd@Beispiel.example"][number % 2])
    assert Letter.objects.count() == letters.RECEIPTS_PER_ADDRESS_AND_DAY
    assert Contribution.objects.count() == letters.RECEIPTS_PER_ADDRESS_AND_DAY + 5


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"starts_at": clock.now() + timedelta(days=1)}, "noch nicht begonnen"),
        ({"ends_at": clock.now() - timedelta(hours=1)}, "beendet"),
        ({"state": "withdrawn"}, "zurückgezogen"),
        ({"state": "draft"}, "nicht öffentlich"),
    ],
)
def test_outside_its_time_a_step_takes_nothing_in_and_says_why(fields, words):
    step = samples.step(**fields)
    with pytest.raises(NotOpen) as refused:
        hand_in(step)
    assert words in refused.value.sentence
    assert not Contribution.objects.exists()


def test_staff_type_in_what_came_by_post_after_the_end_and_it_gets_the_same_receipt():
    step = samples.step(ends_at=clock.now() - timedelta(hours=1), premoderated=True)
    contribution = hand_in(step, channel="paper", entered_by=people.user())
    assert (contribution.trust, contribution.moderation) == (Trust.STAFF, ModerationState.VISIBLE)


def test_what_a_step_checks_first_waits_unseen():
    contribution = hand_in(samples.step(premoderated=True))
    assert contribution not in Contribution.objects.visible()


def test_counters_equal_the_rows_whatever_happens():
    idea = hand_in(samples.step())
    at = clock.now()
    for key in ["a", "b", "b", "c"]:
        actions.support(idea, key, at=at)
    actions.withdraw_support(idea, "a", at=at)
    actions.withdraw_support(idea, "a", at=at)
    remarks = [actions.comment(idea, text=f"Anmerkung {n}", at=at) for n in range(3)]
    actions.comment(idea, text="Doppelt", at=at, submission_key="c" * 32)
    actions.comment(idea, text="Doppelt", at=at, submission_key="c" * 32)
    for state in ["hidden", "hidden", "visible", "hidden"]:
        actions.moderate_comment(remarks[0], state, by=None, at=at)
    idea.refresh_from_db()
    assert idea.support_count == Support.objects.filter(contribution=idea).count() == 2
    assert idea.comment_count == Comment.objects.filter(contribution=idea, moderation="visible").count() == 3


def test_a_remark_on_a_checked_step_counts_once_it_is_shown():
    idea = hand_in(samples.step(premoderated=True), entered_by=people.user())
    remark = actions.comment(idea, text="Gut", at=clock.now())
    idea.refresh_from_db()
    assert idea.comment_count == 0
    actions.moderate_comment(remark, ModerationState.VISIBLE, by=people.user(), at=clock.now())
    idea.refresh_from_db()
    assert idea.comment_count == 1


def test_hiding_needs_a_reason_settles_reports_and_tells_the_author_once():
    idea = hand_in(samples.step(), email="a@beispiel.example")
    Letter.objects.all().delete()
    row = actions.report(idea, reason="Beleidigt jemanden", at=clock.now())
    staff = people.user()
    with pytest.raises(DomainError, match="Grund"):
        actions.moderate(idea, ModerationState.HIDDEN, reason=" ", by=staff, at=clock.now())
    actions.moderate(idea, ModerationState.HIDDEN, reason="Nennt eine Person.", by=staff, at=clock.now())
    actions.moderate(idea, ModerationState.HIDDEN, reason="Nennt eine Person.", by=staff, at=clock.now())
    row.refresh_from_db()
    letter = Letter.objects.get()
    assert "Nennt eine Person." in letter.text
    assert "Nennt eine Person." in letter.html
    assert row.settled_by == staff


def test_hidden_things_take_no_support_and_no_remark():
    idea = hand_in(samples.step())
    actions.moderate(idea, ModerationState.HIDDEN, reason="Werbung", by=None, at=clock.now())
    with pytest.raises(DomainError):
        actions.support(idea, "a", at=clock.now())
    with pytest.raises(DomainError):
        actions.comment(idea, text="Hallo", at=clock.now())


def test_an_answer_is_told_to_the_author_once_per_decision_with_a_reply_address():
    step = samples.step()
    idea = hand_in(step, email="a@beispiel.example")
    Letter.objects.all().delete()
    staff = people.user()
    for text, standing in [("Ja, gern.", "accepted"), ("Ja, sehr gern.", "accepted"), ("Gebaut.", "realised")]:
        actions.answer(idea, text, standing=standing, by=staff, at=clock.now())
    first, second = Letter.objects.order_by("pk")
    assert first.reply_to == step.project.contact_email
    assert "Ja, gern." in first.text
    assert idea.receipt in first.text
    assert "Gebaut." in second.text
    idea.refresh_from_db()
    assert idea.standing == Standing.REALISED


def test_an_answer_without_text_or_decision_is_refused():
    idea = hand_in(samples.step())
    with pytest.raises(DomainError):
        actions.answer(idea, "  ", standing="accepted", by=people.user(), at=clock.now())
    with pytest.raises(DomainError):
        actions.answer(idea, "Ja", standing="received", by=people.user(), at=clock.now())


def test_merging_points_both_ways_and_never_in_a_circle_or_to_another_project():
    step = samples.step()
    one, two, stranger = hand_in(step), hand_in(step), hand_in(samples.step())
    staff = people.user()
    actions.merge(one, two, by=staff)
    assert [row.target for row in one.became.all()] == [two]
    assert [row.source for row in two.origins.all()] == [one]
    for source, target in [(two, one), (one, one), (one, stranger)]:
        with pytest.raises(DomainError):
            actions.merge(source, target, by=staff)


def test_the_mailed_slip_forgets_the_address_unless_the_person_wants_news():
    idea = hand_in(samples.step())
    letters.send_receipt(idea, "a@beispiel.example", keep=False, at=clock.now())
    assert not hasattr(Contribution.objects.get(), "contact")
    letters.send_receipt(idea, "a@beispiel.example", keep=True, at=clock.now())
    assert Contribution.objects.get().contact.email == "a@beispiel.example"
    assert Letter.objects.count() == 1


def test_a_receipt_is_no_way_to_bother_strangers():
    idea = hand_in(samples.step())
    for number in range(3):
        letters.send_receipt(idea, f"a{number}@beispiel.example", keep=False, at=clock.now())
    with pytest.raises(DomainError, match="morgen"):
        letters.send_receipt(idea, "a9@beispiel.example", keep=False, at=clock.now())
    assert Letter.objects.count() == 3


def test_addresses_and_device_keys_are_forgotten_a_year_after_all_is_done():
    at = clock.now()
    old = samples.step(ends_at=at + timedelta(days=1))
    idea = hand_in(old, email="a@beispiel.example")
    actions.support(idea, "geraet", at=at)
    type(old).objects.update(ends_at=at - timedelta(days=400), done_at=at - timedelta(days=366))
    hand_in(samples.step(), email="b@beispiel.example")
    assert retention.forget(at=at) == (1, 1)
    idea.refresh_from_db()
    assert idea.support_count == 1
    assert retention.forget(at=at) == (0, 0)

"""A bulletin's way from draft to dispatch: two people, one dispatch, at its time."""

from datetime import timedelta

import pytest

from mitwirken.accounts import samples as people
from mitwirken.accounts.models import RoleKind
from mitwirken.city import samples as city
from mitwirken.core import clock
from mitwirken.core.models import AuditEntry, Letter
from mitwirken.pool import actions as pool_actions
from mitwirken.pool import samples as pool
from mitwirken.pool.bulletins import actions, checking, policies, samples
from mitwirken.pool.bulletins.actions import Words
from mitwirken.pool.bulletins.markup import Text
from mitwirken.pool.bulletins.models import Bulletin, Hindrance, Overdue, State
from mitwirken.pool.errors import Refused
from mitwirken.pool.models import Dispatch, DispatchState, MailClass, Member, Purpose
from mitwirken.portal import samples as portal

HOUR = timedelta(hours=1)


def submit(bulletin, by):
    return actions.submit(bulletin, confirmed=[], revision=bulletin.revision, by=by, at=clock.now())


def approve(bulletin, by):
    return actions.approve(bulletin, revision=bulletin.revision, by=by, at=clock.now())


@pytest.fixture
def approved(bulletin, author, approver):
    return approve(submit(bulletin, author), approver)


def change(bulletin, by, **fields):
    words = Words(texts={"de": samples.GOOD}, rule=bulletin.rule, municipal_reference="Planung der Stadt", **fields)
    return actions.change(bulletin, words, revision=bulletin.revision, by=by, at=clock.now())


def test_an_approved_bulletin_becomes_one_dispatch_with_its_words_and_its_rule(approved, author, approver):
    actions.send_due(at=clock.now())
    actions.send_due(at=clock.now())
    approved.refresh_from_db()
    dispatch = Dispatch.objects.get()
    assert (approved.state, approved.dispatch, approved.approver) == (State.SENT, dispatch, approver)
    assert (dispatch.mail_class, dispatch.purpose) == (MailClass.BULK, Purpose.INFORMATION)
    assert dispatch.content["texts"]["de"]["body"] == samples.GOOD.body
    assert dispatch.content["reply_to"] == "antworten@stadt.example"
    trace = AuditEntry.objects.filter(action__startswith="bulletin.").values_list("action", flat=True)
    assert list(trace) == ["bulletin.submitted", "bulletin.approved", "bulletin.sent"]


def test_who_is_killed_between_two_bulletins_repeats_none(approved, author, approver, monkeypatch):
    second = approve(submit(samples.bulletin(author=author), author), approver)
    real = actions._dispatch

    def killed(found, *, at):
        if found.pk == second.pk:
            raise KeyboardInterrupt
        return real(found, at=at)

    monkeypatch.setattr(actions, "_dispatch", killed)
    with pytest.raises(KeyboardInterrupt):
        actions.send_due(at=clock.now())
    monkeypatch.setattr(actions, "_dispatch", real)
    actions.send_due(at=clock.now())
    assert Dispatch.objects.count() == 2
    assert Bulletin.objects.filter(state=State.SENT).count() == 2


def test_nobody_approves_their_own_words(bulletin, author, approver):
    submitted = submit(bulletin, author)
    with pytest.raises(Refused):
        approve(submitted, author)
    edited = change(submitted, approver)
    with pytest.raises(Refused):
        approve(submit(edited, author), approver)


def test_nobody_approves_words_of_theirs_under_a_later_change_of_somebody_else(bulletin, author, approver):
    edited = change(bulletin, approver)
    submitted = submit(change(edited, author), author)
    assert not policies.may_approve(approver, submitted)
    assert policies.waiting_for(approver) == 0
    with pytest.raises(Refused):
        approve(submitted, approver)
    other = people.staff(RoleKind.POOL_MANAGER, submitted.department)
    assert policies.may_approve(other, submitted)
    assert list(policies.to_approve(other)) == [submitted]
    assert approve(submitted, other).state == State.APPROVED


def test_words_that_were_approved_bar_nobody_from_approving_later_ones(bulletin, author, approver):
    other = people.staff(RoleKind.POOL_MANAGER, bulletin.department)
    approved = approve(submit(change(bulletin, approver), author), other)
    again = submit(change(approved, author), author)
    assert policies.may_approve(approver, again)
    assert approve(again, approver).approver == approver


def test_a_change_in_another_bulletin_bars_nobody(bulletin, author, approver):
    change(samples.bulletin(author=author), approver)
    assert policies.may_approve(approver, submit(bulletin, author))


def test_whoever_changes_an_approved_bulletin_starts_over(approved, author):
    changed = change(approved, author)
    assert (changed.state, changed.approver, changed.approved_at) == (State.DRAFT, None, None)
    actions.send_due(at=clock.now())
    assert not Dispatch.objects.exists()


def test_an_approval_is_for_the_version_that_was_read(bulletin, author, approver):
    submitted = submit(bulletin, author)
    newer = submit(change(submitted, author), author)
    assert newer.state == State.SUBMITTED
    with pytest.raises(Refused):
        actions.approve(newer, revision=1, by=approver, at=clock.now())


def test_two_authors_do_not_overwrite_each_other(bulletin, author, approver):
    change(bulletin, author)
    with pytest.raises(Refused):
        actions.change(bulletin, Words(texts={}, rule={"and": []}), revision=1, by=approver, at=clock.now())


def test_errors_keep_it_back_and_warnings_have_to_be_confirmed(department, author, members):
    flawed = samples.bulletin(author=author, texts={"de": samples.FLAWED})
    with pytest.raises(Refused) as refused:
        submit(flawed, author)
    assert {"no_subject", "gap", "vague_words", "insecure_link"} <= {found.code for found in refused.value.findings}

    foreign = Text("Besuch", "[Zum Museum](https://museum.example/)")
    warned = samples.bulletin(author=author, texts={"de": foreign})
    with pytest.raises(Refused) as refused:
        submit(warned, author)
    keys = [found.key for found in refused.value.findings]
    done = actions.submit(warned, confirmed=keys, revision=1, by=author, at=clock.now())
    assert (done.state, done.confirmed) == (State.SUBMITTED, keys)


def test_a_returned_bulletin_keeps_its_remark_until_it_is_handed_in_again(bulletin, author, approver):
    submitted = submit(bulletin, author)
    back = actions.give_back(submitted, "Bitte kürzer.", by=approver, at=clock.now())
    assert (back.state, back.remark) == (State.RETURNED, "Bitte kürzer.")
    again = submit(change(back, author), author)
    assert (again.state, again.remark) == (State.SUBMITTED, "")


def test_a_withdrawn_bulletin_never_leaves(approved, author):
    actions.withdraw(approved, by=author, at=clock.now())
    actions.send_due(at=clock.now())
    assert not Dispatch.objects.exists()


def test_it_leaves_at_its_time_and_not_before(bulletin, author, approver):
    later = clock.now() + 2 * HOUR
    Bulletin.objects.update(scheduled_at=later)
    bulletin.refresh_from_db()
    approve(submit(bulletin, author), approver)
    actions.send_due(at=later - timedelta(minutes=1))
    assert not Dispatch.objects.exists()
    actions.send_due(at=later)
    assert Dispatch.objects.count() == 1


@pytest.mark.parametrize(
    ("hours", "overdue", "state"),
    [
        (5, Overdue.ASK, State.SENT),
        (7, Overdue.ASK, State.WAITING),
        (7, Overdue.SEND, State.SENT),
        (7, Overdue.DROP, State.DROPPED),
    ],
)
def test_the_overdue_guard_does_what_the_author_chose(approved, hours, overdue, state):
    Bulletin.objects.update(overdue=overdue)
    actions.send_due(at=approved.approved_at + hours * HOUR)
    approved.refresh_from_db()
    assert approved.state == state
    assert Dispatch.objects.count() == (state == State.SENT)


def test_a_late_one_leaves_when_a_person_says_so(approved, approver):
    late = approved.approved_at + 30 * HOUR
    actions.send_due(at=late)
    approved.refresh_from_db()
    assert approved.hindrance == Hindrance.LATE
    assert actions.send_late(approved, by=approver, at=late).state == State.SENT
    assert Dispatch.objects.count() == 1


@pytest.mark.parametrize(
    ("access", "hindrance"),
    [({"enabled_at": None}, Hindrance.CLOSED), ({"mails_per_month": 0}, Hindrance.QUOTA)],
)
def test_what_the_department_lost_since_the_approval_keeps_it_back(approved, department, access, hindrance):
    samples.access(department, **access)
    actions.send_due(at=clock.now())
    approved.refresh_from_db()
    assert (approved.state, approved.hindrance) == (State.WAITING, hindrance)
    assert not Dispatch.objects.exists()


def test_a_step_withdrawn_after_the_approval_keeps_it_back(bulletin, author, approver, settings):
    step = portal.step()
    link = Text("Besuch", f"[Zum Schritt]({settings.SITE_URL}{step.get_absolute_url()})")
    bulletin.texts = {"de": {"subject": link.subject, "body": link.body, "alt": ""}}
    bulletin.save()
    approve(submit(bulletin, author), approver)
    step.state = "withdrawn"
    step.save()
    actions.send_due(at=clock.now())
    bulletin.refresh_from_db()
    assert (bulletin.state, bulletin.hindrance) == (State.WAITING, Hindrance.CHECKS)


def test_the_quota_counts_what_is_on_its_way(department, author, approver, members):
    samples.access(department, mails_per_month=1)
    submit(samples.bulletin(author=author), author)
    with pytest.raises(Refused) as refused:
        submit(samples.bulletin(author=author), author)
    assert [found.code for found in refused.value.findings] == ["no_quota"]


def test_a_template_changes_by_new_versions_and_a_bulletin_keeps_its_own(department, author, members):
    template = samples.template(department)
    made = actions.draft(department, template=template, by=author, at=clock.now())
    assert made.text("de") == samples.INVITATION
    actions.save_template(template, {"de": samples.INVITATION}, by=author, at=clock.now())
    newer = actions.save_template(template, {"de": samples.GOOD}, by=author, at=clock.now())
    made.refresh_from_db()
    assert (made.template_version.number, newer.number) == (1, 2)
    assert made.template_version.text("de") == samples.INVITATION


def test_a_test_goes_to_the_author_once_a_minute_and_says_so(bulletin, author):
    now = clock.now().replace(second=0)
    for _ in range(2):
        actions.send_test(bulletin, "de", by=author, at=now)
    letter = Letter.objects.get()
    assert letter.to_address == author.email
    assert letter.subject == f"[Test] {samples.GOOD.subject}"
    assert "nur an Sie" in letter.text
    assert samples.GOOD.body.split("\n")[-1].split("]")[0][-10:] in letter.html


def test_links_to_pages_of_ours_are_tried_out(department, settings):
    pages = [portal.step().get_absolute_url(), "/vorhaben/gibt-es-nicht/", "/staff/pool/", "/?q=platz#mitte"]
    good, gone, closed, home = (settings.SITE_URL + path for path in pages)
    assert set(checking.dead([good, gone, closed, home])) == {gone, closed}


def test_people_are_counted_by_the_version_they_read(members):
    pool.member(lang="en")
    Member.objects.filter(pk=pool.member().pk).update(plain_language=True)
    assert checking.people({"and": []}, at=clock.now()) == {"de": 11, "en": 1, "de-simple": 1}
    assert checking.people({"topics": [city.topic().pk]}, at=clock.now())["en"] == 1


def test_a_bulletin_goes_to_its_rule_only(approved, members):
    Bulletin.objects.update(rule={"and": [{"chose_topics": [city.topic().pk]}]})
    actions.send_due(at=clock.now())
    pool_actions.advance(at=clock.now())
    dispatch = Dispatch.objects.get()
    assert (dispatch.state, dispatch.frozen) == (DispatchState.RUNNING, 1)
    assert dispatch.rows.get().member == members[-1]


def test_the_demo_shows_one_of_each_and_sends_nothing(department, members):
    from mitwirken.accounts.samples import demo_staff

    demo_staff()
    samples.demo(clock.now())
    samples.demo(clock.now())
    assert sorted(Bulletin.objects.values_list("state", flat=True)) == ["draft", "sent", "submitted"]
    assert Dispatch.objects.get().state == DispatchState.DONE

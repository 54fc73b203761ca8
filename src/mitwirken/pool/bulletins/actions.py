"""Everything that happens to a bulletin. Nothing leaves without two people, and nothing leaves twice."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from mitwirken.accounts.models import User
from mitwirken.city.models import Department
from mitwirken.core import audit, mail

from .. import asking, selecting
from ..errors import Refused
from ..matching import Selection
from ..models import DepartmentAccess, Dispatch, DispatchKind, MailClass, Member, Purpose
from . import checking, mails, policies
from .markup import Text, stored
from .models import (
    Bulletin,
    BulletinTemplate,
    Hindrance,
    Overdue,
    State,
    TemplateVersion,
)
from .preflight import Finding

# One test mail per text and minute: whoever presses twice gets one.
TEST_KEY = "bulletin-test:{pk}:{revision}:{user}:{minute:%Y%m%d%H%M}"


class NotReady(Refused):
    """The check found what keeps it from being handed in or approved: `findings`."""

    def __init__(self, sentence: Any, findings: Iterable[Finding]) -> None:
        super().__init__(sentence)
        self.findings = list(findings)


CHANGED = _("Somebody has changed this bulletin in the meantime. Please read it again.")
ASIDE = _("This template has been set aside and is offered no more.")
MOVED_ON = _("That was not possible: the bulletin is in another state by now.")


@dataclass(frozen=True)
class Words:
    """What the author may change; everything at once."""

    texts: dict[str, Text]
    rule: Selection
    image: Any = None
    project: Any = None
    step: Any = None
    municipal_reference: str = ""
    scheduled_at: datetime | None = None
    overdue: str = Overdue.ASK
    guard_hours: int = 6


@transaction.atomic
def draft(department: Department, *, by: User, at: datetime, template: BulletinTemplate | None = None) -> Bulletin:
    """Begin a bulletin, with the words of a template or with an empty page."""
    version = template.newest if template else None
    made = Bulletin.objects.create(
        department=department,
        template_version=version,
        texts=version.texts if version else {},
        # Who chose weekly or monthly mails is written to at once only if the author says so.
        rule=selecting.at_once(selecting.EVERYBODY),
        author=by,
        edited_by=by,
        created_at=at,
        changed_at=at,
    )
    audit.record(made, "bulletin.drafted", by=by, template=version.pk if version else None)
    return made


@transaction.atomic
def change(bulletin: Bulletin, words: Words, *, revision: int, by: User, at: datetime) -> Bulletin:
    """Write the words down. Whatever was approved or handed in is a draft again: nobody approved these words."""
    found = _locked(bulletin, revision=revision)
    if not found.is_editable:
        raise Refused(MOVED_ON)
    before = found.state
    found.texts = stored(words.texts)
    found.rule = words.rule
    found.image, found.project, found.step = words.image, words.project, words.step
    found.municipal_reference = words.municipal_reference
    found.scheduled_at, found.overdue, found.guard_hours = words.scheduled_at, words.overdue, words.guard_hours
    found.revision += 1
    found.edited_by, found.changed_at = by, at
    # What the approver asked for stays to be read until it is handed in again.
    found.state = State.RETURNED if before == State.RETURNED else State.DRAFT
    found.approver, found.approved_at, found.submitted_at, found.hindrance = None, None, None, ""
    found.confirmed = []
    found.save()
    audit.record(found, "bulletin.changed", by=by, revision=found.revision, before=before)
    return found


def submit(bulletin: Bulletin, *, confirmed: Iterable[str], revision: int, by: User, at: datetime) -> Bulletin:
    """Hand in for approval: no error is left, every warning is confirmed, and the quota is not used up."""
    findings = checking.examine(bulletin, at=at)
    if any(finding.is_error for finding in findings):
        raise NotReady(_("Some things have to be repaired first; they stand below."), findings)
    warnings = {finding.key for finding in findings}
    if not warnings <= set(confirmed):
        raise NotReady(_("Please confirm that you have read every hint, or repair it."), findings)
    return _submit(bulletin, sorted(warnings), revision=revision, by=by, at=at)


@transaction.atomic
def _submit(bulletin: Bulletin, warnings: list[str], *, revision: int, by: User, at: datetime) -> Bulletin:
    found = _locked(bulletin, revision=revision)
    if found.state not in (State.DRAFT, State.RETURNED):
        raise Refused(MOVED_ON)
    found.state, found.submitted_at, found.remark = State.SUBMITTED, at, ""
    found.confirmed = warnings
    found.save()
    audit.record(found, "bulletin.submitted", by=by, revision=found.revision, warnings=len(warnings))
    return found


def approve(bulletin: Bulletin, *, revision: int, by: User, at: datetime) -> Bulletin:
    """A second person has read it: it leaves at its time, or now if it has none."""
    findings = checking.examine(bulletin, at=at)
    if any(finding.is_error for finding in findings):
        raise NotReady(_("Since it was handed in something has changed; see below. Please return it."), findings)
    return _approve(bulletin, revision=revision, by=by, at=at)


@transaction.atomic
def _approve(bulletin: Bulletin, *, revision: int, by: User, at: datetime) -> Bulletin:
    found = _locked(bulletin, revision=revision)
    if found.state != State.SUBMITTED:
        raise Refused(MOVED_ON)
    if policies.wrote(by, found):
        raise Refused(_("You have written this yourself. Another person has to approve it."))
    found.state, found.approver, found.approved_at = State.APPROVED, by, at
    found.save()
    audit.record(found, "bulletin.approved", by=by, revision=found.revision)
    return found


@transaction.atomic
def give_back(bulletin: Bulletin, remark: str, *, by: User, at: datetime) -> Bulletin:
    """Not like this: back to the author, with a remark."""
    found = _locked(bulletin)
    if found.state not in (State.SUBMITTED, State.APPROVED, State.WAITING):
        raise Refused(MOVED_ON)
    found.state, found.remark, found.hindrance = State.RETURNED, remark, ""
    found.approver, found.approved_at, found.submitted_at = None, None, None
    found.save()
    audit.record(found, "bulletin.returned", by=by, revision=found.revision)
    return found


@transaction.atomic
def withdraw(bulletin: Bulletin, *, by: User, at: datetime) -> Bulletin:
    """Give it up. What is sent already is stopped on the page of its dispatch."""
    found = _locked(bulletin)
    if not found.is_editable:
        raise Refused(MOVED_ON)
    before, found.state, found.hindrance = found.state, State.WITHDRAWN, ""
    found.save()
    audit.record(found, "bulletin.withdrawn", by=by, before=before)
    return found


def send_late(bulletin: Bulletin, *, by: User, at: datetime) -> Bulletin:
    """A person decided: it leaves now, although its time has passed."""
    wrong = _errors(bulletin, at=at)
    return _carry_out(bulletin, [State.WAITING], wrong, decided_by=by, at=at)


def send_due(*, at: datetime) -> list[Bulletin]:
    """Send what is approved and due, one transaction each; the rows are the truth, twice changes nothing."""
    due = Bulletin.objects.due(at=at)[:20]
    return [_carry_out(bulletin, [State.APPROVED], _errors(bulletin, at=at), at=at) for bulletin in due]


def _errors(bulletin: Bulletin, *, at: datetime) -> bool:
    # Its time is now or past, and who else waits does not matter any more: the rest must still be right.
    found = checking.examine(bulletin, at=at)
    return any(finding.is_error and finding.code not in ("past", "no_quota") for finding in found)


@transaction.atomic
def _carry_out(
    bulletin: Bulletin,
    expected: list[str],
    has_errors: bool,
    *,
    at: datetime,
    decided_by: User | None = None,
) -> Bulletin:
    """Make the one dispatch, or say what keeps it from leaving. Locked: two workers make one dispatch."""
    found = _locked(bulletin)
    if found.state not in expected or found.revision != bulletin.revision:
        if decided_by:
            raise Refused(MOVED_ON)
        return found
    late = found.is_late(at=at) and not decided_by and found.overdue != Overdue.SEND
    if late and found.overdue == Overdue.DROP:
        found.state = State.DROPPED
    elif hindrance := (Hindrance.LATE if late else _hindrance(found, has_errors, at=at)):
        if decided_by and found.hindrance == hindrance:
            raise Refused(found.get_hindrance_display())
        found.state, found.hindrance = State.WAITING, hindrance
    else:
        found.dispatch = _dispatch(found, at=at)
        found.state, found.hindrance, found.sent_at = State.SENT, "", at
    found.save()
    audit.record(found, f"bulletin.{found.state}", by=decided_by, hindrance=found.hindrance, dispatch=found.dispatch_id)
    return found


def _hindrance(found: Bulletin, has_errors: bool, *, at: datetime) -> str:
    access = DepartmentAccess.objects.filter(department=found.department).first()
    if access is None or not access.is_enabled(at=at):
        return Hindrance.CLOSED
    if not asking.has_message_left(found.department, at=at):
        return Hindrance.QUOTA
    return Hindrance.CHECKS if has_errors else ""


def _dispatch(found: Bulletin, *, at: datetime) -> Dispatch:
    return Dispatch.objects.create(
        kind=DispatchKind.BULLETIN,
        mail_class=MailClass.BULK,
        purpose=Purpose.INFORMATION,
        department=found.department,
        step=found.step,
        content=mails.content(found),
        created_at=at,
        upper=Member.objects.order_by("-pk").values_list("pk", flat=True).first() or 0,
        **selecting.for_dispatch(found.rule, purpose=Purpose.INFORMATION, at=at, seed=f"bulletin-{found.pk}"),
    )


@transaction.atomic
def send_test(bulletin: Bulletin, version: str, *, by: Any, at: datetime) -> None:
    """One mail to the person who asks, at their staff address, marked as a test."""
    dispatch = mails.draft_dispatch(bulletin, at=at)
    key = TEST_KEY.format(pk=bulletin.pk, revision=f"{bulletin.revision}-{version}", user=by.pk, minute=at)
    if mail.is_posted(key):
        return
    with override(version.partition("-")[0]):
        context = mails.test_context(dispatch, version)
        mail.post(by.email, mails.TEMPLATE, context, key=key, reply_to=dispatch.content["reply_to"])
    audit.record(bulletin, "bulletin.tested", by=by, version=version)


@transaction.atomic
def save_template(
    template: BulletinTemplate,
    texts: dict[str, Text],
    *,
    by: User | None,
    at: datetime,
) -> TemplateVersion:
    """Keep the template; other words than before are a new version. What was written keeps its own."""
    if template.pk:
        # Two at once would both make the same next version.
        current = BulletinTemplate.objects.select_for_update().get(pk=template.pk)
        if current.set_aside_at:
            raise Refused(_("This template has been set aside meanwhile. Nothing has been saved."))
    template.save()
    newest, words = template.newest, stored(texts)
    if newest and newest.texts == words:
        audit.record(template, "bulletin.template_named", by=by)
        return newest
    made = template.versions.create(
        number=newest.number + 1 if newest else 1, texts=words, created_at=at, created_by=by
    )
    audit.record(template, "bulletin.template_saved", by=by, number=made.number)
    return made


@transaction.atomic
def set_template_aside(template: BulletinTemplate, *, by: User, at: datetime) -> None:
    """Offer it no more; bulletins written with it keep their words. Twice changes nothing."""
    if BulletinTemplate.objects.select_for_update().get(pk=template.pk).set_aside_at:
        return
    template.set_aside_at = at
    template.save(update_fields=["set_aside_at"])
    audit.record(template, "bulletin.template_set_aside", by=by)


def _locked(bulletin: Bulletin, *, revision: int | None = None) -> Bulletin:
    """The row, held until the end of the transaction; refused if its words are not the ones that were read."""
    found = Bulletin.objects.select_for_update().get(pk=bulletin.pk)
    if revision is not None and found.revision != revision:
        raise Refused(CHANGED)
    return found

"""What happens to the things people hand in: the only place that writes them."""

from collections.abc import Iterable
from datetime import datetime

from django.core.files.base import ContentFile
from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.translation import gettext as _

from mitwirken.accounts.models import User
from mitwirken.city.models import District
from mitwirken.core import audit

from ..errors import DomainError, NotOpen
from ..images import Picture
from ..models import (
    Attachment,
    AuthorContact,
    Channel,
    Comment,
    Contribution,
    ModerationState,
    Report,
    Step,
    StepState,
    Support,
    Trust,
)
from . import letters
from .answers import answer, merge, set_standing

__all__ = [
    "answer",
    "comment",
    "hand_in",
    "merge",
    "moderate",
    "moderate_comment",
    "report",
    "set_standing",
    "settle",
    "support",
    "withdraw_support",
]


def why_not_open(step: Step, *, at: datetime) -> str:
    """The sentence that tells why nobody can take part in `step` now; empty if people can."""
    if step.state == StepState.WITHDRAWN:
        return _("The city has withdrawn this offer. Nothing was stored.")
    if step.state != StepState.PUBLISHED or not step.project.live:
        return _("This offer is not public. Nothing was stored.")
    if at < step.starts_at:
        return _("This offer has not begun yet. Please come back when it is open. Nothing was stored.")
    if not step.is_open(at=at):
        return _("This offer has ended. You can still read everything, but no longer add to it.")
    return ""


def _require_open(step: Step, *, at: datetime, entered_by: User | None = None) -> None:
    reason = why_not_open(step, at=at)
    # A letter sent in time is typed in when it has arrived: staff may do so after the end.
    late_post = entered_by is not None and step.state == StepState.PUBLISHED and at >= step.starts_at
    if reason and not (late_post and step.project.live):
        raise NotOpen(reason)


@transaction.atomic
def hand_in(
    step: Step,
    *,
    title: str,
    text: str,
    at: datetime,
    channel: str = Channel.ONLINE,
    author_name: str = "",
    email: str = "",
    may_ask_later: bool = False,
    lat: float | None = None,
    lon: float | None = None,
    place: str = "",
    district: District | None = None,
    images: Iterable[Picture] = (),
    submission_key: str | None = None,
    author: User | None = None,
    entered_by: User | None = None,
) -> Contribution:
    """Take in one contribution and give it a receipt.

    Handing in the same `submission_key` again gives the same contribution. Raises NotOpen outside the
    step's time; staff (`entered_by`) may still type in what came by post.
    """
    if found := _handed_in_before(step, submission_key):
        return found
    _require_open(step, at=at, entered_by=entered_by)
    contribution = Contribution(
        step=step,
        title=title,
        text=text,
        channel=channel,
        trust=Trust.STAFF if entered_by else Trust.ACCOUNT if author else Trust.OPEN,
        author_name=author_name,
        author=author,
        entered_by=entered_by,
        lat=lat,
        lon=lon,
        place=place,
        district=district,
        moderation=ModerationState.PENDING if step.premoderated and not entered_by else ModerationState.VISIBLE,
        created_at=at,
        submission_key=submission_key or None,
    )
    contribution.clean_fields(exclude=["step", "author", "entered_by", "district"])
    try:
        with transaction.atomic():
            contribution.save(force_insert=True)
    except IntegrityError:
        # Two clicks arrived in the same moment; the other one was first.
        if found := _handed_in_before(step, submission_key):
            return found
        raise
    for picture in images:
        attachment = Attachment(contribution=contribution, alt=picture.alt)
        attachment.image.save("bild.jpg", ContentFile(picture.content, name="bild.jpg"), save=False)
        attachment.save()
    if email:
        AuthorContact.objects.create(contribution=contribution, email=email, may_ask_later=may_ask_later)
        letters.receipt(contribution, email, at=at)
    audit.record(contribution, "portal.hand_in", by=entered_by or author, channel=str(channel))
    return contribution


def _handed_in_before(step: Step, submission_key: str | None) -> Contribution | None:
    if not submission_key:
        return None
    return Contribution.objects.filter(step=step, submission_key=submission_key).first()


@transaction.atomic
def support(contribution: Contribution, device_key: str, *, at: datetime) -> bool:
    """Count this device's support once; False if it was counted before."""
    _require_public(contribution)
    _require_open(contribution.step, at=at)
    _row, created = Support.objects.get_or_create(
        contribution=contribution, device_key=device_key, defaults={"created_at": at}
    )
    if created:
        Contribution.objects.filter(pk=contribution.pk).update(support_count=F("support_count") + 1)
        audit.record(contribution, "portal.support", by=None)
    return created


@transaction.atomic
def withdraw_support(contribution: Contribution, device_key: str, *, at: datetime) -> bool:
    """Take this device's support back; False if there was none."""
    _require_open(contribution.step, at=at)
    gone, _rows = Support.objects.filter(contribution=contribution, device_key=device_key).delete()
    if gone:
        Contribution.objects.filter(pk=contribution.pk).update(support_count=F("support_count") - gone)
        audit.record(contribution, "portal.withdraw_support", by=None)
    return bool(gone)


@transaction.atomic
def comment(
    contribution: Contribution,
    *,
    text: str,
    at: datetime,
    author_name: str = "",
    submission_key: str | None = None,
) -> Comment:
    """Add a remark to a contribution; the same `submission_key` gives the same remark."""
    if submission_key:
        before = Comment.objects.filter(contribution=contribution, submission_key=submission_key).first()
        if before:
            return before
    _require_public(contribution)
    _require_open(contribution.step, at=at)
    waits = contribution.step.premoderated
    row = Comment(
        contribution=contribution,
        text=text,
        author_name=author_name,
        moderation=ModerationState.PENDING if waits else ModerationState.VISIBLE,
        created_at=at,
        submission_key=submission_key or None,
    )
    row.clean_fields(exclude=["contribution"])
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:
        return Comment.objects.get(contribution=contribution, submission_key=submission_key)
    if not waits:
        _count_comments(contribution, 1)
    audit.record(row, "portal.comment", by=None, contribution=contribution.pk)
    return row


def _count_comments(contribution: Contribution, change: int) -> None:
    """`comment_count` says how many remarks people can see."""
    Contribution.objects.filter(pk=contribution.pk).update(comment_count=F("comment_count") + change)


@transaction.atomic
def report(contribution: Contribution, *, reason: str, at: datetime, comment: Comment | None = None) -> Report:
    """Someone says that this breaks the rules; a person of the city will look at it."""
    _require_public(contribution)
    row = Report(contribution=contribution, comment=comment, reason=reason, created_at=at)
    row.clean_fields(exclude=["contribution", "comment"])
    row.save()
    audit.record(row, "portal.report", by=None, contribution=contribution.pk)
    return row


@transaction.atomic
def settle(row: Report, *, by: User, at: datetime) -> None:
    """A person has looked at the report; what followed from it is an action of its own."""
    row.settled_at, row.settled_by = at, by
    row.save(update_fields=["settled_at", "settled_by"])
    audit.record(row, "portal.settle_report", by=by)


@transaction.atomic
def moderate(contribution: Contribution, state: str, *, by: User | None, at: datetime, reason: str = "") -> None:
    """Show or hide a contribution. Hiding needs a reason: its author reads it on the receipt page.

    Open reports about the contribution are settled by the decision.
    """
    reason = reason.strip()
    if state == ModerationState.HIDDEN and not reason:
        raise DomainError(_("Please give the reason. The author reads it on the receipt page."))
    became_hidden = state == ModerationState.HIDDEN and contribution.moderation != ModerationState.HIDDEN
    contribution.moderation = state
    contribution.moderation_reason = reason if state == ModerationState.HIDDEN else ""
    contribution.clean_fields(exclude=["step", "author", "entered_by", "district"])
    contribution.save(update_fields=["moderation", "moderation_reason"])
    contribution.reports.filter(settled_at=None, comment=None).update(settled_at=at, settled_by=by)
    if became_hidden:
        letters.hidden(contribution, at=at)
    audit.record(contribution, "portal.moderate", by=by, state=str(state))


@transaction.atomic
def moderate_comment(row: Comment, state: str, *, by: User | None, at: datetime) -> None:
    """Show or hide a remark; open reports about it are settled by the decision."""
    before = Comment.objects.select_for_update().get(pk=row.pk).moderation
    row.moderation = state
    row.save(update_fields=["moderation"])
    change = (state == ModerationState.VISIBLE) - (before == ModerationState.VISIBLE)
    if change:
        _count_comments(row.contribution, change)
    row.reports.filter(settled_at=None).update(settled_at=at, settled_by=by)
    audit.record(row, "portal.moderate_comment", by=by, state=str(state))


def _require_public(contribution: Contribution) -> None:
    if contribution.moderation != ModerationState.VISIBLE:
        raise DomainError(_("This contribution is not shown at the moment. Nothing was stored."))

"""Two rows, one person: staff put them together when the person says so."""

from collections.abc import Iterator
from datetime import datetime

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import IntegrityError, models, transaction

from mitwirken.core import audit

from ..features import features
from ..ledger import append
from ..models import (
    ConsentAction,
    ConsentState,
    Member,
    MemberDistrict,
    MemberKind,
    MemberStatus,
    MemberTopic,
    Origin,
    Outbox,
    Purpose,
    Suppression,
)
from ..models.members import new_key
from .personal import discard
from .traits import drop_answer

# The choices of the row that stays are the person's choices; what was agreed and sent is told apart below.
_NOT_CARRIED = (MemberTopic, MemberDistrict, MemberKind, ConsentState, Outbox, Member)


@transaction.atomic
def merge(keep: Member, other: Member, *, reference: str, at: datetime, by: AbstractBaseUser | None) -> None:
    """What was agreed with and sent to `other` goes to `keep`; the other row is gone.

    `reference` says where the person's wish is noted. For each purpose the person's newest word counts, whichever
    address it was given with. The other address stays under its keyed hash, as the proof it is.
    """
    if keep.pk == other.pk or MemberStatus.PENDING in (keep.status, other.status):
        raise ValueError("Only two members can be merged, and they must be two.")
    source = f"merge: {reference}"[:120]
    _carry_consents(keep, other, source, at)
    for block in Suppression.objects.filter(address_hash=other.address_hash).exclude(scope="all"):
        Suppression.objects.get_or_create(
            address_hash=keep.address_hash,
            scope=block.scope,
            defaults={"reason": block.reason, "created_at": block.created_at},
        )
    _hand_over(other, keep)
    held = set(keep.consents.values_list("purpose", flat=True))
    for purpose in Purpose.values:
        if purpose not in held:
            drop_answer(keep, purpose)
            for feature in features():
                feature.ended(keep, purpose)
    # Links in mails to the other address open nothing any more; those of `keep` are renewed to be safe.
    keep.last_activity_at, keep.link_key = at, new_key()
    keep.save(update_fields=["last_activity_at", "link_key"])
    audit.record(keep, "pool.merged", by=by, other=other.pk)
    # What stood twice (both were invited to the same evening) goes like the rows of somebody who leaves.
    for feature in features():
        feature.erase([other])
    discard(other)


def _carry_consents(keep: Member, other: Member, source: str, at: datetime) -> None:
    given = {state.purpose: state for state in other.consents.select_related("event__text")}
    refused = other.consent_events.filter(action=ConsentAction.WITHDRAW).exclude(purpose__in=given)
    for event in refused.select_related("text").order_by("number"):
        if keep.consents.filter(purpose=event.purpose, granted_at__lt=event.at).exists():
            append(keep, ConsentAction.WITHDRAW, text=event.text, channel=event.channel, source=source, at=at)
    for purpose, state in given.items():
        last = keep.consent_events.filter(purpose=purpose).order_by("-at", "-number").first()
        # The agreement for the other address ends: nobody writes there any more.
        append(other, ConsentAction.WITHDRAW, text=state.event.text, channel=Origin.PAPER, source=source, at=at)
        if last is None or (last.action == ConsentAction.WITHDRAW and last.at < state.granted_at):
            append(keep, ConsentAction.GRANT, text=state.event.text, channel=Origin.PAPER, source=source, at=at)


def _hand_over(other: Member, keep: Member) -> None:
    """Point every row that names the one at the other; a row that would then stand twice goes with the old one."""
    for table, name in _tables_of_people():
        for pk in table._default_manager.filter(**{name: other}).values_list("pk", flat=True):
            try:
                with transaction.atomic():
                    table._default_manager.filter(pk=pk).update(**{name: keep})
            except IntegrityError:
                continue
    have = set(keep.outbox.values_list("dispatch_id", "channel", "occasion"))
    for mail in other.outbox.all():
        if (mail.dispatch_id, mail.channel, mail.occasion) not in have:
            other.outbox.filter(pk=mail.pk).update(member=keep)


def _tables_of_people() -> Iterator[tuple[type[models.Model], str]]:
    """Every table with a column for a member, those of features included, and the column's name."""
    for relation in Member._meta.get_fields(include_hidden=True):
        if isinstance(relation, models.ManyToOneRel) and relation.related_model not in _NOT_CARRIED:
            yield relation.related_model, relation.field.name

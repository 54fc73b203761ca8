"""One person's mails and one person's row. Parts of actions, never called alone."""

from datetime import datetime, timedelta

from django.db.models import Count, F

from mitwirken.core import throttle

from ..models import ConsentEvent, Dispatch, DispatchState, MailClass, Member, MemberStatus, Outbox

# Whoever wants to annoy somebody through our forms gets three mails out of us and no more.
MAILS_PER_ADDRESS = 3


def post_personally(kind: str, member: Member, *, at: datetime, way: int | None = None) -> Outbox:
    """Queue a personal message before all others. The newest one counts; older ones are left out."""
    Member.objects.filter(pk=member.pk).update(generation=F("generation") + 1)
    member.refresh_from_db(fields=["generation"])
    return queue_personally(kind, member, occasion=member.generation, at=at, way=way)


def queue_personally(
    kind: str, member: Member, *, occasion: int, at: datetime, prio: int = 0, way: int | None = None
) -> Outbox:
    """One row in the standing dispatch of this kind, on the member's own way unless another is named."""
    dispatch, _ = Dispatch.objects.get_or_create(
        kind=kind,
        defaults={
            "mail_class": MailClass.TRANSACTIONAL,
            "state": DispatchState.RUNNING,
            "created_at": at,
        },
    )
    Dispatch.objects.filter(pk=dispatch.pk).update(frozen=F("frozen") + 1)
    channel = member.channel if way is None else way
    return Outbox.objects.create(
        dispatch=dispatch, member=member, channel=channel, occasion=occasion, prio=prio, due_at=at
    )


def is_pestered(address_hash: str, *, at: datetime) -> bool:
    """Count one more personal mail to this address; True once it was too many for today."""
    return throttle.count(f"pool.mail:{address_hash[:32]}", limit=MAILS_PER_ADDRESS, per=timedelta(days=1), at=at)


def discard(*members: Member) -> None:
    """Delete the rows and count the waiting mails that go with them, so that each mailing still adds up.

    Also those who wait with a new address for one of them. Few queries, however many members.
    """
    ids = [member.pk for member in members]
    ids += Member.objects.filter(moves__in=ids).values_list("pk", flat=True)
    rows = Outbox.objects.filter(member__in=ids).values_list("dispatch").annotate(Count("pk")).order_by("dispatch")
    for dispatch_id, count in list(rows):
        Dispatch.objects.filter(pk=dispatch_id).update(erased=F("erased") + count)
    # Nobody agreed to anything yet: there is nothing to prove.
    ConsentEvent.objects.filter(member__in=ids, member__status=MemberStatus.PENDING).delete()
    Member.objects.filter(pk__in=ids).only("pk").delete()

"""A member gets another e-mail address: asked by whoever has the settings, true once the new address says yes."""

from datetime import datetime

from django.db import transaction

from mitwirken.core import audit

from .. import tokens
from ..ledger import append
from ..models import ConsentAction, DispatchKind, Member, MemberStatus, Proof, Suppression
from ..models.members import new_key
from .personal import discard, is_pestered, post_personally


@transaction.atomic
def ask_to_move(member: Member, email: str, *, at: datetime) -> None:
    """Mail the new address a button and the old one a notice; says nothing about who is known here.

    Until the button is pressed, a waiting row holds the new address; it is forgotten like any other that nobody
    confirms. An address that is a member already gets its own link: staff merge the two if it is one person.
    """
    address_hash = tokens.address_hash(email)
    audit.record(member, "pool.move_asked", by=None)
    if address_hash == member.address_hash or is_pestered(address_hash, at=at):
        return
    post_personally(DispatchKind.MOVING, member, at=at)
    if Suppression.objects.filter(address_hash=address_hash, scope="all").exists():
        return
    known = Member.objects.filter(address_hash=address_hash).first()
    if known is not None and known.status == MemberStatus.ACTIVE:
        post_personally(DispatchKind.LINK, known, at=at)
        return
    # One wish at a time; and a child that waits for its parents does not become somebody else's new address.
    for other in Member.objects.filter(moves=member).exclude(address_hash=address_hash):
        discard(other)
    if known is not None and known.awaits != Proof.MAIL:
        return
    waiting = known or Member(address_hash=address_hash, email=email, created_at=at, last_activity_at=at)
    waiting.moves, waiting.asked_at, waiting.lang = member, at, member.lang
    waiting.save()
    post_personally(DispatchKind.ADDRESS, waiting, at=at)


@transaction.atomic
def stop_moving(member: Member, *, at: datetime) -> None:
    """Keep the address: whatever waits for a new one is gone. Twice changes nothing."""
    for waiting in Member.objects.filter(moves=member):
        discard(waiting)
        audit.record(member, "pool.move_stopped", by=None)


def arrive(waiting: Member, *, at: datetime) -> Member:
    """The new address said yes: the member has it from now on. Part of `confirm`, never called alone.

    The proof is kept per address: under the old one every agreement ends, under the new one it begins.
    """
    member = waiting.moves
    if member is None:
        raise ValueError("This row does not wait with a new address.")
    email, address_hash = waiting.email, waiting.address_hash
    discard(waiting)
    held = [state.event for state in member.consents.select_related("event__text")]
    for event in held:
        append(member, ConsentAction.WITHDRAW, text=event.text, channel=event.channel, source="new address", at=at)
    member.email, member.address_hash, member.last_activity_at = email, address_hash, at
    # Whoever reads the old mailbox now shall not open the settings with an old link. Leaving still works with it.
    member.link_key = new_key()
    member.save(update_fields=["email", "address_hash", "last_activity_at", "link_key"])
    for event in held:
        for action in (ConsentAction.REQUEST, ConsentAction.GRANT):
            append(member, action, text=event.text, channel=event.channel, source="new address", at=at)
    audit.record(member, "pool.moved", by=None)
    return member

"""What came back, plainly made up, for tests and the demo."""

import random
from datetime import datetime, timedelta

from django.db import transaction

from .. import samples
from ..models import Dispatch, Member, OutboxState
from . import actions
from .models import AddressScore, Returned, ReturnKind

SEED = 7
SHARE = {
    ReturnKind.HARD: 5,
    ReturnKind.SOFT: 7,
    ReturnKind.POLICY: 2,
    ReturnKind.DELAYED: 3,
    ReturnKind.COMPLAINT: 1,
    ReturnKind.LEAVE: 3,
    ReturnKind.REPLY: 9,
    ReturnKind.AUTOMATIC: 11,
}


def demo(at: datetime) -> None:
    """A quarter of what a small pool gets back, and two addresses that rest. Twice adds nothing."""
    if Returned.objects.exists():
        return
    chance = random.Random(SEED)
    kinds = [kind for kind, share in SHARE.items() for _ in range(share)]
    for dispatch in Dispatch.objects.filter(created_at__gte=at - timedelta(days=88)).order_by("pk"):
        number = min(dispatch.rows.filter(state=OutboxState.ACCEPTED).count() // 8, 12)
        for kind in chance.choices(kinds, k=number):
            back = dispatch.created_at + timedelta(hours=chance.randint(0, 70))
            actions.note(kind, at=min(back, at), dispatch=dispatch)
    for member in Member.objects.active().filter(email__endswith="@beispiel.example").order_by("pk")[3:5]:
        silence(member, at=at - timedelta(days=3))


@transaction.atomic
def silence(member: Member, *, at: datetime) -> AddressScore:
    """This member's mails came back twice."""
    for day in (2, 0):
        Returned.objects.create(
            kind=ReturnKind.HARD, code="5.1.1", at=at - timedelta(days=day), address_hash=member.address_hash
        )
        Member.objects.filter(pk=member.pk, last_activity_at__gt=at).update(last_activity_at=at)
        actions._weigh(member, at=at)
    return AddressScore.objects.get(address_hash=member.address_hash)


def sample_data(*, at: datetime) -> Member:
    """Somebody whose address takes no mails at present."""
    member = samples.member()
    silence(member, at=at)
    return member

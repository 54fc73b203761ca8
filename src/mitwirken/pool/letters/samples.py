"""People without e-mail who are plainly made up, for tests and the demo."""

from datetime import datetime
from typing import Any

from mitwirken.city.models import Topic
from mitwirken.portal import samples as portal

from .. import actions as pool
from .. import samples, tokens
from ..models import Channel, Dispatch, DispatchState, Member, Outbox, PhoneNumber, PostalAddress
from . import actions, codes

NAMES = ("Erika Beispiel", "Otto Muster", "Ayla Probe", "Jan Exempel", "Maria Beispiel", "Kemal Muster")


def by_letter(number: int = 1, *, name: str = "Erika Beispiel", town: str = "Musterstadt", **fields: Any) -> Member:
    """A member whom only the post reaches."""
    street, postcode = f"Musterweg {number}", f"{12345 + number}"
    member = samples.member(
        email="",
        address_hash=tokens.postal_hash(name, street, postcode),
        channel=Channel.LETTER,
        origin="paper",
        **fields,
    )
    PostalAddress.objects.create(member=member, name=name, street=street, postcode=postcode, town=town)
    return member


def by_phone(number: int = 1, **fields: Any) -> Member:
    """A member whom we call. 01 to 99 behind 030 23125 are kept free for films and examples."""
    digits = f"030 23125 {number:03}"
    member = samples.member(
        email="", address_hash=tokens.phone_hash(digits), channel=Channel.PHONE, origin="phone", **fields
    )
    PhoneNumber.objects.create(member=member, number=digits)
    return member


def demo(at: datetime) -> None:
    """Some people without e-mail, with the newest offer waiting for printer and telephone."""
    if Member.objects.exclude(channel=Channel.MAIL).exists():
        return
    newest = Dispatch.objects.filter(kind="step", state=DispatchState.DONE).order_by("-pk").first()
    if newest is None:
        return
    topics = list(Topic.objects.filter(pk__in=newest.content["items"][0]["topics"])[:1])
    people = [by_letter(number, name=name, topics=topics) for number, name in enumerate(NAMES, start=1)]
    people += [by_phone(number, topics=topics) for number in (1, 2, 3)]
    Outbox.objects.bulk_create(
        Outbox(dispatch=newest, member=member, channel=member.channel, prio=5, due_at=at) for member in people
    )
    Dispatch.objects.filter(pk=newest.pk).update(
        state=DispatchState.RUNNING, done_at=None, frozen=newest.frozen + len(people)
    )


def sample_data(*, at: datetime) -> Member:
    """Somebody of whom the letters know all they can: one was printed, and its code was used."""
    member = by_letter()
    dispatch = pool.announce(portal.step(title="Bänke am Kanal", published_at=at), at=at)
    pool.freeze(dispatch, at=at)
    (batch,) = actions.make_batches(by=None, at=at)
    actions.use_code(codes.code_of(batch.sheets.get().seed), at=at)
    return member

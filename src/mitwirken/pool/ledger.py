"""The consent ledger: the only place that writes why we may mail somebody. Called by actions, which leave the trace."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from itertools import groupby

from django.db import transaction

from .models import ConsentAction, ConsentEvent, ConsentState, ConsentText, Member


@transaction.atomic
def append(
    member: Member,
    action: str,
    *,
    text: ConsentText,
    channel: str,
    source: str,
    at: datetime,
    mail_key: str = "",
) -> ConsentEvent:
    """Add one line to the member's chain and bring the projection up to date."""
    last = ConsentEvent.objects.filter(subject=member.address_hash).order_by("-number").first()
    event = ConsentEvent(
        subject=member.address_hash,
        number=last.number + 1 if last else 1,
        member=member,
        purpose=text.purpose,
        action=action,
        text=text,
        channel=channel,
        source=source,
        mail_key=mail_key,
        at=at,
        prev_hash=last.hash if last else "",
    )
    event.hash = event.computed_hash()
    event.save()
    if action == ConsentAction.GRANT:
        ConsentState.objects.update_or_create(
            member=member, purpose=text.purpose, defaults={"granted_at": at, "event": event}
        )
    elif action == ConsentAction.WITHDRAW:
        ConsentState.objects.filter(member=member, purpose=text.purpose).delete()
    return event


@transaction.atomic
def append_many(events: list[ConsentEvent]) -> None:
    """Add one line each to the chains of many people at once; number, link and hash are filled in here."""
    newest = _newest(event.subject for event in events)
    for event in events:
        last = newest.get(event.subject)
        event.number = last.number + 1 if last else 1
        event.prev_hash = last.hash if last else ""
        event.hash = event.computed_hash()
        newest[event.subject] = event
    ConsentEvent.objects.bulk_create(events)
    ConsentState.objects.bulk_create(
        [
            ConsentState(member=event.member, purpose=event.purpose, granted_at=event.at, event=event)
            for event in events
            if event.member and event.action == ConsentAction.GRANT
        ],
        update_conflicts=True,
        update_fields=["granted_at", "event"],
        unique_fields=["member", "purpose"],
    )


@transaction.atomic
def take_back(lines: Mapping[str, int]) -> None:
    """Remove people's newest lines, given by subject and number: written by mistake, they prove nothing.

    Only an import that is undone does this. A line that others follow stays: removing it would break the chain.
    """
    events = ConsentEvent.objects.filter(subject__in=list(lines)).order_by("number")
    newest = {subject: (number, pk) for subject, number, pk in events.values_list("subject", "number", "pk")}
    found = [pk for subject, (number, pk) in newest.items() if number == lines[subject]]
    ConsentState.objects.filter(event__in=found).delete()
    ConsentEvent.objects.filter(pk__in=found).only("pk").delete()


def _newest(subjects: Iterable[str]) -> dict[str, ConsentEvent]:
    events = ConsentEvent.objects.filter(subject__in=list(subjects)).order_by("number")
    return {event.subject: event for event in events}


def broken_chains() -> Iterator[str]:
    """The subjects whose lines do not follow from each other: somebody changed or removed one."""
    events = ConsentEvent.objects.select_related("text").order_by("subject", "number")
    for subject, chain in groupby(events.iterator(), key=lambda event: event.subject):
        if not holds(chain):
            yield subject


def holds(chain: Iterable[ConsentEvent]) -> bool:
    """True if one person's lines, in order, follow from each other and none is missing or changed."""
    previous = ""
    for number, event in enumerate(chain, start=1):
        if (event.number, event.prev_hash, event.hash) != (number, previous, event.computed_hash()):
            return False
        previous = event.hash
    return True

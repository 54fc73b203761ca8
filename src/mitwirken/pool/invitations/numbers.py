"""An event in numbers: nobody invited is lost from sight."""

from datetime import datetime

from django.db.models import Case, Count, QuerySet, Sum, Value, When
from django.utils.translation import gettext as _

from .models import Event, Guest, Reply


def replies(event: Event) -> dict[str, int]:
    """invited = yes + no + waiting + open + erased; `missing` is 0, or something is wrong."""
    return replies_of([event])[event.pk]


def replies_of(events: list[Event]) -> dict[int, dict[str, int]]:
    """`replies` of many events in one query; `seats` counts companions, too."""
    found: dict[int, dict[str, int]] = {event.pk: {} for event in events}
    seats: dict[int, int] = {}
    rows = Guest.objects.filter(event__in=events).values_list("event", "reply").order_by()
    for event_id, reply, count, more in rows.annotate(Count("pk"), Sum("companions")):
        found[event_id][reply] = count
        if reply == Reply.YES:
            seats[event_id] = count + (more or 0)
    return {event.pk: _named(event, found[event.pk], seats.get(event.pk, 0)) for event in events}


def _named(event: Event, found: dict[str, int], seats: int) -> dict[str, int]:
    if event.results:
        return {name: number for name, number in event.results.items() if name != "came"}
    counts = {str(reply): found.get(reply, 0) for reply in Reply.values}
    left = event.invited - sum(counts.values()) - event.erased
    return {"invited": event.invited, **counts, "erased": event.erased, "missing": left, "seats": seats}


def figures(start: datetime, end: datetime) -> list[tuple[str, int]]:
    """Lines of the pool's report for a span of time."""
    invited = Event.objects.filter(invited_at__gte=start, invited_at__lt=end)
    there = Guest.objects.filter(event__starts_at__gte=start, event__starts_at__lt=end, came=True)
    return [
        (_("Events members were invited to"), invited.count()),
        (_("Invitations"), invited.aggregate(sum=Sum("invited"))["sum"] or 0),
        (_("Invited members who came"), there.count()),
    ]


def taking_part(start: datetime, end: datetime) -> QuerySet[Guest]:
    """Who was invited in this time, and whether they said yes; waiting for a place is a yes."""
    invited = Guest.objects.filter(event__invited_at__gte=start, event__invited_at__lt=end)
    said_yes = When(reply__in=[Reply.YES, Reply.WAITING], then=Value(True))
    return invited.annotate(took_part=Case(said_yes, default=Value(False)))

"""The pool in numbers: never so small that they point at somebody."""

from collections import Counter
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Q
from django.db.models.functions import TruncMonth
from django.utils.translation import gettext_lazy

from mitwirken.portal.models import Step

from .handful import rounded, shown
from .models import (
    Alarm,
    Channel,
    Dispatch,
    DispatchKind,
    Installation,
    Member,
    MemberDistrict,
    MemberTopic,
    Outbox,
    OutboxState,
)


def public_numbers(*, at: datetime) -> dict[str, int | None]:
    """What everybody may know."""
    sent = Dispatch.objects.public().filter(created_at__gte=at - timedelta(days=365)).count()
    return {"members": rounded(Member.objects.active().count()), "dispatches": sent}


def delivered_for_step(step: Step) -> int:
    """Mails about this step that a relay took and that did not come back. Digests tell of many and are left out."""
    dispatch = Dispatch.objects.filter(kind=DispatchKind.STEP, step=step).first()
    if dispatch is None:
        return 0
    if dispatch.counters:
        return int(dispatch.counters.get(str(int(OutboxState.ACCEPTED)), 0))
    return dispatch.rows.filter(state=OutboxState.ACCEPTED).count()


def members(*, at: datetime) -> dict[str, Any]:
    """What staff may know of the members: counts, never people."""
    month_ago = at - timedelta(days=30)
    active, people = Q(status=1), Member.objects
    counts = people.aggregate(
        active=Count("pk", filter=active),
        waiting=Count("pk", filter=Q(status=0)),
        paused=Count("pk", filter=active & Q(paused_until__gt=at)),
        joined=Count("pk", filter=active & Q(confirmed_at__gte=month_ago)),
        now=Count("pk", filter=active & Q(frequency="now")),
        weekly=Count("pk", filter=active & Q(frequency="weekly")),
        monthly=Count("pk", filter=active & Q(frequency="monthly")),
    )
    return counts


def growth(*, at: datetime) -> list[tuple[datetime, int]]:
    """Confirmed members per month of the last year."""
    joined = Member.objects.active().filter(confirmed_at__gte=at - timedelta(days=365))
    rows = joined.annotate(month=TruncMonth("confirmed_at")).values_list("month").annotate(Count("pk"))
    return list(rows.order_by("month"))


def by_district() -> list[tuple[str, int | None]]:
    """Members who chose each district; small numbers are left out."""
    rows = (
        MemberDistrict.objects.filter(member__status=1)
        .values_list("district__name")
        .annotate(Count("pk"))
        .order_by("district__position", "district__name")
    )
    return [(name, shown(count)) for name, count in rows]


def by_topic() -> list[tuple[str, int | None]]:
    rows = (
        MemberTopic.objects.filter(member__status=1)
        .values_list("topic__name")
        .annotate(Count("pk"))
        .order_by("topic__position", "topic__name")
    )
    return [(name, shown(count)) for name, count in rows]


def dispatches(found: list[Dispatch]) -> list[dict[str, Any]]:
    """These dispatches with the states of their mails; one query."""
    states: dict[int, Counter] = {dispatch.pk: Counter() for dispatch in found}
    counted = Outbox.objects.filter(dispatch__in=found).values_list("dispatch", "state")
    for dispatch_id, state, count in counted.annotate(Count("pk")).order_by():
        states[dispatch_id][state] = count
    for dispatch in found:
        states[dispatch.pk].update({int(state): count for state, count in dispatch.counters.items()})
    return [{"dispatch": dispatch, **_in_words(states[dispatch.pk])} for dispatch in found]


def _in_words(states: Counter) -> dict[str, int]:
    return {
        "waiting": states[OutboxState.READY] + states[OutboxState.CLAIMED],
        "accepted": states[OutboxState.ACCEPTED] + states[OutboxState.BOUNCED],
        "failed": states[OutboxState.FAILED],
        "skipped": states[OutboxState.SKIPPED],
        "cancelled": states[OutboxState.CANCELLED],
        "unclear": states[OutboxState.IN_DOUBT] + states[OutboxState.HELD],
    }


def attention(*, at: datetime) -> dict[str, Any]:
    """What the pool manager should look at: for the staff home."""
    states = Outbox.objects.aggregate(
        unclear=Count("pk", filter=Q(state__in=[OutboxState.IN_DOUBT, OutboxState.HELD])),
        late=Count("pk", filter=Q(state=OutboxState.READY, due_at__lt=at - timedelta(hours=1))),
    )
    installation = Installation.objects.first()
    alarms = [Alarm(word).label for word in installation.alarms] if installation else []
    refused = installation.get_refusal_display() if installation else ""
    halted = Dispatch.objects.filter(state="paused").exclude(halted="").count()
    return {
        "members": Member.objects.active().count(),
        **states,
        "halted": halted,
        "alarms": alarms,
        "refusal": refused,
    }


LINES = [
    ("accepted", gettext_lazy("sent")),
    ("ready", gettext_lazy("waiting")),
    ("claimed", gettext_lazy("being sent")),
    ("skipped", gettext_lazy("left out")),
    ("failed", gettext_lazy("refused")),
    ("bounced", gettext_lazy("came back")),
    ("in_doubt", gettext_lazy("unclear")),
    ("held", gettext_lazy("held back")),
    ("cancelled", gettext_lazy("cancelled")),
]


def lines(ways: dict[Channel, Counter[int]], counts: dict[str, int]) -> list[tuple[str, list[int], int]]:
    """The states of a dispatch's messages: in words, for each way, and together; every message is in one line."""
    return [
        (str(label), [way[OutboxState[name.upper()]] for way in ways.values()], counts[name]) for name, label in LINES
    ]

"""Counting what the report says; each number once, in the database."""

from collections import Counter, defaultdict
from datetime import date, datetime

from django.db.models import Count, Q, QuerySet
from django.db.models.functions import TruncMonth
from django.utils import timezone

from mitwirken.accounts.policies import Person
from mitwirken.core.models import AuditEntry

from ..features import features
from ..handful import percent, shown
from ..models import (
    Campaign,
    ConsentAction,
    ConsentEvent,
    DepartmentAccess,
    Dispatch,
    DispatchKind,
    Member,
    MemberDistrict,
    Origin,
    Outbox,
    OutboxState,
    Purpose,
)
from . import policies, taking_part
from .report import Codes, OfDepartment, Reach, Report, growth, months_between, per_thousand, strongest

TOLD = (DispatchKind.STEP, DispatchKind.DIGEST, DispatchKind.BULLETIN)


def report(user: Person, *, start: datetime, end: datetime) -> Report:
    """The report on this period as this person may see it; fewer than thirty queries, whatever the pool's size."""
    start, end = timezone.localtime(start), timezone.localtime(end)
    members = Member.objects.active().count()
    asked, confirmed = _asked_and_confirmed(start, end)
    told = Dispatch.objects.filter(kind__in=TOLD, created_at__gte=start, created_at__lt=end)
    mails = _mails(told)
    return Report(
        start=start,
        end=end,
        members=members,
        months=_growth(start, end),
        sources=_sources(start, end),
        codes=_codes(start, end),
        asked=asked,
        confirmed=confirmed,
        opt_in=percent(confirmed, asked),
        mails={word: sum(counts[word] for counts in mails.values()) for word in _WORDS.values()},
        matched=percent(_matched(told), members),
        reach=_reach(),
        departments=_departments(user, told, mails),
        taking_part=taking_part.counted(start, end),
        figures=[
            (str(label), shown(number)) for feature in features() for label, number in feature.figures(start, end)
        ],
    )


def _events(action: str):
    return ConsentEvent.objects.filter(purpose=Purpose.INFORMATION, action=action)


def _growth(start: datetime, end: datetime):
    first = start.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    before = _events(ConsentAction.GRANT).filter(at__lt=first).count()
    before -= _events(ConsentAction.WITHDRAW).filter(at__lt=first).count()

    def by_month(action: str) -> dict[date, int]:
        rows = _events(action).filter(at__gte=first, at__lt=end).annotate(month=TruncMonth("at"))
        counted = rows.values_list("month").annotate(Count("pk")).order_by()
        return {timezone.localtime(month).date(): count for month, count in counted}

    joined, left = by_month(ConsentAction.GRANT), by_month(ConsentAction.WITHDRAW)
    return growth(max(before, 0), joined, left, months_between(start, end))


def _sources(start: datetime, end: datetime) -> list[tuple[str, int | None]]:
    names = dict(Origin.choices)
    rows = _events(ConsentAction.GRANT).filter(at__gte=start, at__lt=end).values_list("channel").annotate(Count("pk"))
    return [(str(names.get(channel, channel)), shown(count)) for channel, count in rows.order_by("channel")]


def _codes(start: datetime, end: datetime) -> Codes:
    """Members who came with a code from a flyer: a part of those above."""
    came = Member.objects.active().filter(confirmed_at__gte=start, confirmed_at__lt=end).exclude(campaign="")
    counted = dict(came.values_list("campaign").annotate(Count("pk")).order_by())
    names = dict(Campaign.objects.filter(code__in=counted).values_list("code", "label")) if counted else {}
    return strongest((str(names.get(code, code)), count) for code, count in counted.items())


def _asked_and_confirmed(start: datetime, end: datetime) -> tuple[int, int]:
    """From the trace: requests that nobody confirmed are deleted after seven days, their trace is not personal."""
    counts = AuditEntry.objects.filter(at__gte=start, at__lt=end).aggregate(
        asked=Count("pk", filter=Q(action="pool.asked", facts__new=True)),
        confirmed=Count("pk", filter=Q(action="pool.confirmed")),
    )
    return counts["asked"], min(counts["confirmed"], counts["asked"])


_WORDS = {
    OutboxState.ACCEPTED: "sent",
    OutboxState.FAILED: "refused",
    OutboxState.BOUNCED: "returned",
    OutboxState.SKIPPED: "left_out",
}


def _mails(told: QuerySet[Dispatch]) -> dict[int | None, Counter]:
    """What became of these mailings, per department (None: of all); forgotten rows live on in their counters."""
    sums: dict[int | None, Counter] = defaultdict(Counter)
    rows = Outbox.objects.filter(dispatch__in=told).values_list("dispatch__department", "state")
    for department, state, count in rows.annotate(Count("pk")).order_by():
        sums[department][_WORDS.get(state, "")] += count
    for department, counters in told.exclude(counters={}).values_list("department", "counters"):
        for state, count in counters.items():
            sums[department][_WORDS.get(OutboxState(int(state)), "")] += count
    return sums


def _matched(told: QuerySet[Dispatch]) -> int:
    """Members whose choices led to at least one mail."""
    # From the mails to the members: the other way round asks about every member and every mailing.
    return Member.objects.active().filter(pk__in=Outbox.objects.filter(dispatch__in=told).values("member")).count()


def _reach() -> list[Reach]:
    rows = (
        MemberDistrict.objects.filter(member__status=1)
        .values_list("district__name", "district__population")
        .annotate(Count("pk"))
        .order_by("district__position", "district__name")
    )
    return [Reach(name, shown(count), population, per_thousand(count, population)) for name, population, count in rows]


def _departments(user: Person, told: QuerySet[Dispatch], mails: dict[int | None, Counter]) -> list[OfDepartment]:
    enabled = dict(DepartmentAccess.objects.values_list("department", "enabled_at"))
    counted = told.exclude(department=None).values_list("department").annotate(Count("pk")).order_by()
    mailings = dict(counted)
    return [
        OfDepartment(
            department.name,
            enabled.get(department.pk),
            mailings.get(department.pk, 0),
            mails[department.pk]["sent"],
            mails[department.pk]["refused"] + mails[department.pk]["returned"],
        )
        for department in policies.departments_in_report(user)
        if department.pk in mailings or enabled.get(department.pk)
    ]

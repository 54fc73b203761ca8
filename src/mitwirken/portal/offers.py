"""Which offers someone asked for: the filter in the address, its counts, its order. Tolerant of any garbage."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, Q, QuerySet, Value
from django.db.models.functions import Coalesce
from django.http import QueryDict
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from mitwirken.box.folding import words
from mitwirken.box.models import Format, Term
from mitwirken.city.models import District, Topic

from .models import OfferStatus, Step, status_condition

PAGE_SIZE = 24
WHOLE_CITY = "stadtweit"
ALL = "alle"
# What the place in a list is called in the address.
PLACE = "nach"
VIEWS = ("liste", "karte", "kalender")
CHANNELS = ("analog", "digital", "hybrid")
# What a resident wants first: what they can still take part in.
CURRENT = (OfferStatus.OPEN, OfferStatus.ANNOUNCED)
MOST_VALUES = 30
_CODE = re.compile(r"[a-z0-9][a-z0-9_-]{0,79}")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_NEVER = datetime(2999, 12, 31, tzinfo=UTC)


@dataclass(frozen=True)
class OfferFilter:
    """What the address asks for. Each field is already safe: unknown words are kept out or find nothing."""

    q: str = ""
    topics: tuple[str, ...] = ()
    districts: tuple[str, ...] = ()
    formats: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()
    statuses: tuple[str, ...] = ()
    since: date | None = None
    until: date | None = None
    view: str = VIEWS[0]
    month: date | None = None
    after: tuple[datetime, int] | None = None

    @classmethod
    def read(cls, query: QueryDict, *, place: str = PLACE) -> "OfferFilter":
        """The filter in a query string; whatever makes no sense in it is left out."""
        view = query.get("ansicht", "")
        return cls(
            q=" ".join(query.get("q", "").replace("\0", " ").split())[:120],
            topics=_codes(query.getlist("thema")),
            districts=_codes(query.getlist("bezirk")),
            formats=_codes(query.getlist("format")),
            channels=tuple(code for code in _codes(query.getlist("kanal")) if code in CHANNELS),
            statuses=tuple(
                code for code in _codes(query.getlist("status")) if code == ALL or code in OfferStatus.values
            ),
            since=_day(query.get("von", "")),
            until=_day(query.get("bis", "")),
            view=view if view in VIEWS else VIEWS[0],
            month=_day(f"{query.get('monat', '')}-01"),
            after=_cursor(query.get(place, "")),
        )

    def query(self, **changes) -> str:
        """The query string of this filter, with some fields changed; always from its first page."""
        asked = replace(self, **{"after": None, **changes})
        pairs = [
            ("q", [asked.q]),
            ("thema", asked.topics),
            ("bezirk", asked.districts),
            ("format", asked.formats),
            ("kanal", asked.channels),
            ("status", asked.statuses),
            ("von", [asked.since.isoformat() if asked.since else ""]),
            ("bis", [asked.until.isoformat() if asked.until else ""]),
            ("ansicht", [asked.view if asked.view != VIEWS[0] else ""]),
            ("monat", [f"{asked.month:%Y-%m}" if asked.month and asked.view == "kalender" else ""]),
            (PLACE, [_written(asked.after) if asked.after else ""]),
        ]
        return urlencode([(name, value) for name, values in pairs for value in values if value])

    def address(self, **changes) -> str:
        """`query` as a relative address; without any filter the page itself."""
        return f"?{query}" if (query := self.query(**changes)) else "?"

    @property
    def in_full(self) -> str:
        """The address of the page with this filter, from anywhere on the site."""
        query = self.query()
        return f"{reverse('portal:offers')}?{query}" if query else reverse("portal:offers")

    def in_place(self, place: str = PLACE) -> str:
        """The address of the next page of a list that has no other filter; `place` where a page has two of them."""
        return f"?{urlencode({place: _written(self.after)})}" if self.after else "?"

    @property
    def wanted_statuses(self) -> tuple[str, ...]:
        """The statuses to show. A period or a calendar says already which time is meant."""
        if ALL in self.statuses or (not self.statuses and self._names_a_time):
            return ()
        return self.statuses or CURRENT

    @property
    def _names_a_time(self) -> bool:
        return bool(self.since or self.until) or self.view == "kalender"

    def conditions(self, *, at: datetime) -> dict[str, Q]:
        """One condition per facet that is set; a step must meet all of them."""
        found: dict[str, Q] = {}
        for word in words(self.q):
            found["q"] = found.get("q", Q()) & Q(search_text__contains=word)
        if self.topics:
            found["topics"] = Q(pk__in=_steps_of("topics").filter(topic__code__in=self.topics))
        if self.districts:
            named = Q(pk__in=_steps_of("districts").filter(district__slug__in=self.districts))
            found["districts"] = named | whole_city()
        if self.formats:
            found["formats"] = Q(format_id__in=formats(self.formats))
        if self.channels:
            found["channels"] = Q(channel__in=self.channels)
        if self.wanted_statuses:
            found["statuses"] = _any(status_condition(each, at=at) for each in self.wanted_statuses)
        if self.since or self.until:
            found["period"] = _overlaps(self.since, self.until)
        return found

    def steps(self, *, at: datetime) -> QuerySet[Step]:
        """The published steps that were asked for."""
        return Step.objects.published().filter(_all(self.conditions(at=at).values()))

    def ordered(self, *, at: datetime) -> QuerySet[Step]:
        """`steps` in the order of the page: what ends first while one can take part, else newest first."""
        if set(self.wanted_statuses) and set(self.wanted_statuses) <= {*CURRENT, OfferStatus.CLOSING_SOON}:
            return self.steps(at=at).annotate(key=Coalesce("ends_at", Value(_NEVER))).order_by("key", "id")
        return self.steps(at=at).annotate(key=Coalesce("starts_at", Value(_NEVER))).order_by("-key", "-id")

    def page(self, *, at: datetime, size: int = PAGE_SIZE, **below: Any) -> tuple[list[Step], "OfferFilter | None"]:
        """One page of steps and the filter of the next one; by keyset, so page 100 costs as much as page 1."""
        steps = self.ordered(at=at).filter(**below)
        if self.after:
            key, last = self.after
            way = "lt" if steps.query.order_by[0] == "-key" else "gt"
            steps = steps.filter(Q(**{f"key__{way}": key}) | Q(key=key, **{f"id__{way}": last}))
        rows: list[Any] = list(with_what_a_list_shows(steps)[: size + 1])
        if len(rows) <= size:
            return rows, None
        last_shown = rows[size - 1]
        return rows[:size], replace(self, after=(last_shown.key, last_shown.pk))


def with_what_a_list_shows(steps: QuerySet[Step]) -> QuerySet[Step]:
    """Everything a card needs, in two queries however many cards there are."""
    return (
        steps.select_related("project")
        .prefetch_related("districts")
        .defer("search_text", "text", "project__body", "districts__geometry", "districts__facts")
    )


@dataclass(frozen=True)
class Counts:
    """How many offers each choice would show, all other choices kept."""

    found: int
    whole_city: int
    statuses: dict[str, int]
    channels: dict[str, int]
    kinds: list[tuple[Term, int]]
    topics: list[tuple[Topic, int]]
    districts: list[tuple[District, int]]


def counts(asked: OfferFilter, *, at: datetime) -> Counts:
    """All facet counts in four queries, whatever the number of offers."""
    conditions = asked.conditions(at=at)

    def others(facet: str) -> Q:
        return _all(condition for name, condition in conditions.items() if name != facet)

    kinds = list(Term.objects.filter(vocabulary="kind"))
    numbers = Step.objects.published().aggregate(
        found=Count("pk", filter=_all(conditions.values()) or None),
        every=Count("pk", filter=others("statuses") or None),
        whole_city=Count("pk", filter=others("districts") & whole_city()),
        **{
            f"status_{status}": Count("pk", filter=others("statuses") & status_condition(status, at=at))
            for status in OfferStatus.values
        },
        **{f"channel_{code}": Count("pk", filter=others("channels") & Q(channel=code)) for code in CHANNELS},
        **{
            f"kind_{kind.code}": Count("pk", filter=others("formats") & Q(format_id__in=formats([kind.code])))
            for kind in kinds
        },
    )
    base = Step.objects.published()
    topics = Topic.objects.annotate(offers=Count("steps", filter=Q(steps__in=base.filter(others("topics")))))
    districts = District.objects.defer("geometry", "facts").annotate(
        offers=Count("steps", filter=Q(steps__in=base.filter(others("districts"))))
    )
    return Counts(
        found=numbers["found"],
        whole_city=numbers["whole_city"],
        statuses={ALL: numbers["every"]} | {status: numbers[f"status_{status}"] for status in OfferStatus.values},
        channels={code: numbers[f"channel_{code}"] for code in CHANNELS},
        kinds=[(kind, numbers[f"kind_{kind.code}"]) for kind in kinds],
        topics=[(topic, topic.offers) for topic in topics],
        districts=[(district, district.offers) for district in districts],
    )


def whole_city() -> Q:
    """True of a step that names no district: it concerns all of them."""
    # Not correlated on purpose: PostgreSQL hashes it once, a NOT EXISTS per row and count took 60 times as long.
    return ~Q(pk__in=_steps_of("districts"))


def formats(codes: Iterable[str]) -> QuerySet:
    """The formats with one of these codes, or of one of these kinds."""
    codes = list(codes)
    return Format.objects.filter(
        Q(code__in=codes) | Q(terms__in=Term.objects.filter(vocabulary="kind", code__in=codes))
    ).values("pk")


def month_of(asked: OfferFilter, *, at: datetime) -> date:
    """The month a calendar shows: the one asked for, else that of the period, else this one."""
    shown = asked.month or asked.since or timezone.localtime(at).date()
    return shown.replace(day=1)


def in_month(asked: OfferFilter, month: date, *, at: datetime) -> QuerySet[Step]:
    """The steps that run on at least one day of the month; what has no exact date is in no calendar."""
    last = next_month(month) - timedelta(days=1)
    return asked.steps(at=at).filter(_overlaps(month, last)).exclude(date_precision__in=["year", "none"])


def next_month(month: date, step: int = 1) -> date:
    number = month.year * 12 + month.month - 1 + step
    # The ends of the calendar: nobody plans there, and a date must stay a date.
    return date(min(max(number // 12, 1900), 2900), number % 12 + 1, 1)


def _overlaps(since: date | None, until: date | None) -> Q:
    condition = Q(date_precision__in=["day", "month", "year"])
    if since:
        condition &= Q(ends_at=None) | Q(ends_at__gte=_midnight(since))
    if until:
        condition &= Q(starts_at__lt=_midnight(until + timedelta(days=1)))
    return condition


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time(0)))


def _steps_of(relation: str) -> QuerySet:
    return getattr(Step, relation).through.objects.values("step_id")


def _all(conditions: Iterable[Q]) -> Q:
    whole = Q()
    for condition in conditions:
        whole &= condition
    return whole


def _any(conditions: Iterable[Q]) -> Q:
    whole = Q()
    for condition in conditions:
        whole |= condition
    return whole


def _codes(values: list[str]) -> tuple[str, ...]:
    """Each well-formed code once, in the order of the address."""
    lowered = (value.strip().lower() for value in values[:MOST_VALUES])
    return tuple(dict.fromkeys(value for value in lowered if _CODE.fullmatch(value)))


def slips(query: QueryDict) -> list[str]:
    """What to tell people whose dates we could not follow; the page shows the rest of what they asked for."""
    typed = {name: query.get(name, "").replace("\0", "").strip()[:40] for name in ("von", "bis")}
    days = {name: _day(value) for name, value in typed.items()}
    said = [
        _("“%(typed)s” is not a date, so we left it out. Please type it like this: 24.12.2026.") % {"typed": value}
        for name, value in typed.items()
        if value and days[name] is None
    ]
    if days["von"] and days["bis"] and days["bis"] < days["von"]:
        said.append(_("The period ends before it begins. Please check both dates."))
    return said


def _day(value: str) -> date | None:
    """A day as browsers send it, or as people write it (24.12.2026)."""
    written = re.fullmatch(r"(\d{1,2})\.\s?(\d{1,2})\.\s?(\d{4})", value.strip(), re.ASCII)
    try:
        found = date(*map(int, reversed(written.groups()))) if written else date.fromisoformat(value.strip())
    except ValueError:
        return None
    return found if 1900 <= found.year <= 2900 else None


def _cursor(value: str) -> tuple[datetime, int] | None:
    match = re.fullmatch(r"(-?\d{1,17})\.(\d{1,15})", value, re.ASCII)
    if match is None:
        return None
    try:
        return _EPOCH + timedelta(microseconds=int(match[1])), int(match[2])
    except OverflowError:
        return None


def _written(cursor: tuple[datetime, int]) -> str:
    return f"{(cursor[0] - _EPOCH) // timedelta(microseconds=1)}.{cursor[1]}"

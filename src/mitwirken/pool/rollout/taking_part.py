"""Who takes part: counted only of members who agreed to statistics (Purpose.STATISTICS), by what they chose.

Never by what they volunteer for draws: nobody but a draw reads that (models/traits.py).
"""

from datetime import datetime
from typing import Any

from django.db.models import Case, Count, F, IntegerField, OuterRef, Q, Subquery, Value, When
from django.db.models.lookups import Exact, GreaterThan
from django.utils.translation import gettext as _

from mitwirken.city.models import District

from ..features import features
from ..models import Channel, Frequency, Member, MemberDistrict, Purpose
from .report import Group, TakingPart, put_together

# Everybody belongs to one group, or the groups would say more than each of them: who chose no single district.
WHOLE_CITY, AROUND_A_PLACE, SEVERAL = 0, -1, -2


def counted(start: datetime, end: datetime) -> TakingPart:
    """Who was asked in person in this time and took part; the consent counts that holds now. Five queries."""
    allowed = Member.objects.active().filter(consents__purpose=Purpose.STATISTICS)
    asked, took_part = _asked_and_took_part(start, end)

    def groups(by: Any, names: dict[Any, Any]) -> list[Group]:
        rows = allowed.filter(asked).annotate(choice=by).order_by().values_list("choice")
        sums = rows.annotate(people=Count("pk"), active=Count("pk", filter=took_part))
        found = {choice: numbers for choice, *numbers in sums}
        return [Group(str(name), *found[choice]) for choice, name in names.items() if choice in found]

    places = dict(District.objects.values_list("pk", "name"))
    places |= {SEVERAL: _("several districts"), AROUND_A_PLACE: _("around a place"), WHOLE_CITY: _("the whole city")}
    by_district = groups(_place(), places)
    rest = _("all others together")
    return TakingPart(
        allowed=allowed.count(),
        everybody=Group(
            _("everybody"),
            sum(group.asked for group in by_district),
            sum(group.took_part for group in by_district),
        ),
        by_district=put_together(by_district, rest),
        by_frequency=put_together(groups(F("frequency"), dict(Frequency.choices)), rest),
        by_channel=put_together(groups(F("channel"), dict(Channel.choices)), rest),
    )


def _asked_and_took_part(start: datetime, end: datetime) -> tuple[Q, Q]:
    """Each person once, however often and by whichever feature they were asked."""
    asked = took_part = Q(pk__in=[])
    for feature in features():
        rows = feature.taking_part(start, end)
        if rows is not None:
            asked |= Q(pk__in=rows.order_by().values("member"))
            took_part |= Q(pk__in=rows.filter(took_part=True).order_by().values("member"))
    return asked, took_part


def _place() -> Case:
    """The one district somebody chose, or what they chose instead."""
    chosen = MemberDistrict.objects.filter(member=OuterRef("pk")).order_by()
    number = Subquery(chosen.values("member").annotate(number=Count("pk")).values("number"))
    return Case(
        When(Exact(number, 1), then=Subquery(chosen.values("district")[:1])),
        When(GreaterThan(number, 1), then=Value(SEVERAL)),
        When(radius__isnull=False, then=Value(AROUND_A_PLACE)),
        default=Value(WHOLE_CITY),
        output_field=IntegerField(),
    )

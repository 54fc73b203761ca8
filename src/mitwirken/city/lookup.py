"""Which district does an address lie in?"""

from dataclasses import dataclass

from . import streets
from .models import District, Street

LIMIT = 10


@dataclass(frozen=True)
class Found:
    """One possible meaning of what was typed."""

    street: str
    postcode: str
    district: District


def districts_of(typed: str) -> list[Found]:
    """The districts an address may lie in: none (unknown), one (sure) or several (ask for the house number)."""
    address = streets.parse(typed)
    if len(address.street) < 3:
        return []
    rows = Street.objects.select_related("district")
    # One query for both questions: streets of exactly this name sort before those that only begin like it.
    near = list(rows.filter(search_name__startswith=address.street).order_by("search_name", "id")[:200])
    exact = [row for row in near if row.search_name == address.street]
    if exact and address.number is not None:
        exact = [
            row
            for row in exact
            if streets.covers(address.number, start=row.number_from, end=row.number_to, parity=row.parity)
        ]
        near = exact
    found = {(row.name, row.district_id): Found(row.name, row.postcode, row.district) for row in (exact or near)}
    return list(found.values())[:LIMIT]


def district_of(typed: str) -> District | None:
    """The one district this address certainly lies in, or None."""
    districts = {each.district.pk: each.district for each in districts_of(typed)}
    return next(iter(districts.values())) if len(districts) == 1 else None

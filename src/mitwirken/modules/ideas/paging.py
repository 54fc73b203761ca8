"""On through a long list without counting: the last row seen says where to go on. Pure but for the query."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db.models import Q, QuerySet

PAGE = 20
SORTS = {"new": "created_at", "support": "support_count", "comments": "comment_count"}


@dataclass(frozen=True)
class Window:
    """One page of a list and the cursors to its neighbours; an empty cursor means there is none."""

    rows: list[Any]
    newer: str
    older: str


def cursor_of(row: Any, sort: str) -> str:
    value = getattr(row, SORTS[sort])
    mark = int(value.timestamp() * 1_000_000) if isinstance(value, datetime) else value
    return f"{mark}_{row.pk}"


def parse(cursor: str, sort: str) -> tuple[Any, int] | None:
    """The place a cursor names; None for anything else that stands in an address."""
    try:
        mark, pk = (int(part) for part in cursor[:40].split("_"))
        if not (0 <= mark < (2**62 if sort == "new" else 2**31) and 0 <= pk < 2**62):
            return None
        if sort == "new":
            return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=mark), pk
    except (ValueError, OverflowError):
        return None
    return mark, pk


def window(rows: QuerySet, sort: str, *, after: str = "", before: str = "", size: int = PAGE) -> Window:
    """The page of `rows` behind the cursor `after`, or in front of `before`; highest first. One query."""
    field = SORTS[sort]
    back = parse(before, sort) if before else None
    place = back or (parse(after, sort) if after else None)
    if place:
        side = "gt" if back else "lt"
        value, pk = place
        rows = rows.filter(Q(**{f"{field}__{side}": value}) | Q(**{field: value, f"pk__{side}": pk}))
    order = (field, "pk") if back else (f"-{field}", "-pk")
    found = list(rows.order_by(*order)[: size + 1])
    more, page = len(found) > size, found[:size]
    if back:
        page.reverse()
    if not page:
        return Window([], "", "")
    has_newer = more if back else bool(place)
    has_older = bool(back) or more
    return Window(
        page,
        cursor_of(page[0], sort) if has_newer else "",
        cursor_of(page[-1], sort) if has_older else "",
    )

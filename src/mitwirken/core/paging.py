"""On through a long list without counting: the last row seen says where the next page begins."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpRequest

from .typed import whole_number

ONLY = "vor"


@dataclass(frozen=True)
class Page:
    """Some rows of a list and the addresses of its next page and of its beginning; empty if there is none."""

    rows: list[Any]
    older_url: str
    first_url: str


def page(
    request: HttpRequest,
    rows: QuerySet,
    *,
    order: Sequence[str],
    size: int,
    name: str = ONLY,
    among: QuerySet | None = None,
) -> Page:
    """The page of `rows` the address asks for: behind the row whose number stands in its parameter `name`.

    `order` ends with "pk" and names no column that may be empty. Where it names more than "pk", the row is looked up:
    it may have left the list since (answered, sent, filtered out), so `among` says where it can still be found.
    Where a page has several lists, each has its own `name`, an element with this id, and keeps the place of the others.
    """
    number = whole_number(request.GET.get(name))
    found, following = window(rows, order=order, size=size, after=number, among=among)
    return Page(
        found,
        _address(request, name, following) if following else "",
        _address(request, name, None) if number is not None else "",
    )


def window(
    rows: QuerySet, *, order: Sequence[str], size: int, after: int | None = None, among: QuerySet | None = None
) -> tuple[list[Any], int | None]:
    """The rows behind the one with the number `after`, and the number behind which it goes on, if it does."""
    last = _row(rows if among is None else among, after, order)
    found = list((rows.filter(_behind(last, order)) if last else rows).order_by(*order)[: size + 1])
    return found[:size], found[size - 1].pk if len(found) > size else None


def _row(rows: QuerySet, number: int | None, order: Sequence[str]) -> dict[str, Any] | None:
    if number is None or len(order) == 1:
        return None if number is None else {"pk": number}
    return rows.filter(pk=number).order_by().values(*(field.lstrip("-") for field in order)).first()


def _behind(last: dict[str, Any], order: Sequence[str]) -> Q:
    """Later in this order than that row: beyond it in one column, and equal in those before."""
    behind, equal = Q(pk__in=[]), Q()
    for field in order:
        column = field.lstrip("-")
        side = "lt" if field.startswith("-") else "gt"
        behind |= equal & Q(**{f"{column}__{side}": last[column]})
        equal &= Q(**{column: last[column]})
    return behind


def _address(request: HttpRequest, name: str, number: int | None) -> str:
    query = request.GET.copy()
    query.pop(name, None)
    if number is not None:
        query[name] = str(number)
    # A list that has the page to itself begins at its top.
    return f"?{query.urlencode()}" + (f"#{name}" if name != ONLY else "")

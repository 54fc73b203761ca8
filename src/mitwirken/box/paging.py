"""On through a list by the last entry seen: as fast on the last page as on the first."""

from typing import Any

from django.db.models import Q, QuerySet


def page(rows: QuerySet, keys: list[str], after: str, size: int) -> tuple[list[Any], str]:
    """The `size` rows that follow the entry with the code `after`, and the code that leads on ("" at the end).

    `keys` end with a unique one and all ascend. An unknown `after` begins at the top.
    """
    anchor = rows.filter(code=after).values(*keys).first() if after else None
    if anchor:
        beyond = Q()
        for position, key in enumerate(keys):
            same = {earlier: anchor[earlier] for earlier in keys[:position]}
            beyond |= Q(**same, **{f"{key}__gt": anchor[key]})
        rows = rows.filter(beyond)
    found = list(rows.order_by(*keys)[: size + 1])
    return found[:size], found[size - 1].code if len(found) > size else ""

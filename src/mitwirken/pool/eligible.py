"""Who may be written to now: members who agreed, are not pausing and have not asked to be left alone."""

from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import Max

from . import matching
from .models import Member

# Without an index on the status (nearly all are members): the range alone finds its rows.
ELIGIBLE = """
FROM pool_member m JOIN pool_consentstate cs ON cs.member_id = m.id AND cs.purpose = %s
WHERE m.id > %s AND m.id <= %s AND +m.status = 1 AND (m.paused_until IS NULL OR m.paused_until <= %s)
AND NOT EXISTS (
  SELECT 1 FROM pool_suppression s WHERE s.address_hash = m.address_hash AND s.scope IN ('all', %s)
)
"""
# The same people, asked so that counting a million takes no second: from the consents, and the few who are blocked
# kept at hand as numbers (the keyed hashes are long) and looked up last, only for who fits.
_AGREED = """
FROM pool_consentstate cs JOIN pool_member m ON m.id = cs.member_id
WHERE cs.purpose = %s AND +m.status = 1 AND (m.paused_until IS NULL OR m.paused_until <= %s)
"""
_NOT_BLOCKED = """
AND m.id NOT IN (
  SELECT b.id FROM pool_suppression s JOIN pool_member b ON b.address_hash = s.address_hash WHERE s.scope IN ('all', %s)
)
"""


def preview(selection: matching.Selection, *, purpose: str, at: datetime) -> int:
    """How many people a freeze would write down now."""
    condition, values = matching.where(selection)
    moment = connection.ops.adapt_datetimefield_value(at)
    counted = f"SELECT COUNT(*) {_AGREED} AND {condition} {_NOT_BLOCKED}"
    with connection.cursor() as cursor:
        cursor.execute(counted, [purpose, moment, *values, purpose])
        return int(cursor.fetchone()[0])


def chosen(selection: matching.Selection, *, purpose: str, at: datetime) -> list[int]:
    """The members a freeze would write down now, by id: for what is made for each of them before the mail."""
    condition, values = matching.where(selection)
    moment = connection.ops.adapt_datetimefield_value(at)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT m.id {ELIGIBLE} AND {condition} ORDER BY m.id",
            [purpose, 0, newest_member(), moment, purpose, *values],
        )
        return [row[0] for row in cursor.fetchall()]


def nth(
    selection: matching.Selection, number: int, *, order: str, values: list[Any], purpose: str, at: datetime
) -> tuple[int, int] | None:
    """The last of so many people, never asked first, then longest ago, then by `order`: id and place, or None."""
    condition, bound = matching.where(selection)
    moment = connection.ops.adapt_datetimefield_value(at)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT m.id, {order} {ELIGIBLE} AND {condition} "
            f"ORDER BY m.last_asked_at IS NOT NULL, m.last_asked_at, {order} LIMIT 1 OFFSET %s",
            [*values, purpose, 0, newest_member(), moment, purpose, *bound, *values, number - 1],
        )
        return cursor.fetchone()


def newest_member() -> int:
    """The highest id so far; whoever joins later is not meant by what is written down now."""
    return Member.objects.aggregate(newest=Max("pk"))["newest"] or 0

"""A short message beside the mail (a notice on a device, a text message) for whoever is told of an offer at once."""

from datetime import datetime

from django.db import connection, models

from .models import BESIDE, Dispatch, DispatchKind


def add_rows(
    dispatch: Dispatch, low: int, high: int, at: datetime, *, channel: int, reached: models.QuerySet[models.Model]
) -> int:
    """Part of freezing a chunk: one more row for each member told at once of whom `reached` has a row (`member_id`).

    The number of new rows; a repeat adds none. Digests and personal mails have nothing beside them.
    """
    if dispatch.kind != DispatchKind.STEP:
        return 0
    moment = connection.ops.adapt_datetimefield_value(at)
    members, values = reached.values("member_id").query.sql_with_params()
    others = ", ".join(str(int(each)) for each in BESIDE)
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO pool_outbox "  # noqa: S608 our own query and numbers
            "(dispatch_id, member_id, channel, occasion, state, prio, due_at, attempts, enh_code, queue_ref) "
            "SELECT o.dispatch_id, o.member_id, %s, 0, 0, o.prio, %s, 0, '', '' FROM pool_outbox o "
            "WHERE o.dispatch_id = %s AND o.member_id > %s AND o.member_id <= %s AND o.occasion = 0 "
            f"AND o.channel NOT IN ({others}) AND o.member_id IN ({members}) ON CONFLICT DO NOTHING",
            [channel, moment, dispatch.pk, low, high, *values],
        )
        return max(cursor.rowcount, 0)

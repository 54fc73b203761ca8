"""What a dead worker left behind: settled from its journal, or put back, or in doubt. Never guessed."""

import contextlib
import logging
from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Max, Q

from .. import tokens
from ..models import (
    URGENT,
    Channel,
    EventKind,
    Outbox,
    OutboxEvent,
    OutboxState,
    Worker,
)
from .journal import Journal, Story
from .resolvers import Answer, Resolver
from .settle import Outcome, settle

log = logging.getLogger(__name__)

# A worker on another machine whose journal we cannot see: so long without a sign of life.
SILENT = timedelta(minutes=15)


def reap(*, at: datetime, myself: Worker) -> int:
    """Settle what dead workers had claimed; the number of rows."""
    rows = 0
    for worker in Worker.objects.filter(state="running").exclude(pk=myself.pk):
        rows += _reap(worker, at)
    return rows


def _reap(worker: Worker, at: datetime) -> int:
    if not Path(worker.journal_path).exists():
        return _reap_unseen(worker, at)
    journal = Journal.open(Path(worker.journal_path))
    if journal is None:
        return 0  # it lives: it holds its lock
    try:
        rows = replay(worker, journal, at=at)
    finally:
        journal.close(forget=True)
    Worker.objects.filter(pk=worker.pk).update(state="gone")
    return rows


def replay(worker: Worker, journal: Journal, *, at: datetime) -> int:
    """Give each row this worker still holds the end its journal tells, then empty the journal."""
    rows = _settle_all(worker, journal.read(), at)
    journal.clear()
    return rows


def _reap_unseen(worker: Worker, at: datetime) -> int:
    """Without its journal (another machine, a folder wiped) every mail it held may have left."""
    expired = not Outbox.objects.filter(worker=worker, state=OutboxState.CLAIMED, lease_until__gt=at).exists()
    if not expired or at - worker.heartbeat_at < SILENT:
        return 0
    rows = _settle_all(worker, {}, at, untold=Story(dotted=True))
    Worker.objects.filter(pk=worker.pk).update(state="gone")
    return rows


def _settle_all(
    worker: Worker, stories: dict[tuple[int, str], Story], at: datetime, *, untold: Story | None = None
) -> int:
    if untold is None:
        # The machine went down under it: the journal's last lines may never have reached the disk.
        untold = Story(dotted=bool(worker.boot_id) and worker.boot_id != boot_id())
    outcomes: dict[UUID, list[Outcome]] = defaultdict(list)
    for row in Outbox.objects.filter(worker=worker, state=OutboxState.CLAIMED).select_related("dispatch"):
        if row.claim_id is None:
            continue
        story = stories.get((row.pk, row.claim_id.hex), untold)
        outcomes[row.claim_id].append(
            Outcome(
                row,
                reply=story.reply,
                doubt=story.dotted and story.reply is None,
                put_back=not story.dotted,
                mail_class=row.dispatch.mail_class,
            )
        )
    for claim_id, found in outcomes.items():
        settle(found, claim_id, at=at)
    count = sum(map(len, outcomes.values()))
    if count:
        log.warning("worker %s is gone; %d rows settled from its journal", worker, count)
    return count


def resolve_doubts(*, at: datetime, resolver: Resolver) -> int:
    """Settle what is in doubt by asking the relay; the number of rows.

    What the relay has is accepted. What it has not goes again, a mailing only after the relay's grace time. If
    nobody can tell, a personal mail goes again under the same Message-ID and a mailing is held back and shown to
    staff. Nothing is silently sent twice.
    """
    since = Max("events__at", filter=Q(events__kind=EventKind.IN_DOUBT))
    # A relay knows mails; the doubts of other channels are theirs (doubts.py).
    doubtful = Outbox.objects.filter(state=OutboxState.IN_DOUBT, channel=Channel.MAIL)
    doubtful = doubtful.select_related("dispatch").annotate(since=since)
    ripe = [row for row in doubtful[:1000] if _is_personal(row) or (row.since or at) + resolver.grace <= at]
    if not ripe:
        return 0
    witness = _witness(ripe)
    names = {row: message_id(row) for row in [*ripe, *witness]}
    answers = resolver.ask(names.values())
    knows_us = all(answers[names[row]] == Answer.ACCEPTED for row in witness)
    with transaction.atomic():
        for row in ripe:
            answer = answers[names[row]]
            if answer == Answer.ABSENT and not (witness and knows_us):
                answer = Answer.UNKNOWN
            _decide(row, answer, at, since=row.since)
    return len(ripe)


def _decide(row: Outbox, answer: Answer, at: datetime, *, since: datetime | None) -> None:
    mine = Outbox.objects.filter(pk=row.pk, state=OutboxState.IN_DOUBT)
    if answer == Answer.ACCEPTED:
        detail, changed = "relay", mine.update(state=OutboxState.ACCEPTED, sent_at=since, lease_until=None)
    elif answer == Answer.ABSENT or _is_personal(row):
        detail, changed = "again", mine.update(state=OutboxState.READY, claim_id=None, lease_until=None, due_at=at)
    else:
        detail, changed = "held", mine.update(state=OutboxState.HELD, claim_id=None, lease_until=None)
    if changed:
        OutboxEvent.objects.create(outbox=row, at=at, kind=EventKind.RESOLVED, detail=detail)


def _witness(rows: Iterable[Outbox]) -> list[Outbox]:
    """Mails the relay surely took shortly before or after: a record without them is not this relay's, or was
    rotated away, and its silence means nothing."""
    found = []
    for dispatch in {row.dispatch_id: row for row in rows}.values():
        accepted = Outbox.objects.filter(dispatch=dispatch.dispatch_id, state=OutboxState.ACCEPTED)
        before = accepted.filter(pk__lt=dispatch.pk).order_by("-pk").first()
        row = before or accepted.filter(pk__gt=dispatch.pk).order_by("pk").first()
        found += [row] if row else []
    return found


def _is_personal(row: Outbox) -> bool:
    return row.dispatch.mail_class in URGENT


def message_id(row: Outbox) -> str:
    """Its name at the relay, without brackets."""
    key = tokens.message_key(row.dispatch_id, row.member_id, row.channel, row.occasion)
    return f"{key}@{settings.MAIL_DOMAIN}"


def boot_id() -> str:
    """Changes with each start of the machine; empty where the system does not tell."""
    with contextlib.suppress(OSError):
        return Path("/proc/sys/kernel/random/boot_id").read_text().strip()
    return ""

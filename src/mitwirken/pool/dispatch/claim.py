"""Taking messages out of the outbox. Whoever must not be written to is left out at the last moment."""

import uuid
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.conf import settings
from django.db import connection, models, transaction
from django.db.models import Count, Exists, OuterRef, Q
from django.utils import timezone

from .. import content, matching, windows
from ..models import (
    BESIDE,
    URGENT,
    Channel,
    ConsentState,
    DigestItem,
    Dispatch,
    DispatchKind,
    MailClass,
    Member,
    MemberDistrict,
    MemberKind,
    MemberStatus,
    MemberTopic,
    Outbox,
    OutboxState,
    PoolSettings,
    Suppression,
    Worker,
)
from ..nearby import Point
from .render import Choice
from .settle import leave_out

# A worker lets go of its batch at half of it; nobody else touches it before its end.
LEASE = timedelta(seconds=60)
# The other channels hand over to a printer or a push service: slower, and without a journal.
LONG_LEASE = timedelta(minutes=10)
CAP_WINDOW = timedelta(days=30)
# What makes a sound in the night; a letter does not.
DISTURBING = (Channel.MAIL, Channel.PUSH, Channel.SMS)
# Mails a person asked for a moment ago.
ANSWERS = (DispatchKind.CONFIRM, DispatchKind.LINK, DispatchKind.ADDRESS)
# These go to people who are not members yet, or not with this address.
ASKING = (DispatchKind.CONFIRM, DispatchKind.ADDRESS)
# A link asked for later replaces neither the question whether to stay nor the news of an address or a number.
LASTING = (DispatchKind.STAY, DispatchKind.MOVING, DispatchKind.NUMBER)
# What the claim reads of a member; what a feature reads beyond it is fetched when it asks.
READ = (
    "email",
    "address_hash",
    "channel",
    "status",
    "lang",
    "plain_language",
    "all_topics",
    "all_districts",
    "all_kinds",
    "on_site",
    "online",
    "point_lat",
    "point_lon",
    "radius",
    "paused_until",
    "link_key",
    "generation",
)


class Row(NamedTuple):
    """What sending needs to know of a row of the outbox."""

    pk: int
    dispatch_id: int
    member_id: int
    occasion: int
    attempts: int


@dataclass(frozen=True, slots=True)
class Letter:
    """A claimed message with the person it goes to; lives in memory only."""

    row: Row
    dispatch: Dispatch
    member: Member
    choices: list[Choice] = field(default_factory=list)


@dataclass(frozen=True)
class Permissions:
    """What the members of one batch allow and forbid."""

    consents: frozenset[tuple[int, str]]
    suppressions: frozenset[tuple[str, str]]

    def allow(self, member: Member, purpose: str) -> bool:
        return (member.pk, purpose) in self.consents

    def forbid(self, member: Member, purpose: str) -> bool:
        return bool(self.suppressions) and bool(
            {(member.address_hash, "all"), (member.address_hash, purpose)} & self.suppressions
        )

    def silence(self, member: Member) -> bool:
        return (member.address_hash, Suppression.SILENCED) in self.suppressions


def claim(worker: Worker, *, at: datetime, limit: int, urgent: bool) -> tuple[uuid.UUID, list[Letter]]:
    """Take up to `limit` mails. `urgent` takes the personal ones only: they never wait behind a mailing."""
    return _claim(Channel.MAIL, worker, at, limit, LEASE, urgent=urgent)


def claim_for(
    channel: int, *, at: datetime, limit: int, urgent: bool, lease: timedelta = LONG_LEASE
) -> tuple[uuid.UUID, list[Letter]]:
    """Take up to `limit` messages of a channel other than mail, with the same checks as mails.

    Hand them over, then `settle` their outcomes under the claim id returned. What is not settled when the lease
    ends is taken again: the other side must recognise a repeat (`tokens.message_key` is the same each time), or
    `doubts.begin` notes before that the message is about to leave.
    """
    if channel == Channel.MAIL:
        raise ValueError("Mails belong to the dispatcher, which keeps a journal.")
    expired = Outbox.objects.filter(channel=channel, state=OutboxState.CLAIMED, lease_until__lt=at)
    expired.update(state=OutboxState.READY, claim_id=None, lease_until=None)
    return _claim(channel, None, at, limit, lease, urgent=urgent)


def is_quiet(*, at: datetime) -> bool:
    """True in the hours in which no news are sent."""
    limits = PoolSettings.load()
    zone = timezone.get_default_timezone()
    return settings.QUIET_HOURS and windows.is_quiet(at, zone, limits.quiet_from, limits.quiet_until)


def urgent_waits(*, at: datetime) -> bool:
    """True if a personal mail is due: one look at an index."""
    return Outbox.objects.ready(at=at, channel=Channel.MAIL).filter(prio__lt=Outbox.BULK_PRIO).exists()


@transaction.atomic
def _claim(
    channel: int, worker: Worker | None, at: datetime, limit: int, lease: timedelta, *, urgent: bool
) -> tuple[uuid.UUID, list[Letter]]:
    sendable = {dispatch.pk: dispatch for dispatch in Dispatch.objects.sendable()}
    if channel in DISTURBING and is_quiet(at=at):
        sendable = {pk: dispatch for pk, dispatch in sendable.items() if dispatch.mail_class in URGENT}
    claim_id = uuid.uuid4()
    rows = _take(sendable, channel, worker, claim_id, at, limit, at + lease, urgent=urgent) if sendable else []
    if not rows:
        return claim_id, []
    ids = [row.member_id for row in rows]
    members = {member.pk: member for member in _among(Member.objects.only(*READ), "id", ids)}
    permissions = _permissions(ids, channel, at)
    letters, skipped = [], []
    for row in rows:
        dispatch, member = sendable[row.dispatch_id], members[row.member_id]
        refusal = why_not(dispatch, row, member, permissions, at=at)
        if refusal:
            skipped.append((row, refusal))
        else:
            letters.append(Letter(row, dispatch, member))
    explained = _explain([letter for letter in letters if letter.dispatch.mail_class not in URGENT])
    skipped += [(letter.row, "no_offer") for letter in explained if not letter.choices]
    chosen = [letter for letter in explained if letter.choices]
    full = _above_cap(chosen, channel, at) if chosen and not urgent else frozenset()
    skipped += [(letter.row, "cap") for letter in chosen if letter.row.pk in full]
    letters = [letter for letter in letters if letter.dispatch.mail_class in URGENT]
    letters += [letter for letter in chosen if letter.row.pk not in full]
    leave_out(skipped, claim_id, at=at)
    return claim_id, letters


def why_not(
    dispatch: Dispatch,
    row: Row,
    member: Member,
    permissions: Permissions,
    *,
    at: datetime,
) -> str:
    """The reason this person must not get this mail now, or nothing; how many they got is asked last.

    Checked at the last moment.
    """
    if permissions.forbid(member, dispatch.purpose):
        return "suppressed"
    # Whoever asks for a link this minute may get it: perhaps the mailbox works again.
    if dispatch.kind not in ANSWERS and permissions.silence(member):
        return "silenced"
    if dispatch.mail_class == MailClass.SERVICE:
        return "" if member.status == MemberStatus.ACTIVE else "status"
    if dispatch.mail_class == MailClass.TRANSACTIONAL:
        if row.occasion != member.generation and dispatch.kind not in LASTING:
            return "superseded"
        wanted = MemberStatus.PENDING if dispatch.kind in ASKING else MemberStatus.ACTIVE
        return "" if member.status == wanted else "status"
    if member.status != MemberStatus.ACTIVE:
        return "status"
    if not permissions.allow(member, dispatch.purpose):
        return "consent"
    return "paused" if member.is_paused(at=at) else ""


def _above_cap(letters: list[Letter], channel: int, at: datetime) -> frozenset[int]:
    """The rows that would be one message too many for their member; of several in one batch the first ones go.

    What stands beside a mail about the same thing is no further message, even if that mail was the last allowed one.
    """
    ids, cap = [letter.member.pk for letter in letters], PoolSettings.load().mails_per_person
    sent = Counter(_sent_lately(ids, at))
    told = _told(letters, at) if channel in BESIDE else frozenset()
    above = set()
    for letter in letters:
        member, is_told = letter.member.pk, (letter.dispatch.pk, letter.member.pk) in told
        if sent[member] - is_told >= cap:
            above.add(letter.row.pk)
        else:
            sent[member] += not is_told
    return frozenset(above)


def _take(
    dispatches: Collection[int],
    channel: int,
    worker: Worker | None,
    claim_id: uuid.UUID,
    at: datetime,
    limit: int,
    lease_until: datetime,
    *,
    urgent: bool,
) -> list[Row]:
    """Claim the next rows in one statement, so that no two workers hold the same."""
    moment, ends = map(connection.ops.adapt_datetimefield_value, (at, lease_until))
    fence = Outbox._meta.get_field("claim_id").get_db_prep_value(claim_id, connection)
    # Ids as constants: the planner then walks the partial index instead of joining. The order of the index puts
    # personal mails first; looking for them ends at once where none wait, however long the queue of news is.
    lane = f"prio {'<' if urgent else '>='} {Outbox.BULK_PRIO}"
    running = ", ".join(str(int(pk)) for pk in dispatches)
    chosen = (
        f"SELECT id FROM pool_outbox WHERE state = 0 AND due_at <= %s AND channel = %s AND {lane} "  # noqa: S608 ids are integers of ours
        f"AND dispatch_id IN ({running}) ORDER BY prio, due_at, id LIMIT %s"
    )
    if connection.features.has_select_for_update_skip_locked:
        # As an array the planner reads it once; as a set it may ask again for each row.
        chosen = f"= ANY(ARRAY({chosen} FOR UPDATE SKIP LOCKED))"
    else:
        chosen = f"IN ({chosen})"
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE pool_outbox SET state = 1, claim_id = %s, worker_id = %s, lease_until = %s, "  # noqa: S608 ids are integers of ours
            f"attempts = attempts + 1 WHERE id {chosen} "
            "RETURNING prio, due_at, id, dispatch_id, member_id, occasion, attempts",
            [fence, worker.pk if worker else None, ends, moment, channel, limit],
        )
        return [Row(*found[2:]) for found in sorted(cursor.fetchall())]


def _among(found: models.QuerySet, column: str, ids: Iterable[int]) -> models.QuerySet:
    """Those with one of these ids, written out: to prepare thousands of parameters costs more than to find the rows."""
    return found.extra(where=[f"{column} IN ({', '.join(str(int(pk)) for pk in ids) or 'NULL'})"])  # noqa: S610 integers


def _permissions(ids: list[int], channel: int, at: datetime) -> Permissions:
    consents = _among(ConsentState.objects.all(), "member_id", ids)
    addressed = _among(Member.objects.filter(address_hash=OuterRef("address_hash")), "id", ids)
    blocked = Suppression.objects.filter(Q(until=None) | Q(until__gt=at), Exists(addressed))
    if channel != Channel.MAIL:  # a mailbox that takes nothing says nothing about letters
        blocked = blocked.exclude(scope=Suppression.SILENCED)
    return Permissions(
        frozenset(consents.values_list("member_id", "purpose")),
        frozenset(blocked.values_list("address_hash", "scope")),
    )


def _sent_lately(ids: list[int], at: datetime) -> dict[int, int]:
    """How many messages that count each of these members has got."""
    return dict(_counted(ids, at).values_list("member").annotate(Count("pk")).order_by())


def _told(letters: list[Letter], at: datetime) -> frozenset[tuple[int, int]]:
    """Of which dispatch whom a message that counts has told already."""
    told = _counted([letter.member.pk for letter in letters], at)
    told = told.filter(dispatch__in={letter.dispatch.pk for letter in letters})
    return frozenset(told.values_list("dispatch", "member"))


def _counted(ids: list[int], at: datetime) -> models.QuerySet:
    return (
        _among(Outbox.objects.all(), "pool_outbox.member_id", ids)
        .filter(state=OutboxState.ACCEPTED, sent_at__gte=at - CAP_WINDOW)
        .exclude(dispatch__mail_class__in=URGENT)
        .exclude(channel__in=BESIDE)
    )


def _explain(letters: list[Letter]) -> list[Letter]:
    """Add to each mailing's letter which offers it tells and which choices led to them."""
    interests = _interests([letter.member for letter in letters])
    digests = {letter.dispatch.digest_id for letter in letters if letter.dispatch.digest_id}
    items: dict[tuple[int, int], set[int]] = defaultdict(set)
    ids = [letter.row.member_id for letter in letters if letter.dispatch.digest_id]
    found = _among(DigestItem.objects.filter(run__in=digests), "member_id", ids) if ids else DigestItem.objects.none()
    for run, member, step in found.values_list("run", "member", "step"):
        items[run, member].add(step)
    offers = {
        dispatch.pk: {entry["step"]: content.offer_of_item(entry) for entry in dispatch.content["items"]}
        for dispatch in {letter.dispatch.pk: letter.dispatch for letter in letters}.values()
        if "items" in dispatch.content
    }
    # Many members chose the same: what one choice leads to is worked out once.
    known: dict[tuple[int, int, int], matching.Reason | None] = {}
    explained = []
    for letter in letters:
        mine, dispatch, choices = interests[letter.member.pk], letter.dispatch, []
        # A mailing without offers is told as one, number 0.
        told: Mapping[int, matching.Offer | None] = offers.get(dispatch.pk, {0: None})
        for step, offer in told.items():
            if dispatch.digest_id and step not in items[dispatch.digest_id, letter.member.pk]:
                continue
            key = dispatch.pk, step, id(mine)
            if key not in known:
                known[key] = _reason(dispatch, offer, mine)
            if (reason := known[key]) is not None:
                choices.append((step, reason))
        explained.append(Letter(letter.row, dispatch, letter.member, choices))
    return explained


def _reason(dispatch: Dispatch, offer: matching.Offer | None, mine: matching.Interests) -> matching.Reason | None:
    """Which choice led to this offer, or to this mailing; None for an offer that no longer fits what they chose."""
    if offer is None:
        return matching.why(dispatch.selection, mine)
    return matching.reason(offer, mine) if matching.fits(offer, mine) else None


def _interests(members: list[Member]) -> dict[int, matching.Interests]:
    """What each of them chose; members who chose the same share one object."""
    choosy = [member.pk for member in members if not (member.all_topics and member.all_districts and member.all_kinds)]
    chosen: list[dict[int, set]] = []
    for model, column in ((MemberTopic, "topic_id"), (MemberDistrict, "district_id"), (MemberKind, "kind")):
        found: dict[int, set] = defaultdict(set)
        for member_id, value in _among(model.objects.all(), "member_id", choosy).values_list("member_id", column):
            found[member_id].add(value)
        chosen.append(found)
    known: dict[tuple[Any, ...], matching.Interests] = {}
    interests = {}
    for member in members:
        topics, districts, kinds = (frozenset(found.get(member.pk, ())) for found in chosen)
        near = member.point_lat, member.point_lon, member.radius
        key = topics, districts, kinds, member.on_site, member.online, near
        if key not in known:
            point = Point.given(member.point_lat, member.point_lon)
            known[key] = matching.Interests(
                topics, districts, kinds, member.on_site, member.online, point, member.radius
            )
        interests[member.pk] = known[key]
    return interests

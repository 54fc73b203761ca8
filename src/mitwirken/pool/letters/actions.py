"""Taking letters and calls out of the outbox, printing them, and saying what became of them."""

from collections import defaultdict
from datetime import datetime, timedelta
from uuid import UUID

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction
from django.db.models import QuerySet

from mitwirken.accounts.models import User
from mitwirken.city.models import CitySettings
from mitwirken.core import audit
from mitwirken.core import codes as core_codes

from .. import actions as pool
from ..dispatch.claim import Letter, claim_for
from ..dispatch.settle import DELIVERED, LATER, REFUSED, Outcome, leave_out, settle
from ..models import (
    Channel,
    Origin,
    Outbox,
    OutboxState,
    PhoneNumber,
    PostalAddress,
    Purpose,
)
from . import codes, words
from .models import CODE_VALID, Batch, BatchState, LetterCode, Sheet

MOST_LETTERS = 500
MOST_CALLS = 20
# People carry these out, and they go on holiday: a batch ends when somebody says so, never by the clock.
LEASE = timedelta(days=3650)
# So long a posted batch can be printed again: an envelope tore, a page was missing.
KEPT = timedelta(days=7)
CALL_AGAIN = timedelta(days=1)


@transaction.atomic
def make_batches(*, by: User | None, at: datetime, duplex: bool = False) -> list[Batch]:
    """Take up to 500 waiting letters, one batch per language; whoever must not be written to is left out."""
    claim_id, letters = _claimed(Channel.LETTER, MOST_LETTERS, at)
    addresses = PostalAddress.objects.in_bulk([letter.member.pk for letter in letters], field_name="member_id")
    lost = [letter for letter in letters if letter.member.pk not in addresses]
    settle([Outcome(letter.row, reply=REFUSED) for letter in lost], claim_id, at=at)
    by_lang: dict[str, list[Letter]] = defaultdict(list)
    for letter in letters:
        if letter.member.pk in addresses:
            by_lang[letter.member.lang].append(letter)
    batches = []
    for lang, found in sorted(by_lang.items()):
        # In the order of the post: who franks and sorts saves the city money.
        found.sort(key=lambda letter: (addresses[letter.member.pk].postcode, letter.row.pk))
        batch = _batch(Channel.LETTER, claim_id, lang, len(found), by=by, at=at, duplex=duplex)
        _write_letters(batch, found, addresses, at)
        audit.record(batch, "pool_letters.printed", by=by, letters=batch.size)
        batches.append(batch)
    return batches


@transaction.atomic
def take_calls(*, by: User | None, at: datetime) -> Batch | None:
    """Take the next people to call; the list is theirs who took it until each call has an outcome."""
    claim_id, letters = _claimed(Channel.PHONE, MOST_CALLS, at)
    numbers = PhoneNumber.objects.in_bulk([letter.member.pk for letter in letters], field_name="member_id")
    lost = [letter for letter in letters if letter.member.pk not in numbers]
    settle([Outcome(letter.row, reply=REFUSED) for letter in lost], claim_id, at=at)
    found = [letter for letter in letters if letter.member.pk in numbers]
    if not found:
        return None
    batch = _batch(Channel.PHONE, claim_id, "", len(found), by=by, at=at)
    Sheet.objects.bulk_create(
        Sheet(batch=batch, number=number, outbox_id=letter.row.pk, words=words.call(letter))
        for number, letter in enumerate(found, start=1)
    )
    audit.record(batch, "pool_letters.calls_taken", by=by, calls=batch.size)
    return batch


@transaction.atomic
def post_batch(batch: Batch, *, by: AbstractBaseUser, at: datetime) -> int:
    """The letters are in the post: what was claimed counts as sent. Twice changes nothing; the number of letters."""
    if not _close(batch, BatchState.DONE, at):
        return 0
    rows = list(_rows(batch))
    settle([Outcome(row, reply=DELIVERED) for row in rows], batch.claim_id, at=at)
    audit.record(batch, "pool_letters.posted", by=by, letters=len(rows))
    return len(rows)


@transaction.atomic
def take_back(batch: Batch, *, by: AbstractBaseUser, at: datetime) -> int:
    """Nothing of it was posted or called: its rows wait again, its codes are worthless. The number of rows."""
    if not _close(batch, BatchState.BACK, at):
        return 0
    rows = list(_rows(batch))
    settle([Outcome(row, put_back=True) for row in rows], batch.claim_id, at=at)
    batch.sheets.all().delete()
    audit.record(batch, "pool_letters.taken_back", by=by, rows=len(rows))
    return len(rows)


@transaction.atomic
def finish_call(sheet: Sheet, outcome: str, *, by: AbstractBaseUser, at: datetime) -> bool:
    """What became of a call: reached, missed (again tomorrow, for three days), or over for good."""
    # Two people at one telephone list: whoever is second finds the sheet gone.
    if not Sheet.objects.select_for_update().filter(pk=sheet.pk).exists():
        return False
    row, batch = sheet.outbox, sheet.batch
    if row.state != OutboxState.CLAIMED or row.claim_id != batch.claim_id:
        return False
    if outcome == "reached":
        settle([Outcome(row, reply=DELIVERED)], batch.claim_id, at=at)
    elif outcome == "missed":
        settle([Outcome(row, reply=LATER, wait=CALL_AGAIN)], batch.claim_id, at=at)
    else:
        purpose = row.dispatch.purpose or Purpose.INFORMATION
        pool.leave(row.member, purpose, at=at, source="staff", channel=Origin.PHONE, by=by)
        leave_out([(row, "consent")], batch.claim_id, at=at)
    audit.record(batch, "pool_letters.called", by=by, outcome=outcome)
    sheet.delete()
    if not batch.sheets.exists():
        Batch.objects.filter(pk=batch.pk).update(state=BatchState.DONE, done_at=at, emptied_at=at)
    return True


@transaction.atomic
def use_code(typed: str, *, at: datetime) -> str | None:
    """Where this code leads, and from now on it is used; None if we never printed it or it is over."""
    code = core_codes.normalise(typed)
    found = (
        LetterCode.objects.valid(at=at)
        .filter(digest=codes.digest_of(code))
        .select_related("member", "dispatch")
        .first()
        if code
        else None
    )
    if found is None:
        return None
    if found.used_at is None:
        LetterCode.objects.filter(pk=found.pk, used_at=None).update(used_at=at)
        audit.record(found, "pool_letters.code_used", by=None)
    return words.fill(found.target, found.dispatch, found.member)


@transaction.atomic
def forget(*, at: datetime) -> int:
    """Seven days after posting nobody needs the addresses a second time: only the number of letters stays."""
    over = Batch.objects.filter(state=BatchState.DONE, emptied_at=None, done_at__lt=at - KEPT)
    count = 0
    for batch in over[:50]:
        count += batch.sheets.update(words={}, seed="")
        batch.frame, batch.emptied_at = {}, at
        batch.save(update_fields=["frame", "emptied_at"])
        audit.record(batch, "pool_letters.emptied", by=None)
    LetterCode.objects.filter(expires_at__lt=at).delete()
    return count


def _claimed(channel: int, limit: int, at: datetime) -> tuple[UUID, list[Letter]]:
    """Who waits for an answer comes first; all of it under one fence."""
    fence, urgent = claim_for(channel, at=at, limit=limit, urgent=True, lease=LEASE)
    if limit == len(urgent):
        return fence, urgent
    claim_id, others = claim_for(channel, at=at, limit=limit - len(urgent), urgent=False, lease=LEASE)
    Outbox.objects.filter(claim_id=claim_id, state=OutboxState.CLAIMED).update(claim_id=fence)
    return fence, urgent + others


def _batch(
    channel: int,
    claim_id: UUID,
    lang: str,
    size: int,
    *,
    by: User | None,
    at: datetime,
    duplex: bool = False,
) -> Batch:
    return Batch.objects.create(
        channel=channel,
        lang=lang,
        duplex=duplex,
        claim_id=claim_id,
        frame=words.frame(lang, at=at) if lang else {},
        size=size,
        created_at=at,
        created_by=by,
    )


def _write_letters(batch: Batch, letters: list[Letter], addresses: dict[int, PostalAddress], at: datetime) -> None:
    expires_at = at + CODE_VALID
    sheets, targets, city = [], [], CitySettings.load()
    for number, letter in enumerate(letters, start=1):
        said, target = words.sheet(letter, addresses[letter.member.pk], city, expires_at=expires_at)
        sheets.append(Sheet(batch=batch, number=number, outbox_id=letter.row.pk, words=said, seed=codes.new_seed()))
        targets.append(target)
    made = Sheet.objects.bulk_create(sheets)
    LetterCode.objects.bulk_create(
        LetterCode(
            digest=codes.digest_of(codes.code_of(sheet.seed)),
            member=letter.member,
            sheet=sheet,
            dispatch=letter.dispatch,
            target=target,
            created_at=at,
            expires_at=expires_at,
        )
        for sheet, letter, target in zip(made, letters, targets, strict=True)
    )


def _rows(batch: Batch) -> QuerySet[Outbox]:
    return Outbox.objects.filter(sheet__batch=batch, claim_id=batch.claim_id, state=OutboxState.CLAIMED)


def _close(batch: Batch, state: str, at: datetime) -> bool:
    """One of two people at two screens wins."""
    closed = Batch.objects.filter(pk=batch.pk, state=BatchState.OPEN).update(state=state, done_at=at)
    if closed:
        batch.state, batch.done_at = state, at
    return bool(closed)

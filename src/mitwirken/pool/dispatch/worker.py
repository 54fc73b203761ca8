"""The dispatcher: claims a handful, sends it, settles it, and never holds more than it can account for."""

import fcntl
import logging
import os
import re
import socket
import time
import uuid
from collections import defaultdict
from collections.abc import Callable
from datetime import datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Self

from django.conf import settings
from django.db import InterfaceError, OperationalError, connection

from .. import tokens
from ..actions import halt
from ..models import Body, Channel, Dispatch, MailClass, Worker
from . import mime, rate, render, resolvers
from .breaker import Breaker
from .claim import LEASE, Letter, claim, urgent_waits
from .fence import Fence
from .journal import Journal
from .lanes import Lanes, Parcel, uptime
from .recovery import boot_id, reap, replay, resolve_doubts
from .settle import Outcome, postpone, settle
from .smtp import Reply

log = logging.getLogger(__name__)

# A batch is what the relay takes in about a second, so that a confirmation never waits long behind a mailing; from
# the upper end on a durable commit costs next to nothing.
LEAST, MOST = 16, 4096
BATCH_SECONDS = 1.0
HEARTBEAT = timedelta(seconds=10)
REAP_EVERY = timedelta(seconds=30)


class Dispatcher:
    """One sending process: its row, its journal, its connections. Make it with `Dispatcher.start`."""

    def __init__(self, worker: Worker, journal: Journal, fence: Fence, lock: int | None) -> None:
        self.worker, self.journal, self._fence, self._lock = worker, journal, fence, lock
        self._breaker = Breaker()
        self.lanes, self.resolver = Lanes(journal), resolvers.configured()
        self._bodies: dict[tuple[int, tuple[render.Choice, ...], str], tuple[int | None, mime.Form]] = {}
        self._reaped_at: datetime | None = None
        self._rest_until: datetime | None = None
        self._failures = 0
        self._unsettled = False
        self._size = 4 * LEAST

    @classmethod
    def start(cls, *, at: datetime, folder: Path | None = None) -> Self | None:
        """Sign on as a worker. None on SQLite while another process sends: there is one writer anyway. None also
        where this database must not send (fence.py)."""
        folder = folder or settings.VAR_DIR
        lock = None
        if connection.vendor == "sqlite":
            lock = os.open(folder / "pool-dispatch.lock", os.O_RDWR | os.O_CREAT, 0o600)
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                os.close(lock)
                return None
        fence = Fence.inspect(folder, at=at)
        if fence is None:
            if lock is not None:
                os.close(lock)
            return None
        path = folder / "journal" / f"{uuid.uuid4().hex}.log"
        journal = Journal.open(path)
        if journal is None:
            raise RuntimeError(f"Journal {path} is taken.")
        worker = Worker.objects.create(
            host=socket.gethostname()[:80],
            boot_id=boot_id(),
            pid=os.getpid(),
            started_at=at,
            heartbeat_at=at,
            journal_path=str(path),
        )
        return cls(worker, journal, fence, lock)

    def stop(self) -> None:
        """Sign off with empty hands."""
        self.lanes.close()
        self.journal.close(forget=self.journal.is_empty())
        Worker.objects.filter(pk=self.worker.pk).update(state="gone", accepted=self.worker.accepted)
        if self._lock is not None:
            os.close(self._lock)

    def run(self, *, now: Callable[[], datetime], seconds: float = 2.0) -> int:
        """Send until nothing is due or the time is used up; the number of mails the relay accepted."""
        until = time.monotonic() + seconds
        sent = 0
        self._bodies.clear()
        self._keep_house(now())
        while not (self._rest_until and now() < self._rest_until):
            urgent = self._batch(now, urgent=True)
            news = self._batch(now, urgent=False)
            sent += (urgent or 0) + (news or 0)
            if (urgent is None and news is None) or time.monotonic() > until:
                break
        return sent

    def _keep_house(self, at: datetime) -> None:
        if self._unsettled:
            replay(self.worker, self.journal, at=at)  # the last batch broke off: the journal knows
            self._unsettled = False
        self._show_life(at)
        if self._reaped_at is None or at - self._reaped_at >= REAP_EVERY:
            reap(at=at, myself=self.worker)
            self._reaped_at = at
        resolve_doubts(at=at, resolver=self.resolver)

    def _show_life(self, at: datetime) -> None:
        if at - self.worker.heartbeat_at >= HEARTBEAT:
            self.worker.heartbeat_at = at
            self.worker.save(update_fields=["heartbeat_at", "accepted"])
            self._fence.advance()

    def _batch(self, now: Callable[[], datetime], *, urgent: bool) -> int | None:
        """One micro-batch; None if there was nothing to do."""
        at = now()
        limit = self._size if urgent else rate.take(self._size, at=at)
        if not limit:
            return None
        self._unsettled = True
        claim_id, letters, ends = self._claim(limit, at, urgent=urgent)
        if not urgent:
            rate.give_back(limit - len(letters), at=at)
        if not letters:
            self._unsettled = False
            return None
        if not urgent and settings.MAIL_PACED:
            letters, later = rate.admit(letters, at=at)
            postpone([(letter.row, due_at) for letter, due_at in later], claim_id)
        begun = time.monotonic()
        outcomes = self._carry(letters, claim_id, ends, now, urgent=urgent)
        pace = len(letters) / max(time.monotonic() - begun, 0.001)
        self._size = max(LEAST, min(int(pace * BATCH_SECONDS), 2 * self._size, MOST))
        for claimed, found in outcomes.items():
            settle(found, claimed, at=now())
        self.journal.clear()
        self._unsettled = False
        self._learn(letters, [one for found in outcomes.values() for one in found], now())
        sent = sum(bool(one.reply and one.reply.is_accepted) for found in outcomes.values() for one in found)
        self.worker.accepted += sent
        return sent

    def _learn(self, letters: list[Letter], outcomes: list[Outcome], at: datetime) -> None:
        """Slower where somebody asks us to wait; no further where too much is refused."""
        dispatches = {letter.row.pk: letter.dispatch for letter in letters}
        waits = {one.row.pk for one in outcomes if one.reply and rate.asks_to_wait(one.reply)}
        if waits and settings.MAIL_PACED:
            groups = [rate.group_of(letter.member.email) for letter in letters if letter.row.pk in waits]
            rate.slow_down(groups, at=at)
        for one in outcomes:
            if one.reply and one.row.pk in dispatches:
                self._breaker.note(dispatches[one.row.pk].pk, one.reply)
        for dispatch in {dispatch.pk: dispatch for dispatch in dispatches.values()}.values():
            why = self._breaker.verdict(dispatch.pk)
            if why and halt(dispatch, why, at=at):
                log.error("dispatch %s stopped: %s", dispatch.pk, why.label)

    def _claim(self, limit: int, at: datetime, *, urgent: bool) -> tuple[uuid.UUID, list[Letter], float]:
        # The lease counts from before the claim, so that ours ends before others think it does.
        ends = uptime() + LEASE.total_seconds()
        claim_id, letters = claim(self.worker, at=at, limit=limit, urgent=urgent)
        return claim_id, letters, ends

    def _carry(
        self,
        letters: list[Letter],
        claim_id: uuid.UUID,
        ends: float,
        now: Callable[[], datetime],
        *,
        urgent: bool = False,
    ) -> dict[uuid.UUID, list[Outcome]]:
        """Send these, and what becomes urgent meanwhile; the outcomes by claim."""
        outcomes: dict[uuid.UUID, list[Outcome]] = defaultdict(list)
        parcels = self._pack(letters, claim_id, ends, now(), outcomes, urgent=urgent)

        def more() -> list[Parcel]:
            try:
                at = now()
                self._show_life(at)
                if not urgent_waits(at=at):
                    return []
                claimed, found, ends = self._claim(LEAST, at, urgent=True)
                return self._pack(found, claimed, ends, at, outcomes, urgent=True)
            except (OperationalError, InterfaceError):
                return []  # settling will not succeed either, and the journal is replayed

        for parcel, outcome in self.lanes.carry(parcels, more=more):
            outcomes[uuid.UUID(hex=parcel.claim)].append(outcome)
        if self.lanes.trouble:
            self._rest(now(), self.lanes.trouble)
        else:
            self._failures = 0
        return outcomes

    def _pack(
        self,
        letters: list[Letter],
        claim_id: uuid.UUID,
        ends: float,
        at: datetime,
        outcomes: dict[uuid.UUID, list[Outcome]],
        *,
        urgent: bool,
    ) -> list[Parcel]:
        parcels, date, claimed = [], format_datetime(at), claim_id.hex
        for letter in letters:
            try:
                parcels.append(self._parcel(letter, claimed, ends, date, at, urgent=urgent))
            except ValueError as error:
                # One address, or one text, that no mail can carry must not stop everybody else's. And what is wrong
                # with our text says nothing about the address (returns/reports.py).
                refusal = Reply(553, "", "5.1.3") if isinstance(error, mime.NoAddress) else Reply(554, "", "5.6.0")
                outcomes[claim_id].append(Outcome(letter.row, refusal, mail_class=letter.dispatch.mail_class))
        return parcels

    def _parcel(self, letter: Letter, claimed: str, ends: float, date: str, at: datetime, *, urgent: bool) -> Parcel:
        row, member, dispatch = letter.row, letter.member, letter.dispatch
        body_id, form = self._body(letter, at)
        key = tokens.message_key(row.dispatch_id, member.pk, Channel.MAIL, row.occasion)
        to = mime.ascii_address(member.email)
        values = {"to": to, "date": date, "key": key}
        for name in form.names:
            if name not in values:
                values[name] = render.SLOTS[name](dispatch, member)
        message = form.fill(values)
        if b"\n." in message:
            message = re.sub(rb"(?m)^\.", b"..", message)
        sender = tokens.bounce_address(row.pk, key, member.address_hash)
        envelope = f"MAIL FROM:<{sender}>\r\nRCPT TO:<{to}>\r\nDATA\r\n".encode("ascii")
        return Parcel(row, claimed, ends, envelope, message, body_id, dispatch.mail_class, urgent)

    def _body(self, letter: Letter, at: datetime) -> tuple[int | None, mime.Form]:
        dispatch, lang = letter.dispatch, render.version_for(letter.dispatch, letter.member)
        key = (dispatch.pk, tuple(letter.choices), lang)
        found = self._bodies.get(key)
        if found is None:
            body_id, body = _stored_body(dispatch, letter, at)
            found = self._bodies[key] = body_id, mime.Form.cut(body)
        return found

    def _rest(self, at: datetime, why: str) -> None:
        """The relay is away: try again after a growing while, with everything still in the outbox."""
        self._failures += 1
        self._rest_until = at + timedelta(seconds=min(2**self._failures, 60))
        log.warning("mail server not reachable (%s); next try at %s", why, self._rest_until)


def _stored_body(dispatch: Dispatch, letter: Letter, at: datetime) -> tuple[int | None, bytes]:
    lang, signature = render.version_for(dispatch, letter.member), render.signature(letter.choices)
    if dispatch.mail_class == MailClass.TRANSACTIONAL:
        # Always the current words; nothing about the person is in it, so nothing needs to be kept.
        return None, render.body(dispatch, [], lang)
    found = Body.objects.filter(dispatch=dispatch, signature=signature, lang=lang).first()
    if found is None:
        made = render.body(dispatch, letter.choices, lang)
        found, _ = Body.objects.get_or_create(
            dispatch=dispatch, signature=signature, lang=lang, defaults={"mime": made, "created_at": at}
        )
    return found.pk, bytes(found.mime)

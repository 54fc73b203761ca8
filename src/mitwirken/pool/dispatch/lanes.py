"""Handing a batch over to the relay, over as many connections side by side as help.

One thread carries all connections: it says what is to be said on each, and waits for whichever answers first. More
connections are opened while we mostly wait, and not while we have our hands full. On each, the end of one mail and
the beginning of the next leave together (RFC 2920), so a distant relay costs one round trip per mail.
"""

import contextlib
import selectors
import smtplib
import socket
import time
from collections import Counter, deque
from collections.abc import Callable, Generator, Iterable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field

from django.conf import settings

from .claim import LEASE, Row
from .journal import Journal, answer_line, dot_line
from .settle import Outcome
from .smtp import IDLE, Answers, Broken, Connection, Conversation, Reply, connect

# RFC 5321 4.5.3.2.6: the relay may take ten minutes to answer the final dot; giving up earlier duplicates.
REPLY_TIMEOUT = 600
# Past half the lease we begin nothing new, so that nobody can have taken over what we still hold.
HALF_LEASE = LEASE.total_seconds() / 2
# How often we look whether something urgent came in, and whether somebody keeps us waiting for too long.
TICK = 1.0
# Above this share of waiting more connections help; measured over so many seconds.
WAITING, MEASURED = 0.25, 0.03
# A mail on which the connection broke so many times is tried again later: perhaps it is the mail.
MOST_BREAKS = 3
GOOD = (250, 251, 354)


@dataclass(slots=True)
class Parcel:
    """A finished mail, its claim, and until when (`uptime`) its dot may leave."""

    row: Row
    claim: str
    ends: float
    envelope: bytes
    message: bytes
    body_id: int | None = None
    mail_class: str = ""
    urgent: bool = False

    def outcome(self, *, reply: Reply | None = None, doubt: bool = False, put_back: bool = False) -> Outcome:
        return Outcome(self.row, reply, doubt, put_back, self.body_id, self.mail_class)


@dataclass(slots=True, eq=False)
class Lane:
    """One connection and what is being said on it."""

    connection: Connection
    talk: Conversation | None = None
    wanted: int = 0
    parcel: Parcel | None = None
    # The mail whose beginning left together with the end of `parcel`.
    following: Parcel | None = None
    dotted: bool = False
    until: float = 0.0

    @property
    def dot_has_left(self) -> bool:
        behind = len(self.following.envelope) if self.following else 0
        return self.dotted and len(self.connection.unsent) <= behind


@dataclass
class Batch:
    """What one round has to carry, and what became of it."""

    waiting: deque[Parcel]
    outcomes: list[tuple[Parcel, Outcome]] = field(default_factory=list)
    breaks: Counter[int] = field(default_factory=Counter)
    answered: int = 0
    # Lines for the journal, and the lanes whose next words end a mail; both leave together.
    answers: list[str] = field(default_factory=list)
    dots: list[Lane] = field(default_factory=list)

    def next(self) -> Parcel | None:
        """The next mail that may still begin."""
        while self.waiting:
            parcel = self.waiting.popleft()
            if uptime() < parcel.ends - HALF_LEASE:
                return parcel
            self.finish(parcel, put_back=True)
        return None

    def finish(
        self, parcel: Parcel, *, reply: Reply | None = None, doubt: bool = False, put_back: bool = False
    ) -> None:
        self.outcomes.append((parcel, parcel.outcome(reply=reply, doubt=doubt, put_back=put_back)))

    def answered_with(self, parcel: Parcel, reply: Reply) -> None:
        self.answered += 1
        self.finish(parcel, reply=reply)

    def back(self, parcel: Parcel) -> None:
        """The connection broke before this mail's dot: it has surely not left."""
        self.breaks[parcel.row.pk] += 1
        if self.breaks[parcel.row.pk] < MOST_BREAKS:
            self.waiting.appendleft(parcel)
        else:
            self.finish(parcel, reply=Reply(421, "", "4.4.2"))


class Lanes:
    """The connections of one worker. Of a killed worker as many mails can be in doubt."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._lanes: list[Lane] = []
        self._connecting: list[Future[Connection]] = []
        self._threads = ThreadPoolExecutor(8, "connect")
        self._selector = selectors.DefaultSelector()
        # Who has connected wakes up who waits for words.
        self._bell, bell_push = socket.socketpair()
        self._bell.setblocking(False)
        self._ring = bell_push
        self._selector.register(self._bell, selectors.EVENT_READ, None)
        self._batch = Batch(deque())
        self._most = 1
        # Why nothing could be handed over during the last batch; empty if anything could.
        self.trouble = ""

    def carry(
        self, parcels: Sequence[Parcel], *, more: Callable[[], Iterable[Parcel]] = tuple
    ) -> list[tuple[Parcel, Outcome]]:
        """What became of each; what the relay or the lease left no room for is put back.

        `more` is asked every second for urgent mails that came in meanwhile.
        """
        batch = self._batch = Batch(deque(parcels))
        self.trouble, self._most = "", max(settings.MAIL_CONNECTIONS, 1)
        self._close_idle()
        ticked = measured = time.monotonic()
        idle = 0.0
        try:
            while self._go_on():
                idle += self._turn()
                now = time.monotonic()
                if now - measured > MEASURED:
                    if idle > WAITING * (now - measured):
                        self._open(len(self._lanes))
                    idle, measured = 0.0, now
                if now - ticked > TICK:
                    batch.waiting.extendleft(more())
                    self._hang_up_on_the_silent(now)
                    ticked = now
        except BaseException:
            # The journal knows what was said; nobody may go on in the middle of it.
            for lane in [lane for lane in self._lanes if lane.talk]:
                self._forget(lane, politely=False)
            raise
        for parcel in batch.waiting:
            batch.finish(parcel, put_back=True)
        if batch.answered:
            self.trouble = ""
        return batch.outcomes

    def close(self) -> None:
        for lane in self._lanes[:]:
            self._forget(lane, politely=lane.talk is None)
        self._threads.shutdown(cancel_futures=True)
        for future in self._connecting:
            if not future.cancelled() and not future.exception():
                future.result().close(politely=True)
        self._selector.close()
        self._bell.close()
        self._ring.close()

    def _turn(self) -> float:
        """Listen to whoever has answered, and answer them; the seconds nobody had."""
        begun = time.monotonic()
        events = self._selector.select(TICK)
        waited = time.monotonic() - begun
        for key, mask in events:
            if key.data is None:
                self._welcome()
            elif mask & selectors.EVENT_WRITE:
                self._write(key.data)
            else:
                self._read(key.data)
        self._leave()
        return waited

    def _go_on(self) -> bool:
        """Put idle lanes to work; False once there is nothing to wait for."""
        batch = self._batch
        for lane in [lane for lane in self._lanes if lane.talk is None]:
            if batch.waiting:
                self._begin(lane)
        self._leave()
        if any(lane.talk for lane in self._lanes):
            if batch.waiting and batch.waiting[0].urgent:
                self._open(1, reserve=0)
            return True
        if not batch.waiting:
            return False
        if not self._connecting:
            # A relay that hangs up on everything must not keep us here.
            if self.trouble and sum(batch.breaks.values()) > MOST_BREAKS + batch.answered // 4:
                return False
            if self._most == 0:
                return False
            self._open(1, reserve=0)
        return True

    def _open(self, number: int, *, reserve: int = 1) -> None:
        """Open more connections, as far as allowed; the last one is kept for urgent mails."""
        room = max(self._most - reserve, 1) - len(self._lanes) - len(self._connecting)
        for _ in range(min(number, room, len(self._batch.waiting))):
            future = self._threads.submit(connect)
            future.add_done_callback(self._rung)
            self._connecting.append(future)

    def _rung(self, _future: Future[Connection]) -> None:
        with contextlib.suppress(OSError):
            self._ring.send(b"!")

    def _welcome(self) -> None:
        """Take in the connections that are ready."""
        with contextlib.suppress(BlockingIOError):
            self._bell.recv(4096)
        for future in [future for future in self._connecting if future.done()]:
            self._connecting.remove(future)
            try:
                lane = Lane(future.result())
            except (OSError, smtplib.SMTPException) as error:
                # The relay takes no more connections than these for now, or is away altogether.
                self.trouble, self._most = type(error).__name__, len(self._lanes)
                continue
            self._lanes.append(lane)
            self._selector.register(lane.connection.socket, selectors.EVENT_READ, lane)

    def _begin(self, lane: Lane) -> None:
        lane.talk = self._talk(lane)
        try:
            self._say(lane, *next(lane.talk))
        except StopIteration:
            lane.talk = None

    def _talk(self, lane: Lane) -> Conversation:
        """One mail after the other, until none is left."""
        batch, together = self._batch, lane.connection.pipelines
        parcel = batch.next()
        answers: Answers | None = None
        while parcel:
            lane.parcel = parcel
            if answers is None:
                answers = yield from _envelope(parcel, together=together)
            refusal = next((answer for answer in answers if answer[0] not in GOOD), None)
            if refusal:
                if refusal[0] == 421 and not lane.connection.is_fresh:
                    raise Broken("had enough of this connection")
                batch.answered_with(parcel, Reply.parse(*refusal))
                lane.parcel = None
                if refusal[0] == 421 or answers[-1][0] == 354:
                    raise Broken("waits for a body all the same")  # RFC 2920 3.1
                yield b"RSET\r\n", 1
                parcel, answers = batch.next(), None
                continue
            lane.connection.is_fresh = False
            lane.following = batch.next() if together else None
            lane.dotted = True
            batch.dots.append(lane)
            end = parcel.message + b".\r\n"
            [(code, text)] = yield (end + lane.following.envelope if lane.following else end), 1
            reply = Reply.parse(code, text)
            batch.answers.append(answer_line(parcel.row.pk, parcel.claim, reply))
            batch.answered_with(parcel, reply)
            lane.dotted, lane.parcel, lane.following = False, lane.following, None
            if code == 421:
                raise Broken("busy")
            if lane.parcel:
                answers = yield b"", 3
            else:
                answers = None
            parcel = lane.parcel or batch.next()

    def _say(self, lane: Lane, words: bytes, wanted: int) -> None:
        lane.wanted = wanted
        if words:
            lane.connection.say(words)
            lane.until = time.monotonic() + (REPLY_TIMEOUT if lane.dotted else settings.EMAIL_TIMEOUT)
            if not lane.dotted:
                self._write(lane)  # what ends a mail waits for the journal

    def _read(self, lane: Lane) -> None:
        try:
            lane.connection.read()
            if lane.talk is None:
                raise Broken("spoke unasked")
            answers = lane.connection.answers(lane.wanted)
            while answers is not None:
                words, wanted = lane.talk.send(answers)
                self._say(lane, words, wanted)
                answers = None if words else lane.connection.answers(wanted)
        except StopIteration:
            lane.talk, lane.parcel = None, None
            lane.connection.used_at = time.monotonic()
        except Broken as error:
            self._break(lane, str(error))

    def _leave(self) -> None:
        """Let the ends of mails leave: the journal first, then the dots."""
        batch = self._batch
        if not batch.answers and not batch.dots:
            return
        dots, now = [], uptime()
        for lane in batch.dots:
            if lane.parcel and now <= lane.parcel.ends:
                dots.append(lane)
            elif lane in self._lanes:
                self._break(lane, "the lease ended")
        lines = [dot_line(lane.parcel.row.pk, lane.parcel.claim) for lane in dots if lane.parcel]
        try:
            self._journal.note(batch.answers, lines)
        except OSError as error:
            # No room on the disk: what cannot be noted must not leave.
            self._most = 0
            for lane in dots:
                self._break(lane, type(error).__name__)
            self.trouble = type(error).__name__
            dots = []
        batch.answers, batch.dots = [], []
        for lane in dots:
            self._write(lane)

    def _write(self, lane: Lane) -> None:
        if lane.dotted and lane.parcel and not lane.dot_has_left and uptime() > lane.parcel.ends:
            self._break(lane, "the lease ended")
            return
        try:
            lane.connection.write()
        except Broken as error:
            self._break(lane, str(error))
            return
        events = selectors.EVENT_READ | (selectors.EVENT_WRITE if lane.connection.unsent else 0)
        if self._selector.get_key(lane.connection.socket).events != events:
            self._selector.modify(lane.connection.socket, events, lane)

    def _break(self, lane: Lane, why: str) -> None:
        """Hang up without a word: in the middle of a mail every word would become part of it."""
        batch = self._batch
        self.trouble = why
        if lane.following:
            batch.waiting.appendleft(lane.following)
        if lane.parcel and lane.dot_has_left:
            batch.finish(lane.parcel, doubt=True)
        elif lane.parcel:
            batch.back(lane.parcel)
        self._forget(lane, politely=False)

    def _forget(self, lane: Lane, *, politely: bool) -> None:
        self._lanes.remove(lane)
        self._selector.unregister(lane.connection.socket)
        lane.connection.close(politely=politely)
        lane.talk = lane.parcel = lane.following = None

    def _close_idle(self) -> None:
        for lane in self._lanes[:]:
            if time.monotonic() - lane.connection.used_at > IDLE:
                self._forget(lane, politely=True)

    def _hang_up_on_the_silent(self, now: float) -> None:
        for lane in self._lanes[:]:
            if lane.talk and now > lane.until:
                self._break(lane, "timeout")


def _envelope(parcel: Parcel, *, together: bool) -> Generator[tuple[bytes, int], Answers, Answers]:
    """Everything before the body; the answers."""
    if together:
        return (yield parcel.envelope, 3)
    answers: Answers = []
    for word in parcel.envelope.splitlines(keepends=True):
        answers += yield word, 1
        if answers[-1][0] not in GOOD:
            break
    return answers


def uptime() -> float:
    """Seconds since the machine started; goes on while a virtual machine sleeps, unlike the monotonic clock."""
    return time.clock_gettime(time.CLOCK_BOOTTIME)

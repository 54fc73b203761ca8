"""The long work of an import, one portion at a time: looked at, taken in, taken back.

A portion is one transaction that also moves the run's cursor: killed at any point, the next worker goes on where the
last commit was, and two workers at once never do the same portion twice.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, time, timedelta
from functools import partial
from typing import Any

from django.db import transaction
from django.db.models import Count, F, Max
from django.utils import timezone

from mitwirken.city.models import District, Topic
from mitwirken.core import audit

from .. import erasures, ledger, tokens
from ..actions.personal import discard
from ..features import features
from ..models import (
    Channel,
    ConsentAction,
    ConsentEvent,
    ConsentText,
    Dispatch,
    DispatchKind,
    DispatchState,
    MailClass,
    Member,
    MemberDistrict,
    MemberStatus,
    MemberTopic,
    Origin,
    Outbox,
    OutboxState,
    PoolSettings,
    PostalAddress,
    Purpose,
    Suppression,
)
from ..wording import current_text
from .columns import Person, Problem, Reader, plain
from .evidence import text_of
from .judging import Known, judge
from .models import ImportRow, ImportRun, Mode, Outcome, RunState

# A portion is short enough for other writers to wait for (SQLite has one writer).
PORTION = 125
# Behind whoever asks for a mail right now.
PRIO = 2
# The people of a portion, each with the line, by the keyed hash of the address.
People = dict[str, tuple[int, Person]]
NEXT = {
    RunState.CHECKING: RunState.CHECKED,
    RunState.RUNNING: RunState.DONE,
    RunState.UNDOING: RunState.UNDONE,
}


def advance(run: ImportRun, *, at: datetime) -> bool:
    """Do the next portion; False if there was none or somebody else has it.

    What only reads comes first: other writers do not wait for it.
    """
    if run.state == RunState.UNDOING:
        rows = list(run.lines.filter(line__gt=run.cursor).order_by("line")[:PORTION])
        step, do = rows[-1].line if rows else run.cursor, partial(_take_back, rows)
        over = len(rows) < PORTION
    else:
        people, refused = _read(run, at=at)
        work = _look_at if run.state == RunState.CHECKING else _take_in
        step, do = run.cursor + 1, partial(work, run, people, refused)
        over = step >= run.portions
    with transaction.atomic():
        mine = ImportRun.objects.working().filter(pk=run.pk, state=run.state, cursor=run.cursor)
        if not mine.update(cursor=step):
            return False
        do(at=at)
        if over:
            _finish(run, at=at)
    run.refresh_from_db()
    return True


def counts(run: ImportRun) -> dict[str, Any]:
    """How many rows have which outcome, and how many of them which reason."""
    found = run.lines.values_list("outcome", "problem").annotate(Count("pk")).order_by()
    outcomes = {outcome.name.lower(): 0 for outcome in Outcome}
    problems: dict[str, int] = {}
    for outcome, problem, number in found:
        outcomes[Outcome(outcome).name.lower()] += number
        if problem:
            problems[problem] = problems.get(problem, 0) + number
    return {**outcomes, "problems": problems}


def _finish(run: ImportRun, *, at: datetime) -> None:
    ImportRun.objects.filter(pk=run.pk).update(
        state=NEXT[RunState(run.state)], cursor=0, counters=counts(run), finished_at=at
    )
    if run.state != RunState.CHECKING:
        # Nobody needs the addresses twice: what is taken in stands in the pool.
        run.parts.all().delete()
    if run.state == RunState.UNDOING:
        run.lines.exclude(outcome=Outcome.KEPT).delete()
    audit.record(run, f"pool_imports.{NEXT[RunState(run.state)]}", by=None, rows=run.rows)


def _look_at(run: ImportRun, people: People, refused: Sequence[ImportRow], *, at: datetime) -> None:
    """The trial run: what would become of each row; changes nobody."""
    rows = list(refused)
    known = _known(people)
    earlier = dict(run.lines.filter(address_hash__in=people).values_list("address_hash", "line"))
    for address_hash, (line, person) in people.items():
        row = ImportRow(run=run, line=line, outcome=Outcome.REFUSED)
        if address_hash in earlier:
            row.problem, row.detail = "double", str(earlier[address_hash])
        else:
            verdict = judge(address_hash, person.agreed_on, by_letter=person.by_letter, mode=run.mode, known=known)
            row.address_hash, row.outcome, row.problem = address_hash, verdict.outcome, verdict.problem
        rows.append(row)
    ImportRow.objects.bulk_create(rows)


def _take_in(run: ImportRun, people: People, _refused: Sequence[ImportRow], *, at: datetime) -> None:
    """The real run: whoever could be taken in the trial run and still can be now."""
    lines = run.lines.filter(address_hash__in=people, outcome=Outcome.WAITING)
    found = {row.address_hash: row for row in lines if row.address_hash}
    waiting = {address_hash: row for address_hash, row in found.items() if people[address_hash][0] == row.line}
    known = _known(waiting)
    made: list[tuple[ImportRow, Person, Member]] = []
    for address_hash, row in waiting.items():
        person = people[address_hash][1]
        verdict = judge(address_hash, person.agreed_on, by_letter=person.by_letter, mode=run.mode, known=known)
        row.outcome, row.problem = verdict.outcome, verdict.problem
        if verdict.outcome != Outcome.WAITING:
            continue
        member = known.members.get(address_hash)
        if member is None:
            row.outcome, member = Outcome.MADE, _member(person, address_hash, at=at)
        else:
            row.outcome = Outcome.CHANGED
            row.before = {name: _stored(getattr(member, name)) for name in ("confirmed_at", "last_activity_at")}
        made.append((row, person, member))
    _write(run, made, at=at)
    _settle(waiting.values(), at=at)


def _settle(rows: Iterable[ImportRow], *, at: datetime) -> None:
    """Write down what became of the rows of a portion: one UPDATE for all of which the same is true."""
    same: dict[tuple[int, str, int | None], list[int]] = {}
    for row in rows:
        same.setdefault((row.outcome, row.problem, row.event_number), []).append(row.pk)
    for (outcome, problem, event_number), ids in same.items():
        ImportRow.objects.filter(pk__in=ids).update(
            outcome=outcome, problem=problem, event_number=event_number, done_at=at
        )
    ImportRow.objects.bulk_update([row for row in rows if row.before], ["before"])


def _write(run: ImportRun, made: Sequence[tuple[ImportRow, Person, Member]], *, at: datetime) -> None:
    new = [(row, person, member) for row, person, member in made if row.outcome == Outcome.MADE]
    proven = run.mode == Mode.PROVEN
    for _row, person, member in made:
        if proven:
            member.status, member.confirmed_at, member.last_activity_at = MemberStatus.ACTIVE, _noon(person), at
    moments = [] if proven else _moments(len(new), at=at)
    for (_row, _person, member), moment in zip(new, moments, strict=False):
        # The 48 hours and the seven days count from the mail, which may leave hours later.
        member.asked_at, member.generation = moment, 1
    Member.objects.bulk_create([member for _row, _person, member in new])
    Member.objects.bulk_update(
        [member for row, _person, member in made if row.outcome == Outcome.CHANGED],
        ["status", "confirmed_at", "last_activity_at"],
    )
    MemberTopic.objects.bulk_create(
        MemberTopic(member=member, topic_id=pk) for _row, person, member in new for pk in person.topics
    )
    MemberDistrict.objects.bulk_create(
        MemberDistrict(member=member, district_id=pk) for _row, person, member in new for pk in person.districts
    )
    PostalAddress.objects.bulk_create(
        PostalAddress(member=member, name=person.name, street=person.street, postcode=person.postcode, town=person.town)
        for _row, person, member in new
        if person.by_letter
    )
    keys = {} if proven else _post([member for _row, _person, member in new], moments)
    texts = _texts(run, {person.lang for _row, person, _member in made}, at=at)
    events = [
        _event(run, person, member, text=texts[person.lang], mail_key=keys.get(member.pk, ""), at=at)
        for _row, person, member in made
    ]
    ledger.append_many(events)
    for (row, _person, _member), event in zip(made, events, strict=True):
        row.event_number = event.number


def _member(person: Person, address_hash: str, *, at: datetime) -> Member:
    return Member(
        email=person.email,
        address_hash=address_hash,
        channel=Channel.LETTER if person.by_letter else Channel.MAIL,
        lang=person.lang,
        frequency=person.frequency,
        all_topics=not person.topics,
        all_districts=not person.districts,
        origin=Origin.PAPER,
        created_at=at,
        asked_at=at,
        last_activity_at=at,
    )


def _texts(run: ImportRun, langs: Iterable[str], *, at: datetime) -> dict[str, ConsentText]:
    """The words people agreed to: those of the form they signed, or those the confirmation mail asks about."""
    if run.mode == Mode.PROVEN:
        return dict.fromkeys(langs, text_of(run, at=at))
    return {lang: current_text(Purpose.INFORMATION, lang, at=at) for lang in langs}


def _event(
    run: ImportRun, person: Person, member: Member, *, text: ConsentText, mail_key: str, at: datetime
) -> ConsentEvent:
    """The line of the ledger, with the person's own evidence."""
    proven = run.mode == Mode.PROVEN
    return ConsentEvent(
        subject=member.address_hash,
        member=member,
        purpose=Purpose.INFORMATION,
        action=ConsentAction.GRANT if proven else ConsentAction.REQUEST,
        text=text,
        channel=Origin.PAPER,
        source=f"{person.evidence}; Import {run.pk}",
        mail_key=mail_key,
        at=_noon(person) if proven else at,
    )


def _post(members: Sequence[Member], moments: Sequence[datetime]) -> dict[int, str]:
    """Queue the confirmation mails, one after the other over time; the key of each."""
    if not members:
        return {}
    dispatch, _new = Dispatch.objects.get_or_create(
        kind=DispatchKind.CONFIRM,
        defaults={
            "mail_class": MailClass.TRANSACTIONAL,
            "state": DispatchState.RUNNING,
            "created_at": moments[0],
        },
    )
    Dispatch.objects.filter(pk=dispatch.pk).update(frozen=F("frozen") + len(members))
    Outbox.objects.bulk_create(
        Outbox(dispatch=dispatch, member=member, occasion=1, prio=PRIO, due_at=moment)
        for member, moment in zip(members, moments, strict=True)
    )
    return {member.pk: tokens.message_key(dispatch.pk, member.pk, 0, 1) for member in members}


def _moments(number: int, *, at: datetime) -> list[datetime]:
    """When each mail may leave: half of what the relay takes per minute, after those that wait already."""
    queued = Outbox.objects.filter(prio=PRIO, state=OutboxState.READY, dispatch__kind=DispatchKind.CONFIRM)
    last = queued.aggregate(last=Max("due_at"))["last"]
    gap = timedelta(seconds=120 / PoolSettings.load().mails_per_minute)
    start = max(at, last + gap) if last else at
    return [start + gap * place for place in range(number)]


def _take_back(rows: Sequence[ImportRow], *, at: datetime) -> None:
    """Restore what was before, unless the person has done something since: then it is theirs."""
    rows = [row for row in rows if row.outcome in (Outcome.MADE, Outcome.CHANGED)]
    subjects = [row.address_hash for row in rows]
    members = {member.address_hash: member for member in Member.objects.filter(address_hash__in=subjects)}
    newest = dict(
        ConsentEvent.objects.filter(subject__in=subjects).values_list("subject").annotate(Max("number")).order_by()
    )
    gone, back, kept = [], [], []
    for row in rows:
        member = members.get(row.address_hash or "")
        if member is None:
            # Erased since, by the person: nothing to restore, and their withdrawal stays as proof.
            continue
        if _is_touched(row, member, newest.get(member.address_hash)):
            kept.append(row.pk)
        else:
            (gone if row.outcome == Outcome.MADE else back).append((row, member))
    ledger.take_back({row.address_hash: row.event_number for row, _member in [*gone, *back]})
    _erase([member for _row, member in gone], at=at)
    for row, member in back:
        member.status = MemberStatus.PENDING
        member.confirmed_at = _read_moment(row.before["confirmed_at"])
        member.last_activity_at = _read_moment(row.before["last_activity_at"])
    Member.objects.bulk_update([member for _row, member in back], ["status", "confirmed_at", "last_activity_at"])
    ImportRow.objects.filter(pk__in=kept).update(outcome=Outcome.KEPT, problem="kept")
    ImportRow.objects.filter(pk__in={row.pk for row in rows} - set(kept)).update(outcome=Outcome.UNDONE)


def _is_touched(row: ImportRow, member: Member, newest: int | None) -> bool:
    was_asked = row.outcome == Outcome.MADE and member.status == MemberStatus.PENDING
    own_step = row.done_at is None or member.last_activity_at > row.done_at or newest != row.event_number
    return own_step or (was_asked and member.generation > 1)


def _erase(members: Sequence[Member], *, at: datetime) -> None:
    if not members:
        return
    # A backup from in between must not bring them back.
    erasures.note_erased([member.address_hash for member in members], never_again=False, at=at)
    for feature in features():
        feature.erase(members)
    discard(*members)


def _read(run: ImportRun, *, at: datetime) -> tuple[People, list[ImportRow]]:
    """The people of the next portion, and a row for each line that cannot be read."""
    reader, people, refused = _reader(run, at=at), {}, []
    portion = run.parts.filter(number=run.cursor).first()
    for line, cells in portion.records if portion else []:
        try:
            if isinstance(cells, str):
                raise Problem(cells)
            person = reader.person(cells)
            address_hash = _hash(person)
            if address_hash in people:
                raise Problem("double", str(people[address_hash][0]))
            people[address_hash] = (line, person)
        except Problem as problem:
            refused.append(
                ImportRow(run=run, line=line, outcome=Outcome.REFUSED, problem=problem.code, detail=problem.detail[:30])
            )
    return people, refused


def _reader(run: ImportRun, *, at: datetime) -> Reader:
    return Reader(
        columns=run.columns,
        width=len(run.heading),
        today=timezone.localdate(at),
        topics=_by_name(Topic.objects.values_list("pk", "code", "name")),
        districts=_by_name(District.objects.values_list("pk", "slug", "name")),
    )


def _by_name(rows: Iterable[tuple[int, str, str]]) -> dict[str, int]:
    return {plain(name): pk for pk, *names in rows for name in names}


def _known(hashes: Iterable[str]) -> Known:
    subjects = list(hashes)
    blocked = Suppression.objects.filter(address_hash__in=subjects).filter(
        scope__in=["all", Suppression.SILENCED, Purpose.INFORMATION]
    )
    withdrawn = (
        ConsentEvent.objects.filter(subject__in=subjects, action=ConsentAction.WITHDRAW, purpose=Purpose.INFORMATION)
        .values_list("subject")
        .annotate(Max("at"))
        .order_by()
    )
    return Known(
        members={member.address_hash: member for member in Member.objects.filter(address_hash__in=subjects)},
        blocked=frozenset(blocked.values_list("address_hash", flat=True)),
        withdrawn={subject: timezone.localdate(moment) for subject, moment in withdrawn},
    )


def _hash(person: Person) -> str:
    if person.email:
        return tokens.address_hash(person.email)
    return tokens.postal_hash(person.name, person.street, person.postcode)


def _noon(person: Person) -> datetime:
    """A day on paper as a moment: noon is that day in every season."""
    return timezone.make_aware(datetime.combine(person.agreed_on, time(12)))


def _stored(moment: datetime | None) -> str:
    return moment.isoformat() if moment else ""


def _read_moment(text: str) -> datetime | None:
    return datetime.fromisoformat(text) if text else None

"""Members who are plainly made up, for tests and the demo: each lives in beispiel.example."""

import random
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db.models import F

from mitwirken.accounts.models import User
from mitwirken.city import samples as city
from mitwirken.city.models import Department, District, Topic
from mitwirken.core import clock
from mitwirken.core.models import AuditEntry
from mitwirken.portal import registry
from mitwirken.portal import samples as portal

from . import actions, ledger, tokens
from .actions import Profile
from .models import (
    STANDING,
    ConsentAction,
    DepartmentAccess,
    DigestPeriod,
    Dispatch,
    DispatchState,
    Member,
    MemberStatus,
    Origin,
    OutboxState,
    Purpose,
)
from .wording import current_text

SEED = 2026


def member(*, consent: str | None = Purpose.INFORMATION, at: datetime | None = None, **fields: Any) -> Member:
    """A confirmed member; choices as tuples of objects or codes: `topics`, `districts`, `kinds`."""
    at = at or clock.now() - timedelta(days=30)
    number = Member.objects.count() + 1
    chosen = {
        "topics": tuple(row.pk for row in fields.pop("topics", ())),
        "districts": tuple(row.pk for row in fields.pop("districts", ())),
        "kinds": tuple(fields.pop("kinds", ())),
        "frequency": fields.pop("frequency", "now"),
        "lang": fields.pop("lang", "de"),
        "on_site": fields.pop("on_site", True),
        "online": fields.pop("online", True),
        "lat": fields.pop("point_lat", None),
        "lon": fields.pop("point_lon", None),
        "radius": fields.pop("radius", None),
        "plain_language": fields.pop("plain_language", False),
        "access_needs": fields.pop("access_needs", ""),
    }
    email = fields.pop("email", f"mitglied{number}@beispiel.example")
    values = {
        "email": email,
        "address_hash": tokens.address_hash(email),
        "status": MemberStatus.ACTIVE,
        "created_at": at,
        "asked_at": at,
        "confirmed_at": at,
        "last_activity_at": at,
    } | fields
    row = Member.objects.create(**values)
    actions.joining.write_profile(row, Profile(**chosen))
    if consent:
        text = current_text(consent, row.lang, at=at)
        for action in (ConsentAction.REQUEST, ConsentAction.GRANT):
            ledger.append(row, action, text=text, channel=row.origin, source="/mitmachpool/anmelden/", at=at)
    return row


def askable(row: Member, *, at: datetime | None = None) -> Member:
    """The member agreed to be asked personally, too."""
    at = at or clock.now() - timedelta(days=1)
    text = current_text(Purpose.TASKS, row.lang, at=at)
    ledger.append(row, ConsentAction.GRANT, text=text, channel=Origin.WEB, source="/mitmachpool/anmelden/", at=at)
    return row


def enabled(department: Department | None = None) -> Department:
    """A department that may write to the pool."""
    department = department or city.department()
    DepartmentAccess.objects.update_or_create(
        department=department, defaults={"enabled_at": clock.now() - timedelta(days=400), "mails_per_month": 20}
    )
    return department


def writer() -> User:
    """Whoever sends what has to be sent before a test or the demo begins."""
    person = User.objects.filter(is_superuser=True).first()
    return person or User.objects.create_user(email="werkstatt@demo.stadt.example", is_superuser=True)


def demo_asking(at: datetime) -> Department:
    """The department that asks people in the demo; a third of the members has agreed to be asked."""
    home = Department.objects.filter(slug="stadtplanung").first() or Department.objects.first()
    for row in Member.objects.active().exclude(consents__purpose=Purpose.TASKS).order_by("pk")[::3]:
        askable(row, at=at - timedelta(days=90))
    return enabled(home)


def as_if_sent(dispatch: Dispatch, *, at: datetime, wrong: Callable[[list[int]], list[int]] = lambda rows: []) -> None:
    """The demo's mails have left long ago, and nobody gets one; `wrong` picks the rows that came back."""
    actions.freeze(dispatch, at=at)
    rows = list(dispatch.rows.values_list("pk", flat=True))
    dispatch.rows.filter(pk__in=wrong(rows)).update(state=OutboxState.FAILED, reply_code=550, enh_code="5.1.1")
    dispatch.rows.filter(state=OutboxState.READY).update(
        state=OutboxState.ACCEPTED, sent_at=at + timedelta(minutes=2), attempts=F("attempts") + 1
    )
    Dispatch.objects.filter(pk=dispatch.pk).update(
        state=DispatchState.DONE, created_at=at, done_at=at + timedelta(minutes=3)
    )


def demo_members(count: int = 400) -> None:
    """A pool as large as the real one was: spread over the districts like the people, joined over a year.

    What is public already counts as sent, so that the archive and the numbers are full and no mail leaves.
    Running it twice adds nobody.
    """
    if Member.objects.filter(email__endswith="@beispiel.example").count() >= count:
        return
    chance, now = random.Random(SEED), clock.now()
    districts, topics = list(District.objects.all()), list(Topic.objects.all())
    people = [district.population or 1 for district in districts]
    kinds = [module.slug for module in registry.modules()]
    for number in range(1, count + 1):
        joined = now - timedelta(days=chance.randint(9, 364), minutes=chance.randint(0, 1440))
        home = chance.choices(districts, people)[:1] if districts and chance.random() < 0.8 else []
        near = chance.sample(districts, 1) if districts and chance.random() < 0.15 else []
        member(
            email=f"mitglied{number:03}@beispiel.example",
            at=joined,
            origin=chance.choices(Origin.values, [80, 8, 8, 4])[0],
            frequency=chance.choices(["now", "weekly", "monthly"], [25, 55, 20])[0],
            lang=chance.choices(["de", "en"], [95, 5])[0],
            topics=chance.sample(topics, min(len(topics), chance.choice([0, 1, 2, 2, 3, 4]))),
            districts=dict.fromkeys(home + near),
            kinds=chance.sample(kinds, 1) if kinds and chance.random() < 0.1 else (),
            on_site=(on_site := chance.random() < 0.8),
            online=not on_site or chance.random() < 0.85,
        )
    _demo_sign_ups()
    demo_history(at=now)


def _demo_sign_ups() -> None:
    """The traces of who joined on the web, and of one more in ten who never pressed the button of the mail."""
    joined = Member.objects.filter(origin=Origin.WEB).order_by("pk").values_list("pk", "created_at")
    traces = [(pk, at, action) for pk, at in joined for action in ("pool.asked", "pool.confirmed")]
    traces += [(pk, at, "pool.asked") for pk, at in joined[::10]]
    AuditEntry.objects.bulk_create(
        AuditEntry(
            at=at,
            action=action,
            object_type=Member._meta.label_lower,
            object_id=str(pk),
            facts={"new": True} if action == "pool.asked" else {},
        )
        for pk, at, action in traces
    )


def demo_history(*, at: datetime) -> list[Dispatch]:
    """Announce what is public now as if it had been sent when it was published, and the last digests."""
    steps = actions.announceable(since=at - timedelta(days=365), until=at, at=at)
    told = [actions.announce(step, at=at) for step in steps] + actions.start_digests(at=at)
    for dispatch in told:
        # Written down now, sent then: whoever joined since is told of old offers, too, and the archive is full.
        actions.freeze(dispatch, at=at)
        sent = (dispatch.step and dispatch.step.published_at) or at - timedelta(hours=2)
        # A tenth of all addresses is wrong after some years.
        as_if_sent(dispatch, at=sent, wrong=lambda rows: [pk for pk in rows if pk % 10 == 7])
    return told


def sample_dispatches(*, langs: Sequence[str], at: datetime) -> list[Dispatch]:
    """One mail of every kind the pool itself sends, on its way to a member of each language.

    Features that send mails offer the same function in their samples.py (README, "Every mail is looked at").
    """
    told = portal.step(title="Lesegarten am Kanal", published_at=at, topics=Topic.objects.all()[:2])
    people: dict[str, list[Member]] = {}
    for lang in langs:
        people[lang] = [
            member(lang=lang, frequency=frequency, topics=told.topics.all(), email=f"{lang}-{name}@beispiel.example")
            for name, frequency in (
                ("sofort", "now"),
                ("woche", "weekly"),
                ("monat", "monthly"),
                ("link", "weekly"),
                ("still", "weekly"),
                ("umzug", "weekly"),
            )
        ]
        actions.ask_to_join(f"{lang}-neu@beispiel.example", Profile(lang=lang), at=at, source="/mitmachpool/anmelden/")
        *_readers, asks, silent, moves = people[lang]
        actions.send_link(asks.email, at=at)
        actions.ask_to_stay(silent, at=at)
        actions.ask_to_move(moves, f"{lang}-neue-adresse@beispiel.example", at=at)
    made = [actions.announce(told, at=at)]
    for period in DigestPeriod.values:
        digest = actions.mailings.start_digest(period, at - timedelta(days=28), at + timedelta(seconds=1), at=at)
        made += [digest] if digest else []
    return [*made, *Dispatch.objects.filter(kind__in=STANDING)]

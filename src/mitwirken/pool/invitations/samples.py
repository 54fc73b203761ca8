"""Believable events and guests, for tests and the demo."""

import random
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from mitwirken.accounts.models import User
from mitwirken.city.models import Department
from mitwirken.core import clock

from .. import actions as pool
from .. import samples as members
from .. import selecting
from ..models import Dispatch, Member
from ..samples import as_if_sent, askable, demo_asking, enabled, writer
from . import actions
from .models import Event, Guest


def event(department: Department | None = None, **fields: Any) -> Event:
    """A draft: an evening in three weeks with twenty places."""
    now = clock.now()
    starts = fields.get("starts_at", timezone.localtime(now + timedelta(days=21)).replace(hour=18, minute=0, second=0))
    values = {
        "department": department or enabled(),
        "title": "Werkstatt zum Alten Markt",
        "text": "Wir legen drei Entwürfe auf die Tische und arbeiten in kleinen Gruppen daran.",
        "starts_at": starts,
        "ends_at": starts + timedelta(hours=2),
        "place": "Bürgersaal am Alten Markt, Raum 2",
        "access": "Aufzug, rollstuhlgerechte Toilette, Höranlage. Haltestelle Alter Markt.",
        "places": 20,
        "companions": 1,
        "answer_by": starts - timedelta(days=2),
        "people": 60,
        "selection": selecting.EVERYBODY,
        "created_at": now,
        "changed_at": now,
    } | fields
    return Event.objects.create(**values)


def invited(department: Department | None = None, *, by: User | None = None, **fields: Any) -> Event:
    """An event with its invitations sent to everybody who may be asked."""
    row = event(department, **fields)
    actions.invite(row, by=by or writer(), at=clock.now())
    return row


_NAMES = ["Erika Muster", "Max Beispiel", "", "", "Lena Probe", "", "Familie Vorlage"]
_NEEDS = ["", "", "", "Bitte ein Platz für einen Rollstuhl.", "", "Gebärdensprache wäre gut."]


def demo(at: datetime) -> None:
    """An evening with a waiting list, one that was cancelled, and a draft; those that exist stay."""
    if Event.objects.exists() or not Member.objects.active().exists():
        return
    chance = random.Random(2027)
    home = demo_asking(at)
    evening = timezone.localtime(at + timedelta(days=12)).replace(hour=18, minute=0, second=0, microsecond=0)
    full = event(home, starts_at=evening, places=12, people=45, created_by=writer())
    _demo_invite(full, chance, at - timedelta(days=5))
    walk = event(
        home,
        title="Rundgang durch das Hafenquartier",
        text="Zwei Stunden zu Fuß mit dem Planungsteam. Unterwegs zeigen wir, was sich ändern soll.",
        starts_at=evening + timedelta(days=4),
        place="Treffpunkt Stadthaus, Haupteingang",
        access="Stufenlos, mit Pausen auf Bänken.",
        places=15,
        people=30,
        created_by=writer(),
    )
    _demo_invite(walk, chance, at - timedelta(days=3))
    actions.cancel(walk, "Der Weg am Becken ist wegen Bauarbeiten gesperrt.", by=writer(), at=at - timedelta(hours=20))
    _mails_have_left(walk, at - timedelta(hours=20))
    event(
        home,
        title="Sprechstunde zum Radverkehr",
        text="Bringen Sie Ihre Strecke mit, wir bringen die Karte mit.",
        starts_at=evening + timedelta(days=30),
        created_by=writer(),
    )


def _demo_invite(row: Event, chance: random.Random, begun: datetime) -> None:
    actions.invite(row, by=writer(), at=begun)
    for guest in Guest.objects.filter(event=row).select_related("member").order_by("code"):
        moment, wish = begun + timedelta(hours=chance.randint(1, 60)), chance.random()
        if wish < 0.35:
            continue
        came = actions.reply(guest, wish > 0.55, companions=chance.choice([0, 0, 1]), at=moment)
        if came in ("yes", "waiting"):
            actions.say_more(guest, name=chance.choice(_NAMES), needs=chance.choice(_NEEDS), at=moment)
    _mails_have_left(row, begun)


def _mails_have_left(row: Event, moment: datetime) -> None:
    for dispatch in Dispatch.objects.filter(pk__in=row.notices.values("dispatch")):
        as_if_sent(dispatch, at=moment)


def sample_dispatches(*, langs: Sequence[str], at: datetime) -> list[Dispatch]:
    """An invitation and every notice about a place on their way to somebody of each language."""
    people = {lang: [askable(members.member(lang=lang)).pk for _number in range(3)] for lang in langs}
    asked = invited()
    full = invited(title="Rundgang durch das Hafenquartier", places=len(langs), companions=0)
    for dispatch in Dispatch.objects.filter(pk__in=full.notices.values("dispatch")):
        pool.freeze(dispatch, at=at)
    guests = {guest.member_id: guest for guest in Guest.objects.filter(event=full)}
    # The first of each language gets a place, the others wait; then the first gives it up.
    for place in range(3):
        for lang in langs:
            actions.reply(guests[people[lang][place]], True, at=at)
    for lang in langs:
        actions.reply(guests[people[lang][0]], False, at=at)
    actions.change(full, {"place": "Treffpunkt Stadthaus, Haupteingang"}, by=writer(), at=at)
    actions.remind(full, 1, at=at)
    actions.cancel(full, "Der Weg am Becken ist wegen Bauarbeiten gesperrt.", by=writer(), at=at)
    return [notice.dispatch for event in (asked, full) for notice in event.notices.select_related("dispatch")]


def sample_data(*, at: datetime) -> Member:
    """Somebody who was invited, said more than yes, and came."""
    member = askable(members.member(), at=at)
    row = invited()
    guest = row.guests.get()
    actions.reply(guest, True, companions=1, at=at)
    guest.refresh_from_db()
    actions.say_more(guest, name="Erika Muster", needs="Ein Platz vorne.", at=at)
    row.guests.update(came=True)
    return member

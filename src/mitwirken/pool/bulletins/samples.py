"""Believable bulletins, for tests and the demo."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from mitwirken.accounts.models import User
from mitwirken.accounts.samples import DEMO_DOMAIN
from mitwirken.city import samples as city
from mitwirken.city.models import Department, Topic
from mitwirken.core import clock
from mitwirken.portal.models import ProjectPage

from .. import samples as members
from ..models import DepartmentAccess, Dispatch
from . import actions
from .markup import Text, stored
from .models import Bulletin, BulletinTemplate, State

GOOD = Text(
    subject="Alter Markt: So geht es nach der Werkstatt weiter",
    body="""Liebe Mitglieder,

fast hundert Menschen haben mit uns über den Alten Markt gesprochen. **Danke dafür.**

Heute sagen wir Ihnen, was daraus wird.

## Was wir mitnehmen

- mehr Schatten auf der Südseite
- Bänke mit Lehne, auf halbem Weg zur Haltestelle
- der Wochenmarkt bleibt, wo er ist

## Was als Nächstes kommt

1. Das Planungsbüro zeichnet zwei Entwürfe.
2. Sie vergleichen beide Entwürfe, im Netz und im Bezirksbüro.
3. Danach entscheidet die Bezirksvertretung.

Fragen beantwortet das Team Freiraum gern: [Mail an das Team Freiraum](mailto:freiraum@stadt.example)""",
    alt="Menschen stehen um einen Tisch mit einem Modell des Platzes.",
)
ENGLISH = Text(
    subject="Old Market: what happens after the workshop",
    body="""Dear members,

almost a hundred people talked with us about the Old Market. **Thank you.** Today we tell you what becomes of it.

## What we take along

- more shade on the south side
- benches with a back, halfway to the stop
- the weekly market stays where it is

## What comes next

1. The planners draw two designs.
2. You compare both, online and in the district office.
3. Then the district council decides.

The team answers your questions: [Write to the team](mailto:freiraum@stadt.example)""",
    alt="People stand around a table with a model of the square.",
)
SIMPLE = Text(
    subject="Der Alte Markt: So geht es weiter",
    body="""Viele Menschen haben mitgemacht. Danke!

Wir haben gehört:

- Die Menschen wollen mehr Schatten.
- Die Menschen wollen mehr Bänke.
- Der Wochen-Markt soll bleiben.

So geht es weiter:

- Es gibt bald 2 Pläne.
- Sie können die Pläne vergleichen.
- Dann wird entschieden.""",
)
FLAWED = Text(
    subject="",
    body="""Am [Bitte ergänzen: Tag] sind wir im Quartier.

Mehr Informationen finden Sie [hier](http://stadt.example/markt).""",
)


def access(department: Department | None = None, **fields: Any) -> DepartmentAccess:
    """A department that may write to the pool since last year."""
    values = {"enabled_at": clock.now() - timedelta(days=365), "reply_to": "antworten@stadt.example"} | fields
    department = department or city.department()
    return DepartmentAccess.objects.update_or_create(department=department, defaults=values)[0]


def bulletin(*, author: User | None = None, texts: dict[str, Text] | None = None, **fields: Any) -> Bulletin:
    """A finished draft to everybody; override what the test is about."""
    now = clock.now()
    values = {
        "department": fields.pop("department", None) or city.department(),
        "texts": stored(texts if texts is not None else {"de": GOOD, "en": ENGLISH, "de-simple": SIMPLE}),
        "rule": {"and": []},
        "municipal_reference": "Umbau des Alten Marktes, eigene Planung der Stadt",
        "author": author,
        "edited_by": author,
        "created_at": now,
        "changed_at": now,
    } | fields
    return Bulletin.objects.create(**values)


def template(department: Department | None = None, **texts: Text) -> BulletinTemplate:
    """Something to start from, with gaps."""
    row = BulletinTemplate(department=department, name="Einladung zu einem Termin")
    words = {"de": INVITATION} | texts
    actions.save_template(row, words, by=None, at=clock.now())
    return row


INVITATION = Text(
    subject="[Bitte ergänzen: Was?] am [Bitte ergänzen: Wann?]",
    body="""Liebe Mitglieder,

wir laden Sie ein: [Bitte ergänzen: Worum geht es, in einem Satz?]

## Wann und wo

- [Bitte ergänzen: Tag und Uhrzeit]
- [Bitte ergänzen: Ort, mit Hinweis zum stufenlosen Zugang]

## Sie können nicht kommen?

[Bitte ergänzen: Wie kann man trotzdem mitmachen?]""",
)


def demo(at: datetime) -> None:
    """One being written, one that waits for approval, one that was sent; twice adds nothing."""
    department = Department.objects.filter(slug="stadtplanung").first()
    author = User.objects.filter(email=f"projektleitung@{DEMO_DOMAIN}").first()
    approver = User.objects.filter(email=f"mitmachpool@{DEMO_DOMAIN}").first()
    if department is None or author is None or Bulletin.objects.exists():
        return
    if not hasattr(department, "pool_access"):
        access(department, enabled_by=approver, reply_to=department.email)
    project = ProjectPage.objects.live().filter(slug="alter-markt").first()
    topics = list(Topic.objects.filter(code="mobility").values_list("pk", flat=True))
    by_topic = {"and": [{"topics": topics}] if topics else []}
    common = {"department": department, "author": author, "project": project, "rule": by_topic}
    template()
    bulletin(texts={"de": FLAWED}, **common, changed_at=at - timedelta(days=1))
    bulletin(
        texts={"de": BENCH, "en": BENCH_ENGLISH},
        **common,
        state=State.SUBMITTED,
        submitted_at=at - timedelta(hours=3),
        confirmed=["no_simple||"],
        scheduled_at=(at + timedelta(days=2)).replace(hour=9, minute=0, second=0, microsecond=0),
    )
    left = at - timedelta(days=18)
    sent = bulletin(
        **common, state=State.APPROVED, approver=approver, submitted_at=left, approved_at=left, created_at=left
    )
    actions.send_due(at=left + timedelta(minutes=1))
    sent.refresh_from_db()
    if sent.dispatch:
        members.as_if_sent(sent.dispatch, at=left, wrong=lambda rows: rows[7::40])


BENCH = Text(
    subject="Probesitzen am Alten Markt: Welche Bank ist die richtige?",
    body="""Liebe Mitglieder,

auf dem Alten Markt stehen für eine Woche fünf verschiedene Bänke.

Bitte setzen Sie sich auf jede einmal und sagen Sie uns, auf welcher Sie gern bleiben würden.

## So machen Sie mit

- Füllen Sie die Karte aus, die an jeder Bank hängt.
- Oder rufen Sie uns an: [Telefon des Teams Freiraum](tel:0123502211)

Der Platz ist stufenlos zu erreichen. Eine Toilette für alle ist im Bezirksbüro gegenüber.""",
)
BENCH_ENGLISH = Text(
    subject="Try the benches on the Old Market",
    body="""Dear members,

for one week five different benches stand on the Old Market.

Please sit on each of them and tell us where you would like to stay.

## How to take part

- Fill in the card at each bench.
- Or call us: [Telephone of the team](tel:0123502211)

There are no steps. A toilet for everybody is in the district office across the street.""",
)


def sample_dispatches(*, langs: Sequence[str], at: datetime) -> list[Dispatch]:
    """A bulletin on its way to somebody of each language, and to somebody who wants plain language."""
    for lang in langs:
        members.member(lang=lang)
    members.member(lang="de", plain_language=True)
    access()
    row = bulletin(state=State.APPROVED, submitted_at=at, approved_at=at)
    actions.send_due(at=at)
    row.refresh_from_db()
    return [row.dispatch] if row.dispatch else []

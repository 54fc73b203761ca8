"""Every list of the staff area and of the public pages with sixty rows: no more questions, and nothing lost.

One line per list. Who adds a list that grows adds a line here.
"""

import re
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from html import unescape
from itertools import count

import pytest
from django.template import engines
from django.urls import reverse

from mitwirken.accounts import samples as people
from mitwirken.accounts.models import Role, RoleKind, User
from mitwirken.city import samples as city
from mitwirken.core import clock
from mitwirken.core.models import AuditEntry
from mitwirken.core.tests.asking import questions
from mitwirken.evaluation.models import Run
from mitwirken.pool import samples as members
from mitwirken.pool.assignments import samples as assignments
from mitwirken.pool.bulletins import samples as bulletins
from mitwirken.pool.bulletins.models import BulletinTemplate, State, TemplateVersion
from mitwirken.pool.imports.models import ImportRun
from mitwirken.pool.invitations import samples as invitations
from mitwirken.pool.letters.models import Batch, BatchState
from mitwirken.pool.models import Campaign, Dispatch, MemberStatus, Outbox, OutboxEvent, Selection
from mitwirken.portal import samples as portal
from mitwirken.portal.models import Comment, Contribution, Measure, Report, Step, StepState, Update
from mitwirken.website import samples as website
from mitwirken.website.models import NewsIndexPage, NewsPage

# Wagtail's own templates lean on missing variables.
pytestmark = [pytest.mark.django_db, pytest.mark.ignore_template_errors]
FEW, MANY = 3, 60
numbers = count(1)


def mark():
    """A name no other row has."""
    return f"Zeile-{next(numbers):04}"


@dataclass
class World:
    """What the lists hang on: made once per test."""

    user: User
    project: object
    step: Step
    contribution: Contribution
    selection: Selection
    dispatch: Dispatch
    template: BulletinTemplate

    @property
    def department(self):
        return city.department()


@pytest.fixture
def world(monkeypatch, client):
    monkeypatch.setattr(engines["django"].engine, "string_if_invalid", "")
    city.city()
    department = city.department()
    bulletins.access(department)
    user = people.user(is_staff=True, is_superuser=True)
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    project = portal.project(department)
    step = portal.step(project, title="Der Schritt")
    now = clock.now()
    selection = Selection.objects.create(
        name="Die Auswahl", department=department, rule={"and": []}, created_at=now, changed_at=now
    )
    dispatch = Dispatch.objects.create(kind="bulletin", mail_class="bulk", state="done", created_at=now)
    template = bulletins.template(department)
    return World(user, project, step, portal.contribution(step), selection, dispatch, template)


# --- one more row of each list ----------------------------------------------------------------------------


def dispatch(world):
    return Dispatch.objects.create(
        kind="bulletin", mail_class="bulk", state="done", frozen=20, created_at=clock.now(),
        department=world.department, content={"subject": mark()},
    )  # fmt: skip


def trouble(world):
    name = mark()
    member = members.Member.objects.create(
        email=f"{name}@beispiel.example", address_hash=name, status=MemberStatus.ACTIVE,
        created_at=clock.now(), last_activity_at=clock.now(),
    )  # fmt: skip
    row = Outbox.objects.create(dispatch=world.dispatch, member=member, due_at=clock.now())
    OutboxEvent.objects.create(outbox=row, at=clock.now(), kind="failed", detail=name)


def import_run(world):
    ImportRun.objects.create(
        label=mark(), content_hash="x", mode="proven", encoding="utf-8", state="done",
        created_by=world.user, created_at=clock.now(),
    )  # fmt: skip


def campaign(world):
    name = mark()
    Campaign.objects.create(code=name.lower(), label=name, department=world.department, created_at=clock.now())


def template(world):
    row = BulletinTemplate.objects.create(department=world.department, name=mark())
    TemplateVersion.objects.create(template=row, number=1, created_at=clock.now())


def template_version(world):
    author = people.user(last_name=mark())
    number = world.template.versions.count() + 1
    TemplateVersion.objects.create(template=world.template, number=number, created_at=clock.now(), created_by=author)


def bulletin(state):
    def make(world):
        texts = {"de": bulletins.Text(subject=mark(), body="Guten Tag.", alt="")}
        bulletins.bulletin(author=people.user(), texts=texts, state=state)

    return make


def batch(state):
    def make(world):
        # A batch is called after its number: the name of whoever made it, or its number, stands for it.
        made = Batch.objects.create(
            channel=1, lang="de", state=state, claim_id=uuid.uuid4(), created_at=clock.now(), done_at=clock.now()
        )
        return str(made)

    return make


def task(world):
    assignments.task(world.department, title=mark())


def event(world):
    invitations.event(world.department, title=mark())


def selection(world):
    now = clock.now()
    Selection.objects.create(name=mark(), department=world.department, rule={"and": []}, created_at=now, changed_at=now)


def selection_version(world):
    person = people.user(last_name=mark())
    AuditEntry.objects.create(
        at=clock.now(), action="pool.selection_changed", actor=person, object_type="pool.selection",
        object_id=str(world.selection.pk), facts={"rule": {"and": []}, "version": 2},
    )  # fmt: skip


def step(world):
    portal.step(world.project, title=mark())


def past_step(world):
    """An open step has a button at the head of every page of its project."""
    now = clock.now()
    portal.step(world.project, title=mark(), starts_at=now - timedelta(days=3), ends_at=now - timedelta(days=1))


def draft_step(world):
    portal.step(world.project, title=mark(), state=StepState.DRAFT)


def measure(world):
    Measure.objects.create(project=world.project, title=mark())


def update(world):
    Update.objects.create(project=world.project, title=mark(), text="Text", published_at=clock.now())


def project(world):
    portal.project(world.department, title=mark())


def contribution(world):
    portal.contribution(world.step, title=mark())


def pending(world):
    portal.contribution(world.step, title=mark(), moderation="pending")


def remark(world):
    Comment.objects.create(contribution=world.contribution, text=mark(), created_at=clock.now())


def report(world):
    Report.objects.create(contribution=world.contribution, reason=mark(), created_at=clock.now())


def history(world):
    person = people.user(last_name=mark())
    AuditEntry.objects.create(
        at=clock.now(), action="portal.support", actor=person, object_type="portal.contribution",
        object_id=str(world.contribution.pk),
    )  # fmt: skip


def own_contribution(world):
    portal.contribution(world.step, title=mark(), author=world.user)


def case(world):
    website.case(name=mark())


def run(world):
    now = clock.now()
    ended = portal.step(world.project, title=mark(), ends_at=now - timedelta(days=1))
    Run.objects.create(step=ended, questions_version="1", opened_at=now, closes_at=now + timedelta(days=9))


def colleague(world):
    person = people.user(last_name=mark())
    Role.objects.create(user=person, department=world.department, kind=RoleKind.EDITOR)


def news(world):
    index = NewsIndexPage.objects.first() or portal.home().add_child(
        instance=NewsIndexPage(title="Aktuelles", slug="aktuelles")
    )
    name = mark()
    index.add_child(instance=NewsPage(title=name, slug=name.lower(), published_on=clock.today(), teaser="Neues"))


# --- the lists --------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class List:
    """A list: what makes one more row, where it stands, and what its place is called in the address."""

    make: Callable[[World], object]
    address: Callable[[World], str]
    place: str = "vor"


def at(name, *attributes):
    """The page of this name; its numbers are those of the world's things."""
    return lambda world: reverse(name, args=[getattr(world, attribute).pk for attribute in attributes])


def public_project(world):
    return reverse("portal:project", args=[world.project.slug])


LISTS = {
    "dispatches": List(dispatch, at("pool_staff:index"), "aussendungen"),
    "troubles of a dispatch": List(trouble, at("pool_staff:dispatch", "dispatch"), "stoerungen"),
    "imports": List(import_run, at("pool_imports:index")),
    "campaign codes": List(campaign, at("pool_imports:campaigns")),
    "templates": List(template, at("pool_bulletins:templates")),
    "versions of a template": List(template_version, at("pool_bulletins:template", "template")),
    "bulletins to approve": List(bulletin(State.SUBMITTED), at("pool_bulletins:index"), "eingereicht"),
    "bulletins being written": List(bulletin(State.DRAFT), at("pool_bulletins:index"), "entwuerfe"),
    "bulletins planned": List(bulletin(State.APPROVED), at("pool_bulletins:index"), "geplant"),
    "bulletins sent": List(bulletin(State.SENT), at("pool_bulletins:index"), "gesendet"),
    "batches to do": List(batch(BatchState.OPEN), at("pool_letters_staff:index"), "offen"),
    "batches done": List(batch(BatchState.DONE), at("pool_letters_staff:index"), "erledigt"),
    "tasks": List(task, at("pool_assignments_staff:index")),
    "events": List(event, at("pool_invitations_staff:index")),
    "selections": List(selection, at("pool_selections:index")),
    "versions of a selection": List(selection_version, at("pool_selections:edit", "selection"), "fassungen"),
    "projects": List(project, at("portal_staff:projects")),
    "steps of a project": List(draft_step, at("portal_staff:project", "project"), "schritte"),
    "measures of a project": List(measure, at("portal_staff:project", "project"), "massnahmen"),
    "news of a project": List(update, at("portal_staff:project", "project"), "neuigkeiten"),
    "contributions of a step": List(contribution, at("portal_staff:contributions", "step")),
    "remarks on a contribution": List(remark, at("portal_staff:contribution", "contribution"), "anmerkungen"),
    "reports of a contribution": List(report, at("portal_staff:contribution", "contribution"), "meldungen"),
    "history of a contribution": List(history, at("portal_staff:contribution", "contribution"), "verlauf"),
    "steps to type in for": List(step, at("portal_staff:enter")),
    "to moderate": List(pending, at("portal_staff:moderation")),
    "contact desk": List(case, at("website_staff:cases")),
    "participation checks": List(run, at("evaluation_staff:runs")),
    "people with roles": List(colleague, at("accounts_staff:roles"), "ab"),
    "public: mails of the pool": List(dispatch, at("pool:archive")),
    "public: steps of a project": List(past_step, lambda world: public_project(world) + "?schritte=1", "schritte"),
    "public: measures of a project": List(measure, public_project, "massnahmen"),
    "public: news of a project": List(update, public_project, "neues"),
    "public: open offers of a department": List(
        step, lambda world: reverse("portal:section", args=[world.department.slug]), "jetzt"
    ),
    "public: contributions found": List(contribution, lambda world: "/suche/?q=Zeile&art=beitraege"),
    "public: news": List(news, lambda world: "/aktuelles/"),
    "my contributions": List(own_contribution, at("accounts:home")),
}


def way_on(html, place):
    """The address of the next page of this list; empty on the last one."""
    links = [unescape(link) for link in re.findall(r'<a [^>]*href="([^"]+)"[^>]*rel="next"', html)]
    return next((link for link in links if re.search(rf"[?&]{place}=", link)), "")


@pytest.mark.parametrize("name", LISTS)
def test_sixty_rows_cost_as_many_questions_as_three_and_each_can_be_reached(client, world, name):
    wanted = LISTS[name]

    def make(times):
        start = next(numbers)
        said = [wanted.make(world) for _ in range(times)]
        return [text for text in said if isinstance(text, str)] or [
            f"Zeile-{number:04}" for number in range(start + 1, next(numbers))
        ]

    rows = make(FEW)
    address = wanted.address(world)
    few = questions(client, address)
    rows += make(MANY - FEW)
    assert questions(client, address) == few

    seen, page, walked = [], address, 0
    while page:
        html = client.get(page).content.decode()
        shown = [row for row in rows if re.search(rf"{re.escape(row)}\b", html)]
        assert len(shown) < MANY, "a page shows some of the rows, never all of them"
        seen += shown
        way, walked = way_on(html, wanted.place), walked + 1
        page = way if not way.startswith("?") else address.partition("?")[0] + way
        assert walked < MANY
    assert sorted(seen) == sorted(rows)

"""A stranger walks every address of the staff area, and finds every door closed.

The list is made from the URL resolver, so a new page is walked the day it is added.
"""

import re
from datetime import timedelta

import pytest
from django.apps import apps
from django.template import engines
from django.urls import URLPattern, URLResolver, get_resolver
from wagtail.models import Collection

from mitwirken.accounts import samples as people
from mitwirken.accounts.models import Role, RoleKind
from mitwirken.city import samples as city
from mitwirken.core import clock
from mitwirken.core.models import AuditEntry
from mitwirken.pool.actions import save_selection
from mitwirken.pool.assignments import samples as assignments
from mitwirken.pool.assignments.views import staff as staff_tasks
from mitwirken.pool.bulletins import samples as bulletins
from mitwirken.pool.bulletins.markup import Text
from mitwirken.pool.bulletins.views import staff as staff_bulletins
from mitwirken.pool.invitations import samples as invitations
from mitwirken.pool.invitations.views import staff as staff_events
from mitwirken.pool.models import DepartmentAccess, Dispatch, DispatchKind
from mitwirken.pool.views import staff as staff_pool
from mitwirken.portal import samples
from mitwirken.portal.models import Comment, ModerationState, Report

# Wagtail's own templates lean on missing variables.
pytestmark = [pytest.mark.django_db, pytest.mark.ignore_template_errors]

SECRET = "Geheimplan-Quellenweg"
# One's own settings, and what Wagtail shows to everybody who may sign in: nothing of a department is in there.
HARMLESS_CHANGES = {"accounts.user.last_login", "wagtailusers.userprofile", "sessions.session"}
# Wagtail's dialogue for links expects the editor's own question and fails without it, for everybody.
UNREADY = {"/staff/choose-external-link/"}


@pytest.fixture(autouse=True)
def templates_as_in_production(monkeypatch):
    monkeypatch.setattr(engines["django"].engine, "string_if_invalid", "")


def patterns(resolver, prefix=""):
    for entry in resolver.url_patterns:
        route = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from patterns(entry, route)
        elif isinstance(entry, URLPattern):
            yield route, entry


def department_a():
    """A department with one of everything, each bearing the secret word."""
    city.city()
    department = city.department(slug="a-amt", name="A-Amt", short_name="A")
    project = samples.project(department, title=f"{SECRET} Vorhaben", slug="geheim", live=False, summary=SECRET)
    revision = project.save_revision()
    step = samples.step(project, title=f"{SECRET} Schritt", premoderated=True)
    row = samples.contribution(step, title=f"{SECRET} Beitrag", moderation=ModerationState.PENDING)
    comment = Comment.objects.create(
        contribution=row, text=SECRET, created_at=clock.now(), moderation=ModerationState.PENDING
    )
    report = Report.objects.create(contribution=row, reason=SECRET, created_at=clock.now())
    staff = people.staff(RoleKind.PROJECT_LEAD, department, first_name=SECRET)
    image = apps.get_model("wagtailimages", "Image")
    document = apps.get_model("wagtaildocs", "Document")
    collection = Collection.objects.get(name="A-Amt")
    picture = image.objects.create(title=f"{SECRET} Bild", file="x.png", width=1, height=1, collection=collection)
    paper = document.objects.create(title=f"{SECRET} Papier", file="x.pdf", collection=collection)
    return {
        "project_id": project.pk, "step_id": step.pk, "contribution_id": row.pk, "comment_id": comment.pk,
        "report_id": report.pk, "role_id": Role.objects.get(user=staff).pk, "page_id": project.pk,
        "parent_page_id": project.get_parent().pk, "page_to_move_id": project.pk, "destination_id": project.pk,
        "page_id_to_move": project.pk, "revision_id": revision.pk, "revision_id_a": revision.pk,
        "revision_id_b": revision.pk, "image_id": picture.pk, "document_id": paper.pk, "user_id": staff.pk,
        "collection_id": collection.pk, "restriction_id": 1, "action": "delete", "format": f"{project.started_from_id}",
        "app_label": "wagtailcore", "model_name": "page", "content_type_app_name": "portal",
        "content_type_model_name": "projectpage", "content_type_app_label": "portal", "verb": "zurueckziehen",
        "mode": "", "field_path": "title", "task_state_id": 1, "action_name": "approve", "session_id": 1,
        "object_id": project.pk, "pk": project.pk, "workflow_id": 1, "task_id": 1, "pool": in_the_pool(department),
    }  # fmt: skip


def in_the_pool(department):
    """What that department does with the pool: by where its pages begin, the row and the verbs."""
    for row in (department, city.department(slug="b-amt", name="B-Amt", short_name="B")):
        DepartmentAccess.objects.create(department=row, enabled_at=clock.now() - timedelta(days=9))
    author = people.staff(RoleKind.PROJECT_LEAD, department)
    now = clock.now()
    told = {"subject": f"{SECRET} Rundmail", "topics": {}, "districts": {}}
    dispatch = Dispatch.objects.create(
        kind=DispatchKind.BULLETIN, mail_class="bulk", purpose="information", state="running",
        department=department, content=told, selection={"and": []}, created_at=now,
    )  # fmt: skip
    words = {"de": Text(subject=f"{SECRET} Rundmail", body=SECRET)}
    template = bulletins.template(department)
    type(template).objects.filter(pk=template.pk).update(name=f"{SECRET} Vorlage")
    selection = save_selection(f"{SECRET} Auswahl", {"and": []}, department=department, by=author, at=now)
    return {
        "staff/pool/aufgaben/": (assignments.task(department, title=f"{SECRET} Aufgabe"), staff_tasks.VERBS),
        "staff/pool/einladungen/": (invitations.event(department, title=f"{SECRET} Treffen"), staff_events.VERBS),
        "staff/pool/rundbriefe/vorlagen/": (template, ()),
        "staff/pool/rundbriefe/": (bulletins.bulletin(department=department, texts=words), staff_bulletins.VERBS),
        "staff/pool/auswahlen/": (selection, ()),
        "staff/pool/aussendung/": (dispatch, staff_pool.VERBS),
    }


def addresses(known):
    """Every address below /staff/ with the real objects' ids filled in."""
    found = set()
    for begins, (row, verbs) in known["pool"].items():
        routes = {route for route, _entry in patterns(get_resolver()) if route.startswith(begins)}
        for route in (route.replace("<int:pk>", str(row.pk)) for route in routes if "<int:pk>" in route):
            found |= {"/" + route.replace("<slug:verb>", verb) for verb in verbs or ["-"]}
    for route, _entry in patterns(get_resolver()):
        if not route.startswith("staff/") or route.endswith(".*/$"):
            continue

        def fill(match, route=route):
            name = match.group(1).split(":")[-1]
            return str(known.get(name, known["pk"]))

        plain = re.sub(r"<([^>]+)>", fill, route)
        # Old regular-expression routes: drop what is not an address.
        plain = re.sub(r"\(\?P<(\w+)>[^)]*\)", fill, plain)
        plain = plain.replace("^", "").replace("$", "").replace("\\", "")
        if "(" not in plain and "*" not in plain:
            found.add("/" + plain)
    # The doors of bulk actions and of the editor's other kinds take their object from the query.
    page = known["page_id"]
    for action in ("delete", "move", "publish", "unpublish"):
        found.add(f"/staff/bulk/wagtailcore/page/{action}/?id={page}&next=/staff/")
    # Wagtail's own search needs its index, which migrations make; tests run without them.
    found.add(f"/staff/vorhaben/?q={SECRET[:6]}")
    found.add("/staff/api/main/pages/?for_explorer=1")
    found.add(f"/staff/beitrag-erfassen/?step={known['step_id']}")
    return sorted(found)


def state():
    """How many rows each table has, and the newest trace: whatever changed something shows here."""
    counts = {
        model._meta.label_lower: model._default_manager.count()
        for model in apps.get_models()
        if model._meta.label_lower not in HARMLESS_CHANGES
    }
    return counts, AuditEntry.objects.count()


def content(response):
    return (b"".join(response.streaming_content) if response.streaming else response.content).decode("utf-8", "replace")


def test_nobody_gets_anywhere_without_signing_in(client):
    known = department_a()
    walked = addresses(known)
    assert len(walked) > 100
    before = state()
    for address in walked:
        for answer in (client.get(address), client.post(address)):
            assert answer.status_code == 302, address
            assert answer.url.startswith("/konto/anmelden/"), address
    assert state() == before


def test_a_resident_without_a_role_is_refused_everywhere(client):
    known = department_a()
    client.force_login(people.user())
    before = state()
    for address in addresses(known):
        for answer in (client.get(address), client.post(address)):
            assert answer.status_code == 403, address
            assert SECRET not in content(answer), address
    assert state() == before


@pytest.mark.parametrize("kind", [RoleKind.PROJECT_LEAD, RoleKind.MODERATOR, RoleKind.POOL_MANAGER])
def test_another_department_sees_and_changes_nothing(client, kind):
    known = department_a()
    neighbour = city.department(slug="b-amt", name="B-Amt", short_name="B")
    samples.project(neighbour, title="Eigenes", slug="eigenes")
    client.force_login(people.staff(kind, neighbour))
    client.raise_request_exception = False
    before = state()
    leaks, broken = [], []
    for address in addresses(known):
        for method in (client.get, client.post):
            if address.endswith("/logout/") or "/account/" in address or "dismissibles" in address:
                continue
            answer = method(address)
            text = content(answer)
            if answer.status_code >= 500 and address not in UNREADY:
                broken.append(address)
            if SECRET in text:
                leaks.append(address)
    assert not leaks, "\n".join(leaks)
    assert not broken, "\n".join(broken)
    after = state()
    changed = {name for name in after[0] if after[0][name] != before[0][name]}
    assert not changed, changed
    assert after[1] == before[1]

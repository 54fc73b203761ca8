"""Every button in every state: it does what it says once, or it says in a sentence why not and changes nothing.

Pages grow old while they are open: a colleague was faster, the time is over, the button was pressed twice.
"""

import html

import pytest
from django.apps import apps
from django.template import engines

from mitwirken.accounts import samples as people
from mitwirken.accounts.models import RoleKind
from mitwirken.city import samples as city
from mitwirken.core.models import AuditEntry, Letter
from mitwirken.pool.assignments.models import TaskState
from mitwirken.pool.assignments.views import staff as tasks
from mitwirken.pool.bulletins.views import staff as bulletins
from mitwirken.pool.imports.views import staff_lists as lists
from mitwirken.pool.invitations.models import EventState
from mitwirken.pool.invitations.views import staff as events
from mitwirken.pool.letters.views import staff as letters
from mitwirken.pool.models import PoolSettings
from mitwirken.pool.views import staff as mailings

from .pressing import KINDS

# Wagtail's own templates lean on missing variables.
pytestmark = [pytest.mark.django_db, pytest.mark.ignore_template_errors]
# What somebody wrote and does not want to write again.
TYPED = ("title", "report", "reason", "subject_de", "name")
EVERY = [(kind, state, verb) for kind, known in KINDS.items() for state in known.states for verb in known.press]


@pytest.fixture(autouse=True)
def templates_as_in_production(monkeypatch):
    monkeypatch.setattr(engines["django"].engine, "string_if_invalid", "")
    city.city()
    # Made by whoever reads it first.
    PoolSettings.load()


@pytest.fixture
def manager(client):
    """May do everything in the pool, for every department; wrote and handed in nothing."""
    person = people.staff(RoleKind.POOL_MANAGER)
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return person


def everything():
    """Every row of the pool, and how many traces and letters there are."""
    models = [model for model in apps.get_models() if model.__module__.startswith("mitwirken.pool")]
    rows = {model._meta.label: sorted(map(repr, model._default_manager.values_list())) for model in models}
    return rows, AuditEntry.objects.count(), Letter.objects.count()


def read(answer):
    assert answer.status_code in (200, 404, 409, 422)
    return html.unescape(answer.content.decode())


@pytest.mark.parametrize(("kind", "state", "verb"), EVERY)
def test_a_button_works_once_or_says_why_not(client, manager, kind, state, verb):
    known = KINDS[kind]
    row = known.build(state)
    address, given = known.press[verb](row)
    if state == "gone":
        type(row)._default_manager.filter(pk=row.pk).delete()
    if state not in known.works[verb]:
        page = refused(client, address, given, known.sentence(row, state, verb))
        typed = [str(given[name]) for name in TYPED if name in given]
        assert state == "gone" or all(words in page for words in typed), "what was typed is lost"
        return
    before = everything()
    read(client.post(address, given, follow=True))
    after = everything()
    assert after[0] != before[0] or after[2] != before[2], "nothing happened"
    assert after[1] > before[1], "no trace"
    if verb not in known.repeats:
        now = type(row)._default_manager.filter(pk=row.pk).first()
        sentence = known.again[verb] if verb in known.again else known.sentence(now or row, "", verb)
        refused(client, address, given, sentence)


def refused(client, address, given, sentence):
    """Press it; the page as the reader gets it."""
    before = everything()
    page = read(client.post(address, given, follow=True))
    assert sentence in page
    assert everything() == before
    return page


@pytest.mark.parametrize(
    ("kind", "verbs"),
    [
        ("task", tasks.VERBS),
        ("event", events.VERBS),
        ("bulletin", bulletins.VERBS),
        ("mailing", mailings.VERBS),
        ("list", lists.VERBS),
        ("call", letters.CALL_VERBS),
    ],
)
def test_no_verb_is_forgotten(kind, verbs):
    assert set(verbs) <= set(KINDS[kind].press)


def test_no_state_is_forgotten():
    assert set(TaskState.values) <= set(KINDS["task"].states)
    assert set(EventState.values) <= set(KINDS["event"].states)

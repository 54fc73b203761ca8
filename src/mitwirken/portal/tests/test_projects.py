"""From a format to a public project: what is prefilled, what may not be published, what happens after."""

from datetime import UTC, datetime, timedelta

import pytest

from mitwirken.box.folding import folded
from mitwirken.box.models import Format, Term
from mitwirken.city import samples as city
from mitwirken.core.models import AuditEntry
from mitwirken.portal import samples
from mitwirken.portal.actions import projects as actions
from mitwirken.portal.errors import DomainError, NotReady
from mitwirken.portal.models import ProjectPage, Step, StepState

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 10, 12, tzinfo=UTC)
DAY = timedelta(days=1)


def a_format(*, goal="collect_ideas", channels=("digital", "hybrid"), **fields):
    values = {"code": "ideenkarte", "name": "Ideenkarte", "summary": "Ideen auf der Karte."} | fields
    found = Format.objects.create(
        process_steps=[
            {"when": "before", "title": "Frage schärfen", "text": "Mit anderen testen."},
            {"when": "after", "title": "Rückmeldung", "text": "Sagen, was daraus wird."},
        ],
        **values,
    )
    terms = [("level", "inform"), ("level", "consult"), ("goal", goal), *(("channel", each) for each in channels)]
    found.terms.set(
        Term.objects.get_or_create(vocabulary=vocabulary, code=code, label=code)[0] for vocabulary, code in terms
    )
    return found


@pytest.fixture
def draft():
    samples.home()
    return actions.start_project(a_format(), city.department(), title="Grüner Süden", by=None, at=NOW)


@pytest.fixture
def ready():
    return samples.project()


def a_step(project, **fields):
    values = {"state": StepState.DRAFT, "published_at": None, "starts_at": NOW + DAY, "ends_at": NOW + 20 * DAY}
    return samples.step(project, **(values | fields))


def test_a_project_starts_as_a_draft_with_what_the_format_knows(draft):
    draft = ProjectPage.objects.get(pk=draft.pk)
    assert not draft.live
    assert draft.promised_level == "consult"
    assert [(item["phase"], item["done"]) for item in draft.checklist] == [("before", False), ("after", False)]
    assert draft.department == city.department()


@pytest.mark.parametrize(
    ("goal", "channels", "kind", "channel"),
    [
        ("collect_ideas", ["digital", "hybrid"], "ideas", "hybrid"),
        ("collect_opinions", ["digital"], "ideas", "digital"),
        ("collect_ideas", ["analog"], "external", "analog"),
        ("decide", ["digital"], "external", "digital"),
    ],
)
def test_the_first_step_has_the_module_its_format_needs(goal, channels, kind, channel):
    samples.home()
    chosen = a_format(goal=goal, channels=channels)
    project = actions.start_project(chosen, city.department(), title="Platz", by=None, at=NOW)
    step = project.steps.get()
    assert (step.kind, step.channel, step.state) == (kind, channel, StepState.DRAFT)
    assert NOW < step.starts_at < step.ends_at


def test_two_projects_of_one_name_get_two_addresses(draft):
    other = actions.start_project(None, city.department(), title="Grüner Süden", by=None, at=NOW)
    assert (draft.slug, other.slug) == ("gruener-sueden", "gruener-sueden-2")


def test_gaps_in_brackets_cannot_be_published(draft):
    with pytest.raises(NotReady) as refused:
        actions.publish_project(draft, by=None, at=NOW)
    assert any("Klammern" in reason for reason in refused.value.reasons)
    assert not ProjectPage.objects.get(pk=draft.pk).live


@pytest.mark.parametrize(
    ("field", "word"),
    [
        ("municipal_reference", "Bezug zur Stadt"),
        ("question", "Frage"),
        ("decision", "entscheidet"),
        ("summary", "kurze Text"),
        ("contact_name", "Ansprechstelle"),
        ("promised_level", "Stufe"),
    ],
)
def test_a_project_that_lacks_something_is_refused_with_the_reason(ready, field, word):
    setattr(ready, field, "")
    with pytest.raises(NotReady) as refused:
        actions.publish_project(ready, by=None, at=NOW)
    assert any(word in reason for reason in refused.value.reasons)


def test_the_newest_draft_is_what_becomes_public(draft):
    edited = draft.get_latest_revision_as_object()
    for name in ("summary", "question", "open_points", "fixed_points", "decision", "municipal_reference"):
        setattr(edited, name, "Fertiger Text.")
    edited.save_revision()
    draft.refresh_from_db()
    published = actions.publish_project(draft, by=None, at=NOW)
    assert published.live
    assert published.question == "Fertiger Text."


@pytest.mark.parametrize(
    ("fields", "word"),
    [
        ({"offline_ways": " "}, "ohne Internet"),
        ({"offline_ways": "[Bitte ergänzen: Papier?]"}, "Klammern"),
        ({"title": ""}, "Titel"),
        ({"channel": "analog", "place": ""}, "wo"),
        ({"ends_at": NOW - DAY}, "vor dem Beginn"),
        ({"starts_at": NOW - 9 * DAY, "ends_at": NOW - DAY}, "vorbei"),
        ({"answer_until": (NOW + 2 * DAY).date()}, "Antwort"),
    ],
)
def test_a_step_that_lacks_something_is_refused_with_the_reason(ready, fields, word):
    step = a_step(ready, **fields)
    with pytest.raises(NotReady) as refused:
        actions.publish_step(step, by=None, at=NOW)
    assert any(word in reason for reason in refused.value.reasons)
    assert Step.objects.get().state == StepState.DRAFT


def test_a_step_of_a_draft_project_cannot_be_public(draft):
    with pytest.raises(NotReady) as refused:
        actions.publish_step(draft.steps.get(), by=None, at=NOW)
    assert "Vorhaben" in refused.value.reasons[0]


def test_a_complete_step_is_published_once_and_leaves_one_trace(ready):
    step = actions.publish_step(a_step(ready), by=None, at=NOW)
    assert (step.state, step.published_at, step.revision) == (StepState.PUBLISHED, NOW, 1)
    assert AuditEntry.objects.filter(action="portal.publish_step").count() == 1


def test_a_change_that_breaks_a_public_step_is_refused_whole(ready):
    step = actions.publish_step(a_step(ready), by=None, at=NOW)
    with pytest.raises(NotReady):
        actions.change_step(step, by=None, title="Neu", offline_ways="")
    assert Step.objects.get().title != "Neu"


def test_a_step_keeps_its_address_and_its_module(ready):
    with pytest.raises(ValueError, match="slug"):
        actions.change_step(a_step(ready), by=None, slug="anders")


def test_a_changed_step_is_found_by_its_new_words(ready):
    actions.change_step(a_step(ready), by=None, title="Bänke am Fluß", districts=[city.district()])
    assert Step.objects.filter(search_text__contains="fluss", districts=city.district()).exists()


def test_a_renamed_project_is_found_by_its_new_name(ready):
    a_step(ready)
    ready.title = "Quellengarten"
    ready.save_revision().publish()
    assert Step.objects.filter(search_text__contains=folded("Quellengarten")).exists()


def test_an_open_step_cannot_be_called_answered(ready):
    step = actions.publish_step(a_step(ready, starts_at=NOW - DAY), by=None, at=NOW)
    for mark in (actions.mark_answered, actions.mark_done):
        with pytest.raises(NotReady):
            mark(step, by=None, at=NOW)


def test_a_closed_step_goes_from_answered_to_done(ready):
    step = a_step(ready, state=StepState.PUBLISHED, starts_at=NOW - 9 * DAY, ends_at=NOW - DAY)
    actions.mark_answered(step, by=None, at=NOW)
    assert step.status(at=NOW) == "answered"
    actions.mark_done(step, by=None, at=NOW)
    assert Step.objects.done(at=NOW).get() == step


def test_a_measure_is_changed_not_repeated(ready):
    measure = actions.set_measure(ready, title="Bänke", by=None)
    actions.set_measure(ready, title="Bänke", progress="done", measure=measure, by=None)
    assert list(ready.measures.values_list("title", "progress")) == [("Bänke", "done")]


def test_ticking_the_checklist_is_kept_in_the_draft(draft):
    actions.tick(ProjectPage.objects.get(pk=draft.pk), 1, done=True, by=None)
    kept = ProjectPage.objects.get(pk=draft.pk)
    assert kept.checklist[1]["done"]
    assert kept.get_latest_revision_as_object().checklist[1]["done"]
    with pytest.raises(DomainError):
        actions.tick(kept, 7, done=True, by=None)


def test_withdrawing_keeps_what_people_handed_in(ready):
    step = a_step(ready, state=StepState.PUBLISHED)
    contribution = samples.contribution(step)
    actions.withdraw_step(step, by=None)
    contribution.refresh_from_db()
    assert contribution.step.state == StepState.WITHDRAWN


def test_project_and_steps_become_public_in_one_act_with_one_trace(ready):
    ProjectPage.objects.filter(pk=ready.pk).update(live=False)
    ready.refresh_from_db()
    steps = [a_step(ready), a_step(ready, slug="zweiter")]
    before = AuditEntry.objects.count()
    actions.publish_project(ready, by=None, at=NOW, with_steps=True)
    assert ready.live
    assert {row.state for row in Step.objects.filter(pk__in=[step.pk for step in steps])} == {StepState.PUBLISHED}
    assert AuditEntry.objects.count() == before + 1


def test_a_step_that_is_not_ready_keeps_the_project_back_and_is_named(ready):
    ProjectPage.objects.filter(pk=ready.pk).update(live=False)
    ready.refresh_from_db()
    a_step(ready, title="Ideen sammeln", offline_ways="")
    with pytest.raises(NotReady) as refused:
        actions.publish_project(ready, by=None, at=NOW, with_steps=True)
    assert refused.value.reasons[0].startswith("Ideen sammeln: Der Weg ohne Internet")
    assert not ProjectPage.objects.get().live


def test_a_withdrawn_step_does_not_come_back_with_the_project(ready):
    gone = actions.withdraw_step(a_step(ready), by=None)
    actions.publish_project(ready, by=None, at=NOW, with_steps=True)
    gone.refresh_from_db()
    assert gone.state == StepState.WITHDRAWN

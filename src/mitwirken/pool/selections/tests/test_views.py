"""Saved selections: whose they are, what the editor says, and when they can go."""

import threading
from datetime import timedelta

import pytest
from django.db import connection
from django.template import engines
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from mitwirken.accounts import samples as people
from mitwirken.accounts.models import RoleKind
from mitwirken.city import samples as city
from mitwirken.core import clock
from mitwirken.core.models import AuditEntry
from mitwirken.pool import actions, samples, selecting
from mitwirken.pool.actions.selections import ChangedMeanwhile
from mitwirken.pool.models import DepartmentAccess, Dispatch, DispatchKind, MailClass, Purpose, Selection
from mitwirken.pool.selections.samples import selection

# Wagtail's own templates lean on missing variables.
pytestmark = [pytest.mark.django_db, pytest.mark.ignore_template_errors]
INDEX, NEW = "pool_selections:index", "pool_selections:new"


@pytest.fixture(autouse=True)
def templates_as_in_production(monkeypatch):
    monkeypatch.setattr(engines["django"].engine, "string_if_invalid", "")
    city.city()


@pytest.fixture
def ours():
    return city.department(slug="gruen", name="Grünflächenamt", short_name="Grün")


@pytest.fixture
def theirs():
    return city.department(slug="tiefbau", name="Tiefbauamt", short_name="Tiefbau")


def enabled(department):
    DepartmentAccess.objects.create(department=department, enabled_at=clock.now())


@pytest.fixture
def lead(client, ours):
    enabled(ours)
    person = people.staff(RoleKind.PROJECT_LEAD, ours)
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return person


def text(answer):
    return answer.content.decode()


def test_a_selection_is_built_counted_and_found_again(client, lead, ours):
    topic = city.topic()
    for _number in range(12):
        samples.member(topics=[topic])
    typed = {"name": "Klima", "department": ours.pk, "rule-topics": [topic.pk], "rule-not_asked_days": "30"}
    counted = client.post(reverse(NEW), typed | {"count": "1"})
    assert "So viele Personen bekämen das jetzt: 12" in text(counted)
    assert not Selection.objects.exists()
    client.post(reverse(NEW), typed)
    saved = Selection.objects.get()
    assert saved.rule == {"and": [{"topics": [topic.pk]}, {"not_asked_days": 30}]}
    assert (saved.created_by, saved.department, saved.version) == (lead, ours, 1)
    assert selecting.in_words(saved.rule) in text(client.get(reverse(INDEX))).replace("&quot;", '"')


def test_counting_asks_for_no_name_and_keeps_what_was_chosen(client, lead):
    answer = client.post(reverse(NEW), {"count": "1", "rule-at_most": "7"})
    assert answer.status_code == 200
    assert "weniger als 10" in text(answer)
    assert 'value="7"' in text(answer)
    assert "Bitte geben Sie" not in text(answer)


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"name": ""}, "Bitte geben Sie der Auswahl einen Namen."),
        ({"department": "99999"}, "Für diesen Fachbereich können Sie keine Auswahl speichern."),
        ({"name": "Schon da"}, "Es gibt schon eine Auswahl mit diesem Namen."),
        ({"rule-place": "am Rathaus"}, "Das ist kein Ort auf der Karte."),
        ({"rule-at_most": "-3"}, "größer oder gleich"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_saved(client, lead, ours, typed, sentence):
    selection(ours, by=lead, name="Schon da")
    answer = client.post(reverse(NEW), {"name": "Neu", "department": ours.pk} | typed)
    assert answer.status_code == 422
    assert sentence in text(answer)
    assert Selection.objects.count() == 1


def test_other_departments_selections_are_neither_listed_nor_opened(client, lead, theirs):
    foreign = selection(theirs, by=people.staff(RoleKind.POOL_MANAGER), name="Geheim")
    assert "Geheim" not in text(client.get(reverse(INDEX)))
    assert client.get(reverse("pool_selections:edit", args=[foreign.pk])).status_code == 404
    assert client.post(reverse("pool_selections:delete", args=[foreign.pk])).status_code == 404
    assert client.get(reverse(INDEX), {"vor": foreign.pk}).status_code == 200


def test_pool_managers_of_all_departments_see_all(client, ours, theirs):
    manager = people.staff(RoleKind.POOL_MANAGER)
    client.force_login(manager, backend="django.contrib.auth.backends.ModelBackend")
    for department, name in ((ours, "Unsere"), (theirs, "Fremde")):
        selection(department, by=manager, name=name)
    page = text(client.get(reverse(INDEX)))
    assert "Unsere" in page
    assert "Fremde" in page


def test_a_department_that_may_not_write_saves_nothing(client, theirs):
    client.force_login(people.staff(RoleKind.PROJECT_LEAD, theirs), backend="django.contrib.auth.backends.ModelBackend")
    assert client.get(reverse(INDEX)).status_code != 200
    assert client.post(reverse(NEW), {"name": "x", "department": theirs.pk}).status_code != 200
    assert not Selection.objects.exists()


def test_each_version_stays_readable(client, lead, ours):
    saved = selection(ours, by=lead)
    address = reverse("pool_selections:edit", args=[saved.pk])
    client.post(address, {"name": "Anders", "version": "1", "rule-languages": ["en"]})
    saved.refresh_from_db()
    assert (saved.name, saved.version, saved.rule) == ("Anders", 2, {"and": [{"languages": ["en"]}]})
    page = text(client.get(address))
    for rule in ({"and": []}, saved.rule):
        assert selecting.in_words(rule).replace('"', "&quot;") in page
    trail = AuditEntry.objects.filter(action="pool.selection_changed").get()
    assert (trail.actor, trail.facts["version"]) == (lead, 2)


def test_who_saves_over_a_colleagues_change_is_told_first(client, lead, ours):
    saved = selection(ours, by=lead)
    actions.change_selection(saved, name="Neu", rule={"and": [{"at_most": 9}]}, seen=1, by=lead, at=clock.now())
    address = reverse("pool_selections:edit", args=[saved.pk])
    stale = {"name": "Alt", "version": "1", "rule-languages": ["en"]}
    answer = client.post(address, stale)
    assert answer.status_code == 422
    assert "Jemand hat diese Auswahl inzwischen geändert." in text(answer)
    assert 'name="version" value="2"' in text(answer)
    assert client.post(address, stale | {"version": "2"}).status_code == 302


def test_of_two_who_rename_at_once_the_second_is_told_and_keeps_what_they_typed(client, lead, ours):
    saved = selection(ours, by=lead, name="Alt")
    address = reverse("pool_selections:edit", args=[saved.pk])
    seen = client.get(address).context["name_form"]["version"].value()
    assert client.post(address, {"name": "Von der Kollegin", "version": seen}).status_code == 302
    answer = client.post(address, {"name": "Von mir", "version": seen})
    assert answer.status_code == 422
    assert "heißt jetzt „Von der Kollegin“" in text(answer)
    assert 'value="Von mir"' in text(answer)
    saved.refresh_from_db()
    assert (saved.name, saved.version) == ("Von der Kollegin", 2)
    assert AuditEntry.objects.filter(action="pool.selection_changed").count() == 1
    again = client.post(address, {"name": "Von mir", "version": answer.context["name_form"]["version"].value()})
    assert again.status_code == 302


def test_a_button_pressed_twice_saves_once(client, lead, ours):
    saved = selection(ours, by=lead)
    address = reverse("pool_selections:edit", args=[saved.pk])
    typed = {"name": "Neu", "version": "1", "rule-at_most": "9"}
    assert [client.post(address, typed).status_code for _press in range(2)] == [302, 302]
    saved.refresh_from_db()
    assert saved.version == 2
    assert AuditEntry.objects.filter(action="pool.selection_changed").count() == 1


def test_the_version_is_compared_when_it_is_saved_and_not_when_it_was_read(lead, ours):
    saved = selection(ours, by=lead)
    mine = {"rule": {"and": [{"at_most": 9}]}, "seen": 1, "by": lead, "at": clock.now()}
    actions.change_selection(saved, name="Erste", **mine)
    with pytest.raises(ChangedMeanwhile):
        actions.change_selection(saved, name="Zweite", **mine)
    saved.refresh_from_db()
    assert (saved.name, saved.version) == ("Erste", 2)
    assert AuditEntry.objects.filter(action="pool.selection_changed").count() == 1


def test_renaming_to_a_name_that_is_taken_gets_the_sentence(client, lead, ours):
    selection(ours, by=lead, name="Schon da")
    other = selection(ours, by=lead, name="Andere")
    answer = client.post(reverse("pool_selections:edit", args=[other.pk]), {"name": "Schon da", "version": "1"})
    assert answer.status_code == 422
    assert "Es gibt schon eine Auswahl mit diesem Namen." in text(answer)
    other.refresh_from_db()
    assert other.name == "Andere"
    assert not AuditEntry.objects.filter(action="pool.selection_changed").exists()


def at_the_same_moment(work):
    """Run it in four threads at once; what each came to."""
    start, results = threading.Barrier(4), []

    def run(number):
        try:
            start.wait()
            results.append(work(number))
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[number]) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(results)


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor == "sqlite", reason="the tests' SQLite lives in memory of one thread")
def test_of_four_who_save_at_the_same_moment_one_does_and_three_are_told(lead, ours, client):
    saved = selection(ours, by=lead)
    clients = [Client() for _ in range(4)]
    for one in clients:
        one.force_login(lead, backend="django.contrib.auth.backends.ModelBackend")
    address = reverse("pool_selections:edit", args=[saved.pk])

    def change(number):
        typed = {"name": f"Von {number}", "version": "1", "rule-at_most": str(number + 1)}
        return clients[number].post(address, typed).status_code

    assert at_the_same_moment(change) == [302, 422, 422, 422]
    saved.refresh_from_db()
    assert saved.version == 2
    typed = {"name": "Derselbe Name", "department": ours.pk}
    assert at_the_same_moment(lambda number: clients[number].post(reverse(NEW), typed).status_code) == [
        302,
        422,
        422,
        422,
    ]
    assert Selection.objects.filter(name="Derselbe Name").count() == 1


def test_a_selection_in_use_stays_and_an_unused_one_goes(client, lead, ours):
    used, unused = selection(ours, by=lead, rule={"and": [{"at_most": 5}]}), selection(ours, by=lead, name="Unbenutzt")
    Dispatch.objects.create(
        kind=DispatchKind.BULLETIN,
        mail_class=MailClass.BULK,
        department=ours,
        created_at=clock.now() - timedelta(days=3),
        **selecting.for_dispatch(used.rule, purpose=Purpose.INFORMATION, at=clock.now(), seed="x"),
    )
    for one in (used, unused):
        client.post(reverse("pool_selections:delete", args=[one.pk]))
    assert list(Selection.objects.all()) == [used]
    assert AuditEntry.objects.filter(action="pool.selection_deleted").count() == 1


def test_looking_changes_nothing_and_deleting_needs_a_post(client, lead, ours):
    saved = selection(ours, by=lead)
    before = AuditEntry.objects.count()
    for address in (reverse(INDEX), reverse(NEW), reverse("pool_selections:edit", args=[saved.pk])):
        assert client.get(address).status_code == 200
    assert client.get(reverse("pool_selections:delete", args=[saved.pk])).status_code == 405
    assert AuditEntry.objects.count() == before


def test_the_list_needs_the_same_queries_for_many_as_for_few(client, lead, ours):
    topic, north = city.topic(), city.district()
    rule = {"and": [{"topics": [topic.pk]}, {"districts": [north.pk]}]}

    def queries():
        with CaptureQueriesContext(
            connection,
        ) as seen:
            client.get(reverse(INDEX))
        return len(seen)

    selection(ours, by=lead, name="Erste", rule=rule)
    client.get(reverse(INDEX))
    few = queries()
    for number in range(60):
        selection(ours, by=lead, name=f"Auswahl {number:02}", rule=rule)
    assert queries() == few
    page = text(client.get(reverse(INDEX)))
    assert "Auswahl 49" in page
    assert "Auswahl 50" not in page
    assert "Erste" in text(client.get(reverse(INDEX), {"vor": Selection.objects.get(name="Auswahl 49").pk}))


@pytest.mark.parametrize("after", ["x", "-1", "9" * 30, "²", "\x00", ""])
def test_odd_pages_show_the_first(client, lead, after):
    assert client.get(reverse(INDEX), {"nach": after}).status_code == 200

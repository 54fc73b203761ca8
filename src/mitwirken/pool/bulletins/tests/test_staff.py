"""Bulletins in the staff area: who may open what, and what the pages say."""

import pytest
from django.template import engines
from django.urls import reverse

from mitwirken.accounts import samples as people
from mitwirken.accounts.models import RoleKind
from mitwirken.city import samples as city
from mitwirken.core import clock
from mitwirken.core.models import AuditEntry, Letter
from mitwirken.pool import selecting
from mitwirken.pool.bulletins import samples
from mitwirken.pool.bulletins.models import Bulletin, BulletinTemplate, State
from mitwirken.pool.bulletins.policies import waiting_for
from mitwirken.pool.samples import member as sample_member

from .conftest import sign_in

# Wagtail's own templates lean on missing variables.
pytestmark = [pytest.mark.django_db, pytest.mark.ignore_template_errors]


@pytest.fixture(autouse=True)
def templates_as_in_production(monkeypatch):
    monkeypatch.setattr(engines["django"].engine, "string_if_invalid", "")


def url(name, *args):
    return reverse(f"pool_bulletins:{name}", args=args)


# Wagtail sends whoever has no right back to the first page, with a sentence.
AWAY = 302
PAGES = ["bulletin", "edit", "preview", "preview_mail"]
# Who, where, and which pages open: of the own department, of another one, and whoever has another role.
DOORS = [
    (RoleKind.PROJECT_LEAD, "own", [200, 200, 200, 200]),
    (RoleKind.POOL_MANAGER, "own", [200, 200, 200, 200]),
    (RoleKind.POOL_MANAGER, "all", [200, 200, 200, 200]),
    (RoleKind.PROJECT_LEAD, "other", [404, 404, 404, 404]),
    (RoleKind.POOL_MANAGER, "other", [404, 404, 404, 404]),
    (RoleKind.MODERATOR, "own", [AWAY] * 4),
    (RoleKind.EDITOR, "all", [AWAY] * 4),
]


@pytest.mark.parametrize(("kind", "where", "answers"), DOORS)
def test_departments_open_their_own_bulletins_only(client, bulletin, kind, where, answers):
    other = city.department(slug="anderes", name="Anderes Amt")
    department = {"own": bulletin.department, "all": None, "other": other}[where]
    sign_in(client, people.staff(kind, department))
    assert [client.get(url(page, bulletin.pk)).status_code for page in PAGES] == answers
    listed = client.get(url("index")).content.decode()
    assert (samples.GOOD.subject in listed) is (answers[0] == 200)


VERBS = ["probe", "einreichen", "freigeben", "zurueckgeben", "zurueckziehen", "doch-senden"]


@pytest.mark.parametrize("verb", VERBS)
def test_a_stranger_pulls_no_lever(client, bulletin, verb):
    before = Bulletin.objects.values().get()
    sign_in(client, people.staff(RoleKind.POOL_MANAGER, city.department(slug="anderes", name="Anderes Amt")))
    assert client.post(url("act", bulletin.pk, verb)).status_code == 404
    assert Bulletin.objects.values().get() == before
    assert not Letter.objects.exists()


def test_a_department_that_is_not_enabled_reads_and_writes_nothing(client, bulletin, author):
    samples.access(bulletin.department, enabled_at=None)
    sign_in(client, author)
    assert client.get(url("bulletin", bulletin.pk)).status_code == 200
    assert client.get(url("edit", bulletin.pk)).status_code == AWAY
    assert client.get(url("begin")).status_code == AWAY
    assert client.post(url("act", bulletin.pk, "einreichen"), {"revision": 1}).status_code == AWAY


def test_nothing_changes_by_looking(client, bulletin, author):
    before = Bulletin.objects.values().get()
    sign_in(client, author)
    for page in [*PAGES]:
        client.get(url(page, bulletin.pk))
    for verb in VERBS:
        assert client.get(url("act", bulletin.pk, verb)).status_code == 405
    assert Bulletin.objects.values().get() == before


def words(bulletin, **fields):
    """What the form posts for a finished bulletin."""
    return {
        "revision": bulletin.revision,
        "subject_de": samples.GOOD.subject,
        "body_de": samples.GOOD.body,
        "municipal_reference": "Planung der Stadt",
        "overdue": "ask",
        "guard_hours": "6",
        "rule-pace": "all",
    } | fields


def test_an_author_begins_with_a_template_and_saves(client, department, author, members):
    template = samples.template()
    sign_in(client, author)
    client.post(url("begin"), {"department": department.pk, "template": template.pk})
    made = Bulletin.objects.get()
    assert "[Bitte ergänzen" in client.get(url("edit", made.pk)).content.decode()
    topic = city.topic()
    answer = client.post(url("edit", made.pk), words(made, **{"rule-topics": [topic.pk]}))
    assert answer.status_code == 302
    made.refresh_from_db()
    assert (made.text("de").subject, made.rule) == (samples.GOOD.subject, {"and": [{"topics": [topic.pk]}]})
    assert made.author == author


def test_a_new_bulletin_is_for_those_who_want_mails_at_once_until_its_author_says_else(client, department, author):
    sign_in(client, author)
    client.post(url("begin"), {"department": department.pk})
    made = Bulletin.objects.get()
    assert made.rule == selecting.at_once(selecting.EVERYBODY)
    client.post(url("edit", made.pk), words(made, **{"rule-pace": "now", "rule-topics": [city.topic().pk]}))
    made.refresh_from_db()
    assert made.rule == {"and": [{"topics": [city.topic().pk]}, selecting.AT_ONCE]}
    client.post(url("edit", made.pk), words(made))
    made.refresh_from_db()
    assert made.rule == selecting.EVERYBODY
    assert (
        "die wöchentliche oder monatliche Mails gewählt haben" in client.get(url("bulletin", made.pk)).content.decode()
    )


def test_both_answers_are_counted_beside_each_other(client, bulletin, author, members):
    for _ in range(12):
        sample_member(frequency="weekly")
    for _ in range(11):
        sample_member()
    sign_in(client, author)
    every, now = 23 + len(members), 11 + len(members)
    asked = words(bulletin, count="1", **{"rule-pace": "now"})
    page = client.post(url("edit", bulletin.pk), asked).content.decode()
    assert f"nur Mitglieder, die Mails sofort möchten: {now}" in page
    assert f"monatliche Mails gewählt hat: {every}" in page
    live = client.post(reverse("pool_staff:count"), asked | {"purpose": "information", "prefix": "rule"})
    assert f"bekämen das jetzt: {now}" in live.content.decode()
    assert f"monatliche Mails gewählt hat: {every}" in live.content.decode()


BAD = [
    ({"rule-pace": "gestern"}, "pace"),
    ({"scheduled_at": "morgen"}, "scheduled_at"),
    ({"guard_hours": "0"}, "guard_hours"),
    ({"guard_hours": "viel"}, "guard_hours"),
    ({"overdue": "beten"}, "overdue"),
    ({"scheduled_at": "0001-01-01T00:00"}, "scheduled_at"),
    ({"subject_de": "x" * 201}, "subject_de"),
    ({"body_de": "x" * 12_001}, "body_de"),
    ({"body_de": "a\x00b"}, "body_de"),
    ({"project": "999999"}, "project"),
    ({"step": "-1"}, "step"),
    ({"image": "999999"}, "image"),
    ({"revision": "eins"}, "revision"),
    ({"revision": "7"}, "__all__"),
]


@pytest.mark.parametrize(("fields", "field"), BAD)
def test_bad_input_is_named_and_changes_nothing(client, bulletin, author, fields, field):
    before = Bulletin.objects.values().get()
    sign_in(client, author)
    page = client.post(url("edit", bulletin.pk), words(bulletin, **fields))
    assert page.status_code == 422
    assert field in page.context["form"].errors | page.context["rule_form"].errors
    assert Bulletin.objects.values().get() == before


def test_counting_does_not_save(client, bulletin, author):
    sign_in(client, author)
    page = client.post(url("edit", bulletin.pk), words(bulletin, subject_de="Nur gezählt", count="1"))
    assert page.status_code == 200
    assert "Nur gezählt" in page.content.decode()
    bulletin.refresh_from_db()
    assert bulletin.text("de") == samples.GOOD


def test_an_author_hands_in_and_a_second_person_approves(client, bulletin, author, approver):
    sign_in(client, author)
    client.post(url("act", bulletin.pk, "einreichen"), {"revision": 1})
    own = client.get(url("bulletin", bulletin.pk)).content.decode()
    assert url("act", bulletin.pk, "freigeben") not in own
    assert client.post(url("act", bulletin.pk, "freigeben"), {"revision": 1}).status_code == AWAY
    assert (waiting_for(author), waiting_for(approver)) == (0, 1)

    sign_in(client, approver)
    assert "wartet auf Sie" in client.get(url("index")).content.decode()
    assert client.post(url("act", bulletin.pk, "freigeben"), {"revision": 2}).status_code == 409
    assert client.post(url("act", bulletin.pk, "freigeben"), {"revision": 1}).status_code == 302
    bulletin.refresh_from_db()
    assert (bulletin.state, bulletin.approver) == (State.APPROVED, approver)


@pytest.mark.parametrize("verb", ["freigeben", "zurueckgeben", "zurueckziehen", "doch-senden"])
def test_who_presses_twice_reads_how_it_stands(client, bulletin, approver, verb):
    Bulletin.objects.update(state=State.SENT)
    sign_in(client, approver)
    answer = client.post(url("act", bulletin.pk, verb), {"revision": 1, "remark": "Anders"})
    assert answer.status_code == 409
    assert "inzwischen einen anderen Stand" in answer.content.decode()


def test_what_still_cannot_leave_says_why_and_leaves_no_second_trace(client, bulletin, approver):
    samples.access(bulletin.department, mails_per_month=0)
    Bulletin.objects.update(state=State.WAITING, hindrance="late", approved_at=clock.now())
    sign_in(client, approver)
    for _press in range(2):
        page = client.post(url("act", bulletin.pk, "doch-senden"), follow=True).content.decode()
        assert "hat seine Nachrichten der letzten 30 Tage aufgebraucht" in page
    bulletin.refresh_from_db()
    assert (bulletin.state, bulletin.hindrance) == (State.WAITING, "quota")
    assert AuditEntry.objects.filter(action="bulletin.waiting").count() == 1


def test_no_quota_left_is_said_in_a_sentence(client, bulletin, author):
    samples.access(bulletin.department, mails_per_month=0)
    sign_in(client, author)
    page = client.post(url("act", bulletin.pk, "einreichen"), {"revision": 1})
    assert page.status_code == 409
    assert "hat seine Nachrichten der letzten 30 Tage aufgebraucht" in page.content.decode()
    bulletin.refresh_from_db()
    assert bulletin.state == State.DRAFT


def test_a_bulletin_is_returned_with_a_remark_and_not_without(client, bulletin, approver):
    Bulletin.objects.update(state=State.SUBMITTED)
    sign_in(client, approver)
    page = client.post(url("act", bulletin.pk, "zurueckgeben"), {"remark": " "})
    assert page.status_code == 422
    client.post(url("act", bulletin.pk, "zurueckgeben"), {"remark": "Bitte kürzer."})
    assert "Bitte kürzer." in client.get(url("bulletin", bulletin.pk)).content.decode()


def test_the_preview_shows_both_halves_and_why_without_frames_and_scripts(client, bulletin, author):
    Bulletin.objects.update(rule={"and": [{"topics": [city.topic().pk]}]})
    sign_in(client, author)
    page = client.get(url("preview", bulletin.pk)).content.decode().split("<main")[-1]
    assert "<iframe" not in page
    assert page.count("„Mobilität“") == 2
    assert page.count("mehr Schatten auf der Südseite") == 2
    assert "antworten@stadt.example" in page
    english = client.get(url("preview", bulletin.pk), {"fassung": "en"}).content.decode()
    assert "more shade on the south side" in english
    alone = client.get(url("preview_mail", bulletin.pk), {"fassung": "en"}).content.decode()
    assert alone.startswith("<!doctype html>")
    assert '<html lang="en"' in alone


def test_an_empty_draft_can_be_looked_at(client, department, author):
    empty = samples.bulletin(author=author, texts={})
    sign_in(client, author)
    assert [client.get(url(page, empty.pk)).status_code for page in PAGES] == [200, 200, 200, 200]
    assert "Der Text fehlt." in client.get(url("bulletin", empty.pk)).content.decode()


def test_the_list_asks_few_questions_however_long_it_is(client, bulletin, author, django_assert_max_num_queries):
    for state in [State.DRAFT, State.SUBMITTED, State.SENT] * 15:
        samples.bulletin(author=author, state=state)
    sign_in(client, author)
    client.get(url("index"))
    with django_assert_max_num_queries(30):
        page = client.get(url("index"))
    assert len(page.context["old"].rows) == 15


def test_older_ones_stand_on_the_next_page(client, author, members, department):
    made = [samples.bulletin(author=author, state=State.WITHDRAWN) for _ in range(35)]
    sign_in(client, author)
    first = client.get(url("index"))
    second = client.get(url("index") + first.context["old"].older_url)
    seen = [row.pk for page in (first, second) for row in page.context["old"].rows]
    assert seen == [row.pk for row in reversed(made)]


TEMPLATE = {"name": "Einladung", "subject_de": "Einladung", "body_de": "Kommen Sie."}


def test_templates_for_all_belong_to_who_manages_the_whole_pool(client, department, author, approver):
    sign_in(client, author)
    assert client.post(url("new_template"), TEMPLATE).status_code == 422
    client.post(url("new_template"), TEMPLATE | {"department": department.pk})
    own = BulletinTemplate.objects.get()
    assert own.department == department
    sign_in(client, approver)
    client.post(url("new_template"), TEMPLATE)
    for_all = BulletinTemplate.objects.get(department=None)
    sign_in(client, author)
    assert client.get(url("template", for_all.pk)).status_code == AWAY
    client.post(url("template", own.pk), {"aside": "1"})
    assert list(BulletinTemplate.objects.open_to([department.pk])) == [for_all]


def test_who_may_not_make_a_template_for_all_is_not_offered_it(client, department, author, approver):
    offers = {}
    for person in (author, approver):
        sign_in(client, person)
        offers[person] = [
            str(value) for value, _label in client.get(url("new_template")).context["form"]["department"].field.choices
        ]
    assert offers[author] == [str(department.pk)]
    assert "" in offers[approver]
    sign_in(client, author)
    assert "Leer: für alle Fachbereiche" not in client.get(url("new_template")).content.decode()


def test_the_list_of_templates_asks_few_questions_however_long_it_is(
    client, department, author, django_assert_max_num_queries
):
    for _number in range(20):
        samples.template(department)
    sign_in(client, author)
    client.get(url("templates"))
    with django_assert_max_num_queries(20):
        page = client.get(url("templates"))
    assert len(page.context["rows"]) == 20
    assert all(row["may_change"] and row["newest"].number == 1 for row in page.context["rows"])
    assert client.get(url("template", 0)).status_code == 404


def test_templates_of_other_departments_do_not_exist(client, author):
    other = city.department(slug="anderes", name="Anderes Amt")
    samples.access(other)
    foreign = samples.template(other)
    sign_in(client, author)
    assert client.get(url("template", foreign.pk)).status_code == 404
    page = client.post(url("begin"), {"department": other.pk, "template": foreign.pk})
    assert set(page.context["form"].errors) == {"department", "template"}

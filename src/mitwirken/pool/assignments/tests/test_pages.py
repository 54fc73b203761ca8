"""What members and departments see of a task, and what they do not."""

import re
from datetime import timedelta

import pytest
from django.conf import settings
from django.template import engines
from django.urls import reverse

from mitwirken.accounts import samples as people
from mitwirken.accounts.models import RoleKind
from mitwirken.city import samples as city
from mitwirken.core import clock
from mitwirken.pool import samples as members
from mitwirken.pool import tokens
from mitwirken.pool.assignments import actions, samples
from mitwirken.pool.assignments.models import AnswerState, Assignment, Task, TaskState

pytestmark = [pytest.mark.django_db, pytest.mark.ignore_template_errors]


@pytest.fixture(autouse=True)
def templates_as_in_production(monkeypatch):
    monkeypatch.setattr(engines["django"].engine, "string_if_invalid", "")
    city.city()


@pytest.fixture
def crowd():
    return [samples.askable(members.member()) for _ in range(6)]


@pytest.fixture
def lead(client):
    person = people.staff(RoleKind.PROJECT_LEAD, samples.enabled())
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return person


@pytest.fixture
def task(crowd):
    return samples.running()


@pytest.fixture
def mine(task):
    row = task.assignments.select_related("member").first()
    return row, reverse("pool_assignments:task", args=[tokens.personal_token("task", task.pk, row.member)])


def page(client, address, **more):
    return client.get(address, **more).content.decode()


def test_opening_the_link_answers_nothing(client, mine):
    row, address = mine
    for ask in (client.get, client.head):
        assert ask(address).status_code == 200
    row.refresh_from_db()
    assert row.state == AnswerState.OPEN


def test_an_answer_is_kept_and_shown_again(client, mine):
    row, address = mine
    answer = client.post(address, {"q0": "2", "q1": "4", "q2": "Der Knopf", "comment": ""})
    assert answer.status_code == 302
    row.refresh_from_db()
    assert (row.state, row.answers) == (AnswerState.ANSWERED, {"0": "2", "1": "4", "2": "Der Knopf"})
    assert "Der Knopf" in page(client, address)


BAD = [
    {},
    {"q0": "9"},
    {"q1": "0"},
    {"q2": "x" * 2001},
    {"q0": "1", "comment": "\x00"},
]


@pytest.mark.parametrize("given", BAD)
def test_bad_input_changes_nothing_and_keeps_what_was_typed(client, mine, given):
    row, address = mine
    answer = client.post(address, {"q1": "", **given} if given else {"comment": ""})
    text = answer.content.decode()
    assert answer.status_code == 422
    assert "q2" not in given or given["q2"] in text
    row.refresh_from_db()
    assert row.state == AnswerState.OPEN


def test_a_robot_is_thanked_and_forgotten(client, mine):
    row, address = mine
    assert client.post(address, {"q0": "1", "website": "https://spam.example"}).status_code == 302
    row.refresh_from_db()
    assert row.state == AnswerState.OPEN


def test_saying_not_this_time_and_then_answering_after_all(client, mine):
    row, address = mine
    client.post(f"{address}nein/")
    row.refresh_from_db()
    assert row.state == AnswerState.DECLINED
    client.post(address, {"q0": "1"})
    row.refresh_from_db()
    assert row.state == AnswerState.ANSWERED


def test_one_click_ends_being_asked_at_all(client, mine):
    row, address = mine
    client.post(f"{address}nicht-mehr/")
    assert not row.member.consents.filter(purpose="tasks").exists()
    assert row.member.consents.filter(purpose="information").exists()
    refused = client.post(address, {"q0": "1"})
    assert refused.status_code == 409
    # The task still runs for the others; whoever left it is told no end of it.
    assert "Zeit war bis" not in refused.content.decode()


def test_too_late_is_said_in_a_sentence(client, mine, task):
    row, address = mine
    Task.objects.update(ends_at=clock.now() - timedelta(seconds=1))
    answer = client.post(address, {"q0": "1"})
    assert answer.status_code == 409
    row.refresh_from_db()
    assert row.state == AnswerState.OPEN


@pytest.mark.parametrize("change", ["other", "short", "renewed", "erased"])
def test_a_token_that_is_not_ours_opens_nothing(client, mine, change):
    row, address = mine
    token = address.split("/")[-2]
    wrong = {"other": "1-1-aaaa", "short": token[:-1]}.get(change, token)
    if change == "renewed":
        row.member.link_key = "0" * 32
        row.member.save()
    if change == "erased":
        row.member.delete()
    answer = client.get(reverse("pool_assignments:task", args=[wrong]))
    assert answer.status_code == 404
    assert "Ist der neue" not in answer.content.decode()


def test_a_task_without_questions_takes_done_and_a_remark(client, crowd):
    task = samples.running(questions=[], title="Bitte probieren")
    row = task.assignments.select_related("member").first()
    address = reverse("pool_assignments:task", args=[tokens.personal_token("task", task.pk, row.member)])
    assert client.post(address, {"comment": ""}).status_code == 422
    assert client.post(address, {"done": "on"}).status_code == 302
    row.refresh_from_db()
    assert row.answers == {"done": True}


def test_the_page_names_where_a_link_leads(client, mine):
    assert "kalender.stadt.example" in page(client, mine[1])


def test_the_preference_centre_lists_my_tasks(client, mine):
    settings = reverse("pool:settings", args=[tokens.settings_token(mine[0].member)])
    assert mine[1] in page(client, settings)


def test_reported_tasks_are_public_and_others_are_not(client, task, mine):
    assert client.get(reverse("pool_assignments:effect", args=[task.pk])).status_code == 404
    client.post(mine[1], {"q0": "1"})
    actions.close(task, at=clock.now(), by=None)
    actions.report(task, "Die Suche steht jetzt oben. Danke für die vielen Hinweise dazu.", at=clock.now(), by=None)
    text = page(client, reverse("pool_assignments:effects"))
    assert "Die Suche steht jetzt oben." in text
    assert reverse("pool_assignments:effect", args=[task.pk]) in text
    assert client.get(reverse("pool_assignments:effect", args=[task.pk])).status_code == 200


def test_the_public_page_asks_the_same_number_of_questions_for_many(client, crowd, django_assert_max_num_queries):
    def reported(number):
        row = samples.task(title=f"Aufgabe {number}")
        Task.objects.filter(pk=row.pk).update(
            state=TaskState.REPORTED, reported_at=clock.now(), report="Es wurde besser.", asked=1, erased=1
        )

    reported(1)
    address = reverse("pool_assignments:effects")
    with django_assert_max_num_queries(12) as few:
        client.get(address)
    for number in range(2, 20):
        reported(number)
    with django_assert_max_num_queries(len(few.captured_queries)):
        text = page(client, address)
    older = re.search(r"\?vor=\d+", text)[0]
    assert "Aufgabe 2<" in page(client, address + older)


STAFF = ["task", "edit", "preview", "report", "enter", "table"]


@pytest.mark.parametrize("name", STAFF)
def test_another_department_does_not_even_learn_that_a_task_exists(client, task, name):
    other = samples.enabled(city.department(slug="soziales", name="Sozialamt"))
    stranger = people.staff(RoleKind.PROJECT_LEAD, other)
    client.force_login(stranger, backend="django.contrib.auth.backends.ModelBackend")
    assert client.get(reverse(f"pool_assignments_staff:{name}", args=[task.pk])).status_code == 404
    for verb in ("beenden", "verwerfen", "senden"):
        client.post(reverse("pool_assignments_staff:act", args=[task.pk, verb]))
    assert Task.objects.get().state == TaskState.RUNNING


def test_staff_write_count_and_send_a_task(client, lead, crowd):
    empty = {f"fragen-{n}-{part}": value for n in range(10) for part, value in [("kind", "choice"), ("text", "")]}
    empty |= {f"fragen-{n}-options": "" for n in range(10)}
    empty |= {"fragen-TOTAL_FORMS": "10", "fragen-INITIAL_FORMS": "10"}
    given = empty | {
        "department": lead.roles.get().department_id, "kind": "feedback", "title": "Was fehlt im Südpark?",
        "text": "Wir planen neu.", "link": "http://fremd.example", "minutes": "5", "remind_days": "2", "people": "4",
        "ends_at": (clock.now() + timedelta(days=5)).strftime("%Y-%m-%dT%H:%M"),
        "fragen-0-text": "Wie oft sind Sie da?", "fragen-0-options": "oft",
    }  # fmt: skip
    answer = client.post(reverse("pool_assignments_staff:new"), given)
    assert answer.status_code == 422
    assert "https://" in answer.content.decode()
    answer = client.post(reverse("pool_assignments_staff:new"), given | {"ends_at": "0001-01-01T00:00"})
    assert "ends_at" in answer.context["form"].errors
    refused = {"link": settings.SITE_URL.replace("http", "ftp"), "fragen-0-options": "oft\nselten\noft"}
    answer = client.post(reverse("pool_assignments_staff:new"), given | refused)
    assert "link" in answer.context["form"].errors
    assert "options" in answer.context["questions"].errors[0]
    given |= {"link": "", "fragen-0-options": "oft\nselten"}
    assert client.post(reverse("pool_assignments_staff:new"), given | {"count": "1"}).status_code == 200
    assert not Task.objects.exists()
    assert client.post(reverse("pool_assignments_staff:new"), given).status_code == 302
    made = Task.objects.get()
    assert made.questions == [{"kind": "choice", "text": "Wie oft sind Sie da?", "options": ["oft", "selten"]}]
    client.post(reverse("pool_assignments_staff:act", args=[made.pk, "senden"]))
    made.refresh_from_db()
    assert (made.state, made.asked) == (TaskState.RUNNING, 4)
    for name in ("task", "preview", "enter", "report"):
        assert client.get(reverse(f"pool_assignments_staff:{name}", args=[made.pk])).status_code == 200


@pytest.mark.parametrize("state", ["draft", "reminded", "over", "closed"])
def test_reminding_is_offered_only_while_it_does_something(client, lead, task, state):
    address = reverse("pool_assignments_staff:task", args=[task.pk])
    assert "Jetzt erinnern" in page(client, address)
    if state == "draft":
        address = reverse("pool_assignments_staff:task", args=[samples.task().pk])
    elif state == "reminded":
        actions.remind(task, at=clock.now())
    elif state == "over":
        Task.objects.update(ends_at=clock.now() - timedelta(seconds=1))
    else:
        actions.close(task, at=clock.now(), by=lead)
    assert "Jetzt erinnern" not in page(client, address)


def test_answers_are_shown_from_five_on_and_never_with_a_member(client, lead, task):
    address = reverse("pool_assignments_staff:task", args=[task.pk])
    rows = list(task.assignments.select_related("member"))
    for row in rows[:4]:
        actions.answer(row, {"2": "Geheimtipp"}, "", at=clock.now())
    assert "Geheimtipp" not in page(client, address)
    assert client.get(reverse("pool_assignments_staff:table", args=[task.pk])).status_code == 302
    actions.answer(rows[4], {"2": "=1+1"}, "", at=clock.now())
    text = page(client, address)
    assert "Geheimtipp" in text
    assert not any(row.member.email in text or row.code in text for row in rows)
    table = b"".join(client.get(reverse("pool_assignments_staff:table", args=[task.pk])).streaming_content).decode()
    assert table.count("Geheimtipp") == 4
    assert "'=1+1" in table


def test_the_list_of_tasks_costs_the_same_for_one_and_for_thirty(client, lead, task, django_assert_max_num_queries):
    address = reverse("pool_assignments_staff:index")
    with django_assert_max_num_queries(40) as few:
        client.get(address)
    for number in range(31):
        samples.task(title=f"Aufgabe {number}")
    with django_assert_max_num_queries(len(few.captured_queries)):
        text = page(client, address)
    assert re.search(r"\?vor=\d+", text)


def test_the_report_form_says_when_it_is_too_short(client, lead, task):
    actions.close(task, at=clock.now(), by=lead)
    address = reverse("pool_assignments_staff:report", args=[task.pk])
    assert client.post(address, {"report": "Danke."}).status_code == 422
    assert Task.objects.get().state == TaskState.CLOSED
    client.post(address, {"report": "Die Suche steht jetzt oben. Danke für die vielen Hinweise dazu."})
    assert Task.objects.get().state == TaskState.REPORTED


def test_demo_tasks_exist_in_every_state_and_hold_together(crowd, settings):
    from mitwirken.pool.assignments import numbers

    samples.demo(clock.now())
    samples.demo(clock.now())
    states = set(Task.objects.values_list("state", flat=True))
    assert {TaskState.DRAFT, TaskState.RUNNING, TaskState.REPORTED} <= states
    assert not any(numbers.states(task)["missing"] for task in Task.objects.all())


def test_the_first_page_of_the_pool_leads_to_what_answers_achieved(client):
    assert reverse("pool_assignments:effects") in page(client, reverse("pool:start"))


def test_whoever_was_asked_very_often_is_told_where_the_older_ones_are(client, mine):
    row, _address = mine
    settings_page = reverse("pool:settings", args=[tokens.settings_token(row.member)])
    assert "Die älteren stehen in Ihren Daten" not in page(client, settings_page)
    for _number in range(20):
        Assignment.objects.create(task=samples.task(row.task.department), member=row.member)
    assert "Hier stehen die neuesten 20. Die älteren stehen in Ihren Daten" in page(client, settings_page)

"""Choosing people by a rule: the count, the sentence, the form, and whose turn it is."""

from datetime import timedelta

import pytest
from django.http import QueryDict
from django.urls import reverse

from mitwirken.accounts import samples as people
from mitwirken.accounts.models import RoleKind
from mitwirken.city import samples as city
from mitwirken.core import clock
from mitwirken.pool import actions, matching, samples, selecting
from mitwirken.pool.models import Dispatch, DispatchKind, MailClass, Member, Purpose
from mitwirken.pool.rule_form import RuleForm

pytestmark = pytest.mark.django_db
INFORMATION = Purpose.INFORMATION


def dispatch(rule, *, at, seed="Test", kind=DispatchKind.TASK):
    made = Dispatch.objects.create(
        kind=kind,
        mail_class=MailClass.BULK,
        purpose=INFORMATION,
        created_at=at,
        upper=Member.objects.order_by("-pk").values_list("pk", flat=True).first() or 0,
        content={"subject": "Frage"},
        **selecting.for_dispatch(rule, purpose=INFORMATION, at=at, seed=seed),
    )
    actions.freeze(made, at=at, chunk=2)
    return set(made.rows.values_list("member_id", flat=True))


def test_everybody_with_consent_is_counted_and_nobody_else():
    samples.member()
    samples.member(consent=None)
    assert selecting.count(selecting.EVERYBODY, purpose=INFORMATION, at=clock.now()) == 1


def test_at_most_so_many_are_written_to_and_the_count_says_so():
    for _number in range(7):
        samples.member()
    rule = {"and": [{"at_most": 3}]}
    assert selecting.count(rule, purpose=INFORMATION, at=clock.now()) == 3
    assert len(dispatch(rule, at=clock.now())) == 3


def test_who_was_never_asked_comes_first_then_who_waited_longest():
    now = clock.now()
    old, older, newest, never = (
        samples.member(last_asked_at=asked)
        for asked in (now - timedelta(days=10), now - timedelta(days=20), now - timedelta(days=1), None)
    )
    assert dispatch({"and": [{"at_most": 1}]}, at=now, kind=DispatchKind.BULLETIN) == {never.pk}
    assert dispatch({"and": [{"at_most": 2}]}, at=now, kind=DispatchKind.BULLETIN) == {never.pk, older.pk}
    assert dispatch({"and": [{"at_most": 3}]}, at=now, kind=DispatchKind.BULLETIN) == {never.pk, older.pk, old.pk}
    assert newest.pk in dispatch({"and": [{"at_most": 9}]}, at=now, kind=DispatchKind.BULLETIN)


def test_three_tasks_for_a_third_each_reach_everybody_once():
    now, everybody = clock.now(), {samples.member().pk for _number in range(9)}
    asked = [dispatch({"and": [{"at_most": 3}]}, at=now + timedelta(days=day), seed=f"{day}") for day in range(3)]
    assert [len(found) for found in asked] == [3, 3, 3]
    assert set().union(*asked) == everybody


def test_the_seed_decides_among_equals_and_the_same_seed_chooses_the_same_people():
    for _number in range(30):
        samples.member()
    now = clock.now()
    rule = {"and": [{"at_most": 10}]}
    settled = [selecting.settled(rule, purpose=INFORMATION, at=now, seed=seed) for seed in ("a", "a", "b")]
    chosen = [dispatch(one, at=now, kind=DispatchKind.BULLETIN) for one in settled]
    assert chosen[0] == chosen[1] != chosen[2]
    assert {len(one) for one in chosen} == {10}


def test_a_task_counts_as_asked_a_bulletin_does_not():
    person, now = samples.member(), clock.now()
    dispatch(selecting.EVERYBODY, at=now, kind=DispatchKind.BULLETIN)
    person.refresh_from_db()
    assert person.last_asked_at is None
    dispatch(selecting.EVERYBODY, at=now)
    person.refresh_from_db()
    assert person.last_asked_at == now
    rested = {"and": [{"not_asked_days": 30}]}
    assert selecting.count(rested, purpose=INFORMATION, at=now) == 0
    assert selecting.count(rested, purpose=INFORMATION, at=now + timedelta(days=31)) == 1


def test_a_rule_that_depends_on_the_day_cannot_be_frozen_as_it_is():
    with pytest.raises(ValueError, match="settled"):
        matching.where({"and": [{"at_most": 3}]})


def test_a_rule_reads_as_a_sentence():
    topic, north = city.topic(), city.district()
    rule = {
        "and": [
            {"topics": [topic.pk]},
            {"or": [{"districts": [north.pk]}, {"kinds": ["ideas"]}]},
            {"not": {"or": [{"chose_districts": [north.pk]}]}},
            {"near": {"lat": 51.5, "lon": 7.4, "metres": 1000}},
            {"channels": [0]},
            {"not_asked_days": 90},
            {"at_most": 200},
        ]
    }
    sentence = selecting.in_words(rule)
    for words in (topic.name, north.name, "200", "90", "51"):
        assert words in sentence
    assert selecting.in_words(selecting.EVERYBODY)


def filled(**fields):
    data = QueryDict(mutable=True)
    for name, value in fields.items():
        data.setlist(f"rule-{name}", value if isinstance(value, list) else [value])
    return data


def form(data=None, *, user=None, **options):
    user = user or people.staff(RoleKind.POOL_MANAGER)
    return RuleForm(data, user=user, purpose=INFORMATION, at=clock.now(), **options)


def test_the_form_makes_a_rule_and_shows_it_again():
    topic, north = city.topic(), city.district()
    made = form(
        filled(
            topics=[str(topic.pk)],
            ways=["analog"],
            channels=["0"],
            place="51,5136, 7.4653",
            metres="500",
            any_districts=[str(north.pk)],
            none_topics=[str(topic.pk)],
            not_asked_days="30",
            at_most="50",
        )
    )
    assert made.is_valid(), made.errors
    rule = made.rule()
    assert {"near": {"lat": 51.5136, "lon": 7.4653, "metres": 500}} in rule["and"]
    assert {"not": {"or": [{"chose_topics": [topic.pk]}]}} in rule["and"]
    assert made.people == "weniger als 10"
    again = form(rule=rule)
    shown = {
        field.name: [str(v) for v in value] if isinstance(value, list) else str(value)
        for field in again
        if (value := field.value())
    }
    assert shown["any_districts"] == [str(north.pk)]
    assert shown["place"] == "51.5136, 7.4653"
    assert form(filled(**shown)).current == rule


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("place", "Rathaus"),
        ("place", "95.1, 7.4"),
        ("metres", "7"),
        ("at_most", "0"),
        ("at_most", "viele"),
        ("not_asked_days", "-1"),
        ("topics", ["999999"]),
        ("topics", ["x"]),
        ("kinds", ["juggling"]),
        ("languages", ["xx"]),
        ("channels", ["77"]),
    ],
)
def test_what_cannot_be_is_said_and_nothing_is_counted(name, value):
    wrong = form(filled(**{name: value}))
    assert wrong.people == ""
    assert wrong.errors[name]


def test_the_number_comes_while_staff_choose(client):
    client.force_login(people.staff(RoleKind.POOL_MANAGER))
    answer = client.post(reverse("pool_staff:count"), {"purpose": "information", "prefix": "rule"})
    assert "weniger als 10" in answer.content.decode()
    assert client.get(reverse("pool_staff:count")).status_code == 405
    assert client.post(reverse("pool_staff:count"), {"purpose": "trait_age"}).status_code == 400


def test_a_saved_selection_is_offered_to_its_department_only():
    ours, theirs = city.department(), city.department(slug="andere", name="Andere")
    manager, now = people.staff(RoleKind.POOL_MANAGER, ours), clock.now()
    rule = {"and": [{"languages": ["de"]}]}
    mine = actions.save_selection("Unsere", rule, department=ours, by=manager, at=now)
    other = actions.save_selection("Fremde", rule, department=theirs, by=manager, at=now)
    taken = form(filled(saved=str(mine.pk)), user=manager)
    assert taken.current == rule
    assert taken.saved_selection() == mine
    assert form(filled(saved=str(other.pk)), user=manager).current is None
